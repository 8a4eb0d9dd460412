"""Entering a judged contest: an entry is begun, filled in, handed in and frozen, withdrawn."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from accounts import auditing
from accounts.models import Account
from contest import entry_queries
from contest.errors import EntryIncomplete, EntryShut
from contest.models import (
    Enrolment,
    Entry,
    EntryCategory,
    EntryFile,
    EntryMember,
    EntryState,
    EntryVersion,
    FileKind,
    MemberRole,
)
from contest.rules import entries
from contest.rules.entries import Asked, Hours, Kind
from contest.rules.judging import screening, sealing
from core import ids
from core.db import atomic, db, lock
from core.text import N_, fold

MOST_PEOPLE = 30


@dataclass(frozen=True, slots=True)
class Member:
    """A person of an entry, as the entrant writes it."""

    name: str
    role: MemberRole
    is_me: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """What the entrant writes: title, answers and links by the field they answer, the people."""

    title: str
    answers: Mapping[str, str]
    people: Sequence[Member]


def can_change(entry: Entry, *, at: datetime) -> bool:
    """Say whether the people of an entry may change it now.

    Until the category closes they may even what they have handed in; afterwards only what was
    returned to them, until the moment that was set.
    """
    hours = entries.hours(entry.category.closes_at, entry.category.late_until, at)
    if entry.state is EntryState.DRAFT:
        return hours is not Hours.CLOSED
    if entry.state is EntryState.SUBMITTED:
        return hours is Hours.OPEN
    is_returned = entry.state is EntryState.RETURNED
    return is_returned and screening.is_open_for_correction(entry.return_by, at)


@atomic()
def begin(category: EntryCategory, enrolment: Enrolment, title: str, *, at: datetime) -> Entry:
    """Begin an entry of who has entered the contest; it comes from that person's unit.

    Raise `EntryShut` where the category takes none any more.
    """
    if entries.hours(category.closes_at, category.late_until, at) is Hours.CLOSED:
        raise EntryShut(N_("This category takes no entries any more."))
    if enrolment.disqualified_at is not None or enrolment.contest_id != category.contest_id:
        raise EntryShut(N_("You do not take part in this contest."))
    person = enrolment.account
    unit_id = enrolment.unit_id or enrolment.counted_unit_id
    made = Entry(
        public_id=ids.public_id(),
        contest_id=category.contest_id,
        category=category,
        title=title,
        search_text=fold(title),
        unit_id=unit_id,
        entered_by=person,
        created_at=at,
    )
    made.members.append(
        EntryMember(
            position=1,
            role=MemberRole.LEADER,
            full_name=person.full_name,
            unit_id=unit_id,
            account_id=person.id,
        )
    )
    db.session.add(made)
    db.session.flush()
    _record(made, person, "entry.begun", category=category.public_id)
    return made


@atomic()
def save(entry: Entry, actor: Account, told: Told, *, at: datetime) -> Entry:
    """Keep what the people of an entry write. Raise `EntryShut` when they may not any more.

    What was handed in stays as it is until they hand in again.
    """
    lock(entry)
    _check(entry, actor, at)
    form = entry_queries.form_of(entry.category)
    entry.title, entry.search_text = told.title, fold(told.title)
    texts = {one.id for one in form if one.kind not in (Kind.FILE, Kind.LINK)}
    entry.answers = {key: value for key, value in told.answers.items() if key in texts and value}
    for one in form:
        if one.kind is Kind.LINK:
            _set_link(entry, one, told.answers.get(one.id, ""), at)
    _set_people(entry, told.people, actor)
    db.session.flush()
    _record(entry, actor, "entry.saved")
    return entry


def _set_link(entry: Entry, asked: Asked, address: str, at: datetime) -> None:
    kept = [one for one in entry_queries.live_files(entry) if one.field == asked.id]
    if [one.address for one in kept] == ([address] if address else []):
        return
    for one in kept:
        one.removed_at = at
    if address:
        made = EntryFile(
            public_id=ids.public_id(),
            position=next_position(entry),
            kind=FileKind.LINK,
            field=asked.id,
            title=asked.label[:200],
            address=address,
            added_at=at,
        )
        entry.files.append(made)


def next_position(entry: Entry) -> int:
    """Return the place of the next file of an entry."""
    return max((one.position for one in entry.files), default=0) + 1


def _set_people(entry: Entry, people: Sequence[Member], actor: Account) -> None:
    """Write the people; a person who is known by an account keeps it under the same name."""
    known = {one.full_name: one.account_id for one in entry.members}
    wanted = people[:MOST_PEOPLE]
    written = [(one.full_name, one.role) for one in entry.members]
    if written == [(one.name, one.role) for one in wanted]:
        return
    entry.members.clear()
    db.session.flush()
    for position, one in enumerate(wanted, start=1):
        entry.members.append(
            EntryMember(
                position=position,
                role=one.role,
                full_name=one.name,
                unit_id=entry.unit_id,
                account_id=known.pop(one.name, None),
            )
        )


@atomic()
def remove_file(entry: Entry, file: EntryFile, actor: Account, *, at: datetime) -> EntryFile:
    """Take a file out of an entry; versions that hold it keep it."""
    lock(entry)
    _check(entry, actor, at)
    if file.removed_at is None:
        file.removed_at = at
        _record(entry, actor, "entry.file_removed", file=file.public_id, digest=file.digest)
    return file


@atomic()
def hand_in(entry: Entry, actor: Account, *, at: datetime) -> EntryVersion:
    """Freeze an entry as it stands; its people have declared it their own and not awarded.

    Handing in what did not change gives back the version there is. Raise `EntryShut` after the
    hours, `EntryIncomplete` with the first thing that is missing.
    """
    lock(entry)
    _check(entry, actor, at)
    category = entry.category
    wanting = missing(entry)
    if wanting:
        raise EntryIncomplete(wanting[0].message, **wanting[0].values)
    content = frozen(entry)
    digest, last = sealing.digest(content), entry_queries.latest(entry)
    if last is not None and last.digest == digest and entry.state is EntryState.SUBMITTED:
        return last
    if entry.state is EntryState.DRAFT:
        hours = entries.hours(category.closes_at, category.late_until, at)
        entry.is_late = hours is Hours.LATE
    if entry.code is None:
        entry.code = _draw_code(category)
    entry.state, entry.submitted_at, entry.declared_at = EntryState.SUBMITTED, at, at
    entry.return_by = None
    version = EntryVersion(
        number=len(entry.versions) + 1, content=content, digest=digest, frozen_at=at
    )
    entry.versions.append(version)
    db.session.flush()
    told = {"version": version.number, "digest": digest, "late": entry.is_late}
    _record(entry, actor, "entry.submitted", **told)
    return version


def missing(entry: Entry) -> list[Any]:
    """Return what is still wanting before the entry can be handed in."""
    category = entry.category
    return entries.missing(
        entry_queries.form_of(category),
        entry_queries.filled(entry),
        category.least_members,
        category.most_members,
    )


def frozen(entry: Entry) -> dict[str, Any]:
    """Return what a version of the entry holds.

    Its people stand there by the ids of their rows: their names have to go when they ask for it.
    """
    return {
        "title": entry.title,
        "category": entry.category.prefix,
        "unit": entry.unit.public_id if entry.unit else None,
        "form": [one.written() for one in entry_queries.form_of(entry.category)],
        "answers": dict(entry.answers),
        "people": [{"id": one.id, "role": one.role.value} for one in entry.members],
        "files": [
            {
                "id": one.public_id,
                "field": one.field,
                "title": one.title,
                "kind": one.kind.value,
                "media_type": one.media_type,
                "size": one.size,
                "digest": one.digest,
                "address": one.address,
            }
            for one in entry_queries.live_files(entry)
        ],
    }


def is_as_handed_in(entry: Entry) -> bool:
    """Say whether the entry still is what was handed in last."""
    last = entry_queries.latest(entry)
    if last is None:
        return False
    # A person may have been taken out of both, see `effacing`: the digest is of what it was.
    held = {key: value for key, value in last.content.items() if key != "masked"}
    return sealing.digest(held) == sealing.digest(frozen(entry))


def _draw_code(category: EntryCategory) -> str:
    """Draw a code that nobody has; the category is locked, so that no two get the same."""
    lock(category)
    taken = db.session.scalars(
        select(Entry.code).where(Entry.contest_id == category.contest_id, Entry.code.is_not(None))
    )
    return entries.code(category.prefix, set(taken), secrets.randbelow(10_000))  # type: ignore[arg-type]  # -- no code is NULL here


@atomic()
def withdraw(entry: Entry, actor: Account, *, reason: str, at: datetime) -> Entry:
    """Withdraw an entry, once. Raise `EntryShut` for its own people once it is in a round."""
    lock(entry)
    if entry.state is EntryState.WITHDRAWN:
        return entry
    is_own = entry_queries.is_of(entry, actor)
    if is_own and entry_queries.is_in_a_round(entry):
        raise EntryShut(N_("This entry is in a round already: ask the secretariat to withdraw it."))
    entry.state, entry.withdrawn_at, entry.withdrawn_for = EntryState.WITHDRAWN, at, reason
    entry.return_by = None
    _record(entry, actor, "entry.withdrawn", reason=reason)
    return entry


def _check(entry: Entry, actor: Account, at: datetime) -> None:
    if not entry_queries.is_of(entry, actor) or not can_change(entry, at=at):
        raise EntryShut


def _record(entry: Entry, actor: Account, act: str, **details: object) -> None:
    auditing.record(actor, act, f"entry:{entry.public_id}", log=entry.contest.log, **details)
