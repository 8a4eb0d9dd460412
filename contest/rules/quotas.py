"""Quotas of participation: how many of which staff a unit has to send, and how near it is."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from accounts.rules.staff import StaffCategory
from contest.rules.unit_groups import UnitGroup
from core.saying import Sentence
from core.text import N_

_WHOLE = 100


class Basis(StrEnum):
    """Of which number a percentage is taken."""

    HEADCOUNT = "headcount"
    ROSTER = "roster"

    @property
    def label(self) -> str:
        """Return the message id of the name people know it by."""
        return _BASES[self]


_BASES = {
    Basis.HEADCOUNT: N_("the headcount on the contest’s day"),
    Basis.ROSTER: N_("the people in the unit’s list"),
}


class Status(StrEnum):
    """How a quota of a unit stands; the order is that of urgency."""

    MISSED = "miss"
    NEAR = "near"
    UNKNOWN = "unknown"
    MET = "ok"
    NONE = "none"

    @property
    def label(self) -> str:
        """Return the message id that says it."""
        return _STATUSES[self]

    @property
    def urgency(self) -> int:
        """Return what sorts the most urgent first."""
        return list(Status).index(self)


_STATUSES = {
    Status.MISSED: N_("Not met"),
    Status.NEAR: N_("Nearly met"),
    Status.UNKNOWN: N_("No headcount"),
    Status.MET: N_("Met"),
    Status.NONE: N_("Does not apply"),
}


@dataclass(frozen=True, slots=True)
class Quota:
    """What units of these groups have to send.

    Whom it counts: people of these categories (none: of every category), and with `one_stop`
    only those at the one-stop desk. `count` people at least, `percent` of the basis at least, or
    both.
    """

    title: str
    groups: tuple[UnitGroup, ...] = ()
    categories: tuple[StaffCategory, ...] = ()
    one_stop: bool = False
    count: int | None = None
    percent: int | None = None
    basis: Basis = Basis.HEADCOUNT

    def written(self) -> dict[str, object]:
        """Return the quota as the trail tells of it."""
        return {
            "title": self.title,
            "groups": [group.value for group in self.groups],
            "categories": [category.value for category in self.categories],
            "one_stop": self.one_stop,
            "count": self.count,
            "percent": self.percent,
            "basis": self.basis.value,
        }

    def counts(self, category: StaffCategory | None, *, one_stop: bool) -> bool:
        """Say whether a person of this category, at the desk or not, is meant."""
        if self.one_stop and not one_stop:
            return False
        return not self.categories or category in self.categories


@dataclass(frozen=True, slots=True)
class Cell:
    """How a quota stands in a unit: who took part, of how many, and how many are needed.

    `need` is None where it cannot be said: a percentage of an unknown number.
    """

    taken: int
    of: int | None
    need: int | None
    status: Status

    @property
    def lacking(self) -> int:
        """Return how many people more meet the quota."""
        return max(0, (self.need or 0) - self.taken)


def needed(quota: Quota, of: int | None) -> int | None:
    """Return how many people of `of` the quota asks for; half a person is a whole one.

    A number that is larger than the unit has people asks for all of them.
    """
    if quota.percent is not None and of is None:
        return None
    share = -(-(of or 0) * (quota.percent or 0) // _WHOLE)
    wanted = max(quota.count or 0, share)
    return wanted if of is None else min(wanted, of)


def cell(quota: Quota, taken: int, of: int | None) -> Cell:
    """Return how the quota stands with `taken` people of `of`.

    Nearly met is half of what is needed. A unit without such people has no quota to meet.
    """
    need = needed(quota, of)
    if need is None:
        return Cell(taken, of, need, Status.UNKNOWN)
    if of == 0 or need == 0:
        return Cell(taken, of, need, Status.NONE)
    if taken >= need:
        return Cell(taken, of, need, Status.MET)
    return Cell(taken, of, need, Status.NEAR if 2 * taken >= need else Status.MISSED)


def overall(cells: Iterable[Cell]) -> Status:
    """Return how a unit stands: as its most urgent quota; without any that applies, none."""
    found = sorted((one.status for one in cells), key=lambda status: status.urgency)
    return next(iter(found), Status.NONE)


def met(cells: Iterable[Cell]) -> tuple[int, int]:
    """Return how many quotas are met, and how many there are to meet."""
    asked = [one.status for one in cells if one.status is not Status.NONE]
    return asked.count(Status.MET), len(asked)


def taking(quota: Quota, people: Mapping[tuple[StaffCategory | None, bool], int]) -> int:
    """Return how many of those counted by (category, at the one-stop desk) are meant."""
    return sum(
        count
        for (category, one_stop), count in people.items()
        if quota.counts(category, one_stop=one_stop)
    )


def basis_of(quota: Quota, headcounts: Mapping[tuple[StaffCategory, bool], int]) -> int | None:
    """Return the headcount that the quota is taken of; None where nobody has counted.

    A headcount of the one-stop desk is part of the category's, which counts everybody.
    """
    found = [
        count
        for (category, one_stop), count in headcounts.items()
        if one_stop is quota.one_stop and (not quota.categories or category in quota.categories)
    ]
    return sum(found) if found else None


def problems(quota: Quota) -> list[Sentence]:
    """Return what is wrong with a quota."""
    if quota.count is None and quota.percent is None:
        return [Sentence(N_("Ask for a number of people, or for a percentage."))]
    return []


# --- Units that went into others ---------------------------------------------------------------


def folded(units: Iterable[int], became: Mapping[int, int]) -> dict[int, int]:
    """Return for each unit the one of `units` it counts for.

    `became` says what ended units are wholly part of; a chain is followed to its end. A unit that
    became none of `units` counts for itself.
    """
    known = set(units)
    found = {}
    for unit in [*known, *became]:
        at, seen, last = unit, {unit}, unit if unit in known else None
        while at in became and became[at] not in seen:
            at = became[at]
            seen.add(at)
            last = at if at in known else last
        if last is not None:
            found[unit] = last
    return found


# --- Presets -----------------------------------------------------------------------------------

_ADMIN, _COMMUNE = (UnitGroup.ADMINISTRATIVE,), (UnitGroup.COMMUNE,)
# The rules of the contest of Đắk Lắk in 2023; the same parts again for communes and wards.
DAKLAK_2023: Sequence[Quota] = (
    Quota("Lãnh đạo Sở", _ADMIN, (StaffCategory.LEADER,), count=1),
    Quota("Trưởng, phó phòng", _ADMIN, (StaffCategory.MANAGER,), percent=50),
    Quota("Công chức không giữ chức vụ", _ADMIN, (StaffCategory.CIVIL_SERVANT,), percent=30),
    Quota("Bộ phận Một cửa", _ADMIN, one_stop=True, percent=100),
    Quota("Lãnh đạo xã, phường", _COMMUNE, (StaffCategory.LEADER,), count=1),
    Quota("Trưởng, phó phòng", _COMMUNE, (StaffCategory.MANAGER,), percent=50),
    Quota("Công chức không giữ chức vụ", _COMMUNE, (StaffCategory.CIVIL_SERVANT,), percent=30),
    Quota("Bộ phận Một cửa", _COMMUNE, one_stop=True, percent=100),
)
PRESETS = {"daklak-2023": DAKLAK_2023}
