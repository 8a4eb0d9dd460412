"""Bradley-Terry: strengths such that the odds of one entry before another are their ratio.

Fitted to all decisions at once (maximum likelihood), so that their order means nothing and a
judge can be taken out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from contest.rules.judging import ordinal
from contest.rules.judging.levelling import Disconnected
from contest.rules.judging.table import Table, quantised

if TYPE_CHECKING:
    from numpy import bool_, float64
    from numpy.typing import NDArray

    Floats = NDArray[float64]

# Half a win and half a loss against an invented entry of strength 1 keep strengths finite.
_PHANTOM = 0.5
_ROUNDS = 200
_CLOSE = 1e-12
_STEP = 3.0


@dataclass(frozen=True, slots=True)
class Strengths:
    """The logarithm of each entry's strength; they add up to 0.

    `by_phantom` says that some entries never lost (or won) against the others, so that strengths
    are finite only by the help of an invented opponent.
    """

    logs: Mapping[str, float]
    by_phantom: bool

    @property
    def values(self) -> dict[str, Decimal]:
        """The logarithms at nine places, as they are compared."""
        return {entry: quantised(Decimal(repr(one))) for entry, one in self.logs.items()}


def fitted(entries: Sequence[str], wins: "Floats") -> Strengths:
    """Return the strengths by which these wins are likeliest.

    `wins[i, j]` is how often i was put before j. Finite strengths exist if and only if every
    entry beat every other through some chain (Ford 1957).
    """
    phantom = 0.0 if _is_strong(wins) else _PHANTOM
    logs = _newton(wins, phantom)
    return Strengths(dict(zip(entries, map(float, logs), strict=True)), bool(phantom))


def bradley_terry(table: Table) -> Strengths:
    """Return strengths from scores: each judge decides every pair that the judge scored.

    Raise `Disconnected` where some entries cannot be compared with others.
    """
    parts = table.parts
    if len(parts) > 1:
        raise Disconnected(parts)
    return fitted(table.entries, ordinal.beats(table))


def _is_strong(wins: "Floats") -> bool:
    return len(wins) == 0 or (_reaches_all(wins > 0) and _reaches_all(wins.T > 0))


def _reaches_all(arrows: "NDArray[bool_]") -> bool:
    import numpy as np

    seen = np.zeros(len(arrows), dtype=bool)
    seen[0] = True
    fresh = seen.copy()
    while fresh.any():
        reached = arrows[fresh].any(axis=0)
        fresh = reached & ~seen
        seen |= reached
    return bool(seen.all())


def _newton(wins: "Floats", phantom: float) -> "Floats":
    """Climb the likelihood, which is concave, by Newton's steps, cut where they are too long."""
    import numpy as np

    count = len(wins)
    met = wins + wins.T
    logs = np.zeros(count)
    for _ in range(_ROUNDS):
        chance = 1 / (1 + np.exp(logs[None, :] - logs[:, None]))
        alone = 1 / (1 + np.exp(-logs))
        slope = wins.sum(axis=1) - (met * chance).sum(axis=1) + phantom * (1 - 2 * alone)
        weight = met * chance * (1 - chance)
        bend = np.diag(weight.sum(axis=1) + 2 * phantom * alone * (1 - alone)) - weight
        # Without the invented entry only differences are told: this holds the mean where it is.
        bend += 0.0 if phantom else 1 / max(1, count)
        step = np.linalg.solve(bend, slope)
        longest = float(np.abs(step).max(initial=0.0))
        logs = logs + step * min(1.0, _STEP / max(longest, _CLOSE))
        if longest < _CLOSE:
            break
    centred: Floats = logs - logs.mean() if count else logs
    return centred
