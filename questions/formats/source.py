"""The file's own lines with what stands out in them, to be seen beside what was understood."""

from collections.abc import Iterable, Iterator
from itertools import groupby, islice
from typing import Any

from core import documents, sheets
from core.documents import PICTURE, Paragraph, Style, Table
from core.text import clean_line
from questions.formats import encoding, reading, styled

MOST_LINES = 20_000
_LONGEST = 2000

Line = list[list[Any]]


def read_as_json(content: bytes, name: str, **keys: str) -> dict[str, Any]:
    """Return what the child process answers: the reading of a file, and the file's lines.

    A line is a list of parts, each with whether it stands out.
    """
    answer = reading.read_as_json(content, name, **keys)
    answer["lines"] = []
    if answer["reading"] is not None:
        kind = reading.kind_of(content, name.rpartition(".")[2].lower())
        answer["lines"] = list(islice(_lines(content, kind), MOST_LINES))
    return answer


def _lines(content: bytes, kind: str) -> Iterator[Line]:
    if kind == "docx":
        yield from _of_blocks(documents.read(content).blocks)
    elif kind == "xlsx":
        for sheet in sheets.read_xlsx(content):
            yield from _of_cells([cell.text for cell in row] for row in sheet.rows)
    else:
        text, _ = encoding.decode(content)
        yield from (_plain(line) for line in text.splitlines() if line.strip())


def _of_blocks(blocks: Iterable[documents.Block]) -> Iterator[Line]:
    for block in blocks:
        if isinstance(block, Table):
            yield from _of_cells([cell.text for cell in row] for row in block.rows)
        else:
            yield from _of_paragraph(block)


def _of_paragraph(paragraph: Paragraph) -> Iterator[Line]:
    for line in styled.from_paragraphs([paragraph]):
        shown = line.text[:_LONGEST].replace(PICTURE, "▣")
        letters = zip(shown, line.styles, strict=False)
        parts = groupby(letters, key=lambda letter: _stands_out(letter[1]))
        yield [["".join(character for character, _ in part), bold] for bold, part in parts]


def _stands_out(style: Style) -> bool:
    return style.bold or style.underline or style.highlight or style.colour is not None


def _of_cells(rows: Iterable[list[str]]) -> Iterator[Line]:
    for row in rows:
        filled = [clean_line(cell) for cell in row if cell.strip()]
        if filled:
            yield _plain(" | ".join(filled))


def _plain(text: str) -> Line:
    return [[clean_line(text)[:_LONGEST], False]]
