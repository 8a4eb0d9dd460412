"""What the staff's pages read: contests, where they stand, live figures, units."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute, joinedload, selectinload

from accounts.models import Unit
from contest import unit_figures
from contest.models import (
    Attempt,
    AttemptKind,
    Audience,
    Contest,
    ContestState,
    ContestUnit,
    Enrolment,
    Entry,
    EntryState,
    Response,
    ResultRun,
    Round,
    RoundKind,
    Standing,
)
from contest.rules import guiding
from contest.rules.guiding import RoundAt, Step
from contest.rules.participating import Participation
from core.db import db
from core.vietnam import civil_day, start_of_day
from questions.models import Blueprint

HOUR = timedelta(hours=1)


# --- Contests and rounds -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ContestLine:
    """A contest in a list, with its people, the entries handed in, and its rounds."""

    contest: Contest
    people: int
    entries: int
    rounds: Sequence[Round]


def contests(wanted: Collection[int] | None = None) -> list[ContestLine]:
    """Return the contests, or those of these ids, the newest first; four statements."""
    statement = select(Contest).order_by(Contest.created_at.desc(), Contest.id.desc())
    if wanted is not None:
        statement = statement.where(Contest.id.in_(wanted))
    rows = db.session.scalars(statement.options(selectinload(Contest.rounds))).all()
    ids = [row.id for row in rows]
    people, entries = _counts(Enrolment.contest_id, ids), _entries_in(ids)
    return [
        ContestLine(row, people.get(row.id, 0), entries.get(row.id, 0), row.rounds) for row in rows
    ]


def line_of(contest: Contest) -> ContestLine:
    """Return a contest as a line of the list; two statements beside its rounds."""
    people = _counts(Enrolment.contest_id, [contest.id])
    entries = _entries_in([contest.id])
    return ContestLine(
        contest, people.get(contest.id, 0), entries.get(contest.id, 0), contest.rounds
    )


def _entries_in(ids: Collection[int]) -> dict[int, int]:
    """Return how many entries each contest has got: neither begun only nor withdrawn."""
    rows = db.session.execute(
        select(Entry.contest_id, func.count())
        .where(Entry.contest_id.in_(ids))
        .where(Entry.state.not_in([EntryState.DRAFT, EntryState.WITHDRAWN]))
        .group_by(Entry.contest_id)
    )
    return dict(rows.all())


def _counts(column: InstrumentedAttribute[int], ids: Collection[int]) -> dict[int, int]:
    rows = db.session.execute(select(column, func.count()).where(column.in_(ids)).group_by(column))
    return dict(rows.all())


def contest_with(public_id: str) -> Contest | None:
    """Return the contest of that public id with its rounds and blocks."""
    return db.session.scalar(
        select(Contest)
        .where(Contest.public_id == public_id)
        .options(selectinload(Contest.rounds), selectinload(Contest.blocks))
    )


def round_with(public_id: str) -> Round | None:
    """Return the round of that public id with its contest, blueprint and sittings."""
    return db.session.scalar(
        select(Round)
        .where(Round.public_id == public_id)
        .options(
            joinedload(Round.contest),
            joinedload(Round.blueprint).selectinload(Blueprint.rows),
            selectinload(Round.sittings),
        )
    )


def enrolment_with(public_id: str) -> Enrolment | None:
    """Return the enrolment of that public id with person, unit and contest."""
    return db.session.scalar(
        select(Enrolment)
        .where(Enrolment.public_id == public_id)
        .options(
            joinedload(Enrolment.contest),
            joinedload(Enrolment.account),
            joinedload(Enrolment.unit),
            joinedload(Enrolment.counted_unit),
            joinedload(Enrolment.block),
        )
    )


def slug_is_taken(slug: str, *, but: Contest | None = None) -> bool:
    """Say whether another contest has this address."""
    found = db.session.scalar(select(Contest.id).where(Contest.slug == slug))
    return found is not None and (but is None or found != but.id)


def has_attempts(round_: Round) -> bool:
    """Say whether anybody has begun an official attempt at the round."""
    begun = select(Attempt.id).where(
        Attempt.round_id == round_.id, Attempt.kind == AttemptKind.OFFICIAL
    )
    return db.session.scalar(begun.limit(1)) is not None


def rounds_at(rounds: Sequence[Round]) -> list[RoundAt]:
    """Return where each of these rounds stands; two statements."""
    runs = [round_.current_run_id for round_ in rounds if round_.current_run_id]
    computed = set(
        db.session.scalars(
            select(ResultRun.id).where(ResultRun.id.in_(runs), ResultRun.is_provisional.is_(False))
        )
    )
    shown = set(
        db.session.scalars(
            select(Standing.run_id)
            .where(Standing.run_id.in_(computed), Standing.audience == Audience.PUBLIC)
            .distinct()
        )
    )
    return [
        RoundAt(
            round_.title,
            round_.public_id,
            round_.state,
            round_.opens_at,
            round_.closes_at,
            round_.current_run_id in computed,
            round_.current_run_id in shown,
            round_.kind is RoundKind.JUDGED,
        )
        for round_ in rounds
    ]


def unit_counts(ids: Collection[int]) -> dict[int, int]:
    """Return how many units take part in each contest; one statement."""
    return _counts(ContestUnit.contest_id, ids)


def steps_of(contest: Contest, stood: Sequence[RoundAt], *, units: int, at: datetime) -> list[Step]:
    """Return what the organisers of a contest have to do next."""
    return guiding.steps(
        stood,
        at,
        is_public=contest.state is ContestState.PUBLISHED,
        has_rules=bool(contest.rules_text),
        units=units,
        has_day=contest.headcount_on is not None,
    )


# --- Live figures ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Live:
    """A round in figures at one moment."""

    at: datetime
    running: int
    people: int
    attempts: int
    late: int
    headcount: int
    units: int
    units_with: int

    @property
    def participation(self) -> Participation:
        """The figures as a rate."""
        return Participation(self.people, self.attempts, self.headcount or None)


def live(round_: Round, *, at: datetime) -> Live:
    """Return the figures of a round; five statements however many people take it."""
    official = (Attempt.round_id == round_.id, Attempt.kind == AttemptKind.OFFICIAL)
    running, people, attempts = db.session.execute(
        select(
            func.count().filter(Attempt.submitted_at.is_(None), Attempt.accepts_until > at),
            func.count(Attempt.enrolment_id.distinct()),
            func.count(),
        )
        .select_from(Attempt)
        .where(*official)
    ).one()
    late = db.session.scalar(
        select(func.count())
        .select_from(Response)
        .join(Attempt, Attempt.id == Response.attempt_id)
        .where(*official, Response.is_late.is_(True))
    )
    rows = participation(round_.contest, round_=round_)
    return Live(
        at,
        running,
        people,
        attempts,
        late or 0,
        sum(row.taken.headcount or 0 for row in rows),
        len(rows),
        sum(row.taken.people > 0 for row in rows),
    )


def submitted_by_hour(round_: Round, *, at: datetime) -> list[int]:
    """Return how many attempts were submitted in each hour of today so far; one statement."""
    midnight = start_of_day(civil_day(at))
    hours = [midnight + number * HOUR for number in range((at - midnight) // HOUR + 1)]
    columns = [
        func.count().filter(Attempt.submitted_at >= one, Attempt.submitted_at < one + HOUR)
        for one in hours
    ]
    row = db.session.execute(
        select(*columns)
        .select_from(Attempt)
        .where(Attempt.round_id == round_.id, Attempt.kind == AttemptKind.OFFICIAL)
        .where(Attempt.submitted_at >= midnight)
    ).one()
    return [int(count) for count in row]


# --- Units -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class UnitLine:
    """A unit of a contest and how many of it took part."""

    unit: Unit
    taken: Participation


SORTS = ("name", "people", "attempts", "headcount", "rate")


def participation(
    contest: Contest, *, round_: Round | None = None, sort: str = "name"
) -> list[UnitLine]:
    """Return every unit of a contest with its people and attempts; four statements."""
    lines = [
        UnitLine(one.unit, Participation(one.taken, one.attempts, one.headcount))
        for one in unit_figures.figures(contest, round_=round_)
    ]
    return _sorted(lines, sort)


def _sorted(lines: list[UnitLine], sort: str) -> list[UnitLine]:
    key, descending = sort.removeprefix("-"), sort.startswith("-")
    nothing = Decimal(-1)
    values = {
        "people": lambda line: Decimal(line.taken.people),
        "attempts": lambda line: Decimal(line.taken.attempts),
        "headcount": lambda line: Decimal(
            -1 if line.taken.headcount is None else line.taken.headcount
        ),
        "rate": lambda line: nothing if line.taken.rate is None else line.taken.rate,
    }
    if key in values:
        return sorted(lines, key=values[key], reverse=descending)
    return list(reversed(lines)) if descending else lines


def unit_ids_of(contest: Contest) -> set[int]:
    """Return the ids of the units that take part."""
    return set(
        db.session.scalars(select(ContestUnit.unit_id).where(ContestUnit.contest_id == contest.id))
    )


def overdue(round_: Round, *, at: datetime) -> int:
    """Return how many attempts are over and wait to be closed; more than a few is a fault."""
    waiting = select(func.count()).where(
        Attempt.round_id == round_.id,
        Attempt.submitted_at.is_(None),
        Attempt.accepts_until < at - timedelta(minutes=1),
    )
    return db.session.scalar(waiting) or 0
