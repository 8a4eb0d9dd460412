"""The radar of quotas: every unit of a contest against every quota that concerns it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from accounts.models import Account, Unit
from accounts.rules.staff import StaffCategory
from contest import unit_figures
from contest.models import Attempt, Contest, ContestUnit, Enrolment, Quota, Round
from contest.rules import quotas
from contest.rules.participating import Participation
from contest.rules.quotas import Basis, Cell, Status
from contest.rules.unit_groups import UnitGroup, belongs, group_of
from contest.unit_figures import UnitFigures
from core.db import db
from core.text import same_text, search_key
from core.web import Page, whole_or

MOST_NAMES = 500
PEOPLE = 100


@dataclass(frozen=True, slots=True)
class UnitStand:
    """A unit against the quotas of its group, in their order."""

    unit: Unit
    group: UnitGroup
    asked: Sequence[Quota]
    cells: Sequence[Cell]
    taken: Participation

    @property
    def status(self) -> Status:
        """How the unit stands as a whole."""
        return quotas.overall(self.cells)

    @property
    def met(self) -> tuple[int, int]:
        """How many quotas are met, and how many there are to meet."""
        return quotas.met(self.cells)

    @property
    def lacking(self) -> int:
        """How many people more meet every quota, if nobody counts for two."""
        return sum(cell.lacking for cell in self.cells)

    def cell_of(self, quota: Quota) -> Cell | None:
        """Return how a quota stands; None where it does not concern the unit."""
        return next(
            (c for q, c in zip(self.asked, self.cells, strict=True) if q.id == quota.id), None
        )


@dataclass(frozen=True, slots=True)
class Radar:
    """All units of a contest against its quotas, at one moment."""

    quotas: Sequence[Quota]
    units: Sequence[UnitStand]
    at: datetime

    @property
    def groups(self) -> list[UnitGroup]:
        """The groups that have a quota, in order."""
        shown = {unit.group for unit in self.units if unit.asked}
        return [group for group in UnitGroup if group in shown]

    def quotas_of(self, group: UnitGroup) -> list[Quota]:
        """Return the quotas that concern units of a group."""
        return [one for one in self.quotas if not one.groups or group.value in one.groups]

    def count_of(self, status: Status | str) -> int:
        """Return how many units stand so; units without a quota are not counted."""
        return sum(unit.status == status for unit in self.units if unit.asked)

    def unit_with(self, unit_id: int) -> UnitStand | None:
        """Return a unit of the contest."""
        return next((one for one in self.units if one.unit.id == unit_id), None)


def quotas_of(contest: Contest) -> Sequence[Quota]:
    """Return the quotas of a contest in order; one statement."""
    return db.session.scalars(
        select(Quota).where(Quota.contest_id == contest.id).order_by(Quota.position)
    ).all()


def radar(contest: Contest, *, round_: Round | None = None, at: datetime) -> Radar:
    """Return how every unit stands, in the contest or in one round of it.

    Five statements however many units and people there are; seven where a quota is taken of the
    people in the units' lists.
    """
    asked = quotas_of(contest)
    by_roster = any(one.basis is Basis.ROSTER for one in asked)
    found = unit_figures.figures(contest, round_=round_, with_roster=by_roster)
    return Radar(asked, [_stand(one, asked) for one in found], at)


def _stand(one: UnitFigures, asked: Sequence[Quota]) -> UnitStand:
    mine = [quota for quota in asked if belongs(one.unit.kind, quota.asked.groups)]
    return UnitStand(
        one.unit,
        group_of(one.unit.kind),
        mine,
        [_cell(quota.asked, one) for quota in mine],
        Participation(one.taken, one.attempts, one.headcount),
    )


def _cell(quota: quotas.Quota, one: UnitFigures) -> Cell:
    taken = quotas.taking(quota, one.people)
    if quota.basis is Basis.ROSTER:
        return quotas.cell(quota, taken, quotas.taking(quota, one.roster))
    return quotas.cell(quota, taken, quotas.basis_of(quota, one.headcounts))


# --- Which rows, in which order ----------------------------------------------------------------

SORTS = ("name", "status", "lacking", "rate")


def shown(
    units: Sequence[UnitStand],
    *,
    group: UnitGroup | None,
    words: str = "",
    status: Status | None = None,
    sort: str = "name",
) -> list[UnitStand]:
    """Return the units asked for; words are found without marks, `sort` may begin with “-”."""
    sought = search_key(words).split()
    found = [
        one
        for one in units
        if (group is None or one.group is group)
        and (status is None or one.status is status)
        and all(word in one.unit.search_text for word in sought)
    ]
    key, descending = sort.removeprefix("-"), sort.startswith("-")
    keys = {
        "status": lambda one: one.status.urgency,
        "lacking": lambda one: -one.lacking,
        "rate": lambda one: -1 if one.taken.rate is None else one.taken.rate,
    }
    if key in keys:
        return sorted(found, key=keys[key], reverse=descending)
    return found[::-1] if descending else found


# --- The people of a unit ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of a unit, and in which rounds, by their ids, the person took part."""

    name: str
    category: StaffCategory | None
    one_stop: bool
    is_enrolled: bool
    rounds: frozenset[int]
    sort_key: str

    @property
    def has_taken_part(self) -> bool:
        """Whether the person took part in any round."""
        return bool(self.rounds)


def people_of(contest: Contest, unit: Unit) -> list[Person]:
    """Return everybody who counts for a unit: entered, or in its list; by name.

    Names are for the unit's own officer. Seven statements however many people there are.
    """
    units = unit_figures.units_of(contest)
    into = unit_figures.folding(contest, units)
    mine = [one for one, counted in into.items() if counted == unit.id] or [unit.id]
    rounds = _rounds_taken(contest, mine)
    entered = db.session.execute(
        select(Enrolment, Account)
        .join(Account, Account.id == Enrolment.account_id)
        .where(Enrolment.contest_id == contest.id, unit_figures.counts_for(mine))
        .where(Enrolment.is_test.is_(False), Enrolment.is_hidden.is_(False))
    ).all()
    found = [
        _person(account, row.category, row.one_stop, rounds.get(row.id)) for row, account in entered
    ]
    listed = _listed(contest, unit, [one.id for one in units], into)
    found += [_person(one, one.category, one.one_stop, None, is_enrolled=False) for one in listed]
    return sorted(found, key=lambda one: (one.sort_key, one.name))


def _person(
    account: Account,
    category: StaffCategory | None,
    one_stop: bool,
    rounds: set[int] | None,
    *,
    is_enrolled: bool = True,
) -> Person:
    return Person(
        account.full_name,
        category,
        one_stop,
        is_enrolled,
        frozenset(rounds or ()),
        account.sort_key or account.search_text,
    )


def _rounds_taken(contest: Contest, unit_ids: Sequence[int]) -> dict[int, set[int]]:
    rows = db.session.execute(
        select(Enrolment.id, Attempt.round_id)
        .join(Attempt, Attempt.enrolment_id == Enrolment.id)
        .where(*unit_figures.took_part(contest), unit_figures.counts_for(unit_ids))
        .distinct()
    )
    found: dict[int, set[int]] = {}
    for enrolment_id, round_id in rows:
        found.setdefault(enrolment_id, set()).add(round_id)
    return found


def _listed(
    contest: Contest, unit: Unit, counted: Sequence[int], into: dict[int, int]
) -> Sequence[Account]:
    """Return who stands in the lists of the unit and of those below it, and has not entered."""
    there = unit_figures.is_there()
    homes = set(db.session.scalars(select(Account.unit_id).where(*there).distinct())) - {None}
    places = unit_figures.counting(
        counted, into, {one for one in homes if one}, on=unit_figures.day_of(contest)
    )
    own = [home for home, place in places.items() if place == unit.id]
    entered = (
        select(Enrolment.id)
        .where(Enrolment.contest_id == contest.id, Enrolment.account_id == Account.id)
        .exists()
    )
    return db.session.scalars(
        select(Account).where(Account.unit_id.in_(own), *there, ~entered)
    ).all()


def unit_in(contest: Contest, public_id: str) -> Unit | None:
    """Return a unit that takes part in a contest."""
    return db.session.scalar(
        select(Unit)
        .join(ContestUnit, ContestUnit.unit_id == Unit.id)
        .where(ContestUnit.contest_id == contest.id, Unit.public_id == public_id)
    )


def contests_of(unit_ids: Sequence[int]) -> list[tuple[Contest, Unit]]:
    """Return the contests in which these units take part, the newest first; one statement."""
    rows = db.session.execute(
        select(Contest, Unit)
        .join(ContestUnit, ContestUnit.contest_id == Contest.id)
        .join(Unit, Unit.id == ContestUnit.unit_id)
        .where(Unit.id.in_(unit_ids))
        .order_by(Contest.created_at.desc(), Contest.id.desc(), Unit.sort_key)
    )
    return [(row[0], row[1]) for row in rows]


def unit_called(contest: Contest, typed: str) -> Unit | None:
    """Return the unit of a contest that has this code or this name."""
    return next(
        (
            unit
            for unit in unit_figures.units_of(contest)
            if typed == unit.code or same_text(typed, unit.name)
        ),
        None,
    )


def people_shown(
    people: Sequence[Person], round_: Round | None, state: str, words: str = ""
) -> list[Person]:
    """Return the people of a unit who took part (`roi`), who did not (`chua`), or all.

    With `words` those alone whose name has all of them, whatever the marks.
    """
    sought = search_key(words).split()

    def took(one: Person) -> bool:
        return one.has_taken_part if round_ is None else round_.id in one.rounds

    found = [one for one in people if all(word in search_key(one.name) for word in sought)]
    if state not in ("roi", "chua"):
        return found
    return [one for one in found if took(one) is (state == "roi")]


def page_of_people(found: Sequence[Person], mark: str | None) -> Page[Person]:
    """Return the page of these people that begins at a mark."""
    begin = min(max(0, whole_or(mark or "", 0)), max(0, len(found) - 1))
    before = str(max(0, begin - PEOPLE)) if begin else None
    after = str(begin + PEOPLE) if begin + PEOPLE < len(found) else None
    return Page(list(found[begin : begin + PEOPLE]), before=before, after=after)
