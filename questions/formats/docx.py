"""A Word file as Vietnamese offices write them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from core import documents
from core.paragraphs import Paragraph, Table
from core.saying import Sentence
from core.text import N_, fold
from core.word_looks import PLAIN
from questions.formats import answers, columns, grammar, styled, tables
from questions.formats.gathering import gather
from questions.formats.outlook import Item, KeyTable
from questions.formats.styled import EMPTY, Line
from questions.rules.drafting import INFO, WARNING, Reading
from questions.rules.settling import Found, Note, settle

_LABEL_CELL = re.compile(
    r"(?i)^\s*(?:(?:câu|cau|bài)\s*\d{1,4}|\d{1,4}|[A-H]|(?:đáp\s*án|lời\s*giải|giải\s*thích)"
    r"(?:\s*đúng)?)\s*[.):]?\s*$"
)
_SPEAKING_CELL = re.compile(r"(?i)^\s*(?:(?:câu|cau|bài)\s*\d{1,4}|[A-H])\s*[.):]?\s*$")
_TICKS = frozenset({"x", "X", "✓", "✔", "√", "*", "đúng", "Đúng", "Đ"})
_FEWEST_CELLS = 2


def read(content: bytes) -> Reading:
    """Return the questions of a Word file. Raise `FileRefused` if it is none."""
    items: list[Item] = []
    questions: list[Found] = []
    notes: list[Note] = []
    paragraphs: list[Paragraph] = []
    paper = documents.read(content)
    for block in paper.blocks:
        if isinstance(block, Paragraph):
            paragraphs.append(block)
            continue
        items += styled.from_paragraphs(paragraphs)
        paragraphs = []
        some, more = _questions(block)
        questions += some
        notes += more
        if not some:
            items += _items(block)
    items += styled.from_paragraphs(paragraphs)
    found, more = gather(items, paper.pictures)
    return settle([*found, *questions], [*notes, *more, *_notices(paper)])


_NOTICES = (
    (
        ("inserted", "deleted"),
        INFO,
        N_("The file has tracked changes: they were taken as accepted."),
    ),
    (("hidden",), WARNING, N_("Hidden text was left out.")),
    (("tcvn3",), INFO, N_("Text in the old fonts TCVN3 (.VnTime) was converted to Unicode.")),
    (("vni",), INFO, N_("Text in the old fonts VNI was converted to Unicode.")),
    (
        ("raised",),
        WARNING,
        N_("Raised letters are shown on the line; look at powers and the like."),
    ),
    (("macros",), INFO, N_("The file holds macros; they were not looked at.")),
    (("deep",), WARNING, N_("Some text is nested too deep and was left out.")),
)
_LONGEST_QUOTE = 200
_MOST_NAMED = 20


def _notices(paper: documents.Document) -> Iterator[Note]:
    """Yield, once each, what is not to be seen in the questions."""
    for names, level, text in _NOTICES:
        if any(paper.counts[name] for name in names):
            yield level, names[0], Sentence(text)
    quoted = (
        ("footnotes", paper.notes, N_("A footnote was left out: “%(text)s”.")),
        ("comments", paper.comments, N_("A comment was left out: “%(text)s”.")),
    )
    for code, texts, text in quoted:
        for one in texts[:_MOST_NAMED]:
            yield WARNING, code, Sentence(text, {"text": one[:_LONGEST_QUOTE]})
        if len(texts) > _MOST_NAMED:
            more = N_("%(count)s further notes were left out.")
            yield WARNING, code, Sentence(more, {"count": len(texts) - _MOST_NAMED})


def items_of(paper: documents.Document) -> list[Item]:
    """Return the lines of a Word file in their order, tables of keys as what they say."""
    items: list[Item] = []
    for block in paper.blocks:
        items += styled.from_paragraphs([block]) if isinstance(block, Paragraph) else _items(block)
    return items


def _texts(table: Table) -> list[list[str]]:
    return [[cell.text for cell in row] for row in table.rows]


def _questions(table: Table) -> tuple[list[Found], list[Note]]:
    """Return the questions of a table that holds one in each row."""
    rows = _texts(table)
    if answers.of_table(rows) or _verdict_columns(rows):
        return [], []
    found = columns.detect(rows)
    if found is None:
        return [], []
    base = styled.base_colour(line for row in table.rows for line in _lines(row))

    def marks(row: int, column: int) -> frozenset[str]:
        lines = list(_lines([table.rows[row][column]]))
        text = lines[0] if lines else styled.EMPTY
        return styled.looks(styled.EMPTY, text, base)

    return tables.read(tables.Grid(rows, _place, marks), found)


def _place(row: int) -> Sentence:
    return Sentence(N_("Row %(row)s of the table"), {"row": row + 1})


def _lines(cells: Sequence[documents.Cell]) -> Iterator[Line]:
    for cell in cells:
        for block in cell.blocks:
            if isinstance(block, Paragraph):
                yield from styled.from_paragraphs([block], cell.shaded)
            else:
                for row in block.rows:
                    yield from _lines(row)


def _items(table: Table) -> Iterator[Item]:
    """Yield a table as keys, as the lines of its cells, or as rows of a table in a question."""
    pairs = answers.of_table(_texts(table))
    if pairs:
        yield KeyTable(tuple(pairs))
        return
    columns_ = _verdict_columns(_texts(table))
    if columns_:
        yield from _judged(table, *columns_)
        return
    lines = [line for row in table.rows for line in _lines(row)]
    speaks = any(map(_speaks, lines))
    for row in table.rows:
        yield from _row(row) if speaks else _joined(list(_lines(row)), " | ")


def _verdict_columns(rows: Sequence[Sequence[str]]) -> tuple[int, int] | None:
    """Return the columns headed Đúng and Sai of a table that has a statement in each row."""
    head = [fold(cell).strip(" .:") for cell in rows[0]] if rows else []
    found = [next((n for n, cell in enumerate(head) if cell in names), None)
             for names in (("dung", "đ", "d"), ("sai", "s"))]  # fmt: skip
    yes, no = found
    return (yes, no) if yes and no and len(rows) > 1 else None


def _judged(table: Table, yes: int, no: int) -> Iterator[Line]:
    """Yield the statements of such a table, each with its verdict behind it."""
    for place, row in enumerate(table.rows[1:]):
        stated = list(_lines(row[: min(yes, no)]))
        if not stated:
            continue
        line = _joined(stated, " ")
        ticked = [len(row) > column and row[column].text.strip() != "" for column in (yes, no)]
        verdict = (" (Đ)" if ticked[0] else " (S)") if ticked[0] != ticked[1] else ""
        for one in line:
            letter = "" if grammar.first_label(one.text) else f"{chr(ord('a') + place % 8)}) "
            text = letter + one.text + verdict
            styles = (PLAIN,) * len(letter) + one.styles + (PLAIN,) * len(verdict)
            yield replace(one, text=text, styles=styles)


def _speaks(line: Line) -> bool:
    """Say whether a line of a table begins a question or an option."""
    heading = grammar.heading(line.text)
    is_heading = heading is not None and heading.has_word
    is_option = grammar.first_label(line.text) is not None
    return is_heading or is_option or _SPEAKING_CELL.match(line.text) is not None


def _is_label(line: Line) -> bool:
    return _LABEL_CELL.match(line.text) is not None


def _row(row: Sequence[documents.Cell]) -> Iterator[Line]:
    """Yield the lines of a row; a cell with nothing but a letter or number goes with the next."""
    cells = [lines for cell in row if (lines := list(_lines([cell])))]
    place = 0
    while place < len(cells):
        lines = cells[place]
        place += 1
        if len(lines) == 1 and _is_label(lines[0]) and place < len(cells):
            is_ticked = place + 1 < len(cells) and cells[place + 1][0].words in _TICKS
            yield from _labelled(lines[0], cells[place], is_ticked=is_ticked)
            place += 2 if is_ticked else 1
        elif place < len(cells) and cells[place][0].words in _TICKS and _is_option(lines):
            yield from _joined([replace(EMPTY, text="*", styles=(PLAIN,)), lines[0]], "")
            place += 1
        else:
            yield from lines


def _is_option(lines: Sequence[Line]) -> bool:
    return len(lines) == 1 and grammar.first_label(lines[0].text) is not None


def _labelled(label: Line, lines: list[Line], *, is_ticked: bool) -> Iterator[Line]:
    sign = "" if label.text.rstrip()[-1:] in ".):" else ":" if len(label.words) > 4 else "."
    styles = label.styles or (PLAIN,)
    text = ("*" if is_ticked else "") + label.text.strip() + sign + " "
    head = replace(label, text=text, styles=(styles[0],) * len(text))
    yield from _joined([head, lines[0]], "")
    yield from lines[1:]


def _joined(lines: list[Line], sign: str) -> Iterator[Line]:
    if not lines:
        return
    text, styles = lines[0].text, lines[0].styles
    for line in lines[1:]:
        text += sign + line.text
        styles += (PLAIN,) * len(sign) + line.styles
    yield replace(lines[0], text=text, styles=styles)
