"""Units as dated entries in three trees, what became of them, and how they are found by name."""

import csv
import io
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import cached_property
from pathlib import Path

from core.saying import Sentence
from core.text import N_, clean_line, lenient_search_key

DATA = Path(__file__).parent.parent / "data"
_SEARCH_LENGTH = 400


class Tree(StrEnum):
    """A view of the units; a person is counted once in each."""

    TERRITORY = "territory"
    SECTOR = "sector"
    DOAN = "doan"

    @property
    def label(self) -> str:
        """Return the message id of the name people know it by."""
        return _TREE_LABELS[self]


_TREE_LABELS = {
    Tree.TERRITORY: N_("Localities"),
    Tree.SECTOR: N_("Agencies and organisations"),
    Tree.DOAN: N_("Youth Union"),
}


class UnitKind(StrEnum):
    """What sort of place or body a unit is."""

    PROVINCE = "province"
    CITY = "city"
    TOWN = "town"
    DISTRICT = "district"
    WARD = "ward"
    COMMUNE = "commune"
    TOWNSHIP = "township"
    PARTY = "party"
    COUNCIL = "council"
    AUTHORITY = "authority"
    BOARD = "board"
    DEPARTMENT = "department"
    DIVISION = "division"
    PUBLIC_SERVICE = "public_service"
    SCHOOL = "school"
    CENTRAL_AGENCY = "central_agency"
    FRONT = "front"
    PRESS = "press"
    ARMED_FORCES = "armed_forces"
    ENTERPRISE = "enterprise"
    PROVINCIAL_UNION = "provincial_union"
    DISTRICT_UNION = "district_union"
    COMMUNE_UNION = "commune_union"
    UNION_AFFILIATE = "union_affiliate"
    CHAPTER = "chapter"
    OTHER = "other"

    @property
    def label(self) -> str:
        """Return the message id of the name people know it by."""
        return KIND_LABELS[self]

    @property
    def tree(self) -> Tree:
        """Return the tree in which units of this kind stand."""
        if self in _TERRITORY:
            return Tree.TERRITORY
        return Tree.DOAN if self in _DOAN else Tree.SECTOR


KIND_LABELS = {
    UnitKind.PROVINCE: N_("Province"),
    UnitKind.CITY: N_("City under the province"),
    UnitKind.TOWN: N_("Town under the province"),
    UnitKind.DISTRICT: N_("District"),
    UnitKind.WARD: N_("Ward"),
    UnitKind.COMMUNE: N_("Commune"),
    UnitKind.TOWNSHIP: N_("Township"),
    UnitKind.PARTY: N_("Party body"),
    UnitKind.COUNCIL: N_("People’s Council"),
    UnitKind.AUTHORITY: N_("People’s Committee"),
    UnitKind.BOARD: N_("Board or committee"),
    UnitKind.DEPARTMENT: N_("Provincial department"),
    UnitKind.DIVISION: N_("Division"),
    UnitKind.PUBLIC_SERVICE: N_("Public service unit"),
    UnitKind.SCHOOL: N_("School"),
    UnitKind.CENTRAL_AGENCY: N_("Central agency in the province"),
    UnitKind.FRONT: N_("Fatherland Front or mass organisation"),
    UnitKind.PRESS: N_("Newspaper or broadcaster"),
    UnitKind.ARMED_FORCES: N_("Police or army"),
    UnitKind.ENTERPRISE: N_("Enterprise"),
    UnitKind.PROVINCIAL_UNION: N_("Provincial Youth Union"),
    UnitKind.DISTRICT_UNION: N_("District Youth Union"),
    UnitKind.COMMUNE_UNION: N_("Youth Union of a commune or ward"),
    UnitKind.UNION_AFFILIATE: N_("Affiliated Youth Union"),
    UnitKind.CHAPTER: N_("Youth Union chapter"),
    UnitKind.OTHER: N_("Other unit"),
}
_DISTRICTS = frozenset({UnitKind.CITY, UnitKind.TOWN, UnitKind.DISTRICT})
COMMUNES = frozenset({UnitKind.WARD, UnitKind.COMMUNE, UnitKind.TOWNSHIP})
_TERRITORY = _DISTRICTS | COMMUNES | {UnitKind.PROVINCE}
_DOAN = frozenset(
    {
        UnitKind.PROVINCIAL_UNION,
        UnitKind.DISTRICT_UNION,
        UnitKind.COMMUNE_UNION,
        UnitKind.UNION_AFFILIATE,
        UnitKind.CHAPTER,
    }
)


class Share(StrEnum):
    """How much of an old unit went into a new one."""

    ALL = "all"
    PART = "part"
    KEPT = "kept"
    RENAMED = "renamed"


@dataclass(frozen=True, slots=True)
class UnitEntry:
    """A unit as the lists give it: known by code and dates; the same code may live twice."""

    code: str
    name: str
    kind: UnitKind
    tree: Tree
    parent_code: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    source: str = ""
    note: str = ""

    def is_valid(self, on: date) -> bool:
        """Say whether the unit exists on that day."""
        begun = self.valid_from is None or self.valid_from <= on
        return begun and (self.valid_to is None or on <= self.valid_to)

    @property
    def short_name(self) -> str:
        """Return the name as it stands behind another one: TP Buôn Ma Thuột."""
        for long, short in (("Thành phố ", "TP "), ("Thị xã ", "TX "), ("Huyện ", "huyện ")):
            if self.name.startswith(long):
                return short + self.name.removeprefix(long)
        return self.name


@dataclass(frozen=True, slots=True)
class UnitChange:
    """What an old code became."""

    old_code: str
    new_code: str
    share: Share


def read_units(source: str) -> tuple[UnitEntry, ...]:
    """Return the units of a CSV text with the columns of `accounts/data`."""
    return tuple(_unit(row) for row in csv.DictReader(io.StringIO(source)))


def _unit(row: dict[str, str]) -> UnitEntry:
    kind = UnitKind(row["kind"])
    return UnitEntry(
        code=row["code"].strip(),
        name=clean_line(row["name"]),
        kind=kind,
        tree=Tree(row["tree"]) if row.get("tree") else kind.tree,
        parent_code=row["parent_code"].strip(),
        valid_from=_day(row["valid_from"]),
        valid_to=_day(row["valid_to"]),
        source=row.get("source") or "",
        note=row.get("note") or "",
    )


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def read_changes(source: str) -> tuple[UnitChange, ...]:
    """Return the changes of a CSV text `old_code,new_code,share`."""
    rows = csv.DictReader(io.StringIO(source))
    return tuple(UnitChange(r["old_code"], r["new_code"], Share(r["share"])) for r in rows)


def read_mergers(source: str) -> tuple[UnitChange, ...]:
    """Return the changes that the column `merged_into` of a CSV text of agencies tells."""
    rows = csv.DictReader(io.StringIO(source))
    return tuple(
        UnitChange(r["code"], r["merged_into"], Share.ALL) for r in rows if r["merged_into"]
    )


_UNION_NAMES = {
    UnitKind.PROVINCE: ("Tỉnh ", "Tỉnh Đoàn ", UnitKind.PROVINCIAL_UNION),
    UnitKind.CITY: ("Thành phố ", "Thành đoàn ", UnitKind.DISTRICT_UNION),
    UnitKind.TOWN: ("Thị xã ", "Thị đoàn ", UnitKind.DISTRICT_UNION),
    UnitKind.DISTRICT: ("Huyện ", "Huyện đoàn ", UnitKind.DISTRICT_UNION),
    UnitKind.WARD: ("Phường ", "Đoàn phường ", UnitKind.COMMUNE_UNION),
    UnitKind.COMMUNE: ("Xã ", "Đoàn xã ", UnitKind.COMMUNE_UNION),
    UnitKind.TOWNSHIP: ("Thị trấn ", "Đoàn thị trấn ", UnitKind.COMMUNE_UNION),
}


def youth_union_of(place: UnitEntry) -> UnitEntry:
    """Return the Youth Union body of a territorial unit: the same dates, the same place."""
    prefix, title, kind = _UNION_NAMES[place.kind]
    return replace(
        place,
        code=youth_union_code(place.code),
        name=title + place.name.removeprefix(prefix),
        kind=kind,
        tree=Tree.DOAN,
        parent_code=youth_union_code(place.parent_code) if place.parent_code else "",
    )


def youth_union_code(code: str) -> str:
    """Return the code of the Youth Union body of the territorial unit with that code."""
    return f"DOAN-{code}"


class Gazetteer:
    """All units known, of every era, and the map between the eras."""

    def __init__(self, units: Iterable[UnitEntry], changes: Iterable[UnitChange] = ()) -> None:
        self.units = tuple(units)
        self.changes = tuple(changes)

    def valid(self, on: date) -> tuple[UnitEntry, ...]:
        """Return the units that exist on that day."""
        return tuple(unit for unit in self.units if unit.is_valid(on))

    def find(self, code: str, on: date) -> UnitEntry | None:
        """Return the unit that has that code on that day."""
        return next((unit for unit in self._eras.get(code, ()) if unit.is_valid(on)), None)

    def parent(self, unit: UnitEntry) -> UnitEntry | None:
        """Return the unit it stands under, in its own era."""
        eras = self._eras.get(unit.parent_code, ())
        moment = unit.valid_to or unit.valid_from
        lived = [one for one in eras if moment is None or one.is_valid(moment)]
        return next(iter(lived or eras), None)

    def successors(self, unit: UnitEntry) -> tuple[tuple[UnitEntry, Share], ...]:
        """Return what an ended unit became; nothing while it lives."""
        if unit.valid_to is None:
            return ()
        pairs = ((self._latest(c.new_code), c.share) for c in self._by_old.get(unit.code, ()))
        return tuple((new, share) for new, share in pairs if new is not None and new != unit)

    def predecessors(self, unit: UnitEntry) -> tuple[tuple[UnitEntry, Share], ...]:
        """Return the ended units that went into a living one."""
        if unit.valid_to is not None:
            return ()
        pairs = ((self._ended(c.old_code), c.share) for c in self._by_new.get(unit.code, ()))
        return tuple((old, share) for old, share in pairs if old is not None)

    def context(self, unit: UnitEntry) -> str:
        """Return what tells the unit from others of its name: the place it lies in.

        A commune of the two-tier era needs it only where its name occurs twice on its day.
        """
        parent = self.parent(unit)
        if parent is None or unit.kind in _DISTRICTS:
            return ""
        told = parent.kind is not UnitKind.PROVINCE or self._is_doubled(unit)
        return parent.short_name if told else ""

    def describe(self, unit: UnitEntry) -> Sentence:
        """Return the unit with its place and, once it has ended, what it belongs to now."""
        context = self.context(unit)
        name = f"{unit.name}, {context}" if context else unit.name
        now = ", ".join(new.name for new, _ in self.successors(unit))
        if not now:
            return Sentence("%(unit)s", {"unit": name})
        return Sentence(N_("%(unit)s — now part of %(now)s"), {"unit": name, "now": now})

    def search_text(self, unit: UnitEntry) -> str:
        """Return the words to search in, former names included; compare with a lenient key."""
        keys = [self._key(unit), *(self._key(old) for old, _ in self.predecessors(unit))]
        keys += [lenient_search_key(new.name) for new, _ in self.successors(unit)]
        joined = " | ".join(dict.fromkeys(key for key in keys if key))
        if len(joined) <= _SEARCH_LENGTH:
            return joined
        return joined[:_SEARCH_LENGTH].rpartition(" ")[0]

    def _key(self, unit: UnitEntry) -> str:
        return lenient_search_key(f"{unit.name} {self.context(unit)}")

    def _is_doubled(self, unit: UnitEntry) -> bool:
        return self._names[lenient_search_key(unit.name), unit.tree, unit.valid_to] > 1

    def _latest(self, code: str) -> UnitEntry | None:
        return next((unit for unit in self._eras.get(code, ()) if unit.valid_to is None), None)

    def _ended(self, code: str) -> UnitEntry | None:
        return next((unit for unit in self._eras.get(code, ()) if unit.valid_to is not None), None)

    @cached_property
    def _eras(self) -> dict[str, list[UnitEntry]]:
        eras: dict[str, list[UnitEntry]] = {}
        for unit in self.units:
            eras.setdefault(unit.code, []).append(unit)
        return eras

    @cached_property
    def _by_old(self) -> dict[str, list[UnitChange]]:
        known: dict[str, list[UnitChange]] = {}
        for change in self.changes:
            known.setdefault(change.old_code, []).append(change)
        return known

    @cached_property
    def _by_new(self) -> dict[str, list[UnitChange]]:
        known: dict[str, list[UnitChange]] = {}
        for change in self.changes:
            known.setdefault(change.new_code, []).append(change)
        return known

    @cached_property
    def _names(self) -> Counter[tuple[str, Tree, date | None]]:
        return Counter((lenient_search_key(u.name), u.tree, u.valid_to) for u in self.units)


def daklak() -> Gazetteer:
    """Return the units of Đắk Lắk that come with the product, in all three trees."""
    places = read_units((DATA / "units.csv").read_text("utf-8"))
    listed = (DATA / "agencies.csv").read_text("utf-8")
    changes = read_changes((DATA / "unit-changes.csv").read_text("utf-8"))
    unions = tuple(
        UnitChange(youth_union_code(c.old_code), youth_union_code(c.new_code), c.share)
        for c in changes
    )
    units = (*places, *map(youth_union_of, places), *read_units(listed))
    return Gazetteer(units, (*changes, *unions, *read_mergers(listed)))
