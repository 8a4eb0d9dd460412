"""Rooms of a sitting, time taken out of it, and changes that wait for a second person."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import Account
from contest.models.contest import Round, Sitting
from contest.rules.timing import LONGEST_PAUSE, Credit, Interruption
from core.db import Model


class Room(Model):
    """A room of a sitting: where people sit, how many, and from which networks they come."""

    __table_args__ = (
        UniqueConstraint("sitting_id", "title"),
        CheckConstraint("capacity > 0", name="holds_somebody"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(24), unique=True)
    sitting_id: Mapped[int] = mapped_column(ForeignKey("sitting.id"), index=True)
    title: Mapped[str] = mapped_column(String(80))
    # Building and address, as people find it.
    place: Mapped[str] = mapped_column(String(200), default="")
    # Short, written on the board: who sits in the room enters it.
    code: Mapped[str] = mapped_column(String(12), default="")
    capacity: Mapped[int | None]
    # Network ranges such as "10.20.0.0/16"; none: from anywhere.
    networks: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")

    sitting: Mapped[Sitting] = relationship(back_populates="rooms")


class IncidentKind(StrEnum):
    """How time is taken out: the clock stands for a while, or time is given back at once."""

    PAUSE = "pause"
    CREDIT = "credit"


class Incident(Model):
    """Time taken out of a sitting, of one room of it, or of one seat, with who said so and why."""

    __table_args__ = (
        CheckConstraint("ends_at >= begins_at", name="ends_after_beginning"),
        CheckConstraint("room_id IS NULL OR seat_id IS NULL", name="one_scope"),
        Index("ix_incident_sitting", "sitting_id", "begins_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(24), unique=True)
    kind: Mapped[IncidentKind] = mapped_column(default=IncidentKind.PAUSE)
    sitting_id: Mapped[int] = mapped_column(ForeignKey("sitting.id"))
    # Neither: the whole sitting.
    room_id: Mapped[int | None] = mapped_column(ForeignKey("room.id"), index=True)
    seat_id: Mapped[int | None] = mapped_column(ForeignKey("seat.id"), index=True)
    begins_at: Mapped[datetime]
    # Empty while it is open.
    ends_at: Mapped[datetime | None]
    # Of a credit: what is given back to whoever had started by `begins_at`.
    seconds: Mapped[int] = mapped_column(default=0)
    reason: Mapped[str] = mapped_column(String(300))
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))

    sitting: Mapped[Sitting] = relationship()
    room: Mapped[Room | None] = relationship()
    actor: Mapped[Account | None] = relationship(foreign_keys=actor_id)

    @property
    def is_open(self) -> bool:
        """Say whether nobody has ended it yet."""
        return self.ends_at is None

    @property
    def interruption(self) -> Interruption:
        """The time it takes out; an open one is over at the latest after `LONGEST_PAUSE`."""
        ends = self.ends_at or self.begins_at + LONGEST_PAUSE
        return Interruption(self.begins_at, ends, is_open=self.ends_at is None)

    @property
    def credit(self) -> Credit:
        """The time that it gives back."""
        return Credit(self.begins_at, timedelta(seconds=self.seconds))


class Proposal(Model):
    """A change of a round's rules that takes time from somebody: it waits for a second person."""

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(24), unique=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), index=True)
    # What it does, such as "close_early", and with which values.
    act: Mapped[str] = mapped_column(String(40))
    details: Mapped[dict[str, Any]]
    reason: Mapped[str] = mapped_column(String(300))
    proposed_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    proposed_at: Mapped[datetime]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[datetime | None]
    is_accepted: Mapped[bool | None]

    round: Mapped[Round] = relationship()
    proposer: Mapped[Account] = relationship(foreign_keys=proposed_by)
