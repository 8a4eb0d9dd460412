"""Time taken out of a sitting, a room or one seat: pauses, and time given back afterwards."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from accounts import auditing
from accounts.models import Account
from contest import sitting_queries
from contest.errors import RoundFinal, WrongHour
from contest.models import (
    Attempt,
    AttemptKind,
    Enrolment,
    Incident,
    IncidentKind,
    Room,
    Round,
    RoundState,
    Seat,
    Sitting,
)
from contest.rules import timing
from contest.sitting_queries import TakenOut
from core import ids
from core.db import atomic, db, lock
from core.text import N_

MOST_MINUTES = 240


@dataclass(frozen=True, slots=True)
class Scope:
    """Out of what time is taken: a sitting, or one room or one seat of it."""

    sitting: Sitting
    room: Room | None = None
    seat: Seat | None = None

    @property
    def name(self) -> str:
        """What the trail calls it."""
        if self.room is not None:
            return f"room:{self.room.public_id}"
        if self.seat is not None:
            return f"enrolment:{self.seat.enrolment.public_id}"
        return f"sitting:{self.sitting.public_id}"


@atomic()
def pause(scope: Scope, actor: Account, *, reason: str, at: datetime) -> Incident:
    """Stop the clock there until `resume`; one that stands already is returned as it is.

    Raise `WrongHour` when the round does not run.
    """
    round_ = scope.sitting.round
    lock(round_)
    _check_runs(round_, scope.sitting, at)
    standing = open_incident(scope)
    if standing is not None:
        return standing
    incident = _incident(scope, IncidentKind.PAUSE, actor, reason, at)
    moved = _add(scope, incident, at=at)
    _record(scope, actor, "incident.paused", reason, attempts=moved)
    return incident


@atomic()
def resume(incident: Incident, actor: Account, *, at: datetime) -> int:
    """Let the clock go on; return for how many running attempts it does.

    Everybody has the working time that was left when it stopped. Doing it twice is once.
    """
    round_ = incident.sitting.round
    lock(round_)
    lock(incident)
    if incident.ends_at is not None:
        return 0
    if round_.state is RoundState.FINAL:
        raise RoundFinal
    scope = scope_of(incident)
    latest = incident.interruption.ends_at
    before = _untils(scope, sitting_queries.taken_out(round_.id))
    incident.ends_at = max(incident.begins_at, min(at, latest))
    incident.ended_by_id = actor.id
    db.session.flush()
    moved = _rewrite(scope, before, at=at)
    took = int((incident.ends_at - incident.begins_at).total_seconds())
    _record(scope, actor, "incident.resumed", incident.reason, seconds=took, attempts=moved)
    return moved


@atomic()
def give_back(scope: Scope, minutes: int, actor: Account, *, reason: str, at: datetime) -> int:
    """Give time back to whoever has started there by now; return how many running ones gained.

    Raise `WrongHour` for less than one minute or more than four hours, or when nothing runs.
    """
    round_ = scope.sitting.round
    lock(round_)
    _check_runs(round_, scope.sitting, at)
    if not 0 < minutes <= MOST_MINUTES:
        raise WrongHour(N_("Time given back is between 1 and 240 minutes."))
    incident = _incident(scope, IncidentKind.CREDIT, actor, reason, at)
    incident.ends_at, incident.seconds = at, 60 * minutes
    moved = _add(scope, incident, at=at)
    _record(scope, actor, "incident.given_back", reason, minutes=minutes, attempts=moved)
    return moved


def open_incident(scope: Scope) -> Incident | None:
    """Return the pause of exactly this scope that nobody has ended."""
    return db.session.scalar(
        select(Incident).where(
            Incident.sitting_id == scope.sitting.id,
            Incident.room_id == (scope.room.id if scope.room else None),
            Incident.seat_id == (scope.seat.id if scope.seat else None),
            Incident.ends_at.is_(None),
        )
    )


def scope_of(incident: Incident) -> Scope:
    """Return out of what an incident takes time."""
    seat = db.session.get(Seat, incident.seat_id) if incident.seat_id else None
    return Scope(incident.sitting, incident.room, seat)


def incidents_in(round_: Round) -> Sequence[Incident]:
    """Return every incident of a round, the newest first, with rooms and actors."""
    return db.session.scalars(
        select(Incident)
        .join(Sitting, Sitting.id == Incident.sitting_id)
        .where(Sitting.round_id == round_.id)
        .options(
            joinedload(Incident.sitting), joinedload(Incident.room), joinedload(Incident.actor)
        )
        .order_by(Incident.begins_at.desc(), Incident.id.desc())
    ).all()


def people_of(round_: Round) -> dict[int, Seat]:
    """Return the seats out of which time was taken, with the person, by id."""
    rows = db.session.scalars(
        select(Seat)
        .join(Incident, Incident.seat_id == Seat.id)
        .where(Seat.round_id == round_.id)
        .options(joinedload(Seat.enrolment).joinedload(Enrolment.account))
    )
    return {row.id: row for row in rows}


def _check_runs(round_: Round, sitting: Sitting, at: datetime) -> None:
    runs = round_.state in (RoundState.READY, RoundState.PAUSED) and round_.stopped_at is None
    if not runs or at < sitting.opens_at:
        raise WrongHour(N_("Time can be taken out only of a sitting that has begun."))


def _incident(
    scope: Scope, kind: IncidentKind, actor: Account, reason: str, at: datetime
) -> Incident:
    return Incident(
        public_id=ids.public_id(),
        kind=kind,
        sitting_id=scope.sitting.id,
        room_id=scope.room.id if scope.room else None,
        seat_id=scope.seat.id if scope.seat else None,
        begins_at=at,
        reason=reason,
        actor_id=actor.id,
    )


def _add(scope: Scope, incident: Incident, *, at: datetime) -> int:
    before = _untils(scope, sitting_queries.taken_out(scope.sitting.round_id))
    db.session.add(incident)
    db.session.flush()
    return _rewrite(scope, before, at=at)


def _attempts(scope: Scope) -> Sequence[Attempt]:
    """Return the attempts that run there, locked."""
    statement = (
        select(Attempt)
        .join(Seat, Seat.id == Attempt.seat_id)
        .where(
            Seat.sitting_id == scope.sitting.id,
            Attempt.kind == AttemptKind.OFFICIAL,
            Attempt.submitted_at.is_(None),
        )
        .options(joinedload(Attempt.seat), joinedload(Attempt.enrolment))
        .with_for_update(of=Attempt)
    )
    if scope.room is not None:
        statement = statement.where(Seat.room_id == scope.room.id)
    if scope.seat is not None:
        statement = statement.where(Seat.id == scope.seat.id)
    return db.session.scalars(statement).all()


def _untils(scope: Scope, taken: TakenOut) -> dict[int, datetime]:
    """Return until when the running attempts accept answers, by what is taken out."""
    round_, found = scope.sitting.round.window, {}
    for attempt in _attempts(scope):
        window = scope.sitting.window(taken.of(attempt.seat))
        until = timing.accepts_until(round_, window, attempt.enrolment.allowance, attempt.times)
        if until is not None:
            found[attempt.id] = until
    return found


def _rewrite(scope: Scope, before: dict[int, datetime], *, at: datetime) -> int:
    """Write deadlines and standing clocks anew; whoever was granted more than the rule keeps it."""
    taken = sitting_queries.taken_out(scope.sitting.round_id)
    after, moved = _untils(scope, taken), 0
    for attempt in _attempts(scope):
        if attempt.id not in before or before[attempt.id] <= at:
            continue
        shifted = attempt.accepts_until + (after[attempt.id] - before[attempt.id])
        attempt.accepts_until = max(after[attempt.id], shifted)
        pauses = [one.interruption for one in taken.of(attempt.seat) if not one.seconds]
        halted = timing.halt(at, pauses)
        attempt.halted_from = halted.begins_at if halted else None
        attempt.halted_until = halted.ends_at if halted else None
        moved += 1
    return moved


def _record(scope: Scope, actor: Account, action: str, reason: str, **told: object) -> None:
    log = scope.sitting.round.contest.log
    auditing.record(actor, action, scope.name, log=log, reason=reason, **told)
