"""The reveal ceremony: who is shown at which step, from the last place upwards to the podium."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

# Ranks up to this one stand on the podium, unless too many share them to be seen.
PODIUM_RANKS = 3
PODIUM_HOLDS = 5
# How many stand in the list on the screen at once.
LISTED = 8
# A ceremony shows no more: nobody watches longer.
MOST = 50


class SceneKind(StrEnum):
    """What the screen looks like."""

    OPENING = "opening"
    LIST = "list"
    PODIUM = "podium"


@dataclass(frozen=True, slots=True)
class Scene:
    """What stands on the screen at a step; people are named by their position in the ranking."""

    kind: SceneKind
    # Who has just been revealed.
    newest: int | None = None
    # Of a list the revealed ones, the best first; of a podium all who will stand there.
    shown: tuple[int, ...] = ()
    # Whether each of them is revealed by now.
    is_revealed: tuple[bool, ...] = ()


def podium_size(ranks: Sequence[int]) -> int:
    """Return how many of a ranking stand on the podium: whole ranks only, none is divided."""
    found = 0
    for at, rank in enumerate(ranks):
        if rank > PODIUM_RANKS or at >= PODIUM_HOLDS:
            break
        is_whole = at + 1 == len(ranks) or ranks[at + 1] != rank
        found = at + 1 if is_whole else found
    return found


def podium_order(size: int) -> list[int]:
    """Return who stands from left to right: the first in the middle, the others outwards."""
    left = [at for at in range(size) if at % 2]
    return [*reversed(left), *(at for at in range(size) if not at % 2)]


def scene(ranks: Sequence[int], step: int) -> Scene:
    """Return what stands on the screen once `step` of these people are revealed."""
    step = within(step, len(ranks))
    if step == 0:
        return Scene(SceneKind.OPENING)
    newest = len(ranks) - step
    size = podium_size(ranks)
    if newest < size:
        order = tuple(podium_order(size))
        return Scene(SceneKind.PODIUM, newest, order, tuple(at >= newest for at in order))
    shown = tuple(range(newest, min(len(ranks), newest + LISTED)))
    return Scene(SceneKind.LIST, newest, shown, (True,) * len(shown))


def within(step: int, steps: int) -> int:
    """Return the nearest step that there is."""
    return max(0, min(step, steps))


def levels_as_ranks(levels: Sequence[int]) -> list[int]:
    """Return the rank of prizes given in order: the first level there is 1, the next one 2."""
    known = sorted(set(levels))
    return [1 + known.index(level) for level in levels]
