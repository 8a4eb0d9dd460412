"""What taking part reads: attempts, their papers and their answers."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from contest.models import Attempt, AttemptKind, Contest, Enrolment, Response, Round, Slot
from contest.rules.marking import Given
from core.db import db
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
        .options(contains_eager(Slot.version))
        .order_by(Slot.position)
    ).all()


def answers_of(attempt_id: int) -> dict[int, Given]:
    """Return the newest answer in time to each slot, by position."""
    rows = db.session.scalars(
        select(Response)
        .where(Response.attempt_id == attempt_id, Response.is_late.is_(False))
        .order_by(Response.position, Response.lease_no, Response.seq)
    )
    return {
        row.position: Given(row.position, row.lease_no, row.seq, row.answer, row.receipt)
        for row in rows
    }


def newest_seq_of(attempt_id: int) -> dict[int, int]:
    """Return the highest sequence number of each slot, whatever the lease."""
    rows = db.session.execute(
        select(Response.position, func.max(Response.seq))
        .where(Response.attempt_id == attempt_id)
        .group_by(Response.position)
    )
    return dict(rows.all())


def overdue_attempts(*, at: datetime, limit: int) -> Sequence[Attempt]:
    """Return attempts whose time and grace are over and that nobody has closed."""
    rows = db.session.scalars(
        select(Attempt)
        .where(Attempt.submitted_at.is_(None), Attempt.accepts_until <= at)
        .order_by(Attempt.accepts_until)
        .limit(limit)
        .options(joinedload(Attempt.round).joinedload(Round.contest))
    ).all()
    return [one for one in rows if one.accepts_until + timedelta(seconds=one.grace_seconds) <= at]


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


def items_asked(blueprint_id: int | None) -> int:
    """Return how many items a paper of the blueprint has."""
    if blueprint_id is None:
        return 0
    total = select(func.sum(BlueprintRow.count)).where(BlueprintRow.blueprint_id == blueprint_id)
    return db.session.scalar(total) or 0
