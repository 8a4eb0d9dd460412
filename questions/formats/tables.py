"""From the rows of a table to questions, each with the place where it stands."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from core.saying import Sentence
from core.text import N_, clean, clean_line, fold
from questions.formats import columns, grammar, sheet_keys, sheet_settings, sheet_types, styled
from questions.formats.columns import Columns
from questions.formats.gathering import gather
from questions.rules import drafting
from questions.rules.drafting import INFO, WARNING
from questions.rules.settling import Found, Note
from questions.types import options

_ERRORS = frozenset({"#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!"})
_FEW = 2
_GAP = re.compile(r"\[\[\d{1,2}\]\]")

Place = Callable[[int], Sentence]
Marks = Callable[[int, int], frozenset[str]]


@dataclass(frozen=True, slots=True)
class Grid:
    """A table as text; `place` names a row, `marks` tells the look of a cell."""

    rows: list[list[str]]
    place: Place
    marks: Marks | None = None
    notes: dict[int, list[Note]] = field(default_factory=dict)


def read(grid: Grid, found: Columns) -> tuple[list[Found], list[Note]]:
    """Return the questions of a table, and what is to be said of the table as a whole."""
    questions: list[Found] = []
    topic = ""
    header = grid.rows[found.first - 1] if found.first else None
    rows = grid.rows[found.first :]
    way = sheet_keys.way([(_cell(cells, found.key), _texts(cells, found)) for cells in rows])
    for row in range(found.first, len(grid.rows)):
        cells = grid.rows[row]
        filled = [cell for cell in cells if cell.strip()]
        if not filled or cells == header:
            continue
        if len(filled) == 1 and _is_title(filled[0]):
            topic = clean_line(filled[0])
            continue
        questions.append(_question(grid, found, row, way))
        questions[-1].topic = questions[-1].topic or topic
    return questions, list(_unknown(grid, found))


def _is_title(text: str) -> bool:
    return grammar.part(text) or grammar.is_loud(text)


def _unknown(grid: Grid, found: Columns) -> Iterator[Note]:
    """Name the columns that hold something and were not read."""
    for column, name in found.unknown.items():
        if any(len(row) > column and row[column].strip() for row in grid.rows[found.first :]):
            text = Sentence(N_("The column “%(name)s” was not read."), {"name": clean_line(name)})
            yield INFO, "unknown-column", text


def _cell(cells: Sequence[str], column: int | None) -> str:
    return clean(cells[column]) if column is not None and column < len(cells) else ""


def _texts(cells: Sequence[str], found: Columns) -> list[str]:
    """Return the options of a row as they stand."""
    texts = [text for column in found.options.values() if (text := _cell(cells, column))]
    return texts or sheet_keys.listed(_cell(cells, found.others.get("listed")))


def _question(grid: Grid, found: Columns, row: int, way: sheet_keys.Way) -> Found:
    cells = grid.rows[row]
    one = Found(grid.place(row), needs_key=found.key is not None)
    one.stem = stem_of(_cell(cells, found.stem))
    for letter, column in found.options.items():
        text = _cell(cells, column)
        if text:
            one.letters.append(letter)
            one.options.append(option_of(text, letter))
            one.marks.append(grid.marks(row, column) if grid.marks else frozenset())
    if not one.options:
        _list(one, _texts(cells, found))
    key = sheet_keys.told(_cell(cells, found.key), one.options, way)
    wrong = [text for column in found.wrong if (text := _cell(cells, column))]
    if wrong and not one.options and key:
        _list(one, [key, *wrong])
        key = options.letter(0)
    kind = _kind(one, _cell(cells, found.others.get("kind")), key)
    if kind:
        sheet_types.fill(one, kind, one.options, key)
    else:
        _take_key(one, key)
    sheet_settings.apply(one, _cell(cells, found.others.get("settings")))
    for name in ("topic", "difficulty", "explanation", "legal_basis"):
        setattr(one, name, _cell(cells, found.others.get(name)) or getattr(one, name))
    one.notes += [*grid.notes.get(row, []), *_doubts(one, key if way == "any" else "", cells)]
    return one


def _list(one: Found, texts: Sequence[str]) -> None:
    """Take options that stand in one cell, or in cells that do not name their letters."""
    one.options = list(texts)
    one.letters = [options.letter(place) for place in range(len(texts))]
    one.marks = [frozenset()] * len(texts)


def _kind(one: Found, named: str, key: str) -> str:
    """Return the type that a row names, if it is none of those with options and a key."""
    kind = sheet_types.kind_of(named)
    if kind in drafting.CHOSEN:
        one.type = kind if kind == drafting.MULTIPLE else ""
        return ""
    if kind == "cloze" and not _GAP.search(one.stem) and not _GAP.search(key):
        kind = "short_answer"
    is_letter = len(one.options) >= _FEW and key.strip().upper() in one.letters
    return "" if kind in ("short_answer", "numeric") and is_letter else kind


def _take_key(one: Found, key: str) -> None:
    if not one.options:
        _unfold(one)
    if key == sheet_types.NO_KEY:
        key, one.needs_key = "", False
    bare = key.removeprefix(sheet_types.KEY)
    letters = bare.replace(" ", "").split(",")
    if bare != key and all(letter in one.letters for letter in letters):
        one.key = tuple(sorted(one.letters.index(letter) for letter in letters))
        return
    said = columns.key_of(key, one.options, one.letters)
    one.said += [said] if said else []


def stem_of(text: str) -> str:
    """Return the text of a question without “Câu 1:” before it."""
    heading = grammar.heading(text)
    return text[heading.start :] if heading and heading.has_word else text


def option_of(text: str, letter: str) -> str:
    """Return the text of an option without its own letter before it."""
    label = grammar.first_label(text)
    return text[label.end :].strip() if label and label.letter == letter else text


def _unfold(one: Found) -> None:
    """Take options that stand in the cell of the question, below its text."""
    inner, _ = gather(list(styled.from_text("Câu 1: " + one.stem)))
    if len(inner) == 1 and len(inner[0].options) >= _FEW:
        one.stem, one.options, one.letters = inner[0].stem, inner[0].options, inner[0].letters
        one.marks, one.said = inner[0].marks, inner[0].said
        one.explanation = inner[0].explanation


def _doubts(one: Found, key: str, cells: Sequence[str]) -> Iterator[Note]:
    is_number = key.isdecimal() and any(fold(option) == key for option in one.options)
    chosen = one.options[int(key) - 1] if is_number and 1 <= int(key) <= len(one.options) else key
    if chosen != key:
        text = N_("the key “%(key)s” was read as the option's number, not as its text.")
        yield WARNING, "ambiguous-key", Sentence(text, {"key": key})
    wrong = [cell for cell in cells if cell.strip() in _ERRORS]
    if wrong:
        text = N_("a cell shows the error %(error)s of the spreadsheet program.")
        yield WARNING, "cell-error", Sentence(text, {"error": wrong[0]})


def as_lines(grid: Grid) -> str:
    """Return a table that is none, a paper pasted into cells, as its lines."""
    return "\n".join("\t".join(cell for cell in row if cell.strip()) for row in grid.rows)
