"""Who takes part: enrolments in a contest and seats in a sitting."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import Account, Unit
from accounts.rules.staff import StaffCategory
from contest.models.contest import Block, Contest, Sitting
from contest.models.sitting import Room
from contest.rules.timing import Allowance
from core.db import Model


class Enrolment(Model):
    """A person in a contest, with unit and category as they were when the person entered."""

    __table_args__ = (
        UniqueConstraint("contest_id", "account_id"),
        UniqueConstraint("contest_id", "number"),
        Index("ix_enrolment_counted", "contest_id", "counted_unit_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(24), unique=True)
    contest_id: Mapped[int] = mapped_column(ForeignKey("contest.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    # Số báo danh, counted within the contest.
    number: Mapped[int]
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    # The unit of the contest's participation table that this person counts for.
    counted_unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    category: Mapped[StaffCategory | None]
    one_stop: Mapped[bool] = mapped_column(default=False)
    block_id: Mapped[int | None] = mapped_column(ForeignKey("block.id"))
    # Extra time: a share of each round's time limit, and seconds on top.
    extra_percent: Mapped[int] = mapped_column(default=0, server_default="0")
    extra_seconds: Mapped[int] = mapped_column(default=0)
    delay_seconds: Mapped[int] = mapped_column(default=0)
    # May the full name be published when the person wins; asked, never assumed.
    publishes_name: Mapped[bool] = mapped_column(default=False)
    is_hidden: Mapped[bool] = mapped_column(default=False)
    is_test: Mapped[bool] = mapped_column(default=False)
    disqualified_at: Mapped[datetime | None]
    disqualified_for: Mapped[str] = mapped_column(String(300), default="")
    enrolled_at: Mapped[datetime]

    contest: Mapped[Contest] = relationship()
    account: Mapped[Account] = relationship()
    unit: Mapped[Unit | None] = relationship(foreign_keys=unit_id)
    counted_unit: Mapped[Unit | None] = relationship(foreign_keys=counted_unit_id)
    block: Mapped[Block | None] = relationship()

    @property
    def allowance(self) -> Allowance:
        """What the person is granted, or has lost."""
        gone = self.disqualified_at is not None
        return Allowance(self.extra_percent, self.extra_seconds, self.delay_seconds, gone)


class Seat(Model):
    """A person's place in a sitting, at most one in a round."""

    __table_args__ = (
        UniqueConstraint("sitting_id", "enrolment_id"),
        UniqueConstraint("round_id", "enrolment_id"),
        Index("ix_seat_room", "room_id", "place"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    sitting_id: Mapped[int] = mapped_column(ForeignKey("sitting.id"))
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"), index=True)
    room_id: Mapped[int | None] = mapped_column(ForeignKey("room.id"))
    # The number of the seat in the room, and the machine that stands there.
    place: Mapped[str] = mapped_column(String(20), default="", server_default="")
    machine: Mapped[str] = mapped_column(String(60), default="", server_default="")
    # Let in by a proctor although it is too late to start.
    admitted_at: Mapped[datetime | None]
    # Taken out of the sitting by minutes that two people stand for.
    voided_at: Mapped[datetime | None]

    sitting: Mapped[Sitting] = relationship()
    room: Mapped[Room | None] = relationship()
    enrolment: Mapped[Enrolment] = relationship()
