"""DOCX in: paragraphs and tables in their order, with the formatting and numbers people see."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from core import archives, formulas, numbering, old_fonts, symbols, word_looks, word_pictures
from core.paragraphs import PICTURE, Block, Cell, Paragraph, Run, Table
from core.word_looks import Style, is_shaded, laid_over
from core.word_pictures import Picture

__all__ = [
    "PICTURE",
    "Block",
    "Cell",
    "Document",
    "Paragraph",
    "Picture",
    "Run",
    "Style",
    "Table",
    "read",
]

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_DEEPEST = 12
_DEEPEST_MARKUP = 200
_DRAWN = frozenset({f"{W}drawing", f"{W}pict", f"{W}object", f"{MC}AlternateContent"})
_INSIDE = (
    *("ins", "hyperlink", "smartTag", "sdt", "sdtContent", "fldSimple", "moveTo", "customXml"),
    *("dir", "bdo", "ruby", "rubyBase"),
)
_WRAPPERS = frozenset(W + name for name in _INSIDE)
_TRACKED = {f"{W}ins": "inserted", f"{W}moveTo": "inserted", f"{W}del": "deleted",
            f"{W}moveFrom": "deleted"}  # fmt: skip
_CHARACTERS = {"noBreakHyphen": "-", "cr": "\n", "tab": "\t", "ptab": "\t", "softHyphen": "\xad"}
Element = Any  # lxml is slow to import and stays out of the module's head.


@dataclass(frozen=True, slots=True)
class Document:
    """What a Word file says, and what is not in its text.

    `counts` tells how often something was met: inserted, deleted, hidden, tcvn3, vni, comments.
    """

    blocks: tuple[Block, ...]
    pictures: tuple[Picture, ...] = ()
    notes: tuple[str, ...] = ()
    comments: tuple[str, ...] = ()
    counts: Counter[str] = field(default_factory=Counter)


def read(content: bytes) -> Document:
    """Return the paragraphs and tables of a Word file, in their order, and what hangs on them.

    Deleted text of tracked changes is left out, inserted text is in. Macros and links are never
    followed. Raise `FileRefused` if the file is damaged, locked or beyond the limits.
    """
    archive = archives.open_archive(content)
    names = set(archive.namelist())
    body = _parse(archives.part(archive, "word/document.xml")).find(f"{W}body")
    if body is None:
        raise archives.FileRefused(archives.DAMAGED)
    known = ("styles", "numbering", "footnotes", "endnotes", "comments", "_rels/document.xml.rels")
    parts = {
        name: _parse(archives.part(archive, place))
        for name in known
        if (place := f"word/{name}" if "." in name else f"word/{name}.xml") in names
    }
    pictures = word_pictures.Pictures(archive, parts.get("_rels/document.xml.rels"))
    reader = _Reader(parts, pictures)
    reader.counts["macros"] += any(name.endswith("vbaProject.bin") for name in names)
    blocks = tuple(reader.blocks(body, 0))
    converted, schemes = old_fonts.converted(blocks)
    reader.counts.update(schemes)
    comments = tuple(_texts(parts.get("comments"), "comment").values())
    found = tuple(pictures.found)
    return Document(converted, found, tuple(reader.notes), comments, reader.counts)


def _parse(content: bytes) -> Element:
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as broken:
        raise archives.FileRefused(archives.DAMAGED) from broken
    if str(getattr(root.getroottree().docinfo, "doctype", "")):
        raise archives.FileRefused(archives.MARKUP)
    return root


def _texts(root: Element | None, name: str) -> dict[str, str]:
    """Return the texts of footnotes or comments, by their id."""
    found = {}
    for one in () if root is None else root.findall(W + name):
        words = " ".join("".join(part.text or "" for part in one.iter(f"{W}t")).split())
        if words:
            found[one.get(f"{W}id", "")] = words
    return found


class _Reader:
    """One reading of a document: knows the styles and counts the numbers."""

    def __init__(self, parts: dict[str, Element], pictures: word_pictures.Pictures) -> None:
        self.styles = word_looks.styles_of(parts.get("styles"))
        self.counter = numbering.Counter(parts.get("numbering"), self.styles.elements)
        self.pictures = pictures
        self.counts: Counter[str] = Counter()
        self.texts = {
            "footnoteReference": _texts(parts.get("footnotes"), "footnote"),
            "endnoteReference": _texts(parts.get("endnotes"), "endnote"),
        }
        self.notes: list[str] = []

    def blocks(self, parent: Element, depth: int) -> Iterator[Block]:
        """Yield the paragraphs and tables directly in an element."""
        if depth > _DEEPEST:
            self.counts["deep"] += 1
            return
        carried: tuple[Run, ...] = ()
        for child in parent:
            if child.tag == f"{W}p":
                found = self.paragraph(child, carried)
                carried = found.runs if _is_joined(child) else ()
                yield from _ended(found, child)
                yield from self.boxes(child, depth)
            elif child.tag == f"{W}tbl":
                yield self.table(child, depth)
            elif child.tag in _WRAPPERS:
                yield from self.blocks(child, depth + 1)
            else:
                self.counts["deleted"] += child.tag in _TRACKED
        if carried:
            yield Paragraph(carried)

    def boxes(self, paragraph: Element, depth: int) -> Iterator[Block]:
        """Yield what stands in the text boxes that hang on a paragraph."""
        for box in paragraph.iter(f"{W}txbxContent"):
            above = next(box.iterancestors(f"{MC}Fallback", f"{W}txbxContent", f"{W}p"), None)
            if above is not None and _own_paragraph(box) is paragraph:
                yield from self.blocks(box, depth + 1)

    def table(self, table: Element, depth: int) -> Table:
        """Return a table; a merged cell stands at its first place, the others are empty."""
        rows = []
        for row in table.iter(f"{W}tr"):
            if next(row.iterancestors(f"{W}tbl")) is not table:
                continue
            if row.find(f"{W}trPr/{W}del") is not None:
                self.counts["deleted"] += 1
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
        span = 1 if properties is None else numbering.number(properties, "gridSpan", 1)
        blocks = tuple(self.blocks(inner, depth + 1))
        return [Cell(blocks, is_shaded(properties)), *[Cell()] * (min(span, 64) - 1)]

    def paragraph(self, element: Element, carried: tuple[Run, ...]) -> Paragraph:
        """Return a paragraph with its runs, after those carried into it, and its number."""
        properties = element.find(f"{W}pPr")
        style = None if properties is None else numbering.value(properties, "pStyle")
        base = self.styles.look(style or self.styles.normal, self.styles.default)
        if properties is not None and is_shaded(properties):
            base = replace(base, highlight=True)
        runs = tuple(self.runs(element, base, 0))
        is_gone = not runs and _is_joined(element)
        return Paragraph(
            runs=carried + runs,
            label=None if is_gone else self.label(properties, style, base),
            formulas=sum(1 for _ in element.iter(f"{M}oMath")),
        )

    def label(self, properties: Element | None, style: str | None, base: Style) -> Run | None:
        """Return the number that Word shows before the paragraph."""
        found = self.counter.label(properties, style or self.styles.normal)
        if not found.text:
            return None
        mark = None if properties is None else properties.find(f"{W}rPr")
        look = laid_over(laid_over(base, mark), found.look)
        return Run(symbols.text(found.text, look.font), replace(look, hidden=False, raised=""))

    def runs(self, parent: Element, base: Style, depth: int) -> Iterator[Run]:
        """Yield the runs in a paragraph, through links, insertions and fields."""
        if depth > _DEEPEST_MARKUP:
            self.counts["deep"] += 1
            return
        for child in parent:
            if child.tag == f"{W}r":
                yield from self.run(child, base)
            elif child.tag in _WRAPPERS:
                self.counts[_TRACKED.get(child.tag, "")] += 1
                yield from self.runs(child, base, depth + 1)
            elif child.tag in _TRACKED:
                self.counts["deleted"] += 1
            elif child.tag in (f"{M}oMath", f"{M}oMathPara"):
                yield Run(formulas.line(child), base)

    def run(self, element: Element, base: Style) -> Iterator[Run]:
        """Yield the text and the pictures of one run."""
        properties = element.find(f"{W}rPr")
        named = None if properties is None else numbering.value(properties, "rStyle")
        style = laid_over(self.styles.look(named, base) if named else base, properties)
        if style.hidden:
            self.counts["hidden"] += any(part.text for part in element.iter(f"{W}t"))
            return
        text = ""
        for part in element:
            if part.tag in _DRAWN:
                yield from self.said(text, style)
                text = ""
                yield from self.drawn(part, style)
            elif part.tag == f"{W}ruby":
                text += "".join(run.text for run in self.runs(part, style, 1))
            else:
                text += self.characters(part, style)
        yield from self.said(text, style)

    def drawn(self, part: Element, style: Style) -> Iterator[Run]:
        """Yield a letter for each picture of a drawing."""
        for picture in self.pictures.of(part):
            yield Run(PICTURE, replace(style, raised="", picture=self.pictures.number(picture)))

    def said(self, text: str, style: Style) -> Iterator[Run]:
        """Yield a text; raised and lowered figures become letters of their own, where they are."""
        if not text:
            return
        shift = {"subscript": formulas.low, "superscript": formulas.high}.get(style.raised)
        if shift is not None:
            text = self.shifted(text, style.raised)
        yield Run(text, replace(style, raised=""))

    def shifted(self, text: str, raised: str) -> str:
        """Return a raised or lowered text in small letters; count those that have none."""
        if raised == "superscript" and text.strip() in ("o", "0", "O") and text.strip() == "o":
            return text.replace("o", "°")
        found = formulas.high(text) if raised == "superscript" else formulas.low(text)
        if found is None:
            self.counts["raised"] += raised == "superscript"
            return text
        return found

    def characters(self, part: Element, style: Style) -> str:
        """Return the text of one piece of a run."""
        name = str(part.tag).removeprefix(W)
        if name == "t":
            return symbols.text(part.text or "", style.font)
        if name == "br":
            return "\n" if part.get(f"{W}type", "textWrapping") == "textWrapping" else ""
        if name == "sym":
            return _symbol(part)
        if name in self.texts:
            note = self.texts[name].get(part.get(f"{W}id", ""))
            self.notes += [note] if note else []
        return _CHARACTERS.get(name, "")


def _symbol(part: Element) -> str:
    code = part.get(f"{W}char", "")
    try:
        return symbols.letter(int(code, 16), part.get(f"{W}font", ""))
    except ValueError:
        return symbols.UNKNOWN


def _ended(found: Paragraph, element: Element) -> Iterator[Paragraph]:
    """Yield a paragraph that ends, nothing for one that goes on in the next."""
    if not _is_joined(element):
        yield found


def _is_joined(paragraph: Element) -> bool:
    """Say whether the end of a paragraph was deleted, so that the next goes on in it."""
    mark = paragraph.find(f"{W}pPr/{W}rPr")
    return mark is not None and any(mark.find(W + name) is not None for name in ("del", "moveFrom"))


def _own_paragraph(box: Element) -> Element | None:
    """Return the paragraph on which a text box hangs, None for a spare one for old programs."""
    for above in box.iterancestors():
        if above.tag == f"{MC}Fallback":
            return None
        if above.tag == f"{W}p":
            return above
    return None
