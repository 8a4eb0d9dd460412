"""CSV and XLSX, in and out: cells as people see them, and never a formula that we wrote."""

import csv
import io
import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, BinaryIO

from core import archives, sheet_formats, sheet_marks, vietnam
from core.text import N_

MOST_ROWS = 20_000
MOST_COLUMNS = 60
TOO_MANY_ROWS = N_("The sheet “%(sheet)s” is larger than %(rows)s rows and %(columns)s columns.")
# A cell that begins with one of these is a formula to a spreadsheet program that opens a CSV.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
# What the name of a sheet may not hold.
_NOT_IN_TITLE = re.compile(r"[\[\]:*?/\\]")
_NUMBER_FORM = "#,##0.######"
# With room for decimals a whole number would end in a lone comma.
_WHOLE_FORM = "#,##0"
_DAY_FORM = "dd/mm/yyyy"
_MOMENT_FORM = "dd/mm/yyyy hh:mm"
_SPAN_FORM = "[h]:mm:ss"
# What a cell of a workbook, and a sheet of it, can hold at most; the header is a row too.
LONGEST = 32_767
MOST_WRITTEN = 1_048_576

# A moment in a workbook is a number of days since this one, in Viet Nam's time.
_FIRST_DAY = date(1899, 12, 30)
_FIRST_MOMENT = datetime(1899, 12, 30, tzinfo=vietnam.VIETNAM)

_PLAIN = sheet_marks.Marks()

Value = str | int | Decimal | date | datetime | timedelta | None


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell as it is displayed; `is_doubtful` when the program may have changed what was typed."""

    text: str = ""
    is_doubtful: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its name and its rows, from the first row and the first column on."""

    name: str
    rows: tuple[tuple[Cell, ...], ...]
    is_visible: bool = True
    marks: sheet_marks.Marks = _PLAIN


# --- In ----------------------------------------------------------------------------------------


def read_xlsx(content: bytes) -> list[Sheet]:
    """Return the sheets of a workbook, every cell as it is displayed in Viet Nam.

    Numbers have a decimal comma and no “.0”, dates are dd/mm/yyyy, percentages have their sign.
    Raise `FileRefused` if the file is damaged, locked or beyond the limits.
    """
    import python_calamine

    archive = archives.open_archive(content)
    forms, marks = sheet_formats.read(archive), sheet_marks.read(archive)
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        found = [_sheet(book, meta, forms) for meta in book.sheets_metadata if _has_cells(meta)]
    except python_calamine.CalamineError as broken:
        raise archives.FileRefused(archives.DAMAGED) from broken
    return [replace(sheet, marks=marks.get(sheet.name, _PLAIN)) for sheet in found]


def _has_cells(meta: Any) -> bool:  # noqa: ANN401 -- calamine's own type
    return str(meta.typ).endswith("WorkSheet")


def _sheet(book: Any, meta: Any, forms: sheet_formats.Forms) -> Sheet:  # noqa: ANN401 -- calamine
    sheet = book.get_sheet_by_name(meta.name)
    if sheet.total_height > MOST_ROWS or sheet.total_width > MOST_COLUMNS:
        raise archives.FileRefused(
            TOO_MANY_ROWS, sheet=meta.name, rows=MOST_ROWS, columns=MOST_COLUMNS
        )
    values = sheet.to_python(skip_empty_area=False)
    own = forms.get(meta.name, {})
    rows = [
        [_shown(value, own.get((row, column), "")) for column, value in enumerate(cells)]
        for row, cells in enumerate(values)
    ]
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or []:
        _spread(rows, (top, left, bottom, right))
    visible = str(meta.visible).endswith("Visible")
    return Sheet(meta.name, tuple(map(tuple, rows)), visible)


def _spread(rows: list[list[Cell]], place: tuple[int, int, int, int]) -> None:
    """Let a cell merged over several rows of one column stand in each of them."""
    top, left, bottom, right = place
    if left != right or bottom >= len(rows):
        return
    for row in range(top + 1, bottom + 1):
        rows[row][left] = rows[top][left]


def _shown(value: object, form: str) -> Cell:
    """Return the cell that shows this value in this number format."""
    if isinstance(value, bool):
        return Cell(str(value).upper())
    if isinstance(value, int | float):
        return Cell(sheet_formats.show_number(value, form))
    if isinstance(value, date):
        return Cell(*sheet_formats.show_moment(value, form))
    if isinstance(value, time | timedelta):
        return Cell(str(value), is_doubtful=True)
    return Cell("" if value is None else str(value))


def read_csv(text: str, delimiter: str) -> list[list[str]]:
    """Return the rows of a CSV text. Raise `FileRefused` if it is not one or too large."""
    rows = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            rows.append(row)
            if len(rows) > MOST_ROWS or len(row) > MOST_COLUMNS * 2:
                raise archives.FileRefused(
                    TOO_MANY_ROWS, sheet="CSV", rows=MOST_ROWS, columns=MOST_COLUMNS
                )
    except csv.Error as broken:
        raise archives.FileRefused(archives.DAMAGED) from broken
    return rows


def address(row: int, column: int) -> str:
    """Return the name of a cell, counted from 0: (5, 2) is C6."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{row + 1}"


# --- Out ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Leaf:
    """A sheet of a workbook to be written: its name, its header, its rows."""

    title: str
    header: Sequence[str]
    rows: Iterable[Sequence[Value]]


def write_xlsx(title: str, header: Sequence[str], rows: Iterable[Sequence[Value]]) -> bytes:
    """Return a workbook of one sheet: see `write_book`."""
    return write_book([Leaf(title, header, rows)])


def write_book(leaves: Iterable[Leaf]) -> bytes:
    """Return a workbook; each sheet has a bold header that stays in sight.

    Text is written as text, whatever it begins with, and cut where a cell can hold no more. Rows
    are written as they come and are not kept in memory.
    """
    target = io.BytesIO()
    write_book_to(target, leaves)
    return target.getvalue()


def write_book_to(target: BinaryIO, leaves: Iterable[Leaf]) -> None:
    """Write a workbook into a file: see `write_book`. Rows beyond a sheet begin another one."""
    import xlsxwriter  # type: ignore[import-untyped]  # -- it has no types

    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(target, options) as book:
        forms = {
            Decimal: book.add_format({"num_format": _NUMBER_FORM}),
            int: book.add_format({"num_format": _WHOLE_FORM}),
            date: book.add_format({"num_format": _DAY_FORM}),
            datetime: book.add_format({"num_format": _MOMENT_FORM}),
            timedelta: book.add_format({"num_format": _SPAN_FORM}),
        }
        bold = book.add_format({"bold": True})
        for leaf in itertools.chain.from_iterable(map(_parted, leaves)):
            _write_leaf(book.add_worksheet(_free_title(leaf.title, book)), leaf, forms, bold)


def _parted(leaf: Leaf) -> Iterator[Leaf]:
    """Yield a leaf in parts that fit a sheet each; one is written before the next is asked for."""
    rows = iter(leaf.rows)
    yield replace(leaf, rows=itertools.islice(rows, MOST_WRITTEN - 1))
    while (first := next(rows, None)) is not None:
        rest = itertools.islice(rows, MOST_WRITTEN - 2)
        yield replace(leaf, rows=itertools.chain([first], rest))


def _free_title(title: str, book: Any) -> str:  # noqa: ANN401 -- xlsxwriter has no types
    """Return the title as a sheet may be named that has no namesake in the workbook."""
    name = _NOT_IN_TITLE.sub("-", title)[:28].strip("' ") or "Sheet"
    taken = {sheet.get_name().lower() for sheet in book.worksheets()}
    return f"{name} {len(taken) + 1}" if name.lower() in taken | {"history"} else name


def _write_leaf(sheet: Any, leaf: Leaf, forms: Any, bold: Any) -> None:  # noqa: ANN401 -- xlsxwriter has no types
    sheet.freeze_panes(1, 0)
    for column, name in enumerate(leaf.header):
        sheet.set_column(column, column, max(10, min(60, len(name) + 4)))
    _write_row(sheet, 0, leaf.header, dict.fromkeys(forms), bold)
    for place, row in enumerate(leaf.rows, start=1):
        _write_row(sheet, place, row, forms, None)


def _write_row(sheet: Any, place: int, row: Sequence[Value], forms: Any, plain: Any) -> None:  # noqa: ANN401 -- xlsxwriter has no types
    for column, value in enumerate(row):
        if value is None or value == "":
            continue
        if isinstance(value, str):
            sheet.write_string(place, column, value[:LONGEST], plain)
        elif isinstance(value, int):
            sheet.write_number(place, column, value, plain)
        elif isinstance(value, datetime):
            sheet.write_number(
                place, column, (value - _FIRST_MOMENT) / vietnam.DAY, forms[datetime]
            )
        elif isinstance(value, date):
            sheet.write_number(place, column, (value - _FIRST_DAY).days, forms[date])
        elif isinstance(value, timedelta):
            sheet.write_number(place, column, value / vietnam.DAY, forms[timedelta])
        else:
            form = forms[int] if value == value.to_integral_value() else forms[Decimal]
            sheet.write_number(place, column, float(value), form)


def write_csv(header: Sequence[str], rows: Iterable[Sequence[Value]]) -> Iterator[bytes]:
    """Yield a CSV file as Vietnamese Excel opens it: UTF-8 with its mark, semicolons, commas.

    Text that a spreadsheet program would take for a formula gets an apostrophe before it.
    """
    yield b"\xef\xbb\xbf"
    for row in itertools.chain([header], rows):
        target = io.StringIO(newline="")
        csv.writer(target, delimiter=";").writerow([_written(value) for value in row])
        yield target.getvalue().encode()


def _written(value: Value) -> str:
    if isinstance(value, str):
        return "'" + value if value.startswith(_FORMULA) else value
    if isinstance(value, Decimal):
        return f"{value:f}".replace(".", ",")
    if isinstance(value, date | timedelta):
        return _written_time(value)
    return "" if value is None else str(value)


def _written_time(value: date | timedelta) -> str:
    if isinstance(value, timedelta):
        seconds = value // timedelta(seconds=1)
        return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    if isinstance(value, datetime):
        return value.astimezone(vietnam.VIETNAM).strftime("%d/%m/%Y %H:%M:%S")
    return value.strftime("%d/%m/%Y")
