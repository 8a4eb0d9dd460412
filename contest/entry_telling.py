"""What pages say of entries: where one stands, what is missing, its files and what they may be."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from pathlib import PurePosixPath
from typing import IO, Any

from flask_babel import gettext as _

from accounts.models import Account
from accounts.rules import masking
from contest import entering, entry_files, entry_queries
from contest.models import (
    Entry,
    EntryCategory,
    EntryFile,
    EntryState,
    EntryVersion,
    FileKind,
    MemberRole,
    Screening,
    ScreeningAppeal,
    Upload,
)
from contest.rules import entries, file_types
from contest.rules.entries import Asked, Hours, Kind
from contest.rules.file_types import GROUP_NAMES
from contest.rules.judging import screening
from contest.rules.judging.screening import Consensus, Verdict
from contest.uploading import Declared
from core import i18n
from core.text import N_, clean_line

STATES: dict[EntryState, tuple[str, str]] = {
    EntryState.DRAFT: (N_("Being written"), ""),
    EntryState.SUBMITTED: (N_("Handed in"), "info"),
    EntryState.RETURNED: (N_("To be corrected"), "warn"),
    EntryState.ADMITTED: (N_("Admitted"), "ok"),
    EntryState.REJECTED: (N_("Rejected"), "danger"),
    EntryState.WITHDRAWN: (N_("Withdrawn"), ""),
}
VERDICTS: dict[Verdict, tuple[str, str]] = {
    Verdict.PASS: (N_("Admits it"), "ok"),
    Verdict.RETURN: (N_("Returns it for correction"), "warn"),
    Verdict.FAIL: (N_("Rejects it"), "danger"),
}
CONSENSUS: dict[Consensus, str] = {
    Consensus.WAITING: N_("Your verdict is kept. The others have still to give theirs."),
    Consensus.ADMITTED: N_("All agree: the entry is admitted."),
    Consensus.REJECTED: N_("All agree: the entry is rejected."),
    Consensus.RETURNED: N_("The entry is returned for correction."),
    Consensus.DISAGREED: N_("The screeners disagree: talk, and say again what you find."),
}
KILO = 1024
_LONGEST_NAME = 200


def size(count: int) -> str:
    """Write a number of bytes as people say it."""
    for unit in ("B", "KB", "MB"):
        if count < KILO or unit == "MB":
            shown = Decimal(count).quantize(Decimal("0.1" if unit == "MB" else "1"))
            return f"{i18n.number(shown)} {unit}"
        count = count // KILO if unit == "B" else count / KILO  # type: ignore[assignment]  # -- MB with a digit
    raise AssertionError


def file_name(sent: str | None) -> str:
    """Return the name of a file without folders, short enough to keep, with its ending."""
    name = clean_line(PurePosixPath((sent or "").replace("\\", "/")).name)
    if len(name) <= _LONGEST_NAME:
        return name
    known = file_types.ending(name)
    return f"{name[: _LONGEST_NAME - len(known) - 1]}.{known}"


def length(stream: IO[bytes]) -> int:
    """Return how long a file is that came within a form."""
    end = stream.seek(0, 2)
    stream.seek(0)
    return end


def milliseconds(sent: str) -> int:
    """Return the moment of a file's last change as a browser sends it; 0 for anything else."""
    return int(sent) if sent.isascii() and sent.isdecimal() and len(sent) < 16 else 0


def as_copy_of(file: EntryFile, declared: Declared) -> Declared:
    """Return what was said of a file as of the redacted copy of another."""
    return replace(declared, field=file.field, redacts=file)


# --- What a category asks ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Line:
    """A question of the form in words: what is asked, and what may come."""

    label: str
    note: str
    is_required: bool


def asked(category: EntryCategory) -> list[Line]:
    """Return what a category asks for, line by line."""
    return [Line(one.label, _note(one), one.is_required) for one in entry_queries.form_of(category)]


def _note(one: Asked) -> str:
    if one.kind is not Kind.FILE:
        return str(_(entries.KIND_NAMES[one.kind]))
    kinds = "; ".join(_(GROUP_NAMES[group]) for group in one.accepts) or _("Any kind")
    return str(_("%(kinds)s, each %(most)s MB at most", kinds=kinds, most=i18n.number(one.most_mb)))


# --- An own entry ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Place:
    """A question that is answered by files: those there are, those on their way, what may come."""

    asked: Asked
    note: str
    accept: str
    files: Sequence[EntryFile]
    begun: Sequence[Upload]


@dataclass(frozen=True, slots=True)
class OwnPage:
    """An own entry as its page shows it."""

    state: tuple[str, str]
    can_change: bool
    can_withdraw: bool
    hours: Hours
    missing: Sequence[str]
    is_as_handed_in: bool
    texts: Sequence[Asked]
    places: Sequence[Place]
    version: EntryVersion | None
    told: Sequence[str]
    appeals: Sequence[ScreeningAppeal]
    can_appeal: bool

    @property
    def can_hand_in(self) -> bool:
        """Whether there is something that could be handed in now."""
        return self.can_change and not self.missing and not self.is_as_handed_in


def own_page(entry: Entry, reader: Account, *, at: datetime) -> OwnPage:
    """Return what the page of an own entry shows."""
    form, files = entry_queries.form_of(entry.category), entry_queries.live_files(entry)
    begun = entry_queries.unfinished(entry, reader)
    version, appeals = entry_queries.latest(entry), entry_queries.appeals_of(entry)
    is_rejected = entry.state is EntryState.REJECTED
    words, kind = STATES[entry.state]
    return OwnPage(
        (_(words), kind),
        entering.can_change(entry, at=at),
        entry.state is not EntryState.WITHDRAWN and not entry_queries.is_in_a_round(entry),
        entries.hours(entry.category.closes_at, entry.category.late_until, at),
        [i18n.say(one) for one in entering.missing(entry)],
        entering.is_as_handed_in(entry) and entry.state is not EntryState.RETURNED,
        [one for one in form if one.kind is not Kind.FILE],
        [_place(one, files, begun) for one in form if one.kind is Kind.FILE],
        version,
        _told(entry, version),
        appeals,
        is_rejected and not any(one.version_id == version.id for one in appeals if version),
    )


def _place(asked: Asked, files: Sequence[EntryFile], begun: Sequence[Upload]) -> Place:
    return Place(
        asked,
        _note(asked),
        ",".join(file_types.endings(asked.accepts)),
        [one for one in files if one.field == asked.id],
        [one for one in begun if one.field == asked.id and one.redacts_id is None],
    )


def _told(entry: Entry, version: EntryVersion | None) -> list[str]:
    """Return what the screeners told the entrant: nothing while they have not agreed."""
    if version is None or entry.state not in (EntryState.RETURNED, EntryState.REJECTED):
        return []
    found = entry_queries.screenings_of(version)
    return [one.reason for one in found if one.verdict is not Verdict.PASS and one.reason]


# --- An entry as the staff sees it -------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Shown:
    """A file as the staff sees it, and its redacted copy, if there is one."""

    file: EntryFile
    label: str
    copy: EntryFile | None

    @property
    def is_link(self) -> bool:
        """Whether it stands elsewhere."""
        return self.file.kind is FileKind.LINK


@dataclass(frozen=True, slots=True)
class StaffPage:
    """An entry as those who screen it see it."""

    state: tuple[str, str]
    said: Sequence[tuple[str, str]]
    people: Sequence[tuple[str, str]]
    files: Sequence[Shown]
    withheld: int
    screenings: Sequence[Screening]
    own: Screening | None
    consensus: Consensus | None
    appeals: Sequence[ScreeningAppeal]
    twins: Sequence[entry_queries.Twin]


def staff_page(entry: Entry, reader: Account, *, in_full: bool) -> StaffPage:
    """Return what the staff's page of an entry shows: what was handed in last, as it is frozen.

    What others found is hidden from a screener who has still to say something.
    """
    version = entry_queries.latest(entry)
    content = {"form": entry.category.form} | (
        version.content if version else entering.frozen(entry)
    )
    given = entry_queries.screenings_of(version) if version else []
    own = next((one for one in given if one.screener_id == reader.id), None)
    waits = entry.state is EntryState.SUBMITTED
    wanted = entry.category.screeners
    come_to = screening.consensus([one.verdict for one in given], wanted) if given else None
    words, kind = STATES[entry.state]
    return StaffPage(
        (_(words), kind),
        entry_files.said(content, blind=False),
        [_person(one.full_name, one.role, in_full=in_full) for one in entry.members],
        _files(entry, content),
        entry_files.withheld(content),
        given if own or not waits else [],
        own,
        come_to,
        entry_queries.appeals_of(entry),
        entry_queries.duplicates(entry),
    )


def as_found(entry: Entry, own: Screening | None) -> dict[str, Any]:
    """Return the form of a screening as this screener has filled it, or empty."""
    checks: dict[str, Any] = own.checks if own else {}
    rows = []
    for line in entry.category.checklist:
        found = checks.get(line["id"])
        passes = "" if found is None else "yes" if found["passes"] else "no"
        rows.append(
            {"id": line["id"], "passes": passes, "reason": found["reason"] if found else ""}
        )
    told = {"verdict": own.verdict.value, "told": own.reason} if own else {}
    return {"checks": rows, "return_by": entry.return_by} | told


def is_return_over(entry: Entry, *, at: datetime) -> bool:
    """Say whether a returned entry was not corrected in time."""
    is_open = screening.is_open_for_correction(entry.return_by, at)
    return entry.state is EntryState.RETURNED and not is_open


def _person(name: str, role: MemberRole, *, in_full: bool) -> tuple[str, str]:
    return name if in_full else masking.name(name), role.value


def _files(entry: Entry, content: dict[str, Any]) -> list[Shown]:
    known = {one.public_id: one for one in entry.files}
    labels = {str(one["id"]): str(one["label"]) for one in content.get("form", ())}
    copies = entry_queries.redacted_copies(entry)
    found = []
    for one in content.get("files", ()):
        file = known.get(str(one["id"]))
        if file is not None:
            found.append(Shown(file, labels.get(file.field, ""), copies.get(file.id)))
    return found
