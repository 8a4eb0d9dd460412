"""An item as it is asked: what a page shows of its content, and nothing of its key."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from questions.rules import marking
from questions.types import cloze, options
from questions.types.answers import parts

Content = Mapping[str, Any]
# Pixels by id of a picture: a page that knows them does not jump when it comes.
Sizes = Mapping[str, tuple[int | None, int | None]]

# A longer choice does not fit into a select on a phone: such choices are listed above the rows.
SHORT = 40
STEM = "stem"


@dataclass(frozen=True, slots=True)
class Medium:
    """A picture or a sound; without a size if nobody knows it."""

    id: str
    kind: str
    alt: str
    width: int | None = None
    height: int | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """An option, statement, row or choice; `key` is what people call it by, for its place."""

    id: str
    key: str
    text: str
    media: Sequence[Medium] = ()


@dataclass(frozen=True, slots=True)
class Gap:
    """A gap of a text: the options of a choice, else empty; the unit behind a number."""

    id: str
    type: str
    options: Sequence[Part] = ()
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """Words of a text, and the gap that follows them; none after the last."""

    text: str
    gap: Gap | None = None


@dataclass(frozen=True, slots=True)
class Passage:
    """What several items ask about."""

    id: int
    title: str
    text: str
    media: Sequence[Medium] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """An item as a person sees it; which fields are filled depends on its type.

    `options` holds what is chosen from: options, choices or the parts to be ordered, as this
    paper puts them. `rows` holds what gets an answer each: statements, rows to be matched, parts.
    `answer` is what was given: ids of options, parts by id, or the text.
    """

    position: int
    type: str
    stem: str
    given: str = ""
    answer: frozenset[str] | Mapping[str, str] | str = ""
    options: Sequence[Part] = ()
    rows: Sequence[Part] = ()
    pieces: Sequence[Piece] = ()
    lists_options: bool = False
    unit: str = ""
    least: int | None = None
    most: int | None = None
    media: Sequence[Medium] = ()
    passage: Passage | None = None

    @property
    def line(self) -> str:
        """The stem to be read without its fields: a gap is its number."""
        if not self.pieces:
            return self.stem
        return "".join(f"{one.text}({one.gap.id})" if one.gap else one.text for one in self.pieces)

    @property
    def left(self) -> int:
        """How many parts of an answer that has been begun are still empty."""
        if not isinstance(self.answer, Mapping) or not self.answer:
            return 0
        asked = [row.id for row in self.rows] or [one.gap.id for one in self.pieces if one.gap]
        return sum(part not in self.answer for part in asked)


def fields(
    kind: str, stem: str, content: Content, *, order: Sequence[str], given: str, sizes: Sizes
) -> dict[str, Any]:
    """Return what a page shows of the item, by the name of the field of `Shown`."""
    media = _media_by_place(content, sizes)
    made: dict[str, Any] = {"type": kind, "stem": stem, "given": given}
    made["answer"] = read(kind, given)
    made["media"] = media.get(STEM, ())
    return made | _asked(kind, stem, content, order, media)


def read(kind: str, given: str) -> frozenset[str] | dict[str, str] | str:
    """Return a stored answer as a page shows it."""
    if kind in marking.WITH_OPTIONS:
        return options.chosen(given)
    return parts(given) if kind in marking.KEYED else given


def _asked(
    kind: str,
    stem: str,
    content: Content,
    order: Sequence[str],
    media: Mapping[str, Sequence[Medium]],
) -> dict[str, Any]:
    if kind in marking.WITH_OPTIONS:
        return {"options": _lettered(content["options"], order, media)}
    if kind == "matching":
        return _matching(content, order, media)
    if kind in ("statements", "ordering"):
        listed = content["statements" if kind == "statements" else "parts"]
        return {"rows": _lettered(listed, order, media, small=kind == "statements")}
    if kind == "cloze":
        return {"pieces": _pieces(stem, content)}
    words = content.get("words") or {}
    return {
        "unit": str(content.get("unit") or ""),
        "least": words.get("least"),
        "most": words.get("most"),
    }


def _matching(
    content: Content, order: Sequence[str], media: Mapping[str, Sequence[Medium]]
) -> dict[str, Any]:
    choices = _lettered(content["choices"], order, media)
    rows = [
        Part(one["id"], str(place), one["text"], media.get(one["id"], ()))
        for place, one in enumerate(content["rows"], start=1)
    ]
    is_long = any(len(one.text) > SHORT or one.media for one in choices)
    return {"rows": rows, "options": choices, "lists_options": is_long}


def _lettered(
    listed: Sequence[Mapping[str, Any]],
    order: Sequence[str],
    media: Mapping[str, Sequence[Medium]],
    *,
    small: bool = False,
) -> list[Part]:
    """Return the parts in the order of the paper, each with the letter of its place."""
    texts = {one["id"]: str(one["text"]) for one in listed}
    known = [one for one in order if one in texts] or list(texts)
    letters = [options.letter(place) for place in range(len(known))]
    return [
        Part(one, letter.lower() if small else letter, texts[one], media.get(one, ()))
        for one, letter in zip(known, letters, strict=True)
    ]


def _pieces(stem: str, content: Content) -> list[Piece]:
    gaps = {gap["id"]: gap for gap in content["gaps"]}
    found = cloze.pieces(stem)
    words, ids = found[::2], found[1::2]
    return [
        Piece(text, _gap(gaps[one]) if one in gaps else None)
        for text, one in zip(words, [*ids, ""], strict=True)
    ]


def _gap(gap: Mapping[str, Any]) -> Gap:
    """Return a gap; its options in an order that does not tell which one the author put first."""
    inner = gap["content"]
    listed = sorted(
        inner.get("options") or (),
        key=lambda one: sha256(f"{gap['id']} {one['text']}".encode()).hexdigest(),
    )
    choices = [Part(one["id"], "", str(one["text"])) for one in listed]
    return Gap(gap["id"], gap["type"], choices, str(inner.get("unit") or ""))


def media_of(content: Content) -> list[str]:
    """Return the ids of the pictures and sounds of an item's content."""
    return [str(one["id"]) for one in content.get("media") or ()]


def media(listed: Sequence[Mapping[str, Any]], sizes: Sizes) -> list[Medium]:
    """Return pictures and sounds as a page shows them."""
    return [
        Medium(
            str(one["id"]),
            str(one["kind"]),
            str(one.get("alt") or ""),
            *sizes.get(one["id"], (None, None)),
        )
        for one in listed
    ]


def _media_by_place(content: Content, sizes: Sizes) -> dict[str, list[Medium]]:
    found: dict[str, list[Medium]] = {}
    for one in content.get("media") or ():
        found.setdefault(str(one.get("at") or STEM), []).extend(media([one], sizes))
    return found
