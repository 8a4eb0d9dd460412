"""Stocking a bank: the topics, legal documents and questions that come with the product."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update

from accounts import auditing
from accounts.models import Account
from core import ids
from core.db import atomic, db
from questions import authoring
from questions.authoring import NewItem
from questions.models import Bank, Difficulty, Item, ItemState, LegalDocument, Purpose, Topic
from questions.rules import starting, validity
from questions.rules.starting import StarterDocument, StarterItem
from questions.rules.wording import Wording
from questions.types import options

TITLE = "Ngân hàng CCHC – Kế hoạch 2017"
_TYPES = {
    "single": "single_choice",
    "multiple": "multiple_choice",
    "true_false": "true_false",
}


@atomic()
def stock(bank_title: str = TITLE, *, at: datetime, actor: Account | None = None) -> Bank:
    """Return the bank of that title with the starter questions in it.

    What is there already stays as it is: topics, documents and items are known by their codes,
    so a second time changes nothing.
    """
    topics = load_topics()
    documents = load_documents()
    bank = _bank(bank_title, at)
    known = set(db.session.scalars(select(Item.code).where(Item.bank_id == bank.id)))
    missing = [
        _new_item(item, topics, documents) for item in starting.items() if item.code not in known
    ]
    authoring.insert_all(bank.id, missing, at=at, author_id=actor.id if actor else None)
    if missing:
        auditing.record(actor, "bank.stocked", f"bank:{bank.public_id}", items=len(missing))
    return bank


@atomic()
def load_topics() -> dict[str, int]:
    """Bring the topics that come with the product into the database; return all ids by code."""
    entries = starting.topics()
    known = _ids(Topic)
    missing = [entry for entry in entries if entry.code not in known]
    if missing:
        db.session.execute(
            insert(Topic),
            [
                {
                    "code": entry.code,
                    "name": entry.name,
                    "position": entry.order,
                    "era": entry.era,
                }
                for entry in missing
            ],
        )
        known = _ids(Topic)
        _link(
            Topic,
            [
                {
                    "id": known[entry.code],
                    "parent_id": known.get(entry.parent),
                    "successor_id": known.get(entry.successor),
                }
                for entry in missing
            ],
        )
    return known


@atomic()
def load_documents() -> dict[str, int]:
    """Bring the legal documents into the database; return all ids by code."""
    return _add_documents(starting.documents())[0]


@atomic()
def load_law(*, actor: Account | None = None) -> int:
    """Bring the list of documents about administrative reform in; return how many were new.

    A document that is there stays as it is, so that a second time changes nothing.
    """
    missing = _add_documents(starting.law())[1]
    if missing:
        auditing.record(actor, "documents.loaded", "documents:cchc", codes=missing)
    return len(missing)


def _add_documents(entries: Sequence[StarterDocument]) -> tuple[dict[str, int], list[str]]:
    """Add the documents whose codes are not there; return all ids by code, and what is new."""
    known = _ids(LegalDocument)
    missing = [entry for entry in entries if entry.code not in known]
    if missing:
        db.session.execute(insert(LegalDocument), [_document_row(entry) for entry in missing])
        known = _ids(LegalDocument)
        _link(
            LegalDocument,
            [
                {"id": known[entry.code], "successor_id": known[entry.successor]}
                for entry in missing
                if entry.successor
            ],
        )
    return known, [entry.code for entry in missing]


def _document_row(entry: StarterDocument) -> dict[str, Any]:
    fields = (
        "code", "number", "title", "issuer", "issued_on",
        "effective_from", "effective_to", "source", "note",
    )  # fmt: skip
    kind = validity.kind_of(entry.number, entry.title)
    return {name: getattr(entry, name) for name in fields} | {"kind": kind}


def _ids(model: type[Topic] | type[LegalDocument]) -> dict[str, int]:
    return dict(db.session.execute(select(model.code, model.id)).all())


def _link(model: type[Topic] | type[LegalDocument], rows: list[dict[str, Any]]) -> None:
    if rows:
        db.session.execute(update(model), rows)


def _bank(title: str, at: datetime) -> Bank:
    bank = db.session.scalar(select(Bank).where(Bank.title == title).order_by(Bank.id).limit(1))
    if bank is None:
        bank = Bank(public_id=ids.public_id(), title=title, created_at=at)
        db.session.add(bank)
        db.session.flush()
    return bank


def _new_item(item: StarterItem, topics: dict[str, int], documents: dict[str, int]) -> NewItem:
    key = [starting.LETTERS.index(letter) for letter in item.key]
    is_drawn = item.official or item.practice
    return NewItem(
        code=item.code,
        wording=Wording(
            type=_TYPES[item.type],
            stem=item.stem,
            content=options.content(item.options, key),
            explanation=item.explanation,
            document_id=documents[item.document] if item.document else None,
            clause=item.clause,
            quote=item.quote,
        ),
        topic_id=topics[item.topic],
        difficulty=Difficulty(item.difficulty),
        # Kept back until the document itself has been named and checked.
        state=ItemState.USABLE if is_drawn else ItemState.QUARANTINED,
        purpose=Purpose.PRACTICE if item.practice else Purpose.OFFICIAL,
        rivals=item.rivals,
    )
