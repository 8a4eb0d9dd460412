"""The organiser's page of a round's papers: how far each sitting is, what is wrong, prepare."""

from datetime import datetime

from flask import Blueprint, flash, jsonify, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from accounts.access import signed_in
from accounts.rules.authorizing import Permission
from contest import access, prepared_queries, preparing
from contest.models import Round, Sitting
from contest.prepared_queries import Line, State
from core import assets, clock
from core.errors import DomainError
from core.jobs import Job
from core.web import see_other

bp = Blueprint("preparing", __name__, url_prefix="/quan-ly")


@bp.get("/vong/<public_id>/de-thi")
def show(public_id: str) -> ResponseReturnValue:
    round_ = access.round_managed_by(public_id, Permission.MANAGE_ROUND)
    now = clock.now()
    return render_template(
        "contest/preparing/show.html",
        contest=round_.contest,
        round=round_,
        sittings=[
            (sitting, *_looked_at(round_, sitting, now), preparing.alive(sitting))
            for sitting in prepared_queries.sittings_of(round_.id)
        ],
        at=now,
        most=prepared_queries.MOST_LINES,
    )


def _looked_at(round_: Round, sitting: Sitting, now: datetime) -> tuple[State | None, list[Line]]:
    """Return how far the papers of a sitting are and what is wrong; nothing without a blueprint."""
    try:
        basis = preparing.basis_of(round_, assets.current(), at=now)
    except DomainError:
        return None, []
    return prepared_queries.state(sitting.id, basis), prepared_queries.problems(sitting, basis)


@bp.post("/ca/<public_id>/de-thi")
def order(public_id: str) -> ResponseReturnValue:
    sitting = access.sitting_managed_by(public_id, Permission.MANAGE_ROUND)
    preparing.order(sitting, signed_in(), at=clock.now())
    flash(_("The papers are being prepared."), "success")
    return see_other(url_for(".show", public_id=sitting.round.public_id))


@bp.get("/ca/<public_id>/de-thi/tien-do")
def progress(public_id: str) -> ResponseReturnValue:
    sitting = access.sitting_managed_by(public_id, Permission.MANAGE_ROUND)
    job = preparing.alive(sitting)
    if job is None:
        return jsonify(state="done", progress=100, text="")
    words = _("Papers prepared: %(done)s of %(total)s.", done=job.done, total=job.total)
    return jsonify(state=job.state.value, progress=_share(job), text=words)


def _share(job: Job) -> int:
    return 100 * job.done // job.total if job.total else 0
