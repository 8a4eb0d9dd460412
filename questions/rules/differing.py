"""What differs between two wordings, word by word and part by part."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from core.saying import Sentence
from core.text import N_
from questions.rules import marking
from questions.rules.wording import Wording

SAME, GONE, NEW = "same", "gone", "new"
# A comparison of longer texts word by word takes too long; they are shown whole.
_LONGEST = 6000
_WORD = re.compile(r"\s+|[^\s]+")


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words, and whether both texts have them: "same", "gone" or "new"."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Difference:
    """One part of an item that differs: what it is called, and its words, old and new."""

    label: Sentence
    pieces: Sequence[Piece]


def words(old: str, new: str) -> list[Piece]:
    """Return the words of both texts in one row, those that only one of them has marked."""
    if old == new:
        return [Piece(SAME, old)] if old else []
    if len(old) + len(new) > _LONGEST:
        return [piece for piece in (Piece(GONE, old), Piece(NEW, new)) if piece.text]
    one, other = _WORD.findall(old), _WORD.findall(new)
    found: list[Piece] = []
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    for verb, a, b, c, d in matcher.get_opcodes():
        if verb == "equal":
            _put(found, SAME, one[a:b])
        else:
            _put(found, GONE, one[a:b])
            _put(found, NEW, other[c:d])
    return found


def _put(found: list[Piece], kind: str, listed: Sequence[str]) -> None:
    if listed:
        found.append(Piece(kind, "".join(listed)))


def of_wordings(old: Wording, new: Wording) -> list[Difference]:
    """Return the parts that differ, in the order in which an item shows them."""
    pairs = [
        (Sentence(N_("Question")), old.stem, new.stem),
        *_of_contents(old, new),
        (Sentence(N_("Explanation")), old.explanation, new.explanation),
        (Sentence(N_("Article, clause")), old.clause, new.clause),
        (Sentence(N_("Words of the document")), old.quote, new.quote),
    ]
    return [Difference(label, words(a, b)) for label, a, b in pairs if a != b]


def _of_contents(old: Wording, new: Wording) -> Iterator[tuple[Sentence, str, str]]:
    one, other = lines(old.type, old.content), lines(new.type, new.content)
    for n in range(max(len(one), len(other))):
        label = Sentence(N_("Line %(n)s"), {"n": n + 1})
        yield label, one[n] if n < len(one) else "", other[n] if n < len(other) else ""
    yield (
        Sentence(N_("How it is scored")),
        str(old.content.get("scoring") or ""),
        str(new.content.get("scoring") or ""),
    )
    yield Sentence(N_("Pictures and sounds")), _media(old.content), _media(new.content)


def lines(kind: str, content: Mapping[str, Any]) -> list[str]:
    """Return what a content says, a line for each of its parts, with what is right there."""
    if kind in marking.WITH_OPTIONS:
        key = frozenset(content["key"])
        return [_marked(one["text"], is_right=one["id"] in key) for one in content["options"]]
    if kind == "ordering":
        return [f"{n}. {one['text']}" for n, one in enumerate(content["parts"], start=1)]
    if kind == "essay":
        return [f"{one['text']}: {one['points']}" for one in content.get("rubric") or []]
    said = marking.say(kind, content, "")
    return [f"{one.label} → {one.right}" if one.label else one.right for one in said]


def _marked(text: str, *, is_right: bool) -> str:
    return f"{text} ✓" if is_right else str(text)


def _media(content: Mapping[str, Any]) -> str:
    listed = content.get("media") or []
    return "; ".join(f"{one['at']}: {one.get('alt') or one['id']}" for one in listed)
