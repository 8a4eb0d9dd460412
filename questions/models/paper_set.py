"""Paper sets: papers drawn beforehand, each with its code, to be printed and handed out."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Model
from questions.models.bank import Bank, ItemVersion


class PaperSetState(StrEnum):
    """Where a paper set stands."""

    # A job is drawing it.
    DRAWING = "drawing"
    # The bank could not fill it when the job came to it.
    FAILED = "failed"
    DRAFT = "draft"
    # Somebody looked it over; questions can no longer be replaced.
    APPROVED = "approved"
    # Closed for good: neither questions nor what is printed around them change.
    LOCKED = "locked"


class PaperSet(Model):
    """Papers drawn together from one blueprint and one seed."""

    __table_args__ = (CheckConstraint("count > 0", name="has_papers"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(24), unique=True)
    bank_id: Mapped[int] = mapped_column(ForeignKey("bank.id"), index=True)
    blueprint_id: Mapped[int | None] = mapped_column(ForeignKey("blueprint.id"), index=True)
    title: Mapped[str] = mapped_column(String(200))
    # Hexadecimal. Its SHA-256 is shown from the start, itself once the set is locked.
    seed: Mapped[str] = mapped_column(String(64))
    # `Spec.written()`: the blueprint as it was when the set was drawn.
    spec: Mapped[dict[str, Any]]
    # `Making.written()`: how many papers, what differs between them, how codes are given.
    making: Mapped[dict[str, Any]]
    count: Mapped[int]
    # `Letterhead.written()`: what is printed around the questions.
    letterhead: Mapped[dict[str, Any]]
    state: Mapped[PaperSetState] = mapped_column(default=PaperSetState.DRAFT)
    # The job that draws a large set, by its public id.
    job: Mapped[str] = mapped_column(String(24), default="")
    made_at: Mapped[datetime]
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    approved_at: Mapped[datetime | None]
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    locked_at: Mapped[datetime | None]

    bank: Mapped[Bank] = relationship()
    papers: Mapped[list["Paper"]] = relationship(
        back_populates="paper_set", order_by="Paper.number", cascade="all, delete-orphan"
    )


class Paper(Model):
    """One paper of a set, known by its code (mã đề)."""

    __table_args__ = (UniqueConstraint("set_id", "number"), UniqueConstraint("set_id", "form_code"))

    id: Mapped[int] = mapped_column(primary_key=True)
    set_id: Mapped[int] = mapped_column(ForeignKey("paper_set.id"))
    number: Mapped[int]
    form_code: Mapped[str] = mapped_column(String(8))

    paper_set: Mapped[PaperSet] = relationship(back_populates="papers")
    slots: Mapped[list["PrintedSlot"]] = relationship(
        back_populates="paper", order_by="PrintedSlot.position", cascade="all, delete-orphan"
    )


class PrintedSlot(Model):
    """One place of a printed paper: which item version stands there, its options in what order."""

    __table_args__ = (UniqueConstraint("paper_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    paper_id: Mapped[int] = mapped_column(ForeignKey("paper.id"))
    position: Mapped[int]
    version_id: Mapped[int] = mapped_column(ForeignKey("item_version.id"), index=True)
    option_order: Mapped[list[Any]]
    # Millionths.
    points: Mapped[int] = mapped_column(BigInteger)
    # The row of the blueprint that asked for it, counted from 0.
    row: Mapped[int]

    paper: Mapped[Paper] = relationship(back_populates="slots")
    version: Mapped[ItemVersion] = relationship()
