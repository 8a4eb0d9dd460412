"""Attempts, the frozen slots of their papers, and the responses, which are only ever added."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from contest.models.contest import Round
from contest.models.enrolment import Enrolment, Seat
from contest.rules.timing import AttemptTimes
from core.db import Model
from questions.models import ItemVersion


class AttemptKind(StrEnum):
    """Whether an attempt counts."""

    OFFICIAL = "official"
    PRACTICE = "practice"


class SlotKind(StrEnum):
    """What a slot of a paper asks."""

    ITEM = "item"
    PREDICTION = "prediction"


class Attempt(Model):
    """One person's attempt at a round: a frozen paper, a deadline, and what came of it."""

    __table_args__ = (
        UniqueConstraint("seat_id", "kind", "number"),
        CheckConstraint("submitted_at >= started_at", name="submitted_after_start"),
        Index("ix_attempt_round_open", "round_id", "submitted_at", "accepts_until"),
        Index("ix_attempt_enrolment_kind", "enrolment_id", "kind"),
        # Whose time is over is asked every two seconds: only who still writes is in it.
        Index(
            "ix_attempt_running",
            "accepts_until",
            sqlite_where=text("submitted_at IS NULL"),
            postgresql_where=text("submitted_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(24), unique=True)
    seat_id: Mapped[int] = mapped_column(ForeignKey("seat.id"))
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolment.id"))
    kind: Mapped[AttemptKind] = mapped_column(default=AttemptKind.OFFICIAL)
    number: Mapped[int]
    # Who may write: a takeover by another tab or device adds one.
    lease_no: Mapped[int] = mapped_column(default=1)
    # Public id of the browser session that holds the lease; another one may only look.
    holder: Mapped[str] = mapped_column(String(24), default="")
    started_at: Mapped[datetime]
    # What `timing.phase` says, written down for the statement that saves; grace comes on top.
    accepts_until: Mapped[datetime]
    grace_seconds: Mapped[int] = mapped_column(default=5)
    # While a pause lasts: since when the clock stands, and until when at the latest.
    halted_from: Mapped[datetime | None]
    halted_until: Mapped[datetime | None]
    submitted_at: Mapped[datetime | None]
    # "person" or "clock".
    submitted_by: Mapped[str] = mapped_column(String(10), default="")
    receipt_code: Mapped[str | None] = mapped_column(String(24), unique=True)
    # Digest of the answers that counted when it was submitted; also in the audit trail.
    answers_digest: Mapped[str | None] = mapped_column(String(64))
    # Millionths of a point.
    score: Mapped[int | None] = mapped_column(BigInteger)
    correct: Mapped[int | None]
    asked: Mapped[int] = mapped_column(default=0)
    # Essays handed in that people have still to mark; until then the score is not whole.
    unmarked: Mapped[int] = mapped_column(default=0, server_default="0")
    # Millionths.
    predicted: Mapped[int | None] = mapped_column(BigInteger)
    duration_ms: Mapped[int | None]
    annulled_at: Mapped[datetime | None]
    annulled_for: Mapped[str] = mapped_column(String(300), default="")
    # "phone" or "computer"; nothing else of the device is kept.
    device: Mapped[str] = mapped_column(String(10), default="")

    seat: Mapped[Seat] = relationship()
    round: Mapped[Round] = relationship()
    enrolment: Mapped[Enrolment] = relationship()
    slots: Mapped[list["Slot"]] = relationship(order_by="Slot.position")

    @property
    def times(self) -> AttemptTimes:
        """When it was started and handed in."""
        return AttemptTimes(self.started_at, self.submitted_at)

    def is_halted(self, at: datetime) -> bool:
        """Say whether the clock stands at `at`."""
        if self.halted_from is None or self.halted_until is None:
            return False
        return self.halted_from <= at < self.halted_until

    def seconds_left(self, at: datetime) -> int:
        """Return how many seconds of work are left at `at`; a clock that stands takes none."""
        since = self.halted_until if self.is_halted(at) and self.halted_until else at
        return max(0, int((self.accepts_until - since).total_seconds()))

    @property
    def is_submitted(self) -> bool:
        """Say whether the attempt is closed for good."""
        return self.submitted_at is not None


class Slot(Model):
    """One place of an attempt's paper: the item version asked, in which order of options."""

    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[SlotKind] = mapped_column(default=SlotKind.ITEM)
    version_id: Mapped[int | None] = mapped_column(ForeignKey("item_version.id"), index=True)
    # Option ids in the order shown.
    option_order: Mapped[list[Any]] = mapped_column(default=list)
    # Millionths of a point: what it is worth, and what was earned once marked.
    points: Mapped[int] = mapped_column(BigInteger, default=1_000_000)
    mark: Mapped[int | None] = mapped_column(BigInteger)

    version: Mapped[ItemVersion | None] = relationship()


class Response(Model):
    """One answer as it arrived, never changed: the newest by lease and sequence counts."""

    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    lease_no: Mapped[int] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    answer: Mapped[str] = mapped_column(Text)
    # What the client's clock says the answer took: evidence, never a criterion.
    elapsed_ms: Mapped[int | None]
    received_at: Mapped[datetime]
    # Arrived after the grace or from a displaced tab: kept, not counted.
    is_late: Mapped[bool] = mapped_column(default=False)
    receipt: Mapped[str] = mapped_column(String(16))
    key_id: Mapped[str] = mapped_column(String(8))


class SentPrediction(Model):
    """The prediction of an attempt, sent after it was handed in; never changed."""

    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"), primary_key=True)
    answer: Mapped[str] = mapped_column(String(20))
    received_at: Mapped[datetime]
    receipt: Mapped[str] = mapped_column(String(16))
    key_id: Mapped[str] = mapped_column(String(8))


class AskedMedia(Model):
    """A picture or sound of an item version that was asked: who has the version may see it."""

    version_id: Mapped[int] = mapped_column(ForeignKey("item_version.id"), primary_key=True)
    # The public id of a `Media`.
    media: Mapped[str] = mapped_column(String(24), primary_key=True)
