"""Another key for an item version that was asked: its content with other accepted answers.

An accepted answer is written as answers are stored. In a text with gaps a gap may name several,
one a line, and a gap that is left out keeps its key; options with weights name the weight of each.
"""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from core.saying import Sentence
from core.text import N_
from questions.rules import marking
from questions.types import cloze, numeric, options, statements
from questions.types.answers import NONE, keyed, parts

Content = Mapping[str, Any]
MOST = 8


def may_rekey(kind: str, content: Content) -> bool:
    """Say whether another answer can be made the key of such an item."""
    return _way(kind, content) in _WAYS


def _way(kind: str, content: Content) -> str:
    """Return the name of how the key of such an item is written."""
    if content.get("scoring") == "weights":
        return "weights"
    return "options" if kind in marking.WITH_OPTIONS else kind


def rekeyed(kind: str, content: Content, answer: str) -> dict[str, Any]:
    """Return the content whose key is this answer, as answers are stored.

    Raise `ValueError` for a type without such a key.
    """
    if not may_rekey(kind, content):
        raise ValueError(f"this type has no key: {kind}")
    return _WAYS[_way(kind, content)](content, answer)


def _chosen(content: Content, answer: str) -> dict[str, Any]:
    return {**content, "key": sorted(options.chosen(answer))}


def _weighed(content: Content, answer: str) -> dict[str, Any]:
    weights = parts(answer)
    listed = [{**one, "weight": weights.get(one["id"], "0")} for one in content["options"]]
    key = [one["id"] for one in listed if (numeric.plain(one["weight"]) or NONE) > NONE]
    return {**content, "options": listed, "key": sorted(key)}


def _judged(content: Content, answer: str) -> dict[str, Any]:
    given = parts(answer)
    listed = content["statements"]
    return {
        **content,
        "statements": [
            {**one, "is_true": given.get(one["id"]) == statements.YES} for one in listed
        ],
    }


def _paired(content: Content, answer: str) -> dict[str, Any]:
    return {**content, "pairs": parts(answer)}


def _ordered(content: Content, answer: str) -> dict[str, Any]:
    given = parts(answer)
    last = str(len(content["parts"]) + 1)
    return {
        **content,
        "parts": sorted(content["parts"], key=lambda one: given.get(one["id"], last).zfill(3)),
    }


def _worded(content: Content, answer: str) -> dict[str, Any]:
    accepted = [
        {"text": text, "fraction": "1", "is_pattern": False} for text in answer.splitlines()
    ]
    return {**content, "answers": accepted}


def _numbered(content: Content, answer: str) -> dict[str, Any]:
    first = content["answers"][0]
    accepted = [{**first, "value": _value(text), "fraction": "1"} for text in answer.splitlines()]
    return {**content, "answers": accepted}


def _value(typed: str) -> str:
    numbers = numeric.readings(typed)
    return format(numbers[0], "f") if numbers else typed


def _filled(content: Content, answer: str) -> dict[str, Any]:
    given = parts(answer)
    return {**content, "gaps": [_gap(one, given.get(one["id"])) for one in content["gaps"]]}


def _gap(gap: Mapping[str, Any], answer: str | None) -> dict[str, Any]:
    if answer is None:
        return dict(gap)
    return {**gap, "content": rekeyed(gap["type"], gap["content"], answer)}


_WAYS: Mapping[str, Callable[[Content, str], dict[str, Any]]] = {
    "options": _chosen,
    "weights": _weighed,
    "statements": _judged,
    "matching": _paired,
    "ordering": _ordered,
    "short_answer": _worded,
    "numeric": _numbered,
    "cloze": _filled,
}


def key_of(kind: str, content: Content) -> str:
    """Return the key that the content has by now, as another one would be written."""
    if _way(kind, content) == "weights":
        return keyed({one["id"]: str(one.get("weight") or "0") for one in content["options"]})
    if kind == "cloze":
        return keyed({gap["id"]: _lines(gap) for gap in content["gaps"]})
    return marking.right(kind, content)


def _lines(gap: Mapping[str, Any]) -> str:
    inner = gap["content"]
    if gap["type"] not in ("short_answer", "numeric"):
        right: str = cloze.GAPS[gap["type"]].right(inner)
        return right
    texts = [str(one.get("text", one.get("value"))) for one in inner["answers"]]
    return "\n".join(numeric.shown(text) if gap["type"] == "numeric" else text for text in texts)


def mark(kind: str, content: Content, accepted: Sequence[str], given: str) -> Decimal:
    """Return the part of the points that an answer earns by the best of the accepted ones."""
    return max(
        (marking.mark(kind, rekeyed(kind, content, one), given) for one in accepted), default=NONE
    )


def problems(kind: str, content: Content, accepted: Sequence[str]) -> list[Sentence]:
    """Return what keeps these answers from being the key; nothing if they are sound."""
    if not may_rekey(kind, content):
        return [Sentence(N_("The key of this kind of question cannot be changed; void it."))]
    if not 0 < len(accepted) <= MOST or len(set(accepted)) != len(accepted):
        return [Sentence(N_("Give from 1 to %(most)s accepted answers."), {"most": MOST})]
    return [
        problem
        for one in accepted
        for problem in _incomplete(kind, content, one)
        or marking.TYPES[kind].check(rekeyed(kind, content, one))
    ]


def _incomplete(kind: str, content: Content, answer: str) -> list[Sentence]:
    """Return what an answer of several parts leaves out, or names that is not there."""
    way = _way(kind, content)
    if way not in _PARTS:
        return []
    given, wanted = parts(answer), {one["id"] for one in content[_PARTS[way]]}
    is_whole = set(given) == wanted if way in _WHOLE else given and set(given) <= wanted
    if not is_whole:
        return [Sentence(_WHOLE.get(way, N_("No answer is given.")))]
    if way == "ordering" and set(given.values()) != {str(n + 1) for n in range(len(wanted))}:
        return [Sentence(_WHOLE[way])]
    is_weighed = way != "weights" or all(numeric.plain(one) is not None for one in given.values())
    return [] if is_weighed else [Sentence(N_("A share is no number."))]


# Kinds of which every part has to be named, with what is said where one is not.
_WHOLE = {
    "statements": N_("A statement is neither true nor false."),
    "matching": N_("A row has no choice that fits it."),
    "ordering": N_("Give each part a place of its own, from 1 on."),
}
_PARTS = {
    "statements": "statements",
    "matching": "rows",
    "ordering": "parts",
    "weights": "options",
    "cloze": "gaps",
}
