"""Charting units: the lists that come with the product, sheets of units, and headcounts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from accounts import auditing
from accounts.models import Account, Headcount, Unit, UnitChange, UnitPlace
from accounts.rules import units as gazetteer
from accounts.rules.staff import StaffCategory
from accounts.rules.units import Gazetteer, Tree, UnitEntry, UnitKind
from core import ids
from core.db import atomic, db
from core.text import lenient_search_key, sort_key

Key = tuple[str, date | None]


@dataclass(frozen=True, slots=True)
class Charted:
    """How many rows a load added and changed."""

    added: int
    changed: int
    links: int


@atomic()
def load_daklak(actor: Account | None = None) -> Charted:
    """Bring the units that come with the product into the database; a second time changes nothing.

    Both eras are loaded, with the map between them, the agencies, and the Youth Union body of
    every place.
    """
    known = gazetteer.daklak()
    rows = {(unit.code, unit.valid_from): unit for unit in db.session.scalars(select(Unit))}
    added = changed = 0
    for entry in known.units:
        row = rows.get((entry.code, entry.valid_from))
        if row is None:
            rows[entry.code, entry.valid_from] = _add(entry, known)
            added += 1
        else:
            changed += _bring_up_to_date(row, entry, known)
    db.session.flush()
    links = _place(known, rows) + _map_changes(known, rows)
    if added or changed or links:
        auditing.record(actor, "units.loaded", "units:daklak", added=added, changed=changed)
    return Charted(added, changed, links)


def _add(entry: UnitEntry, known: Gazetteer) -> Unit:
    unit = Unit(public_id=ids.public_id(), code=entry.code, valid_from=entry.valid_from)
    _bring_up_to_date(unit, entry, known)
    db.session.add(unit)
    return unit


def _bring_up_to_date(row: Unit, entry: UnitEntry, known: Gazetteer) -> bool:
    """Let the row say what the list says; return whether it said something else."""
    told: dict[str, Any] = {
        "name": entry.name,
        "kind": entry.kind,
        "context": known.context(entry),
        "sort_key": sort_key(entry.name),
        "search_text": known.search_text(entry),
        "valid_to": entry.valid_to,
    }
    differs = {name: value for name, value in told.items() if getattr(row, name) != value}
    for name, value in differs.items():
        setattr(row, name, value)
    return bool(differs)


def _place(known: Gazetteer, rows: Mapping[Key, Unit]) -> int:
    """Put every unit where it stands in its tree; return how many places were new."""
    placed = {(place.unit_id, place.tree) for place in db.session.scalars(select(UnitPlace))}
    added = 0
    for entry in known.units:
        unit = rows[entry.code, entry.valid_from]
        if (unit.id, entry.tree) in placed:
            continue
        above = known.parent(entry)
        parent = rows[above.code, above.valid_from] if above else None
        _stand(unit, parent, entry.tree)
        added += 1
    return added


def _stand(unit: Unit, parent: Unit | None, tree: Tree) -> None:
    db.session.add(
        UnitPlace(
            unit_id=unit.id,
            parent_id=parent.id if parent else None,
            tree=tree,
            valid_from=unit.valid_from,
            valid_to=unit.valid_to,
        )
    )


def _map_changes(known: Gazetteer, rows: Mapping[Key, Unit]) -> int:
    """Write down what each old unit became; return how many of these links were new."""
    linked = {(change.old_id, change.new_id) for change in db.session.scalars(select(UnitChange))}
    added = 0
    for entry in known.units:
        old = rows[entry.code, entry.valid_from]
        for successor, share in known.successors(entry):
            new = rows[successor.code, successor.valid_from]
            if (old.id, new.id) in linked:
                continue
            db.session.add(UnitChange(old_id=old.id, new_id=new.id, share=share))
            added += 1
    return added


@atomic()
def add_unit(
    actor: Account,
    name: str,
    kind: UnitKind,
    *,
    code: str = "",
    parent: Unit | None = None,
    valid_from: date | None = None,
) -> Unit:
    """Add a unit that no list has; without a code it gets one of ours."""
    context = parent.name if parent else ""
    unit = Unit(
        public_id=ids.public_id(),
        code=code or f"CT-{ids.code(2)}",
        name=name,
        kind=kind,
        context=context,
        sort_key=sort_key(name),
        search_text=_search_text(name, context),
        valid_from=valid_from,
    )
    db.session.add(unit)
    db.session.flush()
    _stand(unit, parent, kind.tree)
    auditing.record(actor, "unit.added", f"unit:{unit.public_id}", name=name, code=unit.code)
    return unit


def _search_text(name: str, context: str) -> str:
    return lenient_search_key(f"{name} {context}")[:400]


@atomic()
def rename_unit(actor: Account, unit: Unit, name: str) -> None:
    """Correct the name of a unit; the old name stays findable."""
    if unit.name == name:
        return
    auditing.record(actor, "unit.renamed", f"unit:{unit.public_id}", old=unit.name, new=name)
    kept = unit.search_text
    unit.name, unit.sort_key = name, sort_key(name)
    unit.search_text = f"{_search_text(name, unit.context)} | {kept}"[:400]


@atomic()
def end_unit(
    actor: Account, unit: Unit, successors: Sequence[Unit], *, last_day: date, reason: str
) -> None:
    """Let a unit end on a day and go into others: the whole of it, or parts."""
    unit.valid_to = last_day
    for place in db.session.scalars(
        select(UnitPlace).where(UnitPlace.unit_id == unit.id, UnitPlace.valid_to.is_(None))
    ):
        place.valid_to = last_day
    share = "all" if len(successors) == 1 else "part"
    for successor in successors:
        db.session.add(UnitChange(old_id=unit.id, new_id=successor.id, share=share))
    auditing.record(
        actor,
        "unit.ended",
        f"unit:{unit.public_id}",
        last_day=last_day.isoformat(),
        successors=[successor.public_id for successor in successors],
        reason=reason,
    )


@dataclass(frozen=True, slots=True)
class Counted:
    """How many people of a category a unit has on a day, and which paper says so."""

    category: StaffCategory
    people: int
    counted_on: date
    source: str
    one_stop: bool = False


@atomic()
def set_headcount(actor: Account | None, unit: Unit, counted: Counted) -> Headcount:
    """Keep a headcount; one of the same unit, category and day is replaced."""
    row = db.session.scalar(
        select(Headcount).where(
            Headcount.unit_id == unit.id,
            Headcount.category == counted.category,
            Headcount.one_stop == counted.one_stop,
            Headcount.counted_on == counted.counted_on,
        )
    )
    before = row.people if row else None
    if row is None:
        row = Headcount(unit_id=unit.id, category=counted.category)
        row.one_stop, row.counted_on = counted.one_stop, counted.counted_on
        db.session.add(row)
    row.people, row.source = counted.people, counted.source
    auditing.record(
        actor, "headcount.set", f"unit:{unit.public_id}", before=before, now=_told(counted)
    )
    return row


def _told(counted: Counted) -> dict[str, object]:
    return {
        "category": counted.category.value,
        "one_stop": counted.one_stop,
        "counted_on": counted.counted_on.isoformat(),
        "people": counted.people,
        "source": counted.source,
    }


def units_by_code(codes: Iterable[str]) -> dict[str, Unit]:
    """Return the living unit of each code that has one, for rows of a sheet."""
    found = db.session.scalars(
        select(Unit).where(Unit.code.in_(set(codes)), Unit.valid_to.is_(None))
    )
    return {unit.code: unit for unit in found}
