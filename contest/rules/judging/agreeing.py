"""How far judges agree: intraclass correlation, Kendall's W and Krippendorff's alpha."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from itertools import groupby
from math import erfc, exp, lgamma, log, sqrt

from contest.rules.judging import ordinal
from contest.rules.judging.table import PLACES, Table

_BILLION = 10**PLACES
_SCALE = Fraction(1, _BILLION**2)


@dataclass(frozen=True, slots=True)
class Intraclass:
    """Intraclass correlations of a complete panel (Shrout and Fleiss 1979), and their squares.

    The mean squares are between entries, between judges, residual and within entries, in squared
    points. `single` is the reliability of one judge, `mean` that of the panel's mean; the form is
    1 (judges differ by entry), 2 (these judges are a sample) or 3 (these and no others). A form
    is None where its denominator is 0.
    """

    between_entries: float
    between_judges: float
    residual: float
    within: float
    single: Mapping[int, float | None]
    mean: Mapping[int, float | None]

    @property
    def reliability(self) -> float | None:
        """How far the published mean can be relied on: ICC(2,k); 0 or less is no agreement."""
        return self.mean[2]


def intraclass(table: Table) -> Intraclass | None:
    """Return the intraclass correlations; None for a panel with holes or fewer than 2 × 2."""
    n, k = len(table.entries), len(table.judges)
    if not table.is_complete or n < 2 or k < 2:
        return None
    rows = [sum(row.values()) for row in table.rows.values()]
    columns = [sum(column.values()) for column in table.columns.values()]
    level = Fraction(sum(rows) ** 2, n * k)
    whole = sum(score**2 for row in table.rows.values() for score in row.values()) - level
    entries = Fraction(sum(row**2 for row in rows), k) - level
    judges = Fraction(sum(column**2 for column in columns), n) - level
    bms, jms = entries * _SCALE / (n - 1), judges * _SCALE / (k - 1)
    ems = (whole - entries - judges) * _SCALE / ((n - 1) * (k - 1))
    wms = (whole - entries) * _SCALE / (n * (k - 1))
    return Intraclass(
        between_entries=float(bms),
        between_judges=float(jms),
        residual=float(ems),
        within=float(wms),
        single={
            1: _share(bms - wms, bms + (k - 1) * wms),
            2: _share(bms - ems, bms + (k - 1) * ems + k * (jms - ems) / n),
            3: _share(bms - ems, bms + (k - 1) * ems),
        },
        mean={
            1: _share(bms - wms, bms),
            2: _share(bms - ems, bms + (jms - ems) / n),
            3: _share(bms - ems, bms),
        },
    )


@dataclass(frozen=True, slots=True)
class Concordance:
    """Kendall's W of a complete panel: 0 is chance, 1 is one order.

    `spread` is S, the squared distance of rank sums from their mean; `ties` the sum of t³ - t.
    `chance` is the probability of so much agreement by chance (chi-squared, entries - 1 degrees).
    """

    w: float
    rank_sums: Mapping[str, Decimal]
    spread: Decimal
    ties: int
    chi_squared: float
    chance: float
    mean_correlation: float


def concordance(table: Table) -> Concordance | None:
    """Return Kendall's W, the best score ranked first, equal ones sharing the mean rank.

    None for a panel with holes, fewer than 2 × 2, or judges who all tie everything.
    """
    n, m = len(table.entries), len(table.judges)
    if not table.is_complete or n < 2 or m < 2:
        return None
    columns = [ordinal.doubled_ranks(column) for column in table.columns.values()]
    sums = {entry: sum(column[entry] for column in columns) for entry in table.entries}
    # In quarters, for ranks are doubled.
    spread = Fraction(sum((one - m * (n + 1)) ** 2 for one in sums.values()), 4)
    ties = sum(_ties(column.values()) for column in columns)
    most = m * m * (n**3 - n) - m * ties
    if not most:
        return None
    w = float(12 * spread / most)
    squared = m * (n - 1) * w
    return Concordance(
        w=w,
        rank_sums={entry: Decimal(one) / 2 for entry, one in sums.items()},
        spread=Decimal(spread.numerator) / spread.denominator,
        ties=ties,
        chi_squared=squared,
        chance=upper_chi_squared(squared, n - 1),
        mean_correlation=(m * w - 1) / (m - 1),
    )


class Metric(StrEnum):
    """What a difference between two values is worth to Krippendorff's alpha."""

    NOMINAL = "nominal"
    ORDINAL = "ordinal"
    INTERVAL = "interval"
    RATIO = "ratio"


def alpha(units: Iterable[Sequence[Decimal]], metric: Metric = Metric.INTERVAL) -> float | None:
    """Return Krippendorff's alpha of the values given to each unit; holes are simply left out.

    1 is perfect agreement, 0 is chance. Units with one value say nothing. None where no unit has
    two values, or all values are equal. The ratio metric is for values that are not negative.
    """
    kept = [list(map(float, unit)) for unit in units if len(unit) > 1]
    pooled = [value for unit in kept for value in unit]
    if metric is Metric.ORDINAL:
        place = _middles(pooled)
        kept = [[place[value] for value in unit] for unit in kept]
        pooled = [value for unit in kept for value in unit]
    if len(set(pooled)) < 2:
        return None
    apart = _APART[metric]
    expected = apart(pooled)
    observed = sum(apart(unit) / (len(unit) - 1) for unit in kept)
    return 1 - (len(pooled) - 1) * observed / expected


def alpha_of(table: Table, metric: Metric = Metric.INTERVAL) -> float | None:
    """Return Krippendorff's alpha of a panel, each entry being a unit; holes do no harm."""
    return alpha([list(row.values()) for row in table.scores.values()], metric)


def _squares_apart(values: Sequence[float]) -> float:
    """Return (a - b)² added up over all ordered pairs."""
    level = sum(values) / len(values)
    return 2 * len(values) * sum((value - level) ** 2 for value in values)


def _names_apart(values: Sequence[float]) -> float:
    """Return how many ordered pairs differ."""
    return float(len(values) ** 2 - sum(count**2 for count in Counter(values).values()))


def _ratios_apart(values: Sequence[float]) -> float:
    """Return ((a - b) / (a + b))² added up over all ordered pairs; two zeros are equal."""
    counts = sorted(Counter(values).items())
    total = 0.0
    for at, (one, often) in enumerate(counts):
        for other, count in counts[:at]:
            total += 2 * often * count * ((one - other) / (one + other)) ** 2
    return total


_APART: dict[Metric, Callable[[Sequence[float]], float]] = {
    Metric.NOMINAL: _names_apart,
    Metric.ORDINAL: _squares_apart,
    Metric.INTERVAL: _squares_apart,
    Metric.RATIO: _ratios_apart,
}


def _middles(values: Sequence[float]) -> dict[float, float]:
    """Return the mean rank of each value: the ordinal distance is the difference of two."""
    found, before = {}, 0
    for value, count in sorted(Counter(values).items()):
        found[value] = before + count / 2
        before += count
    return found


def _ties(ranks: Iterable[int]) -> int:
    counts = [len(list(group)) for _, group in groupby(sorted(ranks))]
    return sum(count**3 - count for count in counts)


def _share(part: Fraction, whole: Fraction) -> float | None:
    return float(part / whole) if whole else None


def upper_chi_squared(x: float, freedom: int) -> float:
    """Return the probability that chi-squared with whole degrees of freedom is above `x`."""
    half = x / 2
    if half <= 0:
        return 1.0
    start = 0.5 if freedom % 2 else 0.0
    terms = (exp(-half + a * log(half) - lgamma(a + 1)) for a in _steps(start, freedom / 2))
    return min(1.0, (erfc(sqrt(half)) if freedom % 2 else 0.0) + sum(terms))


def _steps(start: float, end: float) -> Iterable[float]:
    while start < end:
        yield start
        start += 1
