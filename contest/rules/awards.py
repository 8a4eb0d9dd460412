"""Awarding: where a list of winners stands, what people changed of it, and who crosses its edge."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from contest.rules.prizes import Seat
from core.text import N_


class ListState(StrEnum):
    """Where a list of winners stands."""

    DRAFT = "draft"
    PROPOSED = "proposed"
    AGREED = "agreed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        """Return the message id that says it."""
        return _STATES[self]


_STATES = {
    ListState.DRAFT: N_("Draft"),
    ListState.PROPOSED: N_("Waits for a second person"),
    ListState.AGREED: N_("Agreed"),
    ListState.REFUSED: N_("Refused"),
    ListState.WITHDRAWN: N_("Taken back"),
}


class Change(StrEnum):
    """What people changed of what the rule proposed."""

    NONE = "none"
    CHOSEN = "chosen"
    MOVED = "moved"
    VACANT = "vacant"
    FURTHER = "further"

    @property
    def label(self) -> str:
        """Return the message id that says it."""
        return _CHANGES[self]


_CHANGES = {
    Change.NONE: N_("by the rule"),
    Change.CHOSEN: N_("chosen among equals"),
    Change.MOVED: N_("given to somebody else"),
    Change.VACANT: N_("left vacant"),
    Change.FURTHER: N_("added"),
}


def written(seats: Iterable[Seat]) -> list[dict[str, object]]:
    """Return prizes given out as they are kept."""
    return [
        {
            "level": seat.level,
            "number": seat.number,
            "who": seat.who,
            "place": seat.place,
            "value": seat.value,
            "candidates": list(seat.candidates),
        }
        for seat in seats
    ]


@dataclass(frozen=True, slots=True)
class Crossing:
    """Somebody whose prize would be another one by the results of today; None is no prize."""

    who: str
    before: int | None
    after: int | None


def crossings(before: Sequence[Seat], after: Sequence[Seat]) -> list[Crossing]:
    """Return who would win, lose or change a level, in order of the higher of the two."""
    old = {seat.who: seat.level for seat in before if seat.who is not None}
    new = {seat.who: seat.level for seat in after if seat.who is not None}
    found = [
        Crossing(who, old.get(who), new.get(who))
        for who in {*old, *new}
        if old.get(who) != new.get(who)
    ]
    return sorted(found, key=lambda one: (_highest(one), one.who))


def _highest(one: Crossing) -> int:
    return min(level for level in (one.before, one.after) if level is not None)


def differs(one: Sequence[Seat], other: Sequence[Seat]) -> bool:
    """Say whether two ways of giving the prizes out differ in anything."""
    return written(one) != written(other)


def seats_from(kept: Iterable[dict[str, object]]) -> list[Seat]:
    """Return prizes given out from how they are kept."""
    return [
        Seat(
            int(str(one["level"])),
            int(str(one["number"])),
            None if one["who"] is None else str(one["who"]),
            None if one["place"] is None else int(str(one["place"])),
            int(str(one["value"])),
            tuple(one["candidates"]),  # type: ignore[arg-type]  # -- a list in JSON
        )
        for one in kept
    ]
