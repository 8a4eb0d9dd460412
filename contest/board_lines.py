"""The rows of a board: pages of the public's standings with places and masked names."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, func, or_, select, true, tuple_
from sqlalchemy.orm import aliased

from accounts.models import Account, Unit
from accounts.rules import masking
from contest import boards
from contest.boards import PUBLIC, Head
from contest.models import Attempt, Enrolment, Standing
from contest.rules.timing import Audience
from core.db import db
from core.keeping import Kept
from core.text import APOSTROPHE, search_key
from core.web import Page

PAGE = 50
# Without a table of prizes, so many places count as prizes: their names may be published.
PRIZES = 10
# Asked for instead of a block: everybody together.
ALL = 0
# How many rows stand above one's own when one jumps to it.
ABOVE_MINE = 7
_MARK = re.compile(r"([0-9a-f]{0,300})\.([0-9]{1,17})")


@dataclass(frozen=True, slots=True)
class Line:
    """Somebody's row on a board, the name as the public may see it."""

    place: int
    name: str
    unit: str
    correct: int
    asked: int
    # Millionths.
    score: int
    off: int | None
    predicted: int | None
    duration_ms: int
    started_at: datetime
    submitted_at: datetime
    sort_key: str
    mark: str
    account_id: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which rows of a board are asked for; in a block, places are counted among its people."""

    words: str = ""
    block: int | None = None
    after: str | None = None
    before: str | None = None

    @property
    def is_filtered(self) -> bool:
        """Say whether rows are left out between the first and the last."""
        return bool(self.words)


kept: Kept[tuple[Head, Page[Line]] | None] = Kept(1)


def board(slug: str, number: int, asked: Wanted, *, at: datetime) -> tuple[Head, Page[Line]] | None:
    """Return a round's board and one page of its rows; nothing for a round one may not know of.

    A page that leaves no row out is read at most once a second, however many look at it. Where
    people stand in blocks, the first is shown unless another or all together (`ALL`) are asked for.
    """

    def read() -> tuple[Head, Page[Line]] | None:
        shown = boards.head(slug, number, at=at)
        if shown is None:
            return None
        block = block_of(shown, asked.block)
        head = boards.in_block(shown, block) if block and shown.run is not None else shown
        return head, lines(head, replace(asked, block=block))

    return read() if asked.is_filtered else kept.get((slug, number, asked), read, at=at)


def block_of(shown: Head, asked: int | None) -> int | None:
    """Return the block whose board is shown; None for all people together."""
    if asked == ALL or not shown.blocks:
        return None
    return asked if asked in shown.blocks else next(iter(shown.blocks))


def lines(shown: Head, wanted: Wanted) -> Page[Line]:
    """Return one page of a board's rows with their places, in one statement."""
    if shown.run is None:
        return Page([])
    rows = _rows(shown, wanted)
    if wanted.before:
        rows.reverse()
    places = _places(rows, is_filtered=wanted.is_filtered)
    found = [_line(row, place, shown) for row, place in zip(rows, places, strict=True)]
    has_more = len(found) > PAGE
    found = found[-PAGE:] if wanted.before else found[:PAGE]
    is_first = not (has_more if wanted.before else wanted.after)
    is_last = not (wanted.before or has_more)
    return Page(
        found,
        before=None if is_first or not found else found[0].mark,
        after=None if is_last or not found else found[-1].mark,
    )


def _rows(shown: Head, wanted: Wanted) -> list[Row[Any]]:
    place = tuple_(Standing.sort_key, Standing.enrolment_id)
    order: tuple[Any, ...] = (Standing.sort_key, Standing.enrolment_id)
    picked = _picked(shown, wanted)
    if wanted.before:
        picked = picked.where(place < tuple_(*read_mark(wanted.before)))
        order = tuple(column.desc() for column in order)
    elif wanted.after:
        picked = picked.where(place > tuple_(*read_mark(wanted.after)))
    page = picked.order_by(*order).limit(PAGE + 1).cte("page")
    one = aliased(Standing, page)
    statement = (
        select(one, Account, Unit.name, Enrolment.publishes_name, Attempt.predicted)
        .join(Enrolment, Enrolment.id == one.enrolment_id)
        .join(Account, Account.id == Enrolment.account_id)
        .join(Attempt, Attempt.id == one.attempt_id)
        .outerjoin(Unit, Unit.id == Enrolment.unit_id)
        .add_columns(*_counts(shown, page, one, wanted))
        .order_by(*(column.desc() if wanted.before else column for column in _order(one)))
    )
    return list(db.session.execute(statement))


def _order(one: Any) -> tuple[Any, Any]:  # noqa: ANN401 -- an alias of a model
    return one.sort_key, one.enrolment_id


def _picked(shown: Head, wanted: Wanted) -> Any:  # noqa: ANN401 -- a select of many columns
    picked = select(Standing).where(Standing.run_id == shown.run_id, PUBLIC)
    if wanted.block:
        picked = picked.where(Standing.block_id == wanted.block)
    if not wanted.is_filtered:
        return picked
    return (
        picked.join(Enrolment, Enrolment.id == Standing.enrolment_id)
        .join(Account, Account.id == Enrolment.account_id)
        .outerjoin(Unit, Unit.id == Enrolment.unit_id)
        .where(_found(wanted.words))
    )


def _found(words: str) -> ColumnElement[bool]:
    """Find by unit, or by what a masked name shows, so that searching unmasks nobody.

    The last word of a name is shown as an initial, and only the initial of a word is looked for
    there; all other words of a name are shown.
    """
    sought = search_key(words).split()
    in_unit = and_(true(), *[Unit.search_text.contains(one, autoescape=True) for one in sought])
    in_name = [or_(_is_shown(one), _like(f"% {_escaped(one[:1])}%")) for one in sought[-1:]]
    return or_(in_unit, and_(true(), *[_is_shown(one) for one in sought[:-1]], *in_name))


def _is_shown(word: str) -> ColumnElement[bool]:
    """Find a word among those that a masked name shows: all but the last.

    Of a name with Y or H’ only the word it belongs to, for the clan is masked as a whole.
    """
    one, starts = _escaped(word), ("y %", "h %", f"h{APOSTROPHE}%")
    is_highland = or_(*[Account.full_name.ilike(start) for start in starts])
    first = [_like(f"{head}{one}% %") for head in ("", "h", "h ", "y ")]
    return or_(and_(~is_highland, _like(f"%{one}% %")), and_(is_highland, or_(*first)))


def _like(pattern: str) -> ColumnElement[bool]:
    return Account.search_text.like(pattern, escape="/")


def _escaped(word: str) -> str:
    return word.replace("/", "//").replace("%", "/%").replace("_", "/_")


def _counts(shown: Head, page: Any, one: Any, wanted: Wanted) -> list[Any]:  # noqa: ANN401 -- parts of a statement
    """Return how many stand above and before: each row where some are left out, else the first.

    Who stands before may share the place; who stands above does not.
    """
    other = aliased(Standing)
    everybody = select(func.count()).where(
        other.run_id == shown.run_id, other.audience == Audience.PUBLIC
    )
    if wanted.block:
        everybody = everybody.where(other.block_id == wanted.block)
    if wanted.is_filtered:
        above = everybody.where(other.sort_key < one.sort_key).correlate(one).scalar_subquery()
        return [above.label("above"), above.label("ahead")]
    top = select(func.min(page.c.sort_key)).scalar_subquery()
    first = select(func.min(page.c.enrolment_id)).where(page.c.sort_key == top).scalar_subquery()
    above = everybody.where(other.sort_key < top).scalar_subquery()
    level = everybody.where(other.sort_key == top, other.enrolment_id < first).scalar_subquery()
    return [above.label("above"), (above + level).label("ahead")]


def _places(rows: Sequence[Any], *, is_filtered: bool) -> list[int]:
    """Return the places of rows in order: equal keys share one, and the next is skipped."""
    places: list[int] = []
    for index, row in enumerate(rows):
        if is_filtered or index == 0:
            places.append(row.above + 1)
        elif row[0].sort_key == rows[index - 1][0].sort_key:
            places.append(places[-1])
        else:
            places.append(row.ahead + index + 1)
    return places


def _line(row: Any, place: int, shown: Head) -> Line:  # noqa: ANN401 -- a row of many entities
    one, account = row[0], row[1]
    is_named = shown.shows_names and row.publishes_name and place <= PRIZES
    return Line(
        place=place,
        name=account.full_name if is_named else masking.name(account.full_name),
        unit=row.name or "",
        correct=one.correct,
        asked=one.asked,
        score=one.score,
        off=one.prediction_off,
        predicted=row.predicted if shown.actuals else None,
        duration_ms=one.duration_ms,
        started_at=one.started_at,
        submitted_at=one.submitted_at,
        sort_key=one.sort_key,
        mark=write_mark(one.sort_key, one.enrolment_id),
        account_id=account.id,
    )


def around(run_id: int, audience: Audience, enrolment_id: int) -> list[Line]:
    """Return a person's row in a run with the rows right above and below it, names masked.

    Four statements at most. Nothing for somebody who does not stand there.
    """
    here = (Standing.run_id == run_id) & (Standing.audience == audience)
    mine = db.session.scalar(select(Standing).where(here, Standing.enrolment_id == enrolment_id))
    if mine is None:
        return []
    order = (Standing.sort_key, Standing.enrolment_id)
    own = tuple_(mine.sort_key, mine.enrolment_id)
    above = select(Standing.id).where(here, tuple_(*order) < own)
    above = above.order_by(*(column.desc() for column in order)).limit(1)
    below = select(Standing.id).where(here, tuple_(*order) > own).order_by(*order).limit(1)
    ids = [mine.id, db.session.scalar(above), db.session.scalar(below)]
    other = aliased(Standing)
    higher = (
        select(func.count())
        .where(
            other.run_id == run_id,
            other.audience == audience,
            other.sort_key < Standing.sort_key,
        )
        .correlate(Standing)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(Standing, Account, Unit.name, Attempt.predicted, higher)
        .join(Enrolment, Enrolment.id == Standing.enrolment_id)
        .join(Account, Account.id == Enrolment.account_id)
        .join(Attempt, Attempt.id == Standing.attempt_id)
        .outerjoin(Unit, Unit.id == Enrolment.unit_id)
        .where(Standing.id.in_([one for one in ids if one is not None]))
        .order_by(*order)
    )
    return [
        _plain(one, account, unit or "", predicted, 1 + count)
        for one, account, unit, predicted, count in rows
    ]


def _plain(one: Standing, account: Account, unit: str, predicted: int | None, place: int) -> Line:
    return Line(
        place=place,
        name=masking.name(account.full_name),
        unit=unit,
        correct=one.correct,
        asked=one.asked,
        score=one.score,
        off=one.prediction_off,
        predicted=predicted,
        duration_ms=one.duration_ms,
        started_at=one.started_at,
        submitted_at=one.submitted_at,
        sort_key=one.sort_key,
        mark=write_mark(one.sort_key, one.enrolment_id),
        account_id=account.id,
    )


def write_mark(sort_key: str, enrolment_id: int) -> str:
    """Return the mark of a row, as addresses carry it."""
    return f"{sort_key}.{enrolment_id}"


def read_mark(mark: str) -> tuple[str, int]:
    """Return the sort key and the enrolment of a mark; what cannot be read is before all."""
    found = _MARK.fullmatch(mark)
    return (found[1], int(found[2])) if found else ("", 0)


def mark_above(shown: Head, account_id: int) -> tuple[str, int] | None:
    """Return the mark after which a page begins that holds the person's row; "" for the first.

    With it the block on whose board the row stands, or `ALL`. Two statements. None for somebody
    who is not on the board.
    """
    here = (Standing.run_id == shown.run_id) & PUBLIC
    mine = db.session.execute(
        select(Standing.sort_key, Standing.enrolment_id, Standing.block_id)
        .join(Enrolment, Enrolment.id == Standing.enrolment_id)
        .where(here, Enrolment.account_id == account_id)
    ).first()
    if mine is None:
        return None
    if mine.block_id is not None:
        here &= Standing.block_id == mine.block_id
    place = tuple_(Standing.sort_key, Standing.enrolment_id)
    block = mine.block_id or ALL
    above = db.session.execute(
        select(Standing.sort_key, Standing.enrolment_id)
        .where(here, place < tuple_(mine.sort_key, mine.enrolment_id))
        .order_by(Standing.sort_key.desc(), Standing.enrolment_id.desc())
        .limit(ABOVE_MINE + 1)
    ).all()
    if len(above) <= ABOVE_MINE:
        return "", block
    return write_mark(above[-1].sort_key, above[-1].enrolment_id), block
