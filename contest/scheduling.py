"""Moving a round's hours: open early, extend, close early, pause and resume."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from accounts import auditing
from accounts.models import Account
from contest import sitting_queries
from contest.errors import NeedsSecond, WrongHour
from contest.models import (
    Attempt,
    AttemptKind,
    Enrolment,
    ResultRun,
    Round,
    RoundKind,
    RoundState,
    Seat,
    Sitting,
)
from contest.rules import timing
from core.db import atomic, db, lock
from core.text import N_


@atomic()
def open_now(round_: Round, actor: Account, *, reason: str, at: datetime) -> Round:
    """Open a ready round before its hour. Raise `WrongHour` when it is not waiting to open."""
    lock(round_)
    if round_.state is not RoundState.READY or at >= round_.opens_at:
        raise WrongHour(N_("Only a round that is ready and not open yet can be opened early."))
    before, round_.opens_at = round_.opens_at, at
    for sitting in round_.sittings:
        if len(round_.sittings) == 1 or sitting.opens_at == before:
            sitting.opens_at = at
    _record(round_, actor, "round.opened_early", reason, before=before, after=at)
    return round_


@atomic()
def extend(round_: Round, closes_at: datetime, actor: Account, *, reason: str) -> int:
    """Close a round later; return how many running attempts gained time.

    Nobody loses time by it. Raise `WrongHour` for an earlier end, or when the round was closed
    for good; the end of judging is moved by `prolonging`.
    """
    lock(round_)
    if round_.kind is RoundKind.JUDGED:
        raise WrongHour(N_("The end of judging is moved on the page of the judged round."))
    if round_.state not in (RoundState.READY, RoundState.PAUSED):
        raise WrongHour(N_("Only a round that is ready or open can be extended."))
    run = db.session.get(ResultRun, round_.current_run_id) if round_.current_run_id else None
    if run is not None and not run.is_provisional:
        raise WrongHour(N_("The results of this round have been computed already."))
    if closes_at <= round_.closes_at:
        raise WrongHour(N_("The new end must be later than %(end)s."), end=round_.closes_at)
    before, round_.stopped_at = round_.closes_at, None
    _close_at(round_, closes_at)
    moved = rewrite(round_, at_least=max)
    told = {"before": before, "after": closes_at, "attempts": moved}
    _record(round_, actor, "round.extended", reason, **told)
    return moved


@atomic()
def close_early(
    round_: Round, actor: Account, *, reason: str, at: datetime, second: Account | None = None
) -> int:
    """End a round now; return how many running attempts end with it.

    What they have saved counts; the clock hands them in. Raise `WrongHour` when the round is
    not open, `NeedsSecond` when attempts run and no second person agrees.
    """
    lock(round_)
    if round_.state not in (RoundState.READY, RoundState.PAUSED):
        raise WrongHour(N_("Only an open round can be closed early."))
    if not round_.opens_at < at < round_.closes_at:
        raise WrongHour(N_("Only an open round can be closed early."))
    if second is None and has_running(round_, at=at):
        raise NeedsSecond
    before, round_.stopped_at = round_.closes_at, at
    _close_at(round_, at)
    moved = rewrite(round_, at_least=min)
    told = {"before": before, "after": at, "attempts": moved}
    if second is not None:
        told["proposed_by"] = second.public_id
    _record(round_, actor, "round.closed_early", reason, **told)
    return moved


@atomic()
def pause(round_: Round, actor: Account, *, reason: str) -> Round:
    """Let nobody begin for now; attempts that run go on to their own end."""
    lock(round_)
    if round_.state is RoundState.PAUSED:
        return round_
    if round_.state is not RoundState.READY:
        raise WrongHour(N_("Only a round that is ready or open can be paused."))
    round_.state = RoundState.PAUSED
    _record(round_, actor, "round.paused", reason)
    return round_


@atomic()
def resume(round_: Round, actor: Account, *, reason: str) -> Round:
    """Let people begin again after a pause."""
    lock(round_)
    if round_.state is RoundState.PAUSED:
        round_.state = RoundState.READY
        _record(round_, actor, "round.resumed", reason)
    return round_


def rewrite(
    round_: Round,
    *,
    at_least: Callable[[datetime, datetime], datetime],
    enrolment: Enrolment | None = None,
) -> int:
    """Write anew until when the running attempts accept answers; return how many moved.

    Of the moment kept and the one that `timing` says now, `at_least` chooses. Part of the
    transaction that moved the hours.
    """
    statement = (
        select(Attempt)
        .where(
            Attempt.round_id == round_.id,
            Attempt.kind == AttemptKind.OFFICIAL,
            Attempt.submitted_at.is_(None),
        )
        .options(joinedload(Attempt.seat).joinedload(Seat.sitting), joinedload(Attempt.enrolment))
        .with_for_update(of=Attempt)
    )
    if enrolment is not None:
        statement = statement.where(Attempt.enrolment_id == enrolment.id)
    moved, taken = 0, sitting_queries.taken_out(round_.id)
    for attempt in db.session.scalars(statement):
        sitting = attempt.seat.sitting.window(taken.of(attempt.seat))
        allowance = attempt.enrolment.allowance
        until = timing.accepts_until(round_.window, sitting, allowance, attempt.times)
        if until is None:
            continue
        chosen = at_least(attempt.accepts_until, until)
        moved += chosen != attempt.accepts_until
        attempt.accepts_until = chosen
    return moved


def has_running(round_: Round, *, at: datetime, sitting: Sitting | None = None) -> bool:
    """Say whether somebody is writing an official attempt at the round, or in one sitting."""
    running = select(Attempt.id).where(
        Attempt.round_id == round_.id,
        Attempt.kind == AttemptKind.OFFICIAL,
        Attempt.submitted_at.is_(None),
        Attempt.accepts_until > at,
    )
    if sitting is not None:
        running = running.join(Seat, Seat.id == Attempt.seat_id)
        running = running.where(Seat.sitting_id == sitting.id)
    return db.session.scalar(running.limit(1)) is not None


def _close_at(round_: Round, closes_at: datetime) -> None:
    """Move the end of a round, and of the sittings that end with it or go on after it."""
    before, round_.closes_at = round_.closes_at, closes_at
    for sitting in round_.sittings:
        if len(round_.sittings) > 1 and sitting.closes_at < min(before, closes_at):
            continue
        if sitting.opens_at < closes_at:
            sitting.closes_at = closes_at
    db.session.flush()


def _record(round_: Round, actor: Account, action: str, reason: str, **told: object) -> None:
    target = f"round:{round_.public_id}"
    auditing.record(actor, action, target, log=round_.contest.log, reason=reason, **told)
