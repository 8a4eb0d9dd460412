"""Upholding people's rights over their data: requests with their due dates, download, erasure."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select

from accounts import auditing, authenticating, consenting, granting, queries
from accounts.models import (
    Account,
    AuditEntry,
    Consent,
    DataRequest,
    DataRight,
    Grant,
    PendingImport,
    SecondFactor,
    SignInSlip,
)
from accounts.rules import masking, rights
from accounts.signals import account_erased, data_collected
from core import ids
from core.db import atomic, db, json_safe, lock
from core.vietnam import civil_day


@atomic()
def ask(account: Account, right: DataRight, words: str, *, at: datetime) -> DataRequest:
    """Record what a person asks for, with the days by which it must be answered and done."""
    answer_by, done_by = rights.due(right, civil_day(at))
    row = DataRequest(
        public_id=ids.public_id(),
        account_id=account.id,
        right=right,
        words=words,
        asked_at=at,
        answer_by=answer_by,
        done_by=done_by,
    )
    db.session.add(row)
    auditing.record(account, "data.asked", f"account:{account.public_id}", right=right)
    return row


@atomic()
def answer(
    actor: Account, request: DataRequest, outcome: str, *, is_done: bool, at: datetime
) -> None:
    """Record what was answered to a request, and whether it has been carried out."""
    lock(request)
    request.answered_at = request.answered_at or at
    request.outcome = outcome
    if is_done:
        request.done_at = request.done_at or at
    auditing.record(
        actor,
        "data.answered",
        f"account:{request.account.public_id}",
        right=request.right,
        is_done=is_done,
    )


@atomic()
def withdraw_consent(account: Account, consent: Consent, *, at: datetime) -> DataRequest:
    """Take a consent back and record by when what it allowed has to end."""
    consenting.withdraw(account, consent, at=at)
    return ask(account, DataRight.WITHDRAWAL, consent.wording, at=at)


def collect(account: Account) -> dict[str, Any]:
    """Return everything kept about a person, ready for JSON; packages above add their part."""
    about: dict[str, Any] = {
        "account": _account(account),
        "consents": [_columns(row) for row in queries.consents_of(account.id)],
        "requests": [_columns(row) for row in queries.requests_of(account.id)],
        "sessions": [_columns(row, but=("digest",)) for row in queries.sessions_of(account.id)],
        "roles": [_columns(row) for row in _all_grants(account)],
        "trail": [_columns(row, but=("salt",)) for row in _trail(account)],
    }
    for _listener, part in data_collected.send(account):
        about.update(part)
    safe: dict[str, Any] = json_safe(about)
    return safe


def _account(account: Account) -> dict[str, object]:
    told = _columns(account, but=("password_hash", "sort_key", "search_text"))
    told["has_password"] = account.password_hash is not None
    told["unit"] = account.unit.name if account.unit else None
    return told


def _columns(row: Any, *, but: tuple[str, ...] = ()) -> dict[str, object]:  # noqa: ANN401 -- a row of any table
    hidden = {"id", "account_id", "unit_id", *but}
    return {
        column.key: getattr(row, column.key)
        for column in row.__table__.columns
        if column.key not in hidden
    }


def _all_grants(account: Account) -> list[Grant]:
    return list(db.session.scalars(select(Grant).where(Grant.account_id == account.id)))


def _trail(account: Account) -> list[AuditEntry]:
    return list(
        db.session.scalars(
            select(AuditEntry)
            .where(AuditEntry.target == f"account:{account.public_id}")
            .order_by(AuditEntry.id)
        )
    )


@atomic()
def erase(actor: Account, account: Account, *, at: datetime) -> None:
    """Erase a person: the name is masked, contact and credentials go, the trail keeps its leaves.

    Packages above erase their part in the same transaction. It cannot be undone.
    """
    lock(account)
    if account.erased_at is not None:
        return
    granting.check_can_go(account, at=at)
    account_erased.send(account, at=at)
    account.full_name = masking.name(account.full_name)
    account.sort_key = account.search_text = account.unit_claim = account.viewing = ""
    account.phone = account.email = account.password_hash = account.birth_date = None
    account.deactivated_at = account.deactivated_at or at
    account.erased_at = at
    authenticating.close_all(account)
    db.session.execute(delete(SignInSlip).where(SignInSlip.account_id == account.id))
    db.session.execute(delete(SecondFactor).where(SecondFactor.account_id == account.id))
    db.session.execute(delete(PendingImport).where(PendingImport.owner_id == account.id))
    _end_consents_and_roles(account, at=at)
    db.session.flush()
    auditing.erase_records_of(account)
    auditing.record(actor, "account.erased", f"account:{account.public_id}")


def _end_consents_and_roles(account: Account, *, at: datetime) -> None:
    for consent in db.session.scalars(
        select(Consent).where(Consent.account_id == account.id, Consent.withdrawn_at.is_(None))
    ):
        consent.withdrawn_at = at
    for grant in _all_grants(account):
        if grant.valid_to is None or grant.valid_to > at:
            grant.valid_to = max(at, grant.valid_from)
    for request in queries.requests_of(account.id):
        request.words = ""
        if request.right is DataRight.ERASURE and request.done_at is None:
            request.answered_at, request.done_at = request.answered_at or at, at
