"""What the marking of essays reads: the next answer, its marks, progress, marks that differ."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, case, exists, func, select
from sqlalchemy.orm import joinedload

from contest.models import (
    Attempt,
    Enrolment,
    EssayClaim,
    EssayMark,
    QuestionRuling,
    Round,
    Slot,
)
from contest.rules import combining, scoring
from contest.rules.marking import RulingKind
from core import signing
from core.db import db
from questions.models import ItemType, ItemVersion

CODE = "essay"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the essays of a round are: handed in, marked, and marked in part by the asker."""

    essays: int
    marked: int
    mine: int


@dataclass(frozen=True, slots=True)
class Deviation:
    """Two marks of an answer that differ too much, and the points there are."""

    code: str
    position: int
    marks: Sequence[Decimal]
    points: Decimal


def code_of(attempt: str, position: int) -> str:
    """Return the neutral name of an answer, by the attempt's public id; it tells nobody's."""
    made = signing.mac(CODE, f"{attempt}|{position}").upper()
    return f"{made[:4]}-{made[4:8]}"


def _answers(round_: Round) -> Select[Any]:
    """Select the answered essays of the attempts that count."""
    return (
        select(Slot)
        .join(Attempt, Attempt.id == Slot.attempt_id)
        .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
        .join(ItemVersion, ItemVersion.id == Slot.version_id)
        .where(
            Attempt.round_id == round_.id,
            Attempt.submitted_at.is_not(None),
            Attempt.annulled_at.is_(None),
            Enrolment.disqualified_at.is_(None),
            ItemVersion.type == ItemType.ESSAY,
            ~_void_in(round_),
        )
    )


def _void_in(round_: Round) -> ColumnElement[bool]:
    """Find the questions that nobody marks any more, by what was ruled about them."""
    return exists().where(
        QuestionRuling.round_id == round_.id,
        QuestionRuling.version_id == Slot.version_id,
        QuestionRuling.lifted_by_id.is_(None),
        QuestionRuling.kind != RulingKind.KEY,
    )


def _waiting(round_: Round) -> Select[Any]:
    return _answers(round_).where(Attempt.unmarked > 0, Slot.mark.is_(None))


def _of_slot(model: type[EssayMark] | type[EssayClaim]) -> ColumnElement[bool]:
    return (model.attempt_id == Slot.attempt_id) & (model.position == Slot.position)


def next_answer(round_: Round, marker_id: int, *, at: datetime) -> tuple[int, int] | None:
    """Return attempt and position of the next answer this person may mark; begun ones first.

    Nobody marks an answer twice, nor an answer of their own.
    """
    marks = select(func.count()).where(_of_slot(EssayMark)).correlate(Slot).scalar_subquery()
    taken = (
        select(func.count())
        .where(_of_slot(EssayClaim), EssayClaim.until > at)
        .correlate(Slot)
        .scalar_subquery()
    )
    wanted = case((marks >= combining.FIRST_TWO, combining.DECIDING), else_=round_.markers)
    mine = exists().where(_of_slot(EssayMark), EssayMark.marker_id == marker_id)
    found = db.session.execute(
        _waiting(round_)
        .with_only_columns(Slot.attempt_id, Slot.position)
        .where(~mine, Enrolment.account_id != marker_id, marks + taken < wanted)
        .order_by(marks.desc(), Attempt.submitted_at, Slot.attempt_id, Slot.position)
        .limit(1)
    ).first()
    return None if found is None else (found[0], found[1])


def orders_used(attempt_id: int, position: int) -> set[int]:
    """Return the orders for which there is a mark or a claim."""
    marked = select(EssayMark.order).where(
        EssayMark.attempt_id == attempt_id, EssayMark.position == position
    )
    claimed = select(EssayClaim.order).where(
        EssayClaim.attempt_id == attempt_id, EssayClaim.position == position
    )
    return set(db.session.scalars(marked.union(claimed)))


def claim_held(round_id: int, marker_id: int, *, at: datetime) -> EssayClaim | None:
    """Return what somebody is marking in a round now."""
    return db.session.scalar(
        select(EssayClaim)
        .join(Attempt, Attempt.id == EssayClaim.attempt_id)
        .where(
            EssayClaim.marker_id == marker_id,
            EssayClaim.until > at,
            Attempt.round_id == round_id,
        )
        .limit(1)
    )


def claim_with(public_id: str) -> EssayClaim | None:
    """Return a claim with its slot, item version, attempt, round and contest."""
    return db.session.scalar(
        select(EssayClaim)
        .where(EssayClaim.public_id == public_id)
        .options(
            joinedload(EssayClaim.attempt).joinedload(Attempt.round).joinedload(Round.contest),
            joinedload(EssayClaim.slot).joinedload(Slot.version).joinedload(ItemVersion.stimulus),
        )
    )


def points_given(attempt_ids: Sequence[int]) -> dict[tuple[int, int], list[int]]:
    """Return the marks of answers in order, by attempt and position."""
    found: dict[tuple[int, int], list[int]] = defaultdict(list)
    rows = db.session.execute(
        select(EssayMark.attempt_id, EssayMark.position, EssayMark.points)
        .where(EssayMark.attempt_id.in_(attempt_ids))
        .order_by(EssayMark.attempt_id, EssayMark.position, EssayMark.order)
    )
    for attempt, position, points in rows:
        found[attempt, position].append(points)
    return dict(found)


def marked_positions(attempt_id: int) -> set[int]:
    """Return the slots of an attempt whose answer somebody has given a mark."""
    given = select(EssayMark.position).where(EssayMark.attempt_id == attempt_id).distinct()
    return set(db.session.scalars(given))


def progress(round_: Round, marker_id: int) -> Progress:
    """Return how far the marking is, in two statements."""
    handed_in = _answers(round_).where(_is_essay_to_mark())
    counted = handed_in.with_only_columns(func.count(), func.count(Slot.mark))
    essays, marked = db.session.execute(counted).one()
    mine = (
        select(func.count())
        .select_from(EssayMark)
        .join(Attempt, Attempt.id == EssayMark.attempt_id)
        .where(Attempt.round_id == round_.id, EssayMark.marker_id == marker_id)
    )
    return Progress(essays, marked, db.session.scalar(mine) or 0)


def _is_essay_to_mark() -> ColumnElement[bool]:
    """Tell answers that people mark from empty ones, which earn nothing by themselves."""
    return Slot.mark.is_(None) | exists().where(_of_slot(EssayMark))


def deviations(round_: Round) -> list[Deviation]:
    """Return the answers that wait for a third mark, in two statements."""
    slots = db.session.execute(
        _waiting(round_)
        .with_only_columns(Slot.attempt_id, Slot.position, Slot.points, Attempt.public_id)
        .order_by(Attempt.submitted_at, Slot.attempt_id, Slot.position)
    ).all()
    marks = points_given(sorted({row.attempt_id for row in slots}))
    found = []
    for row in slots:
        given = marks.get((row.attempt_id, row.position), [])
        if len(given) == combining.FIRST_TWO:
            shown = [scoring.from_millionths(one) for one in given]
            whole = scoring.from_millionths(row.points)
            code = code_of(row.public_id, row.position)
            found.append(Deviation(code, row.position, shown, whole))
    return found


def has_essays(round_: Round) -> bool:
    """Say whether an essay was handed in."""
    return bool(db.session.scalar(select(_answers(round_).where(_is_essay_to_mark()).exists())))
