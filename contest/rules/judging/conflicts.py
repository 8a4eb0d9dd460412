"""Who may not judge what: conflicts that judges declare, and those that units and people show."""

from collections.abc import Collection, Mapping, Sequence, Set
from dataclasses import dataclass
from enum import StrEnum

from core.saying import Sentence
from core.text import N_


class Cause(StrEnum):
    """Why a judge may not score an entry."""

    DECLARED = "declared"
    OWN_ENTRY = "own_entry"
    MENTOR = "mentor"
    SAME_UNIT = "same_unit"
    SUPERIOR_UNIT = "superior_unit"
    SUBORDINATE_UNIT = "subordinate_unit"
    NAME_AND_ADDRESS = "name_and_address"


# What is sure enough to bar by itself; the others are shown to a person who decides.
BARRING = frozenset(
    {Cause.DECLARED, Cause.OWN_ENTRY, Cause.MENTOR, Cause.SAME_UNIT, Cause.SUPERIOR_UNIT}
)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who judges or enters: account, unit (by code), family name and address, folded."""

    id: str
    unit: str = ""
    family_name: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Entrant:
    """An entry with its people, the unit that sends it, and the accounts of its mentors."""

    entry: str
    unit: str
    members: tuple[Person, ...] = ()
    mentors: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Conflict:
    """One judge, one entry and the strongest cause between them."""

    entry: str
    judge: str
    cause: Cause

    @property
    def bars(self) -> bool:
        """Whether the judge may not score the entry, without anybody deciding so."""
        return self.cause in BARRING

    def says(self) -> Sentence:
        """Say the cause."""
        return Sentence(_SAID[self.cause])


def above(unit: str, parents: Mapping[str, str]) -> list[str]:
    """Return the units over `unit`, the nearest first; `parents[unit]` is the one right over it."""
    found: list[str] = []
    while unit in parents and parents[unit] not in found:
        unit = parents[unit]
        found.append(unit)
    return found


def conflicts(
    judges: Sequence[Person],
    entrants: Sequence[Entrant],
    parents: Mapping[str, str],
    declared: Collection[tuple[str, str]] = (),
    *,
    levels: int = 1,
) -> list[Conflict]:
    """Return every conflict, by judge and entry; `declared` holds pairs of entry and judge.

    A unit counts as superior up to `levels` over the entrant's: the province is over everybody,
    and would bar everybody.
    """
    said = set(declared)
    found = []
    for entrant in entrants:
        units = {entrant.unit, *(member.unit for member in entrant.members)} - {""}
        over = {one for unit in units for one in above(unit, parents)[:levels]}
        for judge in judges:
            under = set(above(judge.unit, parents)[:levels])
            cause = (
                _personal(judge, entrant, said)
                or _by_unit(judge, units, over, under)
                or _by_home(judge, entrant)
            )
            if cause is not None:
                found.append(Conflict(entrant.entry, judge.id, cause))
    return sorted(found, key=lambda one: (one.judge, one.entry))


def _personal(judge: Person, entrant: Entrant, said: Set[tuple[str, str]]) -> Cause | None:
    if (entrant.entry, judge.id) in said:
        return Cause.DECLARED
    if judge.id in {member.id for member in entrant.members}:
        return Cause.OWN_ENTRY
    return Cause.MENTOR if judge.id in entrant.mentors else None


def _by_unit(judge: Person, units: Set[str], over: Set[str], under: Set[str]) -> Cause | None:
    if judge.unit in units:
        return Cause.SAME_UNIT
    if judge.unit in over:
        return Cause.SUPERIOR_UNIT
    return Cause.SUBORDINATE_UNIT if units & under else None


def _by_home(judge: Person, entrant: Entrant) -> Cause | None:
    home = (judge.family_name, judge.address)
    if not all(home):
        return None
    homes = {(member.family_name, member.address) for member in entrant.members}
    return Cause.NAME_AND_ADDRESS if home in homes else None


_SAID = {
    Cause.DECLARED: N_("The judge declared a conflict."),
    Cause.OWN_ENTRY: N_("The judge is one of the entrants."),
    Cause.MENTOR: N_("The judge is a mentor of the entry."),
    Cause.SAME_UNIT: N_("The judge is of the same unit."),
    Cause.SUPERIOR_UNIT: N_("The judge is of the unit over it."),
    Cause.SUBORDINATE_UNIT: N_("The judge is of a unit under it."),
    Cause.NAME_AND_ADDRESS: N_("Judge and entrant share family name and address."),
}
