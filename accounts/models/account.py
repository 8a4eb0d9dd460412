"""Accounts, the ways to sign in to them, the grants they hold and the consents they gave."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from accounts.models.unit import Unit
from accounts.rules.authorizing import Role, ScopeKind
from accounts.rules.staff import StaffCategory
from core.db import Model


class Account(Model):
    """A person; whether the person can sign in depends on the credentials that exist."""

    __table_args__ = (Index("ix_account_search_text", "search_text"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(24), unique=True)
    full_name: Mapped[str] = mapped_column(String(120))
    # Last word, clan name or whole name first, as the person's people write it.
    sort_key: Mapped[str] = mapped_column(String(600), default="")
    search_text: Mapped[str] = mapped_column(String(200), default="")
    birth_date: Mapped[date | None]
    phone: Mapped[str | None] = mapped_column(String(16), unique=True)
    email: Mapped[str | None] = mapped_column(String(254), unique=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    # What the person wrote where the unit was not found; the secretariat settles it.
    unit_claim: Mapped[str] = mapped_column(String(200), default="")
    category: Mapped[StaffCategory | None]
    one_stop: Mapped[bool] = mapped_column(default=False)
    locale: Mapped[str] = mapped_column(String(5), default="vi")
    # How pages look to the person (core/viewing.py); empty until something was chosen.
    viewing: Mapped[str] = mapped_column(String(24), default="", server_default="")
    password_hash: Mapped[str | None] = mapped_column(String(200))
    failures: Mapped[int] = mapped_column(default=0)
    blocked_until: Mapped[datetime | None]
    created_at: Mapped[datetime]
    deactivated_at: Mapped[datetime | None]
    erased_at: Mapped[datetime | None]

    unit: Mapped[Unit | None] = relationship()

    # What Flask-Login asks of whoever is signed in; a stranger is its own anonymous user.
    is_authenticated = True
    is_anonymous = False

    def get_id(self) -> str:
        """Return the id that Flask-Login knows the account by."""
        return self.public_id

    @property
    def is_active(self) -> bool:
        """Say whether the account may be used."""
        return self.deactivated_at is None and self.erased_at is None


class SignInSlip(Model):
    """A code issued to a person to sign in with; only its keyed digest is kept."""

    __table_args__ = (CheckConstraint("uses_left >= 0", name="not_negative"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    issued_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    issued_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    # None: as often as needed until it expires (demo people, a supervised room).
    uses_left: Mapped[int | None]
    # Issued to somebody who forgot the password: the old one ends when the slip is used.
    resets: Mapped[bool] = mapped_column(default=False)

    account: Mapped[Account] = relationship(foreign_keys=account_id)


class SecondFactor(Model):
    """The time-based one-time code of a member of the staff, and the spare codes left."""

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), unique=True)
    # Sealed with a key drawn from the installation's secret.
    sealed_secret: Mapped[str] = mapped_column(String(300))
    confirmed_at: Mapped[datetime | None]
    last_step: Mapped[int] = mapped_column(default=0)
    spare_digests: Mapped[str] = mapped_column(String(1000), default="")


class BrowserSession(Model):
    """A signed-in browser; the cookie holds a random id, the row only its digest."""

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(24), unique=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    is_staff: Mapped[bool] = mapped_column(default=False)
    device: Mapped[str] = mapped_column(String(120), default="")
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    # Until when the idle limit does not apply: an attempt is being taken.
    held_until: Mapped[datetime | None]
    stepped_up_at: Mapped[datetime | None]

    account: Mapped[Account] = relationship()


class Grant(Model):
    """A role somebody holds: everywhere, or in one unit, contest, round or bank."""

    __tablename__ = "role_grant"
    __table_args__ = (
        UniqueConstraint("account_id", "role", "scope_kind", "scope_id", "valid_from"),
        Index("ix_role_grant_scope", "scope_kind", "scope_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    role: Mapped[Role]
    scope_kind: Mapped[ScopeKind]
    # 0 for the platform, else the id of the unit, contest, round or bank.
    scope_id: Mapped[int] = mapped_column(default=0)
    valid_from: Mapped[datetime]
    valid_to: Mapped[datetime | None]
    granted_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))

    account: Mapped[Account] = relationship(foreign_keys=account_id)


class Consent(Model):
    """What a person agreed to, for one purpose, with the words shown and when."""

    __table_args__ = (Index("ix_consent_account_purpose", "account_id", "purpose"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    purpose: Mapped[str] = mapped_column(String(60))
    # The contest it was given for; empty: for the account itself.
    subject: Mapped[str] = mapped_column(String(60), default="")
    wording: Mapped[str] = mapped_column(String(500))
    given_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
