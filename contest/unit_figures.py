"""Units of a contest in figures: who took part for each, and how many people each has.

Units that have ended and are wholly part of another unit of the contest are counted in that one.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import aliased

from accounts import unit_queries
from accounts.models import Account, Unit, UnitChange
from accounts.rules.staff import StaffCategory
from accounts.rules.units import Share
from contest.models import Attempt, AttemptKind, Contest, ContestUnit, Enrolment, Round
from contest.rules import quotas
from core.db import db
from core.vietnam import civil_day

Group = tuple[StaffCategory | None, bool]
# Of an old unit nothing went elsewhere.
_WHOLE = (Share.ALL.value, Share.KEPT.value, Share.RENAMED.value)


@dataclass(slots=True)
class UnitFigures:
    """A unit: people who took part and people there, by (category, at the one-stop desk)."""

    unit: Unit
    people: dict[Group, int] = field(default_factory=lambda: defaultdict(int))
    attempts: int = 0
    headcounts: dict[tuple[StaffCategory, bool], int] = field(default_factory=dict)
    roster: dict[Group, int] = field(default_factory=lambda: defaultdict(int))

    @property
    def taken(self) -> int:
        """How many people took part."""
        return sum(self.people.values())

    @property
    def headcount(self) -> int | None:
        """How many people the unit has; the one-stop desk is part of them, and not added."""
        found = [count for (_, one_stop), count in self.headcounts.items() if not one_stop]
        return sum(found) if found else None


def day_of(contest: Contest) -> date:
    """Return the day on which the units of a contest are looked at."""
    return contest.headcount_on or civil_day(contest.created_at)


def figures(
    contest: Contest, *, round_: Round | None = None, with_roster: bool = False
) -> list[UnitFigures]:
    """Return the units in order of name, those merged on the contest's day counted in the new one.

    Four statements however many units there are, six with the rosters.
    """
    units = units_of(contest)
    into = folding(contest, units)
    found = {unit.id: UnitFigures(unit) for unit in units if into[unit.id] == unit.id}
    _take(found, into, contest, round_)
    _count(found, into, contest)
    if with_roster:
        _list(found, into, on=day_of(contest))
    return list(found.values())


def folding(contest: Contest, units: Iterable[Unit]) -> dict[int, int]:
    """Return for the id of a unit, ended ones too, the one it is counted in; one statement."""
    on, old = day_of(contest), aliased(Unit)
    changes = db.session.execute(
        select(UnitChange.old_id, UnitChange.new_id)
        .join(old, old.id == UnitChange.old_id)
        .where(UnitChange.share.in_(_WHOLE), old.valid_to < on)
        .order_by(UnitChange.id)
    )
    became: dict[int, int] = {}
    for old_id, new_id in changes:
        became.setdefault(old_id, new_id)
    return quotas.folded([unit.id for unit in units], became)


def folding_of(contest: Contest) -> dict[int, int]:
    """Return the folding of the units of a contest; two statements."""
    return folding(contest, units_of(contest))


def units_of(contest: Contest) -> Sequence[Unit]:
    """Return the units that take part in a contest by name, ended ones too."""
    return db.session.scalars(
        select(Unit)
        .join(ContestUnit, ContestUnit.unit_id == Unit.id)
        .where(ContestUnit.contest_id == contest.id)
        .order_by(Unit.sort_key, Unit.id)
    ).all()


def took_part(contest: Contest, round_: Round | None = None) -> list[ColumnElement[bool]]:
    """Return what an official attempt must be to count as taking part."""
    asked = [
        Enrolment.contest_id == contest.id,
        Enrolment.is_test.is_(False),
        Enrolment.is_hidden.is_(False),
        Attempt.kind == AttemptKind.OFFICIAL,
        Attempt.submitted_at.is_not(None),
    ]
    return asked if round_ is None else [*asked, Attempt.round_id == round_.id]


def _take(
    found: Mapping[int, UnitFigures],
    into: Mapping[int, int],
    contest: Contest,
    round_: Round | None,
) -> None:
    # Who came from a unit that ended before the contest chose its units has no counted one.
    counted = func.coalesce(Enrolment.counted_unit_id, Enrolment.unit_id)
    rows = db.session.execute(
        select(
            counted,
            Enrolment.category,
            Enrolment.one_stop,
            func.count(Enrolment.id.distinct()),
            func.count(),
        )
        .join(Attempt, Attempt.enrolment_id == Enrolment.id)
        .where(*took_part(contest, round_), counted.is_not(None))
        .group_by(counted, Enrolment.category, Enrolment.one_stop)
    )
    for unit_id, category, one_stop, people, attempts in rows:
        one = found.get(into.get(unit_id, unit_id))
        if one is not None:
            one.people[category, one_stop] += people
            one.attempts += attempts


def _count(found: Mapping[int, UnitFigures], into: Mapping[int, int], contest: Contest) -> None:
    """Read the headcounts of the day; a unit without its own has those of the units it took in."""
    on = contest.headcount_on
    if on is None:
        return
    parts: dict[int, list[int]] = defaultdict(list)
    for old_id, new_id in into.items():
        if old_id != new_id:
            parts[new_id].append(old_id)
    known = unit_queries.headcounts(
        [*found, *(old for olds in parts.values() for old in olds)], on=on
    )
    for unit_id, one in found.items():
        for part in [unit_id] if known[unit_id] else parts[unit_id]:
            for group, row in known[part].items():
                one.headcounts[group] = one.headcounts.get(group, 0) + row.people


def _list(found: Mapping[int, UnitFigures], into: Mapping[int, int], *, on: date) -> None:
    rows = db.session.execute(
        select(Account.unit_id, Account.category, Account.one_stop, func.count())
        .where(Account.unit_id.is_not(None), *is_there())
        .group_by(Account.unit_id, Account.category, Account.one_stop)
    ).all()
    counted = counting(found, into, {row[0] for row in rows if row[0]}, on=on)
    for unit_id, category, one_stop, people in rows:
        one = found.get(counted.get(unit_id or 0, 0))
        if one is not None:
            one.roster[category, one_stop] += people


def is_there() -> list[ColumnElement[bool]]:
    """Return what an account must be to stand in a unit's list."""
    return [Account.erased_at.is_(None), Account.deactivated_at.is_(None)]


def counting(
    found: Collection[int], into: Mapping[int, int], unit_ids: Collection[int], *, on: date
) -> dict[int, int]:
    """Return the unit of a contest in which each of these units is counted; one statement."""
    nearest = unit_queries.nearest_counted(unit_ids, [*found, *into], on=on)
    return {unit_id: into.get(counted, counted) for unit_id, counted in nearest.items()}


def counts_for(unit_ids: Sequence[int]) -> ColumnElement[bool]:
    """Return the condition that an enrolment counts for one of these units."""
    return or_(
        Enrolment.counted_unit_id.in_(unit_ids),
        Enrolment.counted_unit_id.is_(None) & Enrolment.unit_id.in_(unit_ids),
    )
