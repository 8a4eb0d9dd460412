"""Our spreadsheet as CSV, which Vietnamese Excel opens."""

from collections.abc import Sequence

from core import sheets
from questions.formats import sheet_rows
from questions.formats.sheet_rows import lost
from questions.formats.written import Written
from questions.rules.drafting import Draft

__all__ = ["lost", "write"]


def write(drafts: Sequence[Draft], title: str) -> Written:
    """Return the questions as a CSV file."""
    content = b"".join(sheets.write_csv(sheet_rows.header(drafts), sheet_rows.rows(drafts)))
    told = [
        message
        for number, draft in enumerate(drafts, start=1)
        for message in sheet_rows.messages(draft, number, lost(draft))
    ]
    return Written(content, tuple(told))
