"""A table as text, its cells parted by commas, semicolons, tabs or bars."""

import re

from core import sheets
from core.saying import Sentence
from core.text import N_
from questions.formats import columns, encoding, styled, tables
from questions.formats.gathering import gather
from questions.rules.drafting import Reading
from questions.rules.settling import Note, settle

# The apostrophe that keeps a spreadsheet program from taking text for a formula.
_GUARDED = re.compile(r"^'(?=[=+\-@\t\r\n＝＋－＠])")
_DELIMITERS = (",", ";", "\t", "|")


def read(content: bytes) -> Reading:
    """Return the questions of a CSV file. Raise `FileRefused` if it is no text."""
    text, notes = encoding.decode(content)
    return read_text(text, notes)


def read_text(text: str, notes: list[Note], *, delimiter: str | None = None) -> Reading:
    """Return the questions of a table written as text; of a paper, if it is no table."""
    lines = text.splitlines()
    if lines and lines[0].lower().startswith("sep="):
        text, delimiter = "\n".join(lines[1:]), lines[0][4:5] or delimiter
    best: tuple[int, tables.Grid, columns.Columns] | None = None
    for sign in [delimiter] if delimiter else _DELIMITERS:
        rows = [[_GUARDED.sub("", cell) for cell in row] for row in sheets.read_csv(text, sign)]
        grid = tables.Grid(rows, _place)
        found = columns.detect(grid.rows)
        if found is not None and (best is None or len(found.options) > best[0]):
            best = (len(found.options), grid, found)
    if best is None:
        questions, more = gather(list(styled.from_text(text)))
    else:
        questions, more = tables.read(best[1], best[2])
    return settle(questions, [*notes, *more])


def _place(row: int) -> Sentence:
    return Sentence(N_("Row %(row)s"), {"row": row + 1})
