"""The public vote: the codes that let vote once, and the votes."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import Account
from contest.models.judged import RoundEntry
from contest.models.part import Part
from core.db import Model


class VoteCode(Model):
    """A single-use code on a seat card; only its keyed digest is kept."""

    __table_args__ = (
        UniqueConstraint("part_id", "digest"),
        UniqueConstraint("part_id", "number"),
        CheckConstraint("(cancelled_at IS NULL) = (cancelled_for = '')", name="cancelled_for"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    part_id: Mapped[int] = mapped_column(ForeignKey("part.id"))
    # Stands on the card, so that a lost one can be cancelled.
    number: Mapped[int]
    digest: Mapped[str] = mapped_column(String(32))
    issued_at: Mapped[datetime]
    cancelled_at: Mapped[datetime | None]
    cancelled_for: Mapped[str] = mapped_column(String(300), default="")

    part: Mapped[Part] = relationship()


class Vote(Model):
    """One vote. Who voted is kept as a keyed digest only: of a card's code, or of an account."""

    __table_args__ = (
        UniqueConstraint("part_id", "code"),
        CheckConstraint(
            "(struck_at IS NULL) = (struck_by_id IS NULL)"
            " AND (struck_at IS NULL) = (struck_for = '')",
            name="struck_with_reason",
        ),
        Index("ix_vote_entry", "part_id", "round_entry_id"),
        Index("ix_vote_device", "part_id", "device"),
        Index("ix_vote_network", "part_id", "network"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(24), unique=True)
    part_id: Mapped[int] = mapped_column(ForeignKey("part.id"))
    code: Mapped[str] = mapped_column(String(32))
    round_entry_id: Mapped[int] = mapped_column(ForeignKey("round_entry.id"), index=True)
    cast_at: Mapped[datetime]
    # Keyed digests of where it came from: equal ones can be told, and nothing else.
    network: Mapped[str] = mapped_column(String(16), default="")
    device: Mapped[str] = mapped_column(String(16), default="")
    struck_at: Mapped[datetime | None]
    struck_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    struck_for: Mapped[str] = mapped_column(String(300), default="")

    part: Mapped[Part] = relationship()
    round_entry: Mapped[RoundEntry] = relationship()
    struck_by: Mapped[Account | None] = relationship()
