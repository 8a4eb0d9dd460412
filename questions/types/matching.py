"""Pairs to be joined: each row gets one of the choices; some choices may fit none.

The content has `rows` and `choices` (id, text), `pairs` from row to choice, and `scoring`:
"equal" (the default) gives each row the same share, "all" wants every row right. The ids of the
choices do not tell where the author wrote them.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from core.saying import Sentence
from core.text import N_
from questions.types.answers import FULL, NONE, Said, keyed, neutral_ids, parts, share
from questions.types.options import equal_pairs

Content = Mapping[str, Any]

FEWEST = 2
MOST_ROWS = 12
MOST_CHOICES = 16
SCORINGS = ("equal", "all")


def content(
    pairs: Sequence[tuple[str, str]], distractors: Sequence[str] = (), scoring: str = "equal"
) -> dict[str, Any]:
    """Return the content from pairs of row and choice, and choices that fit no row."""
    listed = list(dict.fromkeys([*(choice for _, choice in pairs), *distractors]))
    ids_ = dict(zip(listed, neutral_ids(listed), strict=True))
    rows = [{"id": str(place), "text": row} for place, (row, _) in enumerate(pairs, start=1)]
    return {
        "rows": rows,
        "choices": [{"id": ids_[text], "text": text} for text in listed],
        "pairs": {str(place): ids_[choice] for place, (_, choice) in enumerate(pairs, start=1)},
        "scoring": scoring,
    }


def check(content: Content) -> list[Sentence]:
    """Return what keeps the content from being asked; nothing if it is sound."""
    rows, choices = content.get("rows") or [], content.get("choices") or []
    if not FEWEST <= len(rows) <= MOST_ROWS or not FEWEST <= len(choices) <= MOST_CHOICES:
        size = N_(
            "An item to match needs from 2 to %(rows)s rows and from 2 to %(choices)s choices."
        )
        return [Sentence(size, {"rows": MOST_ROWS, "choices": MOST_CHOICES})]
    problems = []
    if any(not one["text"].strip() for one in (*rows, *choices)):
        problems.append(Sentence(N_("A row or a choice is empty.")))
    known, pairs = {one["id"] for one in choices}, content.get("pairs") or {}
    if any(pairs.get(one["id"]) not in known for one in rows):
        problems.append(Sentence(N_("A row has no choice that fits it.")))
    for one, other in equal_pairs([choice["text"] for choice in choices]):
        same = N_("Choices %(one)s and %(other)s are the same.")
        problems.append(Sentence(same, {"one": one + 1, "other": other + 1}))
    if content.get("scoring", "equal") not in SCORINGS:
        problems.append(Sentence(N_("This way of scoring does not exist.")))
    return problems


def ids(content: Content) -> list[str]:
    """Return the ids of the choices, as written; the rows keep their order."""
    return [one["id"] for one in content["choices"]]


def pinned(content: Content) -> list[str]:
    """Return none: every choice may stand anywhere."""
    return []


def mark(content: Content, answer: str | None) -> Decimal:
    """Return the part of the points that the pairs earn, from 0 to 1."""
    given, pairs = parts(answer), content["pairs"]
    hits = sum(given.get(row["id"]) == pairs[row["id"]] for row in content["rows"])
    if content.get("scoring", "equal") == "all":
        return FULL if hits == len(content["rows"]) else NONE
    return share(hits, len(content["rows"]))


def right(content: Content) -> str:
    """Return the answer that earns everything."""
    return keyed(dict(content["pairs"]))


def texts(content: Content) -> list[str]:
    """Return what rows and choices say."""
    return [one["text"] for one in (*content.get("rows", ()), *content.get("choices", ()))]


def say(content: Content, answer: str | None) -> list[Said]:
    """Return each row with the choice given and the right one."""
    words, given = {one["id"]: one["text"] for one in content["choices"]}, parts(answer)
    return [
        Said(
            row["text"],
            words.get(given.get(row["id"], ""), ""),
            words[content["pairs"][row["id"]]],
            is_right=given.get(row["id"]) == content["pairs"][row["id"]],
        )
        for row in content["rows"]
    ]
