"""Blueprints: how many items of which topic and difficulty a paper takes."""

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Model
from questions.models.bank import Bank, Difficulty, ItemType, Topic


class Blueprint(Model):
    """What a paper is made of; a round draws each person's paper from it."""

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(24), unique=True)
    bank_id: Mapped[int] = mapped_column(ForeignKey("bank.id"), index=True)
    title: Mapped[str] = mapped_column(String(200), default="")

    bank: Mapped[Bank] = relationship()
    rows: Mapped[list["BlueprintRow"]] = relationship(
        back_populates="blueprint", order_by="BlueprintRow.id", cascade="all, delete-orphan"
    )


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
