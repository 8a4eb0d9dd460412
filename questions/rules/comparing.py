"""Which of many questions say nearly the same: all pairs of a large bank, found in seconds.

Each question is the sorted set of its shingles, packed as whole numbers of 32 bits. With all
shingles in one order, the rarest first, two sets of likeness of at least t have a common one
within the first n - ceil(t * n) + 1 of each, so that only questions that share one of these are
compared (Chaudhuri, Ganti and Kaushik 2006). Of a shingle that more than `_CROWD` questions
begin with, only questions of like length that stand beside each other are compared: without that,
fifty thousand questions made from one template would all be compared with each other.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from questions.rules.likening import THRESHOLD

# Arrays of numpy, which is imported late.
Array = Any

_CROWD = 200
_NEIGHBOURS = 20
_CHUNK = 200_000
# So few are simply compared with all others.
_FEW = 20
_WORD = 4


@dataclass(frozen=True, slots=True)
class Pair:
    """Two questions, by their keys, and which share of their shingles is common to both."""

    one: int
    other: int
    share: float


def pack(shingles: Collection[int]) -> bytes:
    """Return the shingles of a question as they are kept with it."""
    return b"".join(one.to_bytes(_WORD, "little") for one in sorted(shingles))


def unpack(packed: bytes) -> frozenset[int]:
    """Return the shingles that were packed."""
    return frozenset(
        int.from_bytes(packed[at : at + _WORD], "little") for at in range(0, len(packed), _WORD)
    )


def alike(packed: Mapping[int, bytes], of: Collection[int] | None = None) -> list[Pair]:
    """Return the pairs of likeness `THRESHOLD` and more, the most alike first.

    `packed` holds the questions by key; with `of`, only pairs with one of these are looked for.
    """
    filled = {key: packed[key] for key in sorted(packed) if packed[key]}
    if len(filled) < 2:
        return []
    corpus = _Corpus(filled, frozenset(of) if of is not None else None)
    return corpus.pairs_of_few() if of is not None and len(of) <= _FEW else corpus.pairs()


class _Corpus:
    """The shingles of many questions in flat arrays: one entry for each question and shingle."""

    def __init__(self, packed: Mapping[int, bytes], of: frozenset[int] | None) -> None:
        import numpy

        self.np = numpy
        self.keys = list(packed)
        sets = [numpy.frombuffer(content, dtype="<u4") for content in packed.values()]
        self.sizes = numpy.array([len(one) for one in sets], dtype=numpy.int64)
        self.starts = numpy.concatenate(([0], numpy.cumsum(self.sizes)[:-1]))
        self.owners = numpy.repeat(numpy.arange(len(sets)), self.sizes)
        self.flat = numpy.concatenate(sets).astype(numpy.int64)
        self.is_asked = numpy.array([of is None or key in of for key in self.keys])

    def pairs(self) -> list[Pair]:
        """Return the pairs that are alike enough."""
        np = self.np
        # Each question and shingle as one sorted number, to ask whether a question has a shingle.
        known = np.sort((self.owners << 32) | self.flat)
        found: dict[tuple[int, int], float] = {}
        for candidates in self._candidates():
            for at in range(0, len(candidates), _CHUNK):
                ones, others = candidates[at : at + _CHUNK].T
                common = self._common(known, ones, others)
                shares = common / (self.sizes[ones] + self.sizes[others] - common)
                for place in np.flatnonzero(shares >= THRESHOLD):
                    one, other = self.keys[ones[place]], self.keys[others[place]]
                    found[one, other] = float(shares[place])
        return _listed(found)

    def pairs_of_few(self) -> list[Pair]:
        """Return the pairs of the questions asked for, compared with every other one."""
        np, found = self.np, {}
        for one in np.flatnonzero(self.is_asked):
            own = self.flat[self.starts[one] : self.starts[one] + self.sizes[one]]
            common = np.bincount(self.owners[np.isin(self.flat, own)], minlength=len(self.keys))
            shares = common / (self.sizes + self.sizes[one] - common)
            for other in np.flatnonzero(shares >= THRESHOLD):
                if other != one:
                    low, high = sorted((self.keys[one], self.keys[other]))
                    found[low, high] = float(shares[other])
        return _listed(found)

    def _common(self, known: Array, ones: Array, others: Array) -> Array:
        """Return how many shingles each two questions have in common."""
        np = self.np
        sizes = self.sizes[ones]
        ends = np.cumsum(sizes)
        which = np.repeat(np.arange(len(ones)), sizes)
        places = np.arange(ends[-1]) - np.repeat(ends - sizes, sizes)
        shingles = self.flat[self.starts[ones][which] + places]
        asked = (others[which] << 32) | shingles
        at = np.minimum(np.searchsorted(known, asked), len(known) - 1)
        return np.bincount(which[known[at] == asked], minlength=len(ones))

    def _candidates(self) -> Iterator[Array]:
        """Yield, in two columns, places of questions that share one of their rarest shingles."""
        np = self.np
        shingles, owners, left = self._rarest()
        order = np.lexsort((self.sizes[owners], shingles))
        shingles, owners, left = shingles[order], owners[order], left[order]
        begins = np.concatenate(([0], np.flatnonzero(np.diff(shingles)) + 1))
        lengths = np.diff(np.append(begins, len(shingles)))
        is_crowd = np.repeat(lengths > _CROWD, lengths)
        for step in range(1, _CROWD):
            same = shingles[step:] == shingles[:-step]
            if step > _NEIGHBOURS:
                same &= ~is_crowd[step:]
            if not same.any():
                break
            ones, others = owners[:-step][same], owners[step:][same]
            rest = np.minimum(left[:-step][same], left[step:][same])
            yield self._fit(ones, others, rest)

    def _rarest(self) -> tuple[Array, Array, Array]:
        """Return the rarest shingles of each question, whose they are, and how many follow."""
        np = self.np
        _, inverse, counts = np.unique(self.flat, return_inverse=True, return_counts=True)
        order = np.lexsort((self.flat, counts[inverse], self.owners))
        prefix = self.sizes - np.ceil(THRESHOLD * self.sizes).astype(np.int64) + 1
        places = np.arange(len(order)) - self.starts[self.owners]
        is_kept = places < prefix[self.owners]
        left = (self.sizes[self.owners] - places)[is_kept]
        return self.flat[order[is_kept]], self.owners[is_kept], left

    def _fit(self, ones: Array, others: Array, rest: Array) -> Array:
        """Return the pairs that can be alike, once each, that have a question asked for.

        `rest` is how many shingles they can have in common from the one they share on.
        """
        np, sizes = self.np, self.sizes
        needed = THRESHOLD / (1 + THRESHOLD) * (sizes[ones] + sizes[others])
        fits = (rest >= needed - 1e-9) & (self.is_asked[ones] | self.is_asked[others])
        low, high = np.minimum(ones, others)[fits], np.maximum(ones, others)[fits]
        numbers = np.unique(low * len(self.keys) + high)
        return np.column_stack((numbers // len(self.keys), numbers % len(self.keys)))


def _listed(found: Mapping[tuple[int, int], float]) -> list[Pair]:
    listed = [Pair(one, other, share) for (one, other), share in found.items()]
    return sorted(listed, key=lambda pair: (-pair.share, pair.one, pair.other))


def twins(pairs: Sequence[Pair]) -> dict[int, list[tuple[int, float]]]:
    """Return, for each question of the pairs, those like it, the most alike first."""
    found: dict[int, list[tuple[int, float]]] = defaultdict(list)
    for pair in pairs:
        found[pair.one].append((pair.other, pair.share))
        found[pair.other].append((pair.one, pair.share))
    return dict(found)
