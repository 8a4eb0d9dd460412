"""A file as it is staged: each question with its doubts, beside the lines it was read from."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import groupby, islice
from typing import Any

from core import documents, sheets
from core.documents import PICTURE, Paragraph, Style, Table
from core.text import clean_line
from questions.formats import encoding, reading, styled
from questions.rules import classifying, drafting, proposing
from questions.rules.classifying import Known
from questions.rules.proposing import Entry

MOST_LINES = 20_000
_LONGEST = 2000

Line = list[list[Any]]


def read_as_json(
    content: bytes, name: str, known: dict[str, list[Any]], **keys: str
) -> dict[str, Any]:
    """Return what the child process answers: each question of a file, ready to be staged.

    `known` holds our topics and legal documents, as the fields of `classifying.Known`. The
    answer has `rows`, as the columns of an import's entries, and `messages` on the whole file.
    """
    answer = reading.read_as_json(content, name, **keys)
    if answer["reading"] is None:
        return {"refused": answer["refused"], "rows": [], "messages": []}
    kind = reading.kind_of(content, name.rpartition(".")[2].lower())
    lines = list(islice(_lines(content, kind), MOST_LINES))
    remarks = answer["reading"]["messages"]
    entries = proposing.entries(drafting.from_json(answer["reading"]))
    proposing.place_lines(entries, lines)
    classifying.classify(entries, *([Known(*one) for one in listed] for listed in known.values()))
    about: dict[int | None, list[Any]] = defaultdict(list)
    for remark in remarks:
        about[remark["question"]].append(remark)
    return {
        "refused": None,
        "rows": [_row(entry, about[entry["number"]], lines) for entry in entries],
        "messages": about[None],
    }


def _row(entry: Entry, remarks: list[Any], lines: list[Line]) -> dict[str, Any]:
    plain = {"questions": [], "faulty": [], "messages": remarks}
    return {
        "number": entry["number"],
        "state": proposing.state(entry, drafting.from_json(plain).messages).value,
        "topic_id": entry.pop("topic_id"),
        "level": entry.pop("level"),
        "messages": remarks,
        "lines": proposing.around(entry, lines),
        "shingles": proposing.shingles_of(entry).hex(),
        "entry": entry,
    }


def _lines(content: bytes, kind: str) -> Iterator[Line]:
    if kind == "docx":
        yield from _of_blocks(documents.read(content).blocks)
    elif kind == "xlsx":
        for sheet in sheets.read_xlsx(content):
            yield from _of_cells([cell.text for cell in row] for row in sheet.rows)
    elif kind != "qti":
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
