"""How alike two questions are."""

import zlib
from collections.abc import Sequence

from core.text import search_key

THRESHOLD = 0.7
_WORDS = 3


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
