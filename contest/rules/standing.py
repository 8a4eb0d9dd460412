"""One person's standing: which attempt counts, what it is worth, and the key that ranks it."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from contest.rules import predicting, scoring
from contest.rules.allowing import Counts
from contest.rules.predicting import Counted, Prediction, Scope
from contest.rules.ranking import Key, Merits, RankingRule


@dataclass(frozen=True, slots=True)
class Achieved:
    """What one submitted attempt achieved; score and prediction in millionths."""

    attempt_id: int
    score: int
    correct: int
    asked: int
    predicted: int | None
    duration_ms: int
    started_at: datetime
    submitted_at: datetime

    @property
    def is_perfect(self) -> bool:
        """Whether every question was answered correctly."""
        return 0 < self.asked == self.correct


@dataclass(frozen=True, slots=True)
class Stood:
    """A person's standing; `off` is the distance of the prediction in millionths."""

    attempt: Achieved
    attempts: int
    predicted: int | None
    off: int | None
    merits: Merits
    sort_key: str
    # The block in which the place is counted.
    block: int | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """How a round ranks: its rule, which attempt counts, its prediction and what came true."""

    rule: RankingRule
    counts: Counts
    prediction: Prediction | None = None
    # Millionths: one for everybody under None, or one for each block; nothing while not known.
    actuals: Mapping[int | None, int] = field(default_factory=dict)

    @property
    def effective(self) -> RankingRule:
        """The rule as far as it can be applied now."""
        if self.actuals or not self.rule.uses(Key.PREDICTION_DIFF):
            return self.rule
        return self.rule.without(Key.PREDICTION_DIFF)

    def actual(self, block: int | None) -> int | None:
        """Return what came true for the people of a block."""
        if self.prediction is None:
            return None
        return self.actuals.get(block if self.prediction.scope is Scope.BLOCK else None)


def stand(
    terms: Terms, attempts: Sequence[Achieved], *, lot: int | None = None, block: int | None = None
) -> Stood | None:
    """Return the standing of a person with these submitted attempts; None for none.

    `best` is by the round's own rule; of equal attempts the earlier counts. `lot` is the person's
    lot, where lots are drawn; `block` is where the person stands apart from the others.
    """
    ordered = sorted(attempts, key=lambda one: (one.started_at, one.attempt_id))
    if not ordered:
        return None
    stood = [_stood(terms, ordered, place, lot, block) for place in range(len(ordered))]
    if terms.counts is Counts.FIRST:
        return stood[0]
    if terms.counts is Counts.LAST:
        return stood[-1]
    return min(stood, key=lambda one: one.sort_key)


def _stood(
    terms: Terms, ordered: Sequence[Achieved], place: int, lot: int | None, block: int | None
) -> Stood:
    attempt = ordered[place]
    predicted = _predicted(terms, ordered, place)
    off = None
    if terms.prediction is not None:
        difference = predicting.difference(
            _decimal(predicted), _decimal(terms.actual(block)), not_over=terms.prediction.not_over
        )
        off = None if difference is None else scoring.to_millionths(difference)
    merits = Merits(
        score=scoring.from_millionths(attempt.score),
        correct_count=attempt.correct,
        prediction_diff=_decimal(off),
        duration_ms=attempt.duration_ms,
        submitted_at=attempt.submitted_at,
        started_at=attempt.started_at,
        perfect_attempts=sum(one.is_perfect for one in ordered),
        lot=lot,
    )
    sort_key = terms.effective.sort_key(merits)
    return Stood(attempt, len(ordered), predicted, off, merits, sort_key, block)


def _predicted(terms: Terms, ordered: Sequence[Achieved], place: int) -> int | None:
    if terms.prediction is None:
        return None
    given = [_decimal(one.predicted) for one in ordered]
    counted = predicting.counting(terms.prediction.lock, place, given)
    return None if counted is None else scoring.to_millionths(counted)


def _decimal(millionths: int | None) -> Decimal | None:
    return None if millionths is None else scoring.from_millionths(millionths)


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


def board_digest(rows: Iterable[tuple[str, str]]) -> str:
    """Return the digest of a board: (sort key, public id of the enrolment) in order of rank."""
    lines = "\n".join(f"{key}|{who}" for key, who in sorted(rows))
    return hashlib.sha256(lines.encode()).hexdigest()
