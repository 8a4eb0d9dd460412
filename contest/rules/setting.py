"""What organisers set a contest and a round to, as whole values that can be compared."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from decimal import Decimal

from contest.rules import scoring
from contest.rules.allowing import AttemptPolicy, Counts
from contest.rules.predicting import Prediction
from contest.rules.qualifying import ANYBODY, Eligibility
from contest.rules.ranking import Key, RankingRule, natural
from core.text import fold
from questions.rules import filling
from questions.rules.excluding import Exclusions

# A cell of the blueprint, as the bank has it.
Cell = filling.Cell
_NOT_IN_ADDRESS = re.compile(r"[^a-z0-9]+")
_SLUG_LENGTH = 70


@dataclass(frozen=True, slots=True)
class ContestSettings:
    """What a contest says of itself; hosts are (body, part) with part “lead” or “with”."""

    title: str
    slug: str = ""
    summary: str = ""
    hosts: tuple[tuple[str, str], ...] = ()
    eligibility: str = ""
    min_age: int | None = None
    rules_text: str = ""
    prizes_text: str = ""
    contact: str = ""
    fields: tuple[str, ...] = ()
    max_attempts: int | None = None
    headcount_on: date | None = None


@dataclass(frozen=True, slots=True)
class RoundSettings:
    """Everything that organisers decide about a round before it opens."""

    title: str
    opens_at: datetime
    closes_at: datetime
    minutes: int = 10
    grace_seconds: int = 5
    bank_id: int | None = None
    cells: tuple[Cell, ...] = ()
    # The bank's blueprint that the cells were taken from, if any.
    source_id: int | None = None
    excluding: Exclusions = field(default_factory=Exclusions)
    shuffles: bool = True
    practice_items: int = 5
    max_per_round: int | None = 1
    max_per_day: int | None = None
    min_interval_minutes: int = 0
    counts: Counts = Counts.BEST
    prediction: Prediction | None = None
    ranking: RankingRule = field(
        default_factory=lambda: natural(Key.CORRECT_COUNT, Key.DURATION_MS, Key.SUBMITTED_AT)
    )
    participant_results_at: datetime | None = None
    public_results_at: datetime | None = None
    shows_answers: bool = False
    live_board: bool = True
    markers: int = 1
    deviation_percent: int = 10
    pass_mark: Decimal | None = None
    entry: Eligibility = ANYBODY

    @property
    def questions(self) -> int:
        """How many questions a paper has."""
        return sum(cell.count for cell in self.cells)

    @property
    def points(self) -> Decimal:
        """How many points a paper has, where each question has as many as its line says."""
        return scoring.from_millionths(sum(cell.count * cell.points for cell in self.cells))

    def policy(self, max_in_contest: int | None) -> AttemptPolicy:
        """Return how often one person may take the round."""
        return AttemptPolicy(
            max_in_contest,
            self.max_per_round,
            self.max_per_day,
            self.min_interval_minutes,
            self.counts,
        )


# What may still be changed once somebody has begun: it touches no paper, no attempt, no place.
ALWAYS_FREE = frozenset(
    {
        "title",
        "practice_items",
        "participant_results_at",
        "public_results_at",
        "shows_answers",
        "live_board",
    }
)


def changed(
    before: ContestSettings | RoundSettings, after: ContestSettings | RoundSettings
) -> Mapping[str, tuple[object, object]]:
    """Return what differs, by name: the value before and after."""
    names = [one.name for one in fields(before)]
    pairs = {name: (getattr(before, name), getattr(after, name)) for name in names}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def slug_of(title: str) -> str:
    """Return the title as the last part of an address: no marks, words joined by hyphens."""
    plain = _NOT_IN_ADDRESS.sub("-", fold(title)).strip("-")
    if len(plain) > _SLUG_LENGTH:
        plain = plain[: _SLUG_LENGTH + 1].rpartition("-")[0] or plain[:_SLUG_LENGTH]
    return plain or "cuoc-thi"


def commitment(seed: str) -> str:
    """Return what may be published of a round's seed before the draw: its SHA-256."""
    return hashlib.sha256(bytes.fromhex(seed)).hexdigest()


def spread(stock: Mapping[int | None, int], wanted: int) -> dict[int | None, int]:
    """Share `wanted` questions out over topics, one in turn to each that has the most left."""
    left = dict(stock)
    given = dict.fromkeys(stock, 0)
    for _ in range(min(wanted, sum(stock.values()))):
        fairest = min(
            (topic for topic in left if left[topic] > 0), key=lambda one: (given[one], -left[one])
        )
        given[fairest] += 1
        left[fairest] -= 1
    return {topic: count for topic, count in given.items() if count}
