"""The parts of a judged round: what else than the jury gives points, with counts and evidence."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models import Account
from contest.models.contest import Round
from contest.models.judged import JudgedRound, RoundEntry
from contest.rules.judging.parts import PartKind, Share
from contest.rules.scoring import from_millionths
from core.db import Model

_JUDGED = text("kind = 'judged'")


class Part(Model):
    """A part (phần thi) of a judged round; a round without parts is judged and nothing else.

    `terms` holds how the points are worked out: a `MeasureRule`, the caps of a vote, the way of a
    quiz. Once the round is sealed, they stay.
    """

    __table_args__ = (
        UniqueConstraint("round_id", "position"),
        CheckConstraint("most > 0", name="gives_points"),
        CheckConstraint("(kind = 'quiz') = (quiz_id IS NOT NULL)", name="quiz_named"),
        CheckConstraint(
            "kind <> 'voted' OR (opens_at IS NOT NULL AND closes_at IS NOT NULL"
            " AND opens_at < closes_at)",
            name="vote_has_hours",
        ),
        CheckConstraint("(opened_at IS NULL) = (opened_by_id IS NULL)", name="opened_by_somebody"),
        CheckConstraint("kind <> 'measured' OR closes_at IS NOT NULL", name="counted_by_an_hour"),
        Index(
            "uq_part_judged",
            "round_id",
            unique=True,
            sqlite_where=_JUDGED,
            postgresql_where=_JUDGED,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(24), unique=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("judged_round.round_id"))
    position: Mapped[int]
    kind: Mapped[PartKind]
    title: Mapped[str] = mapped_column(String(160))
    # Millionths of a point: the most that this part gives.
    most: Mapped[int] = mapped_column(BigInteger)
    terms: Mapped[dict[str, Any]] = mapped_column(default=dict)
    # The quiz round whose results count.
    quiz_id: Mapped[int | None] = mapped_column(ForeignKey("round.id"), index=True)
    # The hours of a vote; the hour by which figures are taken.
    opens_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]
    # When the votes were opened for counting; until then nobody is told any count.
    opened_at: Mapped[datetime | None]
    opened_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))

    judged: Mapped[JudgedRound] = relationship()
    quiz: Mapped[Round | None] = relationship(foreign_keys=quiz_id)

    @property
    def points(self) -> Decimal:
        """The most that this part gives, in points."""
        return from_millionths(self.most)

    @property
    def share(self) -> Share:
        """The part as a rule."""
        return Share(self.kind, self.points)


class PartCount(Model):
    """What was counted for an entry (views, likes, …) at a moment, with the picture of it.

    A later count by the hour of the part replaces an earlier one; nothing is taken away.
    """

    __table_args__ = (Index("ix_part_count_entry", "part_id", "round_entry_id", "taken_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(24), unique=True)
    part_id: Mapped[int] = mapped_column(ForeignKey("part.id"))
    round_entry_id: Mapped[int] = mapped_column(ForeignKey("round_entry.id"), index=True)
    figures: Mapped[dict[str, Any]]
    # When the figures stood so, and when somebody wrote them down here.
    taken_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    # Where it can be looked up, and the picture of the page as it stood then.
    address: Mapped[str] = mapped_column(String(500), default="")
    evidence: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    # SHA-256 of the picture, and what kind of picture it is.
    evidence_digest: Mapped[str] = mapped_column(String(64), default="")
    media_type: Mapped[str] = mapped_column(String(120), default="")
    # Why it differs from what was counted before.
    reason: Mapped[str] = mapped_column(String(300), default="")

    part: Mapped[Part] = relationship()
    round_entry: Mapped[RoundEntry] = relationship()
    recorded_by: Mapped[Account] = relationship()
