"""Closing attempts: submitted by the person or by the clock, marked and placed, in one go.

Statements built once, on a bare connection: a thousand people hand in during the same minute.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache, partial
from typing import Any

from sqlalchemy import (
    Connection,
    Executable,
    Row,
    Select,
    TextClause,
    bindparam,
    func,
    select,
    text,
    update,
)

from accounts import auditing
from accounts.models import Account
from contest import asking, placing, queries, sitting_queries
from contest.models import (
    Attempt,
    AttemptKind,
    Contest,
    Enrolment,
    Response,
    ResultRun,
    Round,
    SlotKind,
)
from contest.models.contest import prediction_of
from contest.queries import Newest
from contest.rules import marking, predicting, scoring, timing
from contest.rules.marking import Given
from contest.rules.predicting import Prediction
from core import gathering, ids, writer
from core.db import among, db
from core.saying import Unreadable

_ROW: Any = Attempt.__table__
_NUMBER: Any = (
    select(func.count())
    .select_from(Response)
    .where(Response.attempt_id == Attempt.id)
    .correlate(Attempt)
    .scalar_subquery()
)
_STATE = (Attempt.id, Attempt.lease_no, Attempt.accepts_until, Attempt.submitted_at)
_FOUND: Select[*tuple[Any, ...]] = (
    select(
        *_STATE,
        Attempt.public_id,
        Attempt.seat_id,
        Attempt.kind,
        Attempt.started_at,
        Attempt.predicted,
        sitting_queries.INTERRUPTED.label("interrupted"),
        Account.id.label("account_id"),
        Account.public_id.label("account"),
        Contest.public_id.label("contest"),
        _NUMBER.label("responses"),
        *placing.PLACED,
    )
    .join(Round, Round.id == Attempt.round_id)
    .join(Contest, Contest.id == Round.contest_id)
    .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
    .join(Account, Account.id == Enrolment.account_id)
    .outerjoin(ResultRun, ResultRun.id == Round.current_run_id)
    .order_by(Attempt.id)
)
# What placing goes by beside the attempt: a board that is frozen or revealed, a run that is made.
_BOARD = (Round.current_run_id, placing.IS_LIVE)
_MARK = """
UPDATE slot SET mark = found.earned FROM {found}
WHERE slot.attempt_id = found.attempt AND slot.position = found.place
"""
# The marks as one parameter: triples of attempt, place and millionths.
_MARKS = {
    "sqlite": """(SELECT value ->> 0 AS attempt, value ->> 1 AS place, value ->> 2 AS earned
       FROM json_each(:marks)) AS found""",
    "postgresql": """(SELECT CAST(one ->> 0 AS integer) AS attempt,
       CAST(one ->> 1 AS integer) AS place, CAST(one ->> 2 AS bigint) AS earned
       FROM jsonb_array_elements(CAST(:marks AS jsonb)) AS one) AS found""",
}
_MARKED = ("unmarked", "score", "correct", "asked", "predicted", "answers_digest")
_CLOSED = (*_MARKED, "submitted_at", "submitted_by", "duration_ms", "receipt_code")
_CLOSE = (
    update(_ROW)
    .where(_ROW.c.id == bindparam("attempt"), _ROW.c.submitted_at.is_(None))
    .values({name: bindparam(f"new_{name}") for name in _CLOSED})
)
_REMARK = (
    update(_ROW)
    .where(_ROW.c.id == bindparam("attempt"))
    .values({name: bindparam(f"new_{name}") for name in _MARKED})
)


@dataclass(frozen=True, slots=True)
class Wish:
    """An attempt that is to be closed, by its person or by the clock.

    With a `lease_no`, only for whoever holds that lease; with a `public_id`, only if it is that
    attempt: after a restore another one may have its id.
    """

    attempt_id: int
    at: datetime
    by_person: bool = True
    lease_no: int | None = None
    public_id: str | None = None


@dataclass(frozen=True, slots=True)
class Closed:
    """What came of closing.

    `is_ours` is false for an attempt that another tab writes, `is_there` for one that a restore
    took away.
    """

    public_id: str
    is_ours: bool = True
    is_there: bool = True


@dataclass(frozen=True, slots=True)
class _Sheet:
    """An attempt marked, not written yet: its row, and what to write."""

    found: Row[Any]
    answered: int
    marks: Sequence[tuple[int, int, int | None]]
    columns: Mapping[str, Any]


@dataclass(slots=True)
class _Sheets:
    """What is to be written, by attempt, and what is told of each, once that is done."""

    sheets: dict[int, _Sheet] = field(default_factory=dict)
    told: dict[Wish, Closed] = field(default_factory=dict)


def close(connection: Connection, attempt_id: int, *, by_person: bool, at: datetime) -> Closed:
    """Close an attempt for good, mark it and place it; twice is the same as once.

    The moment written is never after the deadline.
    """
    wish = Wish(attempt_id, at, by_person=by_person)
    return close_all(connection, [wish])[wish]


def close_all(
    connection: Connection, wishes: Sequence[Wish], *, passing: bool = False
) -> dict[Wish, Closed]:
    """Close many attempts; see `close`. A fixed number of statements, whatever they hold.

    `passing` over those that somebody else is changing leaves them out of what is returned.
    """
    read = _read(connection, wishes, passing=passing)
    _write(connection, read.sheets.values())
    return read.told


def hand_in(
    attempt_id: int, *, lease_no: int, at: datetime, public_id: str | None = None
) -> Closed:
    """Close an attempt for whoever holds its lease, and return once that is on disk.

    Those who hand in at the same moment are closed together.
    """
    wish = Wish(attempt_id, at, lease_no=lease_no, public_id=public_id)
    return gathering.gather(_hand_in_all, wish)


def _hand_in_all(wishes: Sequence[Wish]) -> list[Closed]:
    if db.engine.dialect.name == "sqlite":
        told = _marked_beforehand(wishes)
    else:
        told = writer.run(lambda on: close_all(on, wishes, passing=True))
    # Whoever was passed over is waited for, and waited for alone.
    late = [one for one in wishes if one not in told]
    for one in late:
        told |= writer.run(partial(close_all, wishes=[one]))
    return [told[one] for one in wishes]


def _marked_beforehand(wishes: Sequence[Wish]) -> dict[Wish, Closed]:
    """Close attempts where one process writes at a time: marked before its turn comes."""
    with db.engine.connect() as connection:
        read = _read(connection, wishes)

    def write(on: Connection) -> dict[Wish, Closed]:
        # Nothing has come in, and no time was taken out, since the answers were read?
        now = {one.id: tuple(one) for one in on.execute(_states(), asking.among_ids(read.sheets))}
        same = {at: one for at, one in read.sheets.items() if now.get(at) == _state(one.found)}
        _write(on, same.values())
        changed = [wish for wish in wishes if wish.attempt_id in read.sheets.keys() - same]
        return read.told | (close_all(on, changed) if changed else {})

    return writer.run(write) if read.sheets else read.told


def _read(connection: Connection, wishes: Sequence[Wish], *, passing: bool = False) -> _Sheets:
    """Read attempts and mark them; or say what has become of them already."""
    dialect = connection.dialect.name
    ids = {wish.attempt_id: None for wish in wishes}
    found = {
        one.id: one
        for one in connection.execute(_attempts(dialect, passing), asking.among_ids(ids))
    }
    read = _Sheets()
    chosen: dict[int, tuple[Row[Any], Wish]] = {}
    for wish in wishes:
        row = found.get(wish.attempt_id)
        if row is None and passing:
            continue
        if row is None or wish.public_id not in (None, row.public_id):
            read.told[wish] = _gone(wish)
            continue
        # A lease above the stored one was given before an older backup was restored.
        is_ours = wish.lease_no is None or wish.lease_no >= row.lease_no
        read.told[wish] = Closed(row.public_id, is_ours=is_ours or row.submitted_at is not None)
        if is_ours and row.submitted_at is None:
            chosen.setdefault(row.id, (row, wish))
    if chosen:
        papers = asking.papers(connection, chosen)
        newest = queries.newest_in_all(connection, list(chosen))
        for row, wish in chosen.values():
            read.sheets[row.id] = _sheet(connection, row, wish, papers[row.id], newest[row.id])
    return read


def _gone(wish: Wish) -> Closed:
    if wish.public_id is None:
        raise LookupError(wish.attempt_id)
    return Closed(wish.public_id, is_there=False)


def _sheet(
    connection: Connection,
    found: Row[Any],
    wish: Wish,
    paper: Sequence[asking.Asking],
    newest: Mapping[int, Newest],
) -> _Sheet:
    given = {place: one.given for place, one in newest.items() if one.given}
    submitted_at = max(found.started_at, min(wish.at, found.accepts_until))
    rested = found.interrupted and found.kind is AttemptKind.OFFICIAL
    pauses = sitting_queries.pauses_in(connection, found.seat_id) if rested else ()
    took = timing.worked(found.started_at, submitted_at, pauses)
    marks, columns = _marked(found, paper, given)
    columns |= {
        "submitted_at": submitted_at,
        "submitted_by": "person" if wish.by_person else "clock",
        "duration_ms": took // timedelta(milliseconds=1),
        "receipt_code": ids.code(),
    }
    return _Sheet(found, len(given), marks, columns)


def _write(connection: Connection, sheets: Collection[_Sheet]) -> None:
    """Write the marks of attempts and close them, place them, and record that they came in."""
    if not sheets:
        return
    rows = [_new(one.found.id, one.columns) for one in sheets]
    connection.execute(_CLOSE, rows)
    _write_marks(connection, [mark for one in sheets for mark in one.marks])
    official = [one.found for one in sheets if one.found.kind is AttemptKind.OFFICIAL]
    placing.place_all(connection, official)
    auditing.record_all_on(connection, [_entry(one) for one in sheets])


def _entry(sheet: _Sheet) -> auditing.Told:
    found, by = sheet.found, sheet.columns["submitted_by"]
    told = {"answers": sheet.columns["answers_digest"], "answered": sheet.answered, "by": by}
    actor = (found.account_id, found.account) if by == "person" else None
    target, log = f"attempt:{found.public_id}", f"contest:{found.contest}"
    return auditing.Told(actor, "attempt.submitted", target, log, told)


def _new(attempt_id: int, columns: Mapping[str, Any]) -> dict[str, Any]:
    return {"attempt": attempt_id} | {f"new_{name}": value for name, value in columns.items()}


def _write_marks(connection: Connection, marks: Sequence[tuple[int, int, int | None]]) -> None:
    connection.execute(_marking(connection.dialect.name), {"marks": json.dumps(marks)})


def mark_again(connection: Connection, attempt_id: int) -> None:
    """Mark a closed attempt anew with the answers that count now, as part of a decision.

    Essays lose the marks that people gave: the caller puts them back. Rows of the session that
    were read before are old afterwards.
    """
    dialect = connection.dialect.name
    found = connection.execute(
        _attempts(dialect, passing=False), asking.among_ids([attempt_id])
    ).one()
    paper = asking.papers(connection, [attempt_id])[attempt_id]
    newest = queries.newest_in(connection, attempt_id)
    given = {place: one.given for place, one in newest.items() if one.given}
    marks, columns = _marked(found, paper, given)
    if all(one.kind is not SlotKind.PREDICTION for one in paper):
        # One that was sent after handing in is no answer of the paper.
        columns["predicted"] = found.predicted
    connection.execute(_REMARK, _new(attempt_id, columns))
    _write_marks(connection, marks)


def _marked(
    found: Row[Any], paper: Sequence[asking.Asking], given: Mapping[int, Given]
) -> tuple[list[tuple[int, int, int | None]], dict[str, Any]]:
    """Return every slot's mark, and what the attempt's row says of them."""
    answers = {place: one.answer for place, one in given.items()}
    asked = asking.asked_of(paper)
    marks = marking.mark_paper(asked, answers)
    waiting = (
        asking.for_people(asked, answers) if found.kind is AttemptKind.OFFICIAL else frozenset()
    )
    triples = [
        (found.id, place, None if place in waiting else scoring.to_millionths(one.mark))
        for place, one in marks.items()
    ]
    triples += [(found.id, one.position, None) for one in asked if one.is_out]
    place = next((one.position for one in paper if one.kind is SlotKind.PREDICTION), None)
    config = prediction_of(found.prediction)
    said = _predicted(answers.get(place, ""), config) if place and config else None
    return triples, {
        "unmarked": len(waiting),
        "score": scoring.to_millionths(scoring.total(marks.values())),
        "correct": scoring.correct_count(marks.values()),
        "asked": len(marks),
        "predicted": said,
        "answers_digest": marking.answers_digest(found.public_id, given.values()),
    }


def _predicted(answer: str, config: Prediction) -> int | None:
    """Return the prediction in millionths; what cannot be read is no prediction."""
    try:
        value: Decimal = predicting.parse(answer, config)
    except Unreadable:
        return None
    return scoring.to_millionths(value)


def _state(row: Row[Any]) -> tuple[Any, ...]:
    own = (row.id, row.lease_no, row.accepts_until, row.submitted_at, row.responses)
    return (*own, row.current_run_id, row.live_board)


@cache
def _attempts(dialect: str, passing: bool) -> Executable:
    chosen = _FOUND.where(among("attempt.id", dialect))
    if dialect == "sqlite":
        return chosen
    # The round first, as everybody: whether its board is frozen must hold until this is written.
    passed = " SKIP LOCKED" if passing else ""
    return chosen.suffix_with(text(f"FOR SHARE OF round FOR UPDATE OF attempt{passed}"))


@cache
def _states() -> Executable:
    found = select(*_STATE, _NUMBER, *_BOARD).join(Round, Round.id == Attempt.round_id)
    return found.where(among("attempt.id", "sqlite"))


@cache
def _marking(dialect: str) -> TextClause:
    return text(_MARK.format(found=_MARKS[dialect]))
