"""The runs of a round: any of them opened, two compared; freezing, revealing and finalizing."""

from collections.abc import Callable
from datetime import datetime

from flask import Blueprint, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from accounts.access import fresh, signed_in
from accounts.models import Account
from accounts.rules.authorizing import Permission
from contest import (
    access,
    change_queries,
    change_telling,
    finalizing,
    freezing,
    overviews,
    previewing,
    proposing,
    run_queries,
)
from contest.forms.organizer import ReasonForm
from contest.models import Proposal, ResultRun, Round
from contest.rules.comparing import Lines
from contest.views import changes
from core import clock, i18n
from core.errors import NotFound
from core.web import see_other, whole_or

bp = Blueprint("runs", __name__, url_prefix="/quan-ly")
PRIZE_LINES = Lines((1, 3, 10))


@bp.get("/vong/<public_id>/lan-tinh/<int:number>")
def show(public_id: str, number: int) -> ResponseReturnValue:
    round_ = access.round_managed_by(public_id, Permission.SEE_CONTEST)
    run = _run(round_, number)
    words = request.args.get("tim", "")
    page = run_queries.board_of(
        run,
        words=words,
        after=request.args.get("after"),
        before=request.args.get("before"),
    )
    return render_template(
        "contest/runs/show.html",
        contest=round_.contest,
        round=round_,
        run=run,
        is_current=round_.current_run_id == run.id,
        runs=run_queries.runs_of(round_),
        change=change_queries.change_of_run(run.id),
        page=page,
        words=words,
        people=run_queries.ranked_people(run),
        in_full=access.may_in(round_.contest, Permission.SEE_PERSONAL_DATA),
        points=changes.points,
        true_values=change_telling.true_values(round_, run),
        may_change=access.may_in(round_.contest, Permission.COMPUTE_RESULTS),
    )


def _run(round_: Round, number: int | None) -> ResultRun:
    run = next((one for one in run_queries.runs_of(round_) if one.number == number), None)
    if run is None:
        raise NotFound
    return run


@bp.get("/vong/<public_id>/so-sanh")
def compare(public_id: str) -> ResponseReturnValue:
    round_ = access.round_managed_by(public_id, Permission.SEE_CONTEST)
    runs = run_queries.runs_of(round_)
    newest = runs[0].number if runs else 0
    second = _run(round_, whole_or(request.args.get("den"), newest))
    first = _run(round_, whole_or(request.args.get("tu"), max(1, second.number - 1)))
    preview = previewing.between(first.id, second.id, PRIZE_LINES)
    return render_template(
        "contest/runs/compare.html",
        contest=round_.contest,
        round=round_,
        runs=runs,
        first=first,
        second=second,
        preview=preview,
        **changes.matrix(round_, preview),
    )


# --- The end of a round ------------------------------------------------------------------------


@bp.get("/vong/<public_id>/chot")
@fresh
def finish(public_id: str) -> ResponseReturnValue:
    return _page(access.round_managed_by(public_id, Permission.COMPUTE_RESULTS), 200)


def _page(round_: Round, status: int, form: ReasonForm | None = None) -> ResponseReturnValue:
    now = clock.now()
    run = run_queries.current_run(round_)
    lines = finalizing.lines(round_, at=now)
    page = render_template(
        "contest/runs/finish.html",
        contest=round_.contest,
        round=round_,
        run=run,
        is_public=run is not None and run_queries.is_public(run),
        lines=[(i18n.say(one.says), one.is_done, one.name) for one in lines],
        is_ready=all(one.is_done for one in lines),
        waiting=proposing.waiting_in(round_),
        acts=proposing.ACTS,
        me=signed_in(),
        form=form or ReasonForm(formdata=None),
        live=overviews.live(round_, at=now),
    )
    return page, status


@bp.post("/vong/<public_id>/chot")
@fresh
def finalize(public_id: str) -> ResponseReturnValue:
    return _act(public_id, finalizing.finalize, _("The results are final."))


@bp.post("/vong/<public_id>/dong-bang")
@fresh
def freeze(public_id: str) -> ResponseReturnValue:
    return _act(public_id, freezing.freeze, _("The public board is frozen."))


@bp.post("/vong/<public_id>/mo-bang")
@fresh
def reveal(public_id: str) -> ResponseReturnValue:
    return _act(public_id, freezing.reveal, _("The public board is revealed."))


@bp.post("/vong/<public_id>/mo-chot")
@fresh
def reopen(public_id: str) -> ResponseReturnValue:
    return _act(public_id, _ask_back, _("Proposed: another organiser must confirm it."))


def _ask_back(round_: Round, actor: Account, *, reason: str, at: datetime) -> Proposal:
    return proposing.propose(round_, proposing.REOPEN, {}, actor, reason=reason, at=at)


def _act(public_id: str, act: Callable[..., object], said: str) -> ResponseReturnValue:
    round_ = access.round_managed_by(public_id, Permission.COMPUTE_RESULTS)
    form = ReasonForm()
    if not form.validate():
        return _page(round_, 422, form)
    act(round_, signed_in(), reason=form.reason.data or "", at=clock.now())
    flash(said, "success")
    return see_other(url_for(".finish", public_id=public_id))
