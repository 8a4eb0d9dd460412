"""Tables of questions: which column holds what, told by its header or by what stands in it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from core.text import fold
from questions.formats import grammar
from questions.types import options

_OPTION = re.compile(
    r"^(?:(?:cac )?(?:dap an|phuong an|lua chon|cau tra loi|tra loi|option|answer|choice|pa|da|y"
    r"|noi dung(?: dap an| phuong an)?|cot)\s*)?(?:so )?([a-h]|[1-8])(?: text)?$"
    r"|^(?:dap an|phuong an|lua chon|option|answer|y)\s*([i-l]|9|1[0-2])$"
)
_NAMES = {
    "key": re.compile(
        r"^(?:(?:dap an|phuong an|cau tra loi|tra loi|lua chon|ket qua|cau|y)\s*)?"
        r"(?:dung|chinh xac|dung nhat)$|^dap an$|^da$|^d/a$|^keys?$|^answers?$|^ket qua$"
        r"|^(?:correct|right)(?: (?:answers?|options?|choices?))?$|^answer key$|^dap an dung\b"
        r"|^tra loi$|^correct\b"
    ),
    "explanation": re.compile(
        r"^(?:giai thich|loi giai|huong dan|feedback|ly giai|dien giai|rationale|justification)"
        r"|\bexplanations?\b"
    ),
    "legal_basis": re.compile(
        r"^(?:can cu|co so phap ly|van ban|trich dan|nguon|legal|dieu khoan)"
    ),
    "difficulty": re.compile(r"^(?:muc do|do kho|cap do|level|difficulty|muc$)"),
    "topic": re.compile(
        r"^(?:chu de|linh vuc|chuyen de|ten phan|phan|nhom|topic|category|chuong|mang)\b"
    ),
    "kind": re.compile(r"^(?:loai|type|dang|kieu|question type|kind)\b"),
    "settings": re.compile(r"^thiet lap\b"),
    "ignored": re.compile(
        r"^(?:diem|so diem|points?|score|thoi gian|time|trang thai|hieu luc|nguoi)\b"
    ),
    "number": re.compile(
        r"^(?:stt|tt|so tt|so thu tu|no|#|id|cau so|so cau|thu tu|ma cau(?: hoi)?|ma|number)\.?$"
        r"|^(?:question|item) (?:#|no|nr|number|order|index|id)$"
    ),
    "listed": re.compile(
        r"^(?:answer )?(?:options|choices)$|^cac (?:phuong an|lua chon|dap an)(?: tra loi)?$"
        r"|^phuong an(?: tra loi)?$|^lua chon$"
    ),
    "stem": re.compile(
        r"cau hoi|cau dan|noi dung|de bai|question|\bstem\b|^cau$|^de$|phat bieu|menh de|nhan dinh"
    ),
}
_STEM = re.compile(
    r"^(?:question|cau hoi)$|\bquestion (?:text|body|content)$|^(?:noi dung cau hoi|title text)$"
)
# Some systems have a column for what is right and others for what is not.
_WRONG = re.compile(
    r"^(?:incorrect|wrong)(?: (?:answer|option|choice))?(?: ?\d)?$|^\w+ an sai ?\d?$"
)
_JOINED = re.compile(r"(?<=[a-z])(?=[A-Z][a-z])")
# Kahoot's template says in its header how long a text may be.
_LIMIT = re.compile(r"\s*(?:max|toi da) \d+ (?:characters|ky tu).*$")
_FEWEST_OPTIONS = 2
_MOSTLY = 0.8
_SAMPLE = 200
_HEADER_WITHIN = 15
_KEY = re.compile(r"^(?:[A-Ha-h](?:[\s,;&/]*[A-Ha-h]){0,7}|[1-8](?:\s*[,;&/ ]\s*[1-8])*)\.?$")


@dataclass(slots=True)
class Columns:
    """The columns of a table, counted from 0; `first` is the first row of questions."""

    stem: int
    options: dict[str, int] = field(default_factory=dict)
    key: int | None = None
    others: dict[str, int] = field(default_factory=dict)
    unknown: dict[int, str] = field(default_factory=dict)
    wrong: list[int] = field(default_factory=list)
    first: int = 0


Rows = Sequence[Sequence[str]]


def detect(rows: Rows) -> Columns | None:
    """Return the columns of a table of questions, by its header or by its content."""
    for place, row in enumerate(rows[:_HEADER_WITHIN]):
        found = by_header(row)
        lower = rows[place + 1] if place + 1 < len(rows) else []
        both = by_header(_laid_over(row, lower))
        takes_two = both is not None and len(both.options) > len(found.options if found else ())
        chosen = both if takes_two else found
        if chosen is not None:
            chosen.first = place + (2 if takes_two else 1)
            return chosen
    return by_content(rows)


def _laid_over(upper: Sequence[str], lower: Sequence[str]) -> list[str]:
    """Return a header of two rows as one: A to D below, the others above."""
    if any(len(cell) > 30 for cell in lower):
        return []
    width = max(len(upper), len(lower))
    pairs = zip(_padded(upper, width), _padded(lower, width), strict=True)
    return [below or above for above, below in pairs]


def _padded(row: Sequence[str], width: int) -> list[str]:
    return [*row, *[""] * (width - len(row))]


def by_header(row: Sequence[str]) -> Columns | None:
    """Return the columns that a header names, or None if this is no header."""
    roles: dict[str, int] = {}
    letters: dict[str, int] = {}
    unknown: dict[int, str] = {}
    names = [_name(cell) for cell in row]
    wrong = [column for column, name in enumerate(names) if _WRONG.match(name)]
    surest = next((column for column, name in enumerate(names) if _STEM.search(name)), None)
    if surest is not None:
        roles["stem"] = surest
    for column, (cell, name) in enumerate(zip(row, names, strict=True)):
        if column in wrong or column == surest:
            continue
        option = _OPTION.match(name)
        if option:
            letters.setdefault(_letter(option[1] or option[2]), column)
            continue
        role = next((role for role, names in _NAMES.items() if name and names.search(name)), None)
        if role is None or role in roles:
            unknown.update({column: cell} if name else {})
        else:
            roles[role] = column
    stem, key = roles.pop("stem", None), roles.pop("key", None)
    if stem is None or (key is None and len(letters) < _FEWEST_OPTIONS):
        return None
    if max((len(cell) for cell in row), default=0) > 120:
        return None
    return Columns(stem, dict(sorted(letters.items())), key, roles, unknown, wrong)


def _name(cell: str) -> str:
    bare = re.sub(r"\([^)]*\)|\[[^\]]*\]", " ", cell)
    bare = _JOINED.sub(" ", bare)
    words = " ".join(re.sub(r"[.:*_\-–\"“”']+", " ", fold(bare)).split())
    return _LIMIT.sub("", words)


def _letter(mark: str) -> str:
    return options.letter(int(mark) - 1) if mark.isdecimal() else mark.upper()


def by_content(rows: Rows) -> Columns | None:
    """Return the columns of a table without a header, by what stands in them."""
    sample = [row for row in rows[:_SAMPLE] if any(row)]
    width = max((len(row) for row in sample), default=0)
    if width <= _FEWEST_OPTIONS:
        return None
    columns = [[row[n].strip() if n < len(row) else "" for row in sample] for n in range(width)]
    key = next((n for n in reversed(range(width)) if n > 2 and _share(columns[n], _KEY)), None)
    stem = next((n for n in range(width) if not _is_number(columns[n])), None)
    if key is None or stem is None:
        return None
    places = [n for n in range(stem + 1, key) if sum(map(bool, columns[n])) * 4 > len(sample)]
    if not _FEWEST_OPTIONS <= len(places) <= options.MOST:
        return None
    letters = {options.letter(order): n for order, n in enumerate(places)}
    after = next((n for n in range(key + 1, width) if any(columns[n])), None)
    return Columns(stem, letters, key, {} if after is None else {"explanation": after})


def _share(column: Sequence[str], pattern: re.Pattern[str]) -> bool:
    filled = [cell for cell in column if cell]
    known = sum(1 for cell in filled if pattern.match(cell))
    return bool(filled) and known >= _MOSTLY * len(filled) and len(filled) * 2 > len(column)


def _is_number(column: Sequence[str]) -> bool:
    return all(cell.rstrip(".").isdecimal() for cell in column if cell)


def key_of(text: str, texts: Sequence[str], letters: Sequence[str]) -> str:
    """Return the letters that a key cell means, or the cell itself where it means none.

    A cell may hold letters, numbers counted from 1, or the text of the option.
    """
    bare = text.strip()
    if not bare:
        return ""
    whole = next((n for n, option in enumerate(texts) if fold(option) == fold(bare)), None)
    numbers = [int(number) for number in re.findall(r"\d+", bare)]
    is_numbers = re.fullmatch(r"\d(?:\s*[,;&/ ]\s*\d)*\.?", bare) is not None
    if is_numbers and all(1 <= number <= len(letters) for number in numbers):
        return "".join(letters[number - 1] for number in dict.fromkeys(numbers))
    if whole is not None:
        return letters[whole]
    rest = grammar.answer(bare)
    found = grammar.keys(rest or bare)
    truth = grammar.truth(bare)
    if truth is not None and (found is None or not texts):
        return "Đúng" if truth else "Sai"
    return found[0] if found else bare
