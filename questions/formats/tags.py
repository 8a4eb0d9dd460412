"""What other systems have no field for, written as tags that people can read, and read again."""

from collections.abc import Iterable, Sequence
from typing import Any

from core.saying import Sentence
from core.text import N_, clean_line
from questions.rules import classifying
from questions.rules.drafting import INFO, Draft
from questions.rules.settling import Found
from questions.types import (
    cloze,
    matching,
    multiple_choice,
    options,
    ordering,
    short_answer,
    statements,
    true_false,
)

_LEVEL = "Mức độ"
_BASIS = "Căn cứ"
_TYPE = "Loại câu"
_SCORING = "Cách chấm"
_EXACT = "Phân biệt"
_NAMES = frozenset({_LEVEL, _BASIS, _TYPE, _SCORING, _EXACT})
_SCORINGS = {
    "multiple_choice": multiple_choice.SCORINGS,
    "statements": statements.SCORINGS,
    "matching": matching.SCORINGS,
    "ordering": ordering.SCORINGS,
}
_USUAL = {"multiple_choice": "all", "ordering": "positions"}
_SIGN = ": "
# What stands in a text where something is missing.
GAP = "_____"


def of(draft: Draft, *, disguised: bool = False) -> list[str]:
    """Return the tags of a question; `disguised` when the format writes it as another type."""
    content = draft.content or {}
    found = [(_LEVEL, draft.difficulty), (_BASIS, draft.legal_basis)]
    if disguised:
        found.append((_TYPE, draft.type))
    if draft.type in _SCORINGS:
        found.append((_SCORING, str(content.get("scoring", _USUAL.get(draft.type, "equal")))))
    if draft.type == "short_answer":
        found.append((_EXACT, ", ".join(content.get("exact", short_answer.DEFAULT)) or "-"))
    return [f"{name}{_SIGN}{clean_line(value)}" for name, value in found if value]


def apply(one: Found, tags: Iterable[str]) -> None:
    """Let the tags of a question say what its format could not."""
    told: dict[str, str] = {}
    left: list[str] = []
    for tag in map(clean_line, tags):
        name, sign, value = tag.partition(_SIGN)
        if sign and name in _NAMES:
            told[name] = value
        elif classifying.difficulty(tag) and len(tag) > 1:
            told.setdefault(_LEVEL, tag)
        elif tag:
            left.append(tag)
    one.difficulty = told.get(_LEVEL, one.difficulty)
    one.legal_basis = told.get(_BASIS, one.legal_basis)
    _unmask(one, told.get(_TYPE, ""))
    _set(one, told)
    if left:
        text = Sentence(N_("its tags were not taken over: %(tags)s."), {"tags": ", ".join(left)})
        one.notes.append((INFO, "tags", text))


def _unmask(one: Found, kind: str) -> None:
    """Make a question what it was before it was written as another type."""
    if kind == "cloze" and one.type in cloze.GAPS:
        inner = one.content or options.content(one.options, one.key or ())
        has_gap = GAP in one.stem
        one.stem = one.stem.replace(GAP, "[[1]]", 1) if has_gap else f"{one.stem} [[1]]"
        one.type, one.content = kind, cloze.content([(one.type, inner)])
        one.options, one.letters, one.marks, one.key = [], [], [], None
    if one.type != "matching" or one.content is None or kind not in ("statements", "ordering"):
        return
    pairs = rows(one.content)
    feedback = {row["text"]: row["feedback"] for row in one.content["rows"] if "feedback" in row}
    words = {true_false.TRUE: True, true_false.FALSE: False}
    if kind == "statements" and all(choice in words for _, choice in pairs):
        one.type = kind
        one.content = statements.content([(row, words[choice]) for row, choice in pairs])
        for statement in one.content["statements"]:
            if statement["text"] in feedback:
                statement["feedback"] = feedback[statement["text"]]
    elif kind == "ordering" and all(choice.isdecimal() for _, choice in pairs):
        one.type = kind
        listed = [row for row, _ in sorted(pairs, key=lambda pair: int(pair[1]))]
        one.content = ordering.content(listed)


def _set(one: Found, told: dict[str, str]) -> None:
    if one.content is None:
        return
    if _EXACT in told and one.type == "short_answer":
        words = told[_EXACT].split(", ")
        one.content["exact"] = [word for word in words if word in short_answer.EXACT]
    if told.get(_SCORING) in _SCORINGS.get(one.type, ()):
        one.content["scoring"] = told[_SCORING]
        if told[_SCORING] != "weights":
            for option in one.content.get("options", ()):
                option.pop("weight", None)


def rows(content: dict[str, Any]) -> list[tuple[str, str]]:
    """Return the rows of pairs, each with the choice that fits it."""
    words = {choice["id"]: choice["text"] for choice in content["choices"]}
    return [
        (row["text"], words.get(content["pairs"].get(row["id"]), "")) for row in content["rows"]
    ]


def others(content: dict[str, Any]) -> list[str]:
    """Return the choices that fit no row."""
    used = set(content["pairs"].values())
    return [choice["text"] for choice in content["choices"] if choice["id"] not in used]


def disguise(draft: Draft) -> Sequence[tuple[str, str]]:
    """Return statements or things in order as pairs."""
    content = draft.content or {}
    if draft.type == "statements":
        words = {True: true_false.TRUE, False: true_false.FALSE}
        return [(one["text"], words[one["is_true"]]) for one in content["statements"]]
    return [(one["text"], str(place)) for place, one in enumerate(content["parts"], start=1)]
