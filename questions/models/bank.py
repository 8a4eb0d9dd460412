"""Banks, topics, items, and the versions of an item that never change."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Model
from questions.models.law import LegalDocument
from questions.models.media import Stimulus


class Difficulty(StrEnum):
    """How deep an item goes, as Vietnamese examiners grade it."""

    RECALL = "NB"
    UNDERSTANDING = "TH"
    APPLICATION = "VD"
    HIGH_APPLICATION = "VDC"


class ItemType(StrEnum):
    """The question types of the bank."""

    SINGLE_CHOICE = "single_choice"
    MULTIPLE_CHOICE = "multiple_choice"
    TRUE_FALSE = "true_false"
    STATEMENTS = "statements"
    MATCHING = "matching"
    ORDERING = "ordering"
    SHORT_ANSWER = "short_answer"
    NUMERIC = "numeric"
    CLOZE = "cloze"
    ESSAY = "essay"


class ItemState(StrEnum):
    """Where an item stands in its life; only usable and locked ones are drawn.

    In a bank that is reviewed it goes soạn → thẩm định → duyệt → khóa, which is draft, submitted,
    reviewed, usable, locked.
    """

    DRAFT = "draft"
    # Written, and waiting for somebody else to look it over.
    SUBMITTED = "submitted"
    # Looked over, and waiting for somebody else again to approve it.
    REVIEWED = "reviewed"
    USABLE = "usable"
    # Approved and closed: nobody changes it, and who looks at it is recorded.
    LOCKED = "locked"
    # Its legal basis is not named precisely, or is no longer in force: kept out of papers.
    QUARANTINED = "quarantined"
    RETIRED = "retired"


class Purpose(StrEnum):
    """What an item may be drawn for: never for both, practice would give it away."""

    OFFICIAL = "official"
    PRACTICE = "practice"


# Items in these states may stand in new papers.
DRAWN = (ItemState.USABLE, ItemState.LOCKED)


class ReviewSteps(StrEnum):
    """How many people see an item of a bank before it may be drawn."""

    # Whoever writes it may use it.
    NONE = "none"
    # Another person reviews and approves it in one step.
    ONE = "one"
    # One other person reviews it, and yet another approves it.
    TWO = "two"


class Bank(Model):
    """A set of items that the same people look after."""

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(24), unique=True)
    title: Mapped[str] = mapped_column(String(200))
    review_steps: Mapped[ReviewSteps] = mapped_column(
        default=ReviewSteps.NONE, server_default=ReviewSteps.NONE.value
    )
    created_at: Mapped[datetime]


class Topic(Model):
    """A node of the topic tree; an area of an earlier programme names its successor."""

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("topic.id"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    era: Mapped[str] = mapped_column(String(20), default="")
    successor_id: Mapped[int | None] = mapped_column(ForeignKey("topic.id"))


class Item(Model):
    """A question of the bank; what it says is in its versions."""

    __table_args__ = (
        UniqueConstraint("bank_id", "code"),
        Index("ix_item_bank_state", "bank_id", "state", "purpose"),
        Index("ix_item_rivals", "bank_id", "rivals"),
        Index("ix_item_facility", "bank_id", "facility_ppm"),
        Index("ix_item_exposure", "bank_id", "exposure"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(24), unique=True)
    bank_id: Mapped[int] = mapped_column(ForeignKey("bank.id"))
    code: Mapped[str] = mapped_column(String(40))
    topic_id: Mapped[int | None] = mapped_column(ForeignKey("topic.id"), index=True)
    difficulty: Mapped[Difficulty | None]
    type: Mapped[ItemType]
    state: Mapped[ItemState] = mapped_column(default=ItemState.DRAFT)
    # Why it is quarantined or retired, in the words of whoever decided.
    reason: Mapped[str] = mapped_column(String(300), default="")
    purpose: Mapped[Purpose] = mapped_column(default=Purpose.OFFICIAL)
    # Items of one group hint at each other and never share a paper.
    rivals: Mapped[str] = mapped_column(String(40), default="")
    current_id: Mapped[int | None] = mapped_column(
        ForeignKey("item_version.id", use_alter=True, name="fk_item_current_id_item_version")
    )
    import_id: Mapped[int | None] = mapped_column(ForeignKey("item_import.id"), index=True)
    author_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    created_at: Mapped[datetime]
    # Stem and options of the current version without marks, for searching.
    search_text: Mapped[str] = mapped_column(Text, default="")
    # What the newest round that asked the current version says of it, in millionths: the share
    # right, the correlation with the rest. Empty: never asked enough. `calibrating` keeps them.
    facility_ppm: Mapped[int | None]
    discrimination_ppm: Mapped[int | None]
    # Its warnings, each between commas, as `rules/flagging.py` writes them.
    flags: Mapped[str] = mapped_column(String(120), default="", server_default="")
    # In how many papers of the rounds that are over any version of it stood.
    exposure: Mapped[int] = mapped_column(default=0, server_default="0")

    topic: Mapped[Topic | None] = relationship()
    current: Mapped["ItemVersion | None"] = relationship(foreign_keys=current_id, post_update=True)


class ItemVersion(Model):
    """One wording of an item with its options, key and legal basis; once written, never changed."""

    __table_args__ = (
        UniqueConstraint("item_id", "number"),
        CheckConstraint("number > 0", name="counts_from_one"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"), index=True)
    number: Mapped[int]
    type: Mapped[ItemType]
    stem: Mapped[str] = mapped_column(Text)
    # What the type asks and what is right: each module of `questions.types` says its own shape.
    # Besides, for any type, `media`: where which picture or sound stands.
    content: Mapped[dict[str, Any]]
    # The passage that this and other items ask about.
    stimulus_id: Mapped[int | None] = mapped_column(ForeignKey("stimulus.id"), index=True)
    explanation: Mapped[str] = mapped_column(Text, default="")
    document_id: Mapped[int | None] = mapped_column(ForeignKey("legal_document.id"), index=True)
    clause: Mapped[str] = mapped_column(String(300), default="")
    quote: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    # Digest of type, stem and content: `verify` compares it.
    digest: Mapped[str] = mapped_column(String(64))

    item: Mapped[Item] = relationship(foreign_keys=item_id)
    document: Mapped[LegalDocument | None] = relationship()
    stimulus: Mapped[Stimulus | None] = relationship()


class ImportState(StrEnum):
    """Where an import stands."""

    # A job is reading the file.
    READING = "reading"
    FAILED = "failed"
    OPEN = "open"
    APPLIED = "applied"
    UNDONE = "undone"
    DROPPED = "dropped"


class ItemImport(Model):
    """A file that was read and waits to be agreed to; the bank knows nothing of it until then."""

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(24), unique=True)
    bank_id: Mapped[int] = mapped_column(ForeignKey("bank.id"), index=True)
    # None: read in from the shell.
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    file_name: Mapped[str] = mapped_column(String(200))
    file_digest: Mapped[str] = mapped_column(String(64))
    state: Mapped[ImportState] = mapped_column(default=ImportState.OPEN)
    # What was understood, question by question, with the person's corrections, and every doubt.
    drafts: Mapped[list[Any]]
    messages: Mapped[list[Any]]
    # The file's own lines, to be looked at beside what was understood.
    lines: Mapped[list[Any]] = mapped_column(default=list)
    # A large file, until the job has read it.
    content: Mapped[bytes | None] = mapped_column(LargeBinary)
    # The job that reads or writes a large file, by its public id.
    job: Mapped[str] = mapped_column(String(24), default="")
    written: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]

    bank: Mapped[Bank] = relationship()
