"""Overall tables: several rounds of a contest put together, and who stands where in them."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from contest.models.contest import Contest, Round
from contest.models.enrolment import Enrolment
from contest.rules.totalling import MILLION, OverallRule
from core.db import Model


class OverallTable(Model):
    """What is put together, and by which rule; its results are in runs, of which the last holds."""

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(24), unique=True)
    contest_id: Mapped[int] = mapped_column(ForeignKey("contest.id"), index=True)
    title: Mapped[str] = mapped_column(String(120))
    rule: Mapped[OverallRule]
    # What decides among equals, as a rule of `rules/ranking.py` writes itself.
    ranking: Mapped[list[Any]]
    # Who took part in fewer of the rounds is left out.
    min_rounds: Mapped[int] = mapped_column(default=1)
    # Hexadecimal; lots are drawn from it.
    seed: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]

    contest: Mapped[Contest] = relationship(back_populates="tables")
    parts: Mapped[list["OverallPart"]] = relationship(
        order_by="OverallPart.round_id", cascade="all, delete-orphan"
    )


class OverallPart(Model):
    """A round in an overall table, and the weight of its score in millionths."""

    __table_args__ = (CheckConstraint("weight > 0", name="weighs_something"),)

    table_id: Mapped[int] = mapped_column(ForeignKey("overall_table.id"), primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), primary_key=True, index=True)
    weight: Mapped[int] = mapped_column(BigInteger, default=MILLION)

    round: Mapped[Round] = relationship()


class OverallRun(Model):
    """One computation of an overall table, from runs of its rounds that it names."""

    __table_args__ = (UniqueConstraint("table_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    table_id: Mapped[int] = mapped_column(ForeignKey("overall_table.id"))
    number: Mapped[int]
    # `Terms.written()` as they were then.
    terms: Mapped[dict[str, Any]]
    # The id of the run and of the round for each part, in order, with the digest of that board.
    inputs: Mapped[list[Any]]
    board_digest: Mapped[str] = mapped_column(String(64))
    reason: Mapped[str] = mapped_column(String(300), default="")
    made_at: Mapped[datetime]
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))

    table: Mapped[OverallTable] = relationship()


class OverallStanding(Model):
    """A person's standing in an overall table, in one run."""

    __table_args__ = (
        UniqueConstraint("run_id", "enrolment_id"),
        Index("ix_overall_standing_order", "run_id", "block_id", "sort_key", "enrolment_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("overall_run.id"))
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"), index=True)
    block_id: Mapped[int | None] = mapped_column(ForeignKey("block.id"))
    # How many of the rounds the person took part in, and the best place among them.
    rounds: Mapped[int]
    best_place: Mapped[int]
    # Where only the best round counts: which one.
    kept_round_id: Mapped[int | None] = mapped_column(ForeignKey("round.id"))
    # Millionths and milliseconds.
    score: Mapped[int] = mapped_column(BigInteger)
    correct: Mapped[int]
    prediction_off: Mapped[int | None] = mapped_column(BigInteger)
    duration_ms: Mapped[int] = mapped_column(BigInteger)
    sort_key: Mapped[str] = mapped_column(String(300))

    enrolment: Mapped[Enrolment] = relationship()
