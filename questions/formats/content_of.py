"""What the labelled lines of a question come to: the content of the type that “Dạng:” names."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from core.text import fold
from questions.formats import labelled, verdicts
from questions.formats.asking import Open
from questions.formats.labelled import Label
from questions.rules import drafting
from questions.rules.settling import Found
from questions.types import (
    cloze,
    essay,
    matching,
    numeric,
    options,
    ordering,
    short_answer,
    statements,
)

Content = dict[str, Any]

JOINS = " ↔ "
EXACT: Mapping[str, str] = {"case": "chữ hoa", "marks": "dấu", "spaces": "khoảng trắng"}
AS_WRITTEN = "nguyên văn"
RIGHT = "đúng"
PINNED = "giữ chỗ"
_SHARE = re.compile(r"(-?[\d.,]+)\s*%")
_TOLERANCE = re.compile(r"(sai số tương đối|sai số|làm tròn)\s+([^\s;]+)")
_KINDS = {"sai số": "absolute", "sai số tương đối": "relative", "làm tròn": "decimals"}
_POINTS = re.compile(r"([\d.,]+)\s*điểm")
_WORDS = re.compile(r"(\d*)\s*[–-]\s*(\d*)")


def take(one: Found, read: Open) -> None:
    """Give a question the type and the content that its labelled lines say."""
    if read.form in ("single_choice", "multiple_choice", "true_false"):
        one.type = read.form
        _refine(one, read)
        return
    content = _MAKERS[read.form](one, read)
    one.type, one.content = read.form, content
    one.options, one.letters, one.marks, one.said = [], [], [], []


def _named(labels: Sequence[Label], name: str) -> list[Label]:
    return [label for label in labels if label[0] == name]


def _text(labels: Sequence[Label], name: str) -> str:
    return next((text for label, _, _, text in labels if label == name), "")


def _scored(read: Open, content: Content) -> Content:
    said = labelled.scoring(_text(read.labels, "Chấm"))
    return content | {"scoring": said} if said else content


# --- Options ------------------------------------------------------------------------------------


def _refine(one: Found, read: Open) -> None:
    """Lay weights, feedback and places over the content that options and key make."""
    letters = [choice.letter for choice in read.choices]
    key = [letters.index(letter) for said in one.said for letter in said if letter in letters]
    if one.said:
        one.key = tuple(sorted(set(key)))
    pinned = drafting.pinned(one.options)
    kept = _named(read.labels, "Giữ chỗ")
    if kept:
        pinned = tuple(place for place, letter in enumerate(letters) if letter in kept[0][3])
    listed = one.options[: options.MOST]
    content = _scored(read, options.content(listed, sorted(set(key)), pinned))
    by_letter = dict(zip(letters, content["options"], strict=False))
    for name, kind in (("Trọng số", "weight"), ("Phản hồi", "feedback")):
        for _, at, _, text in _named(read.labels, name):
            if at.upper() in by_letter:
                by_letter[at.upper()][kind] = text
    if read.labels:
        one.content = content


def _statements(one: Found, read: Open) -> Content:
    said = next((row for text in one.said if (row := verdicts.row(text))), read.judged)
    listed = [(text, said.get(letter)) for text, letter in zip(one.options, one.letters,
                                                              strict=True)]  # fmt: skip
    scoring = "steps" if len(listed) == 4 else "equal"
    return _scored(read, statements.content(listed[: statements.MOST], scoring))  # type: ignore[arg-type]  # -- a verdict that was not found is named as a fault


# --- Types without options ----------------------------------------------------------------------


def _matching(one: Found, read: Open) -> Content:
    pairs = [text.partition(JOINS) for _, _, _, text in _named(read.labels, "Ghép")]
    more = [text for _, _, _, text in _named(read.labels, "Nhiễu")]
    return _scored(read, matching.content([(row, choice) for row, _, choice in pairs], more))


def _ordering(one: Found, read: Open) -> Content:
    return _scored(read, ordering.content([label[3] for label in _named(read.labels, "Bước")]))


def _short(labels: Sequence[Label]) -> Content:
    listed = _named(labels, "Chấp nhận")
    exact = [fold(name) for name in _text(labels, "Phân biệt").split(",")]
    has_exact = bool(_named(labels, "Phân biệt"))
    names = [name for name, said in EXACT.items() if fold(said) in exact]
    content = short_answer.content(
        [label[3] for label in listed], names if has_exact else short_answer.DEFAULT
    )
    for accepted, label in zip(content["answers"], listed, strict=True):
        accepted["fraction"] = share_of(label[2])
        accepted["is_pattern"] = accepted["is_pattern"] and AS_WRITTEN not in label[2]
    return content


def share_of(note: str) -> str:
    """Return the share of the points that “50%” in brackets says; all of them without it."""
    match = _SHARE.search(note)
    if match is None:
        return "1"
    number = numeric.plain(match[1].replace(",", "."))
    return "1" if number is None else format((number / 100).normalize(), "f")


def _numeric(labels: Sequence[Label]) -> Content:
    content: Content = {"answers": [], "unit": _text(labels, "Đơn vị")}
    for _, _, note, text in _named(labels, "Chấp nhận"):
        said = _TOLERANCE.search(note)
        value = text.replace(",", ".")
        tolerance = said[2].replace(",", ".") if said else "0"
        one = numeric.content(value, tolerance, _KINDS[said[1]] if said else "absolute")
        one["answers"][0]["fraction"] = share_of(note)
        content["answers"] += one["answers"]
    return content


def _cloze(one: Found, read: Open) -> Content:
    gaps: list[tuple[str, str, list[Label]]] = []
    for label in read.labels:
        if label[0] == "Chỗ trống":
            gaps.append((label[1], label[2], []))
        elif gaps:
            gaps[-1][2].append(label)
    made = [_gap(note, inner) for _, note, inner in gaps]
    content = cloze.content(made)
    for gap, (at, note, _) in zip(content["gaps"], gaps, strict=True):
        gap["id"] = at or gap["id"]
        points = _POINTS.search(note)
        gap["points"] = points[1].replace(",", ".") if points else "1"
    return content


def _gap(note: str, labels: Sequence[Label]) -> tuple[str, Content]:
    name = note.partition(";")[0]
    kind = next((kind for kind, said in labelled.TYPES.items() if fold(said) == fold(name)), "")
    if kind == "numeric":
        return kind, _numeric(labels)
    if kind == "single_choice":
        listed = _named(labels, "Phương án")
        key = [place for place, label in enumerate(listed) if RIGHT in label[2]]
        last = [place for place, label in enumerate(listed) if PINNED in label[2]]
        return kind, options.content([label[3] for label in listed[: options.MOST]], key, last)
    return "short_answer", _short(labels)


def _essay(one: Found, read: Open) -> Content:
    bounds = _WORDS.match(_text(read.labels, "Số từ"))
    least, most = (int(bound) if bound else None for bound in bounds.groups()) if bounds else (
        None, None)  # fmt: skip
    rubric = [
        (text, points[1].replace(",", ".") if (points := _POINTS.search(note)) else "")
        for _, _, note, text in _named(read.labels, "Tiêu chí")
    ]
    return essay.content(least, most, rubric, _text(read.labels, "Bài mẫu"))


_MAKERS: Mapping[str, Callable[[Found, Open], Content]] = {
    "statements": _statements,
    "matching": _matching,
    "ordering": _ordering,
    "short_answer": lambda one, read: _short(read.labels),
    "numeric": lambda one, read: _numeric(read.labels),
    "cloze": _cloze,
    "essay": _essay,
}
