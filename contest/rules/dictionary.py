"""The data dictionary of the whole file of a contest: its tables and columns, from one data file.

Every export carries it: auditors read in it what each column means, in which unit, from where.
Its words are Vietnamese whatever the reader's language, as in every official document.
"""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

TABLE = Path(__file__).parent / "dictionary.toml"
HEADER = ("Bảng", "Cột", "Tên", "Kiểu", "Đơn vị", "Ý nghĩa", "Nguồn", "Ai được xem")


class Kind(StrEnum):
    """What stands in a column."""

    TEXT = "text"
    WHOLE = "whole"
    DECIMAL = "decimal"
    MOMENT = "moment"
    DAY = "day"
    YES_NO = "yesno"
    # JSON as text, so that it is the same in every form of file.
    JSON = "json"


class Audience(StrEnum):
    """Who gets what stands in a column; others get it empty."""

    ALL = ""
    PERSONAL = "personal"
    BANK = "bank"


class Part(StrEnum):
    """A part of the file that may be asked for; the first is always there."""

    FRAME = "chung"
    RESULTS = "ket-qua"
    ANSWERS = "bai-lam"
    PRIZES = "giai-thuong"
    QUOTAS = "chi-tieu"
    CHANGES = "thay-doi"
    TRAIL = "nhat-ky"


_KINDS = {
    Kind.TEXT: "chữ",
    Kind.WHOLE: "số nguyên",
    Kind.DECIMAL: "số thập phân",
    Kind.MOMENT: "ngày giờ",
    Kind.DAY: "ngày",
    Kind.YES_NO: "có/không",
    Kind.JSON: "JSON",
}
_AUDIENCES = {
    Audience.ALL: "mọi người được kết xuất",
    Audience.PERSONAL: "người có quyền xem dữ liệu cá nhân",
    Audience.BANK: "người đọc được ngân hàng câu hỏi, khi vòng đã kết thúc",
}
_SCHEMAS: dict[Kind, dict[str, Any]] = {
    Kind.TEXT: {"type": ["string", "null"]},
    Kind.WHOLE: {"type": ["integer", "null"]},
    # As text, so that no program rounds it.
    Kind.DECIMAL: {"type": ["string", "null"], "pattern": r"^-?[0-9]+(\.[0-9]+)?$"},
    Kind.MOMENT: {"type": ["string", "null"], "format": "date-time"},
    Kind.DAY: {"type": ["string", "null"], "format": "date"},
    Kind.YES_NO: {"type": ["boolean", "null"]},
    Kind.JSON: {"type": ["string", "null"], "contentMediaType": "application/json"},
}


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name, how it is called, what stands in it, where that comes from."""

    name: str
    title: str
    kind: Kind
    unit: str
    meaning: str
    source: str
    audience: Audience


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the file."""

    name: str
    title: str
    part: Part
    meaning: str
    columns: tuple[Column, ...]

    @property
    def header(self) -> tuple[str, ...]:
        """The names of its columns."""
        return tuple(column.name for column in self.columns)


@cache
def tables() -> tuple[Table, ...]:
    """Return every table in order."""
    kept = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    return tuple(
        Table(
            one["name"],
            one["title"],
            Part(one["part"]),
            one["meaning"],
            tuple(_column(*told) for told in one["columns"]),
        )
        for one in kept["table"]
    )


def _column(*told: str) -> Column:
    name, title, kind, unit, meaning, source, audience = told
    return Column(name, title, Kind(kind), unit, meaning, source, Audience(audience))


def tables_of(parts: Sequence[Part]) -> list[Table]:
    """Return the tables of these parts and of the frame."""
    return [one for one in tables() if one.part is Part.FRAME or one.part in parts]


def lines(chosen: Sequence[Table]) -> list[list[str]]:
    """Return the dictionary of these tables as rows below `HEADER`."""
    found: list[list[str]] = []
    for table in chosen:
        found.append([table.name, "", table.title, "", "", table.meaning, "", ""])
        found += [
            [
                table.name,
                column.name,
                column.title,
                _KINDS[column.kind],
                column.unit,
                column.meaning,
                column.source,
                _AUDIENCES[column.audience],
            ]
            for column in table.columns
        ]
    return found


def schema(chosen: Sequence[Table]) -> dict[str, Any]:
    """Return the dictionary as a JSON schema of the file in JSON."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "required": ["gioi_thieu", "tu_dien", "bang"],
        "properties": {
            "gioi_thieu": {"type": "object"},
            "tu_dien": {"type": "object"},
            "bang": {
                "type": "object",
                "required": [table.name for table in chosen],
                "additionalProperties": False,
                "properties": {table.name: _table_schema(table) for table in chosen},
            },
        },
    }


def _table_schema(table: Table) -> dict[str, Any]:
    return {
        "type": "array",
        "title": table.title,
        "description": table.meaning,
        "items": {
            "type": "object",
            "required": list(table.header),
            "additionalProperties": False,
            "properties": {column.name: _property(column) for column in table.columns},
        },
    }


def _property(column: Column) -> dict[str, Any]:
    said = {"title": column.title, "description": column.meaning, "source": column.source}
    if column.unit:
        said["unit"] = column.unit
    if column.audience is not Audience.ALL:
        said["audience"] = _AUDIENCES[column.audience]
    return _SCHEMAS[column.kind] | said
