"""Taking an erased person out of entries: titles, answers, names of files, and frozen versions."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import selectinload

from accounts import auditing
from accounts.models import Account
from contest.models import (
    Entry,
    EntryMember,
    EntryState,
    EntryVersion,
    MemberRole,
    Screening,
    ScreeningAppeal,
    Upload,
)
from contest.rules.effacing import Known, effaced
from core.db import db
from core.text import fold

# What a frozen version says once a person was taken out of it: its seal is of what it was.
MASKED = "masked"


def erase_of(account: Account, *, at: datetime) -> None:
    """Mask a person in every entry of theirs, before the account forgets who it was.

    What is judged stays, and so does the digest of every version: a version that was masked says
    so, and so does the trail. A draft that nobody else makes is withdrawn and emptied.
    """
    known = Known(account.full_name, account.phone or "", account.email or "")
    without = partial(effaced, known=known)
    mine = select(EntryMember.entry_id).where(EntryMember.account_id == account.id)
    entries = db.session.scalars(
        select(Entry)
        .where(or_(Entry.entered_by_id == account.id, Entry.id.in_(mine)))
        .options(selectinload(Entry.files), selectinload(Entry.versions))
        .order_by(Entry.id)
    )
    for entry in entries.all():
        if entry.state is EntryState.DRAFT and _is_alone(entry, account):
            _empty(entry, at)
        versions = _mask(entry, without)
        auditing.record(
            None,
            "entry.masked",
            f"entry:{entry.public_id}",
            log=entry.contest.log,
            versions=versions,
        )
    appeals = select(ScreeningAppeal).where(ScreeningAppeal.made_by_id == account.id)
    for appeal in db.session.scalars(appeals):
        appeal.reason = ""


def _is_alone(entry: Entry, account: Account) -> bool:
    """Say whether nobody but this account makes the entry, and others who are erased."""
    return all(
        one.role is MemberRole.MENTOR
        or one.account_id == account.id
        or (one.account is not None and one.account.erased_at is not None)
        for one in entry.members
    )


def _empty(entry: Entry, at: datetime) -> None:
    entry.state, entry.withdrawn_at, entry.answers = EntryState.WITHDRAWN, at, {}
    for file in entry.files:
        file.removed_at = file.removed_at or at


def _mask(entry: Entry, without: Callable[[str], str]) -> list[int]:
    """Mask a person in an entry and all that hangs on it; return the versions that changed."""
    entry.title = without(entry.title)[:300]
    entry.search_text = fold(entry.title)
    entry.withdrawn_for = without(entry.withdrawn_for)[:300]
    entry.answers = {key: without(str(value)) for key, value in entry.answers.items()}
    for file in entry.files:
        file.title = without(file.title)[:200]
    for upload in db.session.scalars(select(Upload).where(Upload.entry_id == entry.id)):
        upload.name = without(upload.name)[:200]
    changed = []
    for version in entry.versions:
        content = _masked(version.content, without)
        if content != version.content:
            version.content = content | {MASKED: True}
            changed.append(version.number)
    _mask_screening(entry, without)
    return changed


def _masked(content: dict[str, Any], without: Callable[[str], str]) -> dict[str, Any]:
    """Return what a version holds without the person; only what entrants wrote is looked at."""
    told = content | {"title": without(str(content.get("title", "")))}
    if "answers" in content:
        told["answers"] = {key: without(str(one)) for key, one in content["answers"].items()}
    if "files" in content:
        told["files"] = [one | {"title": without(str(one["title"]))} for one in content["files"]]
    return told


def _mask_screening(entry: Entry, without: Callable[[str], str]) -> None:
    mine = select(EntryVersion.id).where(EntryVersion.entry_id == entry.id)
    for given in db.session.scalars(select(Screening).where(Screening.version_id.in_(mine))):
        given.reason = without(given.reason)
        given.checks = {
            key: one | {"reason": without(str(one.get("reason", "")))}
            for key, one in given.checks.items()
        }
    appeals = select(ScreeningAppeal).where(ScreeningAppeal.version_id.in_(mine))
    for appeal in db.session.scalars(appeals):
        appeal.reason = without(appeal.reason)
        appeal.decided_for = without(appeal.decided_for)
