"""The starter bank: its items, topics and legal documents as they stand in the data files."""

import csv
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).parent.parent / "data"
LETTERS: Final = ("A", "B", "C", "D")
TYPES: Final = ("single", "multiple", "true_false")
DIFFICULTIES: Final = ("NB", "TH", "VD")

ITEM_COLUMNS: Final = (
    "code", "topic", "difficulty", "type", "stem", "option_a", "option_b", "option_c", "option_d",
    "key", "explanation", "document", "clause", "quote", "rivals", "official", "practice",
)  # fmt: skip
TOPIC_COLUMNS: Final = ("code", "name", "parent", "order", "era", "successor", "note")
DOCUMENT_COLUMNS: Final = (
    "code", "number", "title", "issuer", "issued_on",
    "effective_from", "effective_to", "successor", "source", "note",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class StarterItem:
    """One question of the starter bank, with the place it was written from."""

    code: str
    topic: str
    difficulty: str
    type: str
    stem: str
    options: tuple[str, ...]
    key: tuple[str, ...]
    explanation: str
    document: str
    clause: str
    quote: str
    rivals: str
    official: bool
    practice: bool

    @property
    def right_options(self) -> tuple[str, ...]:
        """The texts of the options that are the key."""
        return tuple(self.options[LETTERS.index(letter)] for letter in self.key)


@dataclass(frozen=True, slots=True)
class StarterTopic:
    """One topic: its place in the tree, its era and its successor in the next one."""

    code: str
    name: str
    parent: str
    order: int
    era: str
    successor: str
    note: str


@dataclass(frozen=True, slots=True)
class StarterDocument:
    """One legal document that items cite; a date is absent where no source gives it."""

    code: str
    number: str
    title: str
    issuer: str
    issued_on: date | None
    effective_from: date | None
    effective_to: date | None
    successor: str
    source: str
    note: str


def items(folder: Path = FOLDER) -> tuple[StarterItem, ...]:
    """Return the items in file order.

    Raise `ValueError`, naming file and line, where a row cannot be read.
    """
    path = folder / "starter-bank.csv"
    return tuple(_item(row, where) for row, where in _rows(path, ITEM_COLUMNS))


def topics(folder: Path = FOLDER) -> tuple[StarterTopic, ...]:
    """Return the topics in file order, parents before their children."""
    path = folder / "topics.csv"
    return tuple(_topic(row, where) for row, where in _rows(path, TOPIC_COLUMNS))


def documents(folder: Path = FOLDER) -> tuple[StarterDocument, ...]:
    """Return the legal documents in file order."""
    path = folder / "legal-documents.csv"
    return tuple(_document(row, where) for row, where in _rows(path, DOCUMENT_COLUMNS))


def law(folder: Path = FOLDER) -> tuple[StarterDocument, ...]:
    """Return the documents about administrative reform that an installation may load."""
    path = folder / "cchc-law.csv"
    return tuple(_document(row, where) for row, where in _rows(path, DOCUMENT_COLUMNS))


def plan(folder: Path = FOLDER) -> str:
    """Return the text of the plan of 2017, from which the official items are written."""
    return unicodedata.normalize("NFC", (folder / "plan-2017.txt").read_text(encoding="utf-8"))


def _rows(path: Path, columns: tuple[str, ...]) -> Iterator[tuple[dict[str, str], str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file, strict=True)
        if tuple(next(reader, ())) != columns:
            raise ValueError(f"{path.name}: the columns are not {', '.join(columns)}")
        for values in reader:
            where = f"{path.name}, line {reader.line_num}"
            if len(values) != len(columns):
                raise ValueError(f"{where}: {len(values)} values for {len(columns)} columns")
            cells = (unicodedata.normalize("NFC", value).strip() for value in values)
            yield dict(zip(columns, cells, strict=True)), where


def _item(row: dict[str, str], where: str) -> StarterItem:
    options = tuple(row[f"option_{letter.lower()}"] for letter in LETTERS)
    while options and not options[-1]:
        options = options[:-1]
    if not all(options):
        raise ValueError(f"{where}: an option is empty before the last one")
    return StarterItem(
        code=row["code"],
        topic=row["topic"],
        difficulty=_one_of(row["difficulty"], DIFFICULTIES, where),
        type=_one_of(row["type"], TYPES, where),
        stem=row["stem"],
        options=options,
        key=_key(row["key"], len(options), where),
        explanation=row["explanation"],
        document=row["document"],
        clause=row["clause"],
        quote=row["quote"],
        rivals=row["rivals"],
        official=_yes(row["official"], where),
        practice=_yes(row["practice"], where),
    )


def _topic(row: dict[str, str], where: str) -> StarterTopic:
    if not row["order"].isdecimal():
        raise ValueError(f"{where}: the order {row['order']!r} is not a number")
    return StarterTopic(
        code=row["code"],
        name=row["name"],
        parent=row["parent"],
        order=int(row["order"]),
        era=row["era"],
        successor=row["successor"],
        note=row["note"],
    )


def _document(row: dict[str, str], where: str) -> StarterDocument:
    return StarterDocument(
        code=row["code"],
        number=row["number"],
        title=row["title"],
        issuer=row["issuer"],
        issued_on=_date(row["issued_on"], where),
        effective_from=_date(row["effective_from"], where),
        effective_to=_date(row["effective_to"], where),
        successor=row["successor"],
        source=row["source"],
        note=row["note"],
    )


def _key(value: str, count: int, where: str) -> tuple[str, ...]:
    key = tuple(value.split(","))
    if list(key) != sorted(set(key)) or not set(key) <= set(LETTERS[:count]):
        raise ValueError(f"{where}: the key {value!r} does not name options in order")
    return key


def _one_of(value: str, allowed: tuple[str, ...], where: str) -> str:
    if value not in allowed:
        raise ValueError(f"{where}: {value!r} is none of {', '.join(allowed)}")
    return value


def _yes(value: str, where: str) -> bool:
    return _one_of(value, ("yes", "no"), where) == "yes"


def _date(value: str, where: str) -> date | None:
    try:
        return date.fromisoformat(value) if value else None
    except ValueError as error:
        raise ValueError(f"{where}: {value!r} is not a date") from error
