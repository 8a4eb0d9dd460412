"""Judges' orders instead of their numbers: mean ranks, Borda and Copeland."""

from collections.abc import Mapping
from decimal import Decimal
from math import lcm
from typing import TYPE_CHECKING

from contest.rules.judging.table import PLACES, Table, divided, from_billionths

if TYPE_CHECKING:
    from numpy import float64
    from numpy.typing import NDArray

    Floats = NDArray[float64]

_BILLION = 10**PLACES
_HALF = Decimal("0.5")


def doubled_ranks(column: Mapping[str, int | Decimal]) -> dict[str, int]:
    """Return twice the rank of each entry, the highest score first; equal ones share the mean."""
    order = sorted(column, key=lambda entry: -column[entry])
    found: dict[str, int] = {}
    begun = 0
    while begun < len(order):
        ended = begun
        while ended < len(order) and column[order[ended]] == column[order[begun]]:
            ended += 1
        found |= dict.fromkeys(order[begun:ended], begun + 1 + ended)
        begun = ended
    return found


def ranks(table: Table) -> dict[str, dict[str, Decimal]]:
    """Return each judge's ranks of the entries: `ranks[judge][entry]`, in halves."""
    return {
        judge: {entry: rank * _HALF for entry, rank in doubled_ranks(column).items()}
        for judge, column in table.columns.items()
    }


def borda(table: Table) -> dict[str, Decimal]:
    """Return the mean over judges of (n - rank) / (n - 1), n being what the judge ranked.

    So 1 is first everywhere and 0 is last everywhere, however many each judge saw. A judge of one
    entry says nothing; an entry seen by no other judge stands in the middle.
    """
    said = {judge: column for judge, column in table.columns.items() if len(column) > 1}
    common = lcm(*(2 * (len(column) - 1) for column in said.values()))
    points: dict[str, list[int]] = {entry: [] for entry in table.entries}
    for column in said.values():
        share = common // (2 * (len(column) - 1))
        for entry, rank in doubled_ranks(column).items():
            points[entry].append(share * (2 * len(column) - rank))
    return {
        entry: from_billionths(divided(sum(own) * _BILLION, common * len(own))) if own else _HALF
        for entry, own in points.items()
    }


def copeland(table: Table) -> dict[str, Decimal]:
    """Return for each entry the pairs it wins by majority of its judges, less those it loses."""
    import numpy as np

    wins = beats(table)
    balance = np.sign(np.rint(2 * (wins - wins.T))).sum(axis=1)
    return {entry: Decimal(int(one)) for entry, one in zip(table.entries, balance, strict=True)}


def beats(table: Table) -> "Floats":
    """Return how many judges put the entry of the row above that of the column; a tie is half.

    Only judges who scored both count; rows and columns go as `table.entries`.
    """
    import numpy as np

    wins = np.zeros((len(table.entries), len(table.entries)))
    at = {entry: place for place, entry in enumerate(table.entries)}
    for column in table.columns.values():
        places = np.array([at[entry] for entry in column])
        scores = np.array(list(column.values()), dtype=np.int64)
        above = scores[:, None] > scores[None, :]
        wins[np.ix_(places, places)] += 0.5 + 0.5 * above - 0.5 * above.T
    np.fill_diagonal(wins, 0)
    return wins
