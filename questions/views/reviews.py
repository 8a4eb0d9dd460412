"""The pages of the review: the queue, one item after the other, submitting, locking."""

from collections.abc import Callable

from flask import Blueprint, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from accounts.models import Account
from accounts.queries import account_with
from accounts.rules.authorizing import Permission
from core import clock
from core.errors import DomainError, Forbidden
from core.vietnam import civil_day
from core.web import see_other, whole, whole_or
from questions import access, browsing, locking, review_queries, reviewing
from questions.browsing import Filters
from questions.forms.author import DIFFICULTY_NAMES, TYPE_NAMES, ReasonForm, words
from questions.forms.review import (
    STEP_NAMES,
    AssignForm,
    DecideForm,
    SubmitForm,
    VersionForm,
)
from questions.models import Bank, Item, ItemState
from questions.review_queries import Asker, Wanted
from questions.reviewing import Looked
from questions.rules import marking
from questions.rules import reviewing as rules
from questions.rules.reviewing import Step, Verdict
from questions.views import steps

bp = Blueprint("reviews", __name__, url_prefix="/ngan-hang")

_FILTERS = ("ngan-hang", "buoc", "cua-toi", "qua-han")


@bp.app_context_processor
def context() -> dict[str, Callable[[], bool]]:
    """Let the frame of the bank's pages ask whether the reader reviews anywhere."""
    return {"may_review": lambda: any(access.may(one) for one in steps.NEEDED.values())}


# --- The queue ---------------------------------------------------------------------------------


def _reviewer() -> Account:
    """Return the asker, who may take some step in some bank."""
    account = access.reader()
    if not any(access.may(permission) for permission in steps.NEEDED.values()):
        raise Forbidden
    return account


def _asker(account: Account) -> Asker:
    ids = {step: access.bank_ids(permission) for step, permission in steps.NEEDED.items()}
    return Asker(account.id, ids[Step.REVIEW], ids[Step.APPROVAL])


def _wanted() -> Wanted:
    bank = browsing.bank_with(request.args["ngan-hang"]) if request.args.get("ngan-hang") else None
    return Wanted(
        bank_id=bank.id if bank else None,
        step=request.args.get("buoc", type=Step),
        is_mine="cua-toi" in request.args,
        overdue_on=civil_day(clock.now()) if "qua-han" in request.args else None,
    )


def _filters() -> dict[str, str]:
    """Return the filters of the queue, so that every page of it keeps them."""
    return {name: request.args[name] for name in _FILTERS if request.args.get(name)}


@bp.get("/tham-dinh")
def queue() -> ResponseReturnValue:
    account = _reviewer()
    return render_template(
        "questions/reviews/queue.html",
        lines=review_queries.queue(_asker(account), _wanted()),
        banks=browsing.banks(access.seen()),
        filters=_filters(),
        today=civil_day(clock.now()),
        steps=STEP_NAMES,
        difficulties=DIFFICULTY_NAMES,
    )


@bp.post("/tham-dinh")
def pass_many() -> ResponseReturnValue:
    account, asker = _reviewer(), _asker(_reviewer())
    chosen = dict(one.partition(":")[::2] for one in request.form.getlist("cau"))
    items = review_queries.items_with(chosen)
    if not items or len(items) != len(chosen):
        flash(_("Tick the questions to pass."), "error")
        return see_other(url_for(".queue", **_filters()))
    seen = [(item, _looked(item, chosen[item.public_id], asker)) for item in items]
    try:
        count = reviewing.accept_all(account, seen, at=clock.now())
    except DomainError as refused:
        flash(words(refused), "error")
    else:
        flash(_("Questions passed: %(count)s.", count=count), "success")
    return see_other(url_for(".queue", **_filters()))


def _looked(item: Item, number: str, asker: Asker) -> Looked:
    """Return what the form says was seen of an item. Raise `Forbidden` where the right is not."""
    step = rules.step_of(item.state) or Step.REVIEW
    ids = asker.reviews if step is Step.REVIEW else asker.approves
    if ids is not None and item.bank_id not in ids:
        raise Forbidden
    return Looked(whole_or(number, 0), step)


@bp.get("/tham-dinh/<public_id>")
def look(public_id: str) -> ResponseReturnValue:
    account, item = _reviewer(), access.item(public_id)
    step = rules.step_of(item.state)
    if step is None:
        return see_other(url_for("author.item", public_id=public_id))
    if access.may_in(item.bank_id, steps.NEEDED[step]):
        locking.note_opening(account, item, at=clock.now())
    return _look_page(item, DecideForm(formdata=None), 200)


def _look_page(item: Item, form: DecideForm, status: int) -> ResponseReturnValue:
    account = access.reader()
    bank, places = browsing.bank_of(item), review_queries.places(_asker(account), _wanted())
    place = places.index(item.public_id) if item.public_id in places else -1
    lines = browsing.versions_of(item.id)
    version = lines[0].version
    page = render_template(
        "questions/reviews/look.html",
        item=item,
        bank=bank,
        version=version,
        lines=lines,
        right=marking.say(version.type, version.content, None),
        review=steps.of(item, bank),
        before=places[place - 1] if place > 0 else None,
        after=places[place + 1] if 0 <= place < len(places) - 1 else None,
        place=place + 1,
        total=len(places),
        filters=_filters(),
        form=form,
        today=civil_day(clock.now()),
        steps=STEP_NAMES,
        types=TYPE_NAMES,
        difficulties=DIFFICULTY_NAMES,
    )
    return page, status


@bp.post("/tham-dinh/<public_id>")
def decide(public_id: str) -> ResponseReturnValue:
    account, item, form = _reviewer(), access.item(public_id), DecideForm()
    if not form.validate():
        return _look_page(item, form, 422)
    if not access.may_in(item.bank_id, steps.NEEDED[form.looked.step]):
        raise Forbidden
    following = _following(account, public_id)
    try:
        _take(account, item, form)
    except DomainError as refused:
        flash(words(refused), "error")
        return see_other(url_for(".look", public_id=public_id, **_filters()))
    passed = form.verdict.data == Verdict.PASSED.value
    said = _("%(code)s was passed.") if passed else _("%(code)s was returned to its author.")
    flash(said % {"code": item.code}, "success")
    if following is None:
        return see_other(url_for(".queue", **_filters()))
    return see_other(url_for(".look", public_id=following, **_filters()))


def _take(account: Account, item: Item, form: DecideForm) -> None:
    reason, now = form.reason.data or "", clock.now()
    if form.verdict.data == Verdict.PASSED.value:
        reviewing.accept(account, item, form.looked, at=now, reason=reason)
    else:
        reviewing.give_back(account, item, form.looked, reason, at=now)


def _following(account: Account, public_id: str) -> str | None:
    """Return what comes after an item in the queue, or the first of what is left."""
    places = review_queries.places(_asker(account), _wanted())
    left = [one for one in places if one != public_id]
    if public_id not in places:
        return left[0] if left else None
    after = places[places.index(public_id) + 1 :]
    return next(iter([*after, *left]), None)


# --- One item ----------------------------------------------------------------------------------


def _back(public_id: str) -> ResponseReturnValue:
    return see_other(url_for("author.item", public_id=public_id))


@bp.post("/cau/<public_id>/gui")
def submit(public_id: str) -> ResponseReturnValue:
    item, form = access.item(public_id, Permission.WRITE_ITEMS), SubmitForm()
    if not form.validate():
        flash(_("The question was not submitted: the form was not complete."), "error")
        return _back(public_id)
    account, note = access.reader(), form.note.data or ""
    try:
        reviewing.submit(account, item, number=form.seen, at=clock.now(), note=note)
    except DomainError as refused:
        flash(words(refused), "error")
    else:
        flash(_("The question %(code)s waits for a reviewer.", code=item.code), "success")
    return _back(public_id)


@bp.post("/cau/<public_id>/rut")
def take_back(public_id: str) -> ResponseReturnValue:
    item = access.item(public_id, Permission.WRITE_ITEMS)
    try:
        reviewing.take_back(access.reader(), item, at=clock.now())
    except DomainError as refused:
        flash(words(refused), "error")
    else:
        flash(_("The question is a draft again."), "success")
    return _back(public_id)


@bp.post("/cau/<public_id>/giao")
def assign(public_id: str) -> ResponseReturnValue:
    item, form = access.item(public_id), AssignForm()
    bank = browsing.bank_of(item)
    standing = steps.of(item, bank)
    if not access.may_in(bank.id, Permission.MANAGE_BANK) and not standing.may_lock:
        raise Forbidden
    form.offer(standing.people)
    if not form.validate():
        flash(_("Choose a person of the list and a date."), "error")
        return _back(public_id)
    to = account_with(form.to.data) if form.to.data else None
    try:
        reviewing.assign(access.reader(), item, to, form.due_on.data)
    except DomainError as refused:
        flash(words(refused), "error")
    else:
        flash(_("Saved who takes the step, and until when."), "success")
    return _back(public_id)


@bp.post("/cau/<public_id>/khoa")
def lock_up(public_id: str) -> ResponseReturnValue:
    item, form = access.item(public_id, Permission.APPROVE_ITEMS), VersionForm()
    form.validate()
    try:
        locking.lock_up(access.reader(), item, number=form.seen)
    except DomainError as refused:
        flash(words(refused), "error")
    else:
        flash(_("The question is locked. Who opens it is recorded."), "success")
    return _back(public_id)


@bp.post("/cau/<public_id>/mo-khoa")
def unlock(public_id: str) -> ResponseReturnValue:
    item, form = access.item(public_id, Permission.APPROVE_ITEMS), ReasonForm()
    try:
        locking.unlock(access.reader(), item, form.reason.data or "")
    except DomainError as refused:
        flash(words(refused), "error")
    else:
        flash(_("The question is unlocked and can be changed."), "success")
    return _back(public_id)


# --- Many at once ------------------------------------------------------------------------------


@bp.post("/<public_id>/gui-tham-dinh")
def submit_drafts(public_id: str) -> ResponseReturnValue:
    bank = access.bank(public_id, Permission.WRITE_ITEMS)
    topic = request.args.get("chu-de", type=whole)
    wanted = Filters(
        text=request.args.get("tim", ""),
        topics=frozenset({topic} if topic else ()),
        state=ItemState.DRAFT,
        own=access.own_in(bank.id),
    )
    _submit_all(bank, wanted)
    return see_other(url_for("author.bank", public_id=public_id))


@bp.post("/nhap/<public_id>/gui-tham-dinh")
def submit_import(public_id: str) -> ResponseReturnValue:
    pending = access.item_import(public_id)
    _submit_all(pending.bank, Filters(import_id=pending.id, state=ItemState.DRAFT))
    return see_other(url_for("files.preview", public_id=public_id))


def _submit_all(bank: Bank, wanted: Filters) -> None:
    ids = browsing.item_ids(bank.id, wanted)
    try:
        count = reviewing.submit_many(access.reader(), bank, ids, at=clock.now())
    except DomainError as refused:
        flash(words(refused), "error")
        return
    flash(_("Questions that wait for a reviewer now: %(count)s.", count=count), "success")
    if count < len(ids):
        flash(
            _(
                "Left as drafts because their document has ended: %(count)s.",
                count=len(ids) - count,
            ),
            "warning",
        )
