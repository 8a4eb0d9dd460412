"""Parts that are counted, not judged: views, likes and the like, made points by a declared rule."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, localcontext
from enum import StrEnum
from typing import Any

from contest.rules.judging import ordinal, table
from core.saying import Sentence
from core.text import N_

_PERCENT = 100
_DIGITS = 40


class Scale(StrEnum):
    """How a count becomes points: by rank, by its logarithm, or in proportion."""

    RANK = "rank"
    LOG = "log"
    LINEAR = "linear"


@dataclass(frozen=True, slots=True)
class MeasureRule:
    """How counts at the cut-off become at most `most` points.

    `cap` is the count from which nothing more is earned; without it the highest count earns all.
    `weights[figure]` says what one view, like, comment or share counts.
    """

    most: Decimal
    scale: Scale = Scale.LOG
    cap: int | None = None
    weights: Mapping[str, Decimal] | None = None

    def problems(self) -> list[Sentence]:
        """Return what is wrong with the rule."""
        found = []
        if self.most <= 0:
            found.append(Sentence(N_("A measured part needs points to give.")))
        if self.cap is not None and self.cap <= 0:
            found.append(Sentence(N_("The count from which nothing is earned is above nothing.")))
        if any(weight < 0 for weight in (self.weights or {}).values()):
            found.append(Sentence(N_("No figure counts less than nothing.")))
        return found

    def count(self, figures: Mapping[str, int]) -> Decimal:
        """Return what the figures of one entry come to together."""
        weights = self.weights
        if weights is None:
            return Decimal(sum(figures.values()))
        return sum((weights.get(k, Decimal(0)) * v for k, v in figures.items()), Decimal(0))

    def points(self, counts: Mapping[str, Decimal]) -> dict[str, Decimal]:
        """Return the points of each entry at nine places; nobody counted earns nothing."""
        held = {entry: self._held(count) for entry, count in counts.items()}
        if self.scale is Scale.RANK:
            return self._by_rank(held)
        full = max(held.values(), default=Decimal(0)) if self.cap is None else Decimal(self.cap)
        if not full:
            return dict.fromkeys(held, table.quantised(Decimal(0)))
        with localcontext() as context:
            context.prec = _DIGITS
            return {e: table.quantised(self.most * self._share(c, full)) for e, c in held.items()}

    def written(self) -> dict[str, object]:
        """Return the rule as plain values."""
        weights = None if self.weights is None else {k: str(v) for k, v in self.weights.items()}
        return {
            "most": str(self.most),
            "scale": self.scale.value,
            "cap": self.cap,
            "weights": weights,
        }

    def _held(self, count: Decimal) -> Decimal:
        count = max(Decimal(0), count)
        return count if self.cap is None else min(count, Decimal(self.cap))

    def _share(self, count: Decimal, full: Decimal) -> Decimal:
        return (count + 1).ln() / (full + 1).ln() if self.scale is Scale.LOG else count / full

    def _by_rank(self, counts: Mapping[str, Decimal]) -> dict[str, Decimal]:
        """Give all to the first and nothing to the last; equal ones share the mean rank."""
        size, ranks = len(counts), ordinal.doubled_ranks(counts)
        spread = 2 * (size - 1) or 1
        whole = table.to_billionths(self.most)
        return {
            entry: table.from_billionths(table.divided(whole * (2 * size - rank), spread))
            if size > 1
            else table.quantised(self.most)
            for entry, rank in ranks.items()
        }


def read(written: Mapping[str, Any]) -> MeasureRule:
    """Return the rule that `written` gave."""
    weights = written["weights"]
    return MeasureRule(
        Decimal(written["most"]),
        Scale(written["scale"]),
        None if written["cap"] is None else int(written["cap"]),
        None if weights is None else {str(k): Decimal(v) for k, v in weights.items()},
    )


def is_plausible(reactions: int, views: int, percent: int) -> bool:
    """Say whether reactions (votes, likes) are less than `percent` of the views."""
    return reactions * _PERCENT < percent * views
