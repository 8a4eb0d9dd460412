"""Making papers: drawing from the bank what a blueprint asks for, from a seed."""

from dataclasses import dataclass
from decimal import Decimal

from questions import queries
from questions.errors import CannotFill
from questions.models import Blueprint, BlueprintRow, ItemVersion, Purpose
from questions.rules import drawing, marking
from questions.rules.drawing import Drawn, Plan, Row

MILLION = Decimal(1_000_000)


@dataclass(frozen=True, slots=True)
class PaperSlot:
    """One place of a drawn paper; points in millionths."""

    position: int
    version: ItemVersion
    option_order: list[str]
    points: int


def plan(blueprint: Blueprint) -> Plan:
    """Lay a blueprint over its bank, to draw official papers from."""
    trees = queries.subtrees(queries.topics())
    rows = [
        _row(row, trees[row.topic_id] if row.topic_id else frozenset()) for row in blueprint.rows
    ]
    return Plan(rows, queries.pool(blueprint.bank_id, Purpose.OFFICIAL))


def practice_plan(bank_id: int, count: int) -> Plan:
    """Lay `count` questions over the practice items of a bank; fewer if it has fewer."""
    pool = queries.pool(bank_id, Purpose.PRACTICE)
    units = len({candidate.rivals or candidate.item for candidate in pool})
    return Plan([Row(min(count, units))] if units else [], pool)


def draw(plan: Plan, seed: bytes, *, shuffled: bool) -> list[PaperSlot]:
    """Return the paper that follows from the seed; raise `CannotFill` if there can be none."""
    short = plan.shortfalls()
    if short:
        cells = "; ".join(f"{one.wanted} > {one.available}" for one in short)
        raise CannotFill(cells=cells)
    drawn = plan.draw(seed, shuffled=shuffled)
    versions = queries.versions({item.version for item in drawn})
    return [
        _slot(position, item, versions[item.version], seed, shuffled=shuffled)
        for position, item in enumerate(drawn, start=1)
    ]


def _slot(
    position: int, item: Drawn, version: ItemVersion, seed: bytes, *, shuffled: bool
) -> PaperSlot:
    order, pinned = marking.shuffled_ids(version.type, version.content)
    if shuffled:
        order = drawing.shuffled_options(order, seed, position, pinned)
    return PaperSlot(position, version, order, int(item.points * MILLION))


def _row(row: BlueprintRow, topics: frozenset[str]) -> Row:
    return Row(row.count, topics, row.difficulty, row.type, Decimal(row.points) / MILLION)
