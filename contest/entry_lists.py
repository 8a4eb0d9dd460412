"""The staff's list of the entries of a contest: narrowed, found by words, counted by state."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, false, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from accounts.models import Unit
from contest.models import (
    Contest,
    Entry,
    EntryCategory,
    EntryState,
    EntryVersion,
    Screening,
    ScreeningAppeal,
)
from core.db import db
from core.text import search_key
from core.web import Page, whole_or

PAGE = 50


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the list of entries is narrowed to; a mark may be about the `reader`, an account."""

    words: str = ""
    state: str = ""
    category: str = ""
    mark: str = ""
    reader: int = 0


def entries_page(
    contest: Contest, wanted: Wanted, *, after: str | None = None, before: str | None = None
) -> Page[Entry]:
    """Return one page of the entries of a contest, the newest first."""
    statement = (
        select(Entry)
        .where(Entry.contest_id == contest.id, *_narrowed(wanted))
        .options(joinedload(Entry.category), joinedload(Entry.unit), selectinload(Entry.members))
    )
    order: Any = Entry.id.desc()
    if before:
        statement, order = statement.where(Entry.id > whole_or(before, 0)), Entry.id
    elif after:
        statement = statement.where(Entry.id < whole_or(after, 0))
    rows = list(db.session.scalars(statement.order_by(order).limit(PAGE + 1)))
    has_more, rows = len(rows) > PAGE, rows[:PAGE]
    if before:
        rows.reverse()
    is_first, is_last = not (has_more if before else after), not (before or has_more)
    return Page(
        rows,
        before=None if is_first or not rows else str(rows[0].id),
        after=None if is_last or not rows else str(rows[-1].id),
    )


def _narrowed(wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.state in set(EntryState):
        found.append(Entry.state == EntryState(wanted.state))
    if wanted.category:
        found.append(Entry.category.has(EntryCategory.public_id == wanted.category))
    if wanted.mark == "late":
        found.append(Entry.is_late.is_(True))
    if wanted.mark == "appealed":
        found.append(_appealed())
    if wanted.mark == "mine":
        found += [Entry.state == EntryState.SUBMITTED, ~_screened_by(wanted.reader)]
    if wanted.words.strip():
        code = Entry.code == wanted.words.strip().upper()
        found.append(or_(code, and_(*_words(wanted.words))))
    return found


def _words(words: str) -> list[ColumnElement[bool]]:
    """Return that every word stands in the title, or in the name of the unit."""
    named = select(Unit.id).where
    return [
        or_(
            Entry.search_text.contains(word, autoescape=True),
            Entry.unit_id.in_(named(Unit.search_text.contains(word, autoescape=True))),
        )
        for word in search_key(words).split()
    ] or [false()]


def _appealed() -> ColumnElement[bool]:
    return (
        select(ScreeningAppeal.id)
        .join(EntryVersion, EntryVersion.id == ScreeningAppeal.version_id)
        .where(EntryVersion.entry_id == Entry.id, ScreeningAppeal.decided_at.is_(None))
        .exists()
    )


def _screened_by(account_id: int) -> ColumnElement[bool]:
    """Return that somebody has screened what was handed in last."""
    return (
        select(Screening.id)
        .join(EntryVersion, EntryVersion.id == Screening.version_id)
        .where(
            EntryVersion.entry_id == Entry.id,
            EntryVersion.frozen_at == Entry.submitted_at,
            Screening.screener_id == account_id,
        )
        .exists()
    )


def counts_by_state(contest: Contest) -> Mapping[EntryState, int]:
    """Return how many entries of a contest stand in each state."""
    rows = db.session.execute(
        select(Entry.state, func.count())
        .where(Entry.contest_id == contest.id)
        .group_by(Entry.state)
    )
    return {row[0]: row[1] for row in rows}
