"""Things to be put in order.

The content has `parts` (id, text) in the right order, and `scoring`: "positions" (the default)
gives each part in its place the same share, "pairs" each two parts that are the right way round,
"all" wants everything in place. An answer gives each part its place, counted from 1. The ids of
the parts do not tell their order.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import combinations
from typing import Any

from core.saying import Sentence
from core.text import N_
from questions.types.answers import FULL, NONE, Said, keyed, neutral_ids, parts, share
from questions.types.options import equal_pairs

Content = Mapping[str, Any]

FEWEST = 2
MOST = 12
SCORINGS = ("positions", "pairs", "all")


def content(listed: Sequence[str], scoring: str = "positions") -> dict[str, Any]:
    """Return the content from the parts in their right order."""
    ids_ = neutral_ids(list(listed))
    return {
        "parts": [{"id": ids_[place], "text": text} for place, text in enumerate(listed)],
        "scoring": scoring,
    }


def check(content: Content) -> list[Sentence]:
    """Return what keeps the content from being asked; nothing if it is sound."""
    listed = content.get("parts") or []
    values = {"fewest": FEWEST, "most": MOST, "count": len(listed)}
    if not FEWEST <= len(listed) <= MOST:
        many = N_("An item needs from %(fewest)s to %(most)s parts; this one has %(count)s.")
        return [Sentence(many, values)]
    problems = [
        Sentence(N_("Part %(place)s is empty."), {"place": place})
        for place, part in enumerate(listed, start=1)
        if not part["text"].strip()
    ]
    for one, other in equal_pairs([part["text"] for part in listed]):
        same = N_("Parts %(one)s and %(other)s are the same.")
        problems.append(Sentence(same, {"one": one + 1, "other": other + 1}))
    if content.get("scoring", "positions") not in SCORINGS:
        problems.append(Sentence(N_("This way of scoring does not exist.")))
    return problems


def ids(content: Content) -> list[str]:
    """Return the ids of the parts by id, so that the right order is not where others start."""
    return sorted(part["id"] for part in content["parts"])


def pinned(content: Content) -> list[str]:
    """Return none: every part may stand anywhere."""
    return []


def mark(content: Content, answer: str | None) -> Decimal:
    """Return the part of the points that the order earns, from 0 to 1."""
    order, given = [part["id"] for part in content["parts"]], parts(answer)
    hits = sum(given.get(part) == str(place) for place, part in enumerate(order, start=1))
    scoring = content.get("scoring", "positions")
    if scoring == "all":
        return FULL if hits == len(order) else NONE
    if scoring == "pairs":
        return _pairs(order, given)
    return share(hits, len(order))


def _pairs(order: Sequence[str], given: Mapping[str, str]) -> Decimal:
    places = {part: int(text) for part, text in given.items() if text in _PLACES}
    both = list(combinations(order, 2))
    known = [(one, other) for one, other in both if one in places and other in places]
    return share(sum(places[one] < places[other] for one, other in known), len(both))


_PLACES = frozenset(map(str, range(1, MOST + 1)))


def right(content: Content) -> str:
    """Return the answer that earns everything."""
    return keyed({part["id"]: str(n) for n, part in enumerate(content["parts"], start=1)})


def texts(content: Content) -> list[str]:
    """Return what the parts say."""
    return [part["text"] for part in content.get("parts") or []]


def say(content: Content, answer: str | None) -> list[Said]:
    """Return each part with the place given and the right one."""
    given = parts(answer)
    return [
        Said(
            part["text"],
            given.get(part["id"], ""),
            str(place),
            is_right=given.get(part["id"]) == str(place),
        )
        for place, part in enumerate(content["parts"], start=1)
    ]
