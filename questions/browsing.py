"""What the pages of the bank read: banks, items, topics, legal documents and imports."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import InstrumentedAttribute, joinedload
from sqlalchemy.orm.interfaces import ORMOption

from accounts.models import Account
from core.db import db
from core.text import search_key
from core.web import Page
from questions.models import (
    Bank,
    Difficulty,
    ImportState,
    Item,
    ItemImport,
    ItemState,
    ItemType,
    ItemVersion,
    LegalDocument,
    Media,
    Topic,
)
from questions.rules import marking
from questions.rules.classifying import Known
from questions.rules.likening import shingles

PAGE = 25
_IMPORTS = 10
_MOST_LISTED = 200


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


def banks() -> list[BankLine]:
    """Return all banks in the order of their names; two statements."""
    rows = db.session.scalars(select(Bank).order_by(Bank.title, Bank.id)).all()
    counted: dict[int, dict[ItemState, int]] = {row.id: {} for row in rows}
    for bank_id, state, count in db.session.execute(
        select(Item.bank_id, Item.state, func.count()).group_by(Item.bank_id, Item.state)
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


def count_states(bank_id: int) -> dict[ItemState, int]:
    """Return how many items of the bank are in each state."""
    rows = db.session.execute(
        select(Item.state, func.count()).where(Item.bank_id == bank_id).group_by(Item.state)
    )
    return dict(rows.all())


# --- Items -------------------------------------------------------------------------------------


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


def _matching(bank_id: int, wanted: Filters) -> Select[Item]:
    found = select(Item).where(Item.bank_id == bank_id)
    for word in search_key(wanted.text).split():
        found = found.where(Item.search_text.contains(word, autoescape=True))
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
    return found


def count_items(bank_id: int, wanted: Filters) -> int:
    """Return how many items of the bank are looked for."""
    found = _matching(bank_id, wanted).with_only_columns(func.count())
    return db.session.scalar(found) or 0


def items(
    bank_id: int, wanted: Filters, *, after: int | None = None, before: int | None = None
) -> Page[Item]:
    """Return a page of the items looked for, with version, topic and document; one statement."""
    found = _matching(bank_id, wanted).options(*_with_current())
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


def _with_current() -> tuple[ORMOption, ...]:
    current = joinedload(Item.current)
    return (
        current.joinedload(ItemVersion.document),
        joinedload(Item.current).joinedload(ItemVersion.stimulus),
        joinedload(Item.topic),
    )


def all_items(bank_id: int, wanted: Filters | None = None) -> Sequence[Item]:
    """Return all items of a bank, or those looked for, with version, topic and document."""
    found = _matching(bank_id, wanted or Filters())
    return db.session.scalars(found.options(*_with_current()).order_by(Item.id)).all()


def media_of(contents: Iterable[Mapping[str, Any]]) -> dict[str, tuple[str, bytes]]:
    """Return the name and the bytes of every picture and sound that the contents show, by id."""
    wanted = {one["id"] for content in contents for one in content.get("media", ())}
    if not wanted:
        return {}
    columns = select(Media.public_id, Media.file_name, Media.content)
    rows = db.session.execute(columns.where(Media.public_id.in_(wanted)))
    return {public_id: (name, content) for public_id, name, content in rows}


def item_with(public_id: str) -> Item | None:
    """Return an item by its public id, with what it says now."""
    return db.session.scalar(
        select(Item).where(Item.public_id == public_id).options(*_with_current())
    )


def items_by_id(ids: Collection[int]) -> dict[int, Item]:
    """Return items by id, with what they say now."""
    found = db.session.scalars(select(Item).where(Item.id.in_(ids)).options(*_with_current()))
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


def bank_shingles(bank_id: int, *, but: int | None = None) -> dict[int, frozenset[int]]:
    """Return what is compared of the items of a bank that are not retired, by item id."""
    rows = db.session.execute(
        select(Item.id, ItemVersion.type, ItemVersion.stem, ItemVersion.content)
        .join(ItemVersion, ItemVersion.id == Item.current_id)
        .where(Item.bank_id == bank_id, Item.state != ItemState.RETIRED)
    )
    return {
        item_id: shingles(stem, marking.texts(kind, content))
        for item_id, kind, stem, content in rows
        if item_id != but
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


@dataclass(frozen=True, slots=True)
class DocumentLine:
    """A legal document in a list, with how many items rest on it, and how many of these wait."""

    document: LegalDocument
    items: int
    quarantined: int


def documents() -> list[DocumentLine]:
    """Return all legal documents with the items that rest on them now; two statements."""
    rows = db.session.scalars(
        select(LegalDocument)
        .options(joinedload(LegalDocument.successor))
        .order_by(LegalDocument.id)
    ).all()
    counts: dict[int, dict[ItemState, int]] = {}
    for document_id, state, count in db.session.execute(
        select(ItemVersion.document_id, Item.state, func.count())
        .join(Item, Item.current_id == ItemVersion.id)
        .where(ItemVersion.document_id.is_not(None), Item.state != ItemState.RETIRED)
        .group_by(ItemVersion.document_id, Item.state)
    ):
        counts.setdefault(document_id or 0, {})[state] = count
    return [_document_line(row, counts.get(row.id, {})) for row in rows]


def _document_line(document: LegalDocument, states: dict[ItemState, int]) -> DocumentLine:
    return DocumentLine(document, sum(states.values()), states.get(ItemState.QUARANTINED, 0))


def items_resting_on(document_id: int) -> Sequence[Item]:
    """Return the items whose current version cites the document, those kept back first."""
    cites = select(ItemVersion.id).where(ItemVersion.document_id == document_id)
    return db.session.scalars(
        select(Item)
        .where(Item.current_id.in_(cites), Item.state != ItemState.RETIRED)
        .options(*_with_current())
        .order_by(Item.state != ItemState.QUARANTINED, Item.id)
        .limit(_MOST_LISTED)
    ).all()


def document_with(code: str) -> LegalDocument | None:
    """Return a legal document by its code."""
    return db.session.scalar(
        select(LegalDocument)
        .where(LegalDocument.code == code)
        .options(joinedload(LegalDocument.successor))
    )


# --- Imports -----------------------------------------------------------------------------------


def import_with(public_id: str) -> ItemImport | None:
    """Return an import by its public id, with its bank."""
    return db.session.scalar(
        select(ItemImport)
        .where(ItemImport.public_id == public_id)
        .options(joinedload(ItemImport.bank))
    )


@dataclass(frozen=True, slots=True)
class ImportLine:
    """An import in a list: the file, where it stands, and who brought it."""

    public_id: str
    file_name: str
    state: ImportState
    written: int
    account: str | None
    created_at: datetime | None


def imports_of(bank_id: int) -> list[ImportLine]:
    """Return the newest imports into a bank; their questions are not loaded."""
    rows = db.session.execute(
        select(
            ItemImport.public_id,
            ItemImport.file_name,
            ItemImport.state,
            ItemImport.written,
            Account.full_name,
            ItemImport.created_at,
        )
        .outerjoin(Account, Account.id == ItemImport.account_id)
        .where(ItemImport.bank_id == bank_id, ItemImport.state != ImportState.DROPPED)
        .order_by(ItemImport.id.desc())
        .limit(_IMPORTS)
    )
    return [ImportLine(*row) for row in rows]


def applied_before(bank_id: int, digest: str, *, but: int) -> ImportLine | None:
    """Return the newest other import of the same file into the bank that still stands."""
    row = db.session.execute(
        select(
            ItemImport.public_id,
            ItemImport.file_name,
            ItemImport.state,
            ItemImport.written,
            Account.full_name,
            ItemImport.decided_at,
        )
        .outerjoin(Account, Account.id == ItemImport.account_id)
        .where(
            ItemImport.bank_id == bank_id,
            ItemImport.file_digest == digest,
            ItemImport.state == ImportState.APPLIED,
            ItemImport.id != but,
        )
        .order_by(ItemImport.id.desc())
        .limit(1)
    ).first()
    return ImportLine(*row) if row else None
