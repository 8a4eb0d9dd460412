"""Blueprints: how many items of which topic and difficulty a paper takes, and which it leaves."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Model
from questions.models.bank import Bank, Difficulty, ItemType, Topic
from questions.rules.excluding import Exclusions


class Blueprint(Model):
    """What a paper is made of: one of the bank's own, or the copy that one round draws from."""

    __table_args__ = (Index("ix_blueprint_bank_listed", "bank_id", "is_listed"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(24), unique=True)
    bank_id: Mapped[int] = mapped_column(ForeignKey("bank.id"), index=True)
    title: Mapped[str] = mapped_column(String(200), default="")
    # The bank's own stand in its list; a round keeps a copy, which editing them never changes.
    is_listed: Mapped[bool] = mapped_column(default=False, server_default=false())
    # What a round's copy was taken from.
    source_id: Mapped[int | None] = mapped_column(ForeignKey("blueprint.id"))
    # What its makers aim at; points in millionths.
    target_count: Mapped[int | None]
    target_points: Mapped[int | None] = mapped_column(BigInteger)
    # `Exclusions.written()`: what is kept out of the draw; empty for nothing.
    exclusions: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    edited_at: Mapped[datetime | None]

    bank: Mapped[Bank] = relationship()
    rows: Mapped[list["BlueprintRow"]] = relationship(
        back_populates="blueprint", order_by="BlueprintRow.id", cascade="all, delete-orphan"
    )

    @property
    def excluding(self) -> Exclusions:
        """What is kept out of the draw."""
        return Exclusions.read(self.exclusions or {})


class BlueprintRow(Model):
    """One cell of a blueprint; an empty topic, difficulty or type takes any."""

    __table_args__ = (CheckConstraint("count > 0", name="takes_some"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    blueprint_id: Mapped[int] = mapped_column(ForeignKey("blueprint.id"), index=True)
    topic_id: Mapped[int | None] = mapped_column(ForeignKey("topic.id"))
    difficulty: Mapped[Difficulty | None]
    type: Mapped[ItemType | None]
    count: Mapped[int]
    # Millionths of a point for each item.
    points: Mapped[int] = mapped_column(default=1_000_000)

    blueprint: Mapped[Blueprint] = relationship(back_populates="rows")
    topic: Mapped[Topic | None] = relationship()
