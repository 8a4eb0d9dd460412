"""Marking attempts anew, many at a time, from the raw responses; nothing is written."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import ColumnElement, Row, select

from contest import change_queries, essay_queries, queries
from contest.models import (
    Attempt,
    AttemptKind,
    CountedLate,
    Response,
    Round,
    Slot,
    SlotKind,
)
from contest.rules import combining, marking, predicting, scoring
from contest.rules.effects import Effects, Worth
from contest.rules.marking import Asked, Ruling
from contest.rules.progressing import Progress, unwatched
from core.db import db
from core.saying import Unreadable
from questions.models import ItemVersion
from questions.rules.marking import MARKED_BY_PEOPLE

SLOTS_AT_ONCE = 5000
Answers = Mapping[tuple[int, int], str]


@dataclass(frozen=True, slots=True)
class Remarked:
    """Slots by (attempt, position) whose marks differ by now, and what the attempts are worth."""

    marks: Mapping[tuple[int, int], int | None] = field(default_factory=dict)
    worths: Mapping[int, Worth] = field(default_factory=dict)
    # The attempts that are worth something else than before.
    moved: Set[int] = frozenset()


@dataclass(frozen=True, slots=True)
class _Key:
    """How slots are marked: contents by version, rulings before and after, essays' marks."""

    round: Round
    contents: Mapping[int, tuple[str, Mapping[str, Any]]]
    before: Mapping[int, Ruling]
    after: Mapping[int, Ruling]
    essays: Mapping[tuple[int, int], Sequence[int]]
    # Few answers differ, many are equal: each is marked once.
    known: dict[tuple[int, str, int], int | None] = field(default_factory=dict)


def remark(round_: Round, effects: Effects, *, progress: Progress = unwatched) -> Remarked:
    """Mark the slots that the effects touch, of the attempts that hold them and of no others."""
    if not effects.rulings and not effects.late:
        return Remarked()
    before = {version: one.ruling for version, one in change_queries.rulings_in(round_).items()}
    after = {version: one for version, one in (before | dict(effects.rulings)).items() if one}
    touched = _touched(round_, effects)
    rows = db.session.execute(_slots().where(touched)).all()
    answers = _answers(touched, effects)
    attempts = sorted({row.attempt_id for row in rows if row.type in MARKED_BY_PEOPLE})
    key = _Key(round_, _contents(rows), before, after, essay_queries.points_given(attempts))
    marks: dict[tuple[int, int], int | None] = {}
    worths: dict[int, Worth] = {}
    moved: set[int] = set()
    for number, row in enumerate(rows):
        if number % SLOTS_AT_ONCE == 0:
            progress(number, len(rows))
        worth = worths.get(row.attempt_id) or _worth(row, is_late=row.attempt_id in effects.late)
        answer = answers.get((row.attempt_id, row.position), "")
        if row.kind is SlotKind.PREDICTION:
            worths[row.attempt_id] = replace(worth, predicted=_predicted(round_, answer))
            continue
        mark = _mark(key, row, answer)
        if mark != row.mark:
            marks[row.attempt_id, row.position] = mark
        is_whole = row.attempt_id in effects.late
        worths[row.attempt_id] = _moved(key, row, worth, mark, is_whole=is_whole)
        if worths[row.attempt_id] != worth:
            moved.add(row.attempt_id)
    return Remarked(marks, worths, moved)


def _touched(round_: Round, effects: Effects) -> ColumnElement[bool]:
    is_ours = (
        (Attempt.round_id == round_.id)
        & (Attempt.kind == AttemptKind.OFFICIAL)
        & Attempt.submitted_at.is_not(None)
    )
    holds = Slot.version_id.in_(list(effects.rulings)) | Slot.attempt_id.in_(list(effects.late))
    return is_ours & holds


def _slots() -> Any:  # noqa: ANN401 -- a select of many columns
    return (
        select(
            Slot.attempt_id,
            Slot.position,
            Slot.kind,
            Slot.version_id,
            Slot.points,
            Slot.mark,
            ItemVersion.type,
            Attempt.score,
            Attempt.correct,
            Attempt.asked,
            Attempt.unmarked,
            Attempt.predicted,
        )
        .join(Attempt, Attempt.id == Slot.attempt_id)
        .outerjoin(ItemVersion, ItemVersion.id == Slot.version_id)
        .order_by(Slot.attempt_id, Slot.position)
    )


def _answers(touched: ColumnElement[bool], effects: Effects) -> Answers:
    """Return the answer that counts in each slot: the newest in time, or a late one decided."""
    rows = db.session.execute(
        select(
            Response.attempt_id,
            Response.position,
            Response.lease_no,
            Response.seq,
            Response.is_late,
            CountedLate.attempt_id.is_not(None),
            Response.answer,
        )
        .join(
            Slot,
            (Slot.attempt_id == Response.attempt_id) & (Slot.position == Response.position),
        )
        .join(Attempt, Attempt.id == Slot.attempt_id)
        .outerjoin(CountedLate, queries.counts_late())
        .where(touched)
        .order_by(
            Response.attempt_id,
            Response.position,
            Response.is_late,
            Response.lease_no,
            Response.seq,
        )
    )
    found: dict[tuple[int, int], str] = {}
    for attempt, position, lease, seq, is_late, is_counted, answer in rows:
        decided = effects.late.get(attempt)
        counts = is_counted if decided is None else (position, lease, seq) in decided
        if counts or not is_late:
            found[attempt, position] = answer
    return found


def _contents(rows: Sequence[Row[Any]]) -> dict[int, tuple[str, Mapping[str, Any]]]:
    versions = {row.version_id for row in rows if row.version_id is not None}
    return {
        version: (str(kind), content)
        for version, kind, content in db.session.execute(
            select(ItemVersion.id, ItemVersion.type, ItemVersion.content).where(
                ItemVersion.id.in_(versions)
            )
        )
    }


def _worth(row: Row[Any], *, is_late: bool) -> Worth:
    """Return what an attempt is worth now; nothing yet where all its slots are marked anew."""
    if is_late:
        return Worth(0, 0, 0, 0, row.predicted)
    return Worth(row.score or 0, row.correct or 0, row.asked, row.unmarked, row.predicted)


def _mark(key: _Key, row: Row[Any], answer: str) -> int | None:
    """Return the mark of a slot in millionths; None for an essay that waits, or one left out."""
    kind, content = key.contents[row.version_id]
    ruling = key.after.get(row.version_id)
    is_void = ruling is not None and ruling.kind is not marking.RulingKind.KEY
    if kind in MARKED_BY_PEOPLE and not is_void and answer.strip():
        return combining.final(
            key.essays.get((row.attempt_id, row.position), []),
            row.points,
            markers=key.round.markers,
            percent=key.round.deviation_percent,
        )
    seen = (row.version_id, answer, row.points)
    if seen not in key.known:
        asked = Asked(row.position, kind, content, row.points, ruling=ruling)
        marks = marking.mark_paper([asked], {row.position: answer})
        one = marks.get(row.position)
        key.known[seen] = None if one is None else scoring.to_millionths(one.mark)
    return key.known[seen]


def _moved(key: _Key, row: Row[Any], worth: Worth, mark: int | None, *, is_whole: bool) -> Worth:
    """Return what the attempt is worth with this slot's new mark in the place of its old one."""
    is_essay = row.type in MARKED_BY_PEOPLE
    ruled = key.after.get(row.version_id)
    is_out = ruled is not None and ruled.kind is marking.RulingKind.OUT
    found = worth.with_slot(
        score=mark or 0,
        correct=int(mark is not None and mark == row.points),
        asked=int(not is_out),
        unmarked=int(is_essay and mark is None and not is_out),
    )
    if is_whole:
        return found
    ruled = key.before.get(row.version_id)
    was_out = ruled is not None and ruled.kind is marking.RulingKind.OUT
    return found.with_slot(
        score=-(row.mark or 0),
        correct=-int(row.mark is not None and row.mark == row.points),
        asked=-int(not was_out),
        unmarked=-int(is_essay and row.mark is None and not was_out),
    )


def _predicted(round_: Round, answer: str) -> int | None:
    config = round_.asked_prediction
    if config is None:
        return None
    try:
        return scoring.to_millionths(predicting.parse(answer, config))
    except Unreadable:
        return None
