"""Means over judges: plain, trimmed, median, and with each judge's own level or scale taken out."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal, localcontext

from contest.rules.judging.table import Table, divided, from_billionths, quantised

# A panel so small gains nothing by dropping; at this size two go at each end.
SMALL_PANEL, LARGE_PANEL = 5, 9
# A judge's own scale means something only over so many entries.
LEAST_FOR_SCALE = 8
_DIGITS = 50


def mean(table: Table) -> dict[str, Decimal]:
    """Return the mean of each entry's scores."""
    return {entry: _mean(list(row.values())) for entry, row in table.rows.items()}


def usual_drop(judges: int) -> int:
    """Return how many scores go at each end: none below 5 judges, 1 to 8 judges, then 2."""
    if judges < SMALL_PANEL:
        return 0
    return 1 if judges < LARGE_PANEL else 2


def dropped(row: Mapping[str, Decimal | int], drop: int | None) -> tuple[list[str], list[str]]:
    """Return whose scores are dropped as lowest and as highest; None drops the usual number.

    At least three scores stay, whatever `drop` says. Of equal scores the first judge's goes.
    """
    count = _at_each_end(len(row), drop)
    order = sorted(row, key=lambda judge: (row[judge], judge))
    return order[:count], order[len(order) - count :]


def trimmed(table: Table, drop: int | None = None) -> dict[str, Decimal]:
    """Return the mean of what stays when the lowest and the highest scores are dropped."""
    found = {}
    for entry, row in table.rows.items():
        count = _at_each_end(len(row), drop)
        found[entry] = _mean(sorted(row.values())[count : len(row) - count])
    return found


def median(table: Table) -> dict[str, Decimal]:
    """Return the median of each entry's scores; the mean of the two in the middle."""
    found = {}
    for entry, row in table.rows.items():
        order = sorted(row.values())
        found[entry] = _mean(order[(len(order) - 1) // 2 : len(order) // 2 + 1])
    return found


def centred(table: Table) -> dict[str, Decimal]:
    """Return the mean of how far each score lies above its judge's mean, on the common scale."""
    level = {judge: _exact_mean(column.values()) for judge, column in table.columns.items()}
    grand = _exact_mean(score for row in table.rows.values() for score in row.values())
    with localcontext() as context:
        context.prec = _DIGITS
        return {
            entry: _in_units(_exact_mean(row[judge] - level[judge] for judge in row) + grand)
            for entry, row in table.rows.items()
        }


def standardised(table: Table, ddof: int = 1) -> dict[str, Decimal]:
    """Return the mean of each entry's z-scores, each taken over what its judge scored.

    `ddof` is 1 for the deviation of a sample and 0 for that of a population. A judge who gave
    every entry the same score says nothing: z is 0.
    """
    with localcontext() as context:
        context.prec = _DIGITS
        z = {judge: _z_scores(column, ddof) for judge, column in table.columns.items()}
        return {
            entry: quantised(sum((z[judge][entry] for judge in row), Decimal(0)) / len(row))
            for entry, row in table.rows.items()
        }


def on_the_scale(z: Mapping[str, Decimal], table: Table, ddof: int = 1) -> dict[str, Decimal]:
    """Return z-scores on the scale of the scores: grand mean + grand deviation × z."""
    scores = [Decimal(score) for row in table.rows.values() for score in row.values()]
    with localcontext() as context:
        context.prec = _DIGITS
        grand, deviation = _exact_mean(scores), _deviation(scores, ddof)
        return {entry: _in_units(grand + deviation * one) for entry, one in z.items()}


def flat_judges(table: Table) -> list[str]:
    """Return the judges who gave every entry the same score: they separate nobody."""
    columns = table.columns.items()
    return [judge for judge, column in columns if len(set(column.values())) == 1]


def thin_judges(table: Table) -> list[str]:
    """Return the judges who scored too few entries for a scale of their own to be told."""
    columns = table.columns.items()
    return [judge for judge, column in columns if len(column) < LEAST_FOR_SCALE]


def _at_each_end(scores: int, drop: int | None) -> int:
    wanted = usual_drop(scores) if drop is None else drop
    return min(wanted, max(0, (scores - 3) // 2))


def _mean(scores: Sequence[int]) -> Decimal:
    return from_billionths(divided(sum(scores), len(scores)))


def _exact_mean(scores: Iterable[Decimal | int]) -> Decimal:
    listed = [Decimal(score) for score in scores]
    with localcontext() as context:
        context.prec = _DIGITS
        return sum(listed, Decimal(0)) / len(listed)


def _in_units(billionths: Decimal) -> Decimal:
    return quantised(billionths.scaleb(-9))


def _z_scores(column: Mapping[str, int], ddof: int) -> dict[str, Decimal]:
    scores = [Decimal(score) for score in column.values()]
    level, deviation = _exact_mean(scores), _deviation(scores, ddof)
    if not deviation:
        return dict.fromkeys(column, Decimal(0))
    return {entry: (score - level) / deviation for entry, score in column.items()}


def _deviation(scores: Sequence[Decimal], ddof: int) -> Decimal:
    """Return the standard deviation, in the units of `scores`; 0 where there are too few."""
    count = len(scores)
    if count <= ddof or len(set(scores)) == 1:
        return Decimal(0)
    spread = count * sum((s * s for s in scores), Decimal(0)) - sum(scores, Decimal(0)) ** 2
    return (spread / (count * (count - ddof))).sqrt()
