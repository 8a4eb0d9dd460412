"""What Word files need and python-docx has no words for: rules, fields, margins of cells."""

from collections.abc import Sequence
from functools import cache
from typing import Any, Final

from core import typesetting

_POINT: Final = 25.4 / 72


def measured(text: str, size: float, *, is_bold: bool = False) -> float:
    """Return how wide a line of Times New Roman is, in millimetres."""
    return float(_face(is_bold).getlength(text)) / 100 * size * _POINT


@cache
def _face(is_bold: bool) -> Any:  # noqa: ANN401 -- Pillow's font
    from PIL import ImageFont

    # Tinos is as wide as Times New Roman, letter for letter.
    name = "tinos-bold.ttf" if is_bold else "tinos-regular.ttf"
    return ImageFont.truetype(str(typesetting.FONTS / name), 100)


def free_line(place: Any) -> Any:  # noqa: ANN401 -- python-docx has no types
    """Return a new line; the empty one that a new cell has is taken first."""
    lines: list[Any] = place.paragraphs if hasattr(place, "_tc") else []
    if len(lines) == 1 and not lines[0].runs and lines[0].paragraph_format.space_before is None:
        return lines[0]
    return place.add_paragraph()


def element(name: str, **attributes: str) -> Any:  # noqa: ANN401 -- lxml through python-docx
    """Return a new element of a Word file."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    found = OxmlElement(f"w:{name}")
    for key, value in attributes.items():
        found.set(qn(f"w:{key}"), value)
    return found


def language(properties: Any) -> None:  # noqa: ANN401 -- python-docx has no types
    """Say that what is written is Vietnamese."""
    properties.append(element("lang", val="vi-VN", eastAsia="vi-VN"))


def page_field(line: Any, size: Any) -> None:  # noqa: ANN401 -- python-docx has no types
    """Add the number of the page, which Word counts."""
    for kind, text in (("begin", ""), ("", "PAGE"), ("separate", ""), ("shown", "2"), ("end", "")):
        run = line.add_run()
        run.font.size = size
        if kind == "shown":
            run.text = text
        elif kind:
            run._element.append(element("fldChar", fldCharType=kind))
        else:
            instruction = element("instrText")
            instruction.text = text
            run._element.append(instruction)


def border_below(line: Any) -> None:  # noqa: ANN401 -- python-docx has no types
    """Draw a rule below a line."""
    borders = element("pBdr")
    borders.append(element("bottom", val="single", sz="6", space="1", color="000000"))
    properties = line._element.get_or_add_pPr()
    properties.insert_element_before(
        borders, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr"
    )


def widths(table: Any, widths: Sequence[Any]) -> None:  # noqa: ANN401 -- python-docx has no types
    """Set the columns of the table's grid, which LibreOffice goes by."""
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width


def padding(table: Any, twentieths: int) -> None:  # noqa: ANN401 -- python-docx has no types
    """Set how far text stands from the sides of its cells."""
    margins = element("tblCellMar")
    for side in ("left", "right"):
        margins.append(element(side, w=str(twentieths), type="dxa"))
    properties = table._tbl.tblPr
    look = properties.find(margins.tag.replace("tblCellMar", "tblLook"))
    # The schema wants the margins before the look.
    properties.append(margins) if look is None else look.addprevious(margins)


def keep_row_whole(row: Any) -> None:  # noqa: ANN401 -- python-docx has no types
    """Keep a row on one page."""
    row._tr.get_or_add_trPr().append(element("cantSplit"))


def mark_rows(table: Any) -> None:  # noqa: ANN401 -- python-docx has no types
    """Keep rows whole, and let the first stand again at the head of every page."""
    from docx.oxml.ns import qn

    for at, row in enumerate(table._tbl.findall(qn("w:tr"))):
        properties = row.get_or_add_trPr()
        properties.append(element("cantSplit"))
        if at == 0:
            properties.append(element("tblHeader"))
