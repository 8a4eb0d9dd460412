"""The review of items: what waits for whom, what was decided, who wrote and who looked."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import Account
from core.db import Model
from questions.models.bank import Item, ItemVersion
from questions.rules.reviewing import Step, Verdict

_OPEN = text("done_at IS NULL")


class ReviewTask(Model):
    """An item that waits for a step; one that is done stays as it was asked for."""

    __table_args__ = (
        # An item waits for one thing at a time.
        Index(
            "uq_review_task_open",
            "item_id",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"), index=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("item_version.id"), index=True)
    step: Mapped[Step]
    # None: anybody who may take the step.
    assigned_to_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    due_on: Mapped[date | None]
    # What whoever asked says about it.
    note: Mapped[str] = mapped_column(String(500), default="")
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    asked_at: Mapped[datetime]
    done_at: Mapped[datetime | None]

    item: Mapped[Item] = relationship()
    assigned_to: Mapped[Account | None] = relationship(foreign_keys=assigned_to_id)
    asked_by: Mapped[Account | None] = relationship(foreign_keys=asked_by_id)


class Review(Model):
    """One person's verdict on one version of an item."""

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("item_version.id"), index=True)
    step: Mapped[Step]
    verdict: Mapped[Verdict]
    reason: Mapped[str] = mapped_column(String(500), default="")
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    at: Mapped[datetime]

    version: Mapped[ItemVersion] = relationship()
    account: Mapped[Account] = relationship()


class ItemEditor(Model):
    """Somebody who had a hand in an item beside its versions: never its reviewer."""

    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)


class ViewPlace(StrEnum):
    """Where somebody looked at an item."""

    PAGE = "page"
    EXPORT = "export"
    # As part of a paper, on the screen or printed.
    PAPER = "paper"
    # While it waited for a step: what was not opened is not passed in bulk.
    REVIEW = "review"


class ItemView(Model):
    """Somebody looked at a version of an item that is locked, or that waited for a step."""

    __table_args__ = (Index("ix_item_view_item", "item_id", "place"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"))
    version_id: Mapped[int] = mapped_column(ForeignKey("item_version.id"), index=True)
    # None: from the shell.
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    place: Mapped[ViewPlace]
    at: Mapped[datetime]


class KeptBasis(Model):
    """A version that stays as it is although the document it cites has ended, and why."""

    version_id: Mapped[int] = mapped_column(ForeignKey("item_version.id"), primary_key=True)
    reason: Mapped[str] = mapped_column(String(300))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime]
