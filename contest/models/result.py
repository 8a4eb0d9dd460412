"""Result runs and the standings they hold."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from contest.models.attempt import Attempt
from contest.models.contest import Round
from contest.models.enrolment import Enrolment
from contest.rules.timing import Audience
from core.db import Model


class ResultRun(Model):
    """One computation of a round's results; run 1 grows while the round is open."""

    __table_args__ = (UniqueConstraint("round_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    number: Mapped[int]
    # The ranking rule and prediction that were applied, as they were then.
    rule: Mapped[dict[str, Any]]
    # Millionths; empty while the run is provisional.
    prediction_actual: Mapped[int | None] = mapped_column(BigInteger)
    is_provisional: Mapped[bool] = mapped_column(default=True)
    inputs_digest: Mapped[str] = mapped_column(String(64), default="")
    board_digest: Mapped[str] = mapped_column(String(64), default="")
    reason: Mapped[str] = mapped_column(String(300), default="")
    made_at: Mapped[datetime]
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))

    round: Mapped[Round] = relationship(foreign_keys=round_id)


class Standing(Model):
    """A person's standing in a round, for one audience, in one run."""

    __table_args__ = (
        UniqueConstraint("run_id", "audience", "enrolment_id"),
        Index("ix_standing_order", "run_id", "audience", "sort_key", "enrolment_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("result_run.id"))
    audience: Mapped[Audience]
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"), index=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"))
    # Millionths, milliseconds and moments: the values of the ranking keys.
    score: Mapped[int] = mapped_column(BigInteger)
    correct: Mapped[int]
    asked: Mapped[int]
    prediction_off: Mapped[int | None] = mapped_column(BigInteger)
    duration_ms: Mapped[int]
    started_at: Mapped[datetime]
    submitted_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=1)
    # Sorts as the rule ranks; equal keys share a place.
    sort_key: Mapped[str] = mapped_column(String(300))

    run: Mapped[ResultRun] = relationship()
    enrolment: Mapped[Enrolment] = relationship()
    attempt: Mapped[Attempt] = relationship()
