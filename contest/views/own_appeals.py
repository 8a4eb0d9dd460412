"""Appeals of a participant: the form, where the appeal stands, the answer."""

from flask import Blueprint, flash, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from accounts.access import sign_in_required, signed_in
from contest import access, appeal_queries, appeal_telling, appealing, showing
from contest.forms.appeals import AppealForm
from contest.models import Appeal, AppealState, Attempt
from contest.rules import appealing as hours
from contest.views.appeals import letter_page
from core import clock
from core.errors import NotFound
from core.web import see_other

bp = Blueprint("own_appeals", __name__, url_prefix="/thi")
ANSWERED = (AppealState.KEPT, AppealState.CHANGED)


@bp.get("/bai/<public_id>/phuc-khao")
@sign_in_required
def form(public_id: str) -> ResponseReturnValue:
    return _page(_own(public_id), 200)


def _own(public_id: str) -> Attempt:
    """Return an own attempt whose result may be seen."""
    attempt = access.own_attempt(signed_in(), public_id)
    if attempt.submitted_at is None or not showing.result_shown(attempt, at=clock.now()):
        raise NotFound
    return attempt


def _page(attempt: Attempt, status: int, sent: AppealForm | None = None) -> ResponseReturnValue:
    appeal = appeal_queries.of_attempt(attempt.id)
    window = attempt.round.appeal_window
    asked = sent or AppealForm(formdata=None)
    items = [slot.position for slot in attempt.slots if slot.version_id is not None]
    page = render_template(
        "contest/own_appeals/form.html",
        attempt=attempt,
        round=attempt.round,
        appeal=appeal,
        state=appeal_telling.state(appeal) if appeal else None,
        stage=hours.stage(clock.now(), window).value,
        window=window,
        form=asked,
        items=items,
    )
    return page, status


@bp.post("/bai/<public_id>/phuc-khao")
@sign_in_required
def make(public_id: str) -> ResponseReturnValue:
    attempt, sent = _own(public_id), AppealForm()
    if not sent.validate():
        return _page(attempt, 422, sent)
    chosen = sent.positions.data or []
    appealing.make(attempt, signed_in(), sent.reason.data or "", chosen, at=clock.now())
    flash(_("Your appeal has been received."), "success")
    return see_other(url_for(".form", public_id=public_id))


@bp.post("/bai/<public_id>/phuc-khao/rut-lai")
@sign_in_required
def withdraw(public_id: str) -> ResponseReturnValue:
    appealing.withdraw(_appeal(public_id), signed_in())
    flash(_("Your appeal is taken back."), "success")
    return see_other(url_for(".form", public_id=public_id))


@bp.get("/bai/<public_id>/phuc-khao/thong-bao")
@sign_in_required
def letter(public_id: str) -> ResponseReturnValue:
    appeal = _appeal(public_id)
    if appeal.state not in ANSWERED:
        raise NotFound
    return letter_page(appeal, url_for(".form", public_id=public_id), in_full=True)


def _appeal(public_id: str) -> Appeal:
    appeal = appeal_queries.of_attempt(_own(public_id).id)
    if appeal is None:
        raise NotFound
    return appeal
