"""What judges' devices sent, and what was typed in from paper sheets; drafts are only added."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import Account
from contest.models.judged import Scoresheet
from core.db import Model


class Fate(StrEnum):
    """What became of a draft: it stands on the sheet, or why it does not."""

    KEPT = "kept"
    # The same device had sent a newer one already.
    OLDER = "older"
    # Another device had changed the sheet meanwhile: the judge decides which counts.
    APART = "apart"
    # The sheet was locked already.
    LOCKED = "locked"


class SheetDraft(Model):
    """One draft as a device sent it: whatever was acknowledged can be read again.

    `sequence` is that of the sheet, `base` the newest one that the device knew of.
    """

    __table_args__ = (
        UniqueConstraint("sheet_id", "device", "sequence"),
        CheckConstraint("sequence > base", name="after_what_it_knew"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    sheet_id: Mapped[int] = mapped_column(ForeignKey("scoresheet.id"))
    device: Mapped[str] = mapped_column(String(24))
    sequence: Mapped[int]
    base: Mapped[int]
    marks: Mapped[dict[str, Any]]
    public_note: Mapped[str] = mapped_column(Text, default="")
    private_note: Mapped[str] = mapped_column(Text, default="")
    # None of a page that knows of no remarks: it leaves them as they are.
    remarks: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    # Whether the judge handed the sheet in with it.
    signs: Mapped[bool] = mapped_column(default=False)
    fate: Mapped[Fate]
    received_at: Mapped[datetime]
    # As its device says; without a script nothing is said.
    written_at: Mapped[datetime | None]

    sheet: Mapped[Scoresheet] = relationship()


class PaperTyping(Model):
    """A paper sheet as one person typed it in; the typing of two people has to agree."""

    __table_args__ = (UniqueConstraint("sheet_id", "number", "typist_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    sheet_id: Mapped[int] = mapped_column(ForeignKey("scoresheet.id"))
    # The version of the sheet that it is to become.
    number: Mapped[int]
    typist_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    marks: Mapped[dict[str, Any]]
    public_note: Mapped[str] = mapped_column(Text, default="")
    typed_at: Mapped[datetime]

    sheet: Mapped[Scoresheet] = relationship()
    typist: Mapped[Account] = relationship()
