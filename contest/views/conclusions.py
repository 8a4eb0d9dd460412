"""Closing a judged round: what is to be done, the run, its second person, when it is shown."""

from collections.abc import Callable
from decimal import Decimal

from flask import Blueprint, flash, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from accounts.access import fresh, signed_in
from accounts.rules.authorizing import Permission
from contest import concluding, judge_access, judged_results, panel_access, proposing
from contest.forms.judged import MomentsForm
from contest.forms.organizer import ReasonForm
from contest.models import JudgedRound
from core import clock, i18n
from core.errors import NotFound
from core.web import see_other

bp = Blueprint("conclusions", __name__, url_prefix="/quan-ly")


@bp.get("/vong/<public_id>/chot-cham")
def show(public_id: str) -> ResponseReturnValue:
    judged = judge_access.judged_round(public_id, Permission.COMPUTE_RESULTS)
    return _page(judged, 200)


def _page(
    judged: JudgedRound,
    status: int,
    form: ReasonForm | None = None,
    moments: MomentsForm | None = None,
) -> ResponseReturnValue:
    round_ = judged.round
    shown = {"entrants": round_.participant_results_at, "public": round_.public_results_at}
    results = judged_results.results(judged)
    lines = concluding.lines(results)
    page = render_template(
        "contest/conclusions/show.html",
        contest=round_.contest,
        round=round_,
        judged=judged,
        seat=panel_access.seat_in(judged),
        results=results,
        lines=[(i18n.say(one.says), one.is_done, one.name) for one in lines],
        is_ready=all(one.is_done for one in lines),
        run=concluding.run_of(judged),
        waiting=concluding.waiting_in(judged),
        runs=concluding.runs_of(judged),
        proposals=proposing.waiting_in(round_),
        acts=proposing.ACTS,
        me=signed_in(),
        form=form or ReasonForm(formdata=None),
        moments=moments or MomentsForm(formdata=None, data=shown),
        told=i18n.translated,
    )
    return page, status


@bp.get("/vong/<public_id>/chot-cham/lan/<int:number>")
def run(public_id: str, number: int) -> ResponseReturnValue:
    judged, seat = panel_access.table_seen(public_id)
    found = next((one for one in concluding.runs_of(judged) if one.number == number), None)
    if found is None or (seat.judges and not seat.is_final):
        raise NotFound
    return render_template(
        "contest/conclusions/run.html",
        contest=judged.round.contest,
        round=judged.round,
        judged=judged,
        seat=seat,
        run=found,
        judges=sorted({judge for row in found.rows for judge in row["scores"]}),
        points=Decimal,
        told=i18n.translated,
    )


@bp.post("/vong/<public_id>/chot-cham")
@fresh
def propose(public_id: str) -> ResponseReturnValue:
    judged, form = judge_access.judged_round(public_id, Permission.COMPUTE_RESULTS), ReasonForm()
    if not form.validate():
        return _page(judged, 422, form)
    concluding.propose(judged, signed_in(), reason=form.reason.data or "", at=clock.now())
    flash(_("The round is closed as soon as a second person agrees."), "success")
    return see_other(url_for(".show", public_id=public_id))


@bp.post("/ket-qua-cham/<public_id>/dong-y")
@fresh
def agree(public_id: str) -> ResponseReturnValue:
    return _decide(public_id, concluding.agree, _("The results are final."))


@bp.post("/ket-qua-cham/<public_id>/tu-choi")
@fresh
def refuse(public_id: str) -> ResponseReturnValue:
    return _decide(public_id, concluding.refuse, _("The results are refused."))


def _decide(public_id: str, act: Callable[..., object], said: str) -> ResponseReturnValue:
    run_, form = panel_access.run_managed(public_id), ReasonForm()
    if not form.validate():
        return _page(run_.judged, 422, form)
    act(run_, signed_in(), reason=form.reason.data or "", at=clock.now())
    flash(said, "success")
    return see_other(url_for(".show", public_id=run_.judged.round.public_id))


@bp.post("/ket-qua-cham/<public_id>/rut")
def withdraw(public_id: str) -> ResponseReturnValue:
    run_ = panel_access.run_managed(public_id)
    concluding.withdraw(run_, signed_in(), at=clock.now())
    flash(_("The results are taken back."), "success")
    return see_other(url_for(".show", public_id=run_.judged.round.public_id))


@bp.post("/vong/<public_id>/chot-cham/mo-lai")
@fresh
def reopen(public_id: str) -> ResponseReturnValue:
    judged, form = judge_access.judged_round(public_id, Permission.COMPUTE_RESULTS), ReasonForm()
    if not form.validate():
        return _page(judged, 422, form)
    told = {"reason": form.reason.data or "", "at": clock.now()}
    proposing.propose(judged.round, proposing.REOPEN, {}, signed_in(), **told)
    flash(_("Proposed: another organiser must confirm it."), "success")
    return see_other(url_for(".show", public_id=public_id))


@bp.post("/vong/<public_id>/chot-cham/thoi-diem")
@fresh
def set_moments(public_id: str) -> ResponseReturnValue:
    judged, form = judge_access.judged_round(public_id, Permission.COMPUTE_RESULTS), MomentsForm()
    if not form.validate():
        return _page(judged, 422, moments=form)
    concluding.set_moments(
        judged, signed_in(), entrants=form.entrants.data, public=form.public.data
    )
    flash(_("Saved: results are shown from then on."), "success")
    return see_other(url_for(".show", public_id=public_id))
