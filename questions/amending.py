"""Keeping the law of the bank: documents, their end, and what becomes of the items on them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import select, update

from accounts import auditing
from accounts.models import Account
from core.db import atomic, db, lock
from core.vietnam import civil_day
from questions import authoring, browsing, reviewing
from questions.errors import DocumentCodeTaken, ItemChanged, ReasonNeeded, SuccessorInCircle
from questions.models import Item, ItemState, ItemVersion, KeptBasis, LegalDocument
from questions.rules import reviewing as steps

_KEPT_OUT_FROM = (
    ItemState.DRAFT,
    ItemState.SUBMITTED,
    ItemState.REVIEWED,
    ItemState.USABLE,
    ItemState.LOCKED,
)
_MOST_LINKS = 50


@dataclass(frozen=True, slots=True)
class Basis:
    """What an item rests on: the document, the place in it, its words."""

    document_id: int
    clause: str
    quote: str


@atomic()
def add_document(actor: Account, document: LegalDocument, *, at: datetime) -> LegalDocument:
    """Take a legal document into the list. Raise `DocumentCodeTaken` or `SuccessorInCircle`."""
    if browsing.document_with(document.code) is not None:
        raise DocumentCodeTaken(code=document.code)
    db.session.add(document)
    db.session.flush()
    _check_successor(document)
    auditing.record(actor, "document.added", f"document:{document.code}", title=document.title)
    _keep_out(document, actor, at=at)
    return document


@atomic()
def change_document(
    actor: Account, document: LegalDocument, told: Mapping[str, Any], *, at: datetime
) -> int:
    """Correct what is said of a document; return how many items are kept out because of it.

    When it now has ended, what rests on it is kept out. Raise `SuccessorInCircle`.
    """
    lock(document)
    changed = [name for name, value in told.items() if getattr(document, name) != value]
    for name in changed:
        setattr(document, name, told[name])
    _check_successor(document)
    if changed:
        auditing.record(
            actor, "document.changed", f"document:{document.code}", changed=sorted(changed)
        )
    return _keep_out(document, actor, at=at)


@atomic()
def end_document(
    actor: Account,
    document: LegalDocument,
    on: date,
    *,
    successor: LegalDocument | None,
    at: datetime,
) -> int:
    """Say on which day a document is last in force, and what follows it.

    Once that day is over, the items that rest on it are kept out of papers, now or by the
    clock; return how many are now. Raise `SuccessorInCircle`.
    """
    lock(document)
    document.effective_to = on
    document.successor_id = successor.id if successor else None
    _check_successor(document)
    auditing.record(
        actor,
        "document.ended",
        f"document:{document.code}",
        on=on.isoformat(),
        successor=successor.code if successor else None,
    )
    return _keep_out(document, actor, at=at)


def _check_successor(document: LegalDocument) -> None:
    """Raise `SuccessorInCircle` when following the successors comes back to the document."""
    seen, following = {document.id}, document.successor_id
    while following is not None and len(seen) < _MOST_LINKS:
        if following in seen:
            raise SuccessorInCircle
        seen.add(following)
        following = db.session.scalar(
            select(LegalDocument.successor_id).where(LegalDocument.id == following)
        )


@atomic()
def keep_out_ended(*, at: datetime) -> int:
    """Keep out of papers what rests on documents whose last day is over; return how many items."""
    ended = db.session.scalars(
        select(LegalDocument).where(
            LegalDocument.effective_to < civil_day(at),
            select(Item.id).where(_rests_on_it()).exists(),
        )
    ).all()
    return sum(_keep_out(document, None, at=at) for document in ended)


def _rests_on_it() -> Any:  # noqa: ANN401 -- a condition of SQLAlchemy, correlated to a document
    kept = select(KeptBasis.version_id).where(KeptBasis.version_id == ItemVersion.id)
    rests = select(ItemVersion.id).where(
        ItemVersion.id == Item.current_id,
        ItemVersion.document_id == LegalDocument.id,
        ~kept.exists(),
    )
    return rests.correlate(Item, LegalDocument).exists() & Item.state.in_(_KEPT_OUT_FROM)


def _keep_out(document: LegalDocument, actor: Account | None, *, at: datetime) -> int:
    """Quarantine what rests on a document whose last day is over; return how many items.

    An item whose current version cites another document, and one that was kept although its
    document ended, are left alone.
    """
    if document.effective_to is None or document.effective_to >= civil_day(at):
        return 0
    kept = select(KeptBasis.version_id).where(KeptBasis.version_id == ItemVersion.id)
    rests_on = select(ItemVersion.id).where(ItemVersion.document_id == document.id, ~kept.exists())
    moved = db.session.execute(
        update(Item)
        .where(Item.current_id.in_(rests_on), Item.state.in_(_KEPT_OUT_FROM))
        .values(state=ItemState.QUARANTINED, reason="")
        .returning(Item.id, Item.code)
        .execution_options(synchronize_session=False)
    ).all()
    if moved:
        authoring.stop_waiting([item_id for item_id, _ in moved], at=at)
        auditing.record(
            actor,
            "document.items_kept_out",
            f"document:{document.code}",
            items=sorted(code for _, code in moved),
        )
    return len(moved)


# --- One item of an ended document -------------------------------------------------------------


@atomic()
def move_basis(actor: Account, item: Item, basis: Basis, *, number: int, at: datetime) -> None:
    """Let an item rest on another document, in a new version, and let it be drawn again.

    In a reviewed bank it waits for another person instead. Raise what `authoring.revise` raises.
    """
    new = authoring.as_new(item)
    wording = replace(
        new.wording, document_id=basis.document_id, clause=basis.clause, quote=basis.quote
    )
    authoring.revise(actor, item, replace(new, wording=wording), number=number, at=at)
    version = db.session.get_one(ItemVersion, item.current_id)
    auditing.record(actor, "item.basis_moved", f"item:{item.public_id}", document=basis.document_id)
    _let_in(actor, item, version, at=at, note="")


@atomic()
def keep(actor: Account, item: Item, reason: str, *, number: int, at: datetime) -> None:
    """Let an item stay as it is although its document has ended, saying why.

    In a reviewed bank another person has to agree. Raise `ReasonNeeded` or `ItemChanged`.
    """
    if not reason:
        raise ReasonNeeded
    lock(item)
    version = db.session.get_one(ItemVersion, item.current_id)
    if version.number != number:
        raise ItemChanged
    db.session.merge(KeptBasis(version_id=version.id, reason=reason, account_id=actor.id, at=at))
    db.session.flush()
    authoring.note_hand(item, actor)
    auditing.record(
        actor, "item.basis_kept", f"item:{item.public_id}", version=number, reason=reason
    )
    _let_in(actor, item, version, at=at, note=reason)


def _let_in(actor: Account, item: Item, version: ItemVersion, *, at: datetime, note: str) -> None:
    if steps.is_reviewed(browsing.bank_of(item).review_steps):
        reviewing.submit(actor, item, number=version.number, at=at, note=note)
    elif item.state is not ItemState.USABLE:
        authoring.restore(actor, item, at=at)
