"""The audit trail: salted leaves, the trees they are sequenced into, and their roots."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Model

_WAITS = text("position IS NULL")


class AuditEntry(Model):
    """One thing somebody did; erasing a person removes payload and salt, never the leaf."""

    __table_args__ = (
        UniqueConstraint("log", "position"),
        Index("ix_audit_entry_target", "target"),
        # Looked for each second: among hundreds of thousands that have their place.
        Index("ix_audit_entry_waiting", "id", sqlite_where=_WAITS, postgresql_where=_WAITS),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    # "platform", or "contest:" and the contest's public id.
    log: Mapped[str] = mapped_column(String(60), index=True)
    at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    action: Mapped[str] = mapped_column(String(60))
    target: Mapped[str] = mapped_column(String(80))
    # The canonical record that the leaf was made of; empty once erased.
    record: Mapped[str | None] = mapped_column(Text)
    salt: Mapped[str | None] = mapped_column(String(64))
    leaf: Mapped[str] = mapped_column(String(64))
    # Place in the tree; given by the sequencer, within a second.
    position: Mapped[int | None]


class AuditTree(Model):
    """The Merkle tree of one log: its size, its root, and the frontier that lets it grow."""

    log: Mapped[str] = mapped_column(String(60), primary_key=True)
    size: Mapped[int] = mapped_column(default=0)
    root: Mapped[str] = mapped_column(String(64))
    frontier: Mapped[list[Any]]
    at: Mapped[datetime]
