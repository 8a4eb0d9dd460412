"""The author's pages: banks, their items, one item with its versions, writing and exporting."""

from collections.abc import Callable

from flask import Blueprint, Response, flash, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from accounts.access import fresh
from accounts.models import Account
from accounts.rules.authorizing import Permission
from core import clock, limits
from core.errors import DomainError, NotFound
from core.jobs import JobState, owned
from core.vietnam import civil_day
from core.web import see_other, whole
from questions import access, authoring, browsing, exporting, locking, queries, usage
from questions.browsing import Filters
from questions.errors import BankTitleTaken, ItemChanged, ItemLocked, ItemRefused
from questions.forms.author import (
    DIFFICULTY_NAMES,
    PURPOSE_NAMES,
    TYPE_NAMES,
    BankForm,
    ItemForm,
    ReasonForm,
    words,
)
from questions.jobs import exports
from questions.models import Bank, Difficulty, Item, ItemState, ItemType, ViewPlace
from questions.rules import drawing, marking
from questions.rules.wording import Wording
from questions.types import options
from questions.views import steps

bp = Blueprint("author", __name__, url_prefix="/ngan-hang")

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NAMES = {"difficulties": DIFFICULTY_NAMES, "types": TYPE_NAMES, "purposes": PURPOSE_NAMES}


# --- Banks -------------------------------------------------------------------------------------


@bp.get("/")
def banks() -> ResponseReturnValue:
    access.reader()
    return _banks_page(BankForm(), 200)


@bp.post("/")
def create_bank() -> ResponseReturnValue:
    actor, form = access.maker(), BankForm()
    if not form.validate():
        return _banks_page(form, 422)
    try:
        bank = authoring.create_bank(actor, form.title.data, at=clock.now())
    except BankTitleTaken as taken:
        form.title.errors = [words(taken)]
        return _banks_page(form, 409)
    return see_other(url_for(".bank", public_id=bank.public_id))


def _banks_page(form: BankForm, status: int) -> ResponseReturnValue:
    lines = browsing.banks(access.seen())
    page = render_template(
        "questions/author/banks.html", lines=lines, form=form, may_write=access.may_make()
    )
    return page, status


@bp.get("/<public_id>")
def bank(public_id: str) -> ResponseReturnValue:
    bank = access.bank(public_id)
    tree = queries.topics()
    wanted = _filters(bank)
    page = browsing.items(
        bank.id,
        wanted,
        after=request.args.get("after", type=whole),
        before=request.args.get("before", type=whole),
    )
    return render_template(
        "questions/author/bank.html",
        bank=bank,
        page=page,
        total=browsing.count_items(bank.id, wanted),
        states=browsing.count_states(bank.id, own=wanted.own),
        topics=[(one.name, [t for t in tree if t.parent_id == one.id]) for one in tree],
        today=civil_day(clock.now()),
        may=access.rights_in(bank.id),
        **NAMES,
    )


def _filters(bank: Bank) -> Filters:
    asked = request.args
    topic = asked.get("chu-de", type=whole)
    document = browsing.document_with(asked["van-ban"]) if asked.get("van-ban") else None
    pending = browsing.import_with(asked["nhap"]) if asked.get("nhap") else None
    return Filters(
        text=asked.get("tim", ""),
        topics=frozenset({topic} if topic else ()),
        difficulty=asked.get("muc", type=Difficulty),
        type=asked.get("loai", type=ItemType),
        state=asked.get("trang-thai", type=ItemState),
        document_id=document.id if document else None,
        import_id=pending.id if pending else None,
        own=access.own_in(bank.id),
    )


@bp.post("/<public_id>/xuat")
@fresh
def export(public_id: str) -> ResponseReturnValue:
    bank = access.bank(public_id, Permission.EXPORT_ITEMS)
    actor = access.reader()
    limits.count("export", actor.public_id)
    wanted = _filters(bank)
    count = browsing.count_items(bank.id, wanted)
    if count > exporting.MOST_AT_ONCE:
        job = exporting.queue(actor, bank, at=clock.now(), own=wanted.own)
        return see_other(url_for(".exported", public_id=bank.public_id, job=job))
    items = browsing.all_items(bank.id, wanted)
    content = exporting.workbook(items)
    exporting.note(actor, bank, items, at=clock.now())
    return Response(content, mimetype=XLSX, headers=_attachment(bank))


def _attachment(bank: Bank) -> dict[str, str]:
    name = f"ngan-hang-{bank.public_id[:8]}-{civil_day(clock.now()):%Y%m%d}.xlsx"
    return {"Content-Disposition": f'attachment; filename="{name}"'}


@bp.get("/<public_id>/xuat/<job>")
@fresh
def exported(public_id: str, job: str) -> ResponseReturnValue:
    actor = access.reader(Permission.EXPORT_ITEMS)
    bank = access.bank(public_id, Permission.EXPORT_ITEMS)
    found = owned(job, actor.id)
    if found is None or found.kind != exporting.JOB:
        raise NotFound
    if "tep" in request.args and found.state is JobState.DONE and found.result:
        path = exports() / found.result["file"]
        if not path.is_file():
            raise NotFound
        return Response(path.read_bytes(), mimetype=XLSX, headers=_attachment(bank))
    return render_template("questions/author/exported.html", bank=bank, job=found)


@bp.get("/<public_id>/xuat/<job>/tien-do")
def export_progress(public_id: str, job: str) -> ResponseReturnValue:
    found = owned(job, access.reader(Permission.EXPORT_ITEMS).id)
    if found is None:
        raise NotFound
    share = 100 * found.done // found.total if found.total else 0
    return jsonify(state=found.state.value, progress=share, text="")


# --- One item ----------------------------------------------------------------------------------


@bp.get("/cau/<public_id>")
def item(public_id: str) -> ResponseReturnValue:
    item = access.item(public_id)
    locking.note_views(access.reader(), [item], ViewPlace.PAGE, at=clock.now())
    return _item_page(item, ReasonForm(), 200)


def _item_page(item: Item, form: ReasonForm, status: int) -> ResponseReturnValue:
    lines, bank = browsing.versions_of(item.id), browsing.bank_of(item)
    asked = usage.times_asked([line.version.id for line in lines])
    page = render_template(
        "questions/author/item.html",
        item=item,
        bank=bank,
        lines=lines,
        version=lines[0].version,
        asked=asked,
        slot=preview(
            authoring.wording_of(lines[0].version), request.args.get("dao", 0, type=whole)
        ),
        turn=request.args.get("dao", 0, type=whole),
        today=civil_day(clock.now()),
        form=form,
        may_write=access.may_in(bank.id, Permission.WRITE_ITEMS),
        review=steps.of(item, bank),
        **NAMES,
    )
    return page, status


def preview(told: Wording, turn: int = 0) -> dict[str, object]:
    """Return a wording as the page of an attempt shows it; each turn shuffles in another way."""
    texts = {option["id"]: option["text"] for option in told.content["options"]}
    order, pinned = marking.shuffled_ids(told.type, told.content)
    if turn:
        order = drawing.shuffled_options(order, str(turn).encode(), 1, pinned)
    return {
        "position": 1,
        "stem": told.stem,
        "answer": [],
        "options": [
            {"id": one, "key": options.letter(place), "text": texts[one]}
            for place, one in enumerate(order)
        ],
    }


@bp.get("/<public_id>/soan")
def new(public_id: str) -> ResponseReturnValue:
    bank = access.bank(public_id, Permission.WRITE_ITEMS)
    kind = _kind()
    form = ItemForm()
    form.lay(kind)
    return _editor(bank, form, kind, None, 200)


@bp.post("/<public_id>/soan")
def create(public_id: str) -> ResponseReturnValue:
    actor = access.reader(Permission.WRITE_ITEMS)
    bank = access.bank(public_id, Permission.WRITE_ITEMS)
    form, kind = ItemForm(), _kind()
    form.offer(browsing.known_topics(), browsing.known_documents())
    if form.act():
        return _editor(bank, form, kind, None, 200)
    if form.validate():
        try:
            item = authoring.create(actor, bank, form.item(kind), at=clock.now())
        except ItemRefused as refused:
            form.form_errors.append(words(refused))
        else:
            flash(_("The question %(code)s was saved.", code=item.code), "success")
            return see_other(url_for(".item", public_id=item.public_id))
    return _editor(bank, form, kind, None, 422)


def _kind() -> ItemType:
    return request.args.get("loai", ItemType.SINGLE_CHOICE, type=ItemType)


def _editor(
    bank: Bank, form: ItemForm, kind: ItemType, item: Item | None, status: int
) -> ResponseReturnValue:
    form.offer(browsing.known_topics(), browsing.known_documents())
    form.lay(kind)
    page = render_template(
        "questions/author/editor.html",
        bank=bank,
        form=form,
        kind=kind,
        item=item,
        most=options.MOST,
        slot=preview(form.item(kind).wording),
        today=civil_day(clock.now()),
        **NAMES,
    )
    return page, status


@bp.get("/cau/<public_id>/sua")
def edit(public_id: str) -> ResponseReturnValue:
    item = access.item(public_id, Permission.WRITE_ITEMS)
    if item.state is ItemState.LOCKED:
        flash(words(ItemLocked(code=item.code)), "error")
        return see_other(url_for(".item", public_id=public_id))
    form = ItemForm()
    form.fill(authoring.as_new(item), item.current.number if item.current else 0)
    return _editor(browsing.bank_of(item), form, item.type, item, 200)


@bp.post("/cau/<public_id>/sua")
def revise(public_id: str) -> ResponseReturnValue:
    actor = access.reader(Permission.WRITE_ITEMS)
    item = access.item(public_id, Permission.WRITE_ITEMS)
    form, kind = ItemForm(), item.type
    form.offer(browsing.known_topics(), browsing.known_documents())
    if form.act():
        return _editor(browsing.bank_of(item), form, kind, item, 200)
    if form.validate():
        try:
            authoring.revise(
                actor, item, form.item(kind), number=form.number.data or 0, at=clock.now()
            )
        except (ItemRefused, ItemChanged, ItemLocked) as refused:
            form.form_errors.append(words(refused))
        else:
            flash(_("The question was saved."), "success")
            return see_other(url_for(".item", public_id=item.public_id))
    return _editor(browsing.bank_of(item), form, kind, item, 422)


# --- What becomes of an item -------------------------------------------------------------------


@bp.post("/cau/<public_id>/ngung")
def retire(public_id: str) -> ResponseReturnValue:
    return _put_aside(public_id, authoring.retire)


@bp.post("/cau/<public_id>/ra-soat")
def quarantine(public_id: str) -> ResponseReturnValue:
    return _put_aside(public_id, authoring.quarantine)


def _put_aside(public_id: str, act: Callable[[Account, Item, str], None]) -> ResponseReturnValue:
    actor = access.reader(Permission.WRITE_ITEMS)
    item = access.item(public_id, Permission.WRITE_ITEMS)
    form = ReasonForm()
    if not form.validate():
        return _item_page(item, form, 422)
    try:
        act(actor, item, form.reason.data)
    except ItemLocked as refused:
        flash(words(refused), "error")
    else:
        flash(_("The question is kept out of new papers."), "success")
    return see_other(url_for(".item", public_id=public_id))


@bp.post("/cau/<public_id>/dung-lai")
def restore(public_id: str) -> ResponseReturnValue:
    actor = access.reader(Permission.WRITE_ITEMS)
    item = access.item(public_id, Permission.WRITE_ITEMS)
    try:
        authoring.restore(actor, item, at=clock.now())
    except DomainError as refused:
        flash(words(refused), "error")
    else:
        usable = _("The question can be drawn again.")
        draft = _("The question is a draft again: submit it for review.")
        flash(usable if item.state is ItemState.USABLE else draft, "success")
    return see_other(url_for(".item", public_id=public_id))
