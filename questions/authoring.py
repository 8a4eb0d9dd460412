"""Writing items: create, revise, retire."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, select, update

from accounts import auditing
from accounts.models import Account
from core import ids
from core.db import atomic, db, lock
from core.vietnam import civil_day
from questions import browsing
from questions.errors import (
    BankTitleTaken,
    DocumentCodeTaken,
    DocumentNotInForce,
    ItemChanged,
    ItemRefused,
)
from questions.models import (
    Bank,
    Difficulty,
    Item,
    ItemState,
    ItemType,
    ItemVersion,
    LegalDocument,
    Purpose,
)
from questions.rules import proposing
from questions.rules import wording as wordings
from questions.rules.wording import Wording

_DIGITS = 4
# What makes a version another one.
_WORDS = (
    "type", "stem", "content", "explanation", "document_id", "clause", "quote", "stimulus_id",
)  # fmt: skip


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


@atomic()
def create_bank(actor: Account, title: str, *, at: datetime) -> Bank:
    """Make an empty bank. Raise `BankTitleTaken`."""
    if browsing.bank_titled(title) is not None:
        raise BankTitleTaken(title=title)
    bank = Bank(public_id=ids.public_id(), title=title, created_at=at)
    db.session.add(bank)
    db.session.flush()
    auditing.record(actor, "bank.created", f"bank:{bank.public_id}", title=title)
    return bank


@atomic()
def create(actor: Account, bank: Bank, item: NewItem, *, at: datetime) -> Item:
    """Write one item with its first version; an empty code is given one. Raise `ItemRefused`."""
    _check(item.wording)
    lock(bank)
    chosen = replace(item, code=item.code or next_codes(bank.id, "C", 1)[0])
    item_id = insert_all(bank.id, [chosen], at=at, author_id=actor.id)[0]
    row = db.session.get_one(Item, item_id)
    auditing.record(actor, "item.written", f"item:{row.public_id}", code=row.code)
    return row


@atomic()
def revise(actor: Account, item: Item, changed: NewItem, *, number: int, at: datetime) -> Item:
    """Let the item say something else in a new version; the old ones stay as they were.

    `number` is the version that the person has seen. Only what is not part of a version, such
    as topic and difficulty, changes in place; a wording that is the same makes no version.

    Raise `ItemRefused`, or `ItemChanged` when somebody else was quicker.
    """
    lock(item)
    _check(changed.wording)
    newest = db.session.get_one(ItemVersion, item.current_id)
    row = _version_row(item.id, newest.number + 1, changed.wording)
    is_same = all(getattr(newest, name) == row[name] for name in _WORDS)
    if newest.number != number and not is_same:
        raise ItemChanged
    item.topic_id, item.difficulty = changed.topic_id, changed.difficulty
    item.purpose, item.rivals = changed.purpose, changed.rivals
    if not is_same:
        version = ItemVersion(**row, created_at=at, created_by_id=actor.id)
        db.session.add(version)
        db.session.flush()
        item.current_id, item.type = version.id, version.type
        item.search_text = wordings.search_text(item.code, changed.wording)
        # The figures were about other words; the exposure stays the item's own.
        item.facility_ppm = item.discrimination_ppm = None
        item.flags = ""
    auditing.record(
        actor,
        "item.revised",
        f"item:{item.public_id}",
        version=newest.number if is_same else newest.number + 1,
        topic=item.topic_id,
        difficulty=item.difficulty,
    )
    return item


@atomic()
def retire(actor: Account, item: Item, reason: str) -> None:
    """Keep an item out of all new papers for good; papers that have it keep it."""
    _move(actor, item, ItemState.RETIRED, "item.retired", reason)


@atomic()
def quarantine(actor: Account, item: Item, reason: str) -> None:
    """Keep an item out of new papers until somebody has looked at it."""
    _move(actor, item, ItemState.QUARANTINED, "item.quarantined", reason)


@atomic()
def restore(actor: Account, item: Item, *, at: datetime) -> None:
    """Let an item be drawn again.

    Raise `DocumentNotInForce` when its legal basis has ended, `ItemRefused` when it is faulty.
    """
    lock(item)
    version = db.session.get_one(ItemVersion, item.current_id)
    document = version.document
    if document is not None and not document.is_in_force(civil_day(at)):
        raise DocumentNotInForce(document=document.number or document.title)
    _check(wording_of(version))
    _move(actor, item, ItemState.USABLE, "item.restored", "")


def _move(actor: Account, item: Item, state: ItemState, action: str, reason: str) -> None:
    lock(item)
    if item.state is state and item.reason == reason:
        return
    item.state, item.reason = state, reason[:300]
    auditing.record(actor, action, f"item:{item.public_id}", code=item.code, reason=item.reason)


def _check(wording: Wording) -> None:
    problems = proposing.check(wording.type, wording.stem, wording.content)
    if problems:
        raise ItemRefused(problem=problems[0])


def wording_of(version: ItemVersion) -> Wording:
    """Return what a version says."""
    return Wording(
        type=version.type,
        stem=version.stem,
        content=version.content,
        explanation=version.explanation,
        document_id=version.document_id,
        clause=version.clause,
        quote=version.quote,
        stimulus_id=version.stimulus_id,
    )


def as_new(item: Item) -> NewItem:
    """Return an item as it would be written now: what its form is filled with."""
    if item.current is None:
        raise ValueError(f"item {item.code} says nothing")
    return NewItem(
        code=item.code,
        wording=wording_of(item.current),
        topic_id=item.topic_id,
        difficulty=item.difficulty,
        state=item.state,
        purpose=item.purpose,
        rivals=item.rivals,
    )


def next_codes(bank_id: int, prefix: str, count: int) -> list[str]:
    """Return codes for new items that no item of the bank has: C0001, C0002 and on."""
    taken = [code.removeprefix(prefix) for code in browsing.codes_like(bank_id, prefix)]
    last = max((int(digits) for digits in taken if digits.isdecimal()), default=0)
    return [f"{prefix}{last + step:0{_DIGITS}}" for step in range(1, count + 1)]


# --- Legal documents ---------------------------------------------------------------------------


@atomic()
def add_document(actor: Account, document: LegalDocument) -> LegalDocument:
    """Take a legal document into the list. Raise `DocumentCodeTaken`."""
    if browsing.document_with(document.code) is not None:
        raise DocumentCodeTaken(code=document.code)
    db.session.add(document)
    db.session.flush()
    auditing.record(actor, "document.added", f"document:{document.code}", title=document.title)
    return document


@atomic()
def end_document(
    actor: Account, document: LegalDocument, on: date, *, successor: LegalDocument | None
) -> int:
    """Say on which day a document was last in force, and what follows it.

    The items that rest on it are quarantined with it; return how many. An item whose current
    version cites another document is left alone.
    """
    lock(document)
    document.effective_to = on
    document.successor_id = successor.id if successor else None
    rests_on = select(ItemVersion.id).where(ItemVersion.document_id == document.id)
    moved = db.session.scalars(
        update(Item)
        .where(Item.current_id.in_(rests_on), Item.state.in_((ItemState.USABLE, ItemState.DRAFT)))
        .values(state=ItemState.QUARANTINED, reason="")
        .returning(Item.public_id)
        .execution_options(synchronize_session=False)
    ).all()
    auditing.record(
        actor,
        "document.ended",
        f"document:{document.code}",
        on=on.isoformat(),
        successor=successor.code if successor else None,
        items=sorted(moved),
    )
    return len(moved)


# --- Many at once ------------------------------------------------------------------------------


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
        "stimulus_id": wording.stimulus_id,
        "digest": wordings.digest(wording.type, wording.stem, wording.content),
    }
