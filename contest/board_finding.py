"""Finding rows of a board: by words and by unit, page by page, each row with its true place."""

import re
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import accumulate
from typing import Any, Protocol, TypeVar

from sqlalchemy import ColumnElement, and_, func, or_, select, true, tuple_
from sqlalchemy.orm import aliased

from accounts.models import Account, Unit
from contest.models import Enrolment, OverallStanding, Standing
from core.db import db
from core.errors import Busy
from core.text import APOSTROPHE, search_key
from core.web import Page

PAGE = 50
# Asked for instead of a block: everybody together.
ALL = 0
# How many rows stand above one's own when one jumps to it.
ABOVE_MINE = 7
# So many searches for words run at once in a process; others wait so long, and are then refused.
SEARCHES = 3
PATIENCE_S = 3
_MARK = re.compile(r"([0-9a-f]{0,300})\.([0-9]{1,17})")
_few = threading.BoundedSemaphore(SEARCHES)

Kind = type[Standing] | type[OverallStanding]
# Says which rows of a kind, or of an alias of it, a board is made of.
Here = Callable[[Any], Sequence[ColumnElement[bool]]]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which rows of a board are asked for; in a block, places are counted among its people.

    `unit` is the public id of one.
    """

    words: str = ""
    unit: str = ""
    block: int | None = None
    after: str | None = None
    before: str | None = None

    @property
    def is_filtered(self) -> bool:
        """Say whether rows are left out between the first and the last."""
        return bool(self.words or self.unit)


class Marked(Protocol):
    """A row as a page shows it."""

    @property
    def mark(self) -> str:
        """Return what addresses call it by."""


L = TypeVar("L", bound=Marked)


@dataclass(frozen=True, slots=True)
class Picked:
    """The rows of a page and one more, as a part of a statement."""

    one: Any
    # How many stand before a row and not before the row above it on the page.
    between: Any
    order: tuple[Any, Any]


def pick(kind: Kind, here: Here, wanted: Wanted) -> Picked:
    """Return the rows that are asked for.

    The place of a row is one more than what stands before it. To count that for every row anew
    would read the board once a row; between one and the next it is read once altogether.
    """
    own, order = tuple_(kind.sort_key, kind.enrolment_id), [kind.sort_key, kind.enrolment_id]
    picked = select(kind).where(*here(kind), *_filters(kind, wanted))
    if wanted.before:
        picked = picked.where(own < tuple_(*read_mark(wanted.before)))
        picked = picked.order_by(*(column.desc() for column in order))
    elif wanted.after:
        picked = picked.where(own > tuple_(*read_mark(wanted.after))).order_by(*order)
    else:
        picked = picked.order_by(*order)
    page = picked.limit(PAGE + 1).cte("page")
    prior = func.lag(page.c.sort_key).over(order_by=(page.c.sort_key, page.c.enrolment_id))
    stepped = select(page, prior.label("prior")).cte("stepped")
    one, other = aliased(kind, stepped), aliased(kind)
    between = (
        select(func.count())
        .where(
            *here(other),
            other.sort_key < one.sort_key,
            other.sort_key >= func.coalesce(stepped.c.prior, ""),
        )
        .correlate(stepped)
        .scalar_subquery()
    )
    return Picked(one, between.label("between"), (one.sort_key, one.enrolment_id))


def paged(rows: Sequence[Any], wanted: Wanted, line: Callable[[Any, int], L]) -> Page[L]:
    """Return the rows of a statement about what was picked, in order, as a page of lines."""
    above = accumulate(row.between for row in rows)
    found = [line(row, count + 1) for row, count in zip(rows, above, strict=True)]
    has_more = len(found) > PAGE
    found = found[-PAGE:] if wanted.before else found[:PAGE]
    is_first = not (has_more if wanted.before else wanted.after)
    is_last = not (wanted.before or has_more)
    return Page(
        found,
        before=None if is_first or not found else found[0].mark,
        after=None if is_last or not found else found[-1].mark,
    )


def block_of(blocks: Mapping[int, str], asked: int | None) -> int | None:
    """Return the block whose board is shown; None for all people together."""
    if asked == ALL or not blocks:
        return None
    return asked if asked in blocks else next(iter(blocks))


@contextmanager
def one_of_few() -> Iterator[None]:
    """Let only a few search for words at once: it reads the whole board.

    Raise `Busy` for who has waited too long.
    """
    if not _few.acquire(timeout=PATIENCE_S):
        raise Busy(retry_after=PATIENCE_S)
    try:
        yield
    finally:
        _few.release()


# --- What is looked for ------------------------------------------------------------------------


def _filters(kind: Kind, wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.unit:
        units = select(Unit.id).where(Unit.public_id == wanted.unit)
        people = select(Enrolment.id).where(Enrolment.unit_id.in_(units))
        found.append(kind.enrolment_id.in_(people))
    if wanted.words:
        who = (
            select(Enrolment.id)
            .join(Account, Account.id == Enrolment.account_id)
            .outerjoin(Unit, Unit.id == Enrolment.unit_id)
            .where(Enrolment.id == kind.enrolment_id, _said(wanted.words))
        )
        found.append(who.correlate(kind).exists())
    return found


def _said(words: str) -> ColumnElement[bool]:
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


# --- Marks of rows -----------------------------------------------------------------------------


def write_mark(sort_key: str, enrolment_id: int) -> str:
    """Return the mark of a row, as addresses carry it."""
    return f"{sort_key}.{enrolment_id}"


def read_mark(mark: str) -> tuple[str, int]:
    """Return the sort key and the enrolment of a mark; what cannot be read is before all."""
    found = _MARK.fullmatch(mark)
    return (found[1], int(found[2])) if found else ("", 0)


def mark_above(kind: Kind, here: Here, account_id: int) -> tuple[str, int] | None:
    """Return the mark after which a page begins that holds the person's row; "" for the first.

    With it the block on whose board the row stands, or `ALL`. Two statements. None for somebody
    who is not on the board.
    """
    mine = db.session.execute(
        select(kind.sort_key, kind.enrolment_id, kind.block_id)
        .join(Enrolment, Enrolment.id == kind.enrolment_id)
        .where(*here(kind), Enrolment.account_id == account_id)
    ).first()
    if mine is None:
        return None
    among = [*here(kind)]
    if mine.block_id is not None:
        among.append(kind.block_id == mine.block_id)
    place = tuple_(kind.sort_key, kind.enrolment_id)
    block = mine.block_id or ALL
    above = db.session.execute(
        select(kind.sort_key, kind.enrolment_id)
        .where(*among, place < tuple_(mine.sort_key, mine.enrolment_id))
        .order_by(kind.sort_key.desc(), kind.enrolment_id.desc())
        .limit(ABOVE_MINE + 1)
    ).all()
    if len(above) <= ABOVE_MINE:
        return "", block
    return write_mark(above[-1].sort_key, above[-1].enrolment_id), block
