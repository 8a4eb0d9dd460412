"""The types by name, and marking one answer against the item version it answers."""

from collections.abc import Mapping
from decimal import Decimal
from types import ModuleType
from typing import Any

from core.saying import Sentence
from questions.types import (
    cloze,
    essay,
    matching,
    multiple_choice,
    numeric,
    ordering,
    short_answer,
    single_choice,
    statements,
    true_false,
)
from questions.types.answers import FULL, NONE, Said

Content = Mapping[str, Any]

# Every module has: check, ids and pinned (what may be shuffled), mark, right, texts, say.
TYPES: Mapping[str, ModuleType] = {
    "single_choice": single_choice,
    "multiple_choice": multiple_choice,
    "true_false": true_false,
    "statements": statements,
    "matching": matching,
    "ordering": ordering,
    "short_answer": short_answer,
    "numeric": numeric,
    "cloze": cloze,
    "essay": essay,
}
# Types whose content is options and a key.
WITH_OPTIONS = frozenset({"single_choice", "multiple_choice", "true_false"})
# Types whose answers have several parts: stored as a JSON object from part to what was given.
KEYED = frozenset({"statements", "matching", "ordering", "cloze"})
# Types that only people can mark.
MARKED_BY_PEOPLE = frozenset({"essay"})


def mark(kind: str, content: Content, answer: str | None) -> Decimal:
    """Return the part of an item's points that the answer earns, from 0 to 1.

    Any answer can be marked, also an empty or a foreign one: it earns nothing. The result
    depends on the arguments alone, so that marking twice gives the same.

    Raise `ValueError` for a type that does not exist.
    """
    if kind not in TYPES:
        raise ValueError(f"no such type of item: {kind}")
    fraction: Decimal = TYPES[kind].mark(content, answer)
    return min(max(fraction, NONE), FULL)


def right(kind: str, content: Content) -> str:
    """Return an answer that earns everything, as it would be stored; a sample for an essay."""
    found: str = TYPES[kind].right(content)
    return found


def say(kind: str, content: Content, answer: str | None) -> list[Said]:
    """Return the answer in words, part by part, each with what is right there."""
    lines: list[Said] = TYPES[kind].say(content, answer)
    return lines


def shuffled_ids(kind: str, content: Content) -> tuple[list[str], list[str]]:
    """Return the ids that a paper puts in order, as written, and those that keep their place."""
    return TYPES[kind].ids(content), TYPES[kind].pinned(content)


def texts(kind: str, content: Content) -> list[str]:
    """Return what the content says, for finding and comparing."""
    found: list[str] = TYPES[kind].texts(content)
    return found


def check(kind: str, stem: str, content: Content) -> list[Sentence]:
    """Return what keeps the content from being asked under this stem; nothing if it is sound."""
    problems: list[Sentence] = TYPES[kind].check(content)
    return problems + (cloze.check_stem(stem, content) if kind == "cloze" else [])
