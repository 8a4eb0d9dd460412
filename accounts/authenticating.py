"""Signing in and out: passwords, wrong ones delayed, sessions, and how long they last."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    BindParameter,
    Connection,
    Executable,
    String,
    bindparam,
    case,
    delete,
    exists,
    insert,
    select,
    update,
)

from accounts import auditing, queries
from accounts.errors import SignInRefused
from accounts.hashing import hasher
from accounts.models import Account, BrowserSession, SecondFactor, SignInSlip
from accounts.rules import contacting
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
_HAS_FACTOR = exists().where(
    SecondFactor.account_id == bindparam("account"), SecondFactor.confirmed_at.is_not(None)
)
_ACCEPT = (
    update(_ACCOUNT)
    .where(_OWN)
    .values(
        failures=case((_HAS_FACTOR & (_ACCOUNT.c.failures > 1), _ACCOUNT.c.failures - 1), else_=0),
        blocked_until=None,
    )
)
_OPEN = insert(_SESSION)
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
    """Say whether it is the account's password; nobody's takes as long as somebody's."""
    stored = account.password_hash if account and account.is_active else None
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
        if "@" in name:
            return queries.account_of_email(contacting.read_email(name))
        return queries.account_of_phone(contacting.read_phone(name))
    except Unreadable:
        return None


def sign_in(name: str, password: str, *, at: datetime) -> Account:
    """Return the account that the name and the password open.

    The try is counted before the password is looked at, so that many at once are not faster.
    Raise `SignInRefused`, or `TooMany` while the account has to wait.
    """
    account = account_named(name)
    if account is not None:
        count_try(account, at=at)
    if not is_password_of(account, password) or account is None:
        raise SignInRefused
    accept_password(account)
    return account


def count_try(account: Account, *, at: datetime) -> None:
    """Count a try as failed until it is `forgive`n. Raise `TooMany` while it is too early."""
    account_id = account.id
    db.session.rollback()

    def count(connection: Connection) -> None:
        failures, blocked_until = connection.execute(_TRIES, {"account": account_id}).one()
        if failures >= MOST_FAILURES:
            raise SignInRefused(STOPPED)
        if blocked_until is not None and at < blocked_until:
            left = (blocked_until - at).total_seconds()
            raise TooMany(retry_after=max(1, round(left)))
        until = at + delay_after(failures + 1)
        counted = {"account": account_id, "count": failures + 1, "until": until}
        connection.execute(_COUNT, counted)

    writer.run(count)


def accept_password(account: Account) -> None:
    """Take the try back that was counted, and forget the earlier ones where nothing more is asked.

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


def open_session(
    account: Account, *, is_staff: bool, device: str, at: datetime
) -> tuple[str, BrowserSession]:
    """Sign a browser in; return the token for its cookie, which is kept nowhere, and the row.

    A member of the staff has at most three browsers: the one not seen for longest goes.
    """
    token, own = secrets.token_urlsafe(32), (account.id, account.public_id)
    row = {
        "public_id": ids.public_id(),
        "digest": digest_of(token),
        "account_id": account.id,
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

    def add(connection: Connection) -> None:
        connection.execute(_OPEN, row)
        if is_staff:
            connection.execute(_OLD_ONES, {"account": own[0]})
        auditing.record_all_on(connection, [entry])

    writer.run(add)
    opened = select(BrowserSession).where(BrowserSession.public_id == row["public_id"])
    kept = db.session.scalars(opened).one()
    db.session.rollback()
    return token, kept


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


@atomic()
def hold(session: BrowserSession, until: datetime) -> None:
    """Keep the session alive until then, whatever the idle limit: an attempt is being taken."""
    if session.held_until is None or session.held_until < until:
        session.held_until = until


def holding() -> Executable:
    """Return the statement that does what `hold` does, for a session given by its public id."""
    until: BindParameter[datetime] = bindparam("until", type_=UTCDateTime())
    is_shorter = BrowserSession.held_until.is_(None) | (BrowserSession.held_until < until)
    return (
        update(BrowserSession)
        .where(BrowserSession.public_id == bindparam("session", type_=String), is_shorter)
        .values(held_until=until)
    )


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
