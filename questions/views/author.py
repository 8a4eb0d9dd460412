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
from questions import access, authoring, browsing, exporting, queries
from questions.browsing import Filters
from questions.errors import BankTitleTaken
from questions.forms.author import (
    DIFFICULTY_NAMES,
    PURPOSE_NAMES,
    TYPE_NAMES,
    BankForm,
    ReasonForm,
    words,
)
from questions.forms.talk import CommentForm
from questions.jobs import exports
from questions.models import Bank, Difficulty, Item, ItemState, ItemType
from questions.views import facts

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
    actor, form = access.reader(Permission.WRITE_ITEMS), BankForm()
    if not form.validate():
        return _banks_page(form, 422)
    try:
        bank = authoring.create_bank(actor, form.title.data, at=clock.now())
    except BankTitleTaken as taken:
        form.title.errors = [words(taken)]
        return _banks_page(form, 409)
    return see_other(url_for(".bank", public_id=bank.public_id))


def _banks_page(form: BankForm, status: int) -> ResponseReturnValue:
    lines = browsing.banks()
    may_write = access.may(Permission.WRITE_ITEMS)
    page = render_template(
        "questions/author/banks.html", lines=lines, form=form, may_write=may_write
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
        states=browsing.count_states(bank.id),
        topics=[(one.name, [t for t in tree if t.parent_id == one.id]) for one in tree],
        today=civil_day(clock.now()),
        may={permission.name: access.may(permission) for permission in Permission},
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
    )


@bp.post("/<public_id>/xuat")
@fresh
def export(public_id: str) -> ResponseReturnValue:
    actor = access.reader(Permission.EXPORT_ITEMS)
    bank = access.bank(public_id, Permission.EXPORT_ITEMS)
    limits.count("export", actor.public_id)
    wanted = _filters(bank)
    count = browsing.count_items(bank.id, wanted)
    if count > exporting.MOST_AT_ONCE:
        job = exporting.queue(actor, bank, at=clock.now())
        return see_other(url_for(".exported", public_id=bank.public_id, job=job))
    content = exporting.workbook(browsing.all_items(bank.id, wanted))
    exporting.note(actor, bank, count)
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
    return item_page(access.item(public_id), 200)


def item_page(
    item: Item, status: int, form: ReasonForm | None = None, talk: CommentForm | None = None
) -> ResponseReturnValue:
    """Return the page of an item; `form` and `talk` are those that were refused."""
    page = render_template(
        "questions/author/item.html",
        item=item,
        bank=browsing.bank_of(item),
        today=civil_day(clock.now()),
        form=form or ReasonForm(formdata=None),
        may_write=access.may(Permission.WRITE_ITEMS),
        **facts.of(item, talk),
        **NAMES,
    )
    return page, status


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
        return item_page(item, 422, form)
    act(actor, item, form.reason.data)
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
        flash(_("The question can be drawn again."), "success")
    return see_other(url_for(".item", public_id=public_id))
