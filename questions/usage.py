"""What was asked before: told by the packages above, which know who asked, and when."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

Counter = Callable[[Collection[int]], Mapping[int, int]]
_counters: list[Counter] = []


def ask(counter: Counter) -> None:
    """Let a package above say how often versions, given by ids, stand in its papers."""
    if counter not in _counters:
        _counters.append(counter)


def times_asked(version_ids: Collection[int]) -> dict[int, int]:
    """Return how often each version stands in a paper; one that never does is left out."""
    found: dict[int, int] = {}
    for counter in _counters:
        for version_id, times in counter(version_ids).items():
            found[version_id] = found.get(version_id, 0) + times
    return {version_id: times for version_id, times in found.items() if times}


@dataclass(frozen=True, slots=True)
class Exposure:
    """How often items, by id, were asked in how many papers drawn from a bank."""

    times: Mapping[int, int] = field(default_factory=dict)
    papers: int = 0

    def plus(self, other: "Exposure") -> "Exposure":
        """Return both together."""
        both = dict(self.times)
        for item, times in other.times.items():
            both[item] = both.get(item, 0) + times
        return Exposure(both, self.papers + other.papers)


@dataclass(frozen=True, slots=True)
class Witness:
    """Who can say what a bank's items were asked for before a moment.

    What was over by that moment never changes, so that a draw can be repeated later.
    """

    # The ids of the items in the last so many rounds: of this bank, how many, before when.
    in_rounds: Callable[[int, int, datetime], Collection[int]]
    exposure: Callable[[int, datetime], Exposure]


_witnesses: list[Witness] = []


def hear(witness: Witness) -> None:
    """Let a package above say what was asked before."""
    if witness not in _witnesses:
        _witnesses.append(witness)


def in_rounds(bank_id: int, count: int, before: datetime) -> frozenset[int]:
    """Return the items that the last `count` rounds over before the moment asked."""
    return frozenset(
        item for witness in _witnesses for item in witness.in_rounds(bank_id, count, before)
    )


def exposure(bank_id: int, before: datetime) -> Exposure:
    """Return how often the bank's items were asked before the moment."""
    total = Exposure()
    for witness in _witnesses:
        total = total.plus(witness.exposure(bank_id, before))
    return total
