"""The marks that people give essays, and who is marking which one now."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from contest.models.attempt import Attempt, Slot
from core.db import Model


class EssayMark(Model):
    """What one person gave the answer in one slot, without seeing what others gave."""

    __table_args__ = (
        UniqueConstraint("attempt_id", "position", "order"),
        UniqueConstraint("attempt_id", "position", "marker_id"),
        CheckConstraint('"order" BETWEEN 1 AND 3', name="three_at_most"),
        ForeignKeyConstraint(["attempt_id", "position"], ["slot.attempt_id", "slot.position"]),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"))
    position: Mapped[int]
    # First, second, or the third that decides.
    order: Mapped[int]
    marker_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    # Millionths by criterion; empty where the rubric has none.
    criteria: Mapped[dict[str, Any]] = mapped_column(default=dict)
    # Millionths of a point.
    points: Mapped[int] = mapped_column(BigInteger)
    comment: Mapped[str] = mapped_column(Text, default="")
    marked_at: Mapped[datetime]


class EssayClaim(Model):
    """Somebody is marking an answer now; nobody else is given it for the same order."""

    __table_args__ = (
        UniqueConstraint("attempt_id", "position", "order"),
        Index("ix_essay_claim_marker", "marker_id", "until"),
        ForeignKeyConstraint(["attempt_id", "position"], ["slot.attempt_id", "slot.position"]),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    # The only name of the answer that its marker sees.
    public_id: Mapped[str] = mapped_column(String(24), unique=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"))
    position: Mapped[int]
    order: Mapped[int]
    marker_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    until: Mapped[datetime]

    attempt: Mapped[Attempt] = relationship()
    slot: Mapped[Slot] = relationship(viewonly=True)
