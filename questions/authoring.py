"""Writing items: create, revise, retire."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update

from core import ids
from core.db import db
from questions.models import Difficulty, Item, ItemState, ItemType, ItemVersion, Purpose
from questions.rules import wording as wordings
from questions.rules.wording import Wording


@dataclass(frozen=True, slots=True)
class NewItem:
    """An item to be written: what it says and where it stands in the bank."""

    code: str
    wording: Wording
    topic_id: int | None = None
    difficulty: Difficulty | None = None
    state: ItemState = ItemState.USABLE
    purpose: Purpose = Purpose.OFFICIAL
    rivals: str = ""


def insert_all(
    bank_id: int,
    items: Sequence[NewItem],
    *,
    at: datetime,
    author_id: int | None = None,
    import_id: int | None = None,
) -> list[int]:
    """Write items with their first versions in four statements, in the caller's transaction.

    Return their ids, in order.
    """
    if not items:
        return []
    origin = {"author_id": author_id, "import_id": import_id, "created_at": at}
    rows = [_item_row(bank_id, item) | origin for item in items]
    db.session.execute(insert(Item), rows)
    # An item without a current version is one that was written in the line above.
    is_new = (Item.bank_id == bank_id) & Item.current_id.is_(None)
    by_public_id = dict(db.session.execute(select(Item.public_id, Item.id).where(is_new)).all())
    item_ids = [by_public_id[row["public_id"]] for row in rows]
    written = {"created_at": at, "created_by_id": author_id}
    db.session.execute(
        insert(ItemVersion),
        [
            _version_row(item_id, 1, item.wording) | written
            for item_id, item in zip(item_ids, items, strict=True)
        ],
    )
    first = select(ItemVersion.id).where(ItemVersion.item_id == Item.id, ItemVersion.number == 1)
    db.session.execute(
        update(Item)
        .where(is_new)
        .values(current_id=first.scalar_subquery())
        .execution_options(synchronize_session=False)
    )
    return item_ids


def _item_row(bank_id: int, item: NewItem) -> dict[str, Any]:
    return {
        "public_id": ids.public_id(),
        "bank_id": bank_id,
        "code": item.code,
        "topic_id": item.topic_id,
        "difficulty": item.difficulty,
        "type": ItemType(item.wording.type),
        "state": item.state,
        "purpose": item.purpose,
        "rivals": item.rivals,
        "search_text": wordings.search_text(item.code, item.wording),
    }


def _version_row(item_id: int, number: int, wording: Wording) -> dict[str, Any]:
    return {
        "item_id": item_id,
        "number": number,
        "type": ItemType(wording.type),
        "stem": wording.stem,
        "content": dict(wording.content),
        "explanation": wording.explanation,
        "document_id": wording.document_id,
        "clause": wording.clause,
        "quote": wording.quote,
        "digest": wordings.digest(wording.type, wording.stem, wording.content),
    }
