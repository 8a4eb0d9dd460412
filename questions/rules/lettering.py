"""The key of a printed question, by the letters that stand on the paper."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from questions.rules import marking
from questions.types import numeric, options

Content = Mapping[str, Any]

# Printed papers are Vietnamese only.
_VERDICTS: Final = {True: "Đ", False: "S"}
_BY_PEOPLE: Final = "Chấm theo hướng dẫn"


def letters(kind: str, content: Content, order: Sequence[str]) -> str:
    """Return the key as letters, where the answer is letters: “B”, “AC”, “ĐSĐS”; else nothing."""
    if kind in marking.WITH_OPTIONS:
        places = sorted(order.index(one) for one in content["key"])
        return "".join(options.letter(place) for place in places)
    if kind == "statements":
        right = {one["id"]: one["is_true"] for one in content["statements"]}
        return "".join(_VERDICTS[right[one]] for one in order)
    return ""


def key(kind: str, content: Content, order: Sequence[str]) -> str:
    """Return the key in the words of the key sheet."""
    say: Mapping[str, Callable[[Content, Sequence[str]], str]] = {
        "matching": _matching,
        "ordering": _ordering,
        "short_answer": _short,
        "numeric": _numeric,
        "cloze": _cloze,
    }
    if kind in marking.MARKED_BY_PEOPLE:
        return _BY_PEOPLE
    return say[kind](content, order) if kind in say else letters(kind, content, order)


def small(place: int) -> str:
    """Return the small letter of a statement, of a thing to put in order."""
    return options.letter(place).lower()


def _matching(content: Content, order: Sequence[str]) -> str:
    pairs = content["pairs"]
    return ", ".join(
        f"{place}–{options.letter(order.index(pairs[row['id']]))}"
        for place, row in enumerate(content["rows"], start=1)
    )


def _ordering(content: Content, order: Sequence[str]) -> str:
    return " – ".join(small(order.index(part["id"])) for part in content["parts"])


def _short(content: Content, _order: Sequence[str] = ()) -> str:
    full = [one["text"] for one in content["answers"] if str(one.get("fraction", "1")) == "1"]
    return " / ".join(full or [one["text"] for one in content["answers"]])


def _numeric(content: Content, _order: Sequence[str] = ()) -> str:
    one = content["answers"][0]
    told = _comma(one["value"])
    if one.get("kind", "absolute") == "absolute" and numeric.plain(str(one["tolerance"] or "0")):
        told += f" ± {_comma(str(one['tolerance']))}"
    unit = content.get("unit") or ""
    return f"{told} {unit}".strip()


def _comma(value: str) -> str:
    found = numeric.plain(value)
    # Not grouped: 2017 may be a year.
    return value if found is None else f"{found:f}".replace(".", ",")


def _cloze(content: Content, _order: Sequence[str] = ()) -> str:
    return "; ".join(f"({gap['id']}) {_gap(gap)}" for gap in content["gaps"])


def _gap(gap: Content) -> str:
    inner = gap["content"]
    if gap["type"] == "single_choice":
        return options.letter([one["id"] for one in inner["options"]].index(inner["key"][0]))
    return _short(inner) if gap["type"] == "short_answer" else _numeric(inner)


def given(kind: str, content: Content) -> list[tuple[str, str]]:
    """Return what a sheet of answers asks for: each part's name, and what it takes.

    “letters” is one of the letters of the paper, “verdict” Đúng or Sai, “words” a line, “number”.
    """
    if kind == "matching":
        return [(str(place), "letters") for place in range(1, len(content["rows"]) + 1)]
    if kind == "ordering":
        return [(str(place), "letters") for place in range(1, len(content["parts"]) + 1)]
    if kind == "cloze":
        return [(f"({gap['id']})", _takes(gap["type"])) for gap in content["gaps"]]
    if kind == "statements":
        return [(small(place), "verdict") for place in range(len(content["statements"]))]
    return [("", _takes(kind))]


def _takes(kind: str) -> str:
    return {"numeric": "number", "single_choice": "letters", "essay": "text"}.get(kind, "words")
