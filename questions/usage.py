"""How often item versions were asked: counted by the packages above, which know who asked."""

from collections.abc import Callable, Collection, Mapping

Counter = Callable[[Collection[int]], Mapping[int, int]]
_counters: list[Counter] = []


def ask(counter: Counter) -> None:
    """Let a package above say how often versions, given by ids, stand in its papers."""
    if counter not in _counters:
        _counters.append(counter)


def times_asked(version_ids: Collection[int]) -> dict[int, int]:
    """Return how often each version stands in a paper; one that never does is left out."""
    found: dict[int, int] = {}
    for counter in _counters:
        for version_id, times in counter(version_ids).items():
            found[version_id] = found.get(version_id, 0) + times
    return {version_id: times for version_id, times in found.items() if times}
