"""Finalizing results: what still stands in the way, done once, undone only by two people."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from accounts import auditing
from accounts.models import Account
from contest import (
    appeal_queries,
    change_queries,
    late_queries,
    publishing,
    run_queries,
    sitting_queries,
    watch_queries,
)
from contest.errors import RoundNotReady
from contest.models import Attempt, AttemptKind, Enrolment, ResultRun, Round, RoundState
from contest.rules import appealing
from contest.rules.appealing import AppealStage
from core.db import atomic, db, lock
from core.saying import Sentence
from core.text import N_


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that has to be done before results are final, and whether it is."""

    name: str
    says: Sentence
    is_done: bool


def lines(round_: Round, *, at: datetime) -> list[Line]:
    """Return everything that has to be done before the results are final, in order."""
    run = run_queries.current_run(round_)
    is_computed = run is not None and not run.is_provisional
    counted = [
        ("open", N_("Attempts that still run: %(count)s"), run_queries.open_attempts(round_)),
        ("essays", N_("Essays without their mark: %(count)s"), publishing.unmarked_in(round_)),
        ("late", N_("Proposals about late answers: %(count)s"), late_queries.waiting_in(round_)),
        ("minutes", N_("Minutes that void a place: %(count)s"), watch_queries.void_waiting(round_)),
        ("hours", N_("Changes of hours: %(count)s"), sitting_queries.proposals_waiting(round_)),
        (
            "changes",
            N_("Changes to results that wait for a second person: %(count)s"),
            int(change_queries.waiting_in(round_) is not None),
        ),
        ("appeals", N_("Appeals without an answer: %(count)s"), appeal_queries.open_in(round_)),
        (
            "stale",
            N_("People disqualified after the results were computed: %(count)s"),
            _unknown_to(run, round_),
        ),
    ]
    stage = appealing.stage(at, round_.appeal_window)
    takes_appeals = stage in (AppealStage.OPEN, AppealStage.UPCOMING)
    return [
        Line("window", Sentence(N_("The round is over")), at >= round_.closes_at),
        Line("run", Sentence(N_("The results are computed")), is_computed),
        *(Line(name, Sentence(says, {"count": count}), not count) for name, says, count in counted),
        Line("appeal_window", Sentence(N_("The time for appeals is over")), not takes_appeals),
        Line(
            "frozen",
            Sentence(N_("The public board is not frozen")),
            round_.frozen_run_id is None,
        ),
    ]


def blockers(round_: Round, *, at: datetime) -> Sequence[Line]:
    """Return what still keeps the results from being final."""
    return [one for one in lines(round_, at=at) if not one.is_done]


def _unknown_to(run: ResultRun | None, round_: Round) -> int:
    """Count those who stand in the run and were disqualified after it."""
    if run is None or run.is_provisional:
        return 0
    return (
        db.session.scalar(
            select(func.count(Enrolment.id.distinct()))
            .join(Attempt, Attempt.enrolment_id == Enrolment.id)
            .where(
                Attempt.round_id == round_.id,
                Attempt.kind == AttemptKind.OFFICIAL,
                Enrolment.disqualified_at > run.made_at,
            )
        )
        or 0
    )


@atomic()
def finalize(round_: Round, actor: Account, *, reason: str, at: datetime) -> Round:
    """Make the results of a round final: from now on nothing of it can be changed.

    Raise `RoundNotReady` with the first thing that is still to be done.
    """
    lock(round_)
    if round_.state is RoundState.FINAL:
        return round_
    waiting = blockers(round_, at=at)
    if waiting:
        raise RoundNotReady(_REFUSALS[waiting[0].name], **waiting[0].says.values)
    before, round_.state, round_.finalized_at = round_.state, RoundState.FINAL, at
    run = db.session.get_one(ResultRun, round_.current_run_id)
    told = {"before": before, "run": run.number, "board": run.board_digest}
    _record(round_, actor, "results.finalized", reason, **told)
    return round_


@atomic()
def reopen(round_: Round, actor: Account, *, reason: str, second: Account) -> Round:
    """Take the finalizing back; `second` is who asked for it, and never the same person.

    The caller has made sure that two people want it: see `proposing`.
    """
    lock(round_)
    if round_.state is RoundState.FINAL:
        round_.state, round_.finalized_at = RoundState.READY, None
        _record(round_, actor, "results.reopened", reason, proposed_by=second.public_id)
    return round_


def _record(round_: Round, actor: Account, action: str, reason: str, **told: object) -> None:
    target = f"round:{round_.public_id}"
    auditing.record(actor, action, target, log=round_.contest.log, reason=reason, **told)


_REFUSALS = {
    "window": N_("The round is not over yet."),
    "run": N_("Compute the results first."),
    "open": N_("Attempts still run: %(count)s."),
    "essays": N_("Essays not marked yet: %(count)s. Mark them first."),
    "late": N_("Proposals about late answers that wait for a second person: %(count)s."),
    "minutes": N_("Minutes that void a place wait for a second person: %(count)s."),
    "hours": N_("Changes of hours wait for a second person: %(count)s."),
    "changes": N_("A change to these results is waiting for a second person."),
    "appeals": N_("Appeals wait for an answer: %(count)s."),
    "stale": N_("People were disqualified after the results were computed: compute them again."),
    "appeal_window": N_("Appeals may still come in."),
    "frozen": N_("The public board is frozen: reveal it first."),
}
