"""Whether a panel's entries can be compared at all: who is linked to whom by common judges."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from numpy import float64
    from numpy.typing import NDArray

    Floats = NDArray[float64]

# Who scores an entry: `assigned[entry]` are its judges.
Assigned = Mapping[str, Collection[str]]


@dataclass(frozen=True, slots=True)
class Component:
    """Entries that can be compared with each other, and the judges who link them; sorted."""

    entries: tuple[str, ...]
    judges: tuple[str, ...]


def components(assigned: Assigned) -> list[Component]:
    """Return the parts between which nothing can be compared, the largest first.

    Two entries are linked by a judge of both, and by a chain of such links. An entry without
    judges is a part of its own.
    """
    above: dict[str, str] = {}

    def root(judge: str) -> str:
        while above[judge] != judge:
            above[judge] = above[above[judge]]
            judge = above[judge]
        return judge

    for panel in assigned.values():
        first = None
        for judge in panel:
            above.setdefault(judge, judge)
            first = root(judge if first is None else first)
            above[root(judge)] = first
    found: dict[str, tuple[list[str], list[str]]] = {}
    for judge in above:
        found.setdefault(root(judge), ([], []))[1].append(judge)
    for entry, panel in assigned.items():
        if panel:
            found[root(next(iter(panel)))][0].append(entry)
    parts = [Component(tuple(sorted(e)), tuple(sorted(j))) for e, j in found.values()]
    parts += [Component((entry,), ()) for entry, panel in assigned.items() if not panel]
    return sorted(parts, key=lambda part: (-len(part.entries), part.entries))


@lru_cache(maxsize=4)
def components_of(panels: tuple[tuple[str, tuple[str, ...]], ...]) -> tuple[Component, ...]:
    """Return the same of pairs of entry and judges, kept for when they are asked for again."""
    return tuple(components(dict(panels)))


def is_connected(assigned: Assigned) -> bool:
    """Say whether all entries can be compared with each other."""
    return len(components(assigned)) <= 1


def anchors(assigned: Assigned, forbidden: Collection[tuple[str, str]], count: int) -> list[str]:
    """Return the entries that, scored by every judge, would link the panel best; `count` of them.

    Entries that fewest judges are forbidden to score come first, then those with most judges
    already. `forbidden` holds pairs of entry and judge.
    """
    barred = {entry: sum(pair[0] == entry for pair in forbidden) for entry in assigned}
    order = sorted(assigned, key=lambda entry: (barred[entry], -len(set(assigned[entry])), entry))
    return order[:count]


def anchored(
    assigned: Assigned, entries: Iterable[str], forbidden: Collection[tuple[str, str]] = ()
) -> dict[str, frozenset[str]]:
    """Return the plan in which every judge who may also scores these entries."""
    judges = {judge for panel in assigned.values() for judge in panel}
    plan = {entry: frozenset(panel) for entry, panel in assigned.items()}
    barred = set(forbidden)
    for entry in entries:
        plan[entry] |= {judge for judge in judges if (entry, judge) not in barred}
    return plan


def meetings(assigned: Assigned) -> dict[tuple[str, str], int]:
    """Return how many entries each pair of judges has in common; pairs that never meet are out."""
    found: dict[tuple[str, str], int] = {}
    for panel in assigned.values():
        for pair in combinations(sorted(panel), 2):
            found[pair] = found.get(pair, 0) + 1
    return found


def cohesion(assigned: Assigned) -> float:
    """Return how firmly the judges are linked: the second smallest eigenvalue of their graph.

    Judges are nodes; each entry adds 1 / (its judges) to the weight between any two of them.
    0 means that the graph falls apart; a judge alone is linked to nobody.
    """
    import numpy as np

    if len({judge for panel in assigned.values() for judge in panel}) < 2:
        return 0.0
    _, normal = panel_and_normal(assigned)
    return max(0.0, float(np.linalg.eigvalsh(normal)[1]))


def pair_variance(assigned: Assigned) -> float | None:
    """Return the mean variance of the difference of two entries, one score's noise being 1.

    It is that of the additive model, judges' severity estimated alongside; None where entries
    cannot be compared, or there are fewer than two. Its square root × the noise is the expected
    standard error. No plan goes below 2 / judges per entry.
    """
    import numpy as np

    if len(assigned) < 2 or not is_connected(assigned):
        return None
    panel, normal = panel_and_normal(assigned)
    inverse = np.linalg.pinv(normal, hermitian=True)
    seen = panel.sum(axis=1)
    shares = panel / seen[:, None]
    own = 1 / seen + np.einsum("ij,jk,ik->i", shares, inverse, shares)
    # The mean over pairs, without visiting each: V_a + V_b - 2 C_ab.
    added = shares.sum(axis=0)
    whole = float((1 / seen).sum() + added @ inverse @ added)
    count = len(assigned)
    return float(2 * (count * own.sum() - whole) / (count * (count - 1)))


def panel_and_normal(assigned: Assigned) -> "tuple[Floats, Floats]":
    """Return entries × judges of ones and zeros, and the judges' normal matrix left by it."""
    import numpy as np

    judges = sorted({judge for panel in assigned.values() for judge in panel})
    at = {judge: place for place, judge in enumerate(judges)}
    scored = [entry for entry in sorted(assigned) if assigned[entry]]
    panel = np.zeros((len(scored), len(judges)))
    for place, entry in enumerate(scored):
        panel[place, [at[judge] for judge in assigned[entry]]] = 1
    seen = panel.sum(axis=1)
    return panel, np.diag(panel.sum(axis=0)) - panel.T @ (panel / seen[:, None])
