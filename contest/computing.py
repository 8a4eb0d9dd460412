"""What a round's results are computed from, and what comes out of it; nothing is written."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from contest import placing
from contest.models import Attempt, AttemptKind, Enrolment, Round
from contest.rules import predicting, scoring
from contest.rules.effects import NO_EFFECTS, Effects, Worth
from contest.rules.predicting import Counted
from contest.rules.standing import Achieved, Stood, Terms, board_digest, stand
from core.db import db

Person = tuple[int, str]
_NO_WORTHS: Mapping[int, Worth] = {}


@dataclass(frozen=True, slots=True)
class Computed:
    """The results of a round as they would be: what they rest on, and who stands where."""

    # Millionths.
    actual: int | None
    stood: Mapping[Person, Stood]
    inputs_digest: str
    board_digest: str


def computed_in(
    round_: Round, effects: Effects = NO_EFFECTS, worths: Mapping[int, Worth] = _NO_WORTHS
) -> Computed:
    """Return the results of a round by these effects, from what its attempts are worth."""
    by_person = achieved_in(round_, effects, worths)
    actual = actual_of(round_, count(by_person.values()), effects)
    stood = stood_in(round_, placing.terms_of(round_, actual=actual), by_person)
    board = board_digest((one.sort_key, who) for (_, who), one in stood.items())
    return Computed(actual, stood, inputs_digest(by_person), board)


def actual_of(round_: Round, counted: Counted, effects: Effects = NO_EFFECTS) -> int | None:
    """Return what the prediction is compared with: counted, or fixed by hand by two people."""
    config = round_.asked_prediction
    if config is None:
        return None
    by_hand = effects.actual if effects.fixes_actual else round_.actual_by_hand
    if by_hand is not None:
        return by_hand
    value = predicting.actual(config, counted)
    return None if value is None else scoring.to_millionths(value)


def achieved_in(
    round_: Round, effects: Effects = NO_EFFECTS, worths: Mapping[int, Worth] = _NO_WORTHS
) -> dict[Person, list[Achieved]]:
    """Return what everybody ranked achieved in the round, by (id, public id) of the enrolment."""
    rows = db.session.execute(
        select(
            Enrolment.id,
            Enrolment.public_id,
            Enrolment.disqualified_at,
            Attempt.annulled_at,
            Attempt.id,
            Attempt.score,
            Attempt.correct,
            Attempt.asked,
            Attempt.predicted,
            Attempt.duration_ms,
            Attempt.started_at,
            Attempt.submitted_at,
        )
        .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
        .where(
            Attempt.round_id == round_.id,
            Attempt.kind == AttemptKind.OFFICIAL,
            Attempt.submitted_at.is_not(None),
            Enrolment.is_hidden.is_(False),
            Enrolment.is_test.is_(False),
        )
        .order_by(Attempt.id)
    )
    found: dict[Person, list[Achieved]] = defaultdict(list)
    for person, who, disqualified_at, annulled_at, *told in rows:
        if not effects.ranks(person, disqualified_at) or not effects.counts(told[0], annulled_at):
            continue
        attempt, score, correct, asked, predicted, took, started, submitted = told
        took = took or 0
        one = Achieved(
            attempt, score or 0, correct or 0, asked, predicted, took, started, submitted
        )
        worth = worths.get(attempt)
        found[person, who].append(one if worth is None else worth.of(one))
    return dict(found)


def stood_in(
    round_: Round, terms: Terms, by_person: Mapping[Person, Sequence[Achieved]]
) -> dict[Person, Stood]:
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


def inputs_digest(by_person: Mapping[Person, Sequence[Achieved]]) -> str:
    """Return the digest of what a run was computed from."""
    lines = [
        f"{who}|{one.attempt_id}|{one.score}|{one.correct}|{one.asked}|{one.predicted}"
        f"|{one.duration_ms}|{one.started_at.isoformat()}|{one.submitted_at.isoformat()}"
        for (_, who), attempts in sorted(by_person.items())
        for one in attempts
    ]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
