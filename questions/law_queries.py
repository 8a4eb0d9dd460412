"""What the pages about legal documents read: the documents, and the items that rest on them."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
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
