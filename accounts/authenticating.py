"""Signing in and out: passwords, wrong ones delayed, sessions, and how long they last."""

import hashlib
import os
import secrets
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy import BindParameter, Executable, String, bindparam, delete, select, update

from accounts import auditing, queries
from accounts.errors import SignInRefused
from accounts.models import Account, BrowserSession, SignInSlip
from accounts.rules import contacting, passwords
from accounts.rules.authorizing import STAFF
from core import ids
from core.db import UTCDateTime, atomic, db, lock
from core.errors import TooMany
from core.saying import Unreadable
from core.text import N_

T = TypeVar("T")
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
# Hashing takes 19 MiB and a core for 20 ms: one at once in each process, behind whoever answers
# questions meanwhile, and nobody waits longer than this.
_PATIENCE = 3
_NICENESS = 10


# --- Passwords ---------------------------------------------------------------------------------


def _be_modest() -> None:
    """Let the other threads go first; the system takes each thread's niceness by itself."""
    os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICENESS)


# Its thread starts with the first password.
_hashing = ThreadPoolExecutor(1, thread_name_prefix="hashing", initializer=_be_modest)


def _in_turn(act: Callable[..., T], *told: object) -> T:
    """Have the one thread do it. Raise `TooMany` when others keep it busy for too long."""
    waiting = _hashing.submit(act, *told)
    try:
        return waiting.result(timeout=_PATIENCE)
    except TimeoutError:
        waiting.cancel()
        raise TooMany(retry_after=_PATIENCE) from None


def hash_password(password: str) -> str:
    """Return what is stored of a password. Call it outside a transaction: it takes its time.

    Raise `TooMany` when the machine is busy hashing for others.
    """
    return _in_turn(passwords.hash_password, password)


def is_password_of(account: Account | None, password: str) -> bool:
    """Say whether it is the account's password; nobody's takes as long as somebody's."""
    stored = account.password_hash if account and account.is_active else None
    return _in_turn(passwords.verify, stored, password)


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


@atomic()
def count_try(account: Account, *, at: datetime) -> None:
    """Count a try as failed until it is `forgive`n. Raise `TooMany` while it is too early."""
    lock(account)
    if account.failures >= MOST_FAILURES:
        raise SignInRefused(STOPPED)
    if account.blocked_until is not None and at < account.blocked_until:
        left = (account.blocked_until - at).total_seconds()
        raise TooMany(retry_after=max(1, round(left)))
    account.failures += 1
    account.blocked_until = at + delay_after(account.failures)


@atomic()
def accept_password(account: Account) -> None:
    """Take the try back that was counted, and forget the earlier ones where nothing more is asked.

    Before a second factor they stay: else whoever knows the password could guess digits for ever.
    """
    lock(account)
    factor = queries.second_factor_of(account.id)
    if factor is None or factor.confirmed_at is None:
        forgive(account)
    else:
        account.failures, account.blocked_until = max(0, account.failures - 1), None


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


@atomic()
def open_session(
    account: Account, *, is_staff: bool, device: str, at: datetime
) -> tuple[str, BrowserSession]:
    """Sign a browser in; return the token for its cookie, which is kept nowhere, and the row.

    A member of the staff has at most three browsers: the one not seen for longest goes.
    """
    token = secrets.token_urlsafe(32)
    row = BrowserSession(
        public_id=ids.public_id(),
        digest=digest_of(token),
        account=account,
        is_staff=is_staff,
        device=device[:120],
        created_at=at,
        seen_at=at,
        expires_at=at + LONGEST[is_staff],
        stepped_up_at=at,
    )
    db.session.add(row)
    db.session.flush()
    if is_staff:
        for old in queries.sessions_of(account.id)[MOST_STAFF_SESSIONS:]:
            db.session.delete(old)
    auditing.record(account, "session.opened", f"account:{account.public_id}", device=row.device)
    return token, row


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
