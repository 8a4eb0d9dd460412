"""Documents as Word files that offices finish by hand: true styles, true tables, true fields."""

import io
from collections.abc import Sequence
from typing import Any, Final

from contest.documents import layout, word_parts
from contest.documents.paper import (
    Annex,
    Block,
    Items,
    Paper,
    Signature,
    Table,
    Text,
    shown,
)

FONT: Final = "Times New Roman"
_LINE: Final = 15
# In a millimetre.
_POINTS: Final = 72 / 25.4
# In twentieths of a point: one millimetre.
_CELL_PADDING: Final = 57


def docx(paper: Paper) -> bytes:
    """Return a document as a Word file."""
    writer = _Writer(paper)
    writer.head()
    writer.name()
    for line in paper.bases:
        writer.text(Text(line, "i"))
    ended = False
    for block in paper.blocks:
        if isinstance(block, Annex):
            if not ended:
                writer.ending()
            ended = True
        writer.block(block)
    if not ended:
        writer.ending()
    if paper.origin:
        writer.line((paper.origin, "i"), size=layout.used("sizes.origin"), before=10)
    return writer.saved()


class _Writer:
    """One Word file being written."""

    def __init__(self, paper: Paper) -> None:
        from docx import Document
        from docx.shared import Mm, Pt

        self.paper, self.mm, self.pt = paper, Mm, Pt
        self.sizes = layout.used_in("sizes")
        self.file = Document()
        self._page()
        self._style()
        self._page_number()
        told = self.file.core_properties
        told.title = " – ".join(one for one in (paper.name, paper.subject or paper.about) if one)
        told.author, told.comments, told.language = paper.head.body, "", "vi-VN"

    def _page(self) -> None:
        from docx.enum.section import WD_ORIENT

        page, margins = self.file.sections[0], layout.used_in("margins")
        width, height = layout.used("page.width"), layout.used("page.height")
        if self.paper.is_wide:
            page.orientation, width, height = WD_ORIENT.LANDSCAPE, height, width
        page.page_width, page.page_height = self.mm(width), self.mm(height)
        page.top_margin, page.bottom_margin = self.mm(margins["top"]), self.mm(margins["bottom"])
        page.left_margin, page.right_margin = self.mm(margins["left"]), self.mm(margins["right"])
        page.header_distance = page.footer_distance = self.mm(10)
        self.width = width - margins["left"] - margins["right"]

    def _style(self) -> None:
        from docx.oxml.ns import qn

        style = self.file.styles["Normal"]
        style.font.name, style.font.size = FONT, self.pt(self.sizes["text"])
        fonts = style.element.rPr.rFonts
        for kind in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
            fonts.set(qn(kind), FONT)
        form = style.paragraph_format
        form.space_before = form.space_after = self.pt(0)
        form.line_spacing = 1.0
        word_parts.language(style.element.rPr)

    def _page_number(self) -> None:
        from docx.enum.text import WD_ALIGN_PARAGRAPH

        section = self.file.sections[0]
        section.different_first_page_header_footer = True
        line = section.header.paragraphs[0]
        line.alignment = WD_ALIGN_PARAGRAPH.CENTER
        line.paragraph_format.tab_stops.clear_all()
        word_parts.page_field(line, self.pt(self.sizes["page_number"]))

    def saved(self) -> bytes:
        """Return the file."""
        target = io.BytesIO()
        self.file.save(target)
        return target.getvalue()

    # --- Lines and tables ----------------------------------------------------------------------

    def line(
        self,
        *runs: tuple[str, str],
        place: Any = None,  # noqa: ANN401 -- python-docx has no types
        is_centred: bool = False,
        size: float = 0,
        before: float = 0,
        after: float = 0,
    ) -> Any:  # noqa: ANN401 -- python-docx has no types
        """Add a line of runs, each with its text and “b” and “i” for bold and italic."""
        from docx.enum.text import WD_ALIGN_PARAGRAPH

        line = word_parts.free_line(self.file if place is None else place)
        for text, look in runs:
            run = line.add_run(text)
            run.bold, run.italic = "b" in look or None, "i" in look or None
            if size:
                run.font.size = self.pt(size)
        if is_centred:
            line.alignment = WD_ALIGN_PARAGRAPH.CENTER
        line.paragraph_format.space_before = self.pt(before)
        line.paragraph_format.space_after = self.pt(after)
        return line

    def rule(self, place: Any, width: float, room: float) -> None:  # noqa: ANN401 -- python-docx has no types
        """Add a rule of a width, centred in a room that wide, both in millimetres."""
        line = self.line(("", ""), place=place)
        line.paragraph_format.line_spacing = self.pt(3)
        side = self.mm(max(0.0, (room - width) / 2))
        line.paragraph_format.left_indent = line.paragraph_format.right_indent = side
        word_parts.border_below(line)

    def grid(self, widths: Sequence[float]) -> Any:  # noqa: ANN401 -- python-docx has no types
        """Add a row of cells without rules, for what stands side by side; return the cells."""
        table = self.file.add_table(rows=1, cols=len(widths))
        table.style, table.autofit = "Normal Table", False
        word_parts.padding(table, 0)
        word_parts.widths(table, [self.mm(width) for width in widths])
        for cell, width in zip(table.rows[0].cells, widths, strict=True):
            cell.width = self.mm(width)
        word_parts.keep_row_whole(table.rows[0])
        return table.rows[0].cells

    # --- The head ------------------------------------------------------------------------------

    def head(self) -> None:
        """Add who issues it and its number on the left, the prescribed lines on the right."""
        right = min(self.width * 0.6, 98.0)
        widths = (self.width * 0.4, self.width * 0.6)
        if not self.paper.is_wide:
            widths = (self.width - right, right)
        left_cell, right_cell = self.grid(widths)
        self._left(left_cell, widths[0])
        self._right(right_cell, widths[1])

    def _left(self, cell: Any, room: float) -> None:  # noqa: ANN401 -- python-docx has no types
        head, is_union = self.paper.head, self._is_union
        *above, last = head.left or ("",)
        for text in above:
            self.line((text, ""), place=cell, is_centred=True, size=self.sizes["parent"])
        look = "" if is_union else "b"
        self.line((last, look), place=cell, is_centred=True, size=self.sizes["body"])
        if is_union:
            self.line((layout.UNION_STARS, ""), place=cell, is_centred=True)
        elif last:
            wide = min(word_parts.measured(last, self.sizes["body"], is_bold=True), room)
            self.rule(cell, wide * layout.used("rules.body"), room)
        if head.sign:
            size = self.sizes["number"]
            self.line((head.sign, ""), place=cell, is_centred=True, size=size, before=5)
        if self.paper.about:
            said = f"V/v {self.paper.about}"
            self.line((said, ""), place=cell, is_centred=True, size=self.sizes["about"], before=3)

    def _right(self, cell: Any, room: float) -> None:  # noqa: ANN401 -- python-docx has no types
        head = self.paper.head
        if self._is_union:
            size = layout.used("union.title")
            self.line((head.right[0], "b"), place=cell, is_centred=True, size=size)
            self.rule(cell, word_parts.measured(head.right[0], size, is_bold=True), room)
        else:
            country, motto = head.right
            self.line((country, "b"), place=cell, is_centred=True, size=self.sizes["country"])
            self.line((motto, "b"), place=cell, is_centred=True, size=self.sizes["motto"])
            wide = word_parts.measured(motto, self.sizes["motto"], is_bold=True)
            self.rule(cell, wide * layout.used("rules.motto"), room)
        size = self.sizes["date"]
        self.line((head.dated, "i"), place=cell, is_centred=True, size=size, before=5)

    @property
    def _is_union(self) -> bool:
        return self.paper.head.is_union

    def name(self) -> None:
        """Add what kind of document it is, and what about."""
        paper = self.paper
        if not paper.name:
            return self._gap(10)
        self.line(
            (paper.name.upper(), "b"), is_centred=True, size=self.sizes["name"], before=16, after=2
        )
        if paper.subject:
            size = self.sizes["subject"]
            self.line((paper.subject, "b"), is_centred=True, size=size)
            if self._is_union:
                self.line((layout.UNION_HYPHENS, ""), is_centred=True)
            else:
                wide = min(word_parts.measured(paper.subject, size, is_bold=True), 120)
                self.rule(self.file, wide * layout.used("rules.subject"), self.width)
        self._gap(6)
        return None

    def _gap(self, points: float) -> None:
        self.line(("", ""), after=0).paragraph_format.line_spacing = self.pt(points)

    # --- Blocks --------------------------------------------------------------------------------

    def block(self, block: Block) -> None:
        """Add one block."""
        if isinstance(block, Text):
            self.text(block)
        elif isinstance(block, Items):
            for line in block.lines:
                self.text(Text(f"- {line}"))
        elif isinstance(block, Table):
            self.table(block)
        else:
            self.annex(block)

    def text(self, block: Text) -> None:
        """Add a paragraph as the decree wants it."""
        from docx.enum.text import WD_ALIGN_PARAGRAPH

        runs = [(f"{block.lead} ", "b")] if block.lead else []
        line = self.line(
            *runs,
            (block.text, block.look),
            is_centred=block.is_centred,
            after=layout.used("paragraphs.after"),
        )
        form = line.paragraph_format
        form.line_spacing = layout.used("paragraphs.line")
        if not block.is_centred:
            line.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
            if block.is_indented:
                form.first_line_indent = self.mm(layout.used("paragraphs.indent"))
        if "b" in block.look and len(block.text) < 120:
            form.keep_with_next = True

    def table(self, block: Table) -> None:
        """Add a table; its first row stands again at the head of every page."""
        from docx.enum.table import WD_ALIGN_VERTICAL
        from docx.enum.text import WD_ALIGN_PARAGRAPH

        columns = block.columns
        whole = sum(column.width for column in columns)
        widths = [self.mm(self.width * column.width / whole) for column in columns]
        table = self.file.add_table(rows=1 + len(block.rows), cols=len(columns))
        table.style, table.autofit = "Table Grid", False
        word_parts.widths(table, widths)
        word_parts.padding(table, _CELL_PADDING)
        size = self.sizes["wide_table" if self.paper.is_wide else "table"]
        # Asked for once: python-docx walks the whole table for each cell.
        cells = table._cells
        texts = [column.title for column in columns]
        texts += [shown(value) for row in block.rows for value in row]
        for at, text in enumerate(texts):
            row, column = divmod(at, len(columns))
            cells[at].width = widths[column]
            cells[at].vertical_alignment = WD_ALIGN_VERTICAL.CENTER
            line = cells[at].paragraphs[0]
            run = line.add_run(text)
            run.font.size, run.bold = self.pt(size), row == 0 or None
            if row == 0 or columns[column].is_centred:
                line.alignment = WD_ALIGN_PARAGRAPH.CENTER
        word_parts.mark_rows(table)
        self._gap(6)

    def annex(self, block: Annex) -> None:
        """Begin an annex on a page of its own."""
        line = self.line((block.heading, "b"), is_centred=True, size=self.sizes["annex"], after=2)
        line.paragraph_format.page_break_before = True
        self.line((block.title.upper(), "b"), is_centred=True, size=self.sizes["name"])
        if block.note:
            self.line((block.note, "i"), is_centred=True)
        self._gap(6)

    # --- The end -------------------------------------------------------------------------------

    def ending(self) -> None:
        """Add who gets it and who signs, side by side."""
        paper = self.paper
        if not (paper.recipients or paper.signatures):
            return
        count = len(paper.signatures) + bool(paper.recipients or len(paper.signatures) == 1)
        # A signature does not stand on a page of its own.
        self._keep_last()
        self._gap(8)
        self._keep_last()
        cells = list(self.grid([self.width / count] * count))
        if count > len(paper.signatures):
            self._recipients(cells.pop(0))
        lines = max((len(one.posts) for one in paper.signatures), default=0)
        for cell, one in zip(cells, paper.signatures, strict=True):
            self._signature(cell, one, lines - len(one.posts))

    def _keep_last(self) -> None:
        for line in self.file.paragraphs[-1:]:
            line.paragraph_format.keep_with_next = True

    def _recipients(self, cell: Any) -> None:  # noqa: ANN401 -- python-docx has no types
        if self.paper.recipients:
            size = self.sizes["recipients_head"]
            self.line(("Nơi nhận:", "bi"), place=cell, size=size)
        for text in self.paper.recipients:
            self.line((text, ""), place=cell, size=self.sizes["recipients"])

    def _signature(self, cell: Any, one: Signature, fewer: int) -> None:  # noqa: ANN401 -- python-docx has no types
        """Add a signature; names stand on one level, however many lines are above them."""
        for post in one.posts:
            self.line((post, "b"), place=cell, is_centred=True, size=self.sizes["post"])
        self.line(
            (one.name, "b"),
            place=cell,
            is_centred=True,
            size=self.sizes["signer"],
            before=layout.used("signing.room") * _POINTS + fewer * _LINE,
        )
