"""Creating accounts and keeping them right: contact, unit, password, language, deactivation."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy.exc import IntegrityError

from accounts import auditing, authenticating, granting, queries
from accounts.errors import EmailTaken, PasswordRefused, PhoneTaken, RosterOverlaps
from accounts.models import Account, BrowserSession, Unit
from accounts.rules import contacting, naming, passwords
from accounts.rules.staff import StaffCategory
from core import ids
from core.db import atomic, db, lock
from core.saying import Sentence
from core.text import search_key


@dataclass(frozen=True, slots=True)
class Applicant:
    """Who an account is made for. Values are as they are stored; the password is hashed before."""

    full_name: str
    phone: str | None = None
    email: str | None = None
    password_hash: str | None = field(default=None, repr=False)
    unit: Unit | None = None
    # What the person wrote where the unit was not found.
    unit_claim: str = ""
    category: StaffCategory | None = None
    one_stop: bool = False
    birth_date: date | None = None
    # The given name, where it is known: lists sort by it.
    sort_by: str | None = None
    locale: str = "vi"


@atomic()
def register(applicant: Applicant, *, at: datetime, actor: Account | None = None) -> Account:
    """Make an account; `actor` is who makes it for the person, nobody when it is the person.

    Raise `PhoneTaken` or `EmailTaken` when there is one already.
    """
    check_free(applicant.phone, applicant.email)
    account = _account(applicant, at=at)
    _insert(account)
    auditing.record(actor or account, "account.registered", f"account:{account.public_id}")
    return account


@atomic()
def register_many(
    actor: Account, applicants: Sequence[Applicant], *, at: datetime
) -> list[Account]:
    """Make the accounts of a roster: all of them, or none when one number or address is taken."""
    accounts = [_account(applicant, at=at) for applicant in applicants]
    try:
        with db.session.begin_nested():
            db.session.add_all(accounts)
    except IntegrityError as taken:
        raise RosterOverlaps from taken
    for account in accounts:
        auditing.record(actor, "account.registered", f"account:{account.public_id}")
    return accounts


def _account(applicant: Applicant, *, at: datetime) -> Account:
    return Account(
        public_id=ids.public_id(),
        phone=applicant.phone,
        email=applicant.email,
        password_hash=applicant.password_hash,
        unit=applicant.unit,
        unit_claim=applicant.unit_claim,
        category=applicant.category,
        one_stop=applicant.one_stop,
        birth_date=applicant.birth_date,
        locale=applicant.locale,
        created_at=at,
        **named(applicant.full_name, applicant.sort_by),
    )


def named(full_name: str, sort_by: str | None = None) -> dict[str, str]:
    """Return the columns that follow from a name."""
    name = naming.tidy(full_name)
    return {
        "full_name": name,
        "sort_key": naming.name_sort_key(name, sort_by)[:600],
        "search_text": search_key(name)[:200],
    }


def check_free(phone: str | None, email: str | None) -> None:
    """Raise `PhoneTaken` or `EmailTaken` when an account has the number or the address."""
    if phone and queries.account_of_phone(phone) is not None:
        raise PhoneTaken(phone=contacting.show_phone(phone))
    if email and queries.account_of_email(email) is not None:
        raise EmailTaken(email=email)


def _insert(account: Account) -> None:
    """Write the account; on PostgreSQL another may have taken the number since it was looked up."""
    try:
        with db.session.begin_nested():
            db.session.add(account)
    except IntegrityError as taken:
        if account.phone:
            raise PhoneTaken(phone=contacting.show_phone(account.phone)) from taken
        raise EmailTaken(email=account.email or "") from taken


# --- What a person may change ------------------------------------------------------------------


@atomic()
def rename(actor: Account, account: Account, full_name: str) -> None:
    """Correct a person's name."""
    if naming.tidy(full_name) == account.full_name:
        return
    before = account.full_name
    for column, value in named(full_name).items():
        setattr(account, column, value)
    auditing.record(
        actor, "account.renamed", f"account:{account.public_id}", old=before, new=account.full_name
    )


@atomic()
def place(
    actor: Account,
    account: Account,
    unit: Unit | None,
    *,
    category: StaffCategory | None,
    one_stop: bool = False,
    claim: str = "",
) -> None:
    """Say in which unit a person is, and as what."""
    before = account.unit.public_id if account.unit else None
    account.unit, account.unit_claim = unit, "" if unit else claim
    account.category, account.one_stop = category, one_stop
    auditing.record(
        actor,
        "account.placed",
        f"account:{account.public_id}",
        old=before,
        new=unit.public_id if unit else None,
        category=category,
        one_stop=one_stop,
    )


@atomic()
def change_contact(
    actor: Account, account: Account, *, phone: str | None, email: str | None
) -> None:
    """Change the number and the address a person is reached and signs in by."""
    lock(account)
    check_free(phone if phone != account.phone else None, email if email != account.email else None)
    changed = [
        name
        for name, old, new in (("phone", account.phone, phone), ("email", account.email, email))
        if old != new
    ]
    if not changed:
        return
    account.phone, account.email = phone, email
    _insert(account)
    auditing.record(
        actor, "account.contact_changed", f"account:{account.public_id}", changed=changed
    )


@atomic()
def speak(account: Account, locale: str) -> None:
    """Remember the language a person reads."""
    account.locale = locale


@atomic()
def view_as(account: Account, view: str) -> None:
    """Remember how pages shall look to a person."""
    account.viewing = view


def set_password(
    account: Account,
    password: str,
    *,
    is_staff: bool,
    has_factor: bool,
    keep: BrowserSession | None = None,
) -> None:
    """Give the account a password of the person's choice; other browsers are signed out.

    Raise `PasswordRefused` with the reason when it is too short, too common or tells of them.
    """
    faults = password_faults(account, password, is_staff=is_staff, has_factor=has_factor)
    if faults:
        raise PasswordRefused(faults[0].message, **faults[0].values)
    _keep_password(account, authenticating.hash_password(password), keep)


def password_faults(
    account: Account | None, password: str, *, is_staff: bool, has_factor: bool
) -> tuple[Sentence, ...]:
    """Return why the password is not accepted: nothing if it is."""
    context = [] if account is None else [account.full_name, account.phone or ""]
    if account is not None and account.unit is not None:
        context.append(account.unit.name)
    return passwords.check(password, is_staff=is_staff, has_totp=has_factor, context=context)


@atomic()
def _keep_password(account: Account, hashed: str, keep: BrowserSession | None) -> None:
    lock(account)
    account.password_hash, account.failures, account.blocked_until = hashed, 0, None
    auditing.record(account, "account.password_set", f"account:{account.public_id}")
    authenticating.close_all(account, but=keep)


# --- What the administrator may do -------------------------------------------------------------


@atomic()
def deactivate(actor: Account, account: Account, *, reason: str, at: datetime) -> None:
    """Close an account: nobody signs in by it any more; what it did stays.

    Raise `LastAdministrator` when nobody could give roles any more.
    """
    if account.deactivated_at is not None:
        return
    granting.check_can_go(account, at=at)
    account.deactivated_at = at
    authenticating.close_all(account)
    auditing.record(actor, "account.deactivated", f"account:{account.public_id}", reason=reason)


@atomic()
def reactivate(actor: Account, account: Account, *, reason: str) -> None:
    """Open an account again that was closed, unless it was erased."""
    if account.deactivated_at is None or account.erased_at is not None:
        return
    account.deactivated_at = None
    auditing.record(actor, "account.reactivated", f"account:{account.public_id}", reason=reason)


@atomic()
def reveal(actor: Account, account: Account, *, purpose: str) -> None:
    """Record that somebody looked at the contact of a person in full, and what for."""
    auditing.record(actor, "account.revealed", f"account:{account.public_id}", purpose=purpose)
