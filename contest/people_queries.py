"""What the staff's pages read about the people of a contest: who takes part, who holds a role."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select, tuple_
from sqlalchemy.orm import joinedload

from accounts.models import Account, Grant
from accounts.rules.authorizing import ScopeKind
from contest.models import Attempt, AttemptKind, Contest, Enrolment
from core.db import db
from core.text import search_key
from core.web import Page, whole_or

PAGE = 50
MARKS = ("test", "hidden", "disqualified", "extra", "none")


def enrolments_page(
    contest: Contest,
    words: str = "",
    *,
    mark: str = "",
    after: str | None = None,
    before: str | None = None,
) -> Page[Enrolment]:
    """Return one page of the people of a contest by name, found by words without marks."""
    statement = (
        select(Enrolment)
        .join(Account, Account.id == Enrolment.account_id)
        .where(Enrolment.contest_id == contest.id, *_words(words), *_marked(mark))
        .options(joinedload(Enrolment.account), joinedload(Enrolment.unit))
    )
    place = tuple_(Account.sort_key, Enrolment.id)
    order = (Account.sort_key, Enrolment.id)
    if before:
        statement = statement.where(place < tuple_(*_mark_of(before)))
        order = tuple(column.desc() for column in order)  # type: ignore[assignment]  # -- the same columns, the other way
    elif after:
        statement = statement.where(place > tuple_(*_mark_of(after)))
    rows = list(db.session.scalars(statement.order_by(*order).limit(PAGE + 1)))
    has_more, rows = len(rows) > PAGE, rows[:PAGE]
    if before:
        rows.reverse()
    is_first, is_last = not (has_more if before else after), not (before or has_more)
    return Page(
        rows,
        before=None if is_first or not rows else _mark(rows[0]),
        after=None if is_last or not rows else _mark(rows[-1]),
    )


def _words(words: str) -> list[ColumnElement[bool]]:
    number = words.strip()
    if number.isdecimal():
        return [Enrolment.number == whole_or(number, -1)]
    return [
        Account.search_text.contains(word, autoescape=True) for word in search_key(words).split()
    ]


def _marked(mark: str) -> list[ColumnElement[bool]]:
    wanted = {
        "test": Enrolment.is_test.is_(True),
        "hidden": Enrolment.is_hidden.is_(True),
        "disqualified": Enrolment.disqualified_at.is_not(None),
        "extra": or_(
            Enrolment.extra_percent > 0, Enrolment.extra_seconds > 0, Enrolment.delay_seconds > 0
        ),
        "none": ~select(Attempt.id)
        .where(Attempt.enrolment_id == Enrolment.id, Attempt.kind == AttemptKind.OFFICIAL)
        .exists(),
    }
    return [wanted[mark]] if mark in wanted else []


def _mark(enrolment: Enrolment) -> str:
    return f"{enrolment.id}~{enrolment.account.sort_key}"


def _mark_of(mark: str) -> tuple[str, int]:
    number, _, key = mark.partition("~")
    return key, whole_or(number, 0)


def attempts_with_rounds(enrolment: Enrolment) -> Sequence[Attempt]:
    """Return every attempt of a person in a contest with its round, in order of start."""
    return db.session.scalars(
        select(Attempt)
        .where(Attempt.enrolment_id == enrolment.id)
        .options(joinedload(Attempt.round))
        .order_by(Attempt.started_at, Attempt.id)
    ).all()


def grants_in(contest: Contest, *, at: datetime) -> Sequence[Grant]:
    """Return the roles that people hold in a contest now."""
    return db.session.scalars(
        select(Grant)
        .join(Account, Account.id == Grant.account_id)
        .where(
            Grant.scope_kind == ScopeKind.CONTEST,
            Grant.scope_id == contest.id,
            or_(Grant.valid_to.is_(None), Grant.valid_to > at),
        )
        .options(joinedload(Grant.account))
        .order_by(Grant.role, Account.sort_key)
    ).all()
