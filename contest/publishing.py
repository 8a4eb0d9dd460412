"""Results: compute a run, make it the current one, publish it to an audience."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import func, insert, literal, select

from accounts import auditing
from accounts.models import Account
from contest import computing, late_queries, placing, recomputing, run_queries, running
from contest.computing import Person
from contest.errors import RoundFinal, RoundNotReady
from contest.models import (
    Attempt,
    AttemptKind,
    Enrolment,
    ResultRun,
    Round,
    RoundKind,
    RoundState,
    Standing,
)
from contest.recomputing import Stamp
from contest.rules.progressing import WHOLE, Progress, part, unwatched
from contest.rules.standing import Stood
from contest.rules.timing import Audience
from contest.running import Draft, RoundMoved
from core import jobs
from core.db import atomic, db, lock, survey
from core.jobs import Job
from core.text import N_

JOB = "contest.compute_results"
# The columns of a standing that are not copied for the public.
_OWN = frozenset({"id", "audience"})


@atomic()
def open_run(round_: Round, *, at: datetime) -> ResultRun:
    """Begin the provisional run that grows while the round is open; once is enough."""
    if round_.current_run_id is not None:
        return db.session.get_one(ResultRun, round_.current_run_id)
    return running.first(round_, at=at)


@atomic()
def order(round_: Round, actor: Account, *, reason: str, at: datetime) -> Job:
    """Let a job compute the results; what is refused at once is not queued. See `compute`."""
    _check_late(round_)
    check_ready(round_, at=at)
    check_marked(round_)
    payload = {"round_id": round_.id, "actor": actor.id, "reason": reason}
    return jobs.enqueue(JOB, payload, at=at, key=_key(round_), owner=actor.id)


def of_job(payload: Mapping[str, Any]) -> tuple[Round, Account]:
    """Return the round that a job is about, and who asked for it."""
    round_ = run_queries.round_of(int(payload["round_id"]))
    return round_, db.session.get_one(Account, payload["actor"])


def alive(round_: Round) -> Job | None:
    """Return the job that computes the results of a round by now; None if none does."""
    return db.session.scalar(select(Job).where(Job.key == _key(round_)))


def last_fault(round_: Round) -> str:
    """Return why the newest of the last jobs that computed these results failed; "" if none did."""
    rows = db.session.scalars(select(Job).where(Job.kind == JOB).order_by(Job.id.desc()).limit(20))
    mine = next((one for one in rows if one.payload["round_id"] == round_.id), None)
    return mine.fault if mine is not None else ""


def _key(round_: Round) -> str:
    return f"{JOB}:{round_.public_id}"


def compute(
    round_: Round,
    actor: Account | None,
    *,
    reason: str,
    at: datetime,
    progress: Progress = unwatched,
) -> ResultRun:
    """Compute the round's results anew from its attempts, and make them the current ones.

    The prediction's true value is fixed here, from the same attempts. Earlier runs stay. All is
    computed and written before others are kept from writing, and once more only where something
    has changed meanwhile.

    Raise `RoundNotReady` while attempts may still come in or proposals about late answers
    wait, `RoundFinal` after finalizing.
    """
    act = partial(_compute, round_, actor, reason, at, progress)
    return running.once_more(act, holding=round_)


def _compute(
    round_: Round, actor: Account | None, reason: str, at: datetime, progress: Progress
) -> ResultRun:
    _check_late(round_)
    check_ready(round_, at=at)
    check_marked(round_)
    before = recomputing.stamp(round_)
    computed = computing.computed_in(round_, at=at, progress=part(progress, 0, 60))
    writes = part(progress, 60, WHOLE)
    draft = running.write(round_, computed, actor, reason=reason, at=at, progress=writes)
    try:
        return _finish(round_, draft, before, actor, at=at)
    except Exception:
        running.discard(draft.run_id)
        raise


def _check_late(round_: Round) -> None:
    waiting = late_queries.waiting_in(round_)
    if waiting:
        raise RoundNotReady(
            N_("Proposals about late answers that wait for a second person: %(count)s."),
            count=waiting,
        )


@atomic()
def _finish(
    round_: Round,
    draft: Draft,
    before: Stamp,
    actor: Account | None,
    *,
    at: datetime,
) -> ResultRun:
    lock(round_)
    if recomputing.stamp(round_) != before:
        raise RoundMoved
    _check_late(round_)
    check_ready(round_, at=at)
    run = running.finish(draft, round_, actor, at=at)
    _record(round_, run, actor, "results.computed", run.reason)
    return run


@atomic()
def compute_again(round_: Round, actor: Account | None, *, reason: str, at: datetime) -> ResultRun:
    """Compute the results whatever else waits to be decided; part of the caller's transaction."""
    lock(round_)
    check_ready(round_, at=at)
    check_marked(round_)
    computed = computing.computed_in(round_, at=at)
    draft = running.write(round_, computed, actor, reason=reason, at=at)
    run = running.finish(draft, round_, actor, at=at)
    _record(round_, run, actor, "results.computed", reason)
    return run


def check_ready(round_: Round, *, at: datetime) -> None:
    """Raise `RoundFinal` after finalizing, `RoundNotReady` while attempts may still come in."""
    if round_.state is RoundState.FINAL:
        raise RoundFinal
    if round_.kind is not RoundKind.QUIZ:
        raise RoundNotReady(N_("This round is judged: its results are made by its panels."))
    if at < round_.closes_at or _open_attempts(round_):
        raise RoundNotReady(N_("Results are computed once the round is closed."))


def check_marked(round_: Round) -> None:
    """Raise `RoundNotReady` while essays wait for their marks."""
    unmarked = unmarked_in(round_)
    if unmarked:
        raise RoundNotReady(
            N_("Essays not marked yet: %(count)s. Mark them first."), count=unmarked
        )


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
    placing.clear(run, [Audience.PUBLIC])
    kept = [column for column in Standing.__table__.columns if column.name not in _OWN]
    rows = select(literal(Audience.PUBLIC, Standing.__table__.c.audience.type), *kept).where(
        Standing.run_id == run.id, Standing.audience == Audience.PARTICIPANT
    )
    names = ["audience", *(column.name for column in kept)]
    db.session.execute(insert(Standing).from_select(names, rows))
    survey(Standing)


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
            Attempt.unmarked > 0,
            Attempt.annulled_at.is_(None),
            Enrolment.disqualified_at.is_(None),
        )
    )
    return db.session.scalar(waiting) or 0


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


def _write(run: ResultRun, audience: Audience, stood: Mapping[Person, Stood]) -> None:
    for _ in running.write_standings(run.id, audience, stood):
        continue
