"""Prizes and who has them by decision of two people; quotas of participation."""

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

from accounts.models import Account, Unit
from accounts.rules.staff import StaffCategory
from contest.models.contest import Block, Contest, Round
from contest.models.enrolment import Enrolment
from contest.models.overall import OverallTable
from contest.rules import quotas
from contest.rules.awards import Change, ListState
from contest.rules.collective import CollectiveRule, collective_from
from contest.rules.prizes import IndividualRule, Level, individual_from, levels_from
from contest.rules.quotas import Basis
from contest.rules.unit_groups import UnitGroup
from core.db import Model


class PrizeKind(StrEnum):
    """Whom prizes are for."""

    INDIVIDUAL = "individual"
    COLLECTIVE = "collective"


class PrizeRule(Model):
    """Which prizes there are, for people or for units: of a round, of a block, of the contest."""

    __table_args__ = (
        UniqueConstraint("contest_id", "position"),
        CheckConstraint("round_id IS NULL OR table_id IS NULL", name="one_ranking"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(24), unique=True)
    contest_id: Mapped[int] = mapped_column(ForeignKey("contest.id"))
    # Empty: the whole contest.
    round_id: Mapped[int | None] = mapped_column(ForeignKey("round.id"), index=True)
    # Prizes of the whole contest that follow an overall table; empty: the scores added up.
    table_id: Mapped[int | None] = mapped_column(ForeignKey("overall_table.id"), index=True)
    # Only people of this block; empty: everybody.
    block_id: Mapped[int | None] = mapped_column(ForeignKey("block.id"))
    position: Mapped[int]
    kind: Mapped[PrizeKind]
    title: Mapped[str] = mapped_column(String(160))
    # As `rules/prizes.py` or `rules/collective.py` writes it.
    rule: Mapped[dict[str, Any]]
    # Hexadecimal; lots are drawn from it and the public id of who is equal.
    seed: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]

    contest: Mapped[Contest] = relationship()
    round: Mapped[Round | None] = relationship()
    table: Mapped[OverallTable | None] = relationship()
    block: Mapped[Block | None] = relationship()

    def written(self) -> dict[str, object]:
        """Return what these prizes are set to, as the trail tells of it."""
        return {
            "title": self.title,
            "kind": self.kind.value,
            "rule": self.rule,
            "round": self.round_id,
            "block": self.block_id,
            "table": self.table_id,
        }

    @property
    def is_collective(self) -> bool:
        """Whether units win, not people."""
        return self.kind is PrizeKind.COLLECTIVE

    @property
    def individual(self) -> IndividualRule:
        """The rule of prizes for people."""
        return individual_from(self.rule)

    @property
    def collective(self) -> CollectiveRule:
        """The rule of prizes for units."""
        return collective_from(self.rule)

    @property
    def levels(self) -> tuple[Level, ...]:
        """The levels of either."""
        return levels_from(self.rule["levels"])


_OPEN = text("state IN ('draft', 'proposed')")


class AwardList(Model):
    """Who gets the prizes of a rule: proposed by the rule, changed and agreed to by people.

    The newest that was agreed to holds; a list that revokes has no awards. Earlier ones stay.
    """

    __table_args__ = (
        UniqueConstraint("rule_id", "number"),
        CheckConstraint("decided_by_id <> proposed_by_id", name="two_people"),
        CheckConstraint(
            "state NOT IN ('agreed', 'refused')"
            " OR (proposed_by_id IS NOT NULL AND decided_by_id IS NOT NULL)",
            name="decided_by_two",
        ),
        Index(
            "uq_award_list_open",
            "rule_id",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(24), unique=True)
    rule_id: Mapped[int] = mapped_column(ForeignKey("prize_rule.id"))
    number: Mapped[int]
    state: Mapped[ListState] = mapped_column(default=ListState.DRAFT)
    revokes: Mapped[bool] = mapped_column(default=False)
    # The rule as it was, what it was applied to, and the prizes that followed.
    rule_then: Mapped[dict[str, Any]]
    basis: Mapped[dict[str, Any]]
    derived: Mapped[list[Any]]
    made_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(String(300), default="")
    proposed_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    proposed_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[datetime | None]
    decided_for: Mapped[str] = mapped_column(String(300), default="")

    rule: Mapped[PrizeRule] = relationship()
    proposed_by: Mapped[Account | None] = relationship(foreign_keys=proposed_by_id)
    decided_by: Mapped[Account | None] = relationship(foreign_keys=decided_by_id)
    awards: Mapped[list["Award"]] = relationship(
        back_populates="award_list",
        order_by="Award.level, Award.number",
        cascade="all, delete-orphan",
    )

    @property
    def is_waiting(self) -> bool:
        """Whether a second person has to decide."""
        return self.state is ListState.PROPOSED


class Award(Model):
    """One prize in a list, and who gets it: a person, a unit, or nobody."""

    __table_args__ = (
        UniqueConstraint("list_id", "level", "number"),
        CheckConstraint("enrolment_id IS NULL OR unit_id IS NULL", name="one_holder"),
        CheckConstraint("change = 'none' OR reason <> ''", name="change_with_reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(24), unique=True)
    list_id: Mapped[int] = mapped_column(ForeignKey("award_list.id", ondelete="CASCADE"))
    level: Mapped[int]
    number: Mapped[int]
    title: Mapped[str] = mapped_column(String(120))
    # Whole đồng.
    value: Mapped[int] = mapped_column(BigInteger)
    place: Mapped[int | None]
    enrolment_id: Mapped[int | None] = mapped_column(ForeignKey("enrolment.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    # What people changed of what the rule proposed, and why.
    change: Mapped[Change] = mapped_column(default=Change.NONE)
    reason: Mapped[str] = mapped_column(String(300), default="")

    award_list: Mapped[AwardList] = relationship(back_populates="awards")
    enrolment: Mapped[Enrolment | None] = relationship()
    unit: Mapped[Unit | None] = relationship()


class Quota(Model):
    """How many of which staff the units of a contest have to send."""

    __table_args__ = (
        UniqueConstraint("contest_id", "position"),
        CheckConstraint("count IS NOT NULL OR percent IS NOT NULL", name="asks_something"),
        CheckConstraint("percent BETWEEN 1 AND 100", name="percent_of_a_hundred"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(24), unique=True)
    contest_id: Mapped[int] = mapped_column(ForeignKey("contest.id"))
    position: Mapped[int]
    title: Mapped[str] = mapped_column(String(80))
    # Groups of units, staff categories; none: all of them.
    groups: Mapped[list[Any]]
    categories: Mapped[list[Any]]
    one_stop: Mapped[bool] = mapped_column(default=False)
    count: Mapped[int | None]
    percent: Mapped[int | None]
    basis: Mapped[Basis] = mapped_column(default=Basis.HEADCOUNT)

    @property
    def asked(self) -> quotas.Quota:
        """The quota as a rule."""
        return quotas.Quota(
            self.title,
            tuple(UnitGroup(one) for one in self.groups),
            tuple(StaffCategory(one) for one in self.categories),
            self.one_stop,
            self.count,
            self.percent,
            self.basis,
        )
