"""Overall tables: what a person achieved in several rounds, made into one standing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from contest.rules import ranking, scoring
from contest.rules.ranking import Key, Merits, RankingRule
from core.saying import Sentence
from core.text import N_

MILLION = 1_000_000
_PLACE = ranking.RankingKey(Key.LOT, ranking.Direction.ASC)


class OverallRule(StrEnum):
    """How several rounds become one standing."""

    BEST = "best"
    SUM = "sum"
    WEIGHTED = "weighted"
    KEEP_HIGHER_PRIZE = "keep_higher_prize"


@dataclass(frozen=True, slots=True)
class Result:
    """What a person achieved in one round: score and distance of the prediction in millionths.

    `off` is None also where the round asks for no prediction (`asks_prediction`).
    """

    round: int
    place: int
    score: int
    correct: int
    asked: int
    off: int | None
    asks_prediction: bool
    duration_ms: int
    started_at: datetime
    submitted_at: datetime

    @property
    def is_perfect(self) -> bool:
        """Whether every question was answered correctly."""
        return 0 < self.asked == self.correct


@dataclass(frozen=True, slots=True)
class OverallTerms:
    """How an overall table ranks; weights in millionths by round, one for a round not named."""

    rule: OverallRule
    ranking: RankingRule
    weights: Mapping[int, int]
    min_rounds: int = 1

    def problems(self, rounds: Sequence[int]) -> list[Sentence]:
        """Return what is wrong with the configuration for these rounds."""
        found = self.ranking.problems()
        if len(rounds) < 2:
            found.append(Sentence(N_("An overall table needs two rounds at least.")))
        if not 1 <= self.min_rounds <= max(1, len(rounds)):
            found.append(Sentence(N_("Nobody can have taken part in so many rounds.")))
        return found

    def written(self) -> dict[str, object]:
        """Return the terms as plain values, as a run keeps them."""
        return {
            "rule": self.rule.value,
            "ranking": self.ranking.written(),
            "weights": {str(round_): weight for round_, weight in self.weights.items()},
            "min_rounds": self.min_rounds,
        }

    def says(self) -> list[Sentence]:
        """Say the terms in a few sentences."""
        told = [Sentence(_SAID[self.rule])]
        if self.min_rounds > 1:
            message = N_("Only who took part in at least %(count)s of the rounds is in the table.")
            told.append(Sentence(message, {"count": self.min_rounds}))
        return [*told, *self.ranking.says()]


def read(written: Mapping[str, object]) -> OverallTerms:
    """Return the terms that `written` gave."""
    weights, entries = written["weights"], written["ranking"]
    if not isinstance(weights, Mapping) or not isinstance(entries, Sequence):
        raise ValueError("these are no terms of an overall table")
    return OverallTerms(
        OverallRule(str(written["rule"])),
        ranking.read(entries),
        {int(round_): int(weight) for round_, weight in weights.items()},
        int(str(written["min_rounds"])),
    )


@dataclass(frozen=True, slots=True)
class Total:
    """A person's standing in an overall table; `kept` is the round that alone counts, if one."""

    rounds: int
    best_place: int
    kept: int | None
    score: int
    correct: int
    off: int | None
    duration_ms: int
    merits: Merits
    sort_key: str


def total(
    terms: OverallTerms, results: Sequence[Result], *, lot: int | None = None
) -> Total | None:
    """Return the standing of a person with these results; None for too few of them.

    The best round is the one that the table's own order of ranking puts highest; with the higher
    prize kept, the one with the best place. Of equal rounds the earlier in `results` counts.
    """
    if not results or len(results) < terms.min_rounds:
        return None
    counted, kept = list(results), None
    if terms.rule is OverallRule.BEST:
        one = min(results, key=lambda each: terms.ranking.sort_key(_merits(terms, [each], lot)))
        counted, kept = [one], one.round
    elif terms.rule is OverallRule.KEEP_HIGHER_PRIZE:
        one = min(results, key=lambda each: each.place)
        counted, kept = [one], one.round
    merits = _merits(terms, counted, lot)
    best_place = min(each.place for each in results)
    sort_key = terms.ranking.sort_key(merits)
    if terms.rule is OverallRule.KEEP_HIGHER_PRIZE:
        # A place sorts as any whole number does.
        sort_key = RankingRule((_PLACE,)).sort_key(Merits(lot=best_place)) + sort_key
    return Total(
        rounds=len(results),
        best_place=best_place,
        kept=kept,
        score=scoring.to_millionths(merits.score or Decimal(0)),
        correct=merits.correct_count or 0,
        off=None
        if merits.prediction_diff is None
        else scoring.to_millionths(merits.prediction_diff),
        duration_ms=merits.duration_ms or 0,
        merits=merits,
        sort_key=sort_key,
    )


def _merits(terms: OverallTerms, counted: Sequence[Result], lot: int | None) -> Merits:
    offs = [each.off for each in counted if each.asks_prediction]
    return Merits(
        score=_score(terms, counted),
        correct_count=sum(each.correct for each in counted),
        prediction_diff=_sum_of(offs),
        duration_ms=sum(each.duration_ms for each in counted),
        submitted_at=max(each.submitted_at for each in counted),
        started_at=min(each.started_at for each in counted),
        perfect_attempts=sum(each.is_perfect for each in counted),
        lot=lot,
    )


def _score(terms: OverallTerms, counted: Sequence[Result]) -> Decimal:
    """Add up scores; with weights the sum is exact and only then cut to six places."""
    if terms.rule is not OverallRule.WEIGHTED:
        return scoring.from_millionths(sum(each.score for each in counted))
    exact = sum(
        (
            Decimal(each.score) * terms.weights.get(each.round, MILLION) / (MILLION * MILLION)
            for each in counted
        ),
        Decimal(0),
    )
    return scoring.quantised(exact)


def _sum_of(offs: Sequence[int | None]) -> Decimal | None:
    """Add up distances; one that is missing where it was asked leaves the sum missing."""
    known = [off for off in offs if off is not None]
    if not offs or len(known) < len(offs):
        return None
    return scoring.from_millionths(sum(known))


_SAID = {
    OverallRule.BEST: N_("Of several rounds, each person’s best one counts."),
    OverallRule.SUM: N_("What was achieved in the rounds is added up."),
    OverallRule.WEIGHTED: N_("The scores of the rounds are added up by their weights."),
    OverallRule.KEEP_HIGHER_PRIZE: N_(
        "Each person stands once, at the best place reached in any of the rounds."
    ),
}


def name(rule: OverallRule) -> Sentence:
    """Say a rule in one sentence."""
    return Sentence(_SAID[rule])
