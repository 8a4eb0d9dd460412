"""The marking of essays: a marker's queue, one answer at a time, and marks that differ."""

from flask import Blueprint, flash, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from accounts.access import signed_in
from accounts.rules.authorizing import Permission
from contest import access, essay_queries, grading, papers
from contest.forms.essays import MarkingForm, marking_form
from contest.grading import Told
from contest.models import EssayClaim
from core import clock
from core.web import see_other

bp = Blueprint("essays", __name__, url_prefix="/quan-ly")


@bp.get("/vong/<public_id>/cham")
def queue(public_id: str) -> ResponseReturnValue:
    round_ = access.round_managed_by(public_id, Permission.MARK_ESSAYS)
    return render_template(
        "contest/essays/queue.html",
        contest=round_.contest,
        round=round_,
        progress=essay_queries.progress(round_, signed_in().id),
    )


@bp.post("/vong/<public_id>/cham")
def claim(public_id: str) -> ResponseReturnValue:
    round_ = access.round_managed_by(public_id, Permission.MARK_ESSAYS)
    taken = grading.claim(round_, signed_in(), at=clock.now())
    if taken is None:
        flash(_("No answer is waiting for you now."), "info")
        return see_other(url_for(".queue", public_id=public_id))
    return see_other(url_for(".answer", public_id=taken.public_id))


@bp.get("/vong/<public_id>/cham/lech")
def deviations(public_id: str) -> ResponseReturnValue:
    round_ = access.round_managed_by(public_id, Permission.COMPUTE_RESULTS)
    return render_template(
        "contest/essays/deviations.html",
        contest=round_.contest,
        round=round_,
        progress=essay_queries.progress(round_, signed_in().id),
        deviations=essay_queries.deviations(round_),
    )


@bp.get("/cham/<public_id>")
def answer(public_id: str) -> ResponseReturnValue:
    held = access.claim_of(signed_in(), public_id)
    return _answer_page(held, marking_form(grading.criteria_of(held)), 200)


@bp.post("/cham/<public_id>")
def give(public_id: str) -> ResponseReturnValue:
    marker = signed_in()
    held = access.claim_of(marker, public_id)
    form = marking_form(grading.criteria_of(held))
    if not form.validate():
        return _answer_page(held, form, 422)
    round_id = held.attempt.round.public_id
    told = Told(form.given(), (form.comment.data or "").strip())
    grading.give(held, marker, told, at=clock.now())
    flash(_("The mark is saved."), "success")
    return see_other(url_for(".queue", public_id=round_id))


def _answer_page(held: EssayClaim, form: MarkingForm, status: int) -> ResponseReturnValue:
    round_ = held.attempt.round
    page = render_template(
        "contest/essays/answer.html",
        contest=round_.contest,
        round=round_,
        shown=papers.essay_of(held),
        code=essay_queries.code_of(held.attempt.public_id, held.position),
        criteria=grading.criteria_of(held),
        form=form,
    )
    return page, status
