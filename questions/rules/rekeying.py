"""Another key for an item version that was asked: its content with other accepted answers."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from core.saying import Sentence
from core.text import N_
from questions.rules import marking
from questions.types import numeric, options, statements
from questions.types.answers import NONE, parts

# Types whose key is one answer that can be written down.
REKEYED = frozenset(
    {
        "single_choice",
        "true_false",
        "multiple_choice",
        "numeric",
        "short_answer",
        "statements",
    }
)
MOST = 8


def may_rekey(kind: str, content: Mapping[str, Any]) -> bool:
    """Say whether another answer can be made the key of such an item."""
    return kind in REKEYED and content.get("scoring") != "weights"


def rekeyed(kind: str, content: Mapping[str, Any], answer: str) -> dict[str, Any]:
    """Return the content whose key is this answer, as answers are stored.

    Raise `ValueError` for a type without such a key.
    """
    if not may_rekey(kind, content):
        raise ValueError(f"the key of this type is not one answer: {kind}")
    if kind in marking.WITH_OPTIONS:
        return {**content, "key": sorted(options.chosen(answer))}
    if kind == "statements":
        return {**content, "statements": _verdicts(content, answer)}
    return {**content, "answers": [_accepted(kind, content, answer)]}


def _verdicts(content: Mapping[str, Any], answer: str) -> list[dict[str, Any]]:
    given = parts(answer)
    return [
        {**one, "is_true": given.get(one["id"]) == statements.YES} for one in content["statements"]
    ]


def _accepted(kind: str, content: Mapping[str, Any], answer: str) -> dict[str, Any]:
    if kind == "short_answer":
        return {"text": answer, "fraction": "1", "is_pattern": False}
    first = content["answers"][0]
    numbers = numeric.readings(answer)
    value = format(numbers[0], "f") if numbers else answer
    return {**first, "value": value, "fraction": "1"}


def mark(kind: str, content: Mapping[str, Any], accepted: Sequence[str], given: str) -> Decimal:
    """Return the part of the points that an answer earns by the best of the accepted ones."""
    return max(
        (marking.mark(kind, rekeyed(kind, content, one), given) for one in accepted), default=NONE
    )


def problems(kind: str, content: Mapping[str, Any], accepted: Sequence[str]) -> list[Sentence]:
    """Return what keeps these answers from being the key; nothing if they are sound."""
    if not may_rekey(kind, content):
        return [Sentence(N_("The key of this kind of question cannot be changed; void it."))]
    if not 0 < len(accepted) <= MOST or len(set(accepted)) != len(accepted):
        return [Sentence(N_("Give from 1 to %(most)s accepted answers."), {"most": MOST})]
    return [
        problem
        for one in accepted
        for problem in marking.TYPES[kind].check(rekeyed(kind, content, one))
    ] + _incomplete(kind, content, accepted)


def _incomplete(kind: str, content: Mapping[str, Any], accepted: Sequence[str]) -> list[Sentence]:
    if kind != "statements":
        return []
    wanted = {one["id"] for one in content["statements"]}
    if all(set(parts(one)) == wanted for one in accepted):
        return []
    return [Sentence(N_("A statement is neither true nor false."))]
