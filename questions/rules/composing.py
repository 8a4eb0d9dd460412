"""The papers of a set: who differs from whom in what, their codes, and how alike they came out."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise
from typing import Any

from questions.rules import drawing
from questions.rules.drawing import Candidate, Drawn, Plan, Row, Stream

MOST_PAPERS = 48
_FIRST_CODE = 101
_CODES = range(100, 1000)


class Grouping(StrEnum):
    """How the questions of a paper stand: mixed, or in parts by topic or by type."""

    MIXED = "mixed"
    TOPIC = "topic"
    TYPE = "type"


class Coding(StrEnum):
    """How codes are given: 101, 102 …, or three random digits."""

    RISING = "rising"
    RANDOM = "random"


@dataclass(frozen=True, slots=True)
class Making:
    """How the papers of a set are made."""

    count: int = 4
    same_items: bool = True
    shuffles_items: bool = True
    shuffles_options: bool = True
    grouping: Grouping = Grouping.MIXED
    coding: Coding = Coding.RISING

    def written(self) -> dict[str, Any]:
        """Return it as it is stored."""
        return asdict(self)

    @classmethod
    def read(cls, written: Mapping[str, Any]) -> "Making":
        """Return what `written` made."""
        told = dict(written)
        grouping, coding = Grouping(told.pop("grouping")), Coding(told.pop("coding"))
        return cls(**told, grouping=grouping, coding=coding)


def codes(making: Making, seed: bytes) -> list[str]:
    """Return a code for every paper, no two the same."""
    if making.coding is Coding.RISING:
        return [str(_FIRST_CODE + at) for at in range(making.count)]
    picks = Stream(drawing.derived(seed, "codes")).picks(list(_CODES))
    return [str(next(picks)) for _ in range(making.count)]


def draw(
    rows: Sequence[Row],
    pool: Collection[Candidate],
    seed: bytes,
    making: Making,
    order: Mapping[str, int],
) -> dict[str, list[Drawn]]:
    """Return the items of every paper by its code; `order` says where an item's part stands.

    Where papers hold different items, each is drawn from what the papers before it left; rows
    that this no longer fills take from everything. Raise `ValueError` if nothing can be drawn.
    """
    papers: dict[str, list[Drawn]] = {}
    asked: set[str] = set()
    whole = Plan(rows, pool)
    first = whole.draw(drawing.derived(seed, "items"), shuffled=False)
    for code in codes(making, seed):
        own = drawing.paper_seed(seed, code)
        drawn = first if making.same_items else _apart(whole, asked, own)
        asked |= {slot.item for slot in drawn}
        papers[code] = arranged(drawn, own, making, order)
    return papers


def _apart(whole: Plan, asked: Collection[str], seed: bytes) -> list[Drawn]:
    """Draw from what was not asked yet; only rows that it cannot fill take the rest again."""
    held_back = set(asked)
    while True:
        left = Plan(whole.rows, [one for one in whole.pool if one.item not in held_back])
        short = {row for lack in left.shortfalls() for row in lack.rows}
        back = {
            one.item
            for one in whole.pool
            if one.item in held_back and any(whole.rows[row].takes(one) for row in short)
        }
        if not short or not back:
            return (whole if short else left).draw(seed, shuffled=False)
        held_back -= back


def arranged(
    drawn: Sequence[Drawn], seed: bytes, making: Making, order: Mapping[str, int]
) -> list[Drawn]:
    """Return the items of a paper in the order in which they are printed."""
    paper = drawing.ordered(drawn, seed) if making.shuffles_items else drawing.together(drawn)
    if making.grouping is Grouping.MIXED:
        return paper
    # A passage stands in the part of its first question, whole.
    part: dict[int, int] = {}
    for slot in paper:
        if slot.passage is not None:
            part.setdefault(slot.passage, order[slot.item])
    return sorted(
        paper, key=lambda slot: order[slot.item] if slot.passage is None else part[slot.passage]
    )


@dataclass(frozen=True, slots=True)
class Printed:
    """A slot of a printed paper as far as likeness goes: the item, and the letters of its key."""

    item: int
    key: str


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike the papers of a set are.

    `shared` counts for each two papers the items in both. `same_keys` gives for each two
    neighbours the share of positions with the same key, of those that have letters at all.
    """

    codes: tuple[str, ...]
    shared: tuple[tuple[int, ...], ...]
    same_keys: tuple[tuple[str, str, Decimal], ...]


def likeness(papers: Mapping[str, Sequence[Printed]]) -> Likeness:
    """Compare the papers of a set, each with each."""
    items = {code: {slot.item for slot in slots} for code, slots in papers.items()}
    shared = tuple(tuple(len(items[one] & items[other]) for other in papers) for one in papers)
    same = tuple(
        (one, other, _same_keys(papers[one], papers[other])) for one, other in pairwise(papers)
    )
    return Likeness(tuple(papers), shared, same)


def _same_keys(one: Sequence[Printed], other: Sequence[Printed]) -> Decimal:
    both = [(a.key, b.key) for a, b in zip(one, other, strict=False) if a.key and b.key]
    return Decimal(sum(a == b for a, b in both)) / len(both) if both else Decimal(0)


def others(plan: Plan, row: int, held: Collection[str], leaving: str) -> list[Candidate]:
    """Return what may take the place of the item `leaving`: of its row, no rival of the rest."""
    by_name = {one.item: one for one in plan.pool}
    rest = [item for item in held if item != leaving]
    rivals = {by_name[item].rivals for item in rest if item in by_name} - {None}
    return sorted(
        (
            one
            for one in plan.pool
            if plan.rows[row].takes(one) and one.item not in held and one.rivals not in rivals
        ),
        key=lambda one: one.item,
    )
