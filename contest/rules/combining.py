"""From the marks that people give an essay to the one that counts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from contest.rules.scoring import from_millionths, to_millionths

FIRST_TWO = 2
DECIDING = 3
PERCENT = 100


def deviates(one: int, other: int, points: int, percent: int) -> bool:
    """Say whether two marks differ by more than `percent` of the points; all in millionths."""
    return abs(one - other) * PERCENT > percent * points


def wanted(marks: Sequence[int], points: int, *, markers: int, percent: int) -> int:
    """Return how many marks the answer needs: one, two, or a third where two differ too much."""
    if markers < FIRST_TWO:
        return 1
    if len(marks) >= FIRST_TWO and deviates(marks[0], marks[1], points, percent):
        return DECIDING
    return FIRST_TWO


def final(marks: Sequence[int], points: int, *, markers: int, percent: int) -> int | None:
    """Return the mark that counts, from marks in order; None while one is still missing.

    The mean of two, half a millionth rounded up; where they differ too much, what the third says.
    """
    need = wanted(marks, points, markers=markers, percent=percent)
    if len(marks) < need:
        return None
    if need == FIRST_TWO:
        return (marks[0] + marks[1] + 1) // 2
    return marks[need - 1]


@dataclass(frozen=True, slots=True)
class Criterion:
    """One line of a rubric, with the points it has, in millionths."""

    id: str
    text: str
    points: int

    @property
    def most(self) -> Decimal:
        """The points as people count them."""
        return from_millionths(self.points)


ALL = "all"


def criteria(rubric: Sequence[Mapping[str, Any]], points: int) -> list[Criterion]:
    """Return the lines to mark by; without a rubric one line with all the points."""
    lines = [
        Criterion(str(one["id"]), str(one["text"]), to_millionths(Decimal(str(one["points"]))))
        for one in rubric
    ]
    return lines or [Criterion(ALL, "", points)]


def fits(lines: Sequence[Criterion], given: Mapping[str, int]) -> bool:
    """Say whether each line got between nothing and its points."""
    return all(0 <= given[one.id] <= one.points for one in lines)


def scaled(lines: Sequence[Criterion], given: Mapping[str, int], points: int) -> int:
    """Return the mark out of the slot's points: a rubric may count in points of its own."""
    whole = sum(one.points for one in lines)
    earned = sum(given[one.id] for one in lines)
    return (2 * earned * points + whole) // (2 * whole) if whole else 0
