"""Contests, their blocks and units, and their rounds and sittings."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    String,
    Text,
    UniqueConstraint,
    or_,
    select,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import Unit
from contest.rules import predicting, qualifying
from contest.rules.allowing import AttemptPolicy, Counts
from contest.rules.appealing import AppealRegime, AppealWindow
from contest.rules.grouping import Members
from contest.rules.predicting import Asked, Lock, Prediction, Scope, Target
from contest.rules.qualifying import Eligibility
from contest.rules.timing import Clock, RoundState, RoundWindow, SittingWindow
from core.db import Model
from questions.models import Blueprint

if TYPE_CHECKING:
    from contest.models.overall import OverallTable
    from contest.models.sitting import Incident, Room


def prediction_of(written: Mapping[str, Any] | None) -> Prediction | None:
    """Return the prediction that a round asks for, from how it is kept; None for none."""
    if written is None:
        return None
    return Prediction(
        Target(written["target"]),
        Scope(written["scope"]),
        written["decimals"],
        Asked(written["asked"]),
        Lock(written["lock"]),
        written["not_over"],
    )


class ContestState(StrEnum):
    """Whether the public knows of a contest."""

    DRAFT = "draft"
    PUBLISHED = "published"
    ARCHIVED = "archived"


class RoundKind(StrEnum):
    """What happens in a round."""

    QUIZ = "quiz"
    JUDGED = "judged"


class Contest(Model):
    """A contest: who holds it, who may enter, its rules in words, its rounds."""

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(24), unique=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    title: Mapped[str] = mapped_column(String(200))
    summary: Mapped[str] = mapped_column(String(400), default="")
    state: Mapped[ContestState] = mapped_column(default=ContestState.DRAFT)
    # Each names a body and its part, "lead" (chủ trì) or "with" (phối hợp).
    hosts: Mapped[list[Any]] = mapped_column(default=list)
    eligibility: Mapped[str] = mapped_column(Text, default="")
    min_age: Mapped[int | None]
    rules_text: Mapped[str] = mapped_column(Text, default="")
    prizes_text: Mapped[str] = mapped_column(Text, default="")
    contact: Mapped[str] = mapped_column(String(300), default="")
    # Asked at registration beside name, contact and unit: "birth_date", "category", "block".
    fields: Mapped[list[Any]] = mapped_column(default=list)
    max_attempts: Mapped[int | None]
    # The day whose headcounts are the denominators of the participation rates.
    headcount_on: Mapped[date | None]
    created_at: Mapped[datetime]

    rounds: Mapped[list["Round"]] = relationship(back_populates="contest", order_by="Round.number")
    blocks: Mapped[list["Block"]] = relationship(order_by="Block.id")
    tables: Mapped[list["OverallTable"]] = relationship(
        back_populates="contest", order_by="OverallTable.id"
    )

    @property
    def quizzes(self) -> list["Round"]:
        """The rounds that are taken; the others are judged."""
        return [one for one in self.rounds if one.kind is RoundKind.QUIZ]

    @property
    def log(self) -> str:
        """Name of the contest's own audit trail."""
        return f"contest:{self.public_id}"


class Block(Model):
    """A group of participants (khối, bảng) placed apart from the others."""

    __table_args__ = (UniqueConstraint("contest_id", "title"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    contest_id: Mapped[int] = mapped_column(ForeignKey("contest.id"))
    title: Mapped[str] = mapped_column(String(120))
    # Who may enter it, beside what the contest asks of everybody.
    members: Mapped[Members] = mapped_column(
        default=Members.ANYBODY, server_default=Members.ANYBODY.value
    )
    min_age: Mapped[int | None]


class BlockPaper(Model):
    """What a block draws its papers from in a round, where that is not what the others do."""

    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), primary_key=True)
    block_id: Mapped[int] = mapped_column(ForeignKey("block.id"), primary_key=True)
    blueprint_id: Mapped[int] = mapped_column(ForeignKey("blueprint.id"), index=True)

    block: Mapped[Block] = relationship()
    blueprint: Mapped[Blueprint] = relationship()


class ContestUnit(Model):
    """A unit that takes part in a contest and is counted in its participation table."""

    contest_id: Mapped[int] = mapped_column(ForeignKey("contest.id"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)

    unit: Mapped[Unit] = relationship()


class Round(Model):
    """One round of a contest: its window, attempt policy, paper, prediction and ranking."""

    __table_args__ = (
        UniqueConstraint("contest_id", "number"),
        CheckConstraint("closes_at > opens_at", name="closes_after_opening"),
        CheckConstraint("minutes > 0", name="takes_time"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(24), unique=True)
    contest_id: Mapped[int] = mapped_column(ForeignKey("contest.id"))
    number: Mapped[int]
    title: Mapped[str] = mapped_column(String(120))
    kind: Mapped[RoundKind] = mapped_column(default=RoundKind.QUIZ)
    state: Mapped[RoundState] = mapped_column(default=RoundState.DRAFT)
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    # Ended by its organisers: nothing runs on after it, whatever was granted.
    stopped_at: Mapped[datetime | None]
    minutes: Mapped[int]
    grace_seconds: Mapped[int] = mapped_column(default=5)
    blueprint_id: Mapped[int | None] = mapped_column(ForeignKey("blueprint.id"))
    # Hexadecimal; each attempt's paper is drawn from it and the attempt's own id.
    seed: Mapped[str] = mapped_column(String(64))
    shuffles: Mapped[bool] = mapped_column(default=True)
    practice_items: Mapped[int] = mapped_column(default=5)

    max_per_round: Mapped[int | None] = mapped_column(default=1)
    max_per_day: Mapped[int | None]
    min_interval_minutes: Mapped[int] = mapped_column(default=0)
    counts: Mapped[Counts] = mapped_column(default=Counts.BEST)

    # None: no prediction is asked. Else the keys of `rules/predicting.py`.
    prediction: Mapped[dict[str, Any] | None]
    # Millionths; known once the result is signed.
    prediction_actual: Mapped[int | None] = mapped_column(BigInteger)
    # Millionths by the id of a block, "" for everybody or who is in none: what two people fixed
    # instead of counting it.
    fixed_actuals: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    # The entries of a rule of `rules/ranking.py`, as it writes itself.
    ranking: Mapped[list[Any]]

    # How many people mark an essay, and by how many percent of its points two may differ before
    # a third decides.
    markers: Mapped[int] = mapped_column(default=1, server_default="1")
    deviation_percent: Mapped[int] = mapped_column(default=10, server_default="10")

    # The score that passes, in millionths; empty: nobody passes or fails.
    pass_mark: Mapped[int | None] = mapped_column(BigInteger)
    # Who may take it beside what the contest asks, as `rules/qualifying.py` writes it.
    entry: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")

    # From when a result may be shown to its owner and to everybody; empty: not at all.
    participant_results_at: Mapped[datetime | None]
    public_results_at: Mapped[datetime | None]
    shows_answers: Mapped[bool] = mapped_column(default=False)
    # Is a provisional board made for the public while the round is open?
    live_board: Mapped[bool] = mapped_column(default=True)
    current_run_id: Mapped[int | None] = mapped_column(
        ForeignKey("result_run.id", use_alter=True, name="fk_round_current_run_id_result_run")
    )
    # While the public's board is frozen: the run it shows, and since when nothing moves there.
    frozen_run_id: Mapped[int | None] = mapped_column(
        ForeignKey("result_run.id", use_alter=True, name="fk_round_frozen_run_id_result_run")
    )
    frozen_at: Mapped[datetime | None]
    finalized_at: Mapped[datetime | None]
    # Which rules appeals follow, and between which hours they come in; empty: there are none.
    appeal_regime: Mapped[AppealRegime] = mapped_column(
        default=AppealRegime.CONTEST, server_default="contest"
    )
    appeals_from: Mapped[datetime | None]
    appeals_until: Mapped[datetime | None]

    contest: Mapped[Contest] = relationship(back_populates="rounds")
    blueprint: Mapped[Blueprint | None] = relationship()
    sittings: Mapped[list["Sitting"]] = relationship(
        back_populates="round", order_by="Sitting.opens_at"
    )
    block_papers: Mapped[list[BlockPaper]] = relationship(order_by=BlockPaper.block_id)

    @property
    def window(self) -> RoundWindow:
        """What the round says about time."""
        return RoundWindow(
            self.opens_at,
            self.closes_at,
            timedelta(minutes=self.minutes),
            self.state,
            self.participant_results_at,
            self.public_results_at,
            self.stopped_at,
        )

    @property
    def appeal_window(self) -> AppealWindow:
        """What the round says about appeals."""
        return AppealWindow(
            self.appeal_regime, self.appeals_from, self.appeals_until, self.participant_results_at
        )

    @property
    def eligibility(self) -> Eligibility:
        """Who may take the round."""
        return qualifying.read(self.entry)

    @property
    def asked_prediction(self) -> Prediction | None:
        """The prediction that the round asks for, if it asks for one."""
        return prediction_of(self.prediction)

    @property
    def rule_of_results(self) -> dict[str, Any]:
        """What a run of the results says of how it was made; a pass mark where there is one."""
        told = {"ranking": self.ranking, "counts": self.counts, "prediction": self.prediction}
        return told if self.pass_mark is None else told | {"pass_mark": self.pass_mark}

    @property
    def actuals_by_hand(self) -> dict[int | None, int]:
        """What two people fixed of the prediction's true values, as a run has them."""
        return predicting.read_values(self.fixed_actuals)

    @property
    def policy(self) -> AttemptPolicy:
        """How often one person may take the round."""
        return AttemptPolicy(
            self.contest.max_attempts,
            self.max_per_round,
            self.max_per_day,
            self.min_interval_minutes,
            self.counts,
        )


class Sitting(Model):
    """One sitting of a round (ca thi); a public contest has one that spans the window."""

    __table_args__ = (CheckConstraint("closes_at > opens_at", name="closes_after_opening"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(24), unique=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), index=True)
    title: Mapped[str] = mapped_column(String(120), default="")
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    clock: Mapped[Clock] = mapped_column(default=Clock.OWN)
    late_minutes: Mapped[int | None]
    # The rule that the late minutes follow, as it is shown.
    late_basis: Mapped[str] = mapped_column(String(200), default="", server_default="")

    round: Mapped[Round] = relationship(back_populates="sittings")
    rooms: Mapped[list["Room"]] = relationship(back_populates="sitting", order_by="Room.id")

    def window(self, incidents: Iterable["Incident"] = ()) -> SittingWindow:
        """Return what the sitting says about time, with the time that these incidents take out."""
        late = timedelta(minutes=self.late_minutes) if self.late_minutes is not None else None
        told = list(incidents)
        return SittingWindow(
            self.opens_at,
            self.closes_at,
            self.clock,
            late,
            tuple(one.interruption for one in told if not one.seconds),
            tuple(one.credit for one in told if one.seconds),
        )


# Joins a round with every blueprint that papers of it are drawn by: its own, and its blocks’.
DRAWS = or_(
    Blueprint.id == Round.blueprint_id,
    Blueprint.id.in_(
        select(BlockPaper.blueprint_id).where(BlockPaper.round_id == Round.id).correlate(Round)
    ),
)
