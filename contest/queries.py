"""What taking part reads: attempts, their papers and their answers."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, func, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from contest.models import (
    Attempt,
    AttemptKind,
    BlockPaper,
    Contest,
    CountedLate,
    Enrolment,
    Response,
    Round,
    Slot,
)
from contest.rules.marking import Given
from core.db import AMONG, among, db
from questions.models import BlueprintRow, ItemVersion


def attempts_of(
    enrolment_id: int, *, kind: AttemptKind = AttemptKind.OFFICIAL
) -> Sequence[Attempt]:
    """Return a person's attempts in a contest, in order of start."""
    return db.session.scalars(
        select(Attempt)
        .where(Attempt.enrolment_id == enrolment_id, Attempt.kind == kind)
        .order_by(Attempt.started_at, Attempt.id)
    ).all()


def slots_of(attempt_id: int) -> Sequence[Slot]:
    """Return the paper of an attempt with its item versions, in order, in one statement."""
    return db.session.scalars(
        select(Slot)
        .outerjoin(ItemVersion, ItemVersion.id == Slot.version_id)
        .where(Slot.attempt_id == attempt_id)
        .options(contains_eager(Slot.version).selectinload(ItemVersion.stimulus))
        .order_by(Slot.position)
    ).all()


@dataclass(frozen=True, slots=True)
class Newest:
    """The answer that counts for a slot, and the highest sequence number whatever the lease."""

    given: Given | None
    seq: int


def newest_of(attempt_id: int) -> dict[int, Newest]:
    """Return the newest answer to each slot, by position, in one statement.

    Of a text that was saved a hundred times only the last saving is read. A late answer is
    none, unless two people decided that it counts.
    """
    return newest_in(db.session.connection(), attempt_id)


def newest_in(connection: Connection, attempt_id: int) -> dict[int, Newest]:
    """Return what `newest_of` does, read on a connection of its own."""
    return newest_in_all(connection, [attempt_id])[attempt_id]


def newest_in_all(
    connection: Connection, attempt_ids: Iterable[int]
) -> dict[int, dict[int, Newest]]:
    """Return what `newest_in` does for many attempts, by the id of each, in one statement."""
    found: dict[int, dict[int, Newest]] = {one: {} for one in attempt_ids}
    numbers = {AMONG: json.dumps(list(found))}
    for row in connection.execute(_newest(connection.dialect.name), numbers):
        given = _given(row) if row.counted or not row.is_late else None
        found[row.attempt_id][row.position] = Newest(given, row.most)
    return found


def newest_lease(attempt_id: int) -> int:
    """Return the newest lease under which answers are kept; after a restore it may be ahead."""
    newest = select(func.max(Response.lease_no)).where(Response.attempt_id == attempt_id)
    return db.session.scalar(newest) or 0


def counts_late() -> ColumnElement[bool]:
    """Join a response with what was decided about it, if it was late and counts all the same."""
    return (
        (CountedLate.attempt_id == Response.attempt_id)
        & (CountedLate.position == Response.position)
        & (CountedLate.lease_no == Response.lease_no)
        & (CountedLate.seq == Response.seq)
    )


@cache
def _newest(dialect: str) -> Select[Any]:
    slot = (Response.attempt_id, Response.position)
    counted = CountedLate.attempt_id.is_not(None)
    order = (~counted, Response.is_late, Response.lease_no.desc(), Response.seq.desc())
    rank = func.row_number().over(partition_by=slot, order_by=order).label("rank")
    most = func.max(Response.seq).over(partition_by=slot).label("most")
    keys = (*slot, Response.lease_no, Response.seq)
    ranked = (
        select(*keys, rank, most, counted.label("counted"))
        .outerjoin(CountedLate, counts_late())
        .where(among("response.attempt_id", dialect))
        .subquery()
    )
    kept = (Response.answer, Response.receipt, Response.is_late)
    same = [ranked.c[one.key] == one for one in keys]
    return (
        select(*keys, *kept, ranked.c.most, ranked.c.counted)
        .join(ranked, and_(*same))
        .where(ranked.c.rank == 1)
        .order_by(Response.attempt_id, Response.position)
    )


def _given(row: Row[Any]) -> Given:
    return Given(row.position, row.lease_no, row.seq, row.answer, row.receipt)


def answers_of(attempt_id: int) -> dict[int, Given]:
    """Return the answer that counts for each slot, by position: the newest that came in time."""
    found = newest_of(attempt_id)
    return {position: one.given for position, one in found.items() if one.given}


def newest_seq_of(attempt_id: int, position: int) -> int:
    """Return the highest sequence number of a slot, whatever the lease; 0 for no answer."""
    most = select(func.max(Response.seq)).where(
        Response.attempt_id == attempt_id, Response.position == position
    )
    return db.session.scalar(most) or 0


def overdue_attempts(*, at: datetime, limit: int) -> Sequence[int]:
    """Return the ids of attempts whose time and grace are over and that nobody has closed."""
    rows = db.session.execute(
        select(Attempt.id, Attempt.accepts_until, Attempt.grace_seconds)
        .where(Attempt.submitted_at.is_(None), Attempt.accepts_until <= at)
        .order_by(Attempt.accepts_until)
        .limit(limit)
    ).all()
    return [
        one.id for one in rows if one.accepts_until + timedelta(seconds=one.grace_seconds) <= at
    ]


def contest_by_slug(slug: str) -> Contest | None:
    """Return the contest with this address."""
    return db.session.scalar(select(Contest).where(Contest.slug == slug))


def enrolment_of(account_id: int, contest_id: int) -> Enrolment | None:
    """Return somebody's enrolment in a contest."""
    return db.session.scalar(
        select(Enrolment)
        .where(Enrolment.account_id == account_id, Enrolment.contest_id == contest_id)
        .options(joinedload(Enrolment.unit))
    )


def enrolments_of(account_id: int) -> Sequence[Enrolment]:
    """Return all enrolments of somebody with contest, rounds and sittings, newest first."""
    return (
        db.session.scalars(
            select(Enrolment)
            .where(Enrolment.account_id == account_id)
            .options(
                joinedload(Enrolment.contest)
                .selectinload(Contest.rounds)
                .selectinload(Round.sittings),
                joinedload(Enrolment.unit),
                joinedload(Enrolment.block),
            )
            .order_by(Enrolment.enrolled_at.desc())
        )
        .unique()
        .all()
    )


def round_by_public_id(public_id: str) -> Round | None:
    """Return a round with its contest, blueprint and sittings."""
    return db.session.scalar(
        select(Round)
        .where(Round.public_id == public_id)
        .options(
            joinedload(Round.contest),
            joinedload(Round.blueprint),
            selectinload(Round.sittings),
        )
    )


def items_asked(round_: Round, block_id: int | None = None) -> int:
    """Return how many items a paper of the round has, for the people of a block; one statement."""
    own = select(BlockPaper.blueprint_id).where(
        BlockPaper.round_id == round_.id, BlockPaper.block_id == block_id
    )
    drawn = func.coalesce(own.scalar_subquery(), round_.blueprint_id) if block_id else None
    total = select(func.sum(BlueprintRow.count)).where(
        BlueprintRow.blueprint_id == (round_.blueprint_id if drawn is None else drawn)
    )
    return db.session.scalar(total) or 0
