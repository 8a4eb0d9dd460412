"""How alike two questions are, and finding the like ones among many without comparing all."""

import math
import zlib
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from core.text import search_key

THRESHOLD = 0.7
_WORDS = 3

K = TypeVar("K")


@dataclass(frozen=True, slots=True)
class Twin(Generic[K]):
    """A question that says nearly the same, and which share of the two is common to both."""

    key: K
    share: float


def shingles(stem: str, options: Sequence[str]) -> frozenset[int]:
    """Return what is compared: every three words in a row of the stem, and of each option.

    Marks, capitals, punctuation and the order of the options do not count.
    """
    found: set[int] = set()
    for text in (stem, *options):
        words = search_key(text).split()
        for start in range(max(1, len(words) - _WORDS + 1)):
            part = " ".join(words[start : start + _WORDS])
            if part:
                found.add(zlib.crc32(part.encode()))
    return frozenset(found)


def likeness(one: frozenset[int], other: frozenset[int]) -> float:
    """Return the share of the shingles of both that are common to both, from 0 to 1."""
    both = len(one & other)
    return both / (len(one) + len(other) - both) if both else 0.0


class Index(Generic[K]):
    """Questions by their rarest shingles: two that are alike enough share one of them.

    With all shingles in one order, the rarest first, two sets of likeness of at least t have a
    common one within the first n - ceil(t * n) + 1 of each: only these are indexed.
    """

    def __init__(self, known: Mapping[K, frozenset[int]]) -> None:
        self._known = known
        self._counts = Counter(shingle for one in known.values() for shingle in one)
        self._places: dict[int, list[K]] = defaultdict(list)
        for key, one in known.items():
            for shingle in self._rarest(one):
                self._places[shingle].append(key)

    def _rarest(self, one: frozenset[int]) -> list[int]:
        ordered = sorted(one, key=lambda shingle: (self._counts[shingle], shingle))
        return ordered[: len(one) - math.ceil(THRESHOLD * len(one)) + 1] if one else []

    def twins(self, one: frozenset[int]) -> list[Twin[K]]:
        """Return the questions alike enough, the most alike first."""
        near = dict.fromkeys(
            key for shingle in self._rarest(one) for key in self._places.get(shingle, ())
        )
        shares = ((key, likeness(one, self._known[key])) for key in near)
        found = [Twin(key, share) for key, share in shares if share >= THRESHOLD]
        return sorted(found, key=lambda twin: -twin.share)
