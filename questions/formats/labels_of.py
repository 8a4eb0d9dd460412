"""The labelled lines in which a type says what stem and options do not: “Ghép: … ↔ …”."""

import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from questions.formats import labelled
from questions.formats.content_of import AS_WRITTEN, EXACT, JOINS, PINNED, RIGHT
from questions.rules import drafting
from questions.rules.drafting import Draft
from questions.types import options, short_answer, statements

Content = Mapping[str, Any]
# An option of letters could be taken for the key that a line names.
_LETTERS = re.compile(r"[A-Ha-h]{1,3}")
_NOTES = {"absolute": "sai số", "relative": "sai số tương đối", "decimals": "làm tròn"}
_SCORINGS = {
    "matching": "equal",
    "ordering": "positions",
}


def write(draft: Draft) -> list[str]:
    """Return the labelled lines of a draft, the one with its type first; none if none is needed."""
    content = drafting.content(draft)
    lines = list(_WRITERS[draft.type](draft, content))
    if (
        draft.type in _SCORINGS
        and content.get("scoring", _SCORINGS[draft.type]) != _SCORINGS[draft.type]
    ):
        lines.append(_scoring(content))
    is_clear = not any(_LETTERS.fullmatch(text.strip()) for text in draft.options)
    plain = drafting.type_of(draft.options, draft.key) == draft.type and is_clear and not lines
    return [] if plain else [f"Dạng: {labelled.TYPES[draft.type]}", *lines]


def _scoring(content: Content) -> str:
    return f"Chấm: {labelled.SCORINGS.get(content['scoring'], content['scoring'])}"


def _label(name: str, text: str, notes: str = "") -> str:
    return f"{name} ({notes}): {text}" if notes else f"{name}: {text}"


def _of_options(draft: Draft, content: Content) -> Iterator[str]:
    default = options.content(draft.options, draft.key, drafting.pinned(draft.options))
    listed = content["options"]
    if content.get("scoring") is not None:
        yield _scoring(content)
    pinned = [one["id"].upper() for one in listed if one.get("pinned")]
    if pinned != [one["id"].upper() for one in default["options"] if one["pinned"]]:
        yield _label("Giữ chỗ", ", ".join(pinned) or "–")
    for one in listed:
        if "weight" in one:
            yield _label(f"Trọng số {one['id'].upper()}", str(one["weight"]))
        if one.get("feedback"):
            yield _label(f"Phản hồi {one['id'].upper()}", one["feedback"])


def _of_statements(draft: Draft, content: Content) -> Iterator[str]:
    default = "steps" if len(content["statements"]) == 4 else "equal"
    if content.get("scoring", "equal") != default:
        yield _scoring({"scoring": "equal"} | dict(content))


def _of_matching(draft: Draft, content: Content) -> Iterator[str]:
    words = {one["id"]: one["text"] for one in content["choices"]}
    used = set()
    for row in content["rows"]:
        choice = content["pairs"][row["id"]]
        used.add(choice)
        yield _label("Ghép", f"{row['text']}{JOINS}{words[choice]}")
    for one in content["choices"]:
        if one["id"] not in used:
            yield _label("Nhiễu", one["text"])


def _of_ordering(draft: Draft, content: Content) -> Iterator[str]:
    for place, part in enumerate(content["parts"], start=1):
        yield _label(f"Bước {place}", part["text"])


def _share(fraction: str) -> str:
    if Decimal(str(fraction)) == 1:
        return ""
    return f"{format((Decimal(str(fraction)) * 100).normalize(), 'f')}%"


def _of_short(draft: Draft | None, content: Content) -> Iterator[str]:
    for one in content["answers"]:
        is_literal = "*" in one["text"] and not one.get("is_pattern")
        notes = [_share(one.get("fraction", "1")), AS_WRITTEN if is_literal else ""]
        yield _label("Chấp nhận", one["text"], "; ".join(filter(None, notes)))
    exact = content.get("exact", short_answer.DEFAULT)
    if list(exact) != list(short_answer.DEFAULT):
        yield _label("Phân biệt", ", ".join(EXACT[name] for name in EXACT if name in exact) or "–")


def _of_numeric(draft: Draft | None, content: Content) -> Iterator[str]:
    for one in content["answers"]:
        kind = one.get("kind", "absolute")
        tolerance = str(one.get("tolerance", "0"))
        is_default = tolerance == "0" and kind == "absolute"
        said = "" if is_default else f"{_NOTES[kind]} {tolerance.replace('.', ',')}"
        notes = [_share(one.get("fraction", "1")), said]
        value = str(one["value"]).replace(".", ",")
        yield _label("Chấp nhận", value, "; ".join(filter(None, notes)))
    if content.get("unit"):
        yield _label("Đơn vị", content["unit"])


def _of_cloze(draft: Draft, content: Content) -> Iterator[str]:
    for gap in content["gaps"]:
        points = str(gap.get("points", "1"))
        more = "" if points == "1" else f"; {points.replace('.', ',')} điểm"
        yield _label(f"Chỗ trống {gap['id']}", "", labelled.TYPES[gap["type"]] + more)
        if gap["type"] == "single_choice":
            for one in gap["content"]["options"]:
                notes = [RIGHT if one["id"] in gap["content"]["key"] else "",
                         PINNED if one.get("pinned") else ""]  # fmt: skip
                yield _label("Phương án", one["text"], "; ".join(filter(None, notes)))
        elif gap["type"] == "numeric":
            yield from _of_numeric(None, gap["content"])
        else:
            yield from _of_short(None, gap["content"])


def _of_essay(draft: Draft, content: Content) -> Iterator[str]:
    words = content.get("words") or {}
    least, most = words.get("least"), words.get("most")
    if least is not None or most is not None:
        yield _label("Số từ", f"{'' if least is None else least}–{'' if most is None else most}")
    for one in content.get("rubric") or []:
        yield _label("Tiêu chí", one["text"], f"{str(one['points']).replace('.', ',')} điểm")
    if content.get("sample"):
        yield _label("Bài mẫu", content["sample"])


def key(draft: Draft) -> str:
    """Return what a key line says of a draft; empty where labelled lines say it."""
    content = drafting.content(draft)
    if draft.type == "statements":
        return "".join("Đ" if one["is_true"] else "S" for one in content["statements"])
    if draft.type in ("single_choice", "multiple_choice", "true_false"):
        return ", ".join(options.letter(place) for place in draft.key)
    return ""


def choices(draft: Draft) -> list[tuple[str, str]]:
    """Return the lettered lines of a draft: its options, or its statements."""
    if draft.type == "statements":
        listed = drafting.content(draft)["statements"]
        return [(f"{statements.IDS[n]})", one["text"]) for n, one in enumerate(listed)]
    return [(f"{options.letter(n)}.", text) for n, text in enumerate(draft.options)]


_WRITERS: Mapping[str, Callable[[Draft, Content], Iterator[str]]] = {
    "single_choice": _of_options,
    "multiple_choice": _of_options,
    "true_false": _of_options,
    "statements": _of_statements,
    "matching": _of_matching,
    "ordering": _of_ordering,
    "short_answer": _of_short,
    "numeric": _of_numeric,
    "cloze": _of_cloze,
    "essay": _of_essay,
}
