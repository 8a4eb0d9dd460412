"""Papers prepared before a sitting: drawn, checked, and sealed until the moment of the start."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from contest.models.attempt import SlotKind
from contest.models.enrolment import Seat
from core.db import Model


class PreparedPaper(Model):
    """The paper of a seat before its start: no attempt yet, and seen by nothing that counts them.

    Its slots are copied into the attempt when the person starts.
    """

    id: Mapped[int] = mapped_column(primary_key=True)
    seat_id: Mapped[int] = mapped_column(ForeignKey("seat.id", ondelete="CASCADE"), unique=True)
    # Of the attempt that it becomes: number and public id, which the paper was drawn from.
    number: Mapped[int] = mapped_column(default=1)
    public_id: Mapped[str] = mapped_column(String(24), unique=True)
    asked: Mapped[int]
    # What it was drawn from (settings, pool, words of the page), and what was drawn.
    basis: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64))
    # The attempt's page, encrypted; the digest is of these bytes. The key is itself sealed.
    document: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    document_digest: Mapped[str] = mapped_column(String(64))
    key: Mapped[str] = mapped_column(Text)
    prepared_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    seat: Mapped[Seat] = relationship()


class PreparedSlot(Model):
    """One place of a prepared paper, in the columns of the slot that it becomes."""

    paper_id: Mapped[int] = mapped_column(
        ForeignKey("prepared_paper.id", ondelete="CASCADE"), primary_key=True
    )
    position: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[SlotKind] = mapped_column(default=SlotKind.ITEM)
    version_id: Mapped[int | None] = mapped_column(ForeignKey("item_version.id"), index=True)
    option_order: Mapped[list[Any]] = mapped_column(default=list)
    points: Mapped[int] = mapped_column(BigInteger, default=1_000_000)
