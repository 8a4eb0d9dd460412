"""Views of a bank that a person keeps: a name for what was looked for."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Model


class SavedView(Model):
    """What one person looks for in one bank, to be opened again."""

    __table_args__ = (UniqueConstraint("account_id", "bank_id", "title"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(24), unique=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    bank_id: Mapped[int] = mapped_column(ForeignKey("bank.id"), index=True)
    title: Mapped[str] = mapped_column(String(80))
    # The query of the list's address, only with the parameters that the list knows.
    query: Mapped[str] = mapped_column(String(1000))
    created_at: Mapped[datetime]
