"""Results: compute a run, make it the current one, publish it to an audience."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import func, insert, select

from accounts import auditing
from accounts.models import Account
from contest import computing, late_queries, measuring, placing
from contest.computing import Computed
from contest.errors import RoundFinal, RoundNotReady
from contest.models import Attempt, AttemptKind, Enrolment, ResultRun, Round, RoundState, Standing
from contest.rules.standing import Stood
from contest.rules.timing import Audience
from core.db import atomic, db, lock
from core.text import N_

ROWS_AT_ONCE = 2000


@atomic()
def open_run(round_: Round, *, at: datetime) -> ResultRun:
    """Begin the provisional run that grows while the round is open; once is enough."""
    if round_.current_run_id is not None:
        return db.session.get_one(ResultRun, round_.current_run_id)
    run = _new_run(round_, reason="", actor=None, at=at)
    round_.current_run_id = run.id
    return run


@atomic()
def compute(round_: Round, actor: Account | None, *, reason: str, at: datetime) -> ResultRun:
    """Compute the round's results anew from its attempts, and make them the current ones.

    The prediction's true value is fixed here, from the same attempts. Earlier runs stay.

    Raise `RoundNotReady` while attempts may still come in or proposals about late answers
    wait, `RoundFinal` after finalizing.
    """
    lock(round_)
    waiting = late_queries.waiting_in(round_)
    if waiting:
        raise RoundNotReady(
            N_("Proposals about late answers that wait for a second person: %(count)s."),
            count=waiting,
        )
    return compute_again(round_, actor, reason=reason, at=at)


@atomic()
def compute_again(round_: Round, actor: Account | None, *, reason: str, at: datetime) -> ResultRun:
    """Compute the results whatever else waits to be decided; see `compute`."""
    lock(round_)
    check_ready(round_, at=at)
    check_marked(round_)
    run = write_run(round_, computing.computed_in(round_, at=at), actor, reason=reason, at=at)
    _record(round_, run, actor, "results.computed", reason)
    return run


def check_ready(round_: Round, *, at: datetime) -> None:
    """Raise `RoundFinal` after finalizing, `RoundNotReady` while attempts may still come in."""
    if round_.state is RoundState.FINAL:
        raise RoundFinal
    if at < round_.closes_at or _open_attempts(round_):
        raise RoundNotReady(N_("Results are computed once the round is closed."))


def check_marked(round_: Round) -> None:
    """Raise `RoundNotReady` while essays wait for their marks."""
    unmarked = unmarked_in(round_)
    if unmarked:
        raise RoundNotReady(
            N_("Essays not marked yet: %(count)s. Mark them first."), count=unmarked
        )


def write_run(
    round_: Round, computed: Computed, actor: Account | None, *, reason: str, at: datetime
) -> ResultRun:
    """Write computed results as a new run and make it the current one; the caller records it."""
    run = _new_run(round_, reason=reason, actor=actor, at=at)
    run.is_provisional = False
    computing.fix_actuals(run, round_, computed.actuals)
    run.inputs_digest, run.board_digest = computed.inputs_digest, computed.board_digest
    _write(run, Audience.PARTICIPANT, computed.stood)
    round_.current_run_id = run.id
    is_due = round_.public_results_at is not None and round_.public_results_at <= at
    if is_due and round_.frozen_run_id is None:
        _write(run, Audience.PUBLIC, computed.stood)
    # Who is annulled or excluded by now says nothing about the questions any more.
    measuring.queue(round_, actor, at=at)
    return run


@atomic()
def publish(round_: Round, actor: Account | None, *, at: datetime) -> ResultRun:
    """Show the current run to the public: its standings are copied for that audience."""
    lock(round_)
    run = db.session.get(ResultRun, round_.current_run_id) if round_.current_run_id else None
    if run is None or run.is_provisional:
        raise RoundNotReady(N_("Compute the results before publishing them."))
    if round_.frozen_run_id is not None:
        raise RoundNotReady(N_("The public board is frozen: reveal it first."))
    shown = select(func.count()).where(
        Standing.run_id == run.id, Standing.audience == Audience.PUBLIC
    )
    if not db.session.scalar(shown):
        show_public(run)
        if round_.public_results_at is None or round_.public_results_at > at:
            round_.public_results_at = at
        _record(round_, run, actor, "results.published", "")
    return run


def show_public(run: ResultRun) -> None:
    """Copy a run's standings for the public, in the place of what was there."""
    held = [column for column in Standing.__table__.columns if column.name != "id"]
    placing.clear(run, [Audience.PUBLIC])
    rows = db.session.execute(
        select(*held).where(Standing.run_id == run.id, Standing.audience == Audience.PARTICIPANT)
    ).mappings()
    copies = [dict(row) | {"audience": Audience.PUBLIC} for row in rows]
    if copies:
        db.session.execute(insert(Standing), copies)


def _new_run(round_: Round, *, reason: str, actor: Account | None, at: datetime) -> ResultRun:
    newest = db.session.scalar(
        select(func.max(ResultRun.number)).where(ResultRun.round_id == round_.id)
    )
    run = ResultRun(
        round_id=round_.id,
        number=1 + (newest or 0),
        rule={
            "ranking": round_.ranking,
            "counts": round_.counts,
            "prediction": round_.prediction,
        },
        reason=reason,
        made_at=at,
        made_by_id=actor.id if actor else None,
    )
    db.session.add(run)
    db.session.flush()
    return run


def _open_attempts(round_: Round) -> int:
    return (
        db.session.scalar(
            select(func.count()).where(
                Attempt.round_id == round_.id,
                Attempt.kind == AttemptKind.OFFICIAL,
                Attempt.submitted_at.is_(None),
            )
        )
        or 0
    )


def unmarked_in(round_: Round) -> int:
    """Return how many essays of the attempts that count people have still to mark."""
    waiting = (
        select(func.sum(Attempt.unmarked))
        .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
        .where(
            Attempt.round_id == round_.id,
            Attempt.annulled_at.is_(None),
            Enrolment.disqualified_at.is_(None),
        )
    )
    return db.session.scalar(waiting) or 0


def _write(run: ResultRun, audience: Audience, stood: Mapping[tuple[int, str], Stood]) -> None:
    rows = [
        {"run_id": run.id, "audience": audience, "enrolment_id": person[0]} | placing.columns(one)
        for person, one in stood.items()
    ]
    for begin in range(0, len(rows), ROWS_AT_ONCE):
        db.session.execute(insert(Standing), rows[begin : begin + ROWS_AT_ONCE])


def _record(round_: Round, run: ResultRun, actor: Account | None, action: str, reason: str) -> None:
    auditing.record(
        actor,
        action,
        f"round:{round_.public_id}",
        log=round_.contest.log,
        run=run.number,
        board=run.board_digest,
        inputs=run.inputs_digest,
        reason=reason,
    )


@atomic()
def rebuild_provisional(round_: Round) -> int:
    """Write the standings of the provisional run again from the attempts; return how many."""
    if round_.current_run_id is None:
        return 0
    run = db.session.get_one(ResultRun, round_.current_run_id)
    if not run.is_provisional:
        return 0
    stood = computing.stood_in(round_, placing.terms_of(round_), computing.achieved_in(round_))
    if round_.frozen_run_id is not None:
        placing.clear(run, [Audience.PARTICIPANT])
        _write(run, Audience.PARTICIPANT, stood)
        return len(stood)
    placing.clear(run, list(Audience))
    for audience in placing.audiences(live=round_.live_board):
        _write(run, audience, stood)
    return len(stood)
