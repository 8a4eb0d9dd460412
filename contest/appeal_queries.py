"""What is read of appeals: a round's, an attempt's, and the work that waits."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from contest.models import Appeal, AppealState, Attempt, Enrolment, Round
from core.db import db

PAGE = 50


def open_in(round_: Round) -> int:
    """Return how many appeals of a round wait for an answer."""
    waiting = select(func.count()).where(
        Appeal.round_id == round_.id, Appeal.state == AppealState.OPEN
    )
    return db.session.scalar(waiting) or 0


def of_attempt(attempt_id: int) -> Appeal | None:
    """Return the appeal against the result of an attempt; None for none."""
    return db.session.scalar(select(Appeal).where(Appeal.attempt_id == attempt_id))


def appeals_of(round_: Round, *, most: int = 200) -> Sequence[Appeal]:
    """Return the appeals of a round, those that wait first, with people and changes."""
    person = joinedload(Appeal.attempt).joinedload(Attempt.enrolment)
    return db.session.scalars(
        select(Appeal)
        .where(Appeal.round_id == round_.id, Appeal.state != AppealState.WITHDRAWN)
        .options(
            person.joinedload(Enrolment.account),
            person.joinedload(Enrolment.unit),
            joinedload(Appeal.claimed_by),
            joinedload(Appeal.answered_by),
            joinedload(Appeal.change),
        )
        .order_by(Appeal.state != AppealState.OPEN, Appeal.id)
        .limit(most)
    ).all()


def appeal_with(public_id: str) -> Appeal | None:
    """Return an appeal with its attempt, round, contest and people."""
    attempt = joinedload(Appeal.attempt)
    return db.session.scalar(
        select(Appeal)
        .where(Appeal.public_id == public_id)
        .options(
            attempt.joinedload(Attempt.round).joinedload(Round.contest),
            attempt.joinedload(Attempt.enrolment).joinedload(Enrolment.account),
            attempt.joinedload(Attempt.enrolment).joinedload(Enrolment.unit),
            joinedload(Appeal.claimed_by),
            joinedload(Appeal.answered_by),
            joinedload(Appeal.change),
        )
    )
