"""How item versions are used: told by the packages above, which know who was asked what."""

from collections.abc import Callable, Collection, Mapping

Counter = Callable[[Collection[int]], Mapping[int, int]]
# Says whether a person, by id, was asked an item with this picture or sound, by public id.
Checker = Callable[[int, str], bool]
_counters: list[Counter] = []
_checkers: list[Checker] = []


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


def let_see(checker: Checker) -> None:
    """Let a package above say who may see a picture or a sound, for it stands in their paper."""
    if checker not in _checkers:
        _checkers.append(checker)


def may_see(account_id: int, media: str) -> bool:
    """Say whether the person was asked an item with this picture or sound."""
    return any(checker(account_id, media) for checker in _checkers)
