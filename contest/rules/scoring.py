"""From marks to a score: exact decimals of six places, kept as whole millionths."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

_SIX_PLACES = Decimal("0.000001")
_MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class SlotMark:
    """How one slot was marked: the fraction earned, of how many points, on which topic."""

    fraction: Decimal
    points: Decimal
    topic: str = ""

    @property
    def mark(self) -> Decimal:
        """The points earned."""
        return quantised(self.fraction * self.points)

    @property
    def is_correct(self) -> bool:
        """Whether the answer earned all there was."""
        return self.fraction == 1


@dataclass(frozen=True, slots=True)
class Tally:
    """What a person knew of one topic."""

    topic: str
    asked: int
    correct: int
    score: Decimal
    points: Decimal


def quantised(amount: Decimal) -> Decimal:
    """Round half up to six places, as marks and scores are kept."""
    return amount.quantize(_SIX_PLACES, rounding=ROUND_HALF_UP)


def to_millionths(amount: Decimal) -> int:
    """Return the whole number that is stored for a mark or score."""
    return int(quantised(amount) * _MILLION)


def from_millionths(stored: int) -> Decimal:
    """Return the mark or score that was stored."""
    return quantised(Decimal(stored) / _MILLION)


def total(marks: Iterable[SlotMark]) -> Decimal:
    """Add up the marks as they are shown, so that they add up on paper; none is zero."""
    return sum((slot.mark for slot in marks), quantised(Decimal(0)))


def correct_count(marks: Iterable[SlotMark]) -> int:
    """Return how many answers are wholly correct."""
    return sum(slot.is_correct for slot in marks)


def is_perfect(marks: Iterable[SlotMark]) -> bool:
    """Say whether every answer is wholly correct; an empty paper is not perfect."""
    correct = [slot.is_correct for slot in marks]
    return bool(correct) and all(correct)


def tallies(marks: Iterable[SlotMark]) -> list[Tally]:
    """Return one tally for each topic, in the order in which topics first appear."""
    by_topic: dict[str, list[SlotMark]] = {}
    for slot in marks:
        by_topic.setdefault(slot.topic, []).append(slot)
    return [
        Tally(
            topic,
            len(slots),
            correct_count(slots),
            total(slots),
            sum((slot.points for slot in slots), Decimal(0)),
        )
        for topic, slots in by_topic.items()
    ]
