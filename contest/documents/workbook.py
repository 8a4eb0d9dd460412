"""The tables of a document as a workbook, numbers as numbers and days as days."""

from decimal import Decimal

from contest.documents.paper import Paper, Value
from core import sheets
from core.sheets import Leaf

_ABOUT = ("Văn bản", "Nội dung")


def xlsx(paper: Paper) -> bytes:
    """Return the tables of a document, a sheet each, and a sheet that says what they are."""
    leaves = [
        Leaf(
            table.name,
            [column.title for column in table.columns],
            ([_cell(value) for value in row] for row in table.rows),
        )
        for table in paper.all_tables
    ]
    return sheets.write_book([*leaves, Leaf("Nguồn", _ABOUT, _about(paper))])


def _cell(value: Value) -> Value:
    # A whole number is written with its thousands parted, as everywhere in a document.
    return Decimal(value) if isinstance(value, int) else value


def _about(paper: Paper) -> list[tuple[str, str]]:
    told = (
        ("Tên văn bản", paper.name),
        ("Trích yếu", paper.subject),
        ("Nguồn số liệu", paper.origin),
    )
    return [(name, said) for name, said in told if said]
