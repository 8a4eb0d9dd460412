"""The people who sign in to the demo: each has a code that is the same on one installation."""

from datetime import datetime, timedelta

from sqlalchemy import delete, select

from accounts import issuing
from accounts.models import Account, Grant, SignInSlip
from accounts.rules.authorizing import Role, ScopeKind
from core import ids, signing
from core.db import db
from core.text import search_key

LASTS = timedelta(days=365)
BEFORE = timedelta(weeks=4)
# Who sits on panels, screens entries, or sent one in.
JUDGING = ("chair", "judge", "screener", "entrant")


def account(key: str, name: str, at: datetime) -> tuple[Account, bool]:
    """Return the account with a demo code, and whether it was made now."""
    kept = db.session.scalar(
        select(Account)
        .join(SignInSlip, SignInSlip.account_id == Account.id)
        .where(SignInSlip.digest == digest(key))
    )
    if kept is not None:
        return kept, False
    made = Account(
        public_id=ids.public_id(),
        full_name=name,
        search_text=search_key(name),
        created_at=at - BEFORE,
    )
    db.session.add(made)
    db.session.flush()
    slip(made.id, key, at)
    return made, True


def staff(key: str, name: str, role: Role, at: datetime) -> Account:
    """Return the account with a demo code, given a role everywhere when it is new."""
    made, is_new = account(key, name, at)
    if is_new:
        db.session.add(
            Grant(
                account_id=made.id,
                role=role,
                scope_kind=ScopeKind.PLATFORM,
                scope_id=0,
                valid_from=at - BEFORE,
            )
        )
    return made


def slip(account_id: int, key: str, at: datetime) -> None:
    """Give an account the code of `key`; whoever had it has it no more."""
    db.session.execute(delete(SignInSlip).where(SignInSlip.digest == digest(key)))
    db.session.add(
        SignInSlip(
            account_id=account_id,
            digest=digest(key),
            issued_at=at,
            expires_at=at + LASTS,
            uses_left=None,
        )
    )


def name_of(key: str) -> str | None:
    """Return the name of who signs in with the code of `key`; None where nobody does."""
    return db.session.scalar(
        select(Account.full_name)
        .join(SignInSlip, SignInSlip.account_id == Account.id)
        .where(SignInSlip.digest == digest(key))
    )


def digest(key: str) -> str:
    """Return what is kept of a demo code."""
    return signing.mac(issuing.PURPOSE, code_of(key), length=64)


def code_of(key: str) -> str:
    """Return the demo code of a role: always the same on this installation, guessed nowhere."""
    signs = int(signing.mac("demo", key, length=16), 16)
    return ids.code_from(signs)
