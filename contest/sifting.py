"""Screening of entries: several people go through one checklist and have to agree; appeals."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from accounts import auditing
from accounts.models import Account
from contest import entry_queries
from contest.errors import AlreadyDecided, CannotScreen, SamePerson
from contest.models import (
    Entry,
    EntryFile,
    EntryState,
    EntryVersion,
    Screening,
    ScreeningAppeal,
)
from contest.rules.judging import screening
from contest.rules.judging.screening import Check, Consensus, Verdict
from core import ids
from core.db import atomic, db, lock
from core.text import N_

_STATES = {
    Consensus.ADMITTED: EntryState.ADMITTED,
    Consensus.REJECTED: EntryState.REJECTED,
    Consensus.RETURNED: EntryState.RETURNED,
}


@dataclass(frozen=True, slots=True)
class Finding:
    """What a screener says of an entry: each line of the checklist, the verdict, and why."""

    checks: Mapping[str, Check]
    verdict: Verdict
    reason: str = ""
    return_by: datetime | None = None


@atomic()
def give(entry: Entry, screener: Account, found: Finding, *, at: datetime) -> Consensus:
    """Say what one screener found in the version handed in last, and what all come to by now.

    Until they agree, everybody may say something else. Raise `CannotScreen` for one's own entry,
    for one that nobody has handed in, and for a verdict that does not fit the checklist.
    """
    lock(entry)
    version = _waiting(entry)
    if any(one.account_id == screener.id for one in entry.members) or (
        screener.id == entry.entered_by_id
    ):
        raise CannotScreen(N_("Nobody screens an entry of their own."))
    _check(entry, found, at)
    given = entry_queries.screenings_of(version)
    row = next((one for one in given if one.screener_id == screener.id), None)
    if row is None:
        row = Screening(version=version, screener=screener)
        db.session.add(row)
    row.checks = {
        key: {"passes": one.passes, "reason": one.reason} for key, one in found.checks.items()
    }
    row.verdict, row.reason, row.given_at = found.verdict, found.reason, at
    db.session.flush()
    verdicts = [one.verdict for one in given if one is not row] + [row.verdict]
    come_to = screening.consensus(verdicts, entry.category.screeners)
    if come_to in _STATES:
        entry.state = _STATES[come_to]
        entry.return_by = found.return_by if come_to is Consensus.RETURNED else None
    told = {"verdict": found.verdict, "version": version.number, "consensus": come_to}
    _record(entry, screener, "entry.screened", **told)
    return come_to


def _waiting(entry: Entry) -> EntryVersion:
    version = entry_queries.latest(entry)
    if entry.state is not EntryState.SUBMITTED or version is None:
        raise CannotScreen(N_("Only an entry that was handed in and waits can be screened."))
    return version


def _check(entry: Entry, found: Finding, at: datetime) -> None:
    lines = [str(one["id"]) for one in entry.category.checklist]
    if screening.missing(lines, found.checks):
        raise CannotScreen(N_("Answer every line of the checklist, with a reason where it fails."))
    if lines and found.verdict not in screening.allowed(found.checks):
        raise CannotScreen(
            N_("With a line that fails, an entry is returned or rejected; without one, it passes.")
        )
    if found.verdict is not Verdict.PASS and not found.reason.strip():
        raise CannotScreen(N_("Say why: the entrant reads it."))
    is_soon = found.return_by is None or found.return_by <= at
    if found.verdict is Verdict.RETURN and is_soon:
        raise CannotScreen(N_("Say until when the entry may be corrected."))


@atomic()
def extend(entry: Entry, actor: Account, until: datetime, *, at: datetime) -> Entry:
    """Give the people of a returned entry another moment until which they may correct it."""
    lock(entry)
    if entry.state is not EntryState.RETURNED or until <= at:
        raise CannotScreen(N_("Only a returned entry gets more time, and a moment to come."))
    if entry.return_by != until:
        entry.return_by = until
        _record(entry, actor, "entry.return_extended", until=until)
    return entry


@atomic()
def lapse(entry: Entry, actor: Account, *, at: datetime) -> Entry:
    """Reject a returned entry that was not corrected in time; doing so again does nothing."""
    lock(entry)
    if entry.state is EntryState.REJECTED:
        return entry
    is_over = not screening.is_open_for_correction(entry.return_by, at)
    if entry.state is not EntryState.RETURNED or not is_over:
        raise CannotScreen(N_("The time for correcting this entry is not over."))
    entry.state, entry.return_by = EntryState.REJECTED, None
    _record(entry, actor, "entry.lapsed")
    return entry


# --- Appeals -----------------------------------------------------------------------------------


@atomic()
def appeal(entry: Entry, actor: Account, reason: str, *, at: datetime) -> ScreeningAppeal:
    """Appeal against the rejection of an own entry, once for each version."""
    lock(entry)
    version = entry_queries.latest(entry)
    if entry.state is not EntryState.REJECTED or version is None:
        raise CannotScreen(N_("Only against a rejection can one appeal."))
    if not entry_queries.is_of(entry, actor):
        raise CannotScreen(N_("Only the people of an entry can appeal."))
    for one in entry_queries.appeals_of(entry):
        if one.version_id == version.id:
            return one
    made = ScreeningAppeal(
        public_id=ids.public_id(), version=version, made_by=actor, made_at=at, reason=reason
    )
    db.session.add(made)
    db.session.flush()
    _record(entry, actor, "entry.appealed", appeal=made.public_id)
    return made


@atomic()
def decide(
    appeal: ScreeningAppeal, actor: Account, *, admits: bool, reason: str, at: datetime
) -> ScreeningAppeal:
    """Decide about an appeal: somebody does who has not screened the entry.

    Raise `SamePerson` for who has, `AlreadyDecided` where somebody was faster.
    """
    entry = appeal.version.entry
    lock(entry)
    lock(appeal)
    if appeal.decided_at is not None:
        raise AlreadyDecided(N_("Somebody has decided about this appeal already."))
    screened = {one.screener_id for one in entry_queries.screenings_of(appeal.version)}
    if actor.id in screened or entry_queries.is_of(entry, actor):
        raise SamePerson(N_("Somebody else has to decide: you have screened this entry."))
    if not reason.strip():
        raise CannotScreen(N_("Say why: the entrant reads it."))
    appeal.admits, appeal.decided_by, appeal.decided_at = admits, actor, at
    appeal.decided_for = reason
    if admits and entry.state is EntryState.REJECTED:
        entry.state = EntryState.ADMITTED
    _record(entry, actor, "entry.appeal_decided", appeal=appeal.public_id, admits=admits)
    return appeal


# --- What blind judges may see -----------------------------------------------------------------


@atomic()
def clear(entry: Entry, file: EntryFile, actor: Account, *, is_clear: bool) -> EntryFile:
    """Say of a file that somebody has looked and it names nobody, or take that back."""
    lock(entry)
    if file.is_clear != is_clear:
        file.is_clear = is_clear
        _record(entry, actor, "entry.file_cleared", file=file.public_id, clear=is_clear)
    return file


@atomic()
def remove_copy(entry: Entry, copy: EntryFile, actor: Account, *, at: datetime) -> EntryFile:
    """Take a redacted copy away, so that another one, or none, stands for the file."""
    lock(entry)
    if copy.redacts_id is None:
        raise CannotScreen(N_("Only a redacted copy can be taken away here."))
    if copy.removed_at is None:
        copy.removed_at = at
        _record(entry, actor, "entry.copy_removed", file=copy.public_id)
    return copy


def _record(entry: Entry, actor: Account, act: str, **details: object) -> None:
    auditing.record(actor, act, f"entry:{entry.public_id}", log=entry.contest.log, **details)
