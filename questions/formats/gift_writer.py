"""GIFT out: every type, those that Moodle's text has no sign for in the guise of another."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from core.saying import Sentence
from core.text import N_, clean_line
from questions.formats import gift_signs, shares, sheet_rows, tags
from questions.formats.written import Written
from questions.rules import drafting
from questions.rules.drafting import Draft, Message
from questions.types import cloze, true_false

Content = Mapping[str, Any]

_SPECIAL = re.compile(r"[\\~=#{}:]")
_TAG = re.compile(r"[\]\\]")
_DISGUISED = frozenset({"statements", "ordering"})
_FULL = "100"
# A space that shows nothing parts an arrow within a text from the one between two sides.
_ARROW = "-\u200b>"
_ESSAY = N_("the criteria, the bounds in words and the sample answer")
_DISGUISE = N_("its type: other systems see pairs to match")
_GAPS = N_("several gaps in one text: Moodle does not read them in GIFT")
_ALL = N_("that an answer right in part earns nothing: Moodle adds up shares")
_UNIT = N_("the unit of the number")


def write(drafts: Sequence[Draft], title: str) -> Written:
    """Return the questions as a GIFT file."""
    blocks: list[str] = []
    told: list[Message] = []
    topic = ""
    for number, draft in enumerate(drafts, start=1):
        if draft.topic != topic:
            topic = draft.topic
            blocks.append(f"$CATEGORY: $course$/top/{_guard(clean_line(topic))}".rstrip("/"))
        blocks.append(_block(draft, number))
        told += sheet_rows.messages(draft, number, lost(draft))
    return Written(("\n\n".join(blocks) + "\n").encode(), tuple(told))


def lost(draft: Draft) -> list[Sentence]:
    """Return what GIFT cannot carry of a question."""
    content = drafting.content(draft)
    found = sheet_rows.lost(draft)
    bounds = content.get("words") or {}
    if content.get("rubric") or content.get("sample") or any(bounds.values()):
        found.append(Sentence(_ESSAY))
    if draft.type in _DISGUISED:
        found.append(Sentence(_DISGUISE))
    if len(content.get("gaps", ())) > 1:
        found.append(Sentence(_GAPS))
    if draft.type == "multiple_choice" and content.get("scoring", "all") == "all":
        found.append(Sentence(_ALL))
    if content.get("unit"):
        found.append(Sentence(_UNIT))
    return found + shares.lost(content)


# --- One question -------------------------------------------------------------------------------


def _block(draft: Draft, number: int) -> str:
    is_one_gap = draft.type == "cloze" and len(drafting.content(draft)["gaps"]) == 1
    listed = tags.of(draft, disguised=draft.type in _DISGUISED or is_one_gap)
    labels = "".join(f" [tag:{_TAG.sub(_backslashed, tag)}]" for tag in listed)
    comment = f"//{labels}\n" if labels else ""
    return f"{comment}::Câu {number}::[plain]{_asked(draft)}"


def _backslashed(found: re.Match[str]) -> str:
    return "\\" + found[0]


def _guard(text: str) -> str:
    """Return the text with a backslash before every sign that means something to GIFT."""
    guarded = _SPECIAL.sub(_backslashed, text.strip())
    is_marked = gift_signs.markup(text, "")[0] != ""
    return ("[plain]" if is_marked else "") + guarded.replace("\r", "").replace("\n", "\\n")


def _asked(draft: Draft) -> str:
    content = drafting.content(draft)
    general = f"\n####{_guard(draft.explanation)}" if draft.explanation else ""
    if draft.type == "cloze":
        return _gapped(draft.stem, content, general)
    write_inner = _WRITERS.get(draft.type)
    inner = _pairs(draft) if write_inner is None else write_inner(content)
    return f"{_guard(draft.stem)}{{{inner}{general}}}"


def _gapped(stem: str, content: Content, general: str) -> str:
    """Return a text with braces where its gaps are; several hold no general feedback."""
    gaps = {gap["id"]: gap for gap in content["gaps"]}
    pieces = cloze.pieces(stem)
    found = []
    for place, piece in enumerate(pieces):
        if place % 2 == 0:
            found.append(_SPECIAL.sub(_backslashed, piece).replace("\n", "\\n"))
        else:
            inner = _WRITERS[gaps[piece]["type"]](gaps[piece]["content"])
            found.append(f"{{{inner}{general if place == len(pieces) - 2 else ''}}}")
    return "".join(found)


def _answer(sign: str, share: str, text: str, told: Content) -> str:
    """Return an answer; one that begins like a share gets its own share before it."""
    is_usual = share == (_FULL if sign == "=" else "0")
    weight = "" if is_usual and not text.lstrip().startswith("%") else f"%{share}%"
    feedback = f"#{_guard(told['feedback'])}" if told.get("feedback") else ""
    return f"\n{sign}{weight}{_guard(text)}{feedback}"


def _lines(answers: Iterable[str]) -> str:
    return "".join(answers) + "\n"


def _single(content: Content) -> str:
    key = content["key"]
    return _lines(
        _answer(*(("=", _FULL) if one["id"] in key else ("~", "0")), one["text"], one)
        for one in content["options"]
    )


def _several(content: Content) -> str:
    listed = zip(content["options"], shares.of_options(content), strict=True)
    return _lines(_answer("~", share, one["text"], one) for one, share in listed)


def _truth(content: Content) -> str:
    texts = [one["text"] for one in content["options"]]
    if texts != [true_false.TRUE, true_false.FALSE]:
        return _single(content)
    is_true = content["key"] == [content["options"][0]["id"]]
    told = [_guard(one.get("feedback") or "") for one in content["options"]]
    right, wrong = told if is_true else told[::-1]
    feedback = f"#{wrong}#{right}" if right else f"#{wrong}" if wrong else ""
    return ("T" if is_true else "F") + feedback


def _words(content: Content) -> str:
    lines = [
        _answer("=", shares.of_answer(one), shares.starred(one), one) for one in content["answers"]
    ]
    return _lines(lines).replace("->", _ARROW)


def _numbers(content: Content) -> str:
    listed = [
        f"\n=%{shares.of_answer(one)}%{one['value']}:{shares.tolerance(one)}"
        + (f"#{_guard(one['feedback'])}" if one.get("feedback") else "")
        for one in content["answers"]
    ]
    return "#" + _lines(listed)


def _pairs(draft: Draft) -> str:
    content = drafting.content(draft)
    if draft.type in _DISGUISED:
        listed = tags.disguise(draft)
    else:
        listed = [*tags.rows(content), *[("", choice) for choice in tags.others(content)]]
    return _lines(f"\n={_side(row)} -> {_side(choice)}" for row, choice in listed)


def _side(text: str) -> str:
    return _guard(text).replace("->", _ARROW)


_WRITERS: Mapping[str, Callable[[Content], str]] = {
    "single_choice": _single,
    "multiple_choice": _several,
    "true_false": _truth,
    "short_answer": _words,
    "numeric": _numbers,
    "essay": lambda content: "",
}
