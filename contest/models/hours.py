"""Ends that were moved: of the judging of a round, or of a public vote."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import Account
from contest.models.judged import JudgedRound
from contest.models.part import Part
from core.db import Model


class HourMove(Model):
    """The end of a round's judging, or of one of its votes, moved: when, by whom, and why.

    `part` is the vote whose end it is; empty where it is the round's own.
    """

    __table_args__ = (
        CheckConstraint("reason <> ''", name="moved_with_reason"),
        CheckConstraint("was <> until", name="moved_at_all"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("judged_round.round_id"), index=True)
    part_id: Mapped[int | None] = mapped_column(ForeignKey("part.id"), index=True)
    was: Mapped[datetime]
    until: Mapped[datetime]
    reason: Mapped[str] = mapped_column(String(300))
    moved_at: Mapped[datetime]
    moved_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))

    judged: Mapped[JudgedRound] = relationship()
    part: Mapped[Part | None] = relationship()
    moved_by: Mapped[Account] = relationship()
