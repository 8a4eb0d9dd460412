"""Results of judged rounds: runs closed by two people, the panel's decisions, prizes of entries."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import Account
from contest.models.entry import Entry, EntryCategory
from contest.models.judged import JudgedRound, RoundEntry, Scoresheet
from contest.rules.awards import Change, ListState
from contest.rules.judging.deviating import Way
from core.db import Model
from core.text import N_


class JudgedRunState(StrEnum):
    """Where a run of a judged round stands; a run that was final before is kept."""

    PROPOSED = "proposed"
    FINAL = "final"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    EARLIER = "earlier"

    @property
    def label(self) -> str:
        """Return the message id that says it."""
        return _STATES[self]


_STATES = {
    JudgedRunState.PROPOSED: N_("Waits for a second person"),
    JudgedRunState.FINAL: N_("Final"),
    JudgedRunState.REFUSED: N_("Refused"),
    JudgedRunState.WITHDRAWN: N_("Taken back"),
    JudgedRunState.EARLIER: N_("Replaced by a later one"),
}


class JudgedRun(Model):
    """One computation of a judged round, written down whole: who stands where, and why.

    It is made by one person and made final by another; the newest that is final holds.
    """

    __table_args__ = (
        UniqueConstraint("round_id", "number"),
        CheckConstraint(
            "state IN ('proposed', 'withdrawn') OR decided_by_id IS NOT NULL",
            name="decided_by_somebody",
        ),
        CheckConstraint("decided_by_id <> computed_by_id", name="two_people"),
        Index(
            "uq_judged_run_waiting",
            "round_id",
            unique=True,
            sqlite_where=text("state = 'proposed'"),
            postgresql_where=text("state = 'proposed'"),
        ),
        Index(
            "uq_judged_run_holds",
            "round_id",
            unique=True,
            sqlite_where=text("state = 'final'"),
            postgresql_where=text("state = 'final'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(24), unique=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("judged_round.round_id"))
    number: Mapped[int]
    state: Mapped[JudgedRunState] = mapped_column(default=JudgedRunState.PROPOSED)
    # The seal of the protocol, the digest of every mark and line, and that of the rows.
    protocol_digest: Mapped[str] = mapped_column(String(64))
    inputs_digest: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64))
    # As `judged_results.written` gives them, best first.
    rows: Mapped[list[Any]]
    reason: Mapped[str] = mapped_column(String(300), default="")
    computed_at: Mapped[datetime]
    computed_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    decided_for: Mapped[str] = mapped_column(String(300), default="")

    judged: Mapped[JudgedRound] = relationship()
    computed_by: Mapped[Account] = relationship(foreign_keys=computed_by_id)
    decided_by: Mapped[Account | None] = relationship(foreign_keys=decided_by_id)


class DeviationDecision(Model):
    """What the chair decided about scores of one entry that lie too far apart.

    `before` holds the scores by judge as they were then; what came after is on the sheets.
    """

    __table_args__ = (
        CheckConstraint("reason <> ''", name="decided_with_reason"),
        CheckConstraint("(way = 'third') = (third_sheet_id IS NOT NULL)", name="third_has_a_sheet"),
        Index("ix_deviation_decision_entry", "round_entry_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    round_entry_id: Mapped[int] = mapped_column(ForeignKey("round_entry.id"))
    # The panel of criteria whose judges are compared; empty: those of the whole sheet.
    criteria: Mapped[str] = mapped_column(String(40), default="")
    way: Mapped[Way]
    before: Mapped[dict[str, Any]]
    third_sheet_id: Mapped[int | None] = mapped_column(ForeignKey("scoresheet.id"))
    reason: Mapped[str] = mapped_column(String(300))
    decided_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[datetime]

    round_entry: Mapped[RoundEntry] = relationship()
    third_sheet: Mapped[Scoresheet | None] = relationship()
    decided_by: Mapped[Account] = relationship()


class PanelVote(Model):
    """What the panel voted about entries that are equal; the newest of a round counts."""

    __table_args__ = (
        CheckConstraint("votes_for >= 0 AND votes_against >= 0", name="counted"),
        Index("ix_panel_vote_round", "round_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("judged_round.round_id"))
    # The codes of the entries, the first one first.
    order: Mapped[list[Any]]
    votes_for: Mapped[int]
    votes_against: Mapped[int] = mapped_column(default=0)
    motion: Mapped[str] = mapped_column(String(300))
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[datetime]

    recorded_by: Mapped[Account] = relationship()


class JudgedAnalysis(Model):
    """How firmly a judged result stands, by the marks of `inputs_digest`; one a round is kept."""

    round_id: Mapped[int] = mapped_column(ForeignKey("judged_round.round_id"), primary_key=True)
    inputs_digest: Mapped[str] = mapped_column(String(64))
    # As `contest/weighing.py` writes it.
    figures: Mapped[dict[str, Any]]
    computed_at: Mapped[datetime]


_OPEN = text("state IN ('draft', 'proposed')")


class EntryPrizeList(Model):
    """Which entries of a judged round get which prizes, by decision over the ranking.

    The newest that was agreed to holds; earlier ones stay.
    """

    __table_args__ = (
        UniqueConstraint("round_id", "number"),
        CheckConstraint("decided_by_id <> proposed_by_id", name="two_people"),
        CheckConstraint(
            "state NOT IN ('agreed', 'refused')"
            " OR (proposed_by_id IS NOT NULL AND decided_by_id IS NOT NULL)",
            name="decided_by_two",
        ),
        Index(
            "uq_entry_prize_list_open",
            "round_id",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(24), unique=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("judged_round.round_id"))
    run_id: Mapped[int] = mapped_column(ForeignKey("judged_run.id"))
    number: Mapped[int]
    state: Mapped[ListState] = mapped_column(default=ListState.DRAFT)
    made_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(String(300), default="")
    proposed_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    proposed_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[datetime | None]
    decided_for: Mapped[str] = mapped_column(String(300), default="")

    judged: Mapped[JudgedRound] = relationship()
    run: Mapped[JudgedRun] = relationship()
    proposed_by: Mapped[Account | None] = relationship(foreign_keys=proposed_by_id)
    decided_by: Mapped[Account | None] = relationship(foreign_keys=decided_by_id)
    prizes: Mapped[list["EntryPrize"]] = relationship(
        back_populates="prize_list",
        order_by="EntryPrize.position",
        cascade="all, delete-orphan",
    )


class EntryPrize(Model):
    """One prize of a list, and which entry gets it; nobody where it is left vacant.

    A side prize (giải phụ) follows no ranking: people choose its entry, with a reason.
    """

    __table_args__ = (
        UniqueConstraint("list_id", "position"),
        CheckConstraint("change = 'none' OR reason <> ''", name="change_with_reason"),
        CheckConstraint("value >= 0", name="worth_something"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(24), unique=True)
    list_id: Mapped[int] = mapped_column(ForeignKey("entry_prize_list.id", ondelete="CASCADE"))
    position: Mapped[int]
    title: Mapped[str] = mapped_column(String(120))
    # Whole đồng.
    value: Mapped[int] = mapped_column(BigInteger, default=0)
    is_side: Mapped[bool] = mapped_column(default=False)
    # Whose ranking it follows, where places are within each category.
    category_id: Mapped[int | None] = mapped_column(ForeignKey("entry_category.id"))
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("entry.id"), index=True)
    place: Mapped[int | None]
    # What the ranking proposed, by code; several where equals wait for the panel's choice.
    proposed: Mapped[list[Any]] = mapped_column(default=list)
    change: Mapped[Change] = mapped_column(default=Change.NONE)
    reason: Mapped[str] = mapped_column(String(300), default="")

    prize_list: Mapped[EntryPrizeList] = relationship(back_populates="prizes")
    entry: Mapped[Entry | None] = relationship()
    category: Mapped[EntryCategory | None] = relationship()

    @property
    def named(self) -> str:
        """The prize as pages and papers name it: with its category, where each has its own."""
        return self.title if self.category is None else f"{self.title} – {self.category.title}"

    @property
    def is_undecided(self) -> bool:
        """Whether somebody still has to choose: among equals, or for a side prize."""
        return (
            self.entry_id is None
            and self.change is not Change.VACANT
            and (self.is_side or len(self.proposed) > 1)
        )
