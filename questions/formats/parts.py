"""The parts of a paper: what kind of questions a heading announces, and where a part ends."""

import re

from core.text import fold
from questions.formats import grammar

STATEMENTS = "statements"
SHORT = "short"
ESSAY = "essay"
CHOICE = "choice"

_KINDS = (
    (STATEMENTS, re.compile(r"dung\s*(?:[/,\-–—]|hoac|hay|va)?\s*sai|true\s*(?:/|or|and)\s*false")),
    (SHORT, re.compile(r"tra loi ngan|tra loi dien|dien (?:dap an|ket qua|dap so)|short answer")),
    (ESSAY, re.compile(r"\btu luan\b|\bessay\b|cau hoi mo\b")),
    (CHOICE, re.compile(r"nhieu (?:phuong an|lua chon)|multiple choice|trac nghiem")),
)
_LONG_HEADING = re.compile(
    r"(?i)^[\s*]*(?:phần|phan|part|section)\s*(?:số\s*)?(?:[IVX]{1,5}|\d{1,2})\s*[.:)\-–]"
)
_LONGEST = 150
_LONGEST_ANNOUNCED = 600
_INSTRUCTION = re.compile(
    r"(?i)^[\s(*\-–]*(?:thí sinh|học sinh|em hãy chọn|(?:hãy )?(?:chọn|khoanh|đánh dấu)\b.{0,60}"
    r"\b(?:đáp án|phương án|chữ cái|câu trả lời)\b.{0,40}\b(?:đúng|trước)|trong mỗi (?:ý|câu)|"
    r"mỗi câu (?:hỏi|trả lời)|ở mỗi câu|thời gian làm bài|họ,? (?:và )?tên|số báo danh|mã đề|"
    r"\(?đề (?:thi )?(?:có|gồm)|ghi chú)"
)
_TAG = re.compile(r"(?i)^\s*(?:\[?<\s*/?\s*(?:br|g|/g|o\b[^<>]{0,40})\s*/?\s*>\]?\s*)+$")
_TAG_BULLET = re.compile(r"^\s*(?:\[\s*<\s*\$\s*>\s*\]|<\s*\$\s*>)\s*")
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6, "vii": 7, "viii": 8}
_BARE_ROMAN = re.compile(r"(?i)^[\s*]*([ivx]{1,5})\s*[.)/:\-–]")
_NAMED = re.compile(
    r"(?i)^[\s*]*(?:phần|phan)\s*(?:câu hỏi\s*)?(?:trắc nghiệm|tự luận|đúng|trả lời ngắn)"
)
_ORDINAL = re.compile(r"(?i)^[\s*]*(?:phần|phan|part|section)\s*(?:số\s*)?([ivx]{1,5}|\d{1,2})\b")


def kind(text: str) -> str:
    """Return the kind of questions that the heading of a part announces; empty for any."""
    folded = fold(text)
    return next((name for name, words in _KINDS if words.search(folded)), "")


def is_heading(text: str) -> bool:
    """Say whether the line is the heading of a part, even a long one with its instructions."""
    if len(text) <= _LONGEST:
        return grammar.part(text) or bool(_NAMED.match(text))
    return len(text) <= _LONGEST_ANNOUNCED and bool(_LONG_HEADING.match(text))


def title(text: str) -> str:
    """Return the heading without the instructions that follow it in the same line."""
    if len(text) <= _LONGEST:
        return text
    return re.split(r"(?<=[a-zà-ỹ)])[.:]\s", text, maxsplit=1)[0][:_LONGEST]


def is_instruction(text: str) -> bool:
    """Say whether the line tells the candidates what to do, and asks nothing itself."""
    return bool(_INSTRUCTION.match(text)) and len(text) <= _LONGEST_ANNOUNCED


def is_tag(text: str) -> bool:
    """Say whether the line is a sign between questions for a program such as McMIX."""
    return bool(_TAG.match(text))


def tag_bullet(text: str) -> int | None:
    """Return where an option begins after the sign that McMIX puts before it."""
    match = _TAG_BULLET.match(text)
    return None if match is None else match.end()


def has_word(text: str) -> bool:
    """Say whether the heading of a part says that it is one: “Phần II”."""
    return bool(_ORDINAL.match(text) or _NAMED.match(text)) and is_heading(text)


def ordinal(text: str) -> int | None:
    """Return the number of a part that its heading says, in Roman figures or others."""
    match = _ORDINAL.match(text) or _BARE_ROMAN.match(text)
    if match is None:
        return None
    said = match[1].lower()
    return int(said) if said.isdecimal() else _ROMAN.get(said)
