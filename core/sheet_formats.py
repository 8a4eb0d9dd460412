"""Number formats of a workbook: how a number or a date is displayed in its cell."""

import re
import zipfile
from collections.abc import Mapping
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from core import archives

S = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
P = "{http://schemas.openxmlformats.org/package/2006/relationships}"
# The formats that have a number and no code in the file, as far as they change what is shown.
_BUILT_IN = {
    1: "0",
    2: "0.00",
    3: "#,##0",
    4: "#,##0.00",
    9: "0%",
    10: "0.00%",
    14: "dd/mm/yyyy",
    16: "d-mmm",
    17: "mmm-yy",
}
_QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')
_DIGITS = 15

Forms = Mapping[str, Mapping[tuple[int, int], str]]
Element = Any


def read(archive: zipfile.ZipFile) -> Forms:
    """Return, for each sheet, the format code of the cells that have one of their own."""
    codes = _codes(archive)
    if not codes:
        return {}
    return {
        name: _cells(archives.part(archive, target), codes)
        for name, target in parts(archive).items()
        if target in archive.namelist()
    }


def _parse(content: bytes) -> Element:
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        return etree.fromstring(content, parser)
    except etree.XMLSyntaxError as broken:
        raise archives.FileRefused(archives.DAMAGED) from broken


def _codes(archive: zipfile.ZipFile) -> dict[str, str]:
    """Return the format code of each cell style that has one, by the style's number."""
    if "xl/styles.xml" not in archive.namelist():
        return {}
    root = _parse(archives.part(archive, "xl/styles.xml"))
    named = dict(_BUILT_IN)
    for element in root.iter(f"{S}numFmt"):
        named[int(element.get("numFmtId", "0"))] = element.get("formatCode", "")
    styles = root.find(f"{S}cellXfs")
    found = {}
    for place, style in enumerate(styles if styles is not None else ()):
        code = named.get(int(style.get("numFmtId", "0")), "")
        if code and code.lower() != "general":
            found[str(place)] = code
    return found


def parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """Return the part of the archive that holds each sheet, by the sheet's name."""
    links = _parse(archives.part(archive, "xl/_rels/workbook.xml.rels"))
    targets = {link.get("Id"): link.get("Target", "") for link in links.iter(f"{P}Relationship")}
    book = _parse(archives.part(archive, "xl/workbook.xml"))
    found = {}
    for sheet in book.iter(f"{S}sheet"):
        target = targets.get(sheet.get(f"{R}id"), "")
        found[sheet.get("name", "")] = target.lstrip("/") if target[:1] == "/" else f"xl/{target}"
    return found


def _cells(content: bytes, codes: Mapping[str, str]) -> dict[tuple[int, int], str]:
    found = {}
    for cell in _parse(content).iter(f"{S}c"):
        code = codes.get(cell.get("s", ""))
        place = _place(cell.get("r", ""))
        if code and place:
            found[place] = code
    return found


def _place(address: str) -> tuple[int, int] | None:
    """Return row and column, counted from 0, of an address such as C6."""
    match = re.fullmatch(r"([A-Z]{1,3})([0-9]{1,7})", address)
    if match is None:
        return None
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(match[2]) - 1, column - 1


def show_number(value: float, form: str) -> str:
    """Return a number as a cell with this format displays it, with a decimal comma."""
    bare = _QUOTED.sub("", form.split(";")[0])
    number = Decimal(format(value, f".{_DIGITS}g"))
    percent = "%" in bare
    number = number * 100 if percent else number
    places = re.search(r"\.([0#?]+)", bare)
    if places:
        number = number.quantize(Decimal(1).scaleb(-len(places[1])), ROUND_HALF_UP)
        fewest = places[1].count("0")
    else:
        number = number.quantize(Decimal(1), ROUND_HALF_UP) if re.search(r"[0#]", bare) else number
        fewest = 0
    text = _padded(_trimmed(number, fewest), bare)
    if "," in bare:
        text = _grouped(text)
    return text.replace(".", ",").replace("\u00a0", ".") + ("%" if percent else "")


def _padded(text: str, form: str) -> str:
    """Return a number with the zeros before it that its format asks for: 007."""
    digits = form.partition(".")[0].count("0")
    sign, bare = ("-", text[1:]) if text.startswith("-") else ("", text)
    whole, dot, rest = bare.partition(".")
    return sign + whole.rjust(digits, "0") + dot + rest if digits > 1 else text


def _trimmed(number: Decimal, fewest: int) -> str:
    whole, _, rest = f"{number:f}".partition(".")
    rest = rest[:fewest] + rest[fewest:].rstrip("0")
    return f"{whole}.{rest}" if rest else whole


def _grouped(text: str) -> str:
    whole, dot, rest = text.partition(".")
    return f"{int(whole):,}".replace(",", "\u00a0") + dot + rest


def show_moment(value: date, form: str) -> tuple[str, bool]:
    """Return a date as displayed in Viet Nam, and whether something else may have been typed.

    Who types 1-3 or 3/2021 into a cell gets a date that shows no year or no day: this reads
    as what was typed.
    """
    bare = _QUOTED.sub("", form.split(";")[0]).lower()
    if "y" not in bare and "d" in bare and "h" not in bare:
        return f"{value.day}-{value.month}", True
    if "d" not in bare and "y" in bare:
        return f"{value.month}-{value:%Y}", True
    if isinstance(value, datetime) and (value.hour or value.minute):
        return value.strftime("%d/%m/%Y %H:%M"), False
    return value.strftime("%d/%m/%Y"), False
