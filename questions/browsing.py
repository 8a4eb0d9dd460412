"""What the pages of the bank read: banks, items, topics, legal documents and imports."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, joinedload
from sqlalchemy.orm.interfaces import ORMOption

from accounts.models import Account
from core.db import db
from core.text import search_key
from core.web import Page
from questions.models import (
    Bank,
    Difficulty,
    Item,
    ItemState,
    ItemType,
    ItemVersion,
    LegalDocument,
    Topic,
)
from questions.rules import comparing, marking
from questions.rules.classifying import Known
from questions.rules.likening import shingles
from questions.seeing import ALL, Seen, written_by

PAGE = 25
# Millionths of those who were asked.
_MOST_PPM = 900_000
_FEW_PPM = 200_000
_IMPORTS = 10


# --- Banks -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class BankLine:
    """A bank in a list, with how many items it has in each state."""

    bank: Bank
    states: dict[ItemState, int]

    @property
    def total(self) -> int:
        """The number of items, whatever their state."""
        return sum(self.states.values())


def banks(seen: Seen = ALL) -> list[BankLine]:
    """Return the banks that are seen, in the order of their names; two statements."""
    rows = db.session.scalars(select(Bank).where(seen.banks()).order_by(Bank.title, Bank.id)).all()
    counted: dict[int, dict[ItemState, int]] = {row.id: {} for row in rows}
    for bank_id, state, count in db.session.execute(
        select(Item.bank_id, Item.state, func.count())
        .where(seen.items())
        .group_by(Item.bank_id, Item.state)
    ):
        counted[bank_id][state] = count
    return [BankLine(row, counted[row.id]) for row in rows]


def bank_with(public_id: str) -> Bank | None:
    """Return a bank by its public id."""
    return db.session.scalar(select(Bank).where(Bank.public_id == public_id))


def bank_titled(title: str) -> Bank | None:
    """Return a bank by its title; the oldest if there are several."""
    return db.session.scalar(select(Bank).where(Bank.title == title).order_by(Bank.id).limit(1))


def bank_of(item: Item) -> Bank:
    """Return the bank that an item is in."""
    return db.session.get_one(Bank, item.bank_id)


def count_states(bank_id: int, *, own: int | None = None) -> dict[ItemState, int]:
    """Return how many items of the bank, or of one person's in it, are in each state."""
    found = select(Item.state, func.count()).where(Item.bank_id == bank_id)
    if own is not None:
        found = found.where(written_by(own))
    rows = db.session.execute(found.group_by(Item.state))
    return dict(rows.all())


# --- Items -------------------------------------------------------------------------------------


class Ease(StrEnum):
    """How many answer an item rightly, by the newest round that asked it."""

    MOST = "most"
    SOME = "some"
    FEW = "few"


class Lack(StrEnum):
    """What an item may lack."""

    BASIS = "basis"
    TOPIC = "topic"
    EXPLANATION = "explanation"


@dataclass(frozen=True, slots=True)
class Filters:
    """What a person is looking for in a bank."""

    text: str = ""
    topics: frozenset[int] = field(default_factory=frozenset)
    difficulty: Difficulty | None = None
    type: ItemType | None = None
    state: ItemState | None = None
    document_id: int | None = None
    import_id: int | None = None
    # Only what this person wrote, because this person sees nothing else.
    own: int | None = None
    author_id: int | None = None
    # Whether it ever stood in a paper; None: either.
    is_asked: bool | None = None
    ease: Ease | None = None
    # A warning of `rules.flagging`.
    flag: str = ""
    lacks: Lack | None = None


def _says(words: Sequence[str]) -> ColumnElement[bool]:
    """Return the condition that an item says all the words; of a locked one its code is asked.

    What is searched begins with the code, so that only of locked ones it is looked at by itself.
    """
    says = (Item.search_text.contains(word, autoescape=True) for word in words)
    coded = (func.lower(Item.code).contains(word, autoescape=True) for word in words)
    is_locked = Item.state == ItemState.LOCKED
    return or_(and_(~is_locked, *says), and_(is_locked, *coded))


def _matching(bank_id: int, wanted: Filters) -> Select[Item]:
    found = select(Item).where(Item.bank_id == bank_id)
    if asked := search_key(wanted.text).split():
        found = found.where(_says(asked))
    if wanted.own is not None:
        found = found.where(written_by(wanted.own))
    if wanted.topics:
        found = found.where(Item.topic_id.in_(wanted.topics))
    if wanted.document_id is not None:
        cites = select(ItemVersion.id).where(ItemVersion.document_id == wanted.document_id)
        found = found.where(Item.current_id.in_(cites))
    same: list[tuple[InstrumentedAttribute[object], object]] = [
        (Item.difficulty, wanted.difficulty),
        (Item.type, wanted.type),
        (Item.state, wanted.state),
        (Item.import_id, wanted.import_id),
    ]
    for column, value in same:
        if value is not None:
            found = found.where(column == value)
    return found.where(*_of_use(wanted), *_lacking(wanted.lacks))


def _of_use(wanted: Filters) -> list[ColumnElement[bool]]:
    """Return the conditions on what was seen of an item when it was asked."""
    found: list[ColumnElement[bool]] = []
    if wanted.author_id is not None:
        found.append(written_by(wanted.author_id))
    if wanted.is_asked is not None:
        found.append(Item.exposure > 0 if wanted.is_asked else Item.exposure == 0)
    if wanted.flag:
        found.append(Item.flags.contains(f",{wanted.flag},", autoescape=True))
    eases = {
        Ease.MOST: Item.facility_ppm >= _MOST_PPM,
        Ease.SOME: Item.facility_ppm.between(_FEW_PPM + 1, _MOST_PPM - 1),
        Ease.FEW: Item.facility_ppm <= _FEW_PPM,
    }
    return found if wanted.ease is None else [*found, eases[wanted.ease]]


def _lacking(lack: Lack | None) -> list[ColumnElement[bool]]:
    if lack is None:
        return []
    if lack is Lack.TOPIC:
        return [Item.topic_id.is_(None)]
    is_bare = {
        Lack.BASIS: ItemVersion.document_id.is_(None) & (ItemVersion.clause == ""),
        Lack.EXPLANATION: ItemVersion.explanation == "",
    }
    return [Item.current_id.in_(select(ItemVersion.id).where(is_bare[lack]))]


def count_items(bank_id: int, wanted: Filters) -> int:
    """Return how many items of the bank are looked for."""
    found = _matching(bank_id, wanted).with_only_columns(func.count())
    return db.session.scalar(found) or 0


def item_ids(bank_id: int, wanted: Filters) -> list[int]:
    """Return the ids of the items looked for."""
    return list(db.session.scalars(_matching(bank_id, wanted).with_only_columns(Item.id)))


def items(
    bank_id: int, wanted: Filters, *, after: int | None = None, before: int | None = None
) -> Page[Item]:
    """Return a page of the items looked for, with version, topic and document; one statement."""
    found = _matching(bank_id, wanted).options(*with_current())
    if before is not None:
        rows = list(
            db.session.scalars(
                found.where(Item.id < before).order_by(Item.id.desc()).limit(PAGE + 1)
            )
        )
        more, rows = len(rows) > PAGE, rows[:PAGE][::-1]
        return Page(rows, str(rows[0].id) if more else None, str(before - 1) if rows else None)
    rows = list(
        db.session.scalars(found.where(Item.id > (after or 0)).order_by(Item.id).limit(PAGE + 1))
    )
    more, rows = len(rows) > PAGE, rows[:PAGE]
    first = str(rows[0].id if rows else (after or 0) + 1) if after else None
    return Page(rows, first, str(rows[-1].id) if more else None)


def with_current() -> tuple[ORMOption, ...]:
    """Return what loads an item with its version, document and topic in one statement."""
    current = joinedload(Item.current)
    return (
        current.joinedload(ItemVersion.document),
        joinedload(Item.current).joinedload(ItemVersion.stimulus),
        joinedload(Item.topic),
    )


def all_items(bank_id: int, wanted: Filters | None = None) -> Sequence[Item]:
    """Return all items of a bank, or those looked for, with version, topic and document."""
    found = _matching(bank_id, wanted or Filters())
    return db.session.scalars(found.options(*with_current()).order_by(Item.id)).all()


def item_with(public_id: str) -> Item | None:
    """Return an item by its public id, with what it says now."""
    return db.session.scalar(
        select(Item).where(Item.public_id == public_id).options(*with_current())
    )


def items_by_id(ids: Collection[int], seen: Seen = ALL) -> dict[int, Item]:
    """Return items by id, with what they say now, as far as they are seen and not locked."""
    found = db.session.scalars(
        select(Item)
        .where(Item.id.in_(ids), seen.items(), Item.state != ItemState.LOCKED)
        .options(*with_current())
    )
    return {item.id: item for item in found}


@dataclass(frozen=True, slots=True)
class VersionLine:
    """A version of an item, and who wrote it."""

    version: ItemVersion
    author: str


def versions_of(item_id: int) -> list[VersionLine]:
    """Return the versions of an item, the newest first, with document and author."""
    rows = db.session.execute(
        select(ItemVersion, Account.full_name)
        .outerjoin(Account, Account.id == ItemVersion.created_by_id)
        .where(ItemVersion.item_id == item_id)
        .options(joinedload(ItemVersion.document).joinedload(LegalDocument.successor))
        .order_by(ItemVersion.number.desc())
    )
    return [VersionLine(version, name or "") for version, name in rows]


def bank_shingles(bank_id: int, *, but: int | None = None) -> dict[int, bytes]:
    """Return what is compared of the items of a bank that are not retired, by item id."""
    rows = db.session.execute(
        select(Item.id, Item.shingles).where(
            Item.bank_id == bank_id, Item.state != ItemState.RETIRED, Item.id != (but or 0)
        )
    )
    found = dict(rows.all())
    bare = [item_id for item_id, packed in found.items() if not packed]
    return found | _made_shingles(bank_id, bare)


def _made_shingles(bank_id: int, bare: Collection[int]) -> dict[int, bytes]:
    """Return what is compared of items that were written before it was kept with them."""
    if not bare:
        return {}
    rows = db.session.execute(
        select(Item.id, ItemVersion.type, ItemVersion.stem, ItemVersion.content)
        .join(ItemVersion, ItemVersion.id == Item.current_id)
        .where(Item.bank_id == bank_id, Item.shingles == b"")
    )
    return {
        item_id: comparing.pack(shingles(stem, marking.texts(kind, content)))
        for item_id, kind, stem, content in rows
        if item_id in bare
    }


def codes_like(bank_id: int, prefix: str) -> Sequence[str]:
    """Return the codes of a bank that begin so."""
    return db.session.scalars(
        select(Item.code).where(
            Item.bank_id == bank_id, Item.code.startswith(prefix, autoescape=True)
        )
    ).all()


# --- Topics and documents ----------------------------------------------------------------------


def known_topics() -> list[Known]:
    """Return the topics as files may name them, in their order."""
    rows = db.session.execute(
        select(Topic.id, Topic.code, Topic.name).order_by(Topic.position, Topic.id)
    )
    return [Known(topic_id, code, name) for topic_id, code, name in rows]


def known_documents() -> list[Known]:
    """Return the legal documents as files may name them."""
    rows = db.session.execute(
        select(
            LegalDocument.id, LegalDocument.code, LegalDocument.title, LegalDocument.number
        ).order_by(LegalDocument.id)
    )
    return [Known(row_id, code, title, number) for row_id, code, title, number in rows]


def count_by_topic() -> dict[int, int]:
    """Return how many usable items stand directly under each topic, in all banks."""
    rows = db.session.execute(
        select(Item.topic_id, func.count())
        .where(Item.state == ItemState.USABLE, Item.topic_id.is_not(None))
        .group_by(Item.topic_id)
    )
    return {topic_id: count for topic_id, count in rows if topic_id is not None}


def document_with(code: str) -> LegalDocument | None:
    """Return a legal document by its code."""
    return db.session.scalar(
        select(LegalDocument)
        .where(LegalDocument.code == code)
        .options(joinedload(LegalDocument.successor))
    )
