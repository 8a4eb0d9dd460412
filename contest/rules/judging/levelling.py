"""The additive judge effect: score = quality of the entry + severity of the judge + noise.

Least squares over whatever was scored; on a complete panel it gives the means.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property, lru_cache
from math import lcm, sqrt
from typing import TYPE_CHECKING

from contest.rules.judging import connecting, exact
from contest.rules.judging.table import PLACES, Table, of_fraction

if TYPE_CHECKING:
    from numpy import float64
    from numpy.typing import NDArray

    Floats = NDArray[float64]

# A score so many deviations from what was to be expected is looked at.
FAR = 2.5
# With fewer degrees of freedom than this, figures shrunk towards the mean are better.
THIN = 5
_BILLION = 10**PLACES


class Disconnected(ValueError):  # noqa: N818 -- named for what is wrong, as refusals are
    """Some entries share no judge with the others, not even through others: no joint ranking."""

    def __init__(self, parts: Sequence[connecting.Component]) -> None:
        super().__init__(f"the panel falls into {len(parts)} parts")
        self.parts = parts


@dataclass(frozen=True)
class Levelled:
    """What least squares make of a table; scores in points, exactly.

    The severities add up to 0; a generous judge's is positive. `rest` is the sum of squared
    residuals, `freedom` the degrees of freedom left, scores - entries - judges + 1.
    """

    table: Table
    quality: dict[str, Fraction]
    severity: dict[str, Fraction]

    @cached_property
    def values(self) -> dict[str, Decimal]:
        """The quality of each entry at nine places."""
        return {entry: of_fraction(quality) for entry, quality in self.quality.items()}

    @cached_property
    def freedom(self) -> int:
        """Degrees of freedom of the noise."""
        return self.table.count - len(self.quality) - len(self.severity) + 1

    @property
    def is_thin(self) -> bool:
        """Whether so little is left over that shrinking is the better rule."""
        return self.freedom < THIN

    @cached_property
    def rest(self) -> Fraction:
        """Sum of squared residuals."""
        return sum((one**2 for row in self.residuals.values() for one in row.values()), Fraction())

    @cached_property
    def residuals(self) -> dict[str, dict[str, Fraction]]:
        """How far each score lies from what was to be expected: `residuals[entry][judge]`."""
        return {
            entry: {
                judge: Fraction(score, _BILLION) - self.quality[entry] - self.severity[judge]
                for judge, score in row.items()
            }
            for entry, row in self.table.rows.items()
        }

    @cached_property
    def variance(self) -> Fraction | None:
        """Variance of the noise of one score; None where nothing is left to tell it by."""
        return self.rest / self.freedom if self.freedom > 0 else None

    @cached_property
    def noise(self) -> float | None:
        """Standard deviation of the noise of one score, in points."""
        return None if self.variance is None else sqrt(self.variance)

    def error(self, one: str, other: str) -> float | None:
        """Return the standard error of the difference in quality of two entries, in points."""
        if self.noise is None:
            return None
        place = {entry: at for at, entry in enumerate(self.table.entries)}
        difference = self._shares[place[one]] - self._shares[place[other]]
        rows = self.table.rows
        own = 1 / len(rows[one]) + 1 / len(rows[other])
        return self.noise * sqrt(own + float(difference @ self._inverse @ difference))

    def far(self) -> list[tuple[str, str]]:
        """Return the scores (entry, judge) that lie more than 2.5 deviations off."""
        limit = FAR * (self.noise or 0.0)
        if not limit:
            return []
        rows = self.residuals.items()
        return [(e, j) for e, row in rows for j, one in row.items() if abs(one) > limit]

    @cached_property
    def _shares(self) -> "Floats":
        panel, _ = connecting.panel_and_normal(self.table.rows)
        shares: Floats = panel / panel.sum(axis=1)[:, None]
        return shares

    @cached_property
    def _inverse(self) -> "Floats":
        import numpy as np

        _, normal = connecting.panel_and_normal(self.table.rows)
        return np.asarray(np.linalg.pinv(normal, hermitian=True), dtype=np.float64)


def levelled(table: Table, *, by_load: bool = False) -> Levelled:
    """Return the least squares of a table.

    The severities add up to 0; `by_load` weighs each by the number of entries the judge scored.
    Raise `Disconnected` where some entries cannot be compared with others.
    """
    parts = table.parts
    if len(parts) > 1:
        raise Disconnected(parts)
    if not parts:
        return Levelled(table, {}, {})
    severity = _severity(table, by_load=by_load)
    common = lcm(*(one.denominator for one in severity.values()))
    whole = {judge: int(one * common) for judge, one in severity.items()}
    quality = {
        entry: Fraction(
            sum(row.values()) * common - sum(whole[judge] for judge in row),
            common * len(row) * _BILLION,
        )
        for entry, row in table.rows.items()
    }
    in_points = {judge: one / _BILLION for judge, one in severity.items()}
    return Levelled(table, quality, in_points)


def _severity(table: Table, *, by_load: bool) -> dict[str, Fraction]:
    """Solve for the judges alone, in billionths: the entries are eliminated by hand.

    Everything is multiplied by the least common multiple of the panels' sizes, so that the
    equations are of whole numbers; the last judge is held at 0 until the others are known.
    """
    judges = table.judges
    scale, matrix = _normal(judges, tuple(tuple(row) for row in table.rows.values()))
    right = dict.fromkeys(judges, 0)
    for row in table.rows.values():
        mean = scale // len(row) * sum(row.values())
        for judge, score in row.items():
            right[judge] += scale * score - mean
    free = exact.solved(matrix, list(right.values())[:-1])
    found = dict(zip(judges, [*free, Fraction()], strict=True))
    load = {judge: len(table.columns[judge]) if by_load else 1 for judge in judges}
    weighed = sum((load[judge] * one for judge, one in found.items()), Fraction())
    level = weighed / sum(load.values())
    return {judge: one - level for judge, one in found.items()}


@lru_cache(maxsize=4)
def _normal(
    judges: tuple[str, ...], panels: tuple[tuple[str, ...], ...]
) -> tuple[int, list[list[int]]]:
    """Return what the equations are multiplied by, and their left side without the last judge.

    It depends on who scored what only, and resampling asks for the same again and again.
    """
    at = {judge: place for place, judge in enumerate(judges)}
    scale = lcm(*map(len, panels))
    matrix = [[0] * len(judges) for _ in judges]
    for panel in panels:
        share, seats = scale // len(panel), [at[judge] for judge in panel]
        for seat in seats:
            line = matrix[seat]
            for other in seats:
                line[other] -= share
            line[seat] += scale
    return scale, [line[:-1] for line in matrix[:-1]]
