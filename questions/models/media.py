"""Pictures and sounds of items, and passages that several items ask about; never changed."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Model


class MediaKind(StrEnum):
    """What a file beside an item is."""

    PICTURE = "picture"
    SOUND = "sound"


class Media(Model):
    """A picture or a sound as it is served: checked and encoded anew when it came in."""

    __table_args__ = (UniqueConstraint("bank_id", "digest"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(24), unique=True)
    bank_id: Mapped[int] = mapped_column(ForeignKey("bank.id"))
    kind: Mapped[MediaKind]
    # The type of content it is served as.
    mime: Mapped[str] = mapped_column(String(40))
    # Of the content as it is kept.
    digest: Mapped[str] = mapped_column(String(64))
    file_name: Mapped[str] = mapped_column(String(200), default="")
    # In pixels; None for a sound.
    width: Mapped[int | None]
    height: Mapped[int | None]
    # In milliseconds; None for a picture.
    duration_ms: Mapped[int | None]
    size: Mapped[int]
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))


class Stimulus(Model):
    """A passage, a table or a case that several items ask about; a change writes another row."""

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(24), unique=True)
    bank_id: Mapped[int] = mapped_column(ForeignKey("bank.id"), index=True)
    title: Mapped[str] = mapped_column(String(200), default="")
    text: Mapped[str] = mapped_column(Text)
    # As `media` in the content of an item version.
    media: Mapped[list[Any]] = mapped_column(default=list)
    # The wording that this one took the place of.
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("stimulus.id"))
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
