"""What becomes of a contest's rows when a person is erased, asks for the data, or takes back."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import joinedload, selectinload

from accounts import auditing
from accounts.models import Account, Consent
from accounts.rules.consents import Purpose
from accounts.signals import account_erased, consent_given, consent_withdrawn, data_collected
from contest import abstaining, appealing, effacing, uploading, watching
from contest.models import Attempt, Certificate, Contest, Enrolment, Entry, EntryMember
from core.db import db


def listen() -> None:
    """Hear what the accounts announce; hearing it twice is the same as once."""
    account_erased.connect(erase)
    consent_given.connect(agree)
    consent_withdrawn.connect(withdraw)
    data_collected.connect(collect)


def erase(account: Account, *, at: datetime) -> None:
    """Keep an erased person's marks and places, under the masked name that the account keeps.

    The responses stay: they are what every other place was computed from, and name nobody.
    """
    watching.erase_of(account.id)
    appealing.erase_of(account.id)
    uploading.erase_of(account.id)
    effacing.erase_of(account, at=at)
    abstaining.erase_of(account.id)
    db.session.execute(
        update(Enrolment).where(Enrolment.account_id == account.id).values(publishes_name=False)
    )
    # Whose certificate it was is not known any more; that it was issued is.
    mine = select(Enrolment.id).where(Enrolment.account_id == account.id)
    db.session.execute(
        update(Certificate).where(Certificate.enrolment_id.in_(mine)).values(name="", unit="")
    )
    entered = select(EntryMember.id).where(EntryMember.account_id == account.id)
    db.session.execute(
        update(Certificate).where(Certificate.member_id.in_(entered)).values(name="", unit="")
    )
    db.session.execute(
        update(EntryMember).where(EntryMember.account_id == account.id).values(full_name="")
    )
    for enrolment in _enrolments(account):
        auditing.record(
            None,
            "enrolment.masked",
            f"enrolment:{enrolment.public_id}",
            log=enrolment.contest.log,
        )


def agree(account: Account, *, consent: Consent, at: datetime) -> None:
    """Publish the full name again of who agrees to that once more."""
    if consent.purpose == Purpose.PUBLISH_NAME:
        _publish(account, consent, publishes=True)


def withdraw(account: Account, *, consent: Consent, at: datetime) -> None:
    """Stop publishing the full name of who takes that consent back."""
    if consent.purpose == Purpose.PUBLISH_NAME:
        _publish(account, consent, publishes=False)


def _publish(account: Account, consent: Consent, *, publishes: bool) -> None:
    act = "enrolment.name_agreed" if publishes else "enrolment.name_withdrawn"
    for enrolment in _enrolments(account):
        of_this = consent.subject in ("", enrolment.contest.log)
        if of_this and enrolment.publishes_name != publishes:
            enrolment.publishes_name = publishes
            target = f"enrolment:{enrolment.public_id}"
            auditing.record(account, act, target, log=enrolment.contest.log)


def collect(account: Account) -> Mapping[str, list[Any]]:
    """Return what contests keep about a person, for the person's own download."""
    attempts = db.session.execute(
        select(Attempt, Contest.title)
        .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
        .join(Contest, Contest.id == Enrolment.contest_id)
        .where(Enrolment.account_id == account.id)
        .options(joinedload(Attempt.round))
        .order_by(Attempt.started_at, Attempt.id)
    )
    return {
        "enrolments": [_enrolment(one) for one in _enrolments(account)],
        "attempts": [_attempt(attempt, title) for attempt, title in attempts],
        "certificates": _certificates(account),
        "presence": watching.kept_of(account.id),
        "appeals": appealing.kept_of(account.id),
        "entries": _entries(account),
    }


def _entries(account: Account) -> list[dict[str, object]]:
    rows = db.session.execute(
        select(EntryMember, Entry, Contest.title)
        .join(Entry, Entry.id == EntryMember.entry_id)
        .join(Contest, Contest.id == Entry.contest_id)
        .where(EntryMember.account_id == account.id)
        .options(selectinload(Entry.files))
        .order_by(Entry.id)
    )
    return [
        {
            "contest": title,
            "code": entry.code,
            "title": entry.title,
            "role": member.role.value,
            "name": member.full_name,
            "answers": dict(entry.answers),
            "files": [one.title for one in entry.files if one.removed_at is None],
        }
        for member, entry, title in rows
    ]


def _certificates(account: Account) -> list[dict[str, object]]:
    rows = db.session.scalars(
        select(Certificate)
        .outerjoin(Enrolment, Enrolment.id == Certificate.enrolment_id)
        .outerjoin(EntryMember, EntryMember.id == Certificate.member_id)
        .where((Enrolment.account_id == account.id) | (EntryMember.account_id == account.id))
        .options(joinedload(Certificate.contest))
        .order_by(Certificate.number)
    )
    return [
        {
            "contest": row.contest.title,
            "number": row.number,
            "honour": row.honour,
            "name": row.name,
            "unit": row.unit,
            "code": row.code,
            "issued_at": row.issued_at,
            "withdrawn_at": row.withdrawn_at,
        }
        for row in rows
    ]


def _enrolments(account: Account) -> list[Enrolment]:
    return list(
        db.session.scalars(
            select(Enrolment)
            .where(Enrolment.account_id == account.id)
            .options(joinedload(Enrolment.contest), joinedload(Enrolment.unit))
            .order_by(Enrolment.id)
        )
    )


def _enrolment(row: Enrolment) -> dict[str, object]:
    return {
        "contest": row.contest.title,
        "number": row.number,
        "unit": row.unit.name if row.unit else None,
        "category": row.category,
        "one_stop": row.one_stop,
        "publishes_name": row.publishes_name,
        "enrolled_at": row.enrolled_at,
        "disqualified_at": row.disqualified_at,
        "disqualified_for": row.disqualified_for,
    }


def _attempt(row: Attempt, contest: str) -> dict[str, object]:
    return {
        "contest": contest,
        "round": row.round.title,
        "kind": row.kind,
        "number": row.number,
        "started_at": row.started_at,
        "submitted_at": row.submitted_at,
        "receipt": row.receipt_code,
        "score_millionths": row.score,
        "correct": row.correct,
        "asked": row.asked,
        "device": row.device,
    }
