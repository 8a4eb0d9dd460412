"""The author's pages: banks, their items, one item with its versions, writing and exporting."""

from collections.abc import Callable, Mapping

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
from questions import (
    access,
    authoring,
    browsing,
    exporting,
    found,
    locking,
    queries,
    tending,
)
from questions.errors import BankTitleTaken, ItemLocked
from questions.formats import writing
from questions.forms.author import (
    DIFFICULTY_NAMES,
    PURPOSE_NAMES,
    TYPE_NAMES,
    BankForm,
    ReasonForm,
    words,
)
from questions.forms.finding import ACT_NAMES
from questions.forms.talk import CommentForm
from questions.jobs import exports
from questions.models import Bank, Item, ItemState, ViewPlace
from questions.views import facts, filtering, steps

bp = Blueprint("author", __name__, url_prefix="/ngan-hang")

# So many questions of which something is lost are named; the file's own remarks name all.
MOST_LOST = 50
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
    wanted = filtering.filters(bank)
    listed = found.search(
        bank.id,
        wanted,
        after=request.args.get("after", type=whole),
        before=request.args.get("before", type=whole),
    )
    return render_template(
        "questions/author/bank.html",
        bank=bank,
        page=listed.page,
        total=listed.total,
        states=browsing.count_states(bank.id, own=wanted.own),
        topics=[(one.name, [t for t in tree if t.parent_id == one.id]) for one in tree],
        today=civil_day(clock.now()),
        may=access.rights_in(bank.id),
        kept=tending.views_of(access.reader().id, bank.id),
        acts=ACT_NAMES,
        **filtering.choices(bank),
        **NAMES,
    )


@bp.get("/<public_id>/xuat")
@fresh
def choose_format(public_id: str) -> ResponseReturnValue:
    bank = access.bank(public_id, Permission.EXPORT_ITEMS)
    items, name = browsing.all_items(bank.id, filtering.filters(bank)), _format(request.args)
    lost = exporting.lost(name, items)
    return render_template(
        "questions/author/export.html",
        bank=bank,
        formats=writing.FORMATS,
        name=name,
        count=len(items),
        lost=lost[:MOST_LOST],
        lost_count=len(lost),
        filters={key: value for key, value in request.args.items() if key != "dang"},
    )


def _format(asked: Mapping[str, str]) -> str:
    name = asked.get("dang", exporting.USUAL)
    return name if name in writing.FORMATS else exporting.USUAL


@bp.post("/<public_id>/xuat")
@fresh
def export(public_id: str) -> ResponseReturnValue:
    bank = access.bank(public_id, Permission.EXPORT_ITEMS)
    actor = access.reader()
    limits.count("export", actor.public_id)
    wanted, name = filtering.filters(bank), _format(request.form)
    count = browsing.count_items(bank.id, wanted)
    if count > exporting.MOST_AT_ONCE:
        job = exporting.queue(actor, bank, at=clock.now(), own=wanted.own, name=name)
        return see_other(url_for(".exported", public_id=bank.public_id, job=job))
    items = browsing.all_items(bank.id, wanted)
    written = exporting.write(name, items, bank.title)
    exporting.note(actor, bank, items, name, at=clock.now())
    return _download(bank, written.content, name)


def _download(bank: Bank, content: bytes, name: str) -> Response:
    form = writing.FORMATS[name]
    file = f"ngan-hang-{bank.public_id[:8]}-{civil_day(clock.now()):%Y%m%d}.{form.ending}"
    headers = {"Content-Disposition": f'attachment; filename="{file}"'}
    return Response(content, mimetype=form.mime, headers=headers)


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
        return _download(bank, path.read_bytes(), found.result["form"])
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
    return item_page(item, 200)


def item_page(
    item: Item, status: int, form: ReasonForm | None = None, talk: CommentForm | None = None
) -> ResponseReturnValue:
    """Return the page of an item; `form` and `talk` are those that were refused."""
    bank = browsing.bank_of(item)
    page = render_template(
        "questions/author/item.html",
        item=item,
        bank=bank,
        today=civil_day(clock.now()),
        form=form or ReasonForm(formdata=None),
        may_write=access.may_in(bank.id, Permission.WRITE_ITEMS),
        review=steps.of(item, bank),
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
