"""How healthy a bank is: its items counted by what they cover, lack and suffer from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, and_, case, func, select
from sqlalchemy.orm import joinedload

from core.db import db
from core.web import Page
from questions.models import (
    DRAWN,
    Blueprint,
    BlueprintRow,
    Difficulty,
    Item,
    ItemState,
    ItemType,
    ItemVersion,
    LegalDocument,
    Topic,
)
from questions.rules.flagging import Flag

YEAR = timedelta(days=365)
PAGE = 50
# Asked more than so many times as often as the items of the bank that were asked at all.
OVER = 3
LETTERS = "ABCD"
_KEEP = (Item.state.in_(DRAWN), Item.current_id.is_not(None))


class Group(StrEnum):
    """Items that have something in common; the value stands in addresses."""

    USABLE = "dung-duoc"
    TOO_EASY = "qua-de"
    TOO_HARD = "qua-kho"
    WEAK = "phan-biet-kem"
    MISKEYED = "nghi-sai-dap-an"
    UNUSED = "phuong-an-thua"
    NEVER_ASKED = "chua-hoi"
    OVER_EXPOSED = "hoi-nhieu"
    FRESH = "moi"
    AGEING = "mot-nam"
    OLD = "hai-nam"
    NO_TOPIC = "khong-chu-de"
    NO_DIFFICULTY = "khong-muc-do"
    NO_BASIS = "khong-can-cu"
    ENDED = "van-ban-het-hieu-luc"
    REPEATED = "trung-cau-dan"


FLAGGED = {
    Group.TOO_EASY: Flag.TOO_EASY,
    Group.TOO_HARD: Flag.TOO_HARD,
    Group.WEAK: Flag.WEAK,
    Group.MISKEYED: Flag.MISKEYED,
    Group.UNUSED: Flag.UNUSED,
}


@dataclass(frozen=True, slots=True)
class Cell:
    """A topic at a level: the items that can be drawn, and the most that a blueprint takes."""

    count: int
    wanted: int

    @property
    def lacks(self) -> int:
        """How many items are missing."""
        return max(0, self.wanted - self.count)


@dataclass(frozen=True, slots=True)
class Row:
    """A topic with its cells in the order of the levels, items without a level last."""

    topic: Topic
    cells: tuple[Cell, ...]
    # What blueprints take of the topic whatever the level.
    wanted: int

    @property
    def total(self) -> int:
        """The items of the topic that can be drawn."""
        return sum(cell.count for cell in self.cells)

    @property
    def lacks(self) -> int:
        """How many items are missing whatever their level."""
        return max(0, self.wanted - self.total)


@dataclass(frozen=True, slots=True)
class Health:
    """A bank in figures."""

    groups: dict[Group, int]
    rows: tuple[Row, ...]
    # Times asked on average, of the items asked at all.
    mean_exposure: float
    # Where the key of the single-choice items stands, A to D and further on.
    keys: tuple[int, ...]
    quarantined: int

    @property
    def empty(self) -> list[tuple[Row, Difficulty]]:
        """The cells that blueprints draw from and that hold too little, topic and level."""
        return [
            (row, level)
            for row in self.rows
            for cell, level in zip(row.cells, Difficulty, strict=False)
            if cell.lacks
        ]


def health(bank_id: int, *, at: datetime, today: date) -> Health:
    """Return a bank in figures; eight statements however many items it has."""
    mean = _mean_exposure(bank_id)
    groups = _groups(bank_id, mean, at=at, today=today)
    return Health(
        groups | {Group.REPEATED: _repeated(bank_id)},
        _rows(bank_id),
        mean,
        _keys(bank_id),
        _quarantined(bank_id),
    )


def _mean_exposure(bank_id: int) -> float:
    asked = select(func.avg(Item.exposure)).where(
        Item.bank_id == bank_id, Item.exposure > 0, *_KEEP
    )
    return float(db.session.scalar(asked) or 0)


def _conditions(mean: float, *, at: datetime, today: date) -> dict[Group, ColumnElement[bool]]:
    """Return what makes an item one of each group; items repeated are found otherwise."""
    written = ItemVersion.created_at
    flagged = {
        group: Item.flags.contains(f",{flag.value},", autoescape=True)
        for group, flag in FLAGGED.items()
    }
    return flagged | {
        Group.USABLE: Item.id.is_not(None),
        Group.NEVER_ASKED: Item.exposure == 0,
        Group.OVER_EXPOSED: and_(Item.exposure > OVER * mean, Item.exposure > 0),
        Group.FRESH: written > at - YEAR,
        Group.AGEING: and_(written <= at - YEAR, written > at - 2 * YEAR),
        Group.OLD: written <= at - 2 * YEAR,
        Group.NO_TOPIC: Item.topic_id.is_(None),
        Group.NO_DIFFICULTY: Item.difficulty.is_(None),
        Group.NO_BASIS: ItemVersion.document_id.is_(None),
        Group.ENDED: LegalDocument.effective_to < today,
    }


def _groups(bank_id: int, mean: float, *, at: datetime, today: date) -> dict[Group, int]:
    held = _conditions(mean, at=at, today=today)
    counts = [func.count().filter(condition) for condition in held.values()]
    row = db.session.execute(
        select(*counts)
        .select_from(Item)
        .join(ItemVersion, ItemVersion.id == Item.current_id)
        .outerjoin(LegalDocument, LegalDocument.id == ItemVersion.document_id)
        .where(Item.bank_id == bank_id, *_KEEP)
    ).one()
    return dict(zip(held, map(int, row), strict=True))


def _stems(bank_id: int) -> Select[str, int]:
    """Select the stems that several items say in the same words, and how many say each."""
    return (
        select(ItemVersion.stem, func.count().label("times"))
        .join(Item, Item.current_id == ItemVersion.id)
        .where(Item.bank_id == bank_id, *_KEEP)
        .group_by(ItemVersion.stem)
        .having(func.count() > 1)
    )


def _repeated(bank_id: int) -> int:
    """Return how many items have the very stem of another."""
    stems = _stems(bank_id).subquery()
    return int(db.session.scalar(select(func.sum(stems.c.times))) or 0)


def _quarantined(bank_id: int) -> int:
    waiting = select(func.count()).where(
        Item.bank_id == bank_id, Item.state == ItemState.QUARANTINED
    )
    return db.session.scalar(waiting) or 0


def _rows(bank_id: int) -> tuple[Row, ...]:
    """Return the topics that have items, or that a blueprint of the bank draws from; two more."""
    counts = {
        (topic, level): count
        for topic, level, count in db.session.execute(
            select(Item.topic_id, Item.difficulty, func.count())
            .where(Item.bank_id == bank_id, *_KEEP, Item.topic_id.is_not(None))
            .group_by(Item.topic_id, Item.difficulty)
        )
    }
    wanted = _wanted(bank_id)
    used = {topic for topic, _ in (*counts, *wanted)}
    levels = (*Difficulty, None)
    tree = db.session.scalars(
        select(Topic).where(Topic.id.in_(used)).order_by(Topic.position, Topic.id)
    )
    return tuple(
        Row(
            topic,
            tuple(
                Cell(
                    counts.get((topic.id, level), 0),
                    wanted.get((topic.id, level), 0) if level else 0,
                )
                for level in levels
            ),
            wanted.get((topic.id, None), 0),
        )
        for topic in tree
    )


def _wanted(bank_id: int) -> dict[tuple[int | None, Difficulty | None], int]:
    """Return the most that one blueprint takes of each topic and level."""
    each = (
        select(
            BlueprintRow.topic_id,
            BlueprintRow.difficulty,
            func.sum(BlueprintRow.count).label("taken"),
        )
        .join(Blueprint, Blueprint.id == BlueprintRow.blueprint_id)
        .where(Blueprint.bank_id == bank_id, BlueprintRow.topic_id.is_not(None))
        .group_by(BlueprintRow.blueprint_id, BlueprintRow.topic_id, BlueprintRow.difficulty)
        .subquery()
    )
    rows = db.session.execute(
        select(each.c.topic_id, each.c.difficulty, func.max(each.c.taken)).group_by(
            each.c.topic_id, each.c.difficulty
        )
    )
    return {(topic, level): int(taken) for topic, level, taken in rows}


def _keys(bank_id: int) -> tuple[int, ...]:
    """Return how many single-choice items have their key at A, B, C, D, and further on."""
    key = ItemVersion.content["key"][0].as_string()
    places = [
        (ItemVersion.content["options"][place]["id"].as_string() == key, place)
        for place in range(len(LETTERS))
    ]
    place = case(*places, else_=len(LETTERS)).label("place")
    each = (
        select(place)
        .select_from(Item)
        .join(ItemVersion, ItemVersion.id == Item.current_id)
        .where(Item.bank_id == bank_id, *_KEEP, ItemVersion.type == ItemType.SINGLE_CHOICE)
        .subquery()
    )
    rows = db.session.execute(select(each.c.place, func.count()).group_by(each.c.place))
    found: dict[int, int] = dict(rows.all())
    return tuple(found.get(place, 0) for place in range(len(LETTERS) + 1))


def items_in(
    bank_id: int, group: Group, *, at: datetime, today: date, after: int = 0
) -> Page[Item]:
    """Return a page of the items of a group, with version, topic and document; two statements."""
    mean = _mean_exposure(bank_id)
    held = _conditions(mean, at=at, today=today)
    condition = (
        ItemVersion.stem.in_(_stems(bank_id).with_only_columns(ItemVersion.stem))
        if group is Group.REPEATED
        else held[group]
    )
    rows: Sequence[Item] = db.session.scalars(
        select(Item)
        .join(ItemVersion, ItemVersion.id == Item.current_id)
        .outerjoin(LegalDocument, LegalDocument.id == ItemVersion.document_id)
        .where(Item.bank_id == bank_id, *_KEEP, condition, Item.id > after)
        .options(joinedload(Item.current).joinedload(ItemVersion.document), joinedload(Item.topic))
        .order_by(Item.id)
        .limit(PAGE + 1)
    ).all()
    more = len(rows) > PAGE
    shown = list(rows[:PAGE])
    return Page(shown, "0" if after else None, str(shown[-1].id) if more else None)
