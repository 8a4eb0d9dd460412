"""Entries of judged contests: who made them, what was handed in, and whether it is admitted."""

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

from accounts.models import Account, Unit
from contest.models.contest import Contest
from contest.rules.judging.screening import Verdict
from core.db import Model


class EntryState(StrEnum):
    """Where an entry stands between its first line and the judges."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    ADMITTED = "admitted"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class MemberRole(StrEnum):
    """What a person is to an entry; mentors are conflicts, not entrants."""

    LEADER = "leader"
    MEMBER = "member"
    MENTOR = "mentor"


class FileKind(StrEnum):
    """What stands behind a line of an entry's files: something sent, or an address elsewhere."""

    FILE = "file"
    LINK = "link"


class EntryCategory(Model):
    """A category of entries (bảng, lĩnh vực): what is asked of them, and how many people make one.

    The form lists fields as `rules/entries.py` writes them; the checklist {"id", "text"}.
    """

    __table_args__ = (
        UniqueConstraint("contest_id", "position"),
        UniqueConstraint("contest_id", "prefix"),
        CheckConstraint("least_members >= 1", name="made_by_somebody"),
        CheckConstraint("most_members >= least_members", name="most_after_least"),
        CheckConstraint("late_until > closes_at", name="late_after_close"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(24), unique=True)
    contest_id: Mapped[int] = mapped_column(ForeignKey("contest.id"))
    position: Mapped[int]
    title: Mapped[str] = mapped_column(String(160))
    # Begins the codes of its entries: "A" makes "A-017".
    prefix: Mapped[str] = mapped_column(String(8))
    form: Mapped[list[Any]] = mapped_column(default=list)
    checklist: Mapped[list[Any]] = mapped_column(default=list)
    least_members: Mapped[int] = mapped_column(default=1)
    most_members: Mapped[int] = mapped_column(default=1)
    # How many people screen an entry, and have to agree.
    screeners: Mapped[int] = mapped_column(default=1)
    closes_at: Mapped[datetime]
    # Until when entries that come late are still taken, and marked; empty: they are not.
    late_until: Mapped[datetime | None]

    contest: Mapped[Contest] = relationship()


class Entry(Model):
    """What a person or a team hands in; judges know it by its code.

    What is judged is a frozen version: later changes make another one, and never that one.
    """

    __table_args__ = (
        UniqueConstraint("contest_id", "code"),
        CheckConstraint(
            "state IN ('draft', 'withdrawn')"
            " OR (code IS NOT NULL AND submitted_at IS NOT NULL AND declared_at IS NOT NULL)",
            name="submitted_is_declared",
        ),
        CheckConstraint("state <> 'withdrawn' OR withdrawn_at IS NOT NULL", name="withdrawn_when"),
        CheckConstraint("state <> 'returned' OR return_by IS NOT NULL", name="returned_until"),
        Index("ix_entry_category", "category_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(24), unique=True)
    contest_id: Mapped[int] = mapped_column(ForeignKey("contest.id"))
    category_id: Mapped[int] = mapped_column(ForeignKey("entry_category.id"))
    # Given when it is handed in; says nothing of who made it.
    code: Mapped[str | None] = mapped_column(String(16))
    title: Mapped[str] = mapped_column(String(300))
    search_text: Mapped[str] = mapped_column(String(300))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    entered_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    state: Mapped[EntryState] = mapped_column(default=EntryState.DRAFT)
    # Answers to the category's form, by the id of the field.
    answers: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_at: Mapped[datetime]
    # When its people declared it their own work, not awarded before.
    declared_at: Mapped[datetime | None]
    submitted_at: Mapped[datetime | None]
    # Handed in after the category closed.
    is_late: Mapped[bool] = mapped_column(default=False)
    return_by: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_for: Mapped[str] = mapped_column(String(300), default="")

    contest: Mapped[Contest] = relationship()
    category: Mapped[EntryCategory] = relationship()
    unit: Mapped[Unit | None] = relationship()
    entered_by: Mapped[Account] = relationship()
    members: Mapped[list["EntryMember"]] = relationship(
        order_by="EntryMember.position", cascade="all, delete-orphan"
    )
    files: Mapped[list["EntryFile"]] = relationship(
        order_by="EntryFile.position", back_populates="entry"
    )
    versions: Mapped[list["EntryVersion"]] = relationship(
        order_by="EntryVersion.number", back_populates="entry"
    )


class EntryMember(Model):
    """A person of an entry; the account is known where the person has one here."""

    __table_args__ = (
        UniqueConstraint("entry_id", "position"),
        Index(
            "uq_entry_member_account",
            "entry_id",
            "account_id",
            unique=True,
            sqlite_where=text("account_id IS NOT NULL"),
            postgresql_where=text("account_id IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id", ondelete="CASCADE"))
    position: Mapped[int]
    role: Mapped[MemberRole] = mapped_column(default=MemberRole.MEMBER)
    full_name: Mapped[str] = mapped_column(String(120))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)

    unit: Mapped[Unit | None] = relationship()
    account: Mapped[Account | None] = relationship()


class EntryFile(Model):
    """A file of an entry, kept under its digest, or a link to one elsewhere.

    A redacted copy names the file it stands for: in a blind round judges get it instead.
    """

    __table_args__ = (
        CheckConstraint(
            "(kind = 'file') = (digest <> '') AND (kind = 'link') = (address <> '')",
            name="file_or_link",
        ),
        CheckConstraint("size >= 0", name="has_a_size"),
        CheckConstraint("redacts_id <> id", name="redacts_another"),
        Index("ix_entry_file_entry", "entry_id", "position"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(24), unique=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"))
    position: Mapped[int]
    kind: Mapped[FileKind] = mapped_column(default=FileKind.FILE)
    # The field of the category's form that it answers; empty for a redacted copy.
    field: Mapped[str] = mapped_column(String(24), default="")
    title: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(120), default="")
    # Bytes.
    size: Mapped[int] = mapped_column(BigInteger, default=0)
    # SHA-256, hexadecimal: the same bytes in another year are the same digest.
    digest: Mapped[str] = mapped_column(String(64), default="", index=True)
    address: Mapped[str] = mapped_column(String(500), default="")
    redacts_id: Mapped[int | None] = mapped_column(ForeignKey("entry_file.id"), index=True)
    # Somebody of the staff has looked: it names nobody, and needs no redacted copy.
    is_clear: Mapped[bool] = mapped_column(default=False)
    added_at: Mapped[datetime]
    # Taken out of the entry; versions that hold it keep it.
    removed_at: Mapped[datetime | None]

    entry: Mapped[Entry] = relationship(back_populates="files")


class Upload(Model):
    """A large file on its way: its pieces come one after another, and may come days apart.

    Who comes back with the same file (name, size, moment of its last change) goes on where it
    stopped. Once it is whole and was looked at, it is a file of the entry.
    """

    __table_args__ = (
        CheckConstraint("size >= 1", name="has_a_size"),
        CheckConstraint("received BETWEEN 0 AND size", name="received_in_part"),
        CheckConstraint("(finished_at IS NULL) = (file_id IS NULL)", name="finished_as_a_file"),
        Index("ix_upload_entry", "entry_id", "account_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(24), unique=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    # The field of the form that it answers, or the file that it redacts.
    field: Mapped[str] = mapped_column(String(24), default="")
    redacts_id: Mapped[int | None] = mapped_column(ForeignKey("entry_file.id"))
    name: Mapped[str] = mapped_column(String(200))
    # Bytes, as declared and as received.
    size: Mapped[int] = mapped_column(BigInteger)
    received: Mapped[int] = mapped_column(BigInteger, default=0)
    # Milliseconds since 1970, as the browser has them of the file.
    modified: Mapped[int] = mapped_column(BigInteger)
    begun_at: Mapped[datetime]
    touched_at: Mapped[datetime] = mapped_column(index=True)
    finished_at: Mapped[datetime | None]
    file_id: Mapped[int | None] = mapped_column(ForeignKey("entry_file.id"))

    entry: Mapped[Entry] = relationship()
    account: Mapped[Account] = relationship()
    redacts: Mapped[EntryFile | None] = relationship(foreign_keys=redacts_id)
    file: Mapped[EntryFile | None] = relationship(foreign_keys=file_id)


class EntryVersion(Model):
    """An entry as it was frozen: title, answers, people and files by digest, under one seal."""

    __table_args__ = (UniqueConstraint("entry_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("entry.id"))
    number: Mapped[int]
    content: Mapped[dict[str, Any]]
    # SHA-256 of the content's canonical JSON, as `rules/judging/sealing.py` digests it.
    digest: Mapped[str] = mapped_column(String(64))
    frozen_at: Mapped[datetime]

    entry: Mapped[Entry] = relationship(back_populates="versions")


class Screening(Model):
    """What one screener found in one version of an entry.

    `checks` holds {"passes", "reason"} by the id of the checklist's line.
    """

    __table_args__ = (
        UniqueConstraint("version_id", "screener_id"),
        CheckConstraint("verdict = 'pass' OR reason <> ''", name="refused_with_reason"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("entry_version.id"))
    screener_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    checks: Mapped[dict[str, Any]] = mapped_column(default=dict)
    verdict: Mapped[Verdict]
    reason: Mapped[str] = mapped_column(Text, default="")
    given_at: Mapped[datetime]

    version: Mapped[EntryVersion] = relationship()
    screener: Mapped[Account] = relationship()


class ScreeningAppeal(Model):
    """An entrant's appeal against a rejection, and what somebody else than its screener said."""

    __table_args__ = (
        CheckConstraint(
            "(decided_at IS NULL) = (decided_by_id IS NULL)", name="decided_by_somebody"
        ),
        CheckConstraint("decided_by_id <> made_by_id", name="two_people"),
        Index(
            "uq_screening_appeal_open",
            "version_id",
            unique=True,
            sqlite_where=text("decided_at IS NULL"),
            postgresql_where=text("decided_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(24), unique=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("entry_version.id"))
    made_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    made_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(Text)
    admits: Mapped[bool] = mapped_column(default=False)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[datetime | None]
    decided_for: Mapped[str] = mapped_column(Text, default="")

    version: Mapped[EntryVersion] = relationship()
    made_by: Mapped[Account] = relationship(foreign_keys=made_by_id)
    decided_by: Mapped[Account | None] = relationship(foreign_keys=decided_by_id)
