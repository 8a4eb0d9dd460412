"""The key of a whole paper: lists such as “1-A 2-B”, and tables of numbers and letters."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise

from core.text import clean_line
from questions.formats import grammar, parts

_LETTERS = r"[A-Ha-h](?:\s*[,;&+]\s*[A-Ha-h](?![\w]))*"
_NUMBER = r"(?:câu|cau|question|q)?\s*\.?\s*(\d{1,4})"
_SIGN = r"\s*(?:\.|:|\)|/|=|→|->|[\-–—])?\s*"
_ROW_OF_VERDICTS = r"[ĐS](?:[\s\-–,]*[ĐS]){1,7}"
_PAIR = re.compile(
    rf"(?i){_NUMBER}{_SIGN}\(?({_ROW_OF_VERDICTS}|{_LETTERS}|Đ|S|đúng|sai)(?![\w])\)?\s*[.;,|]?\s*"
)
_TIGHT = re.compile(r"(?i)(\d{1,4})\s*([A-H])")
_ROW = re.compile(rf"(?i){_NUMBER}\s*(?:[-–—]|đến)\s*{_NUMBER}\s*[:.)]?\s*([A-H][A-H\s,.;]*)$")
_PREFIX = re.compile(
    r"(?i)^[\s*\-–(]*(?:(?:bảng\s*)?đáp\s*án|key|answers?)\s*[:.]?\s*(?=\D{0,6}\d)"
)
_CELL_NUMBER = re.compile(r"(?i)^(?:câu|cau|question|q)?\s*\.?\s*(\d{1,4})\s*[.):]?$")
_CELL_KEY = re.compile(rf"(?i)^\(?({_ROW_OF_VERDICTS}|{_LETTERS}|đ|s|đúng|sai)\)?\.?$")
_CELL_STATEMENT = re.compile(r"(?i)^(?:ý\s*)?([a-h])\s*[.)]?$")
_CELL_ROW = re.compile(r"(?i)^(?:câu(?:\s*hỏi)?(?:\s*số)?|stt|tt|question|no\.?|số câu)\s*[:.]?$")
_CELL_ANSWERS = re.compile(
    r"(?i)^(?:đáp\s*án(?:\s*đúng)?|đ\s*/?\s*a|đa|đáp\s*số|trả\s*lời|kết\s*quả|answers?|keys?)\s*[:.]?$"
)
_CELL_HEADING = re.compile(
    r"(?i)^(?:câu(?: hỏi)?(?: số)?|stt|tt|số câu|đáp\s*án(?: đúng)?|đ\s*/?\s*a|đa|"
    r"mã(?: đề)?.*|answer|key|question|no\.?)$"
)
_MOSTLY = 0.8
_FEW = 3
_FEWEST_STATEMENTS = 2
_LONGEST_KEY = 60

Pair = tuple[int, str]


@lru_cache(maxsize=grammar.LINES_KEPT)
def pairs(text: str) -> list[Pair]:
    """Return the numbers and letters of a line that is nothing but a list of keys, else none."""
    plain = grammar.narrow(text).replace("\t", "  ").strip()
    plain = _PREFIX.sub("", plain, count=1)
    row = _ROW.fullmatch(plain)
    if row:
        letters = re.findall(r"[A-H]", row[3].upper())
        first, last = int(row[1]), int(row[2])
        spread = list(zip(range(first, last + 1), letters, strict=False))
        return spread if len(letters) == last - first + 1 else []
    return _whole(_PAIR, plain) or _whole(_TIGHT, plain.replace(" ", ""))


def _whole(pattern: re.Pattern[str], text: str) -> list[Pair]:
    found, place = [], 0
    while place < len(text):
        match = pattern.match(text, place)
        if match is None:
            return []
        found.append((int(match[1]), _key(match[2])))
        place = match.end()
    return found


def _key(text: str) -> str:
    """Return the letters of a key; for Đúng and Sai the word, as options may stand either way."""
    signs = re.sub(r"[\s\-–,]+", "", text).upper()
    if re.fullmatch("[ĐS]{2,8}", signs):
        return signs
    truth = grammar.truth(text)
    if truth is not None and not re.fullmatch(r"[A-Ha-h]", text):
        return "Đúng" if truth else "Sai"
    return "".join(dict.fromkeys(re.findall(r"[A-H]", text.upper())))


def is_list(text: str) -> bool:
    """Say whether the line is a list of several keys, wherever it stands."""
    found = pairs(text)
    numbers = [number for number, _ in found]
    return len(found) > 1 and numbers == sorted(set(numbers))


def runs_of_single_pairs(texts: Sequence[str]) -> set[int]:
    """Return the places of lines that hold one pair each, at least three in a row and rising."""
    found: set[int] = set()
    run: list[int] = []
    last = 0
    for place, text in enumerate([*texts, ""]):
        one = pairs(text)
        if len(one) == 1 and (not run or one[0][0] > last):
            run.append(place)
            last = one[0][0]
            continue
        if len(run) >= _FEW:
            found |= set(run)
        run = [place] if len(one) == 1 else []
        last = one[0][0] if one else 0
    return found


def of_table(rows: Sequence[Sequence[str]]) -> list[Pair]:
    """Return the keys of a table that holds nothing but numbers and letters, else none."""
    of_statements = _of_statements(rows)
    if of_statements:
        return of_statements
    headed = _headed(rows) or _headed(_turned(rows))
    if headed:
        return headed
    cells = [cell.strip() for row in rows for cell in row if cell.strip()]
    known = [cell for cell in cells if _is_key_cell(cell)]
    if not cells or len(known) < _MOSTLY * len(cells):
        return []
    direct = [pair for cell in cells for pair in pairs(cell)]
    if direct:
        return direct
    down, across = _beside(rows, 1, 0), _beside(rows, 0, 1)
    return down if len(down) >= len(across) else across


def _turned(rows: Sequence[Sequence[str]]) -> list[list[str]]:
    """Return a table with its rows as columns."""
    width = max(map(len, rows), default=0)
    return [[row[n] if n < len(row) else "" for row in rows] for n in range(width)]


def _headed(rows: Sequence[Sequence[str]]) -> list[Pair]:
    """Return the keys of a table whose rows begin with “Câu” and “Đáp án”, in any words."""
    found: list[Pair] = []
    for upper, lower in pairwise(rows):
        if not (upper and lower and _CELL_ROW.match(upper[0].strip())):
            continue
        if not _CELL_ANSWERS.match(lower[0].strip()):
            continue
        for head, cell in zip(upper[1:], lower[1:], strict=False):
            number = _CELL_NUMBER.match(grammar.narrow(head.strip()))
            if number and cell.strip():
                key = _CELL_KEY.match(grammar.narrow(cell.strip()))
                found.append((int(number[1]), _key(key[1]) if key else clean_line(cell)))
    # A table of questions has whole sentences in the place of a key.
    is_short = all(len(key) <= _LONGEST_KEY for _, key in found)
    return found if is_short else []


def _of_statements(rows: Sequence[Sequence[str]]) -> list[Pair]:
    """Return the keys of a table with a column for each question and a row for each statement."""
    for table in (rows, _turned(rows)):
        head = [_CELL_NUMBER.match(cell.strip()) for cell in (table[0] if table else ())]
        letters = [_CELL_STATEMENT.match(row[0].strip()) if row else None for row in table[1:]]
        if not any(head) or len(letters) < _FEWEST_STATEMENTS or not all(letters):
            continue
        found = []
        for column, number in enumerate(head):
            signs = [_cell(table, row, column) for row in range(1, len(table))]
            words = [grammar.truth(sign) for sign in signs]
            if number and all(word is not None for word in words):
                found.append((int(number[1]), "".join("Đ" if word else "S" for word in words)))
        if found:
            return found
    return []


def _is_key_cell(cell: str) -> bool:
    plain = grammar.narrow(cell)
    known = (_CELL_NUMBER, _CELL_KEY, _CELL_HEADING)
    return any(pattern.match(plain) for pattern in known) or bool(pairs(plain))


def _beside(rows: Sequence[Sequence[str]], below: int, right: int) -> list[Pair]:
    """Return each number with the letter in the cell below it, or right of it."""
    found = []
    for row, cells in enumerate(rows):
        for column, cell in enumerate(cells):
            number = _CELL_NUMBER.match(grammar.narrow(cell.strip()))
            other = _cell(rows, row + below, column + right)
            key = _CELL_KEY.match(grammar.narrow(other))
            if number and key:
                found.append((int(number[1]), _key(key[1])))
    return found


def _cell(rows: Sequence[Sequence[str]], row: int, column: int) -> str:
    if row >= len(rows) or column >= len(rows[row]):
        return ""
    return rows[row][column].strip()


@dataclass(slots=True)
class Segment:
    """The keys of one part of a paper, by number; `part` is the part's number, if it was said."""

    keys: dict[int, str] = field(default_factory=dict)
    part: int | None = None


def segments(found: Sequence[Pair]) -> list[Segment]:
    """Return the keys in groups: where numbers begin again, another part of the paper begins.

    A pair with the number 0 is the heading of a part.
    """
    groups: list[Segment] = []
    last = 0
    for number, key in found:
        if number == 0:
            groups.append(Segment(part=parts.ordinal(key)))
            last = 0
            continue
        if not groups or (number <= last and number in groups[-1].keys):
            groups.append(Segment())
        groups[-1].keys[number] = key
        last = number
    return [group for group in groups if group.keys]
