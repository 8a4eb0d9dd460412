"""Writing items: create, revise, keep out of papers, retire."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update

from accounts import auditing, granting
from accounts.models import Account
from accounts.rules.authorizing import Permission, Role, ScopeKind
from core import ids
from core.db import atomic, db, lock
from core.vietnam import civil_day
from questions import browsing
from questions.errors import (
    BankTitleTaken,
    DocumentNotInForce,
    ItemChanged,
    ItemLocked,
    ItemRefused,
    ReviewNeeded,
)
from questions.models import (
    Bank,
    Difficulty,
    Item,
    ItemEditor,
    ItemState,
    ItemType,
    ItemVersion,
    KeptBasis,
    Purpose,
    ReviewTask,
)
from questions.rules import proposing, reviewing
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
    # What is compared of it with others, where that is known already.
    shingles: bytes = b""


@atomic()
def create_bank(actor: Account, title: str, *, at: datetime) -> Bank:
    """Make an empty bank, its maker being its owner. Raise `BankTitleTaken`."""
    if browsing.bank_titled(title) is not None:
        raise BankTitleTaken(title=title)
    bank = Bank(public_id=ids.public_id(), title=title, created_at=at)
    db.session.add(bank)
    db.session.flush()
    auditing.record(actor, "bank.created", f"bank:{bank.public_id}", title=title)
    granting.entrust(
        actor, Role.BANK_OWNER, Permission.MANAGE_BANK, (ScopeKind.BANK, bank.id), at=at
    )
    return bank


@atomic()
def create(actor: Account, bank: Bank, item: NewItem, *, at: datetime) -> Item:
    """Write one item with its first version; an empty code is given one. Raise `ItemRefused`."""
    check(item.wording)
    lock(bank)
    chosen = replace(item, code=item.code or code_of("C", next_number(bank.id, "C")))
    item_id = insert_all(bank.id, [chosen], at=at, author_id=actor.id)[0]
    row = db.session.get_one(Item, item_id)
    auditing.record(actor, "item.written", f"item:{row.public_id}", code=row.code)
    return row


@atomic()
def revise(actor: Account, item: Item, changed: NewItem, *, number: int, at: datetime) -> Item:
    """Let the item say something else in a new version; the old ones stay as they were.

    `number` is the version that the person has seen. Only what is not part of a version, such
    as topic and difficulty, changes in place; a wording that is the same makes no version.
    In a reviewed bank an item that was passed, or waits to be, is a draft again.

    Raise `ItemRefused`, `ItemLocked`, or `ItemChanged` when somebody else was quicker.
    """
    _lock_unlocked(item)
    check(changed.wording)
    newest = db.session.get_one(ItemVersion, item.current_id)
    row = _version_row(item.id, newest.number + 1, changed.wording)
    is_same = all(getattr(newest, name) == row[name] for name in _WORDS)
    if newest.number != number and not is_same:
        raise ItemChanged
    has_moved = _classify(item, changed)
    if has_moved:
        note_hand(item, actor)
    if has_moved or not is_same:
        steps = browsing.bank_of(item).review_steps
        item.state = ItemState(reviewing.state_after_change(item.state, steps))
        stop_waiting([item.id], at=at)
    if not is_same:
        version = ItemVersion(**row, created_at=at, created_by_id=actor.id)
        db.session.add(version)
        db.session.flush()
        item.current_id, item.type = version.id, version.type
        item.search_text = wordings.search_text(item.code, changed.wording)
        item.shingles = wordings.shingles(changed.wording)
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


def _classify(item: Item, changed: NewItem) -> bool:
    """Put the item where it stands now; say whether that is another place than before."""
    names = ("topic_id", "difficulty", "purpose", "rivals")
    before = [getattr(item, name) for name in names]
    for name in names:
        setattr(item, name, getattr(changed, name))
    return before != [getattr(item, name) for name in names]


def note_hand(item: Item, *people: Account) -> None:
    """Remember, in the caller's transaction, who had a hand in an item beside its versions."""
    for account_id in {person.id for person in people}:
        db.session.merge(ItemEditor(item_id=item.id, account_id=account_id))


def stop_waiting(item_ids: Sequence[int], *, at: datetime) -> None:
    """Take items out of the reviewers' queue, in the caller's transaction."""
    db.session.execute(
        update(ReviewTask)
        .where(ReviewTask.item_id.in_(item_ids), ReviewTask.done_at.is_(None))
        .values(done_at=at)
    )


def _lock_unlocked(item: Item) -> None:
    """Keep others from the item. Raise `ItemLocked` when nobody may change it."""
    lock(item)
    if item.state is ItemState.LOCKED:
        raise ItemLocked(code=item.code)


@atomic()
def retire(actor: Account, item: Item, reason: str) -> None:
    """Keep an item out of all new papers for good; papers that have it keep it.

    Raise `ItemLocked`.
    """
    _move(actor, item, ItemState.RETIRED, "item.retired", reason)


@atomic()
def quarantine(actor: Account, item: Item, reason: str) -> None:
    """Keep an item out of new papers until somebody has looked at it. Raise `ItemLocked`."""
    _move(actor, item, ItemState.QUARANTINED, "item.quarantined", reason)


@atomic()
def restore(actor: Account, item: Item, *, at: datetime) -> None:
    """Let an item be drawn again; in a reviewed bank it begins again as a draft.

    Raise `DocumentNotInForce` when its legal basis has ended, `ItemRefused` when it is faulty,
    `ItemLocked`, or `ReviewNeeded` when only another person can let it in.
    """
    _lock_unlocked(item)
    version = db.session.get_one(ItemVersion, item.current_id)
    check_basis(version, at=at)
    check(wording_of(version))
    state = ItemState.USABLE
    if reviewing.is_reviewed(browsing.bank_of(item).review_steps):
        if item.state not in (ItemState.QUARANTINED, ItemState.RETIRED):
            raise ReviewNeeded
        state = ItemState.DRAFT
    _move(actor, item, state, "item.restored", "")


def check_basis(version: ItemVersion, *, at: datetime) -> None:
    """Raise `DocumentNotInForce` when the version's document has ended and nobody kept it."""
    document = version.document
    if document is None or document.is_in_force(civil_day(at)):
        return
    if db.session.get(KeptBasis, version.id) is None:
        raise DocumentNotInForce(document=document.called)


def _move(actor: Account, item: Item, state: ItemState, action: str, reason: str) -> None:
    _lock_unlocked(item)
    if item.state is state and item.reason == reason:
        return
    item.state, item.reason = state, reason[:300]
    auditing.record(actor, action, f"item:{item.public_id}", code=item.code, reason=item.reason)


def check(wording: Wording) -> None:
    """Raise `ItemRefused` when what the item says cannot be asked."""
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


def next_number(bank_id: int, prefix: str) -> int:
    """Return the first number from which on no item of the bank has a code of this prefix."""
    taken = [code.removeprefix(prefix) for code in browsing.codes_like(bank_id, prefix)]
    return 1 + max((int(digits) for digits in taken if digits.isdecimal()), default=0)


def code_of(prefix: str, number: int) -> str:
    """Return the code of an item: C0001, C0002 and on."""
    return f"{prefix}{number:0{_DIGITS}}"


# --- Many at once ------------------------------------------------------------------------------


def insert_all(
    bank_id: int,
    items: Sequence[NewItem],
    *,
    at: datetime,
    author_id: int | None = None,
    import_id: int | None = None,
) -> list[int]:
    """Write items with their first versions in few statements, in the caller's transaction.

    In a reviewed bank they are drafts. Return their ids, in order.
    """
    if not items:
        return []
    steps = db.session.get_one(Bank, bank_id).review_steps
    items = [
        replace(one, state=ItemState(reviewing.first_state(one.state, steps))) for one in items
    ]
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
        "shingles": item.shingles or wordings.shingles(item.wording),
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
