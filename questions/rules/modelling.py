"""Item response models: Rasch and two parameters, by marginal maximum likelihood.

P(right) = 1 / (1 + exp(−(a·θ + d))) with θ normal; the EM of Bock and Aitkin over fixed nodes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from questions.rules.tabulating import Table

if TYPE_CHECKING:
    from numpy import int8
    from numpy.typing import NDArray

    from questions.rules.tabulating import Floats, Integers

# Fewer people say too little for the one and for the other.
FEWEST_RASCH = 100
FEWEST_SLOPES = 500
FEWEST_ASKED = 50
FEWEST_ITEMS = 3
# More people than this are represented by so many, taken at even distances.
MOST_PEOPLE = 5000
# So many of people times items, so that a fit ends in good time whatever is asked; and with
# the nodes, of all rounds together, but for the first twenty.
MOST_CELLS = 1_500_000
MOST_WORK = 600_000_000
FEWEST_ROUNDS, MOST_ROUNDS = 20, 2000
STEEPEST, FURTHEST = 8.0, 12.0
# The customary stop: the published figures of LSAT 6 are those of an EM that stops here. Its steps
# are small by then: the maximum itself is less than a thousandth away.
CLOSE = 1.5e-4
NODES, REACH = 41, 6.0


@dataclass(frozen=True, slots=True)
class Model:
    """What the models say of an item: b of Rasch, a and d of two parameters, and their fit."""

    difficulty: float | None = None
    slope: float | None = None
    intercept: float | None = None
    rasch_likelihood: float | None = None
    slopes_likelihood: float | None = None


@dataclass(frozen=True, slots=True)
class Fitted:
    """The parameters of all items, and the log-likelihood."""

    slopes: "Floats"
    intercepts: "Floats"
    likelihood: float


def fit(table: Table) -> Mapping[int, Model]:
    """Return the models of the items marked right or wrong, by version; none of too few people."""
    if table.people < FEWEST_RASCH:
        return {}
    places = _fit_to_model(table)
    if len(places) < FEWEST_ITEMS:
        return {}
    marks, counts, is_all = _patterns(table, places)
    rasch = estimate(marks, counts, with_slopes=False)
    two = estimate(marks, counts, with_slopes=True) if table.people >= FEWEST_SLOPES else None
    return {
        table.version_ids[place]: Model(
            -float(rasch.intercepts[n]),
            None if two is None else float(two.slopes[n]),
            None if two is None else float(two.intercepts[n]),
            rasch.likelihood if is_all else None,
            two.likelihood if two is not None and is_all else None,
        )
        for n, place in enumerate(places)
    }


def _fit_to_model(table: Table) -> "Integers":
    """Return the places of the items that are right or wrong, asked often, and not constant."""
    import numpy as np

    x = table.earned / table.points
    partial = np.bincount(table.item, (x != 0) & (x != 1), minlength=len(table.version_ids))
    fits = (partial == 0) & (table.asked >= FEWEST_ASKED)
    return np.flatnonzero(fits & (table.facility > 0) & (table.facility < 1)).astype(np.int32)


def _patterns(table: Table, places: "Integers") -> tuple["NDArray[int8]", "Floats", bool]:
    """Return the distinct rows of marks (1, 0, −1 for not asked), and how often each stands."""
    import numpy as np

    most = min(MOST_PEOPLE, max(FEWEST_SLOPES, MOST_CELLS // len(places)))
    every = -(-table.people // most)
    column = np.full(len(table.version_ids), -1, dtype=np.int32)
    column[places] = np.arange(len(places))
    mine = (table.person % every == 0) & (column[table.item] >= 0)
    marks = np.full((-(-table.people // every), len(places)), -1, dtype=np.int8)
    right = table.earned[mine] == table.points[mine]
    marks[table.person[mine] // every, column[table.item[mine]]] = right
    rows, counts = np.unique(marks, axis=0, return_counts=True)
    return rows, counts.astype(np.float64), every == 1


def estimate(marks: "NDArray[int8]", counts: "Floats", *, with_slopes: bool) -> Fitted:
    """Fit the items to rows of marks that stand `counts` times each."""
    import numpy as np

    theta = np.linspace(-REACH, REACH, NODES)
    prior = np.exp(-(theta**2) / 2)
    prior /= prior.sum()
    right, asked = (marks == 1).astype(float), (marks >= 0).astype(float)
    share = (counts @ right) / (counts @ asked)
    share = share.clip(0.001, 0.999)
    slopes, intercepts = np.ones(marks.shape[1]), np.log(share / (1 - share))
    rounds = max(FEWEST_ROUNDS, min(MOST_ROUNDS, MOST_WORK // (marks.size * NODES)))
    likelihood = 0.0
    for _ in range(rounds):
        post, likelihood = _expect(right, asked, counts, theta, prior, slopes, intercepts)
        before = np.concatenate([slopes, intercepts])
        sums = post.T @ right, post.T @ asked
        slopes, intercepts = _improve(*sums, theta, slopes, intercepts, with_slopes=with_slopes)
        if np.abs(np.concatenate([slopes, intercepts]) - before).max() < CLOSE:
            break
    return Fitted(slopes, intercepts, likelihood)


def _expect(  # noqa: PLR0913 -- the answers, the nodes and the parameters of one step
    right: "Floats",
    asked: "Floats",
    counts: "Floats",
    theta: "Floats",
    prior: "Floats",
    slopes: "Floats",
    intercepts: "Floats",
) -> tuple["Floats", float]:
    """Return how likely each row of people is at each node, times its count, and the fit."""
    import numpy as np

    z = np.outer(theta, slopes) + intercepts
    wrong = -np.logaddexp(0.0, z)
    log = right @ z.T + asked @ wrong.T
    peak = log.max(axis=1, keepdims=True)
    joint = np.exp(log - peak) * prior
    total = joint.sum(axis=1, keepdims=True)
    likelihood = float(counts @ (np.log(total) + peak)[:, 0])
    return joint / total * counts[:, None], likelihood


def _improve(
    right: "Floats",
    asked: "Floats",
    theta: "Floats",
    slopes: "Floats",
    intercepts: "Floats",
    *,
    with_slopes: bool,
) -> tuple["Floats", "Floats"]:
    """Return better parameters for the expected counts at each node, by Newton's steps."""
    import numpy as np

    node = theta[:, None]
    for _ in range(4):
        p = 1 / (1 + np.exp(-(node * slopes + intercepts)))
        off, weight = right - asked * p, asked * p * (1 - p) + 1e-12
        up, curve = off.sum(axis=0), weight.sum(axis=0)
        if not with_slopes:
            intercepts = (intercepts + (up / curve).clip(-1, 1)).clip(-FURTHEST, FURTHEST)
            continue
        tilt = (node * off).sum(axis=0)
        mixed, bend = (node * weight).sum(axis=0), (node**2 * weight).sum(axis=0) + 1e-9
        scale = curve * bend - mixed**2
        move = ((bend * up - mixed * tilt) / scale).clip(-1, 1)
        turn = ((curve * tilt - mixed * up) / scale).clip(-1, 1)
        intercepts = (intercepts + move).clip(-FURTHEST, FURTHEST)
        slopes = (slopes + turn).clip(-STEEPEST, STEEPEST)
    return slopes, intercepts
