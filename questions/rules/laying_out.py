"""A paper as it is printed: parts, passages and questions as plain values, ready to be set.

The words here are Vietnamese only, as official documents are. Both writers, of PDF and of Word,
take these values; neither decides anything.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

from core import writing
from questions.rules import lettering, marking
from questions.rules.composing import Grouping
from questions.rules.letterheads import Letterhead, Profile
from questions.types import cloze, options

Block = dict[str, Any]

_MILLION = 1_000_000
# Widths in ems of Times, near enough to choose between columns; other letters are taken as 0.5.
_NARROW: Final = frozenset("iíìỉĩịjltIÍÌỈĨỊ.,;:'’|!()[]-/f ")
_WIDE: Final = frozenset("mwMWĐƠƯÔÂĂÊ%@—")
_LINE_EMS = 36.0
_MARK_EMS = 1.9
# An essay's lines on the sheet of answers: words a line, and how many lines at most.
_WORDS_A_LINE, _FEWEST_LINES, _MOST_LINES, _USUAL_WORDS = 11, 8, 44, 250

_TYPE_PARTS: Final = {
    "single_choice": "Câu hỏi nhiều lựa chọn, mỗi câu chọn một phương án",
    "multiple_choice": "Câu hỏi có nhiều phương án đúng",
    "true_false": "Câu hỏi đúng – sai",
    "statements": "Mỗi ý a), b), c), d) chọn đúng hoặc sai",
    "matching": "Câu hỏi ghép đôi",
    "ordering": "Câu hỏi sắp xếp thứ tự",
    "short_answer": "Câu hỏi trả lời ngắn",
    "numeric": "Câu hỏi điền số",
    "cloze": "Câu hỏi điền khuyết",
    "essay": "Câu hỏi tự luận",
}
_HINTS: Final = {
    "multiple_choice": "Chọn tất cả các phương án đúng.",
    "true_false": "",
    "matching": "Ghép mỗi mục ở cột trái với một mục ở cột phải.",
    "ordering": "Sắp xếp các mục sau theo đúng thứ tự.",
}
_OTHER_PART: Final = "Câu hỏi khác"


@dataclass(frozen=True, slots=True)
class Passage:
    """A text that several questions ask about."""

    key: int
    title: str
    text: str
    media: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of a paper, in the version and the order in which it is printed."""

    position: int
    type: str
    stem: str
    content: Mapping[str, Any]
    order: Sequence[str]
    points: int
    topic: str = ""
    passage: Passage | None = None
    explanation: str = ""
    basis: str = ""
    quote: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A paper to be printed: its code, what stands around the questions, and these."""

    title: str
    code: str
    letterhead: Letterhead
    grouping: Grouping
    slots: Sequence[Asked]
    is_draft: bool = False


def paper(sheet: Sheet) -> Block:
    """Return the paper as it is set."""
    return _head(sheet) | {"parts": _parts(sheet)}


def answer_sheet(sheet: Sheet) -> Block:
    """Return the sheet on which the answers to a paper are marked."""
    marked = [_marks(slot) for slot in sheet.slots]
    return _head(sheet) | {
        "bubbles": [one for one in marked if one["kind"] == "bubbles"],
        "verdicts": [one for one in marked if one["kind"] == "verdicts"],
        "lines": [one for one in marked if one["kind"] == "lines"],
        "essays": [one for one in marked if one["kind"] == "essay"],
    }


def guide(sheet: Sheet) -> Block:
    """Return the key of a paper and its marking guide: why, and by which law."""
    return _head(sheet) | {
        "key": [
            [str(slot.position), lettering.key(slot.type, slot.content, slot.order)]
            for slot in sheet.slots
        ],
        "guide": [_guided(slot) for slot in sheet.slots],
        "total": points_said(sum(slot.points for slot in sheet.slots)),
    }


def pictures(sheet: Sheet) -> set[str]:
    """Return the public ids of the pictures that a paper shows."""
    found = [media for slot in sheet.slots for media in slot.content.get("media") or ()]
    found += [media for slot in sheet.slots if slot.passage for media in slot.passage.media]
    return {str(media["id"]) for media in found if media.get("kind") == "picture"}


def points_said(millionths: int) -> str:
    """Return points as offices write them: 0,25."""
    return writing.score(millionths)


def _head(sheet: Sheet) -> Block:
    head = sheet.letterhead
    numbered = f"Đề có {len(sheet.slots)} câu"
    return {
        "title": sheet.title,
        "code": sheet.code,
        "left": list(head.left()),
        "right": list(head.right()),
        "is_state": head.profile is Profile.STATE,
        "heading": head.heading,
        "subject": head.subject,
        "time": f"Thời gian làm bài: {head.minutes} phút (không kể thời gian phát đề)"
        if head.minutes
        else "",
        "count": numbered,
        "instructions": [line for line in head.instructions.splitlines() if line.strip()],
        "is_draft": sheet.is_draft,
    }


# --- The questions -----------------------------------------------------------------------------


def _parts(sheet: Sheet) -> list[Block]:
    named: Callable[[Asked], str] = {
        Grouping.MIXED: lambda _slot: "",
        Grouping.TOPIC: lambda slot: slot.topic or _OTHER_PART,
        Grouping.TYPE: lambda slot: _TYPE_PARTS[slot.type],
    }[sheet.grouping]
    names = _names(sheet.slots, named)
    parts = groupby(sheet.slots, key=lambda slot: names[slot.position])
    found: list[Block] = []
    for number, (name, slots) in enumerate(parts, start=1):
        title = f"PHẦN {_roman(number)}. {name}" if name else ""
        found.append({"title": title, "blocks": _blocks(list(slots), sheet)})
    return found


def _names(slots: Sequence[Asked], named: Callable[[Asked], str]) -> dict[int, str]:
    """Return the part of each question; those of one passage stand in the part of the first."""
    of_passage: dict[int, str] = {}
    names: dict[int, str] = {}
    for slot in slots:
        own = named(slot)
        names[slot.position] = of_passage.setdefault(slot.passage.key, own) if slot.passage else own
    return names


def _roman(number: int) -> str:
    tens, ones = divmod(number, 10)
    return "X" * tens + ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")[ones]


def _blocks(slots: Sequence[Asked], sheet: Sheet) -> list[Block]:
    found: list[Block] = []
    for _key, together in groupby(slots, key=lambda slot: slot.passage and slot.passage.key):
        group = list(together)
        if group[0].passage:
            found.append(_passage(group[0].passage, group))
        found += [_question(slot, shows_points=sheet.letterhead.shows_points) for slot in group]
    return found


def _passage(passage: Passage, group: Sequence[Asked]) -> Block:
    first, last = group[0].position, group[-1].position
    which = f"câu {first}" if first == last else f"các câu từ {first} đến {last}"
    return {
        "kind": "passage",
        "lead": f"Đọc nội dung sau và trả lời {which}:",
        "title": passage.title,
        "text": passage.text,
        "pictures": [str(one["id"]) for one in passage.media if one.get("kind") == "picture"],
    }


def _question(slot: Asked, *, shows_points: bool) -> Block:
    block: Block = {
        "kind": "question",
        "type": slot.type,
        "number": slot.position,
        "points": f"({points_said(slot.points)} điểm)" if shows_points else "",
        "stem": slot.stem,
        "hint": _HINTS.get(slot.type, ""),
        "pictures": _pictures(slot, "stem"),
    }
    return block | _SHOWN[slot.type](slot)


def _pictures(slot: Asked, place: str) -> list[str]:
    return [
        str(media["id"])
        for media in slot.content.get("media") or ()
        if media.get("kind") == "picture" and media.get("at", "stem") == place
    ]


def _with_options(slot: Asked) -> Block:
    texts = {one["id"]: one["text"] for one in slot.content["options"]}
    listed = [
        {
            "letter": options.letter(place),
            "text": texts[one],
            "pictures": _pictures(slot, one),
        }
        for place, one in enumerate(slot.order)
    ]
    has_pictures = any(one["pictures"] for one in listed)
    columns = min(2, len(listed)) if has_pictures else columns_for([one["text"] for one in listed])
    return {"options": listed, "columns": columns}


def columns_for(texts: Sequence[str]) -> int:
    """Return how many options stand on a line: 4, 2 or 1, so that none is broken."""
    widest = max((ems(text) for text in texts), default=0.0) + _MARK_EMS
    for columns in (4, 2):
        if len(texts) >= columns and widest <= _LINE_EMS / columns:
            return columns
    return 1


def ems(text: str) -> float:
    """Return about how wide a text is, in ems of its size."""
    return sum(
        0.3 if one in _NARROW else 0.8 if one in _WIDE else 0.66 if one.isupper() else 0.48
        for one in text
    )


def _statements(slot: Asked) -> Block:
    texts = {one["id"]: one["text"] for one in slot.content["statements"]}
    return {
        "statements": [
            {"letter": lettering.small(place), "text": texts[one]}
            for place, one in enumerate(slot.order)
        ]
    }


def _matching(slot: Asked) -> Block:
    texts = {one["id"]: one["text"] for one in slot.content["choices"]}
    return {
        "rows": [
            {"letter": str(place), "text": row["text"], "pictures": _pictures(slot, row["id"])}
            for place, row in enumerate(slot.content["rows"], start=1)
        ],
        "choices": [
            {"letter": options.letter(place), "text": texts[one]}
            for place, one in enumerate(slot.order)
        ],
    }


def _ordering(slot: Asked) -> Block:
    texts = {one["id"]: one["text"] for one in slot.content["parts"]}
    return {
        "things": [
            {"letter": lettering.small(place), "text": texts[one]}
            for place, one in enumerate(slot.order)
        ]
    }


def _line(slot: Asked) -> Block:
    return {"unit": slot.content.get("unit") or ""}


def _cloze(slot: Asked) -> Block:
    """Return the text in pieces: words and gaps in turn; a gap of options lists them below."""
    choices = [
        {
            "gap": gap["id"],
            "options": [
                {"letter": options.letter(place), "text": one["text"]}
                for place, one in enumerate(gap["content"]["options"])
            ],
        }
        for gap in slot.content["gaps"]
        if gap["type"] == "single_choice"
    ]
    return {"pieces": cloze.pieces(slot.stem), "stem": "", "gap_choices": choices}


def _essay(slot: Asked) -> Block:
    words = slot.content.get("words") or {}
    least, most = words.get("least"), words.get("most")
    if least and most:
        said = f"Viết từ {least} đến {most} từ."
    elif most:
        said = f"Viết không quá {most} từ."
    else:
        said = f"Viết ít nhất {least} từ." if least else ""
    return {"hint": said}


_SHOWN: Mapping[str, Callable[[Asked], Block]] = {
    **dict.fromkeys(marking.WITH_OPTIONS, _with_options),
    "statements": _statements,
    "matching": _matching,
    "ordering": _ordering,
    "short_answer": _line,
    "numeric": _line,
    "cloze": _cloze,
    "essay": _essay,
}


# --- The sheet of answers, the guide -----------------------------------------------------------


def _marks(slot: Asked) -> Block:
    block: Block = {"number": slot.position}
    if slot.type in marking.WITH_OPTIONS:
        letters = [options.letter(place) for place in range(len(slot.order))]
        return block | {"kind": "bubbles", "letters": letters}
    if slot.type == "statements":
        names = [name for name, _takes in lettering.given(slot.type, slot.content)]
        return block | {"kind": "verdicts", "parts": names}
    if slot.type == "essay":
        words = (slot.content.get("words") or {}).get("most") or _USUAL_WORDS
        lines = min(max(words // _WORDS_A_LINE, _FEWEST_LINES), _MOST_LINES)
        return block | {"kind": "essay", "lines": lines}
    parts = [
        {"name": name, "takes": takes} for name, takes in lettering.given(slot.type, slot.content)
    ]
    return block | {"kind": "lines", "parts": parts, "unit": slot.content.get("unit") or ""}


def _guided(slot: Asked) -> Block:
    rubric = slot.content.get("rubric") or () if slot.type == "essay" else ()
    return {
        "number": slot.position,
        "key": lettering.key(slot.type, slot.content, slot.order),
        "points": points_said(slot.points),
        "explanation": slot.explanation,
        "basis": slot.basis,
        "quote": slot.quote,
        "rubric": [f"{one['text']}: {one['points'].replace('.', ',')} điểm" for one in rubric],
        "sample": slot.content.get("sample") or "" if slot.type == "essay" else "",
    }
