"""Legal documents that items rest on, with their dates, text and what replaced them."""

from datetime import date

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Model
from questions.rules import validity
from questions.rules.validity import DocumentKind, Validity


class LegalDocument(Model):
    """A document of law or administration: number, issuer, when it is in force."""

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    kind: Mapped[DocumentKind] = mapped_column(
        default=DocumentKind.OTHER, server_default=DocumentKind.OTHER.value
    )
    number: Mapped[str] = mapped_column(String(80))
    title: Mapped[str] = mapped_column(String(400))
    issuer: Mapped[str] = mapped_column(String(160), default="")
    issued_on: Mapped[date | None]
    effective_from: Mapped[date | None]
    effective_to: Mapped[date | None]
    # Which part of it has ended, while the rest stands.
    ended_part: Mapped[str] = mapped_column(String(300), default="", server_default="")
    successor_id: Mapped[int | None] = mapped_column(ForeignKey("legal_document.id"))
    note: Mapped[str] = mapped_column(String(600), default="")
    # Where what is said here was read.
    source: Mapped[str] = mapped_column(String(300), default="", server_default="")
    # Its clauses, as somebody pasted them.
    clauses: Mapped[str] = mapped_column(Text, default="", server_default="", deferred=True)

    successor: Mapped["LegalDocument | None"] = relationship(remote_side=id)

    @property
    def called(self) -> str:
        """The number, or the title of one without a number."""
        return self.number or self.title

    def validity(self, on: date) -> Validity:
        """Return where the document stands on that day, as far as its dates are known."""
        in_part = bool(self.ended_part)
        return validity.validity(self.effective_from, self.effective_to, on, in_part=in_part)

    def is_in_force(self, on: date) -> bool:
        """Say whether the document is in force on that day, as far as its dates are known."""
        return self.validity(on) not in (Validity.NOT_YET, Validity.ENDED)
