"""What each machine says of its clock: its last look, and the steps that were noticed."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Model


class MachineClock(Model):
    """The clock of one machine as its watcher saw it last; differences are in milliseconds."""

    machine: Mapped[str] = mapped_column(String(80), primary_key=True)
    seen_at: Mapped[datetime]
    # The machine's own clock less the time that decisions use.
    offset_ms: Mapped[int] = mapped_column(BigInteger)
    # The time that decisions use less the database server's, and less the reference's.
    database_ms: Mapped[int | None] = mapped_column(BigInteger)
    reference_ms: Mapped[int | None] = mapped_column(BigInteger)
    reference_at: Mapped[datetime | None]
    # Somebody has said that the machine's own time is right: the watcher takes it over.
    take_over_at: Mapped[datetime | None]


class ClockStep(Model):
    """A step of a machine's clock: decisions go on by the time before it."""

    __table_args__ = (Index("ix_clock_step_noticed", "noticed_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    machine: Mapped[str] = mapped_column(String(80))
    noticed_at: Mapped[datetime]
    # By how much the machine's clock went away from the time that decisions use.
    offset_ms: Mapped[int] = mapped_column(BigInteger)
    settled_at: Mapped[datetime | None]
    settled_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
