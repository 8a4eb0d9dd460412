"""What a participant sees of an item: its parts in the order of the paper, without what is right.

The pages of an attempt and the author's preview show the same, because both are built here.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from questions.types import cloze, options

Content = Mapping[str, Any]

STEM = "stem"


@dataclass(frozen=True, slots=True)
class ShownMedia:
    """A picture or a sound: the public id of its row, "picture" or "sound", its words."""

    id: str
    kind: str
    alt: str


@dataclass(frozen=True, slots=True)
class ShownPart:
    """Something to be chosen, judged, joined or put in order; `key` is what people call it."""

    id: str
    key: str
    text: str
    media: Sequence[ShownMedia] = ()


@dataclass(frozen=True, slots=True)
class ShownGap:
    """A gap of a text: what type it is, the options if it is a choice, the unit of a number."""

    id: str
    type: str
    options: Sequence[ShownPart] = ()
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """An item as it is asked.

    `options` are what may be chosen: options, or the choices of a matching. `rows` are what
    each gets an answer of its own: statements, the rows of a matching, the parts of an ordering.
    `pieces` are the words and gaps of a text, in turn. `least` and `most` bound an essay.
    """

    stem: str
    media: Sequence[ShownMedia] = ()
    options: Sequence[ShownPart] = ()
    rows: Sequence[ShownPart] = ()
    pieces: Sequence[str | ShownGap] = ()
    unit: str = ""
    least: int | None = None
    most: int | None = None


def shown(kind: str, stem: str, content: Content, order: Sequence[str] = ()) -> Shown:
    """Return the item as it is asked, with what may be shuffled in the given order of ids.

    Ids that the content does not have are passed over; those missing in the order come last,
    as written.
    """
    found = media(content)
    at_stem = found.get(STEM, ())
    if kind in _OPTIONS:
        listed = _lettered(_ordered(content["options"], order), found)
        return Shown(stem, at_stem, options=listed)
    if kind == "matching":
        rows = _numbered(content["rows"], found)
        return Shown(stem, at_stem, _lettered(_ordered(content["choices"], order), found), rows)
    if kind in ("statements", "ordering"):
        return Shown(stem, at_stem, rows=_rows(kind, content, order, found))
    return _typed(kind, stem, content, at_stem)


_OPTIONS = frozenset({"single_choice", "multiple_choice", "true_false"})


def _rows(
    kind: str, content: Content, order: Sequence[str], found: Mapping[str, Sequence[ShownMedia]]
) -> list[ShownPart]:
    if kind == "ordering":
        by_id = sorted(content["parts"], key=lambda part: str(part["id"]))
        return _numbered(_ordered(by_id, order), found)
    listed = _ordered(content["statements"], order)
    return [
        ShownPart(one["id"], options.letter(place).lower(), one["text"], found.get(one["id"], ()))
        for place, one in enumerate(listed)
    ]


def _typed(kind: str, stem: str, content: Content, at_stem: Sequence[ShownMedia]) -> Shown:
    if kind == "cloze":
        return Shown(stem, at_stem, pieces=_pieces(stem, content))
    if kind == "essay":
        bounds = content.get("words") or {}
        return Shown(stem, at_stem, least=bounds.get("least"), most=bounds.get("most"))
    return Shown(stem, at_stem, unit=str(content.get("unit") or ""))


def _pieces(stem: str, content: Content) -> list[str | ShownGap]:
    gaps = {gap["id"]: gap for gap in content.get("gaps") or []}
    found: list[str | ShownGap] = []
    for place, piece in enumerate(cloze.pieces(stem)):
        if place % 2 == 0:
            found.append(piece)
        elif piece in gaps:
            found.append(_gap(gaps[piece]))
        else:
            found.append(f"[[{piece}]]")
    return found


def _gap(gap: Mapping[str, Any]) -> ShownGap:
    inner = gap["content"]
    listed = _lettered(inner.get("options") or [], {})
    return ShownGap(gap["id"], gap["type"], listed, str(inner.get("unit") or ""))


def media(content: Content) -> dict[str, list[ShownMedia]]:
    """Return the pictures and sounds of a content by where they stand."""
    found: dict[str, list[ShownMedia]] = {}
    for one in content.get("media") or []:
        row = ShownMedia(str(one["id"]), str(one["kind"]), str(one.get("alt") or ""))
        found.setdefault(str(one.get("at") or STEM), []).append(row)
    return found


def _ordered(listed: Iterable[Mapping[str, Any]], order: Sequence[str]) -> list[Mapping[str, Any]]:
    by_id = {str(one["id"]): one for one in listed}
    known = [one for one in dict.fromkeys(order) if one in by_id]
    return [by_id[one] for one in (*known, *(one for one in by_id if one not in known))]


def _lettered(
    listed: Sequence[Mapping[str, Any]], found: Mapping[str, Sequence[ShownMedia]]
) -> list[ShownPart]:
    return [
        ShownPart(one["id"], options.letter(place), one["text"], found.get(one["id"], ()))
        for place, one in enumerate(listed)
    ]


def _numbered(
    listed: Sequence[Mapping[str, Any]], found: Mapping[str, Sequence[ShownMedia]]
) -> list[ShownPart]:
    return [
        ShownPart(one["id"], str(place), one["text"], found.get(one["id"], ()))
        for place, one in enumerate(listed, start=1)
    ]
