"""Our spreadsheet, and those of others: columns in any order, with or without a header."""

from collections.abc import Callable, Iterable, Iterator

from core import sheets
from core.saying import Sentence
from core.text import N_
from questions.formats import columns, styled, tables
from questions.formats.gathering import gather
from questions.rules.drafting import INFO, WARNING, Reading
from questions.rules.settling import Found, Note, settle

_MOST_NAMED = 12


def read(content: bytes) -> Reading:
    """Return the questions of all sheets of a workbook. Raise `FileRefused` if it is none."""
    book = [sheet for sheet in sheets.read_xlsx(content) if _is_filled(sheet)]
    questions: list[Found] = []
    notes: list[Note] = []
    unread: list[str] = []
    for sheet in book:
        grid = _grid(sheet, is_only=len(book) == 1)
        found = columns.detect(grid.rows)
        if found is not None:
            some, more = tables.read(grid, found)
        else:
            some, more = gather(list(styled.from_text(tables.as_lines(grid))))
        questions += some
        notes += [*more, *_seen(sheet)] if some else []
        unread += [] if some else [sheet.name]
    if questions:
        notes += [_unread(name) for name in unread]
    return settle(questions, notes)


def _seen(sheet: sheets.Sheet) -> Iterator[Note]:
    """Say that a sheet hides or computes some of what was read from it."""
    marks, name = sheet.marks, {"sheet": sheet.name}
    if not sheet.is_visible:
        text = N_("The sheet “%(sheet)s” is hidden; its questions were read too.")
        yield INFO, "hidden", Sentence(text, name)
    filled = [row for row in marks.rows if any(cell.text for cell in _row(sheet, row))]
    if filled:
        text = N_("Hidden rows of the sheet “%(sheet)s” were read too: %(rows)s.")
        yield WARNING, "hidden", Sentence(text, name | {"rows": _some(row + 1 for row in filled)})
    width = max((len(row) for row in sheet.rows), default=0)
    letters = [sheets.address(0, place)[:-1] for place in marks.columns if place < width]
    if letters:
        text = N_("Hidden columns of the sheet “%(sheet)s” were read too: %(columns)s.")
        yield WARNING, "hidden", Sentence(text, name | {"columns": _some(letters)})
    if marks.formulas:
        text = N_("the cells %(cells)s hold formulas; what they show was read.")
        yield INFO, "formulas", Sentence(text, {"cells": _some(marks.formulas)})


def _row(sheet: sheets.Sheet, row: int) -> tuple[sheets.Cell, ...]:
    return sheet.rows[row] if row < len(sheet.rows) else ()


def _some(names: Iterable[object]) -> str:
    listed = [str(name) for name in names]
    return ", ".join(listed[:_MOST_NAMED]) + (" …" if len(listed) > _MOST_NAMED else "")


def _is_filled(sheet: sheets.Sheet) -> bool:
    return any(cell.text.strip() for row in sheet.rows for cell in row)


def _unread(name: str) -> Note:
    text = Sentence(N_("The sheet “%(sheet)s” holds no questions."), {"sheet": name})
    return INFO, "unread-sheet", text


def _grid(sheet: sheets.Sheet, *, is_only: bool) -> tables.Grid:
    rows = [[cell.text for cell in row] for row in sheet.rows]
    notes = {}
    for place, row in enumerate(sheet.rows):
        doubtful = [column for column, cell in enumerate(row) if cell.is_doubtful]
        if doubtful:
            cells = ", ".join(sheets.address(place, column) for column in doubtful)
            texts = ", ".join(row[column].text for column in doubtful)
            text = N_("the cells %(cells)s hold dates; they were read as %(texts)s.")
            notes[place] = [(WARNING, "dates", Sentence(text, {"cells": cells, "texts": texts}))]
    return tables.Grid(rows, _place(None if is_only else sheet.name), notes=notes)


def _place(sheet: str | None) -> Callable[[int], Sentence]:
    def place(row: int) -> Sentence:
        if sheet is None:
            return Sentence(N_("Row %(row)s"), {"row": row + 1})
        return Sentence(N_("Sheet “%(sheet)s”, row %(row)s"), {"sheet": sheet, "row": row + 1})

    return place
