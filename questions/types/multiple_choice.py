"""Several options, several keys.

`scoring` in the content says what an answer that is right in part earns: "all" (the default)
nothing; "partial" one share for each key chosen, and nothing once more options are chosen than
are right; "penalty" one share for each key chosen, less one for each wrong one; "weights" the
sum of the weights written beside the options. Nobody gets less than nothing.
"""

from decimal import Decimal, InvalidOperation

from core.saying import Sentence
from core.text import N_
from questions.types import options
from questions.types.answers import FULL, NONE, share
from questions.types.options import ids, pinned, right, say, texts

__all__ = ["SCORINGS", "check", "ids", "mark", "pinned", "right", "say", "texts"]

SCORINGS = ("all", "partial", "penalty", "weights")


def check(content: options.Content) -> list[Sentence]:
    """Return what keeps the content from being asked; nothing if it is sound."""
    problems = options.check(content)
    if not content.get("key"):
        problems.append(Sentence(N_("This type needs at least one key.")))
    if content.get("scoring", "all") not in SCORINGS:
        problems.append(Sentence(N_("This way of scoring does not exist.")))
    if content.get("scoring") == "weights" and _best(content) != FULL:
        problems.append(Sentence(N_("The weights of the right options must add up to 100%%.")))
    return problems


def mark(content: options.Content, answer: str | None) -> Decimal:
    """Return the part of the points that the options chosen earn, from 0 to 1."""
    scoring = content.get("scoring", "all")
    if scoring == "all":
        return options.mark_all_or_nothing(content, answer)
    known, key = frozenset(ids(content)), frozenset(content["key"])
    picked = options.chosen(answer) & known
    if scoring == "weights":
        return min(max(_sum(content, picked), NONE), FULL)
    hits, misses = len(picked & key), len(picked - key)
    if scoring == "penalty":
        return share(max(hits - misses, 0), len(key))
    return NONE if len(picked) > len(key) else share(hits, len(key))


def _best(content: options.Content) -> Decimal:
    return _sum(content, frozenset(content.get("key") or ()))


def _sum(content: options.Content, picked: frozenset[str]) -> Decimal:
    listed = content.get("options") or []
    return sum((_weight(one.get("weight")) for one in listed if one.get("id") in picked), NONE)


def _weight(text: object) -> Decimal:
    try:
        weight = Decimal(str(text or 0))
    except InvalidOperation:
        return NONE
    return weight if weight.is_finite() else NONE
