"""What is known of conflicts beside accounts and units: people near to judges, and dismissals."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import Account
from contest.rules.judging.conflicts import Cause
from core.db import Model


class JudgeTie(Model):
    """A line of the organiser's list: somebody near to a judge, by name, and where they live."""

    __table_args__ = (CheckConstraint("name <> '' OR place <> ''", name="says_something"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("judged_round.round_id"), index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    # The relative's full name; empty: the judge's own family name counts.
    name: Mapped[str] = mapped_column(String(120), default="")
    # Commune or ward, as the names of units have it; empty: only the full name counts.
    place: Mapped[str] = mapped_column(String(120), default="")
    recorded_at: Mapped[datetime]

    account: Mapped[Account] = relationship()


class ConflictDismissal(Model):
    """A conflict that was found and is none, with the reason of who decided so."""

    __table_args__ = (
        UniqueConstraint("entry_id", "account_id", "cause"),
        CheckConstraint("reason <> ''", name="dismissed_with_reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    cause: Mapped[Cause]
    reason: Mapped[str] = mapped_column(String(300))
    decided_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[datetime]

    account: Mapped[Account] = relationship(foreign_keys=account_id)
    decided_by: Mapped[Account] = relationship(foreign_keys=decided_by_id)
