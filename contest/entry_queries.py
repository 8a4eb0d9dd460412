"""What pages read of entries: categories, own entries, the staff's list, duplicates, screenings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from accounts.models import Account
from contest.models import (
    Contest,
    ContestState,
    Enrolment,
    Entry,
    EntryCategory,
    EntryFile,
    EntryMember,
    EntryState,
    EntryVersion,
    FileKind,
    JudgedRound,
    MemberRole,
    Panel,
    PanelMember,
    PanelRole,
    Recusal,
    Round,
    RoundEntry,
    RoundState,
    Scoresheet,
    Screening,
    ScreeningAppeal,
    Upload,
)
from contest.rules import entries
from contest.rules.entries import Asked, Filled
from core.db import db

PAGE = 50


def categories_of(contest: Contest) -> Sequence[EntryCategory]:
    """Return the categories of a contest in their order."""
    return db.session.scalars(
        select(EntryCategory)
        .where(EntryCategory.contest_id == contest.id)
        .order_by(EntryCategory.position)
    ).all()


def category_with(public_id: str) -> EntryCategory | None:
    """Return the category of that public id with its contest."""
    return db.session.scalar(
        select(EntryCategory)
        .where(EntryCategory.public_id == public_id)
        .options(joinedload(EntryCategory.contest))
    )


def counts_by_category(contest: Contest) -> dict[int, int]:
    """Return how many entries were begun in each category."""
    rows = db.session.execute(
        select(Entry.category_id, func.count())
        .where(Entry.contest_id == contest.id)
        .group_by(Entry.category_id)
    )
    return {row[0]: row[1] for row in rows}


def form_of(category: EntryCategory) -> list[Asked]:
    """Return the fields of a category's form."""
    return entries.read(category.form)


# --- One entry ---------------------------------------------------------------------------------


def entry_with(public_id: str) -> Entry | None:
    """Return the entry of that public id with its category, people, files and versions."""
    return db.session.scalar(
        select(Entry).where(Entry.public_id == public_id).options(*_with_all())
    )


def _with_all() -> list[Any]:
    return [
        joinedload(Entry.contest),
        joinedload(Entry.category),
        joinedload(Entry.unit),
        joinedload(Entry.entered_by),
        selectinload(Entry.members).joinedload(EntryMember.unit),
        selectinload(Entry.files),
        selectinload(Entry.versions),
    ]


def is_of(entry: Entry, account: Account) -> bool:
    """Say whether an entry is somebody's own: who entered it, or makes it with others."""
    makes = {one.account_id for one in entry.members if one.role is not MemberRole.MENTOR}
    return account.id == entry.entered_by_id or account.id in makes


def live_files(entry: Entry) -> list[EntryFile]:
    """Return what the entry holds now: no redacted copies, and nothing taken out."""
    return [one for one in entry.files if one.removed_at is None and one.redacts_id is None]


def redacted_copies(entry: Entry) -> dict[int, EntryFile]:
    """Return the redacted copy of each file that has one; the newest of several."""
    return {
        one.redacts_id: one
        for one in entry.files
        if one.removed_at is None and one.redacts_id is not None
    }


def filled(entry: Entry) -> Filled:
    """Return what an entry has, for the rule that says what is missing."""
    makes = [one for one in entry.members if one.role is not MemberRole.MENTOR]
    return Filled(
        entry.title,
        {key: str(value) for key, value in entry.answers.items()},
        {one.field for one in live_files(entry)},
        len(makes),
    )


def latest(entry: Entry) -> EntryVersion | None:
    """Return the version that was handed in last."""
    return entry.versions[-1] if entry.versions else None


def file_with(public_id: str) -> EntryFile | None:
    """Return a file of an entry with everything that says who may read it."""
    return db.session.scalar(
        select(EntryFile)
        .where(EntryFile.public_id == public_id)
        .options(
            joinedload(EntryFile.entry).joinedload(Entry.contest),
            joinedload(EntryFile.entry).joinedload(Entry.category),
            joinedload(EntryFile.entry).selectinload(Entry.members),
            joinedload(EntryFile.entry).selectinload(Entry.files),
        )
    )


def upload_with(public_id: str) -> Upload | None:
    """Return an upload with its entry."""
    return db.session.scalar(
        select(Upload)
        .where(Upload.public_id == public_id)
        .options(
            joinedload(Upload.entry).joinedload(Entry.contest),
            joinedload(Upload.entry).joinedload(Entry.category),
            joinedload(Upload.entry).selectinload(Entry.members),
            joinedload(Upload.file),
        )
    )


def unfinished(entry: Entry, account: Account) -> Sequence[Upload]:
    """Return the files that somebody began to send to an entry and did not finish."""
    return db.session.scalars(
        select(Upload)
        .where(
            Upload.entry_id == entry.id,
            Upload.account_id == account.id,
            Upload.finished_at.is_(None),
        )
        .order_by(Upload.id)
    ).all()


def is_in_a_round(entry: Entry) -> bool:
    """Say whether an entry was taken into a round that is judged."""
    found = select(RoundEntry.id).where(RoundEntry.entry_id == entry.id)
    return db.session.scalar(found.limit(1)) is not None


def is_in_a_final_round(entry: Entry) -> bool:
    """Say whether the results of a round that an entry is in are final."""
    found = (
        select(RoundEntry.id)
        .join(Round, Round.id == RoundEntry.round_id)
        .where(RoundEntry.entry_id == entry.id, Round.state == RoundState.FINAL)
    )
    return db.session.scalar(found.limit(1)) is not None


def member_with(number: int) -> EntryMember | None:
    """Return a person of an entry by the number of the row."""
    return db.session.get(EntryMember, number)


def of_member(member: EntryMember) -> Entry:
    """Return the entry that a person stands in."""
    return db.session.get_one(Entry, member.entry_id)


# --- Own entries -------------------------------------------------------------------------------


def own_entries(account: Account) -> Sequence[Entry]:
    """Return somebody's own entries with their contests, the newest first."""
    makes = select(EntryMember.entry_id).where(
        EntryMember.account_id == account.id, EntryMember.role != MemberRole.MENTOR
    )
    return db.session.scalars(
        select(Entry)
        .where(or_(Entry.entered_by_id == account.id, Entry.id.in_(makes)))
        .order_by(Entry.id.desc())
        .options(joinedload(Entry.contest), joinedload(Entry.category))
    ).all()


def enters_entries(account: Account) -> bool:
    """Say whether somebody has entered a contest that takes entries, or has made one."""
    entered = select(Enrolment.contest_id).where(Enrolment.account_id == account.id)
    asked = select(EntryCategory.id).where(EntryCategory.contest_id.in_(entered))
    made = select(EntryMember.id).where(EntryMember.account_id == account.id)
    return bool(db.session.scalar(select(or_(asked.exists(), made.exists()))))


def open_categories(account: Account, *, at: datetime) -> Sequence[EntryCategory]:
    """Return the categories that take entries now in contests that somebody has entered."""
    entered = select(Enrolment.contest_id).where(
        Enrolment.account_id == account.id, Enrolment.disqualified_at.is_(None)
    )
    return db.session.scalars(
        select(EntryCategory)
        .join(Contest, Contest.id == EntryCategory.contest_id)
        .where(
            EntryCategory.contest_id.in_(entered),
            Contest.state == ContestState.PUBLISHED,
            or_(EntryCategory.closes_at >= at, EntryCategory.late_until >= at),
        )
        .order_by(EntryCategory.closes_at, EntryCategory.contest_id, EntryCategory.position)
        .options(joinedload(EntryCategory.contest))
    ).all()


# --- Screening ---------------------------------------------------------------------------------


def screenings_of(version: EntryVersion) -> Sequence[Screening]:
    """Return what screeners found in a version, in the order in which they said it."""
    return db.session.scalars(
        select(Screening)
        .where(Screening.version_id == version.id)
        .order_by(Screening.given_at, Screening.id)
        .options(joinedload(Screening.screener))
    ).all()


def screenings_by_version(entry: Entry) -> dict[int, list[Screening]]:
    """Return what screeners found in each version of an entry, by the version's id."""
    found: dict[int, list[Screening]] = {}
    wanted = (
        select(Screening)
        .join(EntryVersion, EntryVersion.id == Screening.version_id)
        .where(EntryVersion.entry_id == entry.id)
    )
    for one in db.session.scalars(wanted.order_by(Screening.given_at, Screening.id)):
        found.setdefault(one.version_id, []).append(one)
    return found


def appeal_with(public_id: str) -> ScreeningAppeal | None:
    """Return an appeal with its entry."""
    return db.session.scalar(
        select(ScreeningAppeal)
        .where(ScreeningAppeal.public_id == public_id)
        .options(
            joinedload(ScreeningAppeal.version)
            .joinedload(EntryVersion.entry)
            .joinedload(Entry.contest)
        )
    )


def appeals_of(entry: Entry) -> Sequence[ScreeningAppeal]:
    """Return the appeals about an entry, the newest first."""
    return db.session.scalars(
        select(ScreeningAppeal)
        .join(EntryVersion, EntryVersion.id == ScreeningAppeal.version_id)
        .where(EntryVersion.entry_id == entry.id)
        .order_by(ScreeningAppeal.id.desc())
        .options(joinedload(ScreeningAppeal.made_by), joinedload(ScreeningAppeal.decided_by))
    ).all()


@dataclass(frozen=True, slots=True)
class Twin:
    """Another entry that is like one: the same file, or the same title."""

    entry: Entry
    files: tuple[str, ...]
    same_title: bool


def duplicates(entry: Entry) -> list[Twin]:
    """Return the entries of any contest and year that hold a file of this one, or its title."""
    own = {one.digest: one.title for one in live_files(entry) if one.kind is FileKind.FILE}
    shared: dict[int, list[str]] = {}
    rows = db.session.execute(
        select(EntryFile.entry_id, EntryFile.digest)
        .where(EntryFile.digest.in_(own), EntryFile.entry_id != entry.id)
        .distinct()
        .limit(PAGE)
    )
    for other, digest in rows:
        shared.setdefault(other, []).append(own[digest])
    alike = (Entry.search_text == entry.search_text) & (Entry.search_text != "")
    found = db.session.scalars(
        select(Entry)
        .where(Entry.id != entry.id, or_(Entry.id.in_(shared), alike))
        .where(Entry.state != EntryState.DRAFT)
        .order_by(Entry.id.desc())
        .limit(PAGE)
        .options(joinedload(Entry.contest), joinedload(Entry.category))
    )
    return [
        Twin(one, tuple(shared.get(one.id, ())), one.search_text == entry.search_text)
        for one in found
    ]


# --- Judges ------------------------------------------------------------------------------------


def judged_by(account: Account, entry: Entry) -> list[tuple[bool, Mapping[str, Any]]]:
    """Return the frozen versions of an entry that somebody judges, and whether blindly.

    Who left the panel, or was recused, judges none.
    """
    recused = select(Recusal.id).where(
        Recusal.entry_id == entry.id, Recusal.account_id == account.id
    )
    rows = db.session.execute(
        select(JudgedRound.is_blind, EntryVersion.content)
        .select_from(Scoresheet)
        .join(PanelMember, PanelMember.id == Scoresheet.member_id)
        .join(RoundEntry, RoundEntry.id == Scoresheet.round_entry_id)
        .join(JudgedRound, JudgedRound.round_id == RoundEntry.round_id)
        .join(EntryVersion, EntryVersion.id == RoundEntry.version_id)
        .where(
            RoundEntry.entry_id == entry.id,
            PanelMember.account_id == account.id,
            PanelMember.left_at.is_(None),
            ~recused.exists(),
        )
    )
    return [(is_blind, content) for is_blind, content in rows]


def judges_blindly(account: Account, contest: Contest) -> bool:
    """Say whether somebody judges in a blind round of a contest that is not final yet."""
    found = (
        select(PanelMember.id)
        .join(Panel, Panel.id == PanelMember.panel_id)
        .join(JudgedRound, JudgedRound.round_id == Panel.round_id)
        .join(Round, Round.id == JudgedRound.round_id)
        .where(
            PanelMember.account_id == account.id,
            PanelMember.left_at.is_(None),
            PanelMember.role.in_((PanelRole.CHAIR, PanelRole.MEMBER, PanelRole.SUBSTITUTE)),
            JudgedRound.is_blind,
            Round.contest_id == contest.id,
            Round.state != RoundState.FINAL,
        )
    )
    return db.session.scalar(found.limit(1)) is not None
