"""What entrants are told of their marks without being told of others': where they stand."""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from decimal import Decimal

# Among fewer entries a percentile would point at somebody.
FEWEST = 5
_HUNDRED = 100


def percentiles(values: Mapping[str, Decimal]) -> dict[str, int]:
    """Return for each entry the share of the others below it, in whole percent, half up.

    Equal entries count as half below. Nothing is told among fewer than five.
    """
    if len(values) < FEWEST:
        return {}
    order, others = sorted(values.values()), len(values) - 1
    found = {}
    for entry, value in values.items():
        below, up_to = bisect_left(order, value), bisect_right(order, value)
        doubled = below + up_to - 1
        found[entry] = (2 * _HUNDRED * doubled + 2 * others) // (4 * others)
    return found


def by_criterion(marks: Mapping[str, Mapping[str, Decimal]]) -> dict[str, dict[str, int]]:
    """Return the percentiles of each criterion: `marks[criterion][entry]` are combined marks."""
    return {criterion: percentiles(values) for criterion, values in marks.items()}
