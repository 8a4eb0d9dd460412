"""Seating people: into a sitting, a room and a place, all at once, from a list, or one by one."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import joinedload

from accounts import auditing
from accounts.models import Account
from contest import eligibility_queries, timetabling
from contest.errors import RoundFinal, WrongSeat
from contest.models import Attempt, Enrolment, Room, Round, RoundState, Seat, Sitting
from contest.rules import arranging, listing
from contest.rules.arranging import Space
from contest.rules.listing import Listed
from core.db import atomic, db, lock
from core.text import N_


@dataclass(frozen=True, slots=True)
class Filled:
    """How many people were seated, and how many found no place."""

    seated: int
    left_over: int


@atomic()
def fill(
    round_: Round, rooms: Sequence[Room], actor: Account, *, by_name: bool, limit: int | None = None
) -> Filled:
    """Seat everybody who has no room yet, in order of number or of name, room after room.

    Whoever has been put into a sitting keeps to it; of the others the first `limit` are taken.
    """
    _lock(round_)
    waiting = _without_room(round_, by_name=by_name)
    placed, left = 0, 0
    mine = {room.sitting_id for room in rooms}
    free = [one for one, seat in waiting if seat is None][:limit]
    for sitting_id in sorted(mine, key=[room.sitting_id for room in rooms].index):
        here = [room for room in rooms if room.sitting_id == sitting_id]
        bound = [one for one, seat in waiting if seat and seat.sitting_id == sitting_id]
        spots, rest = arranging.fill([one.id for one in [*bound, *free]], _spaces(here))
        for spot in spots:
            _put(round_, spot.person, sitting_id, spot.room, spot.place)
        unseated = set(rest)
        free = [one for one in free if one.id in unseated]
        left += sum(one.id in unseated for one in bound)
        placed += len(spots)
    left += len(free)
    names = [room.title for room in rooms]
    _record(round_, actor, "seats.filled", seated=placed, left_over=left, rooms=names)
    return Filled(placed, left)


@atomic()
def fill_sitting(round_: Round, sitting: Sitting, actor: Account, *, by_name: bool) -> Filled:
    """Seat everybody who has no seat in a sitting that has no rooms."""
    _lock(round_)
    people = [one for one, seat in _without_room(round_, by_name=by_name) if seat is None]
    for person in people:
        _put(round_, person.id, sitting.id, None, "")
    _record(round_, actor, "seats.filled", seated=len(people), sitting=sitting.title)
    return Filled(len(people), 0)


@atomic()
def seat(
    enrolment: Enrolment,
    sitting: Sitting,
    room: Room | None,
    actor: Account,
    *,
    place: str = "",
    machine: str = "",
) -> Seat:
    """Put one person somewhere. Raise `WrongSeat` when it is taken, full, or the person began."""
    round_ = sitting.round
    _lock(round_)
    lock(enrolment)
    if room is not None and room.sitting_id != sitting.id:
        raise WrongSeat(N_("The room is not one of this sitting."))
    refused = eligibility_queries.refusal(round_, enrolment)
    if refused is not None:
        raise WrongSeat(refused.message, **refused.values)
    kept = _seat_of(round_, enrolment.id)
    if kept is not None and kept.sitting_id != sitting.id and _has_begun(kept):
        raise WrongSeat(N_("The person has begun and stays in the sitting."))
    if room is not None:
        _check_free(room, kept, place, machine)
    before = _place_told(kept) if kept else None
    found = _put(round_, enrolment.id, sitting.id, room.id if room else None, place, machine)
    target, after = f"enrolment:{enrolment.public_id}", _place_told(found)
    _record(round_, actor, "seat.given", target, before=before, after=after)
    return found


@atomic()
def unseat(round_: Round, enrolment: Enrolment, actor: Account) -> None:
    """Take somebody's seat away. Raise `WrongSeat` once the person has begun."""
    _lock(round_)
    kept = _seat_of(round_, enrolment.id)
    if kept is None:
        return
    if _has_begun(kept):
        raise WrongSeat(N_("The person has begun and stays in the sitting."))
    before = _place_told(kept)
    db.session.delete(kept)
    target = f"enrolment:{enrolment.public_id}"
    _record(round_, actor, "seat.taken_away", target, before=before)


@atomic()
def empty(round_: Round, actor: Account) -> int:
    """Take away the seats of everybody who has not begun; return how many."""
    _lock(round_)
    begun = select(Attempt.seat_id).where(Attempt.round_id == round_.id)
    gone = db.session.execute(delete(Seat).where(Seat.round_id == round_.id, Seat.id.not_in(begun)))
    count = int(getattr(gone, "rowcount", 0))
    _record(round_, actor, "seats.emptied", seats=count)
    return count


@atomic()
def seat_listed(round_: Round, listed: Sequence[Listed], actor: Account) -> int:
    """Seat people as a list says that `look_over` found without fault; return how many."""
    _lock(round_)
    people = _by_number(round_, {one.number for one in listed})
    sittings = {one.id: one for one in timetabling.sittings_of(round_)}
    begun = set(db.session.scalars(select(Attempt.seat_id).where(Attempt.round_id == round_.id)))
    count = 0
    for one in listed:
        person = people.get(one.number)
        if person is None or one.sitting not in sittings:
            raise WrongSeat(N_("The list does not fit the round any more. Send it again."))
        kept = _seat_of(round_, person.id)
        if kept is not None and kept.id in begun and kept.sitting_id != one.sitting:
            said = N_("Number %(number)s has begun and stays in the sitting.")
            raise WrongSeat(said, number=one.number)
        _put(round_, person.id, one.sitting, one.room, one.place, one.machine)
        count += 1
    _record(round_, actor, "seats.listed", seats=count)
    return count


def look_over(round_: Round, text: str, *, at: datetime) -> listing.Reading:
    """Read a pasted list of seats against the round: what it says, and what is wrong by line."""
    plan = timetabling.plan_of(round_)
    return listing.read(text, plan, at)


# --- What is there -----------------------------------------------------------------------------


def seat_for(round_: Round, enrolment: Enrolment) -> Seat | None:
    """Return somebody's seat in a round with its sitting and room."""
    return db.session.scalar(
        select(Seat)
        .where(Seat.round_id == round_.id, Seat.enrolment_id == enrolment.id)
        .options(joinedload(Seat.sitting), joinedload(Seat.room), joinedload(Seat.enrolment))
    )


def counts(round_: Round) -> tuple[dict[int, int], dict[int, int]]:
    """Return how many sit in each sitting and in each room, by id; one statement."""
    rows = db.session.execute(
        select(Seat.sitting_id, Seat.room_id, func.count())
        .where(Seat.round_id == round_.id)
        .group_by(Seat.sitting_id, Seat.room_id)
    ).all()
    sittings: dict[int, int] = {}
    rooms: dict[int, int] = {}
    for sitting, room, count in rows:
        sittings[sitting] = sittings.get(sitting, 0) + count
        if room is not None:
            rooms[room] = count
    return sittings, rooms


def unseated(round_: Round) -> int:
    """Return how many people who have entered have no seat in the round."""
    seated = select(Seat.enrolment_id).where(Seat.round_id == round_.id)
    return (
        db.session.scalar(
            select(func.count(Enrolment.id)).where(
                Enrolment.contest_id == round_.contest_id,
                Enrolment.is_test.is_(False),
                Enrolment.disqualified_at.is_(None),
                eligibility_queries.entitled(round_),
                Enrolment.id.not_in(seated),
            )
        )
        or 0
    )


# --- Inside ------------------------------------------------------------------------------------


def _without_room(round_: Round, *, by_name: bool) -> list[tuple[Enrolment, Seat | None]]:
    """Return those without a room in order, with the seat of whoever has one without a room."""
    order = (Account.sort_key, Enrolment.number) if by_name else (Enrolment.number,)
    rows = db.session.execute(
        select(Enrolment, Seat)
        .join(Account, Account.id == Enrolment.account_id)
        .outerjoin(Seat, (Seat.enrolment_id == Enrolment.id) & (Seat.round_id == round_.id))
        .where(
            Enrolment.contest_id == round_.contest_id,
            Enrolment.is_test.is_(False),
            Enrolment.disqualified_at.is_(None),
            eligibility_queries.entitled(round_),
            Seat.room_id.is_(None),
        )
        .order_by(*order)
    )
    return [(one, seat) for one, seat in rows]


def _spaces(rooms: Sequence[Room]) -> list[Space]:
    taken: dict[int, set[str]] = {room.id: set() for room in rooms}
    for room_id, place in db.session.execute(
        select(Seat.room_id, Seat.place).where(Seat.room_id.in_(taken))
    ):
        if room_id is not None:
            taken[room_id].add(place or f"#{len(taken[room_id])}")
    return [
        Space(
            room.id,
            None if room.capacity is None else max(0, room.capacity - len(taken[room.id])),
            frozenset(taken[room.id]),
        )
        for room in rooms
    ]


def _put(
    round_: Round,
    enrolment_id: int,
    sitting_id: int,
    room_id: int | None,
    place: str,
    machine: str = "",
) -> Seat:
    kept = _seat_of(round_, enrolment_id)
    if kept is None:
        kept = Seat(round_id=round_.id, enrolment_id=enrolment_id)
        db.session.add(kept)
    kept.sitting_id, kept.room_id = sitting_id, room_id
    kept.place, kept.machine = place, machine
    db.session.flush()
    return kept


def _seat_of(round_: Round, enrolment_id: int) -> Seat | None:
    mine = select(Seat).where(Seat.round_id == round_.id, Seat.enrolment_id == enrolment_id)
    return db.session.scalar(mine)


def _has_begun(kept: Seat) -> bool:
    begun = select(Attempt.id).where(Attempt.seat_id == kept.id).limit(1)
    return db.session.scalar(begun) is not None


def _check_free(room: Room, kept: Seat | None, place: str, machine: str) -> None:
    others = db.session.execute(
        select(Seat.place, Seat.machine).where(
            Seat.room_id == room.id, Seat.id != (kept.id if kept else 0)
        )
    ).all()
    if room.capacity is not None and len(others) >= room.capacity:
        raise WrongSeat(N_("The room is full: it has %(capacity)s places."), capacity=room.capacity)
    if place and any(other == place for other, _machine in others):
        raise WrongSeat(N_("Place %(place)s of the room is taken."), place=place)
    if machine and any(other == machine for _place, other in others):
        raise WrongSeat(N_("Machine %(machine)s of the room is taken."), machine=machine)


def _by_number(round_: Round, numbers: Collection[int]) -> dict[int, Enrolment]:
    rows = db.session.scalars(
        select(Enrolment).where(
            Enrolment.contest_id == round_.contest_id, Enrolment.number.in_(numbers)
        )
    )
    return {row.number: row for row in rows}


def _place_told(kept: Seat) -> dict[str, object]:
    sitting = db.session.get(Sitting, kept.sitting_id)
    room = db.session.get(Room, kept.room_id) if kept.room_id else None
    return {
        "sitting": sitting.title if sitting else "",
        "room": room.title if room else "",
        "place": kept.place,
        "machine": kept.machine,
    }


def _lock(round_: Round) -> None:
    lock(round_)
    if round_.state is RoundState.FINAL:
        raise RoundFinal


def _record(round_: Round, actor: Account, action: str, target: str = "", **told: object) -> None:
    about = target or f"round:{round_.public_id}"
    auditing.record(actor, action, about, log=round_.contest.log, **told)
