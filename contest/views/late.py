"""Answers that came late: the lane of a round, and the decision of two people about an attempt."""

from collections.abc import Callable

from flask import Blueprint, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from accounts.access import fresh, signed_in
from accounts.rules.authorizing import Permission
from contest import access, deciding, late_queries, late_telling
from contest.forms.late import DecisionForm, ProposalForm
from contest.models import Attempt
from contest.rules.lateness import LateRule
from core import clock
from core.web import see_other

bp = Blueprint("late", __name__, url_prefix="/quan-ly")


@bp.get("/vong/<public_id>/den-muon")
def lane(public_id: str) -> ResponseReturnValue:
    round_ = access.round_managed_by(public_id, Permission.COMPUTE_RESULTS)
    page = late_queries.lane(
        round_, after=request.args.get("after"), before=request.args.get("before")
    )
    return render_template(
        "contest/late/lane.html",
        contest=round_.contest,
        round=round_,
        page=page,
        in_full=access.may_in(round_.contest, Permission.SEE_PERSONAL_DATA),
    )


@bp.get("/bai/<public_id>/den-muon")
@fresh
def attempt(public_id: str) -> ResponseReturnValue:
    row = access.attempt_managed_by(public_id, Permission.COMPUTE_RESULTS)
    return _page(row, 200)


@bp.post("/bai/<public_id>/den-muon")
@fresh
def propose(public_id: str) -> ResponseReturnValue:
    row = access.attempt_managed_by(public_id, Permission.COMPUTE_RESULTS)
    form = ProposalForm()
    if not form.validate():
        return _page(row, 422, proposal=form)
    rule, reason = LateRule(form.rule.data), form.reason.data or ""
    deciding.propose(row, signed_in(), rule, reason=reason, at=clock.now())
    flash(_("The proposal waits for a second person."), "success")
    return see_other(url_for(".attempt", public_id=public_id))


@bp.post("/den-muon/<public_id>/dong-y")
@fresh
def agree(public_id: str) -> ResponseReturnValue:
    return _decide(public_id, deciding.agree, _("Decided: the attempt is marked anew."))


@bp.post("/den-muon/<public_id>/tu-choi")
@fresh
def refuse(public_id: str) -> ResponseReturnValue:
    return _decide(public_id, deciding.refuse, _("The proposal is refused."))


@bp.post("/den-muon/<public_id>/rut-lai")
@fresh
def withdraw(public_id: str) -> ResponseReturnValue:
    decision = access.late_decision_managed_by(public_id, Permission.COMPUTE_RESULTS)
    attempt = decision.attempt.public_id
    deciding.withdraw(decision, signed_in())
    flash(_("The proposal is taken back."), "success")
    return see_other(url_for(".attempt", public_id=attempt))


def _decide(public_id: str, act: Callable[..., object], said: str) -> ResponseReturnValue:
    """Do with a proposal what a form gives a reason for, and say so on the attempt's page."""
    decision = access.late_decision_managed_by(public_id, Permission.COMPUTE_RESULTS)
    form, row = DecisionForm(), decision.attempt
    if not form.validate():
        return _page(row, 422, decision=form)
    attempt = row.public_id
    act(decision, signed_in(), reason=form.reason.data or "", at=clock.now())
    flash(said, "success")
    return see_other(url_for(".attempt", public_id=attempt))


def _page(
    row: Attempt,
    status: int,
    *,
    proposal: ProposalForm | None = None,
    decision: DecisionForm | None = None,
) -> ResponseReturnValue:
    page = render_template(
        "contest/late/attempt.html",
        contest=row.round.contest,
        round=row.round,
        attempt=row,
        told=late_telling.of_attempt(row),
        reader=signed_in(),
        in_full=access.may_in(row.round.contest, Permission.SEE_PERSONAL_DATA),
        proposal=proposal or ProposalForm(formdata=None),
        decision=decision or DecisionForm(formdata=None),
    )
    return page, status
