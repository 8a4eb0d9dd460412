"""What a proctor does for one seat: lets in late, gives time back, moves to another machine."""

from datetime import datetime, timedelta

from accounts import auditing, authenticating, issuing
from accounts.issuing import Issued
from accounts.models import Account
from contest import interrupting, watch_queries
from contest.errors import WrongHour, WrongSeat
from contest.interrupting import Scope
from contest.models import Room, RoundState, Seat
from core.db import atomic, lock
from core.text import N_

CODE_LASTS = timedelta(minutes=10)


@atomic()
def give_time(seat: Seat, minutes: int, actor: Account, *, reason: str, at: datetime) -> int:
    """Give one seat time back; return how many running attempts gained.

    Raise `WrongHour` as `interrupting.give_back` does, `WrongSeat` for a voided seat.
    """
    _check(seat)
    scope = Scope(seat.sitting, seat=seat)
    return interrupting.give_back(scope, minutes, actor, reason=reason, at=at)


@atomic()
def admit(seat: Seat, actor: Account, *, reason: str, at: datetime) -> Seat:
    """Let a person begin although it is too late to; the end stays where it is.

    Raise `WrongSeat` once the person has begun or the seat is voided, `WrongHour` outside the
    sitting.
    """
    lock(seat.sitting.round)
    lock(seat)
    _check(seat)
    _check_runs(seat, at)
    if watch_queries.attempts_at(seat):
        raise WrongSeat(N_("The person has begun already."))
    if seat.admitted_at is None:
        seat.admitted_at = at
        _record(seat, actor, "seat.admitted", reason)
    return seat


@atomic()
def move(seat: Seat, actor: Account, *, reason: str, at: datetime) -> Issued:
    """Return a code that signs the person in on another machine, once, within ten minutes.

    There the attempt goes on with everything kept; until it does, the old machine may still
    send what it has. Codes given out before end. Raise `WrongSeat` for a voided seat or for one
    of the staff, `WrongHour` outside the sitting.
    """
    lock(seat.sitting.round)
    _check(seat)
    _check_runs(seat, at)
    account = seat.enrolment.account
    if authenticating.is_staff(account, at=at):
        raise WrongSeat(N_("This person works for a contest and has to sign in alone."))
    issued = issuing.issue(actor, account, at=at, lasts=CODE_LASTS)
    _record(seat, actor, "seat.moved", reason)
    return issued


def scope_of(room: Room) -> Scope:
    """Return a room as that out of which time is taken."""
    return Scope(room.sitting, room=room)


def _check(seat: Seat) -> None:
    if seat.voided_at is not None:
        raise WrongSeat(N_("This place was withdrawn by minutes."))


def _check_runs(seat: Seat, at: datetime) -> None:
    round_ = seat.sitting.round
    runs = round_.state in (RoundState.READY, RoundState.PAUSED) and round_.stopped_at is None
    begins = seat.sitting.opens_at - timedelta(hours=1)
    if not runs or at < begins or (not _is_writing(seat) and at >= seat.sitting.closes_at):
        raise WrongHour(N_("The sitting is not running now."))


def _is_writing(seat: Seat) -> bool:
    return any(one.submitted_at is None for one in watch_queries.attempts_at(seat))


def _record(seat: Seat, actor: Account, action: str, reason: str) -> None:
    target = f"enrolment:{seat.enrolment.public_id}"
    log = seat.sitting.round.contest.log
    room = seat.room.public_id if seat.room else ""
    auditing.record(actor, action, target, log=log, reason=reason, room=room)
