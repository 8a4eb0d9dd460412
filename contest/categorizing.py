"""The categories of a judged contest: what each asks of entries, made and changed by organisers."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select

from accounts import auditing
from accounts.models import Account
from contest import entry_queries
from contest.errors import EntryShut, NameTaken
from contest.models import Contest, Entry, EntryCategory
from contest.rules import entries
from contest.rules.entries import Asked, Kind
from contest.rules.file_types import Group
from core import ids
from core.db import atomic, db, lock
from core.text import N_


@dataclass(frozen=True, slots=True)
class Settings:
    """A category as the organiser sets it."""

    title: str
    prefix: str
    form: Sequence[Asked]
    checklist: Sequence[str]
    least_members: int
    most_members: int
    screeners: int
    closes_at: datetime
    late_until: datetime | None = None


@atomic()
def add(contest: Contest, settings: Settings, actor: Account) -> EntryCategory:
    """Add a category at the end. Raise `NameTaken` where another has its letters."""
    lock(contest)
    others = entry_queries.categories_of(contest)
    _check_prefix(settings, others)
    made = EntryCategory(
        public_id=ids.public_id(),
        contest=contest,
        position=max((one.position for one in others), default=0) + 1,
    )
    _write(made, settings)
    db.session.add(made)
    db.session.flush()
    _record(made, actor, "category.added", title=made.title)
    return made


@atomic()
def edit(category: EntryCategory, settings: Settings, actor: Account) -> EntryCategory:
    """Change a category; entries that were handed in stay frozen as they are.

    Raise `NameTaken` where another has its letters, `EntryShut` for other letters once there
    are codes that begin with them.
    """
    lock(category)
    others = [one for one in entry_queries.categories_of(category.contest) if one is not category]
    _check_prefix(settings, others)
    if settings.prefix != category.prefix and _has_codes(category):
        raise EntryShut(N_("Entries have codes with the old letters already."))
    _write(category, settings)
    _record(category, actor, "category.edited", title=category.title)
    return category


@atomic()
def remove(category: EntryCategory, actor: Account) -> None:
    """Take a category away in which nobody has begun an entry. Raise `EntryShut` otherwise."""
    lock(category)
    if entry_queries.counts_by_category(category.contest).get(category.id):
        raise EntryShut(N_("People have begun entries here, so it cannot be taken away."))
    _record(category, actor, "category.removed", title=category.title)
    db.session.delete(category)


def _check_prefix(settings: Settings, others: Sequence[EntryCategory]) -> None:
    if any(one.prefix == settings.prefix for one in others):
        raise NameTaken(N_("Another category has these letters already."))


def _has_codes(category: EntryCategory) -> bool:
    coded = select(Entry.id).where(Entry.category_id == category.id, Entry.code.is_not(None))
    return db.session.scalar(coded.limit(1)) is not None


def _write(row: EntryCategory, settings: Settings) -> None:
    row.title, row.prefix = settings.title, settings.prefix
    row.form = [one.written() for one in settings.form]
    row.checklist = entries.checklist(settings.checklist, row.checklist or [])
    row.least_members, row.most_members = settings.least_members, settings.most_members
    row.screeners, row.closes_at = settings.screeners, settings.closes_at
    row.late_until = settings.late_until


def _record(category: EntryCategory, actor: Account, act: str, **details: object) -> None:
    target = f"category:{category.public_id}"
    auditing.record(actor, act, target, log=category.contest.log, **details)


# --- What a new category begins with -----------------------------------------------------------

# As the rules of contests about solutions for administrative reform ask for it.
USUAL_FORM = (
    Asked("f1", N_("Summary of the solution"), Kind.LINES, is_required=True),
    Asked("f2", N_("Where it is in use, and since when"), Kind.LINES, is_required=True),
    Asked(
        "f3",
        N_("Full description"),
        Kind.FILE,
        is_required=True,
        accepts=(Group.PDF, Group.OFFICE),
        most_mb=50,
    ),
    Asked("f4", N_("Video of the solution"), Kind.FILE, accepts=(Group.VIDEO,), most_mb=500),
    Asked("f5", N_("Address of the product, for trying it out"), Kind.LINK),
    Asked(
        "f6",
        N_("Confirmation by the unit"),
        Kind.FILE,
        accepts=(Group.PDF, Group.PICTURE),
        most_mb=20,
        names_people=True,
    ),
)
USUAL_CHECKLIST = (
    N_("The entrants are those whom the rules allow."),
    N_("All files open and can be read."),
    N_("The solution is in use, and its unit has confirmed that."),
    N_("It has not been awarded in a contest before."),
)


def usual_form(say: Callable[[str], str]) -> list[Asked]:
    """Return the usual questions in words; which of them stay is the organiser's to say."""
    return [replace(one, label=say(one.label)) for one in USUAL_FORM]
