"""What two people decided about the answers of an attempt that came late."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import Account
from contest.models.attempt import Attempt
from contest.rules.lateness import LateRule
from core.db import Model


class DecisionState(StrEnum):
    """Where a decision by two people stands."""

    PROPOSED = "proposed"
    AGREED = "agreed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


_WAITS = text("state = 'proposed'")


class LateDecision(Model):
    """One person proposes what becomes of an attempt's late answers; another one decides.

    The newest that was agreed to holds. Earlier ones stay, with what the attempt was worth.
    """

    __table_args__ = (
        CheckConstraint("decided_by_id <> proposed_by_id", name="two_people"),
        CheckConstraint(
            "state NOT IN ('agreed', 'refused') OR decided_by_id IS NOT NULL",
            name="decided_by_somebody",
        ),
        Index(
            "uq_late_decision_waiting",
            "attempt_id",
            unique=True,
            sqlite_where=_WAITS,
            postgresql_where=_WAITS,
        ),
        Index("ix_late_decision_attempt", "attempt_id", "decided_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(24), unique=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"))
    rule: Mapped[LateRule]
    # How many late answers the proposal looked at; each that counts by it: (position, lease, seq).
    seen: Mapped[int]
    answers: Mapped[list[Any]]
    reason: Mapped[str] = mapped_column(String(300))
    state: Mapped[DecisionState] = mapped_column(default=DecisionState.PROPOSED)
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    proposed_at: Mapped[datetime]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[datetime | None]
    decided_for: Mapped[str] = mapped_column(String(300), default="")
    # What the attempt was worth before and after it: score, correct, predicted, unmarked, answers.
    before: Mapped[dict[str, Any]] = mapped_column(default=dict)
    after: Mapped[dict[str, Any]] = mapped_column(default=dict)

    attempt: Mapped[Attempt] = relationship()
    proposed_by: Mapped[Account] = relationship(foreign_keys=proposed_by_id)
    decided_by: Mapped[Account | None] = relationship(foreign_keys=decided_by_id)


class CountedLate(Model):
    """A late answer that counts for its slot, by the decision that holds."""

    __table_args__ = (
        ForeignKeyConstraint(
            ["attempt_id", "position", "lease_no", "seq"],
            ["response.attempt_id", "response.position", "response.lease_no", "response.seq"],
        ),
    )

    attempt_id: Mapped[int] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    lease_no: Mapped[int]
    seq: Mapped[int]
    decision_id: Mapped[int] = mapped_column(ForeignKey("late_decision.id"), index=True)
