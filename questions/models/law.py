"""Legal documents that items rest on, with their dates and what replaced them."""

from datetime import date

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.db import Model


class LegalDocument(Model):
    """A document of law or administration: number, issuer, when it is in force."""

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), unique=True)
    number: Mapped[str] = mapped_column(String(80))
    title: Mapped[str] = mapped_column(String(400))
    issuer: Mapped[str] = mapped_column(String(160), default="")
    issued_on: Mapped[date | None]
    effective_from: Mapped[date | None]
    effective_to: Mapped[date | None]
    successor_id: Mapped[int | None] = mapped_column(ForeignKey("legal_document.id"))
    note: Mapped[str] = mapped_column(String(600), default="")

    successor: Mapped["LegalDocument | None"] = relationship(remote_side=id)

    def is_in_force(self, on: date) -> bool:
        """Say whether the document is in force on that day, as far as its dates are known."""
        begun = self.effective_from is None or self.effective_from <= on
        return begun and (self.effective_to is None or on <= self.effective_to)
