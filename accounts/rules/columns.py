"""Sheets that people fill in: finding the columns by their titles, reading days, counts, marks."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from core.saying import Sentence, Unreadable
from core.text import N_, clean_line, search_key

_HEADER_WITHIN = 15
_SERIAL_ORIGIN = date(1899, 12, 30)
# From 1927 to 2064: a plain number in between is a day as spreadsheets count them.
_SERIALS = range(10_000, 60_001)
_YEARS = range(1900, 2100)
_YES = frozenset({"x", "co", "1", "yes", "true", "dung", "v"})
_NO = frozenset({"", "khong", "0", "no", "false", "sai", "k", "o"})
_DAY_FORM = re.compile(r"(\d{1,2})[/.\- ](\d{1,2})[/.\- ](\d{4})")
_ISO_FORM = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ].*)?")
_MONTH_FORM = re.compile(r"(\d{1,2})[/.-](\d{4})")


@dataclass(frozen=True, slots=True)
class Table:
    """The filled rows of a sheet below its row of titles, and where each field stands."""

    columns: Mapping[str, int]
    rows: tuple[tuple[int, tuple[str, ...]], ...]

    def __iter__(self) -> Iterator[tuple[int, dict[str, str]]]:
        """Go through the rows: the number of the row in the sheet, the text of each field."""
        for number, cells in self.rows:
            yield (
                number,
                {
                    name: clean_line(cells[at]) if at < len(cells) else ""
                    for name, at in self.columns.items()
                },
            )


def find_table(
    rows: Sequence[Sequence[str]],
    titles: Mapping[str, Sequence[str]],
    needed: Sequence[Sequence[str]],
) -> Table:
    """Return the table of a sheet; letterhead above it and empty rows are skipped.

    `titles` gives the titles of each field, the usual one first; marks and capitals do not count.
    Of every group of fields in `needed` one must be there.

    Raise `Unreadable` naming the title that is missing.
    """
    known = {search_key(title): name for name, every in titles.items() for title in every}
    found = [_columns(row, known) for row in rows[:_HEADER_WITHIN]]
    if not found:
        raise Unreadable(Sentence(N_("The sheet is empty.")))
    at = max(range(len(found)), key=lambda index: (len(found[index]), -index))
    columns = found[at]
    for group in needed:
        if not any(name in columns for name in group):
            raise Unreadable(
                Sentence(N_("There is no column “%(title)s”."), {"title": titles[group[0]][0]})
            )
    filled = (
        (number, tuple(row))
        for number, row in enumerate(rows, start=1)
        if number > at + 1 and any(cell.strip() for cell in row)
    )
    return Table(columns, tuple(row for row in filled if not _is_numbering(row[1])))


def _columns(row: Sequence[str], known: Mapping[str, str]) -> dict[str, int]:
    columns: dict[str, int] = {}
    for at, cell in enumerate(row):
        name = known.get(search_key(re.sub(r"\([^)]*\)", " ", cell)))
        if name is not None:
            columns.setdefault(name, at)
    return columns


def _is_numbering(row: Sequence[str]) -> bool:
    """Say whether a row only numbers the columns: (1) (2) (3)."""
    numbers = [search_key(cell) for cell in row if cell.strip()]
    return len(numbers) > 2 and numbers == [str(n) for n in range(1, len(numbers) + 1)]


@dataclass(frozen=True, slots=True)
class Day:
    """A day, and whether all of it was written: an unknown day and month are the first."""

    day: date
    is_whole: bool = True


def read_day(text: str) -> Day | None:
    """Return the day in a cell, or None if it is empty.

    Reads 28/02/2004, 28-2-2004, 2004-02-28, the number a spreadsheet keeps, 02/2004 and 2004.
    Raise `Unreadable` for a day that does not exist or cannot be told.
    """
    text = re.sub(r"[.,]0+$", "", clean_line(text))
    if not text:
        return None
    if text.isdecimal() and text.isascii():
        return _from_number(int(text), text)
    if found := _MONTH_FORM.fullmatch(text):
        return Day(_calendar_day(int(found[2]), int(found[1]), 1), is_whole=False)
    if found := _DAY_FORM.fullmatch(text):
        return Day(_calendar_day(int(found[3]), int(found[2]), int(found[1])))
    if found := _ISO_FORM.fullmatch(text):
        return Day(_calendar_day(int(found[1]), int(found[2]), int(found[3])))
    raise _no_day(text)


def _from_number(number: int, text: str) -> Day:
    if number in _YEARS:
        return Day(date(number, 1, 1), is_whole=False)
    if number in _SERIALS:
        return Day(_SERIAL_ORIGIN + timedelta(days=number))
    raise _no_day(text)


def _no_day(text: str) -> Unreadable:
    return Unreadable(
        Sentence(
            N_("“%(text)s” is not a day. Write it like 28/02/2004, or only the year."),
            {"text": text},
        )
    )


def _calendar_day(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        pass
    if 1 <= month <= 12 and 1 <= day <= 31:
        raise Unreadable(
            Sentence(
                N_("Month %(month)s has no day %(day)s. Write it again, for example 28/02/2004."),
                {"month": str(month), "day": str(day)},
            )
        )
    raise _no_day(f"{day:02}/{month:02}/{year}")


def read_mark(text: str) -> bool:
    """Return whether a cell says yes: x, có, 1. Raise `Unreadable` if it says neither."""
    key = search_key(text)
    if key in _YES:
        return True
    if key in _NO:
        return False
    raise Unreadable(
        Sentence(N_("“%(text)s” is neither yes nor no. Write x or leave it empty."), {"text": text})
    )


def read_count(text: str) -> int:
    """Return a number of people: 25, 1.200. Raise `Unreadable`."""
    plain = re.sub(r"[.,]0$", "", clean_line(text))
    if re.fullmatch(r"\d{1,3}(?:[. ]\d{3})+", plain):
        plain = re.sub(r"[. ]", "", plain)
    if not plain.isascii() or not plain.isdecimal():
        raise Unreadable(
            Sentence(N_("“%(text)s” is not a number of people."), {"text": text.strip()})
        )
    return int(plain)
