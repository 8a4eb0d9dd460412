"""What QTI has no words for, kept beside the structure that it has, so that it comes back.

Our own files carry it as JSON in one attribute (QTI 2, 3) or one field (QTI 1.2). It only adds to
what was read from the structure, and only where both still fit: a file that somebody has edited
is read as edited.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from core.text import clean_line
from questions.rules import drafting, marking
from questions.rules.settling import Found
from questions.types import essay, matching, multiple_choice, options, ordering, short_answer
from questions.types import statements as verdicts

FIELD = "chungtay"
ATTRIBUTE = "data-chungtay"
_OF_ANSWERS = ("text", "value", "fraction", "is_pattern", "tolerance", "kind", "feedback")
_SCORINGS = {
    "multiple_choice": multiple_choice.SCORINGS,
    "statements": verdicts.SCORINGS,
    "matching": matching.SCORINGS,
    "ordering": ordering.SCORINGS,
}
_WHOLE = {
    "short_answer": ("exact", "answers"),
    "numeric": ("unit", "answers"),
    "essay": ("words", "rubric", "sample"),
}
_LISTS = {
    "single_choice": "options",
    "multiple_choice": "options",
    "true_false": "options",
    "statements": "statements",
    "matching": "rows",
    "ordering": "parts",
}


def of(kind: str, content: Mapping[str, Any]) -> str:
    """Return what is to be kept of a content, as JSON."""
    return json.dumps(_of(kind, content), ensure_ascii=False, sort_keys=True)


def _of(kind: str, content: Mapping[str, Any]) -> dict[str, Any]:
    kept: dict[str, Any] = {"type": kind}
    if kind in _SCORINGS and "scoring" in content:
        kept["scoring"] = content["scoring"]
    if kind in _LISTS:
        for name in ("pinned", "weight", "feedback"):
            values = [one.get(name) for one in content[_LISTS[kind]]]
            if any(value is not None for value in values):
                kept[name] = values
    elif kind == "cloze":
        kept["gaps"] = [
            {**_of(one["type"], one["content"]), "points": one.get("points", "1")}
            for one in content["gaps"]
        ]
    else:
        kept |= {name: content[name] for name in _WHOLE[kind] if name in content}
    return kept


def kind_of(text: str | None) -> str:
    """Return the type that our own file names, or nothing."""
    kind = _kept(text).get("type")
    return kind if isinstance(kind, str) and kind in marking.TYPES else ""


def _kept(text: str | None) -> dict[str, Any]:
    try:
        kept = json.loads(text or "null")
    except (ValueError, RecursionError):
        return {}
    return kept if isinstance(kept, dict) else {}


def apply(found: Found, text: str | None) -> None:
    """Add to a question that was read what our own file keeps beside it."""
    kind, kept = kind_of(text), _kept(text)
    made = _made(found)
    if made is None or not kind or not _becomes(found.type, made, kind):
        return
    merged = _merged(kind, made, kept)
    if _is_sound(kind, found.stem, merged):
        found.type, found.content = kind, merged


def _is_sound(kind: str, stem: str, content: Mapping[str, Any]) -> bool:
    try:
        return not marking.check(kind, stem, content)
    except (KeyError, TypeError, AttributeError, ValueError):
        return False


def _made(found: Found) -> dict[str, Any] | None:
    """Return the content that the structure alone makes."""
    if found.content is not None:
        return dict(found.content)
    if not found.options or len(found.options) > options.MOST:
        return None
    key = [n for n, one in enumerate(found.options) if one in found.said]
    if not key:
        said = "".join(found.said)
        key = [n for n, one in enumerate(found.letters) if one in said]
    return options.content(found.options, key, drafting.pinned(found.options))


_ALIKE = ({"single_choice", "multiple_choice", "true_false"}, {"matching", "statements"})


def _becomes(read: str, content: Mapping[str, Any], wanted: str) -> bool:
    if read == wanted:
        return True
    if wanted == "cloze":
        return False
    return any({read, wanted} <= kinds for kinds in _ALIKE) and "options" in content


def _merged(kind: str, made: dict[str, Any], kept: Mapping[str, Any]) -> dict[str, Any]:
    if kept.get("scoring") in _SCORINGS.get(kind, ()):
        made["scoring"] = kept["scoring"]
    if kind in _LISTS:
        made[_LISTS[kind]] = _with(made.get(_LISTS[kind]) or [], kept)
    if kind == "cloze":
        made["gaps"] = _gaps(made.get("gaps") or [], kept.get("gaps"))
    if kind == "numeric":
        made["unit"] = clean_line(str(kept.get("unit") or made.get("unit", "")))[:40]
    if kind == "short_answer" and isinstance(kept.get("exact"), list):
        made["exact"] = [one for one in kept["exact"] if one in short_answer.EXACT]
    if kind in ("numeric", "short_answer"):
        made["answers"] = _answers(kind, made.get("answers") or [], kept.get("answers"))
    if kind == "essay":
        made |= _essay(made, kept)
    return made


def _with(listed: Sequence[Mapping[str, Any]], kept: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the options or rows with what is kept of each, if there are as many as then."""
    result = [dict(one) for one in listed]
    for name in ("pinned", "weight", "feedback"):
        values = kept.get(name)
        if not isinstance(values, list) or len(values) != len(result):
            continue
        for one, value in zip(result, values, strict=True):
            if name == "pinned" and "pinned" in one and isinstance(value, bool):
                one["pinned"] = value
            elif name != "pinned" and isinstance(value, str):
                one[name] = value
    if "weight" not in kept:
        for one in result:
            one.pop("weight", None)
    return result


def _answers(
    kind: str, read: list[dict[str, Any]], kept: list[dict[str, Any]] | None
) -> list[dict[str, Any]]:
    """Return the answers as they were kept, if the file still accepts the same."""
    name = "value" if kind == "numeric" else "text"
    if not isinstance(kept, list) or not all(isinstance(one, dict) for one in kept):
        return read
    # What earns nothing is not in the structure.
    earning = [one for one in kept if short_answer.fraction(one) != 0]
    was = {clean_line(str(one.get(name, ""))) for one in earning}
    now = {clean_line(str(one.get(name, ""))) for one in read}
    return [_known(one, _OF_ANSWERS) for one in kept] if now == was and now else read


def _known(values: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    """Return the fields that contents have, with values that they may have."""
    kept = {name: values[name] for name in names if name in values}
    return {key: value for key, value in kept.items() if isinstance(value, str | bool | int)}


def _gaps(read: list[dict[str, Any]], kept: object) -> list[dict[str, Any]]:
    if not isinstance(kept, list) or len(kept) != len(read):
        return read
    result = []
    for gap, beside in zip(read, kept, strict=True):
        if isinstance(beside, dict) and beside.get("type") == gap["type"]:
            points = str(beside.get("points", "1"))
            inner = _merged(gap["type"], dict(gap["content"]), beside)
            result.append({**gap, "content": inner, "points": points})
        else:
            result.append(gap)
    return result


def _essay(made: Mapping[str, Any], kept: Mapping[str, Any]) -> dict[str, Any]:
    empty = essay.content()
    words, rubric = kept.get("words"), kept.get("rubric")
    bounds, criteria = made.get("words", empty["words"]), made.get("rubric", [])
    if isinstance(words, dict):
        bounds = empty["words"] | _known(words, ("least", "most"))
    if isinstance(rubric, list) and all(isinstance(one, dict) for one in rubric):
        criteria = [_known(one, ("id", "text", "points")) for one in rubric]
    sample = _sample(str(made.get("sample") or ""), str(kept.get("sample") or ""))
    return {"words": bounds, "rubric": criteria, "sample": sample}


def _sample(read: str, kept: str) -> str:
    """Return the sample with its line breaks, which a value of QTI does not keep."""
    return kept if not read or clean_line(read) == clean_line(kept) else read
