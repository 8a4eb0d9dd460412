"""The cells of an uploaded sheet as text; `read` is called in the child process with limits."""

from core import archives, sheets
from core.text import N_

NO_TEXT = N_("The file is neither an Excel workbook nor a text table in UTF-8.")
NO_SHEET = N_("The workbook has no sheet with anything in it.")


def read(content: bytes, name: str) -> dict[str, object]:
    """Return the rows of the first filled sheet as lists of texts, or the refusal of the file."""
    try:
        rows = _csv(content) if name.lower().endswith(".csv") else _workbook(content)
    except archives.FileRefused as refused:
        return {"refused": refused.message, "details": refused.details}
    return {"rows": rows}


def _workbook(content: bytes) -> list[list[str]]:
    filled = [sheet for sheet in sheets.read_xlsx(content) if sheet.rows and sheet.is_visible]
    if not filled:
        raise archives.FileRefused(NO_SHEET)
    return [[cell.text for cell in row] for row in filled[0].rows]


def _csv(content: bytes) -> list[list[str]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as broken:
        raise archives.FileRefused(NO_TEXT) from broken
    first = text.partition("\n")[0]
    return sheets.read_csv(text, max(";,\t", key=first.count))
