"""Signing in and out: sessions, and how long they last."""

import hashlib
import secrets
from datetime import datetime, timedelta

from accounts import auditing
from accounts.models import Account, BrowserSession
from core import ids
from core.db import atomic, db

IDLE = {True: timedelta(minutes=30), False: timedelta(hours=2)}
LONGEST = {True: timedelta(hours=12), False: timedelta(hours=24)}
FRESH = timedelta(minutes=5)
TOUCH_EVERY = timedelta(minutes=1)


def digest_of(token: str) -> str:
    """Return what is stored of a session's token."""
    return hashlib.sha256(token.encode()).hexdigest()


@atomic()
def open_session(
    account: Account, *, is_staff: bool, device: str, at: datetime
) -> tuple[str, BrowserSession]:
    """Sign a browser in; return the token for its cookie, which is kept nowhere, and the row."""
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
    auditing.record(account, "session.opened", f"account:{account.public_id}")
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


@atomic()
def close_session(session: BrowserSession) -> None:
    """Sign a browser out."""
    account = session.account
    auditing.record(account, "session.closed", f"account:{account.public_id}")
    db.session.delete(session)
