"""The mixed model: entries and judges both vary about a mean, and thin figures shrink towards it.

For panels so thin that least squares would follow the noise.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from contest.rules.judging import connecting
from contest.rules.judging.levelling import Disconnected
from contest.rules.judging.table import Table, quantised

if TYPE_CHECKING:
    from numpy import float64
    from numpy.typing import NDArray

    Floats = NDArray[float64]

_ROUNDS = 400
_SMALL = 1e-9
_BILLION = 1e9


@dataclass(frozen=True, slots=True)
class Shrunk:
    """What the mixed model makes of a table; in points, variances in squared points.

    `quality` is on the scale of the scores; `severity` is about 0.
    """

    quality: Mapping[str, Decimal]
    severity: Mapping[str, float]
    noise: float
    of_entries: float
    of_judges: float


def shrunk(table: Table) -> Shrunk:
    """Return the mixed model of a table, its variances estimated by restricted likelihood.

    Raise `Disconnected` where some entries cannot be compared with others.
    """
    import numpy as np

    parts = table.parts
    if len(parts) > 1:
        raise Disconnected(parts)
    if not parts:
        return Shrunk({}, {}, 0.0, 0.0, 0.0)
    panel, _ = connecting.panel_and_normal(table.rows)
    scores = np.zeros_like(panel)
    at = {judge: place for place, judge in enumerate(table.judges)}
    for place, row in enumerate(table.rows.values()):
        scores[place, [at[judge] for judge in row]] = [score / _BILLION for score in row.values()]
    level = float(scores.sum() / panel.sum())
    spread = float((panel * (scores - level) ** 2).sum() / max(1, table.count - 1))
    variances = (spread / 3 or 1.0, spread / 3 or 1.0, spread / 3 or 1.0)
    for _ in range(_ROUNDS):
        mean, quality, severity, renewed = _once(panel, scores, variances)
        moved = max(abs(a - b) for a, b in zip(variances, renewed, strict=True))
        variances = renewed
        if moved <= _SMALL * max(spread, _SMALL):
            break
    return Shrunk(
        {e: _at_nine(mean + one) for e, one in zip(table.entries, quality, strict=True)},
        {j: float(one) for j, one in zip(table.judges, severity, strict=True)},
        *variances,
    )


def _once(
    panel: "Floats", scores: "Floats", variances: tuple[float, float, float]
) -> "tuple[float, Floats, Floats, tuple[float, float, float]]":
    """Solve the mixed equations (Henderson) once, the entries eliminated; then the variances."""
    import numpy as np

    noise, of_entries, of_judges = variances
    seen, added = panel.sum(axis=1), scores.sum(axis=1)
    weight = 1 / (seen + noise / of_entries)
    # The mean stands first, the judges after it.
    wide = np.column_stack([seen, panel])
    normal = -(wide * weight[:, None]).T @ wide
    normal[0, 0] += seen.sum()
    normal[0, 1:] += panel.sum(axis=0)
    normal[1:, 0] += panel.sum(axis=0)
    normal[1:, 1:] += np.diag(panel.sum(axis=0) + noise / of_judges)
    right = np.concatenate([[added.sum()], scores.sum(axis=0)]) - wide.T @ (weight * added)
    inverse = np.linalg.inv(normal)
    solution = inverse @ right
    quality = weight * (added - wide @ solution)
    severity = solution[1:]
    trace = float(weight.sum() + np.einsum("ij,jk,ik,i->", wide, inverse, wide, weight**2))
    explained = solution[0] * added.sum() + quality @ added + severity @ scores.sum(axis=0)
    renewed = (
        max(_SMALL, float((scores**2).sum() - explained) / max(1.0, float(seen.sum()) - 1)),
        max(_SMALL, float(quality @ quality + noise * trace) / len(seen)),
        max(_SMALL, float(severity @ severity + noise * np.trace(inverse[1:, 1:])) / len(severity)),
    )
    return float(solution[0]), quality, severity, renewed


def _at_nine(amount: float) -> Decimal:
    return quantised(Decimal(repr(float(amount))))
