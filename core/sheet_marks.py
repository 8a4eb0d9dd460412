"""What a workbook hides or computes: hidden rows and columns, and the cells with formulas."""

import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass

from core import archives, sheet_formats

_FORMULA = re.compile(rb"<(?:\w+:)?c\s[^>]*?\br=\"([A-Z]{1,3}\d{1,7})\"[^>]*>\s*<(?:\w+:)?f\b")
_ROW = re.compile(rb"<(?:\w+:)?row\s[^>]*>")
_COLUMN = re.compile(rb"<(?:\w+:)?col\s[^>]*>")
_HIDDEN = re.compile(rb"\bhidden=\"(?:1|true)\"")
_VALUE = re.compile(rb"\b(r|min|max)=\"(\d{1,7})\"")
_MOST = 200


@dataclass(frozen=True, slots=True)
class Marks:
    """Addresses of cells with formulas; numbers of hidden rows and columns, counted from 0."""

    formulas: tuple[str, ...] = ()
    rows: tuple[int, ...] = ()
    columns: tuple[int, ...] = ()


def read(archive: zipfile.ZipFile) -> Mapping[str, Marks]:
    """Return the marks of each sheet by its name."""
    names = set(archive.namelist())
    parts = sheet_formats.parts(archive).items()
    return {name: _marks(archives.part(archive, part)) for name, part in parts if part in names}


def _marks(content: bytes) -> Marks:
    formulas = [found[1].decode() for found in _FORMULA.finditer(content)][:_MOST]
    rows = [_values(tag).get("r", 0) - 1 for tag in _hidden(_ROW, content)]
    columns: list[int] = []
    for tag in _hidden(_COLUMN, content):
        span = _values(tag)
        columns += range(span.get("min", 1) - 1, min(span.get("max", 1), _MOST))
    return Marks(tuple(formulas), tuple(row for row in rows if row >= 0), tuple(columns))


def _hidden(pattern: re.Pattern[bytes], content: bytes) -> list[bytes]:
    return [found[0] for found in pattern.finditer(content) if _HIDDEN.search(found[0])]


def _values(tag: bytes) -> dict[str, int]:
    return {name.decode(): int(value) for name, value in _VALUE.findall(tag)}
