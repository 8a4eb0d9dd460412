"""What the pages of statistics read: a round's questions, and a question's rounds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from sqlalchemy import select

from core.db import db
from questions.models import (
    Difficulty,
    Item,
    ItemStatistic,
    ItemType,
    ItemVersion,
    TestStatistic,
    Topic,
)
from questions.rules import flagging
from questions.rules.flagging import Flag

# What a list may be sorted by: the name of a figure, or a column.
SORTS = ("code", "n", "facility", "discrimination", "efficiency", "weight", "upper_lower")
# Figures that are shares of one; the others are in a hundred already or in units of their own.
_SHARES = frozenset({"facility", "upper_lower"})
_WHOLE_PERCENT = 100


@dataclass(frozen=True, slots=True)
class Line:
    """One item version in one round, with what names it."""

    item: str
    code: str
    number: int
    stem: str
    type: ItemType
    topic: str
    difficulty: Difficulty | None
    statistic: ItemStatistic

    @property
    def flags(self) -> list[Flag]:
        """What the figures warn of."""
        return flagging.read(self.statistic.flags)

    def figure(self, name: str, places: int = 1) -> Decimal | None:
        """Return a figure as it is shown, shares in a hundred; None where there is none."""
        return shown(self.statistic.figures, name, places)


def shown(figures: Mapping[str, Any], name: str, places: int = 1) -> Decimal | None:
    """Return a stored figure rounded half up, shares in a hundred; None where there is none."""
    value = figures.get(name)
    if value is None:
        return None
    times = _WHOLE_PERCENT if name in _SHARES else 1
    return rounded(value * times, places)


def rounded(value: float, places: int = 1) -> Decimal:
    """Return a stored number rounded half up for a reader."""
    return Decimal(str(value)).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def test_of(occasion: str) -> TestStatistic | None:
    """Return what a round said of its test; None before it was computed."""
    return db.session.scalar(select(TestStatistic).where(TestStatistic.occasion == occasion))


def lines_of(occasion: str) -> list[Line]:
    """Return what a round said of each version asked, by the items' codes; one statement."""
    return _lines(occasion=occasion)


def history_of(item_id: int) -> list[Line]:
    """Return what rounds said of an item in all its versions, the newest first; one statement."""
    found = _lines(item_id=item_id)
    return sorted(found, key=lambda line: line.statistic.taken_at, reverse=True)


def _lines(**wanted: object) -> list[Line]:
    rows = db.session.execute(
        select(
            Item.public_id,
            Item.code,
            ItemVersion.number,
            ItemVersion.stem,
            ItemVersion.type,
            Topic.name,
            Item.difficulty,
            ItemStatistic,
        )
        .join(Item, Item.id == ItemStatistic.item_id)
        .join(ItemVersion, ItemVersion.id == ItemStatistic.version_id)
        .outerjoin(Topic, Topic.id == Item.topic_id)
        .where(*[getattr(ItemStatistic, name) == value for name, value in wanted.items()])
        .order_by(Item.code, ItemVersion.number, ItemStatistic.id)
    )
    return [Line(*told[:5], told[5] or "", *told[6:]) for told in rows]


def sorted_by(lines: Sequence[Line], sort: str) -> list[Line]:
    """Return the lines in the order asked for, "-" before it for the greatest first.

    Lines without the figure come last either way.
    """
    name, descending = sort.removeprefix("-"), sort.startswith("-")
    if name not in SORTS:
        return list(lines)
    if name == "code":
        return list(reversed(lines)) if descending else list(lines)
    with_it = [line for line in lines if _value(line, name) is not None]
    without = [line for line in lines if _value(line, name) is None]
    return sorted(with_it, key=lambda line: _value(line, name) or 0, reverse=descending) + without


def _value(line: Line, name: str) -> float | None:
    if name == "n":
        return line.statistic.n
    value: float | None = line.statistic.figures.get(name)
    return value


def version_of(version_id: int) -> ItemVersion:
    """Return the version that figures are about, with its options."""
    return db.session.get_one(ItemVersion, version_id)


def newest_figures(lines: Sequence[Line], version_id: int | None) -> Line | None:
    """Return the newest round with figures on the version; None if there is none."""
    return next(
        (
            line
            for line in lines
            if line.statistic.version_id == version_id and line.statistic.figures
        ),
        None,
    )
