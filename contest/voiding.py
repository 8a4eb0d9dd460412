"""Minutes about a candidate; voiding a seat takes a second person, and can be taken back."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from accounts import auditing
from accounts.models import Account
from contest import adjusting, closing, publishing, watch_queries
from contest.errors import (
    AlreadyDecided,
    CannotDecide,
    RoundFinal,
    SamePerson,
    WrongSeat,
)
from contest.models import (
    Attempt,
    DecisionState,
    Enrolment,
    Minutes,
    MinutesKind,
    ResultRun,
    Round,
    RoundState,
    Seat,
)
from core import ids
from core.db import atomic, db, lock
from core.text import N_

WITNESSES = 2


@dataclass(frozen=True, slots=True)
class Told:
    """What minutes say: what happened, what the candidate says, and who signs."""

    kind: MinutesKind
    happened: str
    said: str = ""
    is_signed: bool = True
    witnesses: Sequence[Enrolment] = ()


@atomic()
def write(seat: Seat, actor: Account, told: Told, *, at: datetime) -> Minutes:
    """Write minutes about a candidate. Those that void the seat wait for a second person.

    Raise `WrongSeat` when a candidate who will not sign has not two others as witnesses, or
    when the seat is voided already, `RoundFinal` after finalizing.
    """
    _lock(seat)
    room = seat.room
    if room is None:
        raise WrongSeat(N_("The person has no place in a room."))
    _check_signed(seat, told)
    voids = told.kind is MinutesKind.VOID
    if voids and watch_queries.void_of(seat.id) is not None:
        raise WrongSeat(N_("Minutes that void this place are there already."))
    made = Minutes(
        public_id=ids.public_id(),
        room=room,
        seat=seat,
        kind=told.kind,
        happened=told.happened,
        said=told.said,
        is_signed=told.is_signed,
        witnesses=[] if told.is_signed else [one.id for one in told.witnesses],
        state=DecisionState.PROPOSED if voids else DecisionState.AGREED,
        written_by_id=actor.id,
        written_at=at,
    )
    db.session.add(made)
    db.session.flush()
    # The trail proves the words and does not repeat them: it outlives the person's data.
    written = hashlib.sha256(f"{told.happened}\n{told.said}".encode()).hexdigest()
    _record(made, actor, "minutes.written", "", kind=told.kind, written=written)
    return made


@atomic()
def agree(minutes: Minutes, actor: Account, *, reason: str, at: datetime) -> Minutes:
    """Void the seat as the second person: what runs there ends now, and counts nowhere.

    Raise `SamePerson` for who wrote the minutes, `AlreadyDecided`, `RoundFinal`.
    """
    _lock_minutes(minutes, actor)
    seat = minutes.seat
    seat.voided_at = at
    attempts = watch_queries.attempts_at(seat)
    for attempt in attempts:
        _end(attempt, minutes, at)
    _settle(minutes, DecisionState.AGREED, actor, reason, at)
    voided = [one.public_id for one in attempts if one.annulled_at == at]
    _record(minutes, actor, "seat.voided", reason, attempts=voided)
    _place_again(seat, actor, reason=reason, at=at)
    return minutes


@atomic()
def refuse(minutes: Minutes, actor: Account, *, reason: str, at: datetime) -> Minutes:
    """Refuse to void the seat as the second person; the minutes stay as they were written."""
    _lock_minutes(minutes, actor)
    _settle(minutes, DecisionState.REFUSED, actor, reason, at)
    _record(minutes, actor, "minutes.refused", reason)
    return minutes


@atomic()
def withdraw(minutes: Minutes, actor: Account) -> Minutes:
    """Take the own minutes back, as long as nobody has decided. Raise `CannotDecide`."""
    _lock(minutes.seat)
    lock(minutes)
    if minutes.written_by_id != actor.id:
        raise CannotDecide(N_("Only who wrote minutes can take them back."))
    if minutes.state is DecisionState.WITHDRAWN:
        return minutes
    if minutes.state is not DecisionState.PROPOSED:
        raise AlreadyDecided
    minutes.state = DecisionState.WITHDRAWN
    _record(minutes, actor, "minutes.withdrawn", "")
    return minutes


@atomic()
def lift(minutes: Minutes, actor: Account, *, reason: str, at: datetime) -> Minutes:
    """Take a voiding back: what was handed in counts again. Doing it twice is once.

    Raise `CannotDecide` for minutes that void nothing, `RoundFinal` after finalizing.
    """
    _lock(minutes.seat)
    lock(minutes)
    if minutes.lifted_at is not None:
        return minutes
    if minutes.kind is not MinutesKind.VOID or minutes.state is not DecisionState.AGREED:
        raise CannotDecide(N_("These minutes have voided nothing."))
    seat = minutes.seat
    for attempt in watch_queries.attempts_at(seat):
        if attempt.annulled_at == seat.voided_at:
            attempt.annulled_at, attempt.annulled_for = None, ""
    seat.voided_at = None
    minutes.lifted_at, minutes.lifted_for = at, reason
    _record(minutes, actor, "seat.restored", reason)
    _place_again(seat, actor, reason=reason, at=at)
    return minutes


def _lock(seat: Seat) -> None:
    lock(seat.sitting.round)
    lock(seat)
    if seat.sitting.round.state is RoundState.FINAL:
        raise RoundFinal


def _lock_minutes(minutes: Minutes, actor: Account) -> None:
    _lock(minutes.seat)
    lock(minutes)
    if minutes.written_by_id == actor.id:
        raise SamePerson
    if minutes.seat.enrolment.account_id == actor.id:
        raise CannotDecide(N_("Nobody decides about an own attempt."))
    if minutes.state is not DecisionState.PROPOSED:
        raise AlreadyDecided


def _check_signed(seat: Seat, told: Told) -> None:
    if told.is_signed:
        return
    others = {one.id for one in told.witnesses} - {seat.enrolment_id}
    if len(others) != WITNESSES:
        raise WrongSeat(
            N_("Where the candidate will not sign, the two who sit nearest sign as witnesses.")
        )


def _end(attempt: Attempt, minutes: Minutes, at: datetime) -> None:
    if attempt.annulled_at is None:
        attempt.annulled_at, attempt.annulled_for = at, minutes.happened[:300]
    if attempt.submitted_at is None:
        attempt.accepts_until = max(attempt.started_at, min(attempt.accepts_until, at))
        attempt.halted_from = attempt.halted_until = None
        db.session.flush()
        closing.close(db.session.connection(), attempt.id, by_person=False, at=at)
        db.session.expire(attempt)


def _place_again(seat: Seat, actor: Account, *, reason: str, at: datetime) -> None:
    db.session.flush()
    run = _current_run(seat.sitting.round)
    if run is not None and not run.is_provisional:
        publishing.compute_again(seat.sitting.round, actor, reason=reason, at=at)
    else:
        adjusting.place_again(seat.enrolment)


def _current_run(round_: Round) -> ResultRun | None:
    return db.session.get(ResultRun, round_.current_run_id) if round_.current_run_id else None


def _settle(
    minutes: Minutes, state: DecisionState, actor: Account, reason: str, at: datetime
) -> None:
    minutes.decided_by_id, minutes.decided_at = actor.id, at
    minutes.state, minutes.decided_for = state, reason


def _record(minutes: Minutes, actor: Account, action: str, reason: str, **told: object) -> None:
    target = f"enrolment:{minutes.seat.enrolment.public_id}"
    log = minutes.room.sitting.round.contest.log
    details = {"minutes": minutes.public_id, "reason": reason} | told
    auditing.record(actor, action, target, log=log, **details)
