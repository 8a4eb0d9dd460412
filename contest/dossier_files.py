"""The whole file of a contest written down: a workbook, or tables of CSV or JSON in an archive.

All three hold the same rows, say what they are, and carry the data dictionary. Rows go into the
file as they come; none of it is ever in memory as a whole.
"""

import io
import json
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import BinaryIO

from contest.dossier_scope import Value
from contest.rules import dictionary
from contest.rules.dictionary import Table
from core import sheets
from core.db import json_safe
from core.sheets import Leaf

ABOUT, DICTIONARY, TABLES = "gioi_thieu", "tu_dien", "bang"
ABOUT_HEADER = ("Mục", "Nội dung")
YES, NO = "có", "không"
# Beyond this archives pack hardly better, and take twice as long.
LEVEL = 3
Rows = Mapping[str, Iterator[list[Value]]]
About = Sequence[tuple[str, sheets.Value]]


class FileForm(StrEnum):
    """As what kind of file it is written."""

    XLSX = "xlsx"
    CSV = "csv"
    JSON = "json"

    @property
    def ending(self) -> str:
        """How the name of the file ends: tables of CSV and JSON come packed."""
        return self.value if self is FileForm.XLSX else f"{self.value}.zip"


def write(
    target: BinaryIO, form: FileForm, tables: Sequence[Table], rows: Rows, about: About
) -> None:
    """Write the tables into a file of this form."""
    if form is FileForm.XLSX:
        sheets.write_book_to(target, _leaves(tables, rows, about))
        return
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=LEVEL) as archive:
        if form is FileForm.CSV:
            _write_tables(archive, tables, rows, about)
        else:
            with archive.open("ho-so.json", "w", force_zip64=True) as entry:
                _write_json(io.TextIOWrapper(entry, encoding="utf-8"), tables, rows, about)


def _leaves(tables: Sequence[Table], rows: Rows, about: About) -> Iterator[Leaf]:
    yield Leaf(ABOUT, ABOUT_HEADER, about)
    yield Leaf(DICTIONARY, dictionary.HEADER, dictionary.lines(tables))
    for table in tables:
        yield Leaf(table.name, table.header, map(_shown, rows[table.name]))


def _shown(row: Iterable[Value]) -> list[sheets.Value]:
    return [(YES if value else NO) if isinstance(value, bool) else value for value in row]


def _write_tables(
    archive: zipfile.ZipFile, tables: Sequence[Table], rows: Rows, about: About
) -> None:
    for leaf in _leaves(tables, rows, about):
        with archive.open(f"{leaf.title}.csv", "w", force_zip64=True) as entry:
            for part in sheets.write_csv(leaf.header, leaf.rows):
                entry.write(part)
    schema = json.dumps(dictionary.schema(tables), ensure_ascii=False, indent=1)
    archive.writestr("tu_dien.schema.json", schema)


def _write_json(
    target: io.TextIOWrapper, tables: Sequence[Table], rows: Rows, about: About
) -> None:
    told = json.dumps(json_safe(dict(about)), ensure_ascii=False)
    schema = json.dumps(dictionary.schema(tables), ensure_ascii=False)
    target.write(f'{{"{ABOUT}": {told},\n"{DICTIONARY}": {schema},\n"{TABLES}": {{')
    for number, table in enumerate(tables):
        target.write(f'{"," if number else ""}\n"{table.name}": [')
        for place, row in enumerate(rows[table.name]):
            named = dict(zip(table.header, map(_plain, row), strict=True))
            target.write(("," if place else "") + "\n" + json.dumps(named, ensure_ascii=False))
        target.write("]")
    target.write("}}\n")
    target.flush()
    target.detach()


def _plain(value: Value) -> str | int | bool | None:
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value.isoformat() if isinstance(value, date) else value
