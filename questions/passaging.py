"""Passages are written, and written anew with new versions of the items that ask about them."""

from dataclasses import replace
from datetime import datetime

from accounts import auditing
from accounts.models import Account
from core import ids
from core.db import atomic, db, lock
from questions import authoring, gallery
from questions.models import Bank, Stimulus


@atomic()
def write(actor: Account, bank: Bank, title: str, text: str, *, at: datetime) -> Stimulus:
    """Write a passage; the same words again give the passage that has them."""
    known = next(
        (
            line.passage
            for line in gallery.passages_of(bank.id)
            if (line.passage.title, line.passage.text) == (title, text)
        ),
        None,
    )
    if known is not None:
        return known
    row = Stimulus(
        public_id=ids.public_id(),
        bank_id=bank.id,
        title=title,
        text=text,
        media=[],
        created_at=at,
        created_by_id=actor.id,
    )
    db.session.add(row)
    db.session.flush()
    auditing.record(actor, "passage.written", f"passage:{row.public_id}", bank=bank.public_id)
    return row


@atomic()
def revise(actor: Account, passage: Stimulus, title: str, text: str, *, at: datetime) -> Stimulus:
    """Let a passage say something else: another row, and a new version of each of its items.

    Papers that were drawn keep the passage as it was. Return the row that says it now; words
    that are the same change nothing. Raise what `authoring.revise` raises.
    """
    lock(passage)
    if (passage.title, passage.text) == (title, text):
        return passage
    row = Stimulus(
        public_id=ids.public_id(),
        bank_id=passage.bank_id,
        title=title,
        text=text,
        media=list(passage.media),
        replaces_id=passage.id,
        created_at=at,
        created_by_id=actor.id,
    )
    db.session.add(row)
    db.session.flush()
    items = gallery.items_about(passage.id)
    for item in items:
        told = authoring.as_new(item)
        changed = replace(told, wording=replace(told.wording, stimulus_id=row.id))
        number = item.current.number if item.current else 0
        authoring.revise(actor, item, changed, number=number, at=at)
    auditing.record(
        actor,
        "passage.revised",
        f"passage:{row.public_id}",
        replaces=passage.public_id,
        items=[item.code for item in items],
    )
    return row
