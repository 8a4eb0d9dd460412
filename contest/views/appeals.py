"""Appeals for those who answer them: the hours, the queue, one appeal, the outcome letter."""

from flask import Blueprint, flash, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from accounts.access import fresh, signed_in
from accounts.rules.authorizing import Permission
from contest import access, appeal_queries, appeal_telling, appealing, drafting, watch_telling
from contest.forms.appeals import AnswerForm, AppealWindowForm
from contest.models import Appeal, Round
from contest.views.changes import points
from core import clock
from core.vietnam import civil_day
from core.web import see_other

bp = Blueprint("appeals", __name__, url_prefix="/quan-ly")


@bp.get("/vong/<public_id>/phuc-khao")
def queue(public_id: str) -> ResponseReturnValue:
    return _queue(access.round_managed_by(public_id, Permission.COMPUTE_RESULTS), 200)


def _queue(round_: Round, status: int, form: AppealWindowForm | None = None) -> ResponseReturnValue:
    window = round_.appeal_window
    kept = {
        "regime": window.regime.value,
        "opens_at": window.opens_at,
        "closes_at": window.closes_at,
    }
    page = render_template(
        "contest/appeals/queue.html",
        contest=round_.contest,
        round=round_,
        appeals=appeal_queries.appeals_of(round_),
        waiting=appeal_queries.open_in(round_),
        state_of=appeal_telling.state,
        form=form or AppealWindowForm(formdata=None, data=kept),
        in_full=access.may_in(round_.contest, Permission.SEE_PERSONAL_DATA),
    )
    return page, status


@bp.post("/vong/<public_id>/phuc-khao")
@fresh
def set_window(public_id: str) -> ResponseReturnValue:
    round_ = access.round_managed_by(public_id, Permission.COMPUTE_RESULTS)
    form = AppealWindowForm()
    if not form.validate():
        return _queue(round_, 422, form)
    appealing.set_window(round_, form.window(), signed_in())
    flash(_("Saved."), "success")
    return see_other(url_for(".queue", public_id=public_id))


@bp.get("/phuc-khao/<public_id>")
@fresh
def show(public_id: str) -> ResponseReturnValue:
    return _page(access.appeal_managed_by(public_id), 200)


def _page(appeal: Appeal, status: int, form: AnswerForm | None = None) -> ResponseReturnValue:
    round_ = appeal.attempt.round
    page = render_template(
        "contest/appeals/show.html",
        contest=round_.contest,
        round=round_,
        appeal=appeal,
        state=appeal_telling.state(appeal),
        is_mine=appeal.claimed_by_id == signed_in().id,
        form=form or AnswerForm(formdata=None),
        points=points,
        in_full=access.may_in(round_.contest, Permission.SEE_PERSONAL_DATA),
    )
    return page, status


@bp.post("/phuc-khao/<public_id>/nhan")
@fresh
def claim(public_id: str) -> ResponseReturnValue:
    appealing.claim(access.appeal_managed_by(public_id), signed_in(), at=clock.now())
    return see_other(url_for(".show", public_id=public_id))


@bp.post("/phuc-khao/<public_id>/tra-loi")
@fresh
def answer(public_id: str) -> ResponseReturnValue:
    appeal, form = access.appeal_managed_by(public_id), AnswerForm()
    if not form.validate():
        return _page(appeal, 422, form)
    changes, words = form.outcome.data == "change", form.answer.data or ""
    appealing.answer(appeal, signed_in(), words, changes=changes, at=clock.now())
    flash(_("Answered."), "success")
    if appeal.change is not None:
        return see_other(url_for("changes.show", public_id=appeal.change.public_id))
    return see_other(url_for(".show", public_id=public_id))


@bp.get("/phuc-khao/<public_id>/thong-bao")
@fresh
def letter(public_id: str) -> ResponseReturnValue:
    appeal = access.appeal_managed_by(public_id)
    in_full = access.may_in(appeal.attempt.round.contest, Permission.SEE_PERSONAL_DATA)
    return letter_page(appeal, url_for(".show", public_id=public_id), in_full=in_full)


def letter_page(appeal: Appeal, back: str, *, in_full: bool) -> ResponseReturnValue:
    """Return the letter that tells the outcome."""
    office = drafting.office_of(appeal.attempt.round.contest)
    day = civil_day(appeal.answered_at) if appeal.answered_at else None
    return render_template(
        "contest/appeals/letter.html",
        office=office,
        head=office.head("TB", "", day),
        appeal=appeal,
        back=back,
        in_full=in_full,
        on_paper=watch_telling.say_for_minutes,
        points=points,
    )
