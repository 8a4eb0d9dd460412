"""The rows of a board: pages of the public's standings with places and masked names."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select, tuple_
from sqlalchemy.orm import aliased

from accounts.models import Account, Unit
from accounts.rules import masking
from contest import board_finding, boards
from contest.board_finding import Here, Wanted, write_mark
from contest.boards import Head
from contest.models import Attempt, Enrolment, Standing
from contest.rules.timing import Audience
from core.db import db
from core.keeping import Kept
from core.web import Page

# Without a table of prizes, so many places count as prizes: their names may be published.
PRIZES = 10


@dataclass(frozen=True, slots=True)
class Line:
    """Somebody's row on a board, the name as the public may see it."""

    place: int
    name: str
    unit: str
    unit_id: str
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


kept: Kept[tuple[Head, Page[Line]] | None] = Kept(1)
# Apart, so that what many search for drives no board out.
sought: Kept[tuple[Head, Page[Line]]] = Kept(1)


def board(slug: str, number: int, asked: Wanted, *, at: datetime) -> tuple[Head, Page[Line]] | None:
    """Return a round's board and one page of its rows; nothing for a round one may not know of.

    A page that leaves no row out is read at most once a second, however many look at it; others
    take their head from the first. Only a few search for words at a time: raise `Busy` for who has
    waited too long. Where people stand in blocks, the first is shown unless another or all
    together (`ALL`) are asked for.
    """
    first = replace(asked, words="", unit="", after=None, before=None)
    if not asked.is_filtered:
        return kept.get((slug, number, asked), lambda: _read(slug, number, asked, at), at=at)
    whole = kept.get((slug, number, first), lambda: _read(slug, number, first, at), at=at)
    if whole is None:
        return None
    head = whole[0]
    wanted = replace(asked, block=block_of(head, asked.block))
    if not asked.words:
        return head, lines(head, wanted)
    with board_finding.one_of_few():
        return sought.get((slug, number, asked), lambda: (head, lines(head, wanted)), at=at)


def _read(slug: str, number: int, asked: Wanted, at: datetime) -> tuple[Head, Page[Line]] | None:
    shown = boards.head(slug, number, at=at)
    if shown is None:
        return None
    block = block_of(shown, asked.block)
    head = boards.in_block(shown, block) if block and shown.run is not None else shown
    return head, lines(head, replace(asked, block=block))


def block_of(shown: Head, asked: int | None) -> int | None:
    """Return the block whose board is shown; None for all people together."""
    return board_finding.block_of(shown.blocks, asked)


def lines(shown: Head, wanted: Wanted) -> Page[Line]:
    """Return one page of a board's rows with their places, in one statement."""
    if shown.run is None:
        return Page([])
    picked = board_finding.pick(Standing, here(shown.run_id, wanted.block), wanted)
    one = picked.one
    rows = db.session.execute(
        select(one, Account, Unit.name, Unit.public_id.label("unit_id"))
        .add_columns(Enrolment.publishes_name, Attempt.predicted, picked.between)
        .join(Enrolment, Enrolment.id == one.enrolment_id)
        .join(Account, Account.id == Enrolment.account_id)
        .join(Attempt, Attempt.id == one.attempt_id)
        .outerjoin(Unit, Unit.id == Enrolment.unit_id)
        .order_by(*picked.order)
    ).all()
    return board_finding.paged(rows, wanted, lambda row, place: _line(row, place, shown))


def here(run_id: int, block: int | None = None) -> Here:
    """Return what the rows of the public's board of a run have in common, in a block or in all."""

    def conditions(kind: Any) -> list[ColumnElement[bool]]:  # noqa: ANN401 -- a model or an alias
        found = [kind.run_id == run_id, kind.audience == Audience.PUBLIC]
        return [*found, kind.block_id == block] if block else found

    return conditions


def _line(row: Any, place: int, shown: Head) -> Line:  # noqa: ANN401 -- a row of many entities
    one, account = row[0], row[1]
    is_named = shown.shows_names and row.publishes_name and place <= PRIZES
    return Line(
        place=place,
        name=account.full_name if is_named else masking.name(account.full_name),
        unit=row.name or "",
        unit_id=row.unit_id or "",
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
        unit_id="",
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


def mark_above(shown: Head, account_id: int) -> tuple[str, int] | None:
    """Return where a page begins that holds the person's row; see `board_finding.mark_above`."""
    return board_finding.mark_above(Standing, here(shown.run_id), account_id)
