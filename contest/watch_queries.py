"""What supervising reads: rooms, who sits in them, and how each attempt stands."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import false, func, or_, select, true
from sqlalchemy.orm import contains_eager, joinedload

from accounts.models import Account
from contest import sitting_queries
from contest.models import (
    Attempt,
    AttemptKind,
    Contest,
    DecisionState,
    Enrolment,
    Incident,
    Minutes,
    MinutesKind,
    Presence,
    Response,
    Room,
    Round,
    RoundState,
    Seat,
    Sitting,
)
from contest.sitting_queries import TakenOut
from core.db import db
from core.vietnam import civil_day, start_of_day

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Watched:
    """A seat of a room with the newest attempt there; answers are counted, never shown."""

    seat: Seat
    attempt: Attempt | None
    presence: Presence | None
    answered: int
    saved_at: datetime | None

    @property
    def contact_at(self) -> datetime | None:
        """When the server last heard of the attempt."""
        if self.attempt is None:
            return None
        told = (self.presence.seen_at if self.presence else None, self.saved_at)
        return max([self.attempt.started_at, *[one for one in told if one is not None]])


@dataclass(frozen=True, slots=True)
class RoomLine:
    """A room in the list: how many sit there, have begun, and have handed in."""

    room: Room
    seats: int
    begun: int
    submitted: int


def room_with(public_id: str) -> Room | None:
    """Return a room with its sitting, round and contest."""
    sitting = joinedload(Room.sitting)
    return db.session.scalar(
        select(Room)
        .where(Room.public_id == public_id)
        .options(sitting.joinedload(Sitting.round).joinedload(Round.contest))
    )


def rooms_on(
    at: datetime, *, everywhere: bool, contests: Collection[int], rounds: Collection[int]
) -> list[RoomLine]:
    """Return the rooms of the day's sittings that the asker may watch, in two statements."""
    midnight = start_of_day(civil_day(at))
    rooms = db.session.scalars(
        select(Room)
        .join(Sitting, Sitting.id == Room.sitting_id)
        .join(Round, Round.id == Sitting.round_id)
        .join(Contest, Contest.id == Round.contest_id)
        .where(
            Round.state != RoundState.DRAFT,
            Sitting.opens_at < midnight + DAY,
            Sitting.closes_at > midnight,
            or_(
                true() if everywhere else false(),
                Round.contest_id.in_(contests),
                Round.id.in_(rounds),
            ),
        )
        .options(
            contains_eager(Room.sitting).contains_eager(Sitting.round).contains_eager(Round.contest)
        )
        .order_by(Sitting.opens_at, Sitting.id, Room.id)
    ).all()
    counts = {
        row.room_id: (row.seats, row.begun, row.submitted)
        for row in db.session.execute(
            select(
                Seat.room_id,
                func.count(Seat.id.distinct()).label("seats"),
                func.count(Attempt.seat_id.distinct()).label("begun"),
                func.count(Attempt.seat_id.distinct())
                .filter(Attempt.submitted_at.is_not(None))
                .label("submitted"),
            )
            .outerjoin(
                Attempt, (Attempt.seat_id == Seat.id) & (Attempt.kind == AttemptKind.OFFICIAL)
            )
            .where(Seat.room_id.in_([room.id for room in rooms]))
            .group_by(Seat.room_id)
        )
    }
    return [RoomLine(room, *counts.get(room.id, (0, 0, 0))) for room in rooms]


def seats_of(room: Room, *, seat_id: int | None = None) -> list[Watched]:
    """Return the seats of a room in order of place, or one of them, in two statements."""
    newest = (
        select(func.max(Attempt.number))
        .where(Attempt.seat_id == Seat.id, Attempt.kind == AttemptKind.OFFICIAL)
        .correlate(Seat)
        .scalar_subquery()
    )
    statement = (
        select(Seat, Attempt, Presence)
        .join(Enrolment, Enrolment.id == Seat.enrolment_id)
        .join(Account, Account.id == Enrolment.account_id)
        .outerjoin(
            Attempt,
            (Attempt.seat_id == Seat.id)
            & (Attempt.kind == AttemptKind.OFFICIAL)
            & (Attempt.number == newest),
        )
        .outerjoin(Presence, Presence.attempt_id == Attempt.id)
        .where(Seat.room_id == room.id)
        .options(contains_eager(Seat.enrolment).contains_eager(Enrolment.account))
        .order_by(func.length(Seat.place), Seat.place, Enrolment.number)
    )
    if seat_id is not None:
        statement = statement.where(Seat.id == seat_id)
    rows = db.session.execute(statement).all()
    answered = _answered([attempt.id for _, attempt, _ in rows if attempt is not None])
    return [
        Watched(
            seat,
            attempt,
            presence,
            *(answered.get(attempt.id, (0, None)) if attempt else (0, None)),
        )
        for seat, attempt, presence in rows
    ]


def _answered(attempts: Sequence[int]) -> dict[int, tuple[int, datetime | None]]:
    """Return how many slots hold an answer, and when one came last; no answer is read."""
    order = (Response.lease_no.desc(), Response.seq.desc())
    place = (Response.attempt_id, Response.position)
    ranked = (
        select(
            Response.attempt_id,
            Response.received_at,
            (Response.answer != "").label("says"),
            func.row_number().over(partition_by=place, order_by=order).label("rank"),
        )
        .where(Response.attempt_id.in_(attempts), Response.is_late.is_(False))
        .subquery()
    )
    rows = db.session.execute(
        select(
            ranked.c.attempt_id,
            func.count().filter(ranked.c.rank == 1, ranked.c.says),
            func.max(ranked.c.received_at),
        ).group_by(ranked.c.attempt_id)
    )
    return {attempt: (count, last) for attempt, count, last in rows}


def seat_in(room: Room, enrolment_public_id: str) -> Seat | None:
    """Return the seat of a person in a room."""
    return db.session.scalar(
        select(Seat)
        .join(Enrolment, Enrolment.id == Seat.enrolment_id)
        .where(Seat.room_id == room.id, Enrolment.public_id == enrolment_public_id)
        .options(
            contains_eager(Seat.enrolment).joinedload(Enrolment.account),
            contains_eager(Seat.enrolment).joinedload(Enrolment.unit),
        )
    )


def taken_out(room: Room) -> TakenOut:
    """Return the time taken out of the sittings of a room's round."""
    return sitting_queries.taken_out(room.sitting.round_id)


def pause_of(room: Room) -> Incident | None:
    """Return the pause of the room or of its whole sitting that nobody has ended."""
    return db.session.scalar(
        select(Incident)
        .where(
            Incident.sitting_id == room.sitting_id,
            Incident.seat_id.is_(None),
            or_(Incident.room_id.is_(None), Incident.room_id == room.id),
            Incident.ends_at.is_(None),
        )
        .options(joinedload(Incident.actor))
        .order_by(Incident.begins_at)
        .limit(1)
    )


def incidents_of(seat: Seat) -> Sequence[Incident]:
    """Return what took time out of one seat, of its room or its sitting, newest first."""
    found = sitting_queries.incidents_of(seat.sitting_id, seat)
    return list(reversed(found))


def minutes_in(room: Room, *, seat_id: int | None = None) -> Sequence[Minutes]:
    """Return the minutes written in a room, or about one seat of it, newest first."""
    statement = select(Minutes).where(Minutes.room_id == room.id)
    if seat_id is not None:
        statement = statement.where(Minutes.seat_id == seat_id)
    seat = joinedload(Minutes.seat).joinedload(Seat.enrolment)
    return db.session.scalars(
        statement.options(
            seat.joinedload(Enrolment.account), joinedload(Minutes.written_by)
        ).order_by(Minutes.id.desc())
    ).all()


def minutes_with(public_id: str) -> Minutes | None:
    """Return minutes with the people, the room, the round and the contest."""
    seat = joinedload(Minutes.seat).joinedload(Seat.enrolment)
    sitting = joinedload(Minutes.room).joinedload(Room.sitting)
    return db.session.scalar(
        select(Minutes)
        .where(Minutes.public_id == public_id)
        .options(
            seat.joinedload(Enrolment.account),
            seat.joinedload(Enrolment.unit),
            sitting.joinedload(Sitting.round).joinedload(Round.contest),
            joinedload(Minutes.written_by),
            joinedload(Minutes.decided_by),
        )
    )


def void_of(seat_id: int) -> Minutes | None:
    """Return the minutes that void a seat, or would if a second person agrees."""
    return db.session.scalar(
        select(Minutes).where(
            Minutes.seat_id == seat_id,
            Minutes.kind == MinutesKind.VOID,
            Minutes.state.in_((DecisionState.PROPOSED, DecisionState.AGREED)),
            Minutes.lifted_at.is_(None),
        )
    )


def witnesses_of(minutes: Minutes) -> Sequence[Enrolment]:
    """Return the candidates who signed in place of one who would not."""
    return db.session.scalars(
        select(Enrolment)
        .where(Enrolment.id.in_(minutes.witnesses))
        .options(joinedload(Enrolment.account))
        .order_by(Enrolment.number)
    ).all()


def attempts_at(seat: Seat) -> Sequence[Attempt]:
    """Return the official attempts of a seat, kept from others until the transaction ends."""
    return db.session.scalars(
        select(Attempt)
        .where(Attempt.seat_id == seat.id, Attempt.kind == AttemptKind.OFFICIAL)
        .order_by(Attempt.number)
        .with_for_update()
    ).all()


def void_waiting(round_: Round) -> int:
    """Return how many minutes that void a place of a round wait for a second person."""
    waiting = (
        select(func.count())
        .select_from(Minutes)
        .join(Seat, Seat.id == Minutes.seat_id)
        .where(
            Seat.round_id == round_.id,
            Minutes.kind == MinutesKind.VOID,
            Minutes.state == DecisionState.PROPOSED,
        )
    )
    return db.session.scalar(waiting) or 0
