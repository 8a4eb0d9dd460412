"""Why somebody has this place: the own page of a participant, and anybody's for the staff."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from accounts.access import sign_in_required, signed_in
from accounts.rules.authorizing import Permission
from contest import access, justifying, run_queries
from contest.models import Enrolment, ResultRun, Round
from contest.rules.timing import Audience, shows_result
from contest.views.changes import points
from core import clock
from core.errors import NotFound

bp = Blueprint("whys", __name__)


@bp.get("/thi/vong/<public_id>/vi-sao")
@sign_in_required
def own(public_id: str) -> ResponseReturnValue:
    round_, enrolment = access.own_round(signed_in(), public_id)
    run = run_queries.current_run(round_)
    if run is None or not shows_result(clock.now(), round_.window, Audience.PARTICIPANT):
        raise NotFound
    return _page("contest/whys/own.html", round_, run, enrolment)


@bp.get("/quan-ly/vong/<public_id>/lan-tinh/<int:number>/vi-sao/<enrolment_id>")
def of(public_id: str, number: int, enrolment_id: str) -> ResponseReturnValue:
    round_ = access.round_managed_by(public_id, Permission.SEE_CONTEST)
    run = next((one for one in run_queries.runs_of(round_) if one.number == number), None)
    if run is None:
        raise NotFound
    enrolment = access.entered_in(round_.contest, enrolment_id)
    return _page("contest/whys/of.html", round_, run, enrolment)


def _page(
    template: str, round_: Round, run: ResultRun, enrolment: Enrolment
) -> ResponseReturnValue:
    told = justifying.justified(round_, run, enrolment)
    if told is None:
        raise NotFound
    return render_template(
        template,
        contest=round_.contest,
        round=round_,
        run=run,
        told=told,
        person=enrolment,
        points=points,
        in_full=access.may_in(round_.contest, Permission.SEE_PERSONAL_DATA),
    )
