"""What pages and other packages read about units: found by name, their trees, their headcounts."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal, or_, select
from sqlalchemy.orm import aliased, joinedload

from accounts.models import Account, Headcount, Unit, UnitChange, UnitPlace
from accounts.rules.staff import StaffCategory
from accounts.rules.units import COMMUNES, Tree, UnitKind
from core.db import db
from core.saying import Sentence
from core.text import N_, lenient_search_key

MOST = 12
_PER_GROUP = 5
_READ = 400
_DEEPEST = 12
_AGENCIES = frozenset(
    {
        UnitKind.PARTY,
        UnitKind.COUNCIL,
        UnitKind.AUTHORITY,
        UnitKind.BOARD,
        UnitKind.DEPARTMENT,
        UnitKind.DIVISION,
        UnitKind.CENTRAL_AGENCY,
        UnitKind.FRONT,
        UnitKind.PRESS,
        UnitKind.ARMED_FORCES,
    }
)
_SMALL = frozenset(
    {
        UnitKind.DIVISION,
        UnitKind.PUBLIC_SERVICE,
        UnitKind.SCHOOL,
        UnitKind.CHAPTER,
        UnitKind.OTHER,
    }
)
PLACES, AGENCIES, UNIONS, FORMER, OTHERS = (
    N_("Communes and wards"),
    N_("Departments and agencies"),
    N_("Youth Union"),
    N_("Names used before 01/7/2025"),
    N_("Others"),
)
GROUPS = (PLACES, AGENCIES, UNIONS, FORMER, OTHERS)


@dataclass(frozen=True, slots=True)
class UnitChoice:
    """A unit as a picker offers it; choosing a former name chooses what it belongs to now."""

    id: str
    text: str
    note: Sentence | None
    group: str


# --- Finding -----------------------------------------------------------------------------------


def find_units(words: str) -> list[UnitChoice]:
    """Return at most twelve units for a picker, in the order of groups; two statements.

    Marks, capitals and y/i are forgiven. A unit that has ended is offered under its old name and
    stands for what it became.
    """
    query = lenient_search_key(words)
    if len(query) < 2:
        return []
    matching = _matching(query)
    found = [unit for unit in matching if _says(unit, query)]
    # Words that begin words come before letters in the middle of one: “an” is not “Đoàn”.
    found = [unit for unit in found if _begins(unit, query)] or found
    # A unit that was renamed is still found by the name it had.
    found = found or [unit for unit in matching if unit.valid_to is None]
    ended = [unit for unit in found if unit.valid_to is not None]
    now = _successors(ended)
    ranked = sorted(found, key=lambda unit: _rank(unit, query))
    offered = [choice for unit in ranked for choice in _choices(unit, now)]
    return _spread(offered)


def _matching(query: str) -> Sequence[Unit]:
    contained = [Unit.search_text.contains(word, autoescape=True) for word in query.split()]
    return db.session.scalars(
        select(Unit)
        .where(*contained)
        .order_by(Unit.valid_to.is_not(None), func.length(Unit.name), Unit.sort_key)
        .limit(_READ)
    ).all()


def _says(unit: Unit, query: str) -> bool:
    """Say whether the unit's own name and place hold every word, not only its history."""
    own = lenient_search_key(f"{unit.name} {unit.context}")
    return all(word in own for word in query.split())


def _begins(unit: Unit, query: str) -> bool:
    """Say whether every word typed is the beginning of a word of the unit's name and place."""
    own = lenient_search_key(f"{unit.name} {unit.context}").split()
    return all(any(word.startswith(typed) for word in own) for typed in query.split())


def _rank(unit: Unit, query: str) -> tuple[int, int, str, int]:
    """Return the order of a match: the name whole, its last words, words in a row, the rest."""
    name = lenient_search_key(unit.name)
    if name == query:
        nearness = 0
    elif name.endswith(f" {query}") or name.startswith(f"{query} "):
        nearness = 1
    else:
        nearness = 2 if query in name else 3
    return nearness, len(name), unit.sort_key, unit.id


def _successors(ended: Iterable[Unit]) -> Mapping[int, list[tuple[Unit, str]]]:
    """Return what each ended unit became, with the share."""
    became: dict[int, list[tuple[Unit, str]]] = defaultdict(list)
    old_ids = [unit.id for unit in ended]
    if old_ids:
        for change in db.session.scalars(
            select(UnitChange)
            .where(UnitChange.old_id.in_(old_ids))
            .options(joinedload(UnitChange.new))
            .order_by(UnitChange.id)
        ):
            became[change.old_id].append((change.new, change.share))
    return became


def _choices(unit: Unit, now: Mapping[int, list[tuple[Unit, str]]]) -> list[UnitChoice]:
    in_full = f"{unit.name}, {unit.context}" if unit.context else unit.name
    if unit.valid_to is None:
        text = in_full if unit.kind in COMMUNES else unit.name
        note = Sentence("%(unit)s", {"unit": unit.context}) if _needs_context(unit) else None
        return [UnitChoice(unit.public_id, text, note, _group(unit))]
    return [
        UnitChoice(
            new.public_id, in_full, Sentence(N_("now part of %(unit)s"), {"unit": new.name}), FORMER
        )
        for new, _share in now.get(unit.id, ())
    ]


def _needs_context(unit: Unit) -> bool:
    """Say whether the body above tells the unit from others: divisions, schools, chapters."""
    return bool(unit.context) and unit.kind in _SMALL


def _group(unit: Unit) -> str:
    if unit.kind in COMMUNES:
        return PLACES
    if unit.kind in _AGENCIES:
        return AGENCIES
    return UNIONS if unit.kind.tree is Tree.DOAN else OTHERS


def _spread(offered: list[UnitChoice]) -> list[UnitChoice]:
    """Return the best of every group first, then fill up by rank; in the order of groups."""
    taken: list[UnitChoice] = []
    for group in GROUPS:
        taken += [choice for choice in offered if choice.group == group][:_PER_GROUP]
    taken = sorted(taken, key=offered.index)[:MOST]
    taken += [choice for choice in offered if choice not in taken][: MOST - len(taken)]
    return sorted(taken, key=lambda choice: (GROUPS.index(choice.group), offered.index(choice)))


def unit_with(public_id: str) -> Unit | None:
    """Return the unit of that public id."""
    return db.session.scalar(select(Unit).where(Unit.public_id == public_id))


def unit_of_code(code: str) -> Unit | None:
    """Return the living unit of that code."""
    return db.session.scalar(select(Unit).where(Unit.code == code, Unit.valid_to.is_(None)))


# --- Trees -------------------------------------------------------------------------------------


def _stands(place: type[UnitPlace], on: date) -> ColumnElement[bool]:
    begun = or_(place.valid_from.is_(None), place.valid_from <= on)
    return begun & or_(place.valid_to.is_(None), place.valid_to >= on)


def unit_ancestors(unit_ids: Collection[int], *, on: date) -> dict[int, list[int]]:
    """Return the ids of the units above each unit on that day, the nearest first; one statement."""
    above = (
        select(
            UnitPlace.unit_id.label("unit_id"),
            UnitPlace.parent_id.label("parent_id"),
            literal(1).label("depth"),
        )
        .where(UnitPlace.unit_id.in_(unit_ids), UnitPlace.parent_id.is_not(None))
        .where(_stands(UnitPlace, on))
        .cte(recursive=True)
    )
    higher = aliased(UnitPlace)
    above = above.union_all(
        select(above.c.unit_id, higher.parent_id, above.c.depth + 1)
        .join(higher, higher.unit_id == above.c.parent_id)
        .where(higher.parent_id.is_not(None), above.c.depth < _DEEPEST, _stands(higher, on))
    )
    found: dict[int, list[int]] = {unit_id: [] for unit_id in unit_ids}
    if unit_ids:
        for row in db.session.execute(select(above).order_by(above.c.depth)):
            if row.parent_id not in found[row.unit_id]:
                found[row.unit_id].append(row.parent_id)
    return found


def nearest_counted(
    unit_ids: Collection[int], counted: Collection[int], *, on: date
) -> dict[int, int]:
    """Return, for each unit, itself or the nearest unit above it that is counted."""
    above = unit_ancestors(unit_ids, on=on)
    chosen = {}
    for unit_id in unit_ids:
        nearest = next((one for one in [unit_id, *above[unit_id]] if one in counted), None)
        if nearest is not None:
            chosen[unit_id] = nearest
    return chosen


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A unit in a list, with how many people and units stand under it."""

    unit: Unit
    people: int
    units: int


def units_below(tree: Tree, parent_id: int | None, *, on: date) -> list[UnitRow]:
    """Return the units that stand directly under one, or at the top of a tree; three statements."""
    under = UnitPlace.parent_id == parent_id if parent_id else UnitPlace.parent_id.is_(None)
    units = db.session.scalars(
        select(Unit)
        .join(UnitPlace, UnitPlace.unit_id == Unit.id)
        .where(UnitPlace.tree == tree, under, _stands(UnitPlace, on))
        .order_by(Unit.sort_key, Unit.id)
    ).all()
    unit_ids = [unit.id for unit in units]
    people = _people_in(unit_ids)
    below = _counted(
        select(UnitPlace.parent_id, func.count())
        .where(UnitPlace.tree == tree, UnitPlace.parent_id.in_(unit_ids), _stands(UnitPlace, on))
        .group_by(UnitPlace.parent_id)
    )
    return [UnitRow(unit, people.get(unit.id, 0), below.get(unit.id, 0)) for unit in units]


def _people_in(unit_ids: Collection[int]) -> dict[int, int]:
    return _counted(
        select(Account.unit_id, func.count())
        .where(Account.unit_id.in_(unit_ids), Account.erased_at.is_(None))
        .where(Account.deactivated_at.is_(None))
        .group_by(Account.unit_id)
    )


def _counted(statement: Select[*tuple[Any, ...]]) -> dict[int, int]:
    return {row[0]: row[1] for row in db.session.execute(statement)}


@dataclass(frozen=True, slots=True)
class UnitHistory:
    """What a unit came from and what it became, with the share of each."""

    before: list[tuple[Unit, str]]
    after: list[tuple[Unit, str]]


def unit_history(unit_id: int) -> UnitHistory:
    """Return the units that went into this one and those it went into; one statement."""
    changes = db.session.scalars(
        select(UnitChange)
        .where(or_(UnitChange.old_id == unit_id, UnitChange.new_id == unit_id))
        .options(joinedload(UnitChange.old), joinedload(UnitChange.new))
        .order_by(UnitChange.id)
    ).all()
    before = [(change.old, change.share) for change in changes if change.new_id == unit_id]
    after = [(change.new, change.share) for change in changes if change.old_id == unit_id]
    return UnitHistory(before, after)


def places_of(unit_id: int) -> list[tuple[UnitPlace, Unit | None]]:
    """Return where a unit stands and stood, with the unit above; one statement."""
    rows = db.session.execute(
        select(UnitPlace, Unit)
        .outerjoin(Unit, Unit.id == UnitPlace.parent_id)
        .where(UnitPlace.unit_id == unit_id)
        .order_by(UnitPlace.tree, UnitPlace.id)
    )
    return [(row[0], row[1]) for row in rows]


# --- Headcounts --------------------------------------------------------------------------------


def headcounts(
    unit_ids: Collection[int], *, on: date
) -> dict[int, dict[tuple[StaffCategory, bool], Headcount]]:
    """Return the latest headcount of each unit, category and one-stop mark; one statement."""
    rows = db.session.scalars(
        select(Headcount)
        .where(Headcount.unit_id.in_(unit_ids), Headcount.counted_on <= on)
        .order_by(Headcount.counted_on, Headcount.id)
    )
    latest: dict[int, dict[tuple[StaffCategory, bool], Headcount]] = {
        unit_id: {} for unit_id in unit_ids
    }
    for row in rows:
        latest[row.unit_id][row.category, row.one_stop] = row
    return latest


def headcounts_of(unit_id: int) -> Sequence[Headcount]:
    """Return every headcount of a unit, the newest first."""
    return db.session.scalars(
        select(Headcount)
        .where(Headcount.unit_id == unit_id)
        .order_by(Headcount.counted_on.desc(), Headcount.category, Headcount.one_stop)
    ).all()


def living_units() -> Sequence[Unit]:
    """Return every unit that has not ended, for matching the rows of a sheet; one statement."""
    return db.session.scalars(select(Unit).where(Unit.valid_to.is_(None))).all()
