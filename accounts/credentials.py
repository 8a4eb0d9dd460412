"""What signing in goes by: a password, failures, a second factor, and work for the staff."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import and_, bindparam, exists, or_, select

from accounts.errors import SignInRefused
from accounts.models import Account, Grant, SecondFactor
from accounts.rules import contacting
from accounts.rules.authorizing import STAFF
from core.db import UTCDateTime, reading

# Prebuilt: many people sign in during the minutes before a round opens.
_ACCOUNT: Any = Account.__table__
_GRANT: Any = Grant.__table__
HAS_FACTOR = exists().where(
    SecondFactor.account_id == _ACCOUNT.c.id, SecondFactor.confirmed_at.is_not(None)
)
_NOW = bindparam("at", type_=UTCDateTime())
_STAFF = exists().where(
    _GRANT.c.account_id == _ACCOUNT.c.id,
    or_(*[_GRANT.c.role == role for role in sorted(STAFF)]),
    _GRANT.c.valid_from <= _NOW,
    or_(_GRANT.c.valid_to.is_(None), _GRANT.c.valid_to > _NOW),
)
_USABLE = and_(_ACCOUNT.c.deactivated_at.is_(None), _ACCOUNT.c.erased_at.is_(None))
_KNOWN = select(
    *(_ACCOUNT.c.id, _ACCOUNT.c.public_id, _ACCOUNT.c.password_hash),
    *(_ACCOUNT.c.failures, _ACCOUNT.c.blocked_until, HAS_FACTOR, _STAFF),
).where(_USABLE)
# That an account still asks for the password alone, for this one, and keeps nobody waiting.
STILL_PLAIN = exists().where(
    _ACCOUNT.c.id == bindparam("account"),
    _ACCOUNT.c.password_hash == bindparam("stored"),
    _ACCOUNT.c.failures == 0,
    _ACCOUNT.c.blocked_until.is_(None),
    _USABLE,
    ~HAS_FACTOR,
    ~_STAFF,
)
_KNOWN_BY = {
    way: _KNOWN.where(_ACCOUNT.c[way] == bindparam("name")) for way in ("id", "phone", "email")
}


class Person(Protocol):
    """Whoever is known by an id and a public id: an account, or `Credentials`."""

    @property
    def id(self) -> int:
        """The id of the account."""

    @property
    def public_id(self) -> str:
        """The public id of the account."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """What is known of whoever signs in by that name, read by one statement."""

    id: int
    public_id: str
    stored: str | None = field(repr=False)
    failures: int
    blocked_until: datetime | None
    has_factor: bool
    is_staff: bool

    @property
    def is_plain(self) -> bool:
        """Say whether the password alone lets in, and no failure has to be forgotten."""
        waits = self.failures or self.blocked_until is not None
        return not (self.has_factor or self.is_staff or waits)


def read_name(name: str) -> tuple[str, str]:
    """Return which way in a name is, and how it is stored. Raise `Unreadable`."""
    if "@" in name:
        return "email", contacting.read_email(name)
    return "phone", contacting.read_phone(name)


def of_account(account: Account, *, at: datetime) -> Credentials:
    """Return what signing in needs of an account. Raise `SignInRefused` if it may not be used."""
    found = of_name("id", account.id, at=at)
    if found is None:
        raise SignInRefused
    return found


def of_name(way: str, name: str | int, *, at: datetime) -> Credentials | None:
    """Return the credentials of an account that may be used: by its id, phone number or address."""
    with reading() as connection:
        row = connection.execute(_KNOWN_BY[way], {"name": name, "at": at}).first()
    return Credentials(*row) if row else None
