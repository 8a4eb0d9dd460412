"""Appeals: one person's request to look at the result of an attempt again."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import Account
from contest.models.attempt import Attempt
from contest.models.change import ResultChange
from core.db import Model


class AppealState(StrEnum):
    """Where an appeal stands."""

    OPEN = "open"
    # Answered: the result stays, or it is to be changed.
    KEPT = "kept"
    CHANGED = "changed"
    WITHDRAWN = "withdrawn"


class Appeal(Model):
    """What a person asks about the result of an own attempt, and what the organisers answer."""

    __table_args__ = (
        CheckConstraint(
            "state IN ('open', 'withdrawn') OR answered_by_id IS NOT NULL",
            name="answered_by_somebody",
        ),
        Index("ix_appeal_round", "round_id", "state", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(24), unique=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    # Once for each attempt.
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"), unique=True)
    reason: Mapped[str] = mapped_column(Text)
    # Positions of the questions that it is about; empty: the whole attempt.
    positions: Mapped[list[Any]] = mapped_column(default=list)
    state: Mapped[AppealState] = mapped_column(default=AppealState.OPEN)
    made_at: Mapped[datetime]
    claimed_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    claimed_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    answered_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(Text, default="")
    # What the attempt was worth when the appeal was made, in millionths and correct answers.
    score_before: Mapped[int | None] = mapped_column(BigInteger)
    correct_before: Mapped[int | None]
    # The change to the results that the appeal led to.
    change_id: Mapped[int | None] = mapped_column(ForeignKey("result_change.id"))

    attempt: Mapped[Attempt] = relationship()
    claimed_by: Mapped[Account | None] = relationship(foreign_keys=claimed_by_id)
    answered_by: Mapped[Account | None] = relationship(foreign_keys=answered_by_id)
    change: Mapped[ResultChange | None] = relationship()
