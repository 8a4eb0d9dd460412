"""The whole file of a contest, fourth part: marks of essays, decisions on late answers, minutes."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import aliased

from accounts.models import Account
from contest.dossier_scope import Scope, Values, as_json, batches, decimal
from contest.models import Attempt, Enrolment, EssayMark, LateDecision, Minutes, Room, Seat
from core.db import db

# What an attempt was worth, as it is kept in millionths.
_MILLIONTHS = ("score", "predicted")


def essay_marks(scope: Scope) -> Iterator[Values]:
    """Yield every mark that a person gave an essay, in rounds that are over."""
    statement = (
        select(EssayMark.id, EssayMark, Attempt.public_id, Attempt.round_id, Account.public_id)
        .join(Attempt, Attempt.id == EssayMark.attempt_id)
        .join(Account, Account.id == EssayMark.marker_id)
    )
    for _id, one, attempt, round_id, marker in batches(
        statement, EssayMark.id, Attempt.round_id.in_(scope.over)
    ):
        criteria = {name: str(decimal(points)) for name, points in one.criteria.items()}
        yield (
            scope.number(round_id),
            scope.code(attempt),
            one.position,
            one.order,
            scope.code(marker),
            decimal(one.points),
            as_json(criteria) if criteria else None,
            one.comment,
            one.marked_at,
        )


def late_decisions(scope: Scope) -> Iterator[Values]:
    """Yield every decision of two people about late answers, whatever became of it."""
    second = aliased(Account)
    statement = (
        select(
            LateDecision.id,
            LateDecision,
            Attempt.public_id,
            Attempt.round_id,
            Account.public_id,
            second.public_id,
        )
        .join(Attempt, Attempt.id == LateDecision.attempt_id)
        .join(Account, Account.id == LateDecision.proposed_by_id)
        .outerjoin(second, second.id == LateDecision.decided_by_id)
    )
    mine = Attempt.round_id.in_(scope.rounds)
    for _id, one, attempt, round_id, proposer, decider in batches(statement, LateDecision.id, mine):
        yield (
            one.public_id,
            scope.number(round_id),
            scope.code(attempt),
            one.state.value,
            one.rule.value,
            one.seen,
            as_json(one.answers),
            one.reason,
            scope.code(proposer),
            one.proposed_at,
            scope.code(decider),
            one.decided_at,
            one.decided_for,
            as_json(_worth(one.before)),
            as_json(_worth(one.after)),
        )


def _worth(kept: dict[str, Any]) -> dict[str, Any] | None:
    """Return what an attempt was worth, in points; nothing while nobody has decided."""
    if not kept:
        return None
    points = {name: str(decimal(kept.get(name))) for name in _MILLIONTHS if kept.get(name)}
    return kept | points


def minutes(scope: Scope) -> Iterator[Values]:
    """Yield the minutes that proctors wrote about candidates."""
    second, holder = aliased(Account), aliased(Account)
    statement = (
        select(
            Minutes.id,
            Minutes,
            Seat.round_id,
            Room.title,
            holder.public_id,
            Account.public_id,
            second.public_id,
        )
        .join(Seat, Seat.id == Minutes.seat_id)
        .join(Room, Room.id == Minutes.room_id)
        .join(Enrolment, Enrolment.id == Seat.enrolment_id)
        .join(holder, holder.id == Enrolment.account_id)
        .join(Account, Account.id == Minutes.written_by_id)
        .outerjoin(second, second.id == Minutes.decided_by_id)
    )
    people = _accounts(scope)
    mine = Seat.round_id.in_(scope.rounds)
    for _id, one, round_id, room, person, writer, decider in batches(statement, Minutes.id, mine):
        witnesses = [scope.code(people.get(int(who))) for who in one.witnesses]
        yield (
            one.public_id,
            scope.number(round_id),
            room,
            scope.code(person),
            one.kind.value,
            one.happened,
            one.said,
            one.is_signed,
            as_json(witnesses) if witnesses else None,
            one.state.value,
            scope.code(writer),
            one.written_at,
            scope.code(decider),
            one.decided_at,
            one.decided_for,
            one.lifted_at,
            one.lifted_for,
        )


def _accounts(scope: Scope) -> dict[int, str]:
    """Return the public id of each person who sits in the rounds, by the id of the enrolment."""
    rows = db.session.execute(
        select(Seat.enrolment_id, Account.public_id)
        .join(Enrolment, Enrolment.id == Seat.enrolment_id)
        .join(Account, Account.id == Enrolment.account_id)
        .where(Seat.round_id.in_(scope.rounds), Seat.room_id.is_not(None))
    )
    return dict(rows.all())
