"""Judged rounds: the sealed protocol, panels, who judges what, sheets with every version."""

from datetime import datetime
from decimal import Decimal
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

from accounts.models import Account
from contest.models.contest import Round
from contest.models.entry import Entry, EntryCategory, EntryVersion
from contest.rules.judging import sealing, table
from contest.rules.judging.conflicts import Cause
from contest.rules.judging.sealing import Protocol
from core.db import Model


class PanelRole(StrEnum):
    """What a person does on a panel; only chair, members and substitutes judge."""

    CHAIR = "chair"
    MEMBER = "member"
    SECRETARY = "secretary"
    SUPERVISOR = "supervisor"
    SUBSTITUTE = "substitute"


class SheetState(StrEnum):
    """Where a sheet stands; locked, it changes only when the chair unlocks it with a reason."""

    DRAFT = "draft"
    LOCKED = "locked"


class JudgedRound(Model):
    """What a round needs to be judged; once sealed, its protocol does not change any more."""

    __table_args__ = (
        CheckConstraint("(sealed_at IS NULL) = (digest = '')", name="sealed_with_digest"),
        CheckConstraint("judges_each >= 1", name="judged_by_somebody"),
        CheckConstraint("carried BETWEEN 0 AND 1000000", name="carried_in_part"),
        CheckConstraint("(carried = 0) OR (before_id IS NOT NULL)", name="carried_from_somewhere"),
    )

    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), primary_key=True)
    # As `rules/judging/sealing.py` writes it.
    protocol: Mapped[dict[str, Any]]
    digest: Mapped[str] = mapped_column(String(64), default="")
    sealed_at: Mapped[datetime | None]
    # Hexadecimal; lots and orders are drawn from it. Only its digest is known before judging.
    seed: Mapped[str] = mapped_column(String(64))
    # How many judges each entry gets, and whether they know whose it is.
    judges_each: Mapped[int]
    is_blind: Mapped[bool] = mapped_column(default=True)
    # Who comes from the round before, and what of its result counts here, in millionths.
    before_id: Mapped[int | None] = mapped_column(ForeignKey("round.id"), index=True)
    carried: Mapped[int] = mapped_column(default=0)

    round: Mapped[Round] = relationship(foreign_keys=round_id)
    before: Mapped[Round | None] = relationship(foreign_keys=before_id)

    @property
    def declared(self) -> Protocol:
        """The protocol as a rule."""
        return sealing.read(self.protocol)

    @property
    def is_intact(self) -> bool:
        """Whether the protocol is still the one that was sealed."""
        return self.sealed_at is None or sealing.digest(self.protocol) == self.digest


class RoundEntry(Model):
    """An entry in a round: the version that is judged, when it appears, how long it took."""

    __table_args__ = (
        UniqueConstraint("round_id", "entry_id"),
        UniqueConstraint("round_id", "running_order"),
        CheckConstraint("seconds >= 0", name="took_time"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("judged_round.round_id"))
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"), index=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("entry_version.id"))
    # Drawn by lot; empty until then.
    running_order: Mapped[int | None]
    # What the performance took, by the secretary's clock.
    seconds: Mapped[int | None]
    # The chair's reason where the entry came in beside the rule.
    wild_card: Mapped[str] = mapped_column(String(300), default="")
    added_at: Mapped[datetime]

    judged: Mapped[JudgedRound] = relationship()
    entry: Mapped[Entry] = relationship()
    version: Mapped[EntryVersion] = relationship()
    lines: Mapped[list["DeductionLine"]] = relationship(order_by="DeductionLine.id")


class Panel(Model):
    """A panel of a round: for one category or all, for some criteria or all."""

    __table_args__ = (UniqueConstraint("round_id", "title"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(24), unique=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("judged_round.round_id"))
    title: Mapped[str] = mapped_column(String(120))
    category_id: Mapped[int | None] = mapped_column(ForeignKey("entry_category.id"))
    # The panel that criteria of the rubric name; empty: the criteria that name none.
    criteria: Mapped[str] = mapped_column(String(40), default="")

    judged: Mapped[JudgedRound] = relationship()
    category: Mapped[EntryCategory | None] = relationship()
    members: Mapped[list["PanelMember"]] = relationship(
        order_by="PanelMember.number", back_populates="panel"
    )


_SITS = text("left_at IS NULL")


class PanelMember(Model):
    """A person on a panel. Who leaves is kept, with the sheets; a substitute takes a new seat."""

    __table_args__ = (
        UniqueConstraint("panel_id", "number"),
        Index(
            "uq_panel_member_sits",
            "panel_id",
            "account_id",
            unique=True,
            sqlite_where=_SITS,
            postgresql_where=_SITS,
        ),
        Index(
            "uq_panel_member_chair",
            "panel_id",
            unique=True,
            sqlite_where=text("role = 'chair' AND left_at IS NULL"),
            postgresql_where=text("role = 'chair' AND left_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    panel_id: Mapped[int] = mapped_column(ForeignKey("panel.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    role: Mapped[PanelRole]
    # What entrants and other judges know the judge by: GK1, GK2.
    number: Mapped[int]
    appointed_at: Mapped[datetime]
    left_at: Mapped[datetime | None]
    left_for: Mapped[str] = mapped_column(String(300), default="")
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("panel_member.id"))

    panel: Mapped[Panel] = relationship(back_populates="members")
    account: Mapped[Account] = relationship()


class Recusal(Model):
    """A judge who does not judge an entry, and why; it leaves a hole that the rules know of."""

    __table_args__ = (UniqueConstraint("entry_id", "account_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    cause: Mapped[Cause]
    note: Mapped[str] = mapped_column(String(300), default="")
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[datetime]

    entry: Mapped[Entry] = relationship()
    account: Mapped[Account] = relationship(foreign_keys=account_id)
    recorded_by: Mapped[Account] = relationship(foreign_keys=recorded_by_id)


class Scoresheet(Model):
    """The sheet of one judge for one entry of a round: handing it in locks it.

    Saves carry the device's sequence, so that an older one never lands on a newer one. Marks are
    decimal numbers as text, by the id of the criterion.
    """

    __table_args__ = (
        UniqueConstraint("round_entry_id", "member_id"),
        CheckConstraint("state = 'draft' OR submitted_at IS NOT NULL", name="submitted_when"),
        Index("ix_scoresheet_member", "member_id", "position"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(24), unique=True)
    round_entry_id: Mapped[int] = mapped_column(ForeignKey("round_entry.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("panel_member.id"))
    # Where the entry stands in the order in which this judge scores.
    position: Mapped[int]
    state: Mapped[SheetState] = mapped_column(default=SheetState.DRAFT)
    marks: Mapped[dict[str, Any]] = mapped_column(default=dict)
    # Read by the entrant once results are out; the other by its writer and the chair.
    public_note: Mapped[str] = mapped_column(Text, default="")
    private_note: Mapped[str] = mapped_column(Text, default="")
    # By criterion, {"text", "public"}; those that are not public are read as the private note is.
    remarks: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    sequence: Mapped[int] = mapped_column(default=0)
    saved_at: Mapped[datetime | None]
    submitted_at: Mapped[datetime | None]

    round_entry: Mapped[RoundEntry] = relationship()
    member: Mapped[PanelMember] = relationship()
    versions: Mapped[list["SheetVersion"]] = relationship(
        order_by="SheetVersion.number", back_populates="sheet"
    )

    @property
    def locked(self) -> "SheetVersion | None":
        """The version that counts; None while the sheet is open."""
        return next((one for one in self.versions if one.unlocked_at is None), None)


class SheetVersion(Model):
    """What a sheet said when it was locked; it stays when the chair unlocks it with a reason."""

    __table_args__ = (
        CheckConstraint(
            "(unlocked_at IS NULL) = (unlocked_by_id IS NULL)"
            " AND (unlocked_at IS NULL OR unlocked_for <> '')",
            name="unlocked_with_reason",
        ),
        CheckConstraint("entered_by_id <> compared_by_id", name="entered_twice"),
        # One version counts at a time.
        Index(
            "uq_sheet_version_locked",
            "sheet_id",
            unique=True,
            sqlite_where=text("unlocked_at IS NULL"),
            postgresql_where=text("unlocked_at IS NULL"),
        ),
    )

    sheet_id: Mapped[int] = mapped_column(ForeignKey("scoresheet.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    marks: Mapped[dict[str, Any]]
    remarks: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    # Billionths of a point.
    score: Mapped[int] = mapped_column(BigInteger)
    locked_at: Mapped[datetime]
    # What was sealed before anybody saw it, and the secret that opens it (hexadecimal).
    commitment: Mapped[str] = mapped_column(String(64))
    nonce: Mapped[str] = mapped_column(String(64))
    # Of a paper sheet: who typed it in, and who typed it in again.
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    compared_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    unlocked_at: Mapped[datetime | None]
    unlocked_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    unlocked_for: Mapped[str] = mapped_column(String(300), default="")

    sheet: Mapped[Scoresheet] = relationship(back_populates="versions")
    unlocked_by: Mapped[Account | None] = relationship(foreign_keys=unlocked_by_id)

    @property
    def points(self) -> Decimal:
        """The score in points, at nine places."""
        return table.from_billionths(self.score)


class DeductionLine(Model):
    """Points taken off an entry's result in a round, or added; a line is taken back, never gone."""

    __table_args__ = (
        CheckConstraint("points <> 0", name="says_something"),
        CheckConstraint("(cancelled_at IS NULL) = (cancelled_for = '')", name="cancelled_for"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    round_entry_id: Mapped[int] = mapped_column(ForeignKey("round_entry.id"), index=True)
    # Millionths of a point, below nothing where they are taken off.
    points: Mapped[int] = mapped_column(BigInteger)
    reason: Mapped[str] = mapped_column(String(300))
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[datetime]
    cancelled_at: Mapped[datetime | None]
    cancelled_for: Mapped[str] = mapped_column(String(300), default="")

    recorded_by: Mapped[Account] = relationship()
