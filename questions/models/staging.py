"""Files that were read and wait to be agreed to; the bank knows nothing of them until then."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Model
from questions.models.bank import Bank
from questions.rules.proposing import EntryState


class ImportState(StrEnum):
    """Where an import stands."""

    # A job is reading the file.
    READING = "reading"
    FAILED = "failed"
    OPEN = "open"
    APPLIED = "applied"
    UNDONE = "undone"
    DROPPED = "dropped"


class ItemImport(Model):
    """A file that was read and waits to be agreed to."""

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(24), unique=True)
    bank_id: Mapped[int] = mapped_column(ForeignKey("bank.id"), index=True)
    # None: read in from the shell.
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    file_name: Mapped[str] = mapped_column(String(200))
    file_digest: Mapped[str] = mapped_column(String(64))
    state: Mapped[ImportState] = mapped_column(default=ImportState.OPEN)
    # What is to be said of the file as a whole.
    messages: Mapped[list[Any]]
    # A large file, until the job has read it.
    content: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    # The job that reads or writes a large file, by its public id.
    job: Mapped[str] = mapped_column(String(24), default="")
    written: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]

    bank: Mapped[Bank] = relationship()


class ImportEntry(Model):
    """One question of an import: what was understood, with corrections and every doubt."""

    __table_args__ = (Index("ix_import_entry_state", "import_id", "state", "number"),)

    import_id: Mapped[int] = mapped_column(ForeignKey("item_import.id"), primary_key=True)
    # In the order of the file, from 1.
    number: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[EntryState]
    # Left out by the person; looked at and saved by the person.
    skipped: Mapped[bool] = mapped_column(default=False)
    seen: Mapped[bool] = mapped_column(default=False)
    topic_id: Mapped[int | None] = mapped_column(ForeignKey("topic.id"))
    # A code of `Difficulty`.
    level: Mapped[str | None] = mapped_column(String(8))
    # See `rules.proposing`.
    entry: Mapped[dict[str, Any]]
    messages: Mapped[list[Any]]
    # The lines of the file it was read from and those around, each with whether it is its own.
    lines: Mapped[list[Any]]
    # Questions like it, of the bank and of the file; the file or the bank has its very words.
    twins: Mapped[list[Any]] = mapped_column(default=list)
    repeated: Mapped[bool] = mapped_column(default=False)
    shingles: Mapped[bytes] = mapped_column(LargeBinary, default=b"")
