"""A judged round on stage: the screen, the clock of each performance, and what was revealed."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import Account
from contest.models.judged import JudgedRound, RoundEntry
from contest.models.part import Part
from core.db import Model


class SceneShown(StrEnum):
    """What the projector shows."""

    TITLE = "title"
    ORDER = "order"
    TEAM = "team"
    SCORES = "scores"
    BOARD = "board"
    VOTE = "vote"


class Stage(Model):
    """What the projector of a judged round shows, and which entry is on."""

    round_id: Mapped[int] = mapped_column(ForeignKey("judged_round.round_id"), primary_key=True)
    scene: Mapped[SceneShown] = mapped_column(default=SceneShown.TITLE)
    # Who is on; empty before the first.
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("round_entry.id"))
    # The vote that the screen invites to.
    part_id: Mapped[int | None] = mapped_column(ForeignKey("part.id"))
    is_dark: Mapped[bool] = mapped_column(default=False)
    # Grows with everything that is done, so that a press that comes twice is one.
    step: Mapped[int] = mapped_column(default=0)
    # Hexadecimal, made from the sealed seed when lots were drawn; shown, so that all can check.
    order_seed: Mapped[str] = mapped_column(String(64), default="")
    drawn_at: Mapped[datetime | None]
    drawn_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))

    judged: Mapped[JudgedRound] = relationship()
    entry: Mapped[RoundEntry | None] = relationship(foreign_keys=entry_id)
    part: Mapped[Part | None] = relationship(foreign_keys=part_id)
    drawn_by: Mapped[Account | None] = relationship(foreign_keys=drawn_by_id)


class Performance(Model):
    """The clock of one performance: begun, paused, ended; one that was set back is kept."""

    __table_args__ = (
        CheckConstraint("kept_ms >= 0", name="took_time"),
        CheckConstraint("(void_at IS NULL) = (void_for = '')", name="void_with_reason"),
        CheckConstraint("ended_at IS NULL OR running_since IS NULL", name="ended_is_still"),
        Index(
            "uq_performance_counts",
            "round_entry_id",
            unique=True,
            sqlite_where=text("void_at IS NULL"),
            postgresql_where=text("void_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    round_entry_id: Mapped[int] = mapped_column(ForeignKey("round_entry.id"), index=True)
    begun_at: Mapped[datetime]
    begun_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    # Since when it runs; empty while it is paused or over. What it took before is in `kept_ms`.
    running_since: Mapped[datetime | None]
    kept_ms: Mapped[int] = mapped_column(BigInteger, default=0)
    ended_at: Mapped[datetime | None]
    # The deduction that the rule of time made of it.
    line_id: Mapped[int | None] = mapped_column(ForeignKey("deduction_line.id"))
    void_at: Mapped[datetime | None]
    void_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    void_for: Mapped[str] = mapped_column(String(300), default="")

    round_entry: Mapped[RoundEntry] = relationship()
    void_by: Mapped[Account | None] = relationship(foreign_keys=void_by_id)

    def elapsed_ms(self, at: datetime) -> int:
        """Return how long it has lasted by then, without pauses."""
        if self.running_since is None:
            return self.kept_ms
        since = at - self.running_since
        return self.kept_ms + max(0, int(since.total_seconds() * 1000))


class Reveal(Model):
    """What the hall was shown of an entry's scores; taken back with a reason, it stays written."""

    __table_args__ = (
        CheckConstraint(
            "(undone_at IS NULL) = (undone_by_id IS NULL)"
            " AND (undone_at IS NULL) = (undone_for = '')",
            name="undone_with_reason",
        ),
        Index(
            "uq_reveal_stands",
            "round_entry_id",
            unique=True,
            sqlite_where=text("undone_at IS NULL"),
            postgresql_where=text("undone_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(24), unique=True)
    round_entry_id: Mapped[int] = mapped_column(ForeignKey("round_entry.id"), index=True)
    # As `rules/judging/revealing.py` writes it, and its digest.
    shown: Mapped[dict[str, Any]]
    digest: Mapped[str] = mapped_column(String(64))
    # Billionths of a point: what the scoreboard places by; empty where the rule gives none yet.
    total: Mapped[int | None] = mapped_column(BigInteger)
    revealed_at: Mapped[datetime]
    revealed_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    undone_at: Mapped[datetime | None]
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    undone_for: Mapped[str] = mapped_column(String(300), default="")

    round_entry: Mapped[RoundEntry] = relationship()
    revealed_by: Mapped[Account] = relationship(foreign_keys=revealed_by_id)
    undone_by: Mapped[Account | None] = relationship(foreign_keys=undone_by_id)
