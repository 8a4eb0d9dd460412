"""Closing attempts: submitted by the person or by the clock, marked and placed, in one go.

Statements built once, on a bare connection: a thousand people hand in during the same minute.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, select, update

from accounts import auditing
from accounts.models import Account
from contest import placing, queries, sitting_queries
from contest.models import (
    Attempt,
    AttemptKind,
    Contest,
    Enrolment,
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
from core.saying import Unreadable
from questions.models import ItemVersion
from questions.rules import marking as item_marking

_SLOT: Any = Slot.__table__
_ROW: Any = Attempt.__table__
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
        Account.id.label("account_id"),
        Account.public_id.label("account"),
        Contest.public_id.label("contest"),
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
    select(Slot.position, Slot.kind, Slot.points, ItemVersion.type, ItemVersion.content)
    .outerjoin(ItemVersion, ItemVersion.id == Slot.version_id)
    .where(Slot.attempt_id == bindparam("attempt"))
    .order_by(Slot.position)
)
_MARK = (
    update(_SLOT)
    .where(_SLOT.c.attempt_id == bindparam("attempt"), _SLOT.c.position == bindparam("place"))
    .values(mark=bindparam("earned"))
)
_CLOSE = update(_ROW).where(_ROW.c.id == bindparam("attempt"))


@dataclass(frozen=True, slots=True)
class Closed:
    """What came of closing: `is_ours` is false for an attempt that another tab writes."""

    public_id: str
    is_ours: bool = True


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
    found = connection.execute(_ATTEMPT, {"attempt": attempt_id}).one()
    if found.submitted_at is not None:
        return Closed(found.public_id)
    if lease_no not in (None, found.lease_no):
        return Closed(found.public_id, is_ours=False)
    paper = connection.execute(_PAPER, {"attempt": attempt_id}).all()
    newest = queries.newest_in(connection, attempt_id)
    given = {place: one.given for place, one in newest.items() if one.given}
    answers = {place: one.answer for place, one in given.items()}
    submitted_at = max(found.started_at, min(at, found.accepts_until))
    is_official = found.kind is AttemptKind.OFFICIAL
    digest = marking.answers_digest(found.public_id, given.values())
    pauses = sitting_queries.pauses_in(connection, found.seat_id) if is_official else ()
    took = timing.worked(found.started_at, submitted_at, pauses)
    written = _marked(connection, found, paper, answers) | {
        "submitted_at": submitted_at,
        "submitted_by": "person" if by_person else "clock",
        "duration_ms": took // timedelta(milliseconds=1),
        "answers_digest": digest,
        "receipt_code": ids.code(),
    }
    connection.execute(_CLOSE.values(**written), {"attempt": attempt_id})
    if is_official:
        placing.place_in(connection, found)
    told = {"answers": digest, "answered": len(given), "by": written["submitted_by"]}
    actor = (found.account_id, found.account) if by_person else None
    target, log = f"attempt:{found.public_id}", f"contest:{found.contest}"
    auditing.record_on(connection, actor, "attempt.submitted", target, log=log, **told)
    return Closed(found.public_id)


def hand_in(attempt_id: int, *, lease_no: int, at: datetime) -> Closed:
    """Close an attempt for whoever holds its lease, and return once that is on disk."""
    return writer.run(lambda on: close(on, attempt_id, by_person=True, at=at, lease_no=lease_no))


def _marked(
    connection: Connection, found: Row[Any], paper: Sequence[Row[Any]], answers: Mapping[int, str]
) -> dict[str, Any]:
    """Write every slot's mark; return score, correct count and prediction of the attempt."""
    asked = asked_of(paper)
    marks = marking.mark_paper(asked, answers)
    waiting = for_people(asked, answers) if found.kind is AttemptKind.OFFICIAL else frozenset()
    rows = [
        {
            "attempt": found.id,
            "place": place,
            "earned": None if place in waiting else scoring.to_millionths(one.mark),
        }
        for place, one in marks.items()
    ]
    if rows:
        connection.execute(_MARK, rows)
    place = next((one.position for one in paper if one.kind is SlotKind.PREDICTION), None)
    config = prediction_of(found.prediction)
    said = _predicted(answers.get(place, ""), config) if place and config else None
    return {
        "unmarked": len(waiting),
        "score": scoring.to_millionths(scoring.total(marks.values())),
        "correct": scoring.correct_count(marks.values()),
        "asked": len(marks),
        "predicted": said,
    }


def asked_of(paper: Iterable[Row[Any]]) -> list[Asked]:
    """Return what the slots ask, the prediction left out."""
    return [
        Asked(one.position, one.type, one.content, one.points)
        for one in paper
        if one.type is not None
    ]


def for_people(asked: Iterable[Asked], answers: Mapping[int, str]) -> frozenset[int]:
    """Return where people have to mark: essays that were answered."""
    places = {one.position for one in asked if one.type in item_marking.MARKED_BY_PEOPLE}
    return frozenset(place for place in places if answers.get(place, "").strip())


def _predicted(answer: str, config: Prediction) -> int | None:
    """Return the prediction in millionths; what cannot be read is no prediction."""
    try:
        value: Decimal = predicting.parse(answer, config)
    except Unreadable:
        return None
    return scoring.to_millionths(value)
