"""Changes to results by two people, and what they ruled about questions."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import Account
from contest.models.contest import Round
from contest.models.result import ResultRun
from contest.rules import changing
from contest.rules.changing import Change
from contest.rules.comparing import Lines
from contest.rules.marking import Ruling, RulingKind, ruling_of
from core.db import Model
from questions.models import ItemVersion


class ChangeState(StrEnum):
    """Where a change to results stands."""

    DRAFT = "draft"
    PROPOSED = "proposed"
    AGREED = "agreed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


_WAITS = text("state = 'proposed'")
_HOLDS = text("lifted_by_id IS NULL")


class ResultChange(Model):
    """Several changes to a round's results, proposed by one person and decided by another."""

    __table_args__ = (
        CheckConstraint("decided_by_id <> made_by_id", name="two_people"),
        CheckConstraint(
            "state NOT IN ('agreed', 'refused') OR decided_by_id IS NOT NULL",
            name="decided_by_somebody",
        ),
        CheckConstraint("(state = 'agreed') = (run_id IS NOT NULL)", name="agreed_makes_a_run"),
        Index(
            "uq_result_change_waiting",
            "round_id",
            unique=True,
            sqlite_where=_WAITS,
            postgresql_where=_WAITS,
        ),
        Index("ix_result_change_round", "round_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(24), unique=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    # Each as `rules/changing.py` writes it.
    entries: Mapped[list[Any]] = mapped_column(default=list)
    # The last places of the levels of prizes, and the score that passes (millionths).
    lines: Mapped[list[Any]] = mapped_column(default=list)
    passing: Mapped[int | None] = mapped_column(BigInteger)
    reason: Mapped[str] = mapped_column(String(300), default="")
    state: Mapped[ChangeState] = mapped_column(default=ChangeState.DRAFT)
    made_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    made_at: Mapped[datetime]
    proposed_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[datetime | None]
    decided_for: Mapped[str] = mapped_column(String(300), default="")
    # The run that it made.
    run_id: Mapped[int | None] = mapped_column(ForeignKey("result_run.id"), unique=True)

    round: Mapped[Round] = relationship()
    run: Mapped[ResultRun | None] = relationship()
    made_by: Mapped[Account] = relationship(foreign_keys=made_by_id)
    decided_by: Mapped[Account | None] = relationship(foreign_keys=decided_by_id)

    @property
    def changes(self) -> list[Change]:
        """What it changes."""
        return changing.read(self.entries)

    @property
    def lines_that_matter(self) -> Lines:
        """The lines of prizes and of passing that its preview looks at."""
        return Lines(tuple(int(line) for line in self.lines), self.passing)


class QuestionRuling(Model):
    """What two people ruled about an item version in one round; the version itself never changes.

    Marking looks at the one that nothing has lifted.
    """

    __table_args__ = (
        Index(
            "uq_question_ruling_holds",
            "round_id",
            "version_id",
            unique=True,
            sqlite_where=_HOLDS,
            postgresql_where=_HOLDS,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    version_id: Mapped[int] = mapped_column(ForeignKey("item_version.id"), index=True)
    kind: Mapped[RulingKind]
    # All the answers that count by a new key, as answers are stored.
    accepted: Mapped[list[Any]] = mapped_column(default=list)
    change_id: Mapped[int] = mapped_column(ForeignKey("result_change.id"), index=True)
    lifted_by_id: Mapped[int | None] = mapped_column(ForeignKey("result_change.id"), index=True)

    version: Mapped[ItemVersion] = relationship()

    @property
    def ruling(self) -> Ruling:
        """The ruling as marking takes it."""
        found = ruling_of(self.kind, self.accepted)
        assert found is not None  # noqa: S101 -- for the type checker: the kind is never empty
        return found
