"""Choosing items for a blueprint from a seed: the same seed, the same paper, on any machine.

Every choice reads a stream of numbers made from the seed by HMAC-SHA256. Within a row each
eligible item is equally likely. Where rows overlap, or rivals stand in each other's way, an item
is passed over exactly when taking it would leave another row short, so that a blueprint that
can be filled always is.
"""

import hashlib
import hmac
from collections.abc import Collection, Iterator, Mapping, MutableSequence, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TypeVar

Choice = TypeVar("Choice")

_BLOCK_LABEL = b"cchc-draw-v1"
_WORDS = 1 << 64


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a blueprint: how many items, from which cell, worth how much each.

    `topics` holds the codes of the topic and all below it; empty is any topic. None is any
    difficulty or type.
    """

    count: int
    topics: frozenset[str] = frozenset()
    difficulty: str | None = None
    type: str | None = None
    points: Decimal = Decimal(1)

    def takes(self, candidate: "Candidate") -> bool:
        """Say whether the candidate lies in the row's cell."""
        return (
            (not self.topics or candidate.topic in self.topics)
            and self.difficulty in (None, candidate.difficulty)
            and self.type in (None, candidate.type)
        )


@dataclass(frozen=True, slots=True)
class Candidate:
    """An item that may be drawn, in the version that would be asked.

    `item` names it everywhere and orders the pool. Of `rivals`, items that hint at each other or
    ask the same, a paper holds one at most. Items of one `passage` stand together on a paper.
    """

    item: str
    version: int
    topic: str
    difficulty: str | None
    type: str
    rivals: str | None = None
    passage: int | None = None


@dataclass(frozen=True, slots=True)
class Drawn:
    """An item on a paper, the number of the row that asked for it, and its points."""

    row: int
    item: str
    version: int
    points: Decimal
    passage: int | None = None


@dataclass(frozen=True, slots=True)
class Shortfall:
    """Rows that together want more items than the pool has for them, rivals counted once."""

    rows: tuple[int, ...]
    wanted: int
    available: int


class Stream:
    """Whole numbers that follow from a seed: HMAC-SHA256 of a counter, four words a block."""

    def __init__(self, seed: bytes) -> None:
        self._words = self._endless(seed)

    @staticmethod
    def _endless(seed: bytes) -> Iterator[int]:
        counter = 0
        while True:
            block = hmac.digest(seed, _BLOCK_LABEL + counter.to_bytes(8, "big"), hashlib.sha256)
            yield from (int.from_bytes(block[at : at + 8], "big") for at in (0, 8, 16, 24))
            counter += 1

    def below(self, bound: int) -> int:
        """Return a number from 0 up to, not including, `bound`, each equally likely."""
        fair = _WORDS - _WORDS % bound
        while (word := next(self._words)) >= fair:
            pass
        return word % bound

    def picks(self, things: MutableSequence[Choice]) -> Iterator[Choice]:
        """Yield all the things in random order, one at a time: Fisher-Yates from the left."""
        for at in range(len(things)):
            other = at + self.below(len(things) - at)
            things[at], things[other] = things[other], things[at]
            yield things[at]


def derived(seed: bytes, purpose: str, name: str = "") -> bytes:
    """Return a seed of its own for one purpose, such as one person's paper."""
    return hmac.digest(seed, purpose.encode() + name.encode(), hashlib.sha256)


def paper_seed(seed: bytes, attempt: str) -> bytes:
    """Return the seed of the paper of one attempt, from the seed of the round."""
    return derived(seed, "paper", attempt)


def draw(
    rows: Sequence[Row], pool: Collection[Candidate], seed: bytes, *, shuffled: bool = True
) -> list[Drawn]:
    """Return the items of one paper, in its order: shuffled, or row by row.

    Raise `ValueError` if the pool cannot fill the rows: ask `shortfalls` before.
    """
    return Plan(rows, pool).draw(seed, shuffled=shuffled)


def shortfalls(rows: Sequence[Row], pool: Collection[Candidate]) -> list[Shortfall]:
    """Return what the pool lacks to fill the rows; nothing if it can.

    Rows that are short by themselves come first; then, if the rest cannot be filled at the same
    time, the rows that take each other's items, as one shortfall.
    """
    return Plan(rows, pool).shortfalls()


def ordered(paper: Sequence[Drawn], seed: bytes) -> list[Drawn]:
    """Return the items of a paper in random order, those of one passage together."""
    return together(list(Stream(derived(seed, "order")).picks(list(paper))))


def together(paper: Sequence[Drawn]) -> list[Drawn]:
    """Move the items of a passage to the place of the first of them, in the order of their names.

    A text is read once for all that is asked about it, and its questions often follow it.
    """
    of_passage: dict[int, list[Drawn]] = {}
    for slot in paper:
        if slot.passage is not None:
            of_passage.setdefault(slot.passage, []).append(slot)
    found = list[Drawn]()
    for slot in paper:
        if slot.passage is None:
            found.append(slot)
        else:
            found += sorted(of_passage.pop(slot.passage, []), key=lambda one: one.item)
    return found


def shuffled_options(
    options: Sequence[Choice], seed: bytes, position: int, pinned: Collection[Choice] = ()
) -> list[Choice]:
    """Return the options of the slot at `position` in random order, pinned ones last as they were.

    Pinned are options such as “all of the above”, which make sense only at the end.
    """
    free = [option for option in options if option not in pinned]
    last = [option for option in options if option in pinned]
    return [*Stream(derived(seed, "options", str(position))).picks(free), *last]


@dataclass(slots=True)
class _Demand:
    """What is still wanted by each row, and how many units are left for each set of rows.

    A unit is one rivals group, or an item without rivals. Units that the same rows can take are
    interchangeable, so that only their number is kept, by kind: the set of rows as bits.
    """

    wanted: list[int]
    left: dict[int, int]

    def unmet(self) -> tuple[int, ...]:
        """Return rows that together want more than is left for them; none if all can be had."""
        taken: list[dict[int, int]] = [{} for _ in self.wanted]
        rest = dict(self.left)
        for row, count in enumerate(self.wanted):
            for _ in range(count):
                seen = self._augment(row, taken, rest)
                if seen:
                    return tuple(sorted(seen))
        return ()

    @staticmethod
    def _augment(row: int, taken: list[dict[int, int]], rest: dict[int, int]) -> set[int]:
        """Give the row one more unit, moving others along; return the rows in the way if not."""
        came_from: dict[int, tuple[int, int]] = {}
        queue, seen = [row], {row}
        for at in queue:
            for kind, free in rest.items():
                if not kind >> at & 1:
                    continue
                if free:
                    rest[kind] -= 1
                    _hand_on(at, kind, came_from, taken)
                    return set()
                for other, has in enumerate(taken):
                    if other not in seen and has.get(kind):
                        seen.add(other)
                        came_from[other] = (at, kind)
                        queue.append(other)
        return seen


def _hand_on(
    row: int, kind: int, came_from: Mapping[int, tuple[int, int]], taken: list[dict[int, int]]
) -> None:
    """Give `row` a unit of `kind`, and what it gives up for it to the row that asked, and so on."""
    taken[row][kind] = taken[row].get(kind, 0) + 1
    while row in came_from:
        asking, kind = came_from[row]
        taken[row][kind] -= 1
        taken[asking][kind] = taken[asking].get(kind, 0) + 1
        row = asking


@dataclass(slots=True)
class Plan:
    """A blueprint laid over a pool once, to draw any number of papers from."""

    rows: Sequence[Row]
    pool: Collection[Candidate]
    _cells: list[list[Candidate]] = field(init=False)
    _unit: dict[str, str] = field(init=False)
    _kind: dict[str, int] = field(init=False)
    _fits: bool = field(init=False)

    def __post_init__(self) -> None:
        candidates = sorted(self.pool, key=lambda candidate: candidate.item)
        if len({candidate.item for candidate in candidates}) < len(candidates):
            raise ValueError("an item stands in the pool twice")
        self._cells = [[c for c in candidates if row.takes(c)] for row in self.rows]
        # The marks before the names keep an item apart from a rivals group of the same name.
        self._unit = {c.item: f"r:{c.rivals}" if c.rivals else f"i:{c.item}" for c in candidates}
        self._kind = {}
        for at, cell in enumerate(self._cells):
            for candidate in cell:
                unit = self._unit[candidate.item]
                self._kind[unit] = self._kind.get(unit, 0) | 1 << at
        self._fits = not self._demand().unmet()

    def available(self, row: int) -> int:
        """Return how many items one paper could take for a row, were it the only one."""
        return sum(kind >> row & 1 for kind in self._kind.values())

    def shortfalls(self) -> list[Shortfall]:
        """Return what the pool lacks: see `shortfalls` above."""
        lacking = []
        demand = self._demand()
        for at, row in enumerate(self.rows):
            available = self.available(at)
            if available < row.count:
                lacking.append(Shortfall((at,), row.count, available))
                demand.wanted[at] = available
        together = demand.unmet()
        if together:
            bits = sum(1 << at for at in together)
            available = sum(bool(kind & bits) for kind in self._kind.values())
            wanted = sum(self.rows[at].count for at in together)
            lacking.append(Shortfall(together, wanted, available))
        return lacking

    def draw(self, seed: bytes, *, shuffled: bool = True) -> list[Drawn]:
        """Return the items of one paper: see `draw` above."""
        if not self._fits:
            raise ValueError("the pool cannot fill the blueprint")
        demand = self._demand()
        used: set[str] = set()
        drawn: dict[int, list[Drawn]] = {}
        # The rows with the least to choose from come first.
        for at in sorted(range(len(self.rows)), key=lambda at: (len(self._cells[at]), at)):
            drawn[at] = self._fill(at, seed, demand, used)
        paper = [slot for at in range(len(self.rows)) for slot in drawn[at]]
        return ordered(paper, seed) if shuffled else together(paper)

    def _fill(self, at: int, seed: bytes, demand: _Demand, used: set[str]) -> list[Drawn]:
        row, chosen = self.rows[at], list[Drawn]()
        picks = Stream(derived(seed, "row", str(at))).picks(list(self._cells[at]))
        while len(chosen) < row.count:
            candidate = next(picks)
            unit = self._unit[candidate.item]
            if unit in used or not self._can_spare(at, unit, demand):
                continue
            used.add(unit)
            demand.wanted[at] -= 1
            demand.left[self._kind[unit]] -= 1
            drawn = Drawn(
                at, candidate.item, candidate.version, row.points, passage=candidate.passage
            )
            chosen.append(drawn)
        return chosen

    def _can_spare(self, at: int, unit: str, demand: _Demand) -> bool:
        """Say whether all rows can still be filled after the row at `at` takes the unit."""
        kind = self._kind[unit]
        if kind == 1 << at:
            return True  # no other row could use it
        wanted, left = list(demand.wanted), dict(demand.left)
        wanted[at] -= 1
        left[kind] -= 1
        return not _Demand(wanted, left).unmet()

    def _demand(self) -> _Demand:
        left: dict[int, int] = {}
        for kind in self._kind.values():
            left[kind] = left.get(kind, 0) + 1
        return _Demand([row.count for row in self.rows], left)
