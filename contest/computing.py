"""What a round's results are computed from, and what comes out of it; nothing is written."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import select

from contest import placing
from contest.models import Attempt, AttemptKind, Enrolment, Round
from contest.rules.predicting import Counted
from contest.rules.standing import Achieved, Stood, Terms, stand
from core.db import db


def achieved_in(round_: Round) -> dict[tuple[int, str], list[Achieved]]:
    """Return what everybody ranked achieved in the round, by (id, public id) of the enrolment."""
    rows = db.session.execute(
        select(Attempt, Enrolment.public_id)
        .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
        .where(
            Attempt.round_id == round_.id,
            Attempt.kind == AttemptKind.OFFICIAL,
            Attempt.submitted_at.is_not(None),
            Attempt.annulled_at.is_(None),
            Enrolment.is_hidden.is_(False),
            Enrolment.is_test.is_(False),
            Enrolment.disqualified_at.is_(None),
        )
        .order_by(Attempt.id)
    )
    found: dict[tuple[int, str], list[Achieved]] = defaultdict(list)
    for attempt, who in rows:
        one = placing.achieved(attempt)
        if one is not None:
            found[attempt.enrolment_id, who].append(one)
    return dict(found)


def stood_in(
    round_: Round, terms: Terms, by_person: Mapping[tuple[int, str], Sequence[Achieved]]
) -> dict[tuple[int, str], Stood]:
    """Return everybody's standing under these terms."""
    stood = {
        person: stand(terms, attempts, lot=placing.lot_of(round_, person[1]))
        for person, attempts in by_person.items()
    }
    return {person: one for person, one in stood.items() if one is not None}


def count(by_person: Iterable[Sequence[Achieved]]) -> Counted:
    """Count people and attempts, and those with everything correct."""
    people = attempts = perfect_people = perfect_attempts = 0
    for mine in by_person:
        perfect = sum(one.is_perfect for one in mine)
        people, attempts = people + 1, attempts + len(mine)
        perfect_people, perfect_attempts = (
            perfect_people + (perfect > 0),
            perfect_attempts + perfect,
        )
    return Counted(people, attempts, perfect_people, perfect_attempts)


def inputs_digest(by_person: Mapping[tuple[int, str], Sequence[Achieved]]) -> str:
    """Return the digest of what a run was computed from."""
    lines = [
        f"{who}|{one.attempt_id}|{one.score}|{one.correct}|{one.asked}|{one.predicted}"
        f"|{one.duration_ms}|{one.started_at.isoformat()}|{one.submitted_at.isoformat()}"
        for (_, who), attempts in sorted(by_person.items())
        for one in attempts
    ]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
