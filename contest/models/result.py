"""Result runs and the standings they hold."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from contest.models.attempt import Attempt
from contest.models.contest import Round
from contest.models.enrolment import Enrolment
from contest.rules import predicting
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
    # The same for each block by its id, "" for who is in none, where it is counted by block.
    actuals: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    is_provisional: Mapped[bool] = mapped_column(default=True)
    inputs_digest: Mapped[str] = mapped_column(String(64), default="")
    board_digest: Mapped[str] = mapped_column(String(64), default="")
    reason: Mapped[str] = mapped_column(String(300), default="")
    made_at: Mapped[datetime]
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))

    round: Mapped[Round] = relationship(foreign_keys=round_id)

    @property
    def true_values(self) -> dict[int | None, int]:
        """What came true of the prediction: by block, or for everybody under None."""
        if self.prediction_actual is not None:
            return {None: self.prediction_actual}
        return predicting.read_values(self.actuals)

    def actual_in(self, block_id: int | None) -> int | None:
        """Return what came true for the people of a block."""
        if self.prediction_actual is not None:
            return self.prediction_actual
        return self.true_values.get(block_id)


# That a run is still being written: it has no number of the round's yet, and nobody sees it.
UNFINISHED = ResultRun.number <= 0


class Standing(Model):
    """A person's standing in a round, for one audience, in one run."""

    __table_args__ = (
        UniqueConstraint("run_id", "audience", "enrolment_id"),
        Index("ix_standing_order", "run_id", "audience", "sort_key", "enrolment_id"),
        # Only who stands in a block is in it: rounds without blocks write nothing there.
        Index(
            "ix_standing_block",
            *("run_id", "audience", "block_id", "sort_key", "enrolment_id"),
            sqlite_where=text("block_id IS NOT NULL"),
            postgresql_where=text("block_id IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("result_run.id"))
    audience: Mapped[Audience]
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"), index=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"))
    # The block in which the place is counted, as it was when the row was written.
    block_id: Mapped[int | None] = mapped_column(ForeignKey("block.id"))
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
