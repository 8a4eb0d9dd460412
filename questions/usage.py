"""How versions and banks are used: told by the packages above, which know who asked what."""

from collections.abc import Callable, Collection, Mapping

Counter = Callable[[Collection[int]], Mapping[int, int]]
Teller = Callable[[Collection[int]], Collection[int]]
_counters: list[Counter] = []
_tellers: list[Teller] = []


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


def ask_banks(teller: Teller) -> None:
    """Let a package above say from which banks its contests, given by ids, draw."""
    if teller not in _tellers:
        _tellers.append(teller)


def banks_of(contest_ids: Collection[int]) -> set[int]:
    """Return the ids of the banks that rounds of these contests draw from."""
    found: set[int] = set()
    for teller in _tellers if contest_ids else ():
        found.update(teller(contest_ids))
    return found
