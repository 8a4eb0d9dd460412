"""What a watched attempt shows beside its answers, and the minutes that proctors write."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import Account
from contest.models.attempt import Attempt
from contest.models.enrolment import Seat
from contest.models.late import DecisionState
from contest.models.sitting import Room
from core.db import Model


class Presence(Model):
    """Where somebody in a supervised room is by now; erased some days after the round."""

    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"), primary_key=True)
    seen_at: Mapped[datetime] = mapped_column(index=True)
    # The question on the screen; 0 for none.
    here: Mapped[int] = mapped_column(default=0)
    # How often the page was left: on this device by now, and on those before it.
    left: Mapped[int] = mapped_column(default=0)
    left_before: Mapped[int] = mapped_column(default=0)
    # Keyed digest of the network address and the day: tells equal ones of a day, and no more.
    address_mark: Mapped[str] = mapped_column(String(16), default="")
    address_changes: Mapped[int] = mapped_column(default=0)

    attempt: Mapped[Attempt] = relationship()

    @property
    def times_left(self) -> int:
        """How often the page was left, on whatever device."""
        return self.left_before + self.left


class MinutesKind(StrEnum):
    """What minutes about a candidate record; only voiding changes anything by itself."""

    REPRIMAND = "reprimand"
    WARNING = "warning"
    VOID = "void"


_VOIDS = text("kind = 'void' AND state IN ('proposed', 'agreed') AND lifted_at IS NULL")


class Minutes(Model):
    """Minutes of a violation: what happened, who saw it, and what a second person decided."""

    __table_args__ = (
        CheckConstraint("decided_by_id <> written_by_id", name="two_people"),
        CheckConstraint(
            "kind <> 'void' OR state NOT IN ('agreed', 'refused') OR decided_by_id IS NOT NULL",
            name="voided_by_two",
        ),
        Index(
            "uq_minutes_void", "seat_id", unique=True, sqlite_where=_VOIDS, postgresql_where=_VOIDS
        ),
        Index("ix_minutes_room", "room_id", "written_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(24), unique=True)
    room_id: Mapped[int] = mapped_column(ForeignKey("room.id"))
    seat_id: Mapped[int] = mapped_column(ForeignKey("seat.id"), index=True)
    kind: Mapped[MinutesKind]
    happened: Mapped[str] = mapped_column(Text)
    # What the candidate says to it.
    said: Mapped[str] = mapped_column(Text, default="")
    # Signed by the candidate; else by these two candidates who sat nearest: enrolment ids.
    is_signed: Mapped[bool] = mapped_column(default=True)
    witnesses: Mapped[list[Any]] = mapped_column(default=list)
    state: Mapped[DecisionState] = mapped_column(default=DecisionState.PROPOSED)
    written_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    written_at: Mapped[datetime]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[datetime | None]
    decided_for: Mapped[str] = mapped_column(String(300), default="")
    # Voiding that was taken back later: the attempt counts again.
    lifted_at: Mapped[datetime | None]
    lifted_for: Mapped[str] = mapped_column(String(300), default="")

    room: Mapped[Room] = relationship()
    seat: Mapped[Seat] = relationship()
    written_by: Mapped[Account] = relationship(foreign_keys=written_by_id)
    decided_by: Mapped[Account | None] = relationship(foreign_keys=decided_by_id)
