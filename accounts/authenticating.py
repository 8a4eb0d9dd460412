"""Signing in and out: passwords, wrong ones delayed, sessions, and how long they last."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    BindParameter,
    Connection,
    Executable,
    bindparam,
    case,
    delete,
    or_,
    select,
    update,
)

from accounts import auditing, credentials, queries
from accounts.credentials import HAS_FACTOR, STILL_PLAIN, Credentials, Person, read_name
from accounts.errors import SignInRefused
from accounts.hashing import hasher
from accounts.models import Account, BrowserSession, SignInSlip
from accounts.rules.authorizing import STAFF
from core import ids, writer
from core.db import UTCDateTime, atomic, db
from core.errors import TooMany
from core.saying import Unreadable
from core.text import N_

IDLE = {True: timedelta(minutes=30), False: timedelta(hours=2)}
LONGEST = {True: timedelta(hours=12), False: timedelta(hours=24)}
FRESH = timedelta(minutes=5)
TOUCH_EVERY = timedelta(minutes=1)
# How long a session outlives the attempt it was held for.
AFTER_ATTEMPT = timedelta(minutes=30)
MOST_STAFF_SESSIONS = 3
FREE_FAILURES = 3
LONGEST_DELAY = 900
MOST_FAILURES = 100
STOPPED = N_("Too many wrong passwords. Ask your unit’s officer or the secretariat for a new slip.")

# Prebuilt: many people sign in during the minutes before a round opens.
_ACCOUNT: Any = Account.__table__
_SESSION: Any = BrowserSession.__table__
_OWN = _ACCOUNT.c.id == bindparam("account")
_TRIES = select(_ACCOUNT.c.failures, _ACCOUNT.c.blocked_until).where(_OWN).with_for_update()
_COUNT = (
    update(_ACCOUNT)
    .where(_OWN)
    .values(failures=bindparam("count"), blocked_until=bindparam("until", type_=UTCDateTime()))
)
_ACCEPT = (
    update(_ACCOUNT)
    .where(_OWN)
    .values(
        failures=case((HAS_FACTOR, _ACCOUNT.c.failures), else_=0),
        blocked_until=None,
    )
)
_UNTIL: BindParameter[datetime] = bindparam("until", type_=UTCDateTime())
# What `hold` does, also for many at once.
HOLDING: Executable = (
    update(_SESSION)
    .where(
        _SESSION.c.public_id == bindparam("session"),
        or_(_SESSION.c.held_until.is_(None), _SESSION.c.held_until < _UNTIL),
    )
    .values(held_until=_UNTIL)
)
_NEWEST = (
    select(_SESSION.c.id)
    .where(_SESSION.c.account_id == bindparam("account"))
    .order_by(_SESSION.c.seen_at.desc(), _SESSION.c.id.desc())
    .limit(MOST_STAFF_SESSIONS)
)
_OLD_ONES = delete(_SESSION).where(
    _SESSION.c.account_id == bindparam("account"), _SESSION.c.id.not_in(_NEWEST)
)


# --- Passwords ---------------------------------------------------------------------------------


def hash_password(password: str) -> str:
    """Return what is stored of a password. Call it outside a transaction: it takes its time.

    Raise `TooMany` when the machine is busy hashing for others.
    """
    hashed: str = hasher.ask("hash", password)
    return hashed


def is_password_of(account: Account | None, password: str) -> bool:
    """Say whether it is the account's password; nobody's takes as long as somebody's.

    Nothing of the database is held meanwhile; the account is read anew afterwards.
    """
    stored = account.password_hash if account and account.is_active else None
    return _is_right(stored, password)


def _is_right(stored: str | None, password: str) -> bool:
    db.session.rollback()
    return hasher.ask("verify", stored, password) is True


def delay_after(failures: int) -> timedelta:
    """Return how long to wait after so many failures in a row: 0, 0, 0, 1, 2, 4 … 900 seconds."""
    if failures <= FREE_FAILURES:
        return timedelta(0)
    doubled = min(failures - FREE_FAILURES - 1, LONGEST_DELAY.bit_length())
    return timedelta(seconds=min(2**doubled, LONGEST_DELAY))


def account_named(name: str) -> Account | None:
    """Return the account with that phone number or e-mail address, however it is written."""
    try:
        way, known = read_name(name)
    except Unreadable:
        return None
    return queries.account_of_email(known) if way == "email" else queries.account_of_phone(known)


def sign_in(name: str, password: str, *, at: datetime) -> Credentials:
    """Return whom the name and the password let in, second factor or not.

    What others did while the password was looked at counts: of many tries at once as many are
    answered as one after the other, right ones or wrong. Raise `SignInRefused`, or `TooMany` while
    the account has to wait.
    """
    return _still(_proved(name, password, at=at), at=at)


def sign_in_at_once(name: str, password: str, *, device: str, at: datetime) -> str | Credentials:
    """Sign a browser in where the password alone lets in; return the token for its cookie.

    That nothing has changed meanwhile is seen as the session is written. Otherwise return what
    `sign_in` does; so it is also refused.
    """
    found = _proved(name, password, at=at)
    if found.is_plain:
        token = _open(found, device=device, at=at, only_of=found)
        if token:
            return token
    return _still(found, at=at)


def _proved(name: str, password: str, *, at: datetime) -> Credentials:
    """Return whose name and password these are, as they were before the password was looked at."""
    try:
        way = read_name(name)
    except Unreadable:
        raise SignInRefused from None
    found = credentials.of_name(*way, at=at)
    if found is not None:
        _check_turn(found.failures, found.blocked_until, at=at)
    is_right = _is_right(found.stored if found else None, password)
    if found is not None and not is_right:
        count_try(found, at=at)
    if found is None or not is_right:
        raise SignInRefused
    return found


def _still(found: Credentials, *, at: datetime) -> Credentials:
    """Return what is known by now of whom the password let in; forget the failures before."""
    known = credentials.of_name("id", found.id, at=at)
    if known is None or known.stored != found.stored:
        raise SignInRefused
    _check_turn(known.failures, known.blocked_until, at=at)
    if known.failures or known.blocked_until is not None:
        accept_password(known)
    return known


def _check_turn(failures: int, blocked_until: datetime | None, *, at: datetime) -> None:
    """Raise `TooMany` while it is too early, `SignInRefused` after too many failures."""
    if failures >= MOST_FAILURES:
        raise SignInRefused(STOPPED)
    if blocked_until is not None and at < blocked_until:
        left = (blocked_until - at).total_seconds()
        raise TooMany(retry_after=max(1, round(left)))


def count_try(account: Person, *, at: datetime) -> None:
    """Count a try as failed until it is `forgive`n. Raise `TooMany` while it is too early."""
    account_id = account.id
    db.session.rollback()

    def count(connection: Connection) -> None:
        failures, blocked_until = connection.execute(_TRIES, {"account": account_id}).one()
        _check_turn(failures, blocked_until, at=at)
        until = at + delay_after(failures + 1)
        counted = {"account": account_id, "count": failures + 1, "until": until}
        connection.execute(_COUNT, counted)

    writer.run(count)


def accept_password(account: Person) -> None:
    """Forget the failures where nothing more is asked than the password.

    Before a second factor they stay: else whoever knows the password could guess digits for ever.
    """
    known = {"account": account.id}
    db.session.rollback()
    writer.run(lambda connection: connection.execute(_ACCEPT, known), apart=False)


@atomic()
def forgive(account: Account) -> None:
    """Forget the failures of an account whose person has proved to be who they say."""
    account.failures, account.blocked_until = 0, None


# --- Sessions ----------------------------------------------------------------------------------


def digest_of(token: str) -> str:
    """Return what is stored of a session's token."""
    return hashlib.sha256(token.encode()).hexdigest()


def is_staff(account: Account, *, at: datetime) -> bool:
    """Say whether the account holds a role of the staff at that moment."""
    return any(grant.role in STAFF for grant in queries.grants_of(account.id, at=at))


def open_session(account: Person, *, is_staff: bool, device: str, at: datetime) -> str:
    """Sign a browser in; return the token for its cookie, which is kept nowhere.

    A member of the staff has at most three browsers: the one not seen for longest goes.
    """
    own = {"account": account.id}
    token = _open(account, device=device, at=at, is_staff=is_staff)
    if is_staff:
        # In a turn of its own: who dies in between has one browser too many until the next.
        writer.run(lambda on: on.execute(_OLD_ONES, own), apart=False)
    return token


def _open(
    account: Person,
    *,
    device: str,
    at: datetime,
    is_staff: bool = False,
    only_of: Credentials | None = None,
) -> str:
    """Write a session and that it was opened; return its token, "" where it is `only_of` others."""
    token, own = secrets.token_urlsafe(32), (account.id, account.public_id)
    row = {
        "public_id": ids.public_id(),
        "digest": digest_of(token),
        "account_id": own[0],
        "is_staff": is_staff,
        "device": device[:120],
        "created_at": at,
        "seen_at": at,
        "expires_at": at + LONGEST[is_staff],
        "stepped_up_at": at,
    }
    told = {"device": row["device"]}
    entry = auditing.Told(own, "session.opened", f"account:{own[1]}", auditing.PLATFORM, told)
    db.session.rollback()
    if only_of is None:
        auditing.add_recorded(_SESSION, row, entry)
        return token
    known = {"account": only_of.id, "stored": only_of.stored, "at": at}
    is_in = auditing.add_recorded(_SESSION, row, entry, only=STILL_PLAIN, going_by=known)
    return token if is_in else ""


def is_alive(session: BrowserSession, *, at: datetime) -> bool:
    """Say whether the session still signs its account in; an attempt keeps it alive."""
    if not session.account.is_active:
        return False
    if session.held_until is not None and at < session.held_until:
        return True
    return at < session.expires_at and at < session.seen_at + IDLE[session.is_staff]


@atomic()
def touch(session: BrowserSession, *, at: datetime) -> None:
    """Note that the browser was seen."""
    session.seen_at = at


def hold(session: str, until: datetime) -> None:
    """Keep a session alive until then, whatever the idle limit: an attempt is being taken.

    It is named by its public id. Nothing is done where it is held for longer already.
    """
    held = {"session": session, "until": until}
    writer.run(lambda connection: connection.execute(HOLDING, held), apart=False)


@atomic()
def step_up(session: BrowserSession, *, at: datetime) -> str:
    """Note that the person has proved to be who they say; return the browser's new token."""
    token = secrets.token_urlsafe(32)
    session.digest, session.stepped_up_at, session.seen_at = digest_of(token), at, at
    account = session.account
    auditing.record(account, "session.stepped_up", f"account:{account.public_id}")
    return token


@atomic()
def close_session(session: BrowserSession) -> None:
    """Sign a browser out."""
    account = session.account
    auditing.record(account, "session.closed", f"account:{account.public_id}")
    db.session.delete(session)


@atomic()
def close_all(account: Account, *, but: BrowserSession | None = None) -> int:
    """Sign every browser of an account out, except one; return how many there were."""
    closed = 0
    for row in queries.sessions_of(account.id):
        if but is None or row.id != but.id:
            db.session.delete(row)
            closed += 1
    if closed:
        auditing.record(account, "session.all_closed", f"account:{account.public_id}")
    return closed


@atomic()
def clean(*, at: datetime) -> int:
    """Take away sessions and slips that are over; return how many."""
    ended = select(BrowserSession.id).where(
        BrowserSession.expires_at < at,
        (BrowserSession.held_until.is_(None)) | (BrowserSession.held_until < at),
    )
    gone = db.session.scalars(
        delete(BrowserSession).where(BrowserSession.id.in_(ended)).returning(BrowserSession.id)
    ).all()
    month_ago = at - timedelta(days=30)
    slips = db.session.scalars(
        delete(SignInSlip).where(SignInSlip.expires_at < month_ago).returning(SignInSlip.id)
    ).all()
    return len(gone) + len(slips)
