"""The whole file of a contest, second part: questions as they were asked, papers and answers.

Only of rounds that are over: what is asked in an open one is nobody's yet.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import and_, func, select

from contest.dossier_scope import AT_ONCE, Scope, Values, as_json, decimal
from contest.models import Attempt, AttemptKind, CountedLate, Response, Slot
from core.db import db
from questions.models import Item, ItemType, ItemVersion, Topic

# Attempts whose papers and answers are read by one statement.
PAPERS_AT_ONCE = AT_ONCE // 10
# What is written into these is the person's own words.
WRITTEN = frozenset({ItemType.SHORT_ANSWER, ItemType.CLOZE, ItemType.ESSAY})


def questions(scope: Scope) -> Iterator[Values]:
    """Yield every version that was asked, and in how many papers; three statements."""
    asked = _asked(scope)
    rows = db.session.execute(
        select(ItemVersion, Item.code, Item.difficulty, Topic.name)
        .join(Item, Item.id == ItemVersion.item_id)
        .outerjoin(Topic, Topic.id == Item.topic_id)
        .where(ItemVersion.id.in_(_versions(scope)))
        .order_by(Item.code, ItemVersion.number)
    )
    for version, code, difficulty, topic in rows:
        yield (
            code,
            version.number,
            version.type.value,
            difficulty.value if difficulty else None,
            topic,
            asked[version.id],
            version.stem,
            as_json(version.content),
            version.explanation,
            version.clause,
            version.digest,
        )


def _official(scope: Scope) -> tuple[Any, ...]:
    return (Attempt.round_id.in_(scope.over), Attempt.kind == AttemptKind.OFFICIAL)


def _asked(scope: Scope) -> dict[int | None, int]:
    rows = db.session.execute(
        select(Slot.version_id, func.count())
        .join(Attempt, Attempt.id == Slot.attempt_id)
        .where(Slot.version_id.is_not(None), *_official(scope))
        .group_by(Slot.version_id)
    )
    return dict(rows.all())


def _versions(scope: Scope) -> Any:  # noqa: ANN401 -- a subquery
    return (
        select(Slot.version_id)
        .join(Attempt, Attempt.id == Slot.attempt_id)
        .where(Slot.version_id.is_not(None), *_official(scope))
    )


def items(scope: Scope) -> list[Item]:
    """Return the items that `questions` tells of."""
    asked = select(ItemVersion.item_id).where(ItemVersion.id.in_(_versions(scope)))
    return list(db.session.scalars(select(Item).where(Item.id.in_(asked)).order_by(Item.id)))


def _attempts(scope: Scope) -> Iterator[Sequence[tuple[int, str]]]:
    """Yield the attempts of rounds that are over, some at a time, by id and public id."""
    rows = db.session.execute(
        select(Attempt.id, Attempt.public_id).where(*_official(scope)).order_by(Attempt.id)
    )
    found = [(attempt_id, public_id) for attempt_id, public_id in rows]
    for start in range(0, len(found), PAPERS_AT_ONCE):
        yield found[start : start + PAPERS_AT_ONCE]


def slots(scope: Scope) -> Iterator[Values]:
    """Yield the papers slot by slot."""
    for some in _attempts(scope):
        codes = {attempt_id: scope.code(public_id) for attempt_id, public_id in some}
        rows = db.session.execute(
            select(
                Slot.attempt_id,
                Slot.position,
                Slot.kind,
                Item.code,
                ItemVersion.number,
                Slot.option_order,
                Slot.points,
                Slot.mark,
            )
            .outerjoin(ItemVersion, ItemVersion.id == Slot.version_id)
            .outerjoin(Item, Item.id == ItemVersion.item_id)
            .where(Slot.attempt_id.in_(codes))
            .order_by(Slot.attempt_id, Slot.position)
        ).all()
        for attempt_id, position, kind, code, number, order, points, mark in rows:
            shown = " ".join(str(option) for option in order)
            asked = (position, kind.value, code, number, shown)
            yield codes[attempt_id], *asked, decimal(points), decimal(mark)


def responses(scope: Scope) -> Iterator[Values]:
    """Yield every answer as it arrived; what people wrote themselves is in a column of its own."""
    for some in _attempts(scope):
        codes = {attempt_id: scope.code(public_id) for attempt_id, public_id in some}
        for row in db.session.execute(_answers().where(Response.attempt_id.in_(codes))).all():
            attempt_id, position, lease, seq, answer, received, elapsed, late, counted, kind = row
            is_written = kind in WRITTEN
            yield (
                codes[attempt_id],
                position,
                lease,
                seq,
                None if is_written else answer,
                answer if is_written else None,
                received,
                elapsed,
                late,
                counted is not None,
            )


def _answers() -> Any:  # noqa: ANN401 -- a statement of many columns
    counted = and_(
        CountedLate.attempt_id == Response.attempt_id,
        CountedLate.position == Response.position,
        CountedLate.lease_no == Response.lease_no,
        CountedLate.seq == Response.seq,
    )
    slot = and_(Slot.attempt_id == Response.attempt_id, Slot.position == Response.position)
    return (
        select(
            Response.attempt_id,
            Response.position,
            Response.lease_no,
            Response.seq,
            Response.answer,
            Response.received_at,
            Response.elapsed_ms,
            Response.is_late,
            CountedLate.decision_id,
            ItemVersion.type,
        )
        .outerjoin(CountedLate, counted)
        .outerjoin(Slot, slot)
        .outerjoin(ItemVersion, ItemVersion.id == Slot.version_id)
        .order_by(Response.attempt_id, Response.position, Response.lease_no, Response.seq)
    )
