"""Lines that say what a type of question needs beyond stem and options: “Dạng: Ghép cặp”."""

import re
from collections.abc import Mapping

from core.text import fold

TYPES: Mapping[str, str] = {
    "single_choice": "Một lựa chọn",
    "multiple_choice": "Nhiều lựa chọn",
    "true_false": "Đúng sai",
    "statements": "Đúng sai nhiều ý",
    "matching": "Ghép cặp",
    "ordering": "Sắp thứ tự",
    "short_answer": "Trả lời ngắn",
    "numeric": "Trả lời bằng số",
    "cloze": "Điền chỗ trống",
    "essay": "Tự luận",
}
_BY_NAME = {fold(name): kind for kind, name in TYPES.items()}
SCORINGS: Mapping[str, str] = {
    "all": "Đúng hết mới có điểm",
    "equal": "Chia đều",
    "steps": "Bậc thang",
    "partial": "Từng phần",
    "penalty": "Từng phần, sai bị trừ",
    "weights": "Theo trọng số",
    "positions": "Theo vị trí",
    "pairs": "Theo cặp",
}
_BY_SCORING = {fold(name): scoring for scoring, name in SCORINGS.items()}
_TYPE = re.compile(r"(?i)^\s*(?:dạng|loại)(?:\s+câu(?:\s+hỏi)?)?\s*:\s*(.+?)\s*\.?\s*$")
_NAMES = (
    *("Ghép", "Nhiễu", "Bước", "Chấm", "Chấp nhận", "Phân biệt", "Sai số", "Đơn vị", "Số từ"),
    *("Tiêu chí", "Bài mẫu", "Chỗ trống", "Trọng số", "Phản hồi", "Giữ chỗ"),
    "Phương án",
)
_LINE = re.compile(
    rf"(?i)^\s*(?P<name>{'|'.join(_NAMES)})(?:\s+(?P<at>[a-h]|\d{{1,2}}))?(?:\s+\((?P<note>[^()]*)\))?"
    r"\s*:(?:\s(?P<text>.*))?$",
    re.DOTALL,
)

# The name, the part it speaks of, what stands in brackets, and the text.
Label = tuple[str, str, str, str]


def type_of(text: str) -> str | None:
    """Return the type that a line “Dạng: …” names, or None."""
    match = _TYPE.match(text)
    return None if match is None else _BY_NAME.get(fold(match[1]))


def line(text: str) -> Label | None:
    """Return what a labelled line says, or None."""
    match = _LINE.match(text)
    if match is None:
        return None
    name = next(name for name in _NAMES if fold(name) == fold(match["name"]))
    return name, match["at"] or "", match["note"] or "", (match["text"] or "").strip()


def scoring(text: str) -> str | None:
    """Return the way of scoring that has this name."""
    return _BY_SCORING.get(fold(text))
