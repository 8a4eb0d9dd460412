"""What agreed changes come to: who counts, what was ruled, what attempts are worth by it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from contest.rules.marking import Ruling
from contest.rules.standing import Achieved

Place = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Effects:
    """The rows that changes are about, by id; a ruling of None takes an earlier one back."""

    annulled: frozenset[int] = frozenset()
    restored: frozenset[int] = frozenset()
    disqualified: frozenset[int] = frozenset()
    reinstated: frozenset[int] = frozenset()
    rulings: Mapping[int, Ruling | None] = field(default_factory=dict)
    # For an attempt the late answers that count: position, lease, sequence number.
    late: Mapping[int, frozenset[Place]] = field(default_factory=dict)
    # Millionths by the id of a block, as a run has them; None where one is counted again.
    actuals: Mapping[int | None, int | None] = field(default_factory=dict)
    # What was achieved in other rounds by them, by the round's id and by person.
    elsewhere: Mapping[int, Mapping[tuple[int, str], Sequence[Achieved]]] = field(
        default_factory=dict
    )

    def counts(self, attempt_id: int, annulled_at: datetime | None) -> bool:
        """Say whether an attempt counts by them."""
        if attempt_id in self.annulled:
            return False
        return annulled_at is None or attempt_id in self.restored

    def ranks(self, enrolment_id: int, disqualified_at: datetime | None) -> bool:
        """Say whether a person who is not hidden is ranked by them."""
        if enrolment_id in self.disqualified:
            return False
        return disqualified_at is None or enrolment_id in self.reinstated

    def fixed(self, before: Mapping[int | None, int]) -> dict[int | None, int]:
        """Return the true values fixed by hand by them, of those that were fixed before."""
        now = dict(before) | dict(self.actuals)
        return {block: value for block, value in now.items() if value is not None}


NO_EFFECTS = Effects()


@dataclass(frozen=True, slots=True)
class Worth:
    """What an attempt is worth: score and prediction in millionths, essays without a mark."""

    score: int
    correct: int
    asked: int
    unmarked: int
    predicted: int | None

    def of(self, achieved: Achieved) -> Achieved:
        """Return what was achieved, worth this."""
        return replace(
            achieved,
            score=self.score,
            correct=self.correct,
            asked=self.asked,
            predicted=self.predicted,
        )

    def with_slot(
        self, *, score: int = 0, correct: int = 0, asked: int = 0, unmarked: int = 0
    ) -> "Worth":
        """Return it with what one slot adds or takes."""
        return Worth(
            self.score + score,
            self.correct + correct,
            self.asked + asked,
            self.unmarked + unmarked,
            self.predicted,
        )
