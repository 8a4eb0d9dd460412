"""Pictures and sounds come into a bank, encoded anew; those that nothing shows go again."""

import base64
import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select

from accounts import auditing
from accounts.models import Account
from core import ids, sandbox
from core.archives import FileRefused
from core.db import atomic, db
from core.sandbox import Limits
from core.text import clean_line
from questions import gallery
from questions.models import (
    Bank,
    ImportEntry,
    ImportState,
    ItemImport,
    ItemVersion,
    Media,
    MediaKind,
    Stimulus,
)

# What an author has uploaded and not yet saved is kept this long.
KEPT = timedelta(days=2)
_FUNCTION = "questions.formats.illustrated:encode_as_json"
_LIMITS = Limits(seconds=60)


def encode(content: bytes) -> dict[str, Any]:
    """Return a picture or sound encoded anew in a child process.

    Raise `FileRefused` or `ReadingFailed`, in words for whoever sent it.
    """
    answer = sandbox.run(_FUNCTION, content, {}, limits=_LIMITS)
    if answer["refused"] is not None:
        raise FileRefused(answer["refused"]["message"], **answer["refused"]["details"])
    made: dict[str, Any] = answer["made"]
    return made


def add(actor: Account, bank: Bank, file_name: str, content: bytes, *, at: datetime) -> Media:
    """Take a picture or sound into the bank; the same one again gives the same row.

    Raise `FileRefused` or `ReadingFailed`.
    """
    made = encode(content)
    with atomic():
        row = keep(bank.id, made, file_name, at=at, by=actor.id)
        auditing.record(
            actor,
            "media.added",
            f"media:{row.public_id}",
            bank=bank.public_id,
            file_name=row.file_name,
            digest=row.digest,
        )
    return row


def keep(
    bank_id: int, made: Mapping[str, Any], file_name: str, *, at: datetime, by: int | None
) -> Media:
    """Keep what `encode` made, in the caller's transaction; what the bank has is not kept twice."""
    content = base64.b64decode(made["data"])
    digest = hashlib.sha256(content).hexdigest()
    known = gallery.medium_like(bank_id, digest)
    if known is not None:
        # It is wanted again: it does not go with what was uploaded at its time.
        known.created_at = at
        return known
    row = Media(
        public_id=ids.public_id(),
        bank_id=bank_id,
        kind=MediaKind(made["kind"]),
        mime=made["mime"],
        digest=digest,
        file_name=clean_line(file_name)[-200:],
        width=made.get("width"),
        height=made.get("height"),
        duration_ms=made.get("duration_ms"),
        size=len(content),
        content=content,
        created_at=at,
        created_by_id=by,
    )
    db.session.add(row)
    db.session.flush()
    return row


@atomic()
def forget_unused(*, at: datetime) -> int:
    """Take away pictures and sounds that no item, passage or open import shows; say how many."""
    old = db.session.execute(select(Media.id, Media.public_id).where(Media.created_at < at - KEPT))
    by_name = {public_id: row_id for row_id, public_id in old}
    if not by_name:
        return 0
    shown = _shown()
    gone = [row_id for name, row_id in by_name.items() if name not in shown]
    db.session.execute(delete(Media).where(Media.id.in_(gone)))
    return len(gone)


def _shown() -> set[str]:
    """Return the public ids of all that something shows."""
    contents = db.session.scalars(
        select(ItemVersion.content["media"]).where(ItemVersion.content["media"].is_not(None))
    )
    passages = db.session.scalars(select(Stimulus.media))
    alive = (ImportState.OPEN, ImportState.APPLIED)
    waiting = db.session.scalars(
        select(ImportEntry.entry["media"])
        .join(ItemImport, ItemImport.id == ImportEntry.import_id)
        .where(ItemImport.state.in_(alive), ImportEntry.entry["media"].is_not(None))
    )
    return {
        one["id"]
        for listed in (*contents, *passages, *waiting)
        for one in listed or []
        if "id" in one
    }
