"""Making papers: drawing from the bank what a blueprint asks for, from a seed."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from core.keeping import Kept
from questions import paper_queries, queries, usage
from questions.errors import CannotFill
from questions.models import Blueprint, BlueprintRow, Purpose
from questions.rules import drawing, excluding, filling, marking
from questions.rules.drawing import Drawn, Plan, Row
from questions.rules.excluding import Exclusions, Past, Sifted
from questions.rules.filling import Cell, Finding, Spec

MILLION = Decimal(1_000_000)
# What was over before a moment stays as it was; kept for rounds, where everybody draws alike.
_pasts: Kept[Past] = Kept(600, most=20)


# The rows of a blueprint stay as they are once somebody has begun; versions always do.
_shapes: Kept[tuple[Row, ...]] = Kept(10, most=50)
_known: Kept[dict[int, "Asked"]] = Kept(3600, most=50)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a draw needs of an item version: what it puts in order, and its own pictures."""

    id: int
    option_ids: tuple[str, ...]
    pinned: tuple[str, ...]
    media: tuple[str, ...]
    passage: int | None


@dataclass(frozen=True, slots=True)
class PaperSlot:
    """One place of a drawn paper; points in millionths."""

    position: int
    version: Asked
    option_order: list[str]
    points: int


def plan(blueprint: Blueprint, *, before: datetime, at: datetime) -> Plan:
    """Lay a blueprint over its bank, to draw official papers from.

    Exclusions look at what was over `before`: the same moment gives the same papers.
    """
    return _plan(blueprint, _rows(blueprint), before=before, at=at)


def plan_soon(blueprint: Blueprint, *, before: datetime, at: datetime) -> Plan:
    """Do what `plan` does in one statement, with rows that may have been read a moment ago."""
    rows = _shapes.get(blueprint.public_id, lambda: _rows(blueprint), at=at)
    return _plan(blueprint, rows, before=before, at=at)


def _rows(blueprint: Blueprint) -> tuple[Row, ...]:
    trees = queries.subtrees(queries.topics())
    return tuple(
        _row(row, trees[row.topic_id] if row.topic_id else frozenset()) for row in blueprint.rows
    )


def _plan(blueprint: Blueprint, rows: Sequence[Row], *, before: datetime, at: datetime) -> Plan:
    exclusions = blueprint.excluding
    stock = queries.stock(blueprint.bank_id, Purpose.OFFICIAL)
    key = (blueprint.public_id, exclusions, before)
    past = (
        _pasts.get(key, lambda: _past(blueprint.bank_id, exclusions, before), at=at)
        if exclusions.looks_back
        else Past()
    )
    return Plan(rows, excluding.sift(stock, exclusions, past).pool)


def sifted(bank_id: int, exclusions: Exclusions, *, before: datetime) -> Sifted:
    """Return what the exclusions leave of a bank's official items, and what they take away."""
    stock = queries.stock(bank_id, Purpose.OFFICIAL)
    past = _past(bank_id, exclusions, before) if exclusions.looks_back else Past()
    return excluding.sift(stock, exclusions, past)


def _past(bank_id: int, exclusions: Exclusions, before: datetime) -> Past:
    counts_times = exclusions.most_asked is not None or exclusions.most_share is not None
    asked = usage.exposure(bank_id, before) if counts_times else usage.Exposure()
    return Past(
        usage.in_rounds(bank_id, exclusions.rounds, before) if exclusions.rounds else frozenset(),
        paper_queries.in_sets(bank_id, exclusions.sets, before),
        asked.times,
        asked.papers,
    )


def look(bank_id: int, spec: Spec, *, before: datetime) -> Finding:
    """Say whether the bank can fill a blueprint, and what of it not."""
    topics = queries.topics()
    names = {topic.id: topic.name for topic in topics}
    return filling.look(
        spec,
        sifted(bank_id, spec.excluding, before=before),
        queries.subtrees(topics),
        lambda topic: names.get(topic or 0),
    )


def spec_of(blueprint: Blueprint) -> Spec:
    """Return what a blueprint sets."""
    cells = tuple(
        Cell(row.topic_id, row.difficulty, row.type, row.count, row.points)
        for row in blueprint.rows
    )
    return Spec(
        blueprint.title,
        cells,
        blueprint.target_count,
        blueprint.target_points,
        blueprint.excluding,
    )


def refuse_unfit(finding: Finding) -> None:
    """Raise `CannotFill` with the first cell that the bank cannot fill, if there is one."""
    if finding.lacks:
        raise CannotFill(cells=finding.lacks[0])


def practice_plan(bank_id: int, count: int) -> Plan:
    """Lay `count` questions over the practice items of a bank; fewer if it has fewer."""
    pool = queries.pool(bank_id, Purpose.PRACTICE)
    units = len({candidate.rivals or candidate.item for candidate in pool})
    return Plan([Row(min(count, units))] if units else [], pool)


def draw(plan: Plan, seed: bytes, *, shuffled: bool, under: str, at: datetime) -> list[PaperSlot]:
    """Return the paper that follows from the seed; raise `CannotFill` if there can be none.

    What was read of versions is kept under the name `under`, and not read again.
    """
    short = plan.shortfalls()
    if short:
        cells = "; ".join(f"{one.wanted} > {one.available}" for one in short)
        raise CannotFill(cells=cells)
    drawn = plan.draw(seed, shuffled=shuffled)
    versions = _versions({item.version for item in drawn}, under, at=at)
    return [
        _slot(position, item, versions[item.version], seed, shuffled=shuffled)
        for position, item in enumerate(drawn, start=1)
    ]


def _versions(ids: Collection[int], under: str, *, at: datetime) -> dict[int, Asked]:
    known = _known.get(under, dict, at=at)
    missing = [one for one in ids if one not in known]
    for version in queries.versions(missing).values() if missing else ():
        option_ids, pinned = marking.shuffled_ids(version.type, version.content)
        media = tuple(one["id"] for one in version.content.get("media") or ())
        known[version.id] = Asked(
            version.id, tuple(option_ids), tuple(pinned), media, version.stimulus_id
        )
    return known


def _slot(position: int, item: Drawn, version: Asked, seed: bytes, *, shuffled: bool) -> PaperSlot:
    order = list(version.option_ids)
    if shuffled:
        order = drawing.shuffled_options(order, seed, position, list(version.pinned))
    return PaperSlot(position, version, order, int(item.points * MILLION))


def media_of(asked: Iterable[Asked]) -> dict[int, list[str]]:
    """Return the pictures and sounds of versions and of their passages, by the version's id."""
    listed = list(asked)
    passages = {one.passage for one in listed if one.passage is not None}
    shared = queries.passage_media(passages)
    found = {one.id: [*one.media, *shared.get(one.passage or 0, ())] for one in listed}
    return {version: media for version, media in found.items() if media}


def _row(row: BlueprintRow, topics: frozenset[str]) -> Row:
    return Row(row.count, topics, row.difficulty, row.type, Decimal(row.points) / MILLION)
