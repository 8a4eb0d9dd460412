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
    NEAR = "near"
    NAME_AND_ADDRESS = "name_and_address"
    SAME_NAME = "same_name"


# What is sure enough to bar by itself; the others are shown to a person who decides.
BARRING = frozenset(
    {Cause.DECLARED, Cause.OWN_ENTRY, Cause.MENTOR, Cause.SAME_UNIT, Cause.SUPERIOR_UNIT}
)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who judges or enters: account, unit (by code), family name and address, folded.

    Of a judge also people near by their full names, and further homes: family name and address.
    """

    id: str
    unit: str = ""
    family_name: str = ""
    address: str = ""
    name: str = ""
    near: frozenset[str] = frozenset()
    homes: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True, slots=True)
class Entrant:
    """An entry with its people, the unit that sends it, and its mentors.

    Mentors by their accounts and, where nobody knows their accounts, by their names, folded.
    """

    entry: str
    unit: str
    members: tuple[Person, ...] = ()
    mentors: frozenset[str] = frozenset()
    mentor_names: frozenset[str] = frozenset()


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
    dismissed: Collection[tuple[str, str, Cause]] = (),
    levels: int = 1,
) -> list[Conflict]:
    """Return every conflict, by judge and entry; `declared` holds pairs of entry and judge.

    What a person dismissed (entry, judge, cause) makes room for the next cause, unless it bars.
    A unit counts as superior up to `levels` over the entrant's: the province is over everybody,
    and would bar everybody.
    """
    said, settled = set(declared), {one for one in dismissed if one[2] not in BARRING}
    found = []
    for entrant in entrants:
        units = {entrant.unit, *(member.unit for member in entrant.members)} - {""}
        over = {one for unit in units for one in above(unit, parents)[:levels]}
        for judge in judges:
            under = set(above(judge.unit, parents)[:levels])
            causes = (
                _personal(judge, entrant, said),
                _by_unit(judge, units, over, under),
                *_by_name(judge, entrant),
            )
            left = [c for c in causes if c and (entrant.entry, judge.id, c) not in settled]
            found += [Conflict(entrant.entry, judge.id, cause) for cause in left[:1]]
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


def _by_name(judge: Person, entrant: Entrant) -> list[Cause]:
    """Return what names show; two people may share one, so that somebody has to decide."""
    homes = {home for home in ((judge.family_name, judge.address), *judge.homes) if all(home)}
    theirs = {(member.family_name, member.address) for member in entrant.members}
    names = {member.name for member in entrant.members} | entrant.mentor_names
    # Who is known by another account is somebody else.
    unknown = {member.name for member in entrant.members if not member.id} | entrant.mentor_names
    found = {
        Cause.NEAR: judge.near & names,
        Cause.NAME_AND_ADDRESS: homes & theirs,
        Cause.SAME_NAME: {judge.name} & unknown - {""},
    }
    return [cause for cause, shared in found.items() if shared]


_SAID = {
    Cause.DECLARED: N_("The judge declared a conflict."),
    Cause.OWN_ENTRY: N_("The judge is one of the entrants."),
    Cause.MENTOR: N_("The judge is a mentor of the entry."),
    Cause.SAME_UNIT: N_("The judge is of the same unit."),
    Cause.SUPERIOR_UNIT: N_("The judge is of the unit over it."),
    Cause.SUBORDINATE_UNIT: N_("The judge is of a unit under it."),
    Cause.NEAR: N_("Somebody of the entry has the name of a person near to the judge."),
    Cause.SAME_NAME: N_(
        "Somebody of the entry, whose account is not known, is named like the judge."
    ),
    Cause.NAME_AND_ADDRESS: N_("Judge and entrant share family name and address."),
}
