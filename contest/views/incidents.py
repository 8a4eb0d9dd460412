"""Time taken out of sittings, and changes that wait for a second person."""

from flask import Blueprint, flash, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from accounts.access import signed_in
from accounts.rules.authorizing import Permission
from contest import access, interrupting, proposing, seating, timetabling
from contest.forms.sittings import IncidentForm
from contest.interrupting import Scope
from contest.models import Round
from core import clock
from core.web import see_other

bp = Blueprint("incidents", __name__, url_prefix="/quan-ly")
MANAGE = Permission.MANAGE_ROUND


@bp.get("/vong/<public_id>/su-co")
def index(public_id: str) -> ResponseReturnValue:
    round_ = access.round_managed_by(public_id, MANAGE)
    return _page(round_, IncidentForm(formdata=None), 200)


@bp.post("/vong/<public_id>/su-co")
def begin(public_id: str) -> ResponseReturnValue:
    round_ = access.round_managed_by(public_id, MANAGE)
    form = IncidentForm()
    scope = _scope(round_, form)
    if not form.validate() or scope is None or not _has_minutes(form):
        if scope is None:
            form.where.errors = [_("Choose where, or one person.")]
        return _page(round_, form, 422)
    now, reason = clock.now(), form.reason.data
    if form.kind.data == "pause":
        interrupting.pause(scope, signed_in(), reason=reason, at=now)
        flash(_("The clock stands there. Let it go on as soon as people can work."), "warning")
    else:
        minutes = int(form.minutes.data or 0)
        gained = interrupting.give_back(scope, minutes, signed_in(), reason=reason, at=now)
        flash(_("Running attempts that gained time: %(count)s.", count=gained), "success")
    return see_other(url_for(".index", public_id=public_id))


def _has_minutes(form: IncidentForm) -> bool:
    if form.kind.data == "credit" and not form.minutes.data:
        form.minutes.errors = [_("Say how many minutes.")]
        return False
    return True


def _scope(round_: Round, form: IncidentForm) -> Scope | None:
    """Return what the form names: one person, or else a sitting or a room of the round."""
    if form.person.data:
        enrolment = access.entered_in(round_.contest, form.person.data)
        seat = seating.seat_for(round_, enrolment)
        return Scope(seat.sitting, seat=seat) if seat else None
    kind, _colon, name = str(form.where.data or "").partition(":")
    for sitting in timetabling.sittings_of(round_):
        if kind == "sitting" and sitting.public_id == name:
            return Scope(sitting)
        for room in sitting.rooms:
            if kind == "room" and room.public_id == name:
                return Scope(sitting, room=room)
    return None


@bp.post("/su-co/<incident_id>/cho-thi-tiep")
def resume(incident_id: str) -> ResponseReturnValue:
    incident = access.incident_managed_by(incident_id, MANAGE)
    back = url_for(".index", public_id=incident.sitting.round.public_id)
    moved = interrupting.resume(incident, signed_in(), at=clock.now())
    flash(_("The clock goes on. Running attempts: %(count)s.", count=moved), "success")
    return see_other(back)


@bp.post("/de-nghi/<proposal_id>/xac-nhan")
def confirm(proposal_id: str) -> ResponseReturnValue:
    proposal = access.proposal_managed_by(proposal_id, MANAGE)
    back = url_for("sittings.index", public_id=proposal.round.public_id)
    moved = proposing.confirm(proposal, signed_in(), at=clock.now())
    flash(_("Done. Running attempts whose end moved: %(count)s.", count=moved), "success")
    return see_other(back)


@bp.post("/de-nghi/<proposal_id>/bo")
def turn_down(proposal_id: str) -> ResponseReturnValue:
    proposal = access.proposal_managed_by(proposal_id, MANAGE)
    back = url_for("sittings.index", public_id=proposal.round.public_id)
    proposing.turn_down(proposal, signed_in(), at=clock.now())
    flash(_("The change is not made."), "success")
    return see_other(back)


def _page(round_: Round, form: IncidentForm, status: int) -> ResponseReturnValue:
    page = render_template(
        "contest/incidents/index.html",
        contest=round_.contest,
        round=round_,
        form=form.offer(list(timetabling.sittings_of(round_))),
        incidents=interrupting.incidents_in(round_),
        people=interrupting.people_of(round_),
        in_full=access.may_in(round_.contest, Permission.SEE_PERSONAL_DATA),
        at=clock.now(),
    )
    return page, status
