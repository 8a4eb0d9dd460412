"""Closing attempts: submitted by the person or by the clock, marked and placed, in one go.

Statements built once, on a bare connection: a thousand people hand in during the same minute.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

from sqlalchemy import Connection, Row, Select, TextClause, bindparam, func, select, text, update

from accounts import auditing
from accounts.models import Account
from contest import placing, queries, sitting_queries
from contest.models import (
    Attempt,
    AttemptKind,
    Contest,
    Enrolment,
    QuestionRuling,
    Response,
    ResultRun,
    Round,
    Slot,
    SlotKind,
)
from contest.models.contest import prediction_of
from contest.rules import marking, predicting, scoring, timing
from contest.rules.marking import Asked
from contest.rules.predicting import Prediction
from core import ids, writer
from core.db import db
from core.saying import Unreadable
from questions.models import ItemVersion
from questions.rules import marking as item_marking

_SLOT: Any = Slot.__table__
_ROW: Any = Attempt.__table__
_NUMBER: Any = (
    select(func.count())
    .select_from(Response)
    .where(Response.attempt_id == bindparam("attempt"))
    .scalar_subquery()
)
_ATTEMPT: Select[*tuple[Any, ...]] = (
    select(
        Attempt.id,
        Attempt.public_id,
        Attempt.seat_id,
        Attempt.kind,
        Attempt.lease_no,
        Attempt.started_at,
        Attempt.accepts_until,
        Attempt.submitted_at,
        Attempt.grace_seconds,
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
    .where(Attempt.id == bindparam("attempt"))
    .with_for_update(of=_ROW)
)
_PAPER = (
    select(
        Slot.position,
        Slot.kind,
        Slot.points,
        ItemVersion.type,
        ItemVersion.content,
        QuestionRuling.kind.label("ruled"),
        QuestionRuling.accepted,
    )
    .outerjoin(ItemVersion, ItemVersion.id == Slot.version_id)
    .outerjoin(
        QuestionRuling,
        (QuestionRuling.version_id == Slot.version_id)
        & (QuestionRuling.round_id == bindparam("round"))
        & QuestionRuling.lifted_by_id.is_(None),
    )
    .where(Slot.attempt_id == bindparam("attempt"))
    .order_by(Slot.position)
)
_MARK = """
UPDATE slot SET mark = found.earned FROM {found}
WHERE slot.attempt_id = :attempt AND slot.position = found.place
"""
# The marks as one parameter: pairs of place and millionths.
_FOUND = {
    "sqlite": """(SELECT value ->> 0 AS place, value ->> 1 AS earned
       FROM json_each(:marks)) AS found""",
    "postgresql": """(SELECT CAST(pair ->> 0 AS integer) AS place,
       CAST(pair ->> 1 AS bigint) AS earned
       FROM jsonb_array_elements(CAST(:marks AS jsonb)) AS pair) AS found""",
}
_CLOSE = update(_ROW).where(_ROW.c.id == bindparam("attempt"), _ROW.c.submitted_at.is_(None))
# Only while nothing has come in, and no time was taken out, since the answers were read.
_CLOSE_AS_READ = _CLOSE.where(
    _ROW.c.lease_no == bindparam("lease"),
    _ROW.c.accepts_until == bindparam("until"),
    bindparam("responses") == _NUMBER,
)


@dataclass(frozen=True, slots=True)
class Closed:
    """What came of closing: `is_ours` is false for an attempt that another tab writes."""

    public_id: str
    is_ours: bool = True


@dataclass(frozen=True, slots=True)
class _Sheet:
    """An attempt marked, not written yet: its row, how many responses there were, what to write."""

    found: Row[*tuple[Any, ...]]
    responses: int
    answered: int
    marks: str
    columns: Mapping[str, Any]


def close(
    connection: Connection,
    attempt_id: int,
    *,
    by_person: bool,
    at: datetime,
    lease_no: int | None = None,
) -> Closed:
    """Close an attempt for good, mark it and place it; twice is the same as once.

    With a `lease_no`, only for whoever holds that lease. The moment written is never after the
    deadline. A fixed number of statements, however long the paper is.
    """
    read = _read(connection, attempt_id, by_person=by_person, at=at, lease_no=lease_no)
    if isinstance(read, Closed):
        return read
    connection.execute(_CLOSE.values(**read.columns), {"attempt": attempt_id})
    return _finish(connection, read)


def hand_in(attempt_id: int, *, lease_no: int, at: datetime) -> Closed:
    """Close an attempt for whoever holds its lease, and return once that is on disk.

    Where one process writes at a time, the marking is done before its turn comes.
    """

    def whole(on: Connection) -> Closed:
        return close(on, attempt_id, by_person=True, at=at, lease_no=lease_no)

    if db.engine.dialect.name != "sqlite":
        return writer.run(whole)
    with db.engine.connect() as connection:
        read = _read(connection, attempt_id, by_person=True, at=at, lease_no=lease_no)
    if isinstance(read, Closed):
        return read
    known = {
        "attempt": attempt_id,
        "lease": read.found.lease_no,
        "until": read.found.accepts_until,
        "responses": read.responses,
    }
    sheet = read

    def as_read(on: Connection) -> Closed:
        if on.execute(_CLOSE_AS_READ.values(**sheet.columns), known).rowcount == 1:
            return _finish(on, sheet)
        return whole(on)

    return writer.run(as_read)


def _read(
    connection: Connection, attempt_id: int, *, by_person: bool, at: datetime, lease_no: int | None
) -> _Sheet | Closed:
    """Read an attempt and mark it; or say what has become of it already."""
    found = connection.execute(_ATTEMPT, {"attempt": attempt_id}).one()
    if found.submitted_at is not None:
        return Closed(found.public_id)
    # A lease above the stored one was given before an older backup was restored.
    if lease_no is not None and lease_no < found.lease_no:
        return Closed(found.public_id, is_ours=False)
    paper = connection.execute(_PAPER, {"attempt": attempt_id, "round": found.round_id}).all()
    newest = queries.newest_in(connection, attempt_id)
    given = {place: one.given for place, one in newest.items() if one.given}
    answers = {place: one.answer for place, one in given.items()}
    submitted_at = max(found.started_at, min(at, found.accepts_until))
    rested = found.interrupted and found.kind is AttemptKind.OFFICIAL
    pauses = sitting_queries.pauses_in(connection, found.seat_id) if rested else ()
    took = timing.worked(found.started_at, submitted_at, pauses)
    marks, columns = _marked(found, paper, answers)
    columns |= {
        "submitted_at": submitted_at,
        "submitted_by": "person" if by_person else "clock",
        "duration_ms": took // timedelta(milliseconds=1),
        "answers_digest": marking.answers_digest(found.public_id, given.values()),
        "receipt_code": ids.code(),
    }
    return _Sheet(found, found.responses, len(given), json.dumps(marks), columns)


def _finish(connection: Connection, sheet: _Sheet) -> Closed:
    """Write the marks of an attempt just closed, place it, and record that it was handed in."""
    found, by = sheet.found, sheet.columns["submitted_by"]
    mark = _marking(connection.dialect.name)
    connection.execute(mark, {"attempt": found.id, "marks": sheet.marks})
    if found.kind is AttemptKind.OFFICIAL:
        placing.place_in(connection, found)
    told = {"answers": sheet.columns["answers_digest"], "answered": sheet.answered, "by": by}
    actor = (found.account_id, found.account) if by == "person" else None
    target, log = f"attempt:{found.public_id}", f"contest:{found.contest}"
    auditing.record_on(connection, actor, "attempt.submitted", target, log=log, **told)
    return Closed(found.public_id)


def mark_again(connection: Connection, attempt_id: int) -> None:
    """Mark a closed attempt anew with the answers that count now, as part of a decision.

    Essays lose the marks that people gave: the caller puts them back. Rows of the session that
    were read before are old afterwards.
    """
    known = {"attempt": attempt_id}
    found = connection.execute(_ATTEMPT, known).one()
    paper = connection.execute(_PAPER, known | {"round": found.round_id}).all()
    newest = queries.newest_in(connection, attempt_id)
    given = {place: one.given for place, one in newest.items() if one.given}
    marks, columns = _marked(found, paper, {place: one.answer for place, one in given.items()})
    columns["answers_digest"] = marking.answers_digest(found.public_id, given.values())
    connection.execute(update(_ROW).where(_ROW.c.id == attempt_id).values(**columns))
    mark = _marking(connection.dialect.name)
    connection.execute(mark, known | {"marks": json.dumps(marks)})


@cache
def _marking(dialect: str) -> TextClause:
    return text(_MARK.format(found=_FOUND[dialect]))


def _marked(
    found: Row[*tuple[Any, ...]], paper: Sequence[Row[Any]], answers: Mapping[int, str]
) -> tuple[list[tuple[int, int | None]], dict[str, Any]]:
    """Return every slot's mark, and score, correct count and prediction of the attempt."""
    asked = asked_of(paper)
    marks = marking.mark_paper(asked, answers)
    waiting = for_people(asked, answers) if found.kind is AttemptKind.OFFICIAL else frozenset()
    pairs = [
        (place, None if place in waiting else scoring.to_millionths(one.mark))
        for place, one in marks.items()
    ]
    pairs += [(one.position, None) for one in asked if one.is_out]
    place = next((one.position for one in paper if one.kind is SlotKind.PREDICTION), None)
    config = prediction_of(found.prediction)
    said = _predicted(answers.get(place, ""), config) if place and config else None
    return pairs, {
        "unmarked": len(waiting),
        "score": scoring.to_millionths(scoring.total(marks.values())),
        "correct": scoring.correct_count(marks.values()),
        "asked": len(marks),
        "predicted": said,
    }


def asked_of(paper: Iterable[Row[Any]]) -> list[Asked]:
    """Return what the slots ask, the prediction left out."""
    return [
        Asked(
            one.position,
            one.type,
            one.content,
            one.points,
            ruling=marking.ruling_of(one.ruled, one.accepted),
        )
        for one in paper
        if one.type is not None
    ]


def for_people(asked: Iterable[Asked], answers: Mapping[int, str]) -> frozenset[int]:
    """Return where people have to mark: essays that were answered."""
    places = {
        one.position
        for one in asked
        if one.type in item_marking.MARKED_BY_PEOPLE and not one.is_void
    }
    return frozenset(place for place in places if answers.get(place, "").strip())


def _predicted(answer: str, config: Prediction) -> int | None:
    """Return the prediction in millionths; what cannot be read is no prediction."""
    try:
        value: Decimal = predicting.parse(answer, config)
    except Unreadable:
        return None
    return scoring.to_millionths(value)
