"""Several statements about one thing, each true or false: the Vietnamese format of 2025.

The content has `statements` (id, text, is_true) and `scoring`: "steps" earns 0.1, 0.25, 0.5 and
1 for one to four right verdicts of four, as the national exam does since 2025; "equal" (the
default) gives each statement the same share; "all" wants every verdict right.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from core.saying import Sentence
from core.text import N_
from questions.types.answers import FULL, NONE, Said, keyed, parts, share
from questions.types.options import equal_pairs
from questions.types.true_false import FALSE, TRUE

Content = Mapping[str, Any]

FEWEST = 2
MOST = 8
IDS = "abcdefgh"
YES = "T"
NO = "F"
SCORINGS = ("steps", "equal", "all")
_STEPS = (NONE, Decimal("0.1"), Decimal("0.25"), Decimal("0.5"), FULL)


def content(listed: Sequence[tuple[str, bool]], scoring: str = "equal") -> dict[str, Any]:
    """Return the content from the statements, each with whether it is true."""
    return {
        "statements": [
            {"id": IDS[place], "text": text, "is_true": is_true}
            for place, (text, is_true) in enumerate(listed)
        ],
        "scoring": scoring,
    }


def check(content: Content) -> list[Sentence]:
    """Return what keeps the content from being asked; nothing if it is sound."""
    listed = content.get("statements") or []
    values = {"fewest": FEWEST, "most": MOST, "count": len(listed)}
    if not FEWEST <= len(listed) <= MOST:
        many = N_("An item needs from %(fewest)s to %(most)s statements; this one has %(count)s.")
        return [Sentence(many, values)]
    problems = [
        Sentence(N_("Statement %(letter)s is empty."), {"letter": one["id"]})
        for one in listed
        if not one["text"].strip()
    ]
    for one, other in equal_pairs([statement["text"] for statement in listed]):
        same = N_("Statements %(one)s and %(other)s are the same.")
        problems.append(Sentence(same, {"one": IDS[one], "other": IDS[other]}))
    if any(not isinstance(one.get("is_true"), bool) for one in listed):
        problems.append(Sentence(N_("A statement is neither true nor false.")))
    if content.get("scoring", "equal") not in SCORINGS:
        problems.append(Sentence(N_("This way of scoring does not exist.")))
    return problems


def ids(content: Content) -> list[str]:
    """Return the ids of the statements, as written."""
    return [one["id"] for one in content["statements"]]


def pinned(content: Content) -> list[str]:
    """Return all of them: statements often lead from one to the next."""
    return ids(content)


def mark(content: Content, answer: str | None) -> Decimal:
    """Return the part of the points that the verdicts earn, from 0 to 1."""
    given, listed = parts(answer), content["statements"]
    hits = sum(given.get(one["id"]) == _verdict(one) for one in listed)
    scoring = content.get("scoring", "equal")
    if scoring == "all":
        return FULL if hits == len(listed) else NONE
    if scoring == "steps" and len(listed) == len(_STEPS) - 1:
        return _STEPS[hits]
    return share(hits, len(listed))


def _verdict(statement: Mapping[str, Any]) -> str:
    return YES if statement["is_true"] else NO


def right(content: Content) -> str:
    """Return the answer that earns everything."""
    return keyed({one["id"]: _verdict(one) for one in content["statements"]})


def texts(content: Content) -> list[str]:
    """Return the statements, as written."""
    return [one["text"] for one in content.get("statements") or []]


def say(content: Content, answer: str | None) -> list[Said]:
    """Return each statement with the verdict given and the right one."""
    words, given = {YES: TRUE, NO: FALSE}, parts(answer)
    return [
        Said(
            f"{one['id']}) {one['text']}",
            words.get(given.get(one["id"], ""), ""),
            words[_verdict(one)],
            is_right=given.get(one["id"]) == _verdict(one),
        )
        for one in content["statements"]
    ]
