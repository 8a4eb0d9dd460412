"""The order in which entries appear: drawn from a published seed, or turned for each judge."""

import hashlib
import hmac
from collections.abc import Mapping, Sequence

from contest.rules import ranking


def order(seed: bytes, entries: Sequence[str]) -> list[str]:
    """Return the entries in the order drawn by lot from the published seed.

    Anybody who knows the seed can draw again; the order in which entries came in means nothing.
    """
    return sorted(entries, key=lambda entry: (ranking.lot(seed, entry), entry))


def turned(seed: bytes, plan: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Return for each judge the entries in the order to score them: `plan[judge]` are theirs.

    All follow one drawn order, each judge beginning at another point of it and every second one
    going backwards, so that no entry is always first, last, or after the same one.
    """
    drawn = order(seed, sorted({entry for entries in plan.values() for entry in entries}))
    judges = order(seed, sorted(plan))
    found = {}
    for at, judge in enumerate(judges):
        start = at * len(drawn) // max(1, len(judges))
        circle = drawn[start:] + drawn[:start]
        own = set(plan[judge])
        turned_ = [entry for entry in circle if entry in own]
        found[judge] = turned_ if at % 2 == 0 else turned_[::-1]
    return found


def order_seed(seed: bytes) -> bytes:
    """Return the seed of the running order: it is shown at once, and gives nothing of `seed` away.

    Once `seed` itself is published, after judging, anybody can see that this one came of it.
    """
    return hmac.digest(seed, b"running order", hashlib.sha256)
