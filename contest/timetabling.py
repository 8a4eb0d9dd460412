"""The timetable of a round as it stands: its sittings, rooms and roster, and what is wrong."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import joinedload, selectinload

from accounts.models import Grant
from accounts.rules import masking
from contest import planning
from contest.models import Enrolment, Room, Round, Seat, Sitting
from contest.rules import arranging, preflight
from contest.rules.timetable import Elsewhere, Finding, Line, Plan, RoomPlan, SittingPlan
from contest.rules.timing import Clock
from contest.sitting_queries import TakenOut, taken_out
from core.db import db
from core.vietnam import civil_day
from questions import queries as bank_queries
from questions.rules import marking


def plan_of(round_: Round, *, with_paper: bool = False, in_full: bool = False) -> Plan:
    """Return the timetable in a fixed number of statements; names are masked unless `in_full`.

    Where everybody may come (one sitting without rooms) the roster holds those with an
    allowance; else everybody who has entered. Looking at the paper takes some more.
    """
    sittings = sittings_of(round_)
    taken = taken_out(round_.id)
    needs_seats = len(sittings) > 1
    whole = needs_seats or any(sitting.rooms for sitting in sittings)
    sole = sittings[0] if len(sittings) == 1 else None
    lines = _lines(round_, only_special=not whole, sole=sole, in_full=in_full)
    return Plan(
        round_.window,
        tuple(planned(round_, sitting, taken) for sitting in sittings),
        tuple(lines),
        needs_seats=needs_seats,
        attempts=round_.max_per_round,
        without_key=_without_key(round_) if with_paper else (),
        empty_rows=_empty_rows(round_) if with_paper else (),
        elsewhere=tuple(_elsewhere(round_)) if whole else (),
    )


def inspect(round_: Round, *, at: datetime, in_full: bool = False) -> list[Finding]:
    """Return what keeps the timetable from being held, or is doubtful, the gravest first."""
    return preflight.inspect(plan_of(round_, with_paper=True, in_full=in_full), at)


def sittings_of(round_: Round) -> Sequence[Sitting]:
    """Return the sittings of a round with their rooms, in order."""
    return db.session.scalars(
        select(Sitting)
        .where(Sitting.round_id == round_.id)
        .options(selectinload(Sitting.rooms))
        .order_by(Sitting.opens_at, Sitting.id)
    ).all()


def planned(round_: Round, sitting: Sitting, taken: TakenOut) -> SittingPlan:
    """Return a sitting as the rules look at it."""
    rules = arranging.late_rules(round_.minutes, civil_day(sitting.opens_at))
    return SittingPlan(
        sitting.id,
        sitting.title,
        sitting.window(taken.whole.get(sitting.id, ())),
        tuple(_room(room) for room in sitting.rooms),
        max((rule.late_minutes for rule in rules), default=None),
    )


def _room(room: Room) -> RoomPlan:
    return RoomPlan(room.id, room.title, room.place, room.code, room.capacity, tuple(room.networks))


def _lines(round_: Round, *, only_special: bool, sole: Sitting | None, in_full: bool) -> list[Line]:
    excluded = set(
        db.session.scalars(
            select(Grant.account_id).where(
                planning.excluding(round_.contest_id), Grant.valid_to.is_(None)
            )
        )
    )
    statement = (
        select(Enrolment, Seat)
        .outerjoin(Seat, (Seat.enrolment_id == Enrolment.id) & (Seat.round_id == round_.id))
        .where(Enrolment.contest_id == round_.contest_id, Enrolment.is_test.is_(False))
        .options(joinedload(Enrolment.account))
        .order_by(Enrolment.number)
    )
    if only_special:
        statement = statement.where(_special())
    rows = db.session.execute(statement).all()
    found = []
    for one, seat in rows:
        name = one.account.full_name if in_full else masking.name(one.account.full_name)
        found.append(_line(one, seat, name, sole, is_excluded=one.account_id in excluded))
    return found


def _special() -> ColumnElement[bool]:
    granted = (Enrolment.extra_percent, Enrolment.extra_seconds, Enrolment.delay_seconds)
    return or_(*(column != 0 for column in granted))


def _line(
    enrolment: Enrolment, seat: Seat | None, name: str, sole: Sitting | None, *, is_excluded: bool
) -> Line:
    """Return somebody's line; `sole` is the sitting of whoever needs no seat."""
    sitting = seat.sitting_id if seat else sole.id if sole else None
    return Line(
        enrolment.number,
        name,
        enrolment.account_id,
        sitting,
        seat.room_id if seat else None,
        seat.place if seat else "",
        seat.machine if seat else "",
        enrolment.allowance,
        is_excluded,
    )


def _elsewhere(round_: Round) -> list[Elsewhere]:
    """Return the fixed sittings of other rounds at the time of this one, with who sits there."""
    here = select(Enrolment.account_id).where(Enrolment.contest_id == round_.contest_id)
    rows = db.session.execute(
        select(
            Enrolment.account_id, Sitting.title, Round.title, Sitting.opens_at, Sitting.closes_at
        )
        .join(Seat, Seat.enrolment_id == Enrolment.id)
        .join(Sitting, Sitting.id == Seat.sitting_id)
        .join(Round, Round.id == Sitting.round_id)
        .where(
            Round.id != round_.id,
            Sitting.clock == Clock.FIXED,
            Sitting.opens_at < round_.closes_at,
            Sitting.closes_at > round_.opens_at,
            Enrolment.account_id.in_(here),
        )
    )
    return [
        Elsewhere(person, f"{round_title}, {title}" if title else round_title, begins, ends)
        for person, title, round_title, begins, ends in rows
    ]


def _without_key(round_: Round) -> tuple[str, ...]:
    """Return the codes of the questions that may be drawn and cannot be marked."""
    settings = planning.settings_of(round_)
    found = planning.shelf_for(settings)
    if found is None:
        return ()
    wanted = [found.row(cell) for cell in settings.cells]
    drawn = {one.version: one.item for one in found.pool if any(row.takes(one) for row in wanted)}
    versions = bank_queries.versions(drawn)
    return tuple(
        sorted(
            drawn[one.id]
            for one in versions.values()
            if marking.check(one.type, one.stem, one.content)
        )
    )


def _empty_rows(round_: Round) -> tuple[str, ...]:
    """Return the lines of the paper for which the bank has nothing at all."""
    settings = planning.settings_of(round_)
    found = planning.shelf_for(settings)
    if found is None:
        return ()
    return tuple(
        str(found.name(cell.topic_id) or found.bank.title)
        for cell in settings.cells
        if cell.count and found.available(cell) == 0
    )
