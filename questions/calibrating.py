"""Keeping what rounds say about items: statistics by version and round, and the newest by item."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, func, insert, select, update

from accounts import auditing
from accounts.models import Account
from core.db import atomic, db
from questions.models import Item, ItemStatistic, ItemVersion, TestStatistic
from questions.rules import analysing, flagging
from questions.rules.analysing import ItemFigures, Measured

_MILLION = 1_000_000
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Occasion:
    """A round, as the bank knows it: its public id, its title, when it closed, its trail."""

    public_id: str
    title: str
    taken_at: datetime
    log: str


@atomic()
def store(
    occasion: Occasion,
    measured: Measured,
    papers: Mapping[int, tuple[int, int]],
    *,
    more: Mapping[str, Any],
    actor: Account | None,
    at: datetime,
) -> None:
    """Keep the figures of a round in place of earlier ones, and what they say of each item.

    `papers` tells for each version asked in how many papers it stood, and how many answers to
    it were counted; `more` holds the number of `attempts`, and what else is kept with the test.
    """
    before = db.session.scalars(
        select(ItemStatistic.item_id).where(ItemStatistic.occasion == occasion.public_id)
    ).all()
    for table in (ItemStatistic, TestStatistic):
        db.session.execute(delete(table).where(table.occasion == occasion.public_id))
    items = _items_of(papers)
    rows = [
        _row(occasion, items[version], version, measured.items.get(version), *papers[version])
        for version in sorted(papers)
        if version in items
    ]
    if rows:
        db.session.execute(insert(ItemStatistic), rows)
    db.session.add(_test(occasion, measured, more, at))
    db.session.flush()
    refresh({*before, *items.values()})
    auditing.record(
        actor,
        "statistics.computed",
        f"round:{occasion.public_id}",
        log=occasion.log,
        attempts=more["attempts"],
        versions=len(rows),
    )


def _items_of(versions: Collection[int]) -> dict[int, int]:
    wanted, found = sorted(versions), dict[int, int]()
    for start in range(0, len(wanted), _AT_ONCE):
        rows = db.session.execute(
            select(ItemVersion.id, ItemVersion.item_id).where(
                ItemVersion.id.in_(wanted[start : start + _AT_ONCE])
            )
        )
        found |= dict(rows.all())
    return found


def _row(
    occasion: Occasion,
    item: int,
    version: int,
    figures: ItemFigures | None,
    asked: int,
    counted: int,
) -> dict[str, Any]:
    return {
        "item_id": item,
        "version_id": version,
        "occasion": occasion.public_id,
        "title": occasion.title,
        "taken_at": occasion.taken_at,
        "asked": asked,
        "n": counted,
        "facility_ppm": None if figures is None else _millionths(figures.facility),
        "discrimination_ppm": None if figures is None else _hundredths(figures.discrimination),
        "flags": "" if figures is None else flagging.written(flagging.flags(figures)),
        "figures": {} if figures is None else analysing.kept(figures),
    }


def _millionths(share: float) -> int:
    return round(share * _MILLION)


def _hundredths(percent: float | None) -> int | None:
    return None if percent is None else round(percent * _MILLION / 100)


def _test(
    occasion: Occasion, measured: Measured, more: Mapping[str, Any], at: datetime
) -> TestStatistic:
    figures = {} if measured.test is None else analysing.kept(measured.test) | dict(more)
    return TestStatistic(
        occasion=occasion.public_id,
        title=occasion.title,
        taken_at=occasion.taken_at,
        computed_at=at,
        n=more["attempts"],
        figures=figures,
    )


@atomic()
def refresh(item_ids: Collection[int]) -> None:
    """Write on each item what the newest round says of its current version, and its exposure."""
    wanted = sorted(item_ids)
    for start in range(0, len(wanted), _AT_ONCE):
        some = wanted[start : start + _AT_ONCE]
        newest, exposure = _newest(some), _exposure(some)
        rows = [
            {"b_id": item, "exposure": exposure.get(item, 0)} | newest.get(item, _NOTHING)
            for item in some
        ]
        statement = update(Item).where(Item.id == bindparam("b_id"))
        names = ("exposure", *_NOTHING)
        db.session.connection().execute(
            statement.values({name: bindparam(name) for name in names}), rows
        )
    db.session.expire_all()


_NOTHING: dict[str, Any] = {"facility_ppm": None, "discrimination_ppm": None, "flags": ""}


def _newest(item_ids: Collection[int]) -> dict[int, dict[str, Any]]:
    rows = db.session.execute(
        select(
            Item.id,
            ItemStatistic.facility_ppm,
            ItemStatistic.discrimination_ppm,
            ItemStatistic.flags,
        )
        .join(ItemStatistic, ItemStatistic.version_id == Item.current_id)
        .where(Item.id.in_(item_ids), ItemStatistic.facility_ppm.is_not(None))
        .order_by(ItemStatistic.taken_at, ItemStatistic.id)
    )
    return {item: dict(zip(_NOTHING, told, strict=True)) for item, *told in rows}


def _exposure(item_ids: Collection[int]) -> dict[int, int]:
    rows = db.session.execute(
        select(ItemStatistic.item_id, func.sum(ItemStatistic.asked))
        .where(ItemStatistic.item_id.in_(item_ids))
        .group_by(ItemStatistic.item_id)
    )
    return {item: int(asked) for item, asked in rows}
