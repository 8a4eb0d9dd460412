"""What each judge's scores say of the judge: severity, spread, agreement, outliers and drift."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import fmean, median, stdev
from typing import TypedDict

from contest.rules.judging import levelling
from contest.rules.judging.levelling import Levelled
from contest.rules.judging.table import PLACES, Table

# So large a share of one and the same score is worth a word to the judge.
MONOTONE = 0.8
# A judge is told of drift beyond so many standard errors, over so many scores at least.
SURE, LEAST = 2.5, 6
_BILLION = 10**PLACES


@dataclass(frozen=True, slots=True)
class Drift:
    """How a judge's severity moves from one score to the next: points per score, and its error.

    The slope of the residuals on the order in which the judge scored; positive grows milder.
    """

    slope: float
    error: float

    @property
    def is_sure(self) -> bool:
        """Whether chance hardly explains it."""
        return abs(self.slope) > SURE * self.error


@dataclass(frozen=True, slots=True)
class Report:
    """What one judge's scores say; points, None where too little is known.

    `severity` is the additive effect of the judge, positive for a generous one; `correlation` is
    that with the mean of the others; `far` the share of scores over 2.5 deviations off;
    `commonest` the share of the score that the judge gives most often.
    """

    judge: str
    count: int
    mean: float
    severity: float | None
    spread: float | None
    correlation: float | None
    far: float | None
    commonest: float
    drift: Drift | None

    @property
    def is_monotone(self) -> bool:
        """Whether nearly all scores are one and the same."""
        return self.count >= LEAST and self.commonest >= MONOTONE


def reports(table: Table, orders: Mapping[str, Sequence[str]] | None = None) -> list[Report]:
    """Return a report on each judge, sorted by name.

    `orders` says in which order each judge scored the entries; without it no drift is told.
    In a panel that falls apart severity is not known, nor what follows from it.
    """
    fit = None if len(table.parts) > 1 else levelling.levelled(table)
    far = {} if fit is None else _far(fit)
    beside = correlations(table)
    moved = {} if fit is None else _drifts(fit, orders or {})
    return [
        Report(
            judge=judge,
            severity=None if fit is None else float(fit.severity[judge]),
            correlation=beside[judge],
            far=None if fit is None else far.get(judge, 0) / len(column),
            drift=moved.get(judge),
            **_figures(list(column.values())),
        )
        for judge, column in table.columns.items()
    ]


def correlations(table: Table) -> dict[str, float | None]:
    """Return each judge's correlation with the mean of the others; None where either is flat."""
    totals = {entry: sum(row.values()) for entry, row in table.rows.items()}
    found = {}
    for judge, column in table.columns.items():
        shared = [entry for entry in column if len(table.rows[entry]) > 1]
        own = [float(column[entry]) for entry in shared]
        others = [(totals[e] - column[e]) / (len(table.rows[e]) - 1) for e in shared]
        found[judge] = correlation(own, others)
    return found


def correlation(one: Sequence[float], other: Sequence[float]) -> float | None:
    """Return the correlation of two columns of figures; None where either does not vary."""
    if len(one) < 2 or len(set(one)) == 1 or len(set(other)) == 1:
        return None
    level, beside = fmean(one), fmean(other)
    both = sum((a - level) * (b - beside) for a, b in zip(one, other, strict=True))
    spreads = sum((a - level) ** 2 for a in one) * sum((b - beside) ** 2 for b in other)
    return both / sqrt(spreads) if spreads else None


def drift(residuals: Sequence[float]) -> Drift | None:
    """Return the slope of residuals in the order of scoring; None for fewer than six."""
    count = len(residuals)
    if count < LEAST:
        return None
    middle, level = (count - 1) / 2, fmean(residuals)
    width = sum((at - middle) ** 2 for at in range(count))
    slope = sum((at - middle) * (one - level) for at, one in enumerate(residuals)) / width
    rest = sum((one - level - slope * (at - middle)) ** 2 for at, one in enumerate(residuals))
    return Drift(slope, sqrt(rest / (count - 2) / width))


def deviations(table: Table) -> dict[str, dict[str, float]]:
    """Return how far each score lies from the median of its entry, in points.

    `deviations[entry][judge]`: the chair's map of disagreement.
    """
    return {
        entry: {judge: (score - median(row.values())) / _BILLION for judge, score in row.items()}
        for entry, row in table.rows.items()
    }


def _far(fit: Levelled) -> dict[str, int]:
    found: dict[str, int] = {}
    for _, judge in fit.far():
        found[judge] = found.get(judge, 0) + 1
    return found


def _drifts(fit: Levelled, orders: Mapping[str, Sequence[str]]) -> dict[str, Drift | None]:
    residuals = fit.residuals
    return {
        judge: drift([float(residuals[e][judge]) for e in order if judge in residuals.get(e, ())])
        for judge, order in orders.items()
    }


class _Figures(TypedDict):
    count: int
    mean: float
    spread: float | None
    commonest: float


def _figures(scores: list[int]) -> _Figures:
    often = max(scores.count(score) for score in set(scores))
    return {
        "count": len(scores),
        "mean": fmean(scores) / _BILLION,
        "spread": stdev(scores) / _BILLION if len(scores) > 1 else None,
        "commonest": often / len(scores),
    }
