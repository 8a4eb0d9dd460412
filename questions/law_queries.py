"""What the pages about legal documents read: the documents, and the items that rest on them."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import joinedload

from core.db import db
from core.text import search_key
from questions.browsing import with_current
from questions.models import Item, ItemState, ItemVersion, LegalDocument
from questions.seeing import ALL, Seen

_MOST_LISTED = 200


@dataclass(frozen=True, slots=True)
class DocumentLine:
    """A legal document in a list, with how many items rest on it, and how many of these wait."""

    document: LegalDocument
    items: int
    quarantined: int


def documents(words: str = "") -> list[DocumentLine]:
    """Return legal documents, all or those found without marks, with their items; two statements.

    An item counts for the document that it rests on now.
    """
    rows = db.session.scalars(
        select(LegalDocument)
        .options(joinedload(LegalDocument.successor))
        .order_by(LegalDocument.id)
    ).all()
    wanted = search_key(words).split()
    rows = [row for row in rows if _names(row, wanted)]
    counts: dict[int, dict[ItemState, int]] = {}
    for document_id, state, count in db.session.execute(
        select(ItemVersion.document_id, Item.state, func.count())
        .join(Item, Item.current_id == ItemVersion.id)
        .where(ItemVersion.document_id.is_not(None), Item.state != ItemState.RETIRED)
        .group_by(ItemVersion.document_id, Item.state)
    ):
        counts.setdefault(document_id or 0, {})[state] = count
    return [_document_line(row, counts.get(row.id, {})) for row in rows]


def _names(document: LegalDocument, words: Sequence[str]) -> bool:
    """Say whether code, number, title or issuer of the document hold all the words."""
    told = f"{document.code} {document.number} {document.title} {document.issuer}"
    key = search_key(told)
    return all(word in key for word in words)


def _document_line(document: LegalDocument, states: dict[ItemState, int]) -> DocumentLine:
    return DocumentLine(document, sum(states.values()), states.get(ItemState.QUARANTINED, 0))


def items_resting_on(document_id: int, seen: Seen = ALL) -> Sequence[Item]:
    """Return the items that are seen and rest on the document now, those kept back first."""
    cites = select(ItemVersion.id).where(ItemVersion.document_id == document_id)
    return db.session.scalars(
        select(Item)
        .where(Item.current_id.in_(cites), Item.state != ItemState.RETIRED, seen.items())
        .options(*with_current())
        .order_by(Item.state != ItemState.QUARANTINED, Item.id)
        .limit(_MOST_LISTED)
    ).all()


# --- The worklist of an ended document ---------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the questions of a document are: how many rested on it, how many still wait."""

    total: int
    waiting: int

    @property
    def done(self) -> int:
        """How many have been settled."""
        return self.total - self.waiting


def _waits_on(document_id: int) -> ColumnElement[bool]:
    cites = select(ItemVersion.id).where(ItemVersion.document_id == document_id)
    return Item.current_id.in_(cites) & (Item.state == ItemState.QUARANTINED)


def waiting_on(document_id: int, seen: Seen = ALL) -> Sequence[Item]:
    """Return the items kept out of papers that rest on the document, in order."""
    return db.session.scalars(
        select(Item)
        .where(_waits_on(document_id), seen.items())
        .options(*with_current())
        .order_by(Item.id)
        .limit(_MOST_LISTED)
    ).all()


def progress(document_id: int, seen: Seen = ALL) -> Progress:
    """Return how far the items that ever rested on the document are; one statement."""
    rested = select(ItemVersion.item_id).where(ItemVersion.document_id == document_id)
    waiting = func.sum(case((_waits_on(document_id), 1), else_=0))
    total, left = db.session.execute(
        select(func.count(), waiting).where(Item.id.in_(rested), seen.items())
    ).one()
    return Progress(total or 0, left or 0)


def clauses_of(document_id: int | None) -> str:
    """Return the text of a document as it was pasted; empty where nobody did."""
    if document_id is None:
        return ""
    found = select(LegalDocument.clauses).where(LegalDocument.id == document_id)
    return db.session.scalar(found) or ""
