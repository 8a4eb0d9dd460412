"""What is read of answers that came late, and of what was decided about them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import joinedload

from contest.models import (
    Attempt,
    AttemptKind,
    CountedLate,
    DecisionState,
    Enrolment,
    LateDecision,
    Response,
    Round,
)
from contest.queries import counts_late
from contest.rules import lateness
from contest.rules.lateness import LateReason
from contest.rules.marking import Given
from core.db import db
from core.web import Page, whole_or

PAGE = 50


@dataclass(frozen=True, slots=True)
class LateAnswer:
    """A late answer without what it says: which slot, when it came, and why it was late."""

    position: int
    lease_no: int
    received_at: datetime
    reason: LateReason
    # After the end of the attempt; nothing for one that came before.
    after: timedelta | None
    elapsed_ms: int | None
    has_in_time: bool
    is_counted: bool


@dataclass(frozen=True, slots=True)
class LateLine:
    """An attempt of the lane: how many answers came late, when, and what was decided last."""

    attempt: Attempt
    answers: int
    slots: int
    first: datetime
    last: datetime
    decision: LateDecision | None
    # Late answers that came after the last proposal looked.
    unseen: int

    @property
    def is_open(self) -> bool:
        """Say whether somebody has still to decide."""
        done = (DecisionState.AGREED,)
        return self.decision is None or self.decision.state not in done or self.unseen > 0


@dataclass(frozen=True, slots=True)
class LateTold:
    """What the owner of an attempt is told about late answers."""

    answers: int
    first: datetime
    last: datetime
    decision: LateDecision | None


def lane(round_: Round, *, after: str | None = None, before: str | None = None) -> Page[LateLine]:
    """Return a page of the attempts that have late answers, in two statements."""
    counts = _counts().where(Attempt.round_id == round_.id).subquery()
    statement = (
        select(Attempt, counts)
        .join(counts, counts.c.attempt_id == Attempt.id)
        .options(
            joinedload(Attempt.enrolment).joinedload(Enrolment.account),
            joinedload(Attempt.enrolment).joinedload(Enrolment.unit),
        )
    )
    if before:
        found = statement.where(Attempt.id < whole_or(before, 0)).order_by(Attempt.id.desc())
    else:
        found = statement.where(Attempt.id > whole_or(after or "", 0)).order_by(Attempt.id)
    rows = db.session.execute(found.limit(PAGE + 1)).all()
    has_more, rows = len(rows) > PAGE, rows[:PAGE]
    if before:
        rows = rows[::-1]
    newest = _newest([row[0].id for row in rows])
    lines = [_line(row, newest.get(row[0].id)) for row in rows]
    is_first, is_last = not (has_more if before else after), not (before or has_more)
    return Page(
        lines,
        before=None if is_first or not rows else str(rows[0][0].id),
        after=None if is_last or not rows else str(rows[-1][0].id),
    )


def _counts() -> Select[int, int, int, datetime, datetime]:
    """Count the late answers of each official attempt."""
    return (
        select(
            Response.attempt_id,
            func.count().label("answers"),
            func.count(Response.position.distinct()).label("slots"),
            func.min(Response.received_at).label("first"),
            func.max(Response.received_at).label("last"),
        )
        .join(Attempt, Attempt.id == Response.attempt_id)
        .where(Response.is_late.is_(True), Attempt.kind == AttemptKind.OFFICIAL)
        .group_by(Response.attempt_id)
    )


def _line(
    row: Row[Attempt, int, int, int, datetime, datetime], decision: LateDecision | None
) -> LateLine:
    attempt, _, answers, slots, first, last = row
    unseen = answers - decision.seen if decision is not None else answers
    return LateLine(attempt, answers, slots, first, last, decision, unseen)


def _newest(attempt_ids: Sequence[int]) -> dict[int, LateDecision]:
    """Return the newest decision of each attempt that was not taken back."""
    found: dict[int, LateDecision] = {}
    for one in db.session.scalars(
        select(LateDecision)
        .where(
            LateDecision.attempt_id.in_(attempt_ids),
            LateDecision.state != DecisionState.WITHDRAWN,
        )
        .order_by(LateDecision.id)
    ):
        found[one.attempt_id] = one
    return found


def answers_of(attempt: Attempt) -> list[LateAnswer]:
    """Return the late answers of an attempt in order of arrival, without what they say."""
    in_time = select(Response.position).where(
        Response.attempt_id == attempt.id, Response.is_late.is_(False)
    )
    rows = db.session.execute(
        select(
            Response.position,
            Response.lease_no,
            Response.received_at,
            Response.elapsed_ms,
            Response.position.in_(in_time),
            CountedLate.attempt_id.is_not(None),
        )
        .outerjoin(CountedLate, counts_late())
        .where(Response.attempt_id == attempt.id, Response.is_late.is_(True))
        .order_by(Response.received_at, Response.position, Response.lease_no, Response.seq)
    )
    found = []
    for position, lease, received, elapsed, has_in_time, is_counted in rows:
        reason = lateness.reason_of(received, attempt.accepts_until, attempt.submitted_at)
        past = received - attempt.accepts_until
        after = past if past > timedelta(0) else None
        told = (position, lease, received, reason, after, elapsed)
        found.append(LateAnswer(*told, bool(has_in_time), bool(is_counted)))
    return found


def late_of(attempt_id: int) -> list[Given]:
    """Return every late answer of an attempt with what it says, for those who decide by rule."""
    rows = db.session.scalars(
        select(Response)
        .where(Response.attempt_id == attempt_id, Response.is_late.is_(True))
        .order_by(Response.position, Response.lease_no, Response.seq)
    )
    return [_given(row) for row in rows]


def in_time_of(attempt_id: int) -> dict[int, Given]:
    """Return the newest answer that came in time to each slot, by position."""
    rows = db.session.scalars(
        select(Response)
        .where(Response.attempt_id == attempt_id, Response.is_late.is_(False))
        .order_by(Response.position, Response.lease_no, Response.seq)
    )
    return {row.position: _given(row) for row in rows}


def counted_of(attempt_id: int) -> list[Given]:
    """Return the late answers of an attempt that count."""
    rows = db.session.scalars(
        select(Response)
        .join(CountedLate, counts_late())
        .where(Response.attempt_id == attempt_id)
        .order_by(Response.position)
    )
    return [_given(row) for row in rows]


def _given(row: Response) -> Given:
    return Given(row.position, row.lease_no, row.seq, row.answer, row.receipt)


def waiting_of(attempt_id: int) -> LateDecision | None:
    """Return the proposal about an attempt that waits for a second person."""
    return db.session.scalar(
        select(LateDecision).where(
            LateDecision.attempt_id == attempt_id, LateDecision.state == DecisionState.PROPOSED
        )
    )


def waiting_in(round_: Round) -> int:
    """Return how many proposals of a round wait for a second person."""
    waiting = (
        select(func.count())
        .select_from(LateDecision)
        .join(Attempt, Attempt.id == LateDecision.attempt_id)
        .where(Attempt.round_id == round_.id, LateDecision.state == DecisionState.PROPOSED)
    )
    return db.session.scalar(waiting) or 0


def decisions_of(attempt: Attempt) -> Sequence[LateDecision]:
    """Return what was proposed and decided about an attempt, newest first, with the people."""
    return db.session.scalars(
        select(LateDecision)
        .where(LateDecision.attempt_id == attempt.id)
        .options(joinedload(LateDecision.proposed_by), joinedload(LateDecision.decided_by))
        .order_by(LateDecision.id.desc())
    ).all()


def decision_with(public_id: str) -> LateDecision | None:
    """Return a decision with its attempt, round and contest."""
    attempt = joinedload(LateDecision.attempt)
    return db.session.scalar(
        select(LateDecision)
        .where(LateDecision.public_id == public_id)
        .options(attempt.joinedload(Attempt.round).joinedload(Round.contest))
    )


def agreed_of(attempt_ids: Sequence[int]) -> dict[int, list[LateDecision]]:
    """Return the decisions that were agreed to, by attempt, in the order they were agreed."""
    found: dict[int, list[LateDecision]] = defaultdict(list)
    for one in db.session.scalars(
        select(LateDecision)
        .where(LateDecision.attempt_id.in_(attempt_ids), LateDecision.state == DecisionState.AGREED)
        .order_by(LateDecision.attempt_id, LateDecision.decided_at, LateDecision.id)
    ):
        found[one.attempt_id].append(one)
    return dict(found)


def told_to_owner(attempt: Attempt) -> LateTold | None:
    """Return what the receipt says of late answers; nothing where all came in time."""
    found = db.session.execute(_counts().where(Response.attempt_id == attempt.id)).one_or_none()
    if found is None:
        return None
    return LateTold(found.answers, found.first, found.last, _newest([attempt.id]).get(attempt.id))
