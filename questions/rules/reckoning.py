"""Figures of a whole test: how its scores are spread, and how far they can be relied on."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from questions.rules.modelling import Model
from questions.rules.tabulating import Table

if TYPE_CHECKING:
    from questions.rules.tabulating import Floats

# A histogram of whole scores has a bar for each; any other has this many.
BARS = 20
MOST_SCORES = 60


@dataclass(frozen=True, slots=True)
class Bar:
    """How many people have a score from `low` up to `high`, or just `low` where both are one."""

    low: float
    high: float
    count: int


@dataclass(frozen=True, slots=True)
class TestFigures:
    """What a round says about its test; alpha, error and their like in a hundred."""

    n: int
    # Different questions asked, and how many a paper has.
    items: int
    slots: float
    is_complete: bool
    most: float
    mean: float
    deviation: float
    skewness: float | None
    kurtosis: float | None
    alpha: float | None
    error_ratio: float | None
    standard_error: float | None
    kr20: float | None
    kr21: float | None
    bars: tuple[Bar, ...]
    rasch_likelihood: float | None = None
    slopes_likelihood: float | None = None


def reckon(table: Table, models: Mapping[int, Model]) -> TestFigures:
    """Return the figures of the test; of fewer than two people there are none to ask for."""
    import numpy as np

    slots = len(table.item) / table.people
    spread = float(np.var(table.above, ddof=1))
    alpha = _share(slots, _item_variance(table, spare=1), spread)
    error = None if alpha is None else float(np.sqrt(max(0.0, 1 - alpha)))
    kr20, kr21 = _kuder_richardson(table, slots)
    skewness, kurtosis = shape(table.total)
    fitted = next(iter(models.values()), Model())
    return TestFigures(
        n=table.people,
        items=len(table.version_ids),
        slots=slots,
        is_complete=table.is_complete,
        most=float(table.worth.max()),
        mean=float(table.total.mean()),
        deviation=float(table.total.std(ddof=1)),
        skewness=skewness,
        kurtosis=kurtosis,
        alpha=None if alpha is None else 100 * alpha,
        error_ratio=None if error is None else 100 * error,
        standard_error=None if error is None else error * float(np.sqrt(spread)),
        kr20=kr20,
        kr21=kr21,
        bars=histogram(table.total, float(table.worth.max())),
        rasch_likelihood=fitted.rasch_likelihood,
        slopes_likelihood=fitted.slopes_likelihood,
    )


def _item_variance(table: Table, *, spare: int, unit: float = 1.0) -> float:
    """Return the variances of the items added up, each as often as a paper has the item."""
    import numpy as np

    items = len(table.version_ids)
    earned = table.earned / unit
    mean = np.bincount(table.item, earned, minlength=items) / table.asked
    squares = np.bincount(table.item, (earned - mean[table.item]) ** 2, minlength=items)
    variance = squares / np.maximum(table.asked - spare, 1)
    return float((variance * table.asked).sum() / table.people)


def _share(slots: float, items: float, total: float) -> float | None:
    """Return the part of the variance of totals that the questions have in common."""
    if slots <= 1 or total <= 0:
        return None
    return slots / (slots - 1) * (1 - items / total)


def _kuder_richardson(table: Table, slots: float) -> tuple[float | None, float | None]:
    """Return KR-20 and KR-21, by the variance of the whole population; None for partial marks."""
    import numpy as np

    unit = float(table.points[0])
    is_plain = bool(
        (table.points == unit).all() and ((table.earned == 0) | (table.earned == unit)).all()
    )
    variance = float(np.var(table.above / unit))
    if not is_plain or slots <= 1 or variance <= 0:
        return None, None
    mean = float(table.total.mean()) / unit
    kr21 = slots / (slots - 1) * (1 - mean * (slots - mean) / (slots * variance))
    return _share(slots, _item_variance(table, spare=0, unit=unit), variance), kr21


def shape(scores: "Floats") -> tuple[float | None, float | None]:
    """Return skewness and kurtosis by the k-statistics; None where the scores do not vary."""
    import numpy as np

    n = len(scores)
    off = scores - scores.mean()
    if n < 4 or np.ptp(scores) == 0:
        return None, None
    m2, m3, m4 = (float((off**power).mean()) for power in (2, 3, 4))
    k2 = n * m2 / (n - 1)
    k3 = n**2 * m3 / ((n - 1) * (n - 2))
    k4 = n**2 * ((n + 1) * m4 - 3 * (n - 1) * m2**2) / ((n - 1) * (n - 2) * (n - 3))
    return float(k3 / k2**1.5), float(k4 / k2**2)


def histogram(scores: "Floats", most: float) -> tuple[Bar, ...]:
    """Count the scores from 0 to `most`: whole ones each for itself, others in equal steps."""
    import numpy as np

    if bool((scores == scores.round()).all()) and scores.min() >= 0 and most <= MOST_SCORES:
        counts = np.bincount(scores.astype(int), minlength=int(most) + 1)
        return tuple(Bar(float(n), float(n), int(count)) for n, count in enumerate(counts))
    found, edges = np.histogram(scores, BARS, (min(0.0, float(scores.min())), most))
    return tuple(
        Bar(float(low), float(high), int(count))
        for low, high, count in zip(edges, edges[1:], found, strict=False)
    )
