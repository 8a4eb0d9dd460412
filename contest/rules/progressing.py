"""How far a work of several parts is: each part tells its own share of the whole."""

from collections.abc import Callable

# What is told: so much of so much.
Progress = Callable[[int, int], None]
WHOLE = 100


def unwatched(done: int, total: int) -> None:
    """Tell nobody how far the work is."""


def part(progress: Progress, begin: int, end: int) -> Progress:
    """Return what a part tells that takes the whole from `begin` to `end` of a hundred."""

    def tell(done: int, total: int) -> None:
        progress(begin + (end - begin) * min(done, total) // max(1, total), WHOLE)

    return tell
