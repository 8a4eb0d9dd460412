"""DOCX in: paragraphs and tables in their order, with the formatting and numbers people see."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from core import archives, numbering

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_DEEPEST = 12
_PICTURES = (f"{W}drawing", f"{W}pict", f"{W}object")
_INSIDE = ("ins", "hyperlink", "smartTag", "sdt", "sdtContent", "fldSimple", "moveTo", "customXml")
_WRAPPERS = frozenset(W + name for name in _INSIDE)
_BLACK = frozenset({"auto", "000000", ""})
_CHARACTERS = {"noBreakHyphen": "-", "cr": "\n", "tab": "\t"}
_LOW = str.maketrans("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎")
_HIGH = str.maketrans("0123456789+-=()", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾")
Element = Any  # lxml is slow to import and stays out of the module's head.


@dataclass(frozen=True, slots=True)
class Style:
    """How a stretch of text looks; `colour` is None for black."""

    bold: bool = False
    italic: bool = False
    underline: bool = False
    highlight: bool = False
    colour: str | None = None
    raised: str = ""


PLAIN = Style()


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text that looks the same throughout."""

    text: str
    style: Style = PLAIN


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph; `label` is what automatic numbering shows before it."""

    runs: tuple[Run, ...] = ()
    label: Run | None = None
    pictures: int = 0
    formulas: int = 0

    @property
    def text(self) -> str:
        """Return the words, without the label."""
        return "".join(run.text for run in self.runs)


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table, and what stands in it."""

    blocks: "tuple[Paragraph | Table, ...]" = ()
    shaded: bool = False

    @property
    def text(self) -> str:
        """Return the words of the cell's paragraphs, a line each."""
        own = [block for block in self.blocks if isinstance(block, Paragraph)]
        labels = [block.label.text + " " if block.label else "" for block in own]
        return "\n".join(label + block.text for label, block in zip(labels, own, strict=True))


@dataclass(frozen=True, slots=True)
class Table:
    """A table: rows of cells, as many in a row as the grid has columns."""

    rows: tuple[tuple[Cell, ...], ...] = ()


Block = Paragraph | Table


@dataclass(slots=True)
class _Styles:
    """What styles.xml says: for each style its parent and its own run properties."""

    default: Style = PLAIN
    normal: str | None = None
    elements: dict[str, Element] = field(default_factory=dict)
    found: dict[str, Style] = field(default_factory=dict)


def read_docx(content: bytes) -> tuple[Block, ...]:
    """Return the paragraphs and tables of a Word file, in their order.

    Deleted text of tracked changes is left out, inserted text is in. Raise `FileRefused` if the
    file is damaged, locked or beyond the limits.
    """
    archive = archives.open_archive(content)
    names = set(archive.namelist())
    body = _parse(archives.part(archive, "word/document.xml")).find(f"{W}body")
    if body is None:
        raise archives.FileRefused(archives.DAMAGED)
    parts = {
        name: _parse(archives.part(archive, f"word/{name}.xml"))
        for name in ("styles", "numbering")
        if f"word/{name}.xml" in names
    }
    styles = _styles(parts.get("styles"))
    counter = numbering.Counter(parts.get("numbering"), styles.elements)
    return tuple(_Reader(styles, counter).blocks(body, 0))


def _parse(content: bytes) -> Element:
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        return etree.fromstring(content, parser)
    except etree.XMLSyntaxError as broken:
        raise archives.FileRefused(archives.DAMAGED) from broken


def _styles(root: Element | None) -> _Styles:
    styles = _Styles()
    if root is None:
        return styles
    defaults = root.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr")
    styles.default = _styled(PLAIN, defaults)
    for element in root.findall(f"{W}style"):
        name = element.get(f"{W}styleId", "")
        styles.elements[name] = element
        if element.get(f"{W}type") == "paragraph" and element.get(f"{W}default") in ("1", "true"):
            styles.normal = name
    return styles


def _look_of(styles: _Styles, name: str | None, base: Style, depth: int = 0) -> Style:
    element = styles.elements.get(name or "")
    if element is None or depth > _DEEPEST:
        return base
    parent = numbering.value(element, "basedOn")
    return _styled(_look_of(styles, parent, base, depth + 1), element.find(f"{W}rPr"))


def _styled(base: Style, properties: Element | None) -> Style:
    """Return the look with what these run properties say laid over it."""
    if properties is None:
        return base
    said: dict[str, Any] = {}
    for name, key in (("b", "bold"), ("i", "italic")):
        element = properties.find(W + name)
        if element is not None:
            said[key] = element.get(f"{W}val", "1") not in ("0", "false", "off")
    underline = properties.find(f"{W}u")
    if underline is not None:
        said["underline"] = underline.get(f"{W}val", "single") != "none"
    colour = properties.find(f"{W}color")
    if colour is not None:
        shown = colour.get(f"{W}val", "").upper()
        said["colour"] = None if shown.lower() in _BLACK else shown
    raised = numbering.value(properties, "vertAlign")
    if raised is not None:
        said["raised"] = raised
    return replace(base, **said, highlight=_is_highlighted(properties, base.highlight))


def _is_highlighted(properties: Element, base: bool) -> bool:
    highlight = numbering.value(properties, "highlight")
    if highlight is not None:
        return highlight not in ("none", "white")
    return _is_shaded(properties) or base


def _is_shaded(properties: Element | None) -> bool:
    shade = None if properties is None else properties.find(f"{W}shd")
    fill = "auto" if shade is None else shade.get(f"{W}fill", "auto")
    return fill.upper() not in ("AUTO", "FFFFFF", "")


class _Reader:
    """One reading of a document: knows the styles and counts the numbers."""

    def __init__(self, styles: _Styles, counter: numbering.Counter) -> None:
        self.styles = styles
        self.counter = counter

    def blocks(self, parent: Element, depth: int) -> Iterator[Block]:
        """Yield the paragraphs and tables directly in an element."""
        if depth > _DEEPEST:
            return
        for child in parent:
            if child.tag == f"{W}p":
                yield self.paragraph(child)
                yield from self.boxes(child, depth)
            elif child.tag == f"{W}tbl":
                yield self.table(child, depth)
            elif child.tag in _WRAPPERS:
                yield from self.blocks(child, depth + 1)

    def boxes(self, paragraph: Element, depth: int) -> Iterator[Block]:
        """Yield what stands in the text boxes that hang on a paragraph."""
        for box in paragraph.iter(f"{W}txbxContent"):
            if not any(above.tag == f"{MC}Fallback" for above in box.iterancestors()):
                yield from self.blocks(box, depth + 1)

    def table(self, table: Element, depth: int) -> Table:
        """Return a table; a merged cell stands at its first place, the others are empty."""
        rows = []
        for row in table.iter(f"{W}tr"):
            if next(row.iterancestors(f"{W}tbl")) is not table:
                continue
            cells: list[Cell] = []
            for cell in row.iterchildren(f"{W}tc", f"{W}sdt"):
                cells += self.cell(cell, depth)
            rows.append(tuple(cells))
        return Table(tuple(rows))

    def cell(self, cell: Element, depth: int) -> list[Cell]:
        """Return a cell, followed by empty ones for the further columns it spans."""
        inner = cell if cell.tag == f"{W}tc" else next(cell.iter(f"{W}tc"), cell)
        properties = inner.find(f"{W}tcPr")
        span = 1 if properties is None else int(numbering.value(properties, "gridSpan") or 1)
        blocks = tuple(self.blocks(inner, depth + 1))
        return [Cell(blocks, _is_shaded(properties)), *[Cell()] * (min(span, 64) - 1)]

    def paragraph(self, element: Element) -> Paragraph:
        """Return a paragraph with its runs and its number."""
        properties = element.find(f"{W}pPr")
        style = None if properties is None else numbering.value(properties, "pStyle")
        base = _look_of(self.styles, style or self.styles.normal, self.styles.default)
        if properties is not None and _is_shaded(properties):
            base = replace(base, highlight=True)
        return Paragraph(
            runs=tuple(self.runs(element, base)),
            label=self.label(properties, style, base),
            pictures=sum(1 for part in element.iter(*_PICTURES) if _is_shown(part)),
            formulas=sum(1 for _ in element.iter(f"{M}oMath")),
        )

    def label(self, properties: Element | None, style: str | None, base: Style) -> Run | None:
        """Return the number that Word shows before the paragraph."""
        label = self.counter.label(properties, style)
        if not label:
            return None
        mark = None if properties is None else properties.find(f"{W}rPr")
        return Run(label, _styled(base, mark))

    def runs(self, parent: Element, base: Style) -> Iterator[Run]:
        """Yield the runs in a paragraph, through links, insertions and fields."""
        for child in parent:
            if child.tag == f"{W}r":
                yield from self.run(child, base)
            elif child.tag in _WRAPPERS:
                yield from self.runs(child, base)
            elif child.tag in (f"{M}oMath", f"{M}oMathPara"):
                yield Run("".join(part.text or "" for part in child.iter(f"{M}t")), base)

    def run(self, element: Element, base: Style) -> Iterator[Run]:
        """Yield the text of one run."""
        properties = element.find(f"{W}rPr")
        named = None if properties is None else numbering.value(properties, "rStyle")
        style = _styled(_look_of(self.styles, named, base), properties)
        text = "".join(map(_characters, element))
        if text:
            yield Run(_raised(text, style.raised), replace(style, raised=""))


def _is_shown(picture: Element) -> bool:
    """Say whether this is a picture: neither a text box nor the spare drawing for old programs."""
    spare = any(above.tag == f"{MC}Fallback" for above in picture.iterancestors())
    return not spare and next(picture.iter(f"{W}txbxContent"), None) is None


def _characters(part: Element) -> str:
    """Return the text of one piece of a run."""
    name = str(part.tag).removeprefix(W)
    if name == "t":
        return part.text or ""
    if name == "br":
        return "\n" if part.get(f"{W}type", "textWrapping") == "textWrapping" else ""
    if name == "sym":
        return numbering.symbol(part.get(f"{W}char", ""))
    return _CHARACTERS.get(name, "")


def _raised(text: str, raised: str) -> str:
    """Return small raised or lowered figures as letters of their own, where they exist."""
    table = {"subscript": _LOW, "superscript": _HIGH}.get(raised)
    if table is None or not all(ord(character) in table for character in text.strip()):
        return text
    return text.translate(table)
