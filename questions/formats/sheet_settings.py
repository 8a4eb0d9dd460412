"""The column “Thiết lập” of our spreadsheet: a line for each thing that a type may say besides.

Cách chấm: partial          Phân biệt: case, marks       Trọng số: 0.5; 0.5; -1
Số từ: 100–500              Tiêu chí: Có ví dụ (1.5)     Phản hồi A: Đúng rồi
"""

import re
from typing import Any

from core.saying import Sentence
from core.text import N_, clean_line
from questions.rules import drafting
from questions.rules.drafting import WARNING
from questions.rules.settling import Found
from questions.types import essay, options, short_answer

_USUAL = {"multiple_choice": "all", "ordering": "positions"}
_BOUNDS = re.compile(r"^(\d+)?\s*[-–—]\s*(\d+)?$")
_CRITERION = re.compile(r"^(.*?)\s*\((\d+(?:[.,]\d+)?)\)$")
_FEEDBACK = "Phản hồi "


def lines(kind: str, content: dict[str, Any]) -> str:
    """Return what the column says of a question; nothing where everything is as usual."""
    found: list[tuple[str, str]] = []
    usual = _USUAL.get(kind, "equal")
    if content.get("scoring", usual) != usual:
        found.append(("Cách chấm", str(content["scoring"])))
    if content.get("scoring") == "weights":
        weights = [str(option.get("weight", "0")) for option in content["options"]]
        found.append(("Trọng số", "; ".join(weights)))
    if kind == "short_answer" and list(content.get("exact", ())) != list(short_answer.DEFAULT):
        found.append(("Phân biệt", ", ".join(content.get("exact", ())) or "-"))
    if kind == "cloze" and any(str(gap.get("points", "1")) != "1" for gap in content["gaps"]):
        points = [str(gap.get("points", "1")) for gap in content["gaps"]]
        found.append(("Trọng số", "; ".join(points)))
    if kind == "essay":
        found += _of_essay(content)
    for place, option in enumerate(content.get("options", ())):
        if option.get("feedback"):
            found.append((f"{_FEEDBACK}{options.letter(place)}", clean_line(option["feedback"])))
    return "\n".join(f"{name}: {value}" for name, value in found)


def _of_essay(content: dict[str, Any]) -> list[tuple[str, str]]:
    bounds = content.get("words") or {}
    least, most = bounds.get("least"), bounds.get("most")
    found = [("Số từ", f"{least or ''}–{most or ''}")] if least or most else []
    for one in content.get("rubric") or ():
        found.append(("Tiêu chí", f"{clean_line(one['text'])} ({one['points']})"))
    return found


def apply(one: Found, text: str) -> None:
    """Let a question have what its cell says besides; name what is not understood."""
    told: dict[str, list[str]] = {}
    for line in text.split("\n"):
        name, sign, value = line.partition(":")
        if sign and value.strip():
            told.setdefault(name.strip(), []).append(value.strip())
    if not told:
        return
    if one.type in drafting.CHOSEN or not one.type:
        _of_options(one, told)
    elif one.content is not None:
        _of_content(one.type, one.content, told)
    if told:
        said = N_("its settings were not understood: %(names)s.")
        one.notes.append((WARNING, "settings", Sentence(said, {"names": ", ".join(told)})))


def _of_options(one: Found, told: dict[str, list[str]]) -> None:
    """Keep scoring, weights and feedback of options, once their key is clear."""
    key = one.key
    if key is None and one.said and all(letter in one.letters for letter in one.said[0]):
        key = tuple(sorted(one.letters.index(letter) for letter in one.said[0]))
    if not key or len(one.options) > options.MOST:
        return
    one.key = key
    one.type = one.type or drafting.type_of(one.options, key)
    content = options.content(one.options, key, drafting.pinned(one.options))
    _score(content, told)
    for place, option in enumerate(content["options"]):
        feedback = told.pop(f"{_FEEDBACK}{options.letter(place)}", None)
        if feedback:
            option["feedback"] = feedback[0]
    one.content = content


def _score(content: dict[str, Any], told: dict[str, list[str]]) -> None:
    if "Cách chấm" in told:
        content["scoring"] = told.pop("Cách chấm")[0]
    if "Trọng số" in told:
        weights = [part.strip() for part in told.pop("Trọng số")[0].split(";")]
        parts = content.get("options") or content.get("gaps") or ()
        for part, weight in zip(parts, weights, strict=False):
            part["weight" if "options" in content else "points"] = weight


def _of_content(kind: str, content: dict[str, Any], told: dict[str, list[str]]) -> None:
    if kind in ("statements", "matching", "ordering", "cloze"):
        _score(content, told)
    if kind == "short_answer" and "Phân biệt" in told:
        words = told.pop("Phân biệt")[0].split(", ")
        content["exact"] = [word for word in words if word in short_answer.EXACT]
    if kind == "essay":
        bounds = _BOUNDS.match(told.pop("Số từ", [""])[0])
        least, most = (bounds[1], bounds[2]) if bounds else (None, None)
        rubric = [found for line in told.pop("Tiêu chí", []) if (found := _CRITERION.match(line))]
        content |= essay.content(
            int(least) if least else None,
            int(most) if most else None,
            [(found[1], found[2].replace(",", ".")) for found in rubric],
            content["sample"],
        )
