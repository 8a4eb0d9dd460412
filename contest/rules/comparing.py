"""Two runs beside each other: who gains or loses score and place, and who crosses which line."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from contest.rules import ranking

Who = TypeVar("Who", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Ranked:
    """Where somebody stands in a run: score in millionths, and the key that ranks."""

    score: int
    sort_key: str


@dataclass(frozen=True, slots=True)
class Lines:
    """The lines that matter: the last place of each level of prizes, and the score that passes."""

    places: tuple[int, ...] = ()
    # Millionths; None where nobody passes or fails.
    passing: int | None = None


@dataclass(frozen=True, slots=True)
class Moved(Generic[Who]):
    """What two runs say of one person; a place is None in a run in which the person is not."""

    who: Who
    place_before: int | None
    place_after: int | None
    score_before: int | None
    score_after: int | None
    # The lines of places that were crossed, and +1 or -1 for the passing line.
    crossed: tuple[int, ...] = ()
    passes: int = 0

    @property
    def score_gained(self) -> int:
        """By how much the score rose; below zero where it fell, zero for who came or went."""
        if self.score_before is None or self.score_after is None:
            return 0
        return self.score_after - self.score_before

    @property
    def places_gained(self) -> int:
        """By how many places the person rose; below zero for a fall, zero for who came or went."""
        if self.place_before is None or self.place_after is None:
            return 0
        return self.place_before - self.place_after

    @property
    def is_moved(self) -> bool:
        """Say whether anything differs."""
        before = (self.place_before, self.score_before)
        return before != (self.place_after, self.score_after)

    @property
    def is_over_a_line(self) -> bool:
        """Say whether a line was crossed."""
        return bool(self.crossed or self.passes)


@dataclass(frozen=True, slots=True)
class Totals:
    """How many people each thing happens to."""

    before: int = 0
    after: int = 0
    moved: int = 0
    score_up: int = 0
    score_down: int = 0
    place_up: int = 0
    place_down: int = 0
    came: int = 0
    went: int = 0
    passes: int = 0
    fails: int = 0
    # For each line of places: who comes above it, and who falls below.
    prizes: tuple[tuple[int, int, int], ...] = ()


def compare(
    before: Mapping[Who, Ranked], after: Mapping[Who, Ranked], lines: Lines
) -> list[Moved[Who]]:
    """Return everybody of either run, in the order of the new one; who is not in it stands last."""
    places_before, places_after = _places(before), _places(after)
    last = len(after) + 1
    found = [
        _moved(who, before, after, (places_before, places_after), lines)
        for who in before.keys() | after.keys()
    ]
    found.sort(key=lambda one: (one.place_after or last, one.place_before or 0, str(one.who)))
    return found


def _places(ranked: Mapping[Who, Ranked]) -> dict[Who, int]:
    placed = ranking.places((one.sort_key, who) for who, one in ranked.items())
    return {who: place for place, who in placed}


def _moved(
    who: Who,
    before: Mapping[Who, Ranked],
    after: Mapping[Who, Ranked],
    places: tuple[Mapping[Who, int], Mapping[Who, int]],
    lines: Lines,
) -> Moved[Who]:
    old, new = before.get(who), after.get(who)
    place_before, place_after = places[0].get(who), places[1].get(who)
    crossed = tuple(
        line for line in lines.places if _is_in(place_before, line) != _is_in(place_after, line)
    )
    passed, passes = _passes(old, lines.passing), _passes(new, lines.passing)
    return Moved(
        who,
        place_before,
        place_after,
        None if old is None else old.score,
        None if new is None else new.score,
        crossed,
        passes - passed,
    )


def _is_in(place: int | None, line: int) -> bool:
    return place is not None and place <= line


def _passes(ranked: Ranked | None, passing: int | None) -> int:
    return int(ranked is not None and passing is not None and ranked.score >= passing)


def totals(moved: Sequence[Moved[Who]], lines: Lines) -> Totals:
    """Count what happens to the people."""
    return Totals(
        before=sum(one.place_before is not None for one in moved),
        after=sum(one.place_after is not None for one in moved),
        moved=sum(one.is_moved for one in moved),
        score_up=sum(one.score_gained > 0 for one in moved),
        score_down=sum(one.score_gained < 0 for one in moved),
        place_up=sum(one.places_gained > 0 for one in moved),
        place_down=sum(one.places_gained < 0 for one in moved),
        came=sum(one.place_before is None for one in moved),
        went=sum(one.place_after is None for one in moved),
        passes=sum(one.passes > 0 for one in moved),
        fails=sum(one.passes < 0 for one in moved),
        prizes=tuple(_crossings(moved, line) for line in lines.places),
    )


def _crossings(moved: Iterable[Moved[Who]], line: int) -> tuple[int, int, int]:
    over = [one for one in moved if line in one.crossed]
    rises = sum(_is_in(one.place_after, line) for one in over)
    return line, rises, len(over) - rises


def read_places(text: str) -> tuple[int, ...]:
    """Return the lines of places from what was typed, such as “1, 3, 10”; rising, each once.

    Raise `ValueError` for what is no such list.
    """
    found = sorted({int(part) for part in text.replace(";", ",").split(",") if part.strip()})
    if any(place < 1 for place in found):
        raise ValueError(text)
    return tuple(found)
