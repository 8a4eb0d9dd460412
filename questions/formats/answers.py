"""The key of a whole paper: lists such as “1-A 2-B”, and tables of numbers and letters."""

import re
from collections.abc import Sequence
from functools import lru_cache

from questions.formats import grammar

_LETTERS = r"[A-Ha-h](?:\s*[,;&+]\s*[A-Ha-h](?![\w]))*"
_NUMBER = r"(?:câu|cau|question|q)?\s*\.?\s*(\d{1,4})"
_SIGN = r"\s*(?:\.|:|\)|/|=|→|->|[\-–—])?\s*"
_PAIR = re.compile(rf"(?i){_NUMBER}{_SIGN}\(?({_LETTERS}|Đ|S|đúng|sai)(?![\w])\)?\s*[.;,|]?\s*")
_TIGHT = re.compile(r"(?i)(\d{1,4})\s*([A-H])")
_ROW = re.compile(rf"(?i){_NUMBER}\s*(?:[-–—]|đến)\s*{_NUMBER}\s*[:.)]?\s*([A-H][A-H\s,.;]*)$")
_PREFIX = re.compile(
    r"(?i)^[\s*\-–(]*(?:(?:bảng\s*)?đáp\s*án|key|answers?)\s*[:.]?\s*(?=\D{0,6}\d)"
)
_CELL_NUMBER = re.compile(r"(?i)^(?:câu|cau|question|q)?\s*\.?\s*(\d{1,4})\s*[.):]?$")
_CELL_KEY = re.compile(rf"(?i)^\(?({_LETTERS}|đ|s|đúng|sai)\)?\.?$")
_CELL_HEADING = re.compile(
    r"(?i)^(?:câu(?: hỏi)?(?: số)?|stt|tt|số câu|đáp\s*án(?: đúng)?|đ\s*/?\s*a|đa|"
    r"mã(?: đề)?.*|answer|key|question|no\.?)$"
)
_MOSTLY = 0.8
_FEW = 3

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
    cells = [cell.strip() for row in rows for cell in row if cell.strip()]
    known = [cell for cell in cells if _is_key_cell(cell)]
    if not cells or len(known) < _MOSTLY * len(cells):
        return []
    direct = [pair for cell in cells for pair in pairs(cell)]
    if direct:
        return direct
    down, across = _beside(rows, 1, 0), _beside(rows, 0, 1)
    return down if len(down) >= len(across) else across


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


def segments(found: Sequence[Pair]) -> list[dict[int, str]]:
    """Return the keys in groups: where numbers begin again, another part of the paper begins."""
    groups: list[dict[int, str]] = []
    last = 0
    for number, key in found:
        if not groups or (number <= last and number in groups[-1]):
            groups.append({})
        groups[-1][number] = key
        last = number
    return groups
