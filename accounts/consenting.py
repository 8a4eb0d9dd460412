"""What people agree to: given for one purpose with the words shown, and withdrawn again."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Select, TextClause, func, or_, select

from accounts import auditing
from accounts.errors import ConsentMissing
from accounts.models import Account, Consent
from accounts.rules.consents import Purpose
from accounts.signals import consent_given, consent_withdrawn
from core.db import atomic, db


@atomic()
def give(
    account: Account, purpose: Purpose, wording: str, *, at: datetime, subject: str = ""
) -> Consent:
    """Record that the person ticked these words; one given before and standing is returned."""
    standing = _standing(account, purpose, subject)
    if standing is not None and standing.wording == wording:
        return standing
    row = Consent(
        account_id=account.id, purpose=purpose, subject=subject, wording=wording, given_at=at
    )
    db.session.add(row)
    auditing.record(
        account,
        "consent.given",
        f"account:{account.public_id}",
        purpose=purpose,
        subject=subject,
        wording=wording,
    )
    consent_given.send(account, consent=row, at=at)
    return row


@atomic()
def give_all(
    account: Account, ticked: Mapping[Purpose, str], *, at: datetime, subject: str = ""
) -> None:
    """Record what was ticked in one form, purpose by purpose with its words.

    Raise `ConsentMissing` when one that nobody can do without is not among them.
    """
    if any(purpose.is_required and purpose not in ticked for purpose in Purpose):
        raise ConsentMissing
    for purpose, wording in ticked.items():
        give(account, purpose, wording, at=at, subject=subject)


@atomic()
def withdraw(account: Account, consent: Consent, *, at: datetime) -> None:
    """Take a consent back; who acts on it is told in the same transaction."""
    if consent.withdrawn_at is not None:
        return
    consent.withdrawn_at = at
    auditing.record(
        account,
        "consent.withdrawn",
        f"account:{account.public_id}",
        purpose=consent.purpose,
        subject=consent.subject,
    )
    consent_withdrawn.send(account, consent=consent, at=at)


def has_given(account: Account, purpose: Purpose, *, subject: str = "") -> bool:
    """Say whether a consent for the purpose stands."""
    return _standing(account, purpose, subject) is not None


def is_withdrawn(account: Account, purpose: Purpose, *, subject: str) -> bool:
    """Say whether the person agreed once, for this subject or for all, and then took it back."""
    return bool(db.session.scalar(select(withdrawal(account.id, purpose, subject))))


def withdrawal(
    account_id: int | BindParameter[int], purpose: Purpose, subject: str | BindParameter[str]
) -> ColumnElement[bool]:
    """Return the condition that `is_withdrawn` asks."""
    return withdrawn(lambda column: column == account_id, purpose, subject).exists()


def withdrawn(
    among: Callable[[Any], ColumnElement[bool] | TextClause],
    purpose: Purpose,
    subject: str | BindParameter[str],
) -> Select[int]:
    """Return the ids of those accounts of whom `withdrawal` holds, among these."""
    return (
        select(Consent.account_id)
        .where(
            among(Consent.account_id),
            Consent.purpose == purpose,
            or_(Consent.subject == "", Consent.subject == subject),
        )
        .group_by(Consent.account_id)
        .having(func.count() == func.count(Consent.withdrawn_at))
    )


def _standing(account: Account, purpose: Purpose, subject: str) -> Consent | None:
    return db.session.scalar(
        select(Consent)
        .where(
            Consent.account_id == account.id,
            Consent.purpose == purpose,
            Consent.subject == subject,
            Consent.withdrawn_at.is_(None),
        )
        .order_by(Consent.id.desc())
        .limit(1)
    )
