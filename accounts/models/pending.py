"""Files taken in but not yet agreed to, and what people asked to be done with their data."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models.account import Account
from core.db import Model


class ImportKind(StrEnum):
    """What the rows of an uploaded sheet are about."""

    UNITS = "units"
    HEADCOUNTS = "headcounts"
    ROSTER = "roster"


class PendingImport(Model):
    """The rows of an uploaded sheet as they were read; nothing is made of them before consent."""

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(24), unique=True)
    kind: Mapped[ImportKind]
    owner_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    # The unit the people go into where a row names none.
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    file_name: Mapped[str] = mapped_column(String(200))
    rows: Mapped[list[Any]]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    applied_at: Mapped[datetime | None]
    # The job that writes a large file, by its public id.
    job: Mapped[str] = mapped_column(String(24), default="")
    result: Mapped[dict[str, Any] | None]


class DataRight(StrEnum):
    """What a person may ask to be done with the data about them."""

    ACCESS = "access"
    CORRECTION = "correction"
    WITHDRAWAL = "withdrawal"
    RESTRICTION = "restriction"
    OBJECTION = "objection"
    ERASURE = "erasure"
    COMPLAINT = "complaint"


class DataRequest(Model):
    """What a person asked for, when it must be answered and done, and what came of it."""

    __table_args__ = (Index("ix_data_request_open", "done_at", "answer_by"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(24), unique=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    right: Mapped[DataRight]
    words: Mapped[str] = mapped_column(String(1000), default="")
    asked_at: Mapped[datetime]
    answer_by: Mapped[date]
    done_by: Mapped[date]
    answered_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    outcome: Mapped[str] = mapped_column(String(1000), default="")

    account: Mapped[Account] = relationship()
