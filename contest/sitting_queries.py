"""What is read of sittings: where somebody sits, and the time taken out there."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import ColumnElement, Connection, bindparam, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from accounts.models import Account
from contest.models import (
    Attempt,
    Contest,
    Enrolment,
    Incident,
    PreparedPaper,
    Proposal,
    Room,
    Round,
    Seat,
    Sitting,
)
from contest.rules.timing import LONGEST_PAUSE, Interruption, SittingWindow
from core.db import db
from core.text import search_key
from core.web import whole_or


@dataclass(frozen=True, slots=True)
class Stand:
    """Where somebody sits in a round; without a seat yet, the sitting that a start leads to."""

    sitting: Sitting
    seat: Seat | None
    incidents: Sequence[Incident]

    @property
    def window(self) -> SittingWindow:
        """What the sitting says about time to this person."""
        window = self.sitting.window(self.incidents)
        if self.seat is not None and self.seat.admitted_at is not None:
            return replace(window, late_limit=None)
        return window


def stand_of(round_: Round, enrolment_id: int) -> Stand | None:
    """Return where somebody sits, in two statements.

    A round of one sitting needs no seat beforehand. Nothing is returned in a round of several
    to whoever has none.
    """
    rows = db.session.execute(
        select(Sitting, Seat)
        .outerjoin(Seat, (Seat.sitting_id == Sitting.id) & (Seat.enrolment_id == enrolment_id))
        .where(Sitting.round_id == round_.id)
        .order_by(Seat.id.is_(None), Sitting.opens_at, Sitting.id)
        .limit(2)
    ).all()
    if not rows or (len(rows) > 1 and rows[0][1] is None):
        return None
    sitting, seat = rows[0]
    return Stand(sitting, seat, incidents_of(sitting.id, seat))


def entrance(round_id: int, enrolment_id: int) -> tuple[Stand | None, bool]:
    """Return what `stand_of` does, in one statement, and whether a prepared paper waits there.

    The round and its blueprint are read with it.
    """
    seat = (Seat.sitting_id == Sitting.id) & (Seat.enrolment_id == enrolment_id)
    whole = Incident.room_id.is_(None) & Incident.seat_id.is_(None)
    concerns = or_(whole, Incident.seat_id == Seat.id, Incident.room_id == Seat.room_id)
    waits = PreparedPaper.used_at.is_(None)
    rows = db.session.execute(
        select(Sitting, Seat, Incident, Round, PreparedPaper.id)
        .join(Round, Round.id == Sitting.round_id)
        .outerjoin(Seat, seat)
        .outerjoin(Incident, (Incident.sitting_id == Sitting.id) & concerns)
        .outerjoin(PreparedPaper, (PreparedPaper.seat_id == Seat.id) & waits)
        .where(Sitting.round_id == round_id)
        .options(joinedload(Round.blueprint))
        .order_by(Seat.id.is_(None), Sitting.opens_at, Sitting.id, Incident.begins_at, Incident.id)
    ).all()
    if not rows or (rows[0][1] is None and len({row[0].id for row in rows}) > 1):
        return None, False
    sitting, sits, _, _, paper = rows[0]
    incidents = [row[2] for row in rows if row[2] is not None and row[0].id == sitting.id]
    return Stand(sitting, sits, incidents), paper is not None


def incidents_of(sitting_id: int, seat: Seat | None) -> Sequence[Incident]:
    """Return what took time out of a seat: of its sitting, its room, and itself."""
    concerns: list[ColumnElement[bool]] = [Incident.room_id.is_(None) & Incident.seat_id.is_(None)]
    if seat is not None:
        concerns.append(Incident.seat_id == seat.id)
        if seat.room_id is not None:
            concerns.append(Incident.room_id == seat.room_id)
    return db.session.scalars(
        select(Incident)
        .where(Incident.sitting_id == sitting_id, or_(*concerns))
        .order_by(Incident.begins_at, Incident.id)
    ).all()


_CONCERNS = or_(
    Incident.room_id.is_(None) & Incident.seat_id.is_(None),
    Incident.room_id == Seat.room_id,
    Incident.seat_id == Seat.id,
)
_PAUSES = (
    select(Incident.begins_at, Incident.ends_at)
    .join(Seat, (Seat.sitting_id == Incident.sitting_id) & _CONCERNS)
    .where(Seat.id == bindparam("seat"), Incident.seconds == 0)
)


def incidents_at(seat_id: int) -> Sequence[Incident]:
    """Return what took time out of the seat of that id, in one statement."""
    return db.session.scalars(
        select(Incident)
        .join(Seat, (Seat.sitting_id == Incident.sitting_id) & _CONCERNS)
        .where(Seat.id == seat_id)
        .order_by(Incident.begins_at, Incident.id)
    ).all()


# Whether any time was taken out of an attempt: most have none, and nothing more is read.
INTERRUPTED = (
    select(Incident.id)
    .join(Seat, (Seat.sitting_id == Incident.sitting_id) & _CONCERNS)
    .where(Seat.id == Attempt.seat_id, Incident.seconds == 0)
    .correlate(Attempt)
    .exists()
)


def pauses_in(connection: Connection, seat_id: int) -> list[Interruption]:
    """Return the pauses of a seat on a bare connection, by a statement built once."""
    rows = connection.execute(_PAUSES, {"seat": seat_id})
    return [Interruption(begins, ends or begins + LONGEST_PAUSE) for begins, ends in rows]


@dataclass(slots=True)
class TakenOut:
    """The time taken out of a round's sittings, ready to be asked for each seat."""

    whole: dict[int, list[Incident]] = field(default_factory=lambda: defaultdict(list))
    rooms: dict[int, list[Incident]] = field(default_factory=lambda: defaultdict(list))
    seats: dict[int, list[Incident]] = field(default_factory=lambda: defaultdict(list))

    def of(self, seat: Seat) -> list[Incident]:
        """Return what took time out of a seat."""
        found = list(self.whole.get(seat.sitting_id, ()))
        if seat.room_id is not None:
            found += self.rooms.get(seat.room_id, ())
        return found + list(self.seats.get(seat.id, ()))


def taken_out(round_id: int) -> TakenOut:
    """Return the time taken out of a round's sittings, in one statement."""
    found = TakenOut()
    for one in db.session.scalars(
        select(Incident)
        .join(Sitting, Sitting.id == Incident.sitting_id)
        .where(Sitting.round_id == round_id)
        .order_by(Incident.begins_at, Incident.id)
    ):
        if one.room_id is not None:
            found.rooms[one.room_id].append(one)
        elif one.seat_id is not None:
            found.seats[one.seat_id].append(one)
        else:
            found.whole[one.sitting_id].append(one)
    return found


# --- By public id, and by words ------------------------------------------------------------------


def sitting_with(public_id: str) -> Sitting | None:
    """Return the sitting of that public id with its round, contest and rooms."""
    return db.session.scalar(
        select(Sitting)
        .where(Sitting.public_id == public_id)
        .options(
            joinedload(Sitting.round).joinedload(Round.contest).selectinload(Contest.rounds),
            selectinload(Sitting.rooms),
        )
    )


def room_with(public_id: str) -> Room | None:
    """Return the room of that public id with its sitting, round and contest."""
    return db.session.scalar(
        select(Room)
        .where(Room.public_id == public_id)
        .options(
            joinedload(Room.sitting).joinedload(Sitting.round).joinedload(Round.contest),
        )
    )


def incident_with(public_id: str) -> Incident | None:
    """Return the incident of that public id with its sitting, round and contest."""
    return db.session.scalar(
        select(Incident)
        .where(Incident.public_id == public_id)
        .options(joinedload(Incident.sitting).joinedload(Sitting.round).joinedload(Round.contest))
    )


def proposal_with(public_id: str) -> Proposal | None:
    """Return the proposal of that public id with its round and contest."""
    return db.session.scalar(
        select(Proposal)
        .where(Proposal.public_id == public_id)
        .options(joinedload(Proposal.round).joinedload(Round.contest))
    )


def proposals_waiting(round_: Round) -> int:
    """Return how many changes of a round wait for a second person."""
    waiting = select(func.count()).where(
        Proposal.round_id == round_.id, Proposal.decided_at.is_(None)
    )
    return db.session.scalar(waiting) or 0


MOST_FOUND = 12


def people_found(contest: Contest, words: str) -> Sequence[Enrolment]:
    """Return the first people of a contest whom number or words without marks find."""
    statement = (
        select(Enrolment)
        .join(Account, Account.id == Enrolment.account_id)
        .where(Enrolment.contest_id == contest.id)
        .options(contains_eager(Enrolment.account), joinedload(Enrolment.unit))
        .order_by(Account.sort_key, Enrolment.number)
        .limit(MOST_FOUND)
    )
    number = words.strip()
    if number.isdecimal():
        return db.session.scalars(statement.where(Enrolment.number == whole_or(number, -1))).all()
    for word in search_key(words).split():
        statement = statement.where(Account.search_text.contains(word, autoescape=True))
    return db.session.scalars(statement).all()


def enrolment_in(contest_id: int, public_id: str) -> Enrolment | None:
    """Return the enrolment of that public id in this contest."""
    return db.session.scalar(
        select(Enrolment)
        .where(Enrolment.public_id == public_id, Enrolment.contest_id == contest_id)
        .options(joinedload(Enrolment.account))
    )
