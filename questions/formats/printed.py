"""A printed paper and its marking guide as Word files, for offices that finish them by hand.

They take the same values as the templates of `questions/print`; the words were chosen before.
"""

import io
from collections.abc import Mapping, Sequence
from typing import Any, Final

Block = Mapping[str, Any]
Pictures = Mapping[str, bytes]

_FONT: Final = "Times New Roman"
# Millimetres: Nghị định 30/2020/NĐ-CP, Phụ lục I.
_TOP, _BOTTOM, _LEFT, _RIGHT = 20, 20, 30, 17
_TEXT_WIDTH = 210 - _LEFT - _RIGHT
_DOTS: Final = "…" * 12
_SHORT_DOTS: Final = "…" * 4


def paper(values: Block, pictures: Pictures) -> bytes:
    """Return a paper as a Word file."""
    writer = _Writer(values, f"Mã đề {values['code']}", pictures)
    writer.letterhead()
    writer.candidate()
    for line in values["instructions"]:
        writer.line((line, "i"), size=12)
    for part in values["parts"]:
        if part["title"]:
            writer.line((part["title"], "b"), before=10)
        for block in part["blocks"]:
            writer.passage(block) if block["kind"] == "passage" else writer.question(block)
    writer.line(("---------- HẾT ----------", "b"), centred=True, before=12)
    writer.line(("Cán bộ coi thi không giải thích gì thêm.", "i"), centred=True, size=11)
    return writer.saved()


def guide(values: Block) -> bytes:
    """Return the key of a paper and its marking guide as a Word file."""
    writer = _Writer(values, f"Hướng dẫn chấm – Mã đề {values['code']}", {})
    writer.letterhead()
    writer.line(("ĐÁP ÁN VÀ HƯỚNG DẪN CHẤM", "b"), centred=True, before=8)
    said = f" – {values['count']}, tổng {values['total']} điểm"
    writer.line(("Mã đề ", ""), (values["code"], "b"), (said, ""), centred=True)
    rows = [[number, key] for number, key in values["key"]]
    writer.table([["Câu", "Đáp án"], *rows], widths=(20, 143), centres={0})
    for one in values["guide"]:
        head = (f"Câu {one['number']}. ", "b"), ("Đáp án: ", ""), (one["key"], "b")
        writer.line(*head, (f" ({one['points']} điểm)", ""), before=6)
        writer.told(one)
    return writer.saved()


class _Writer:
    """One Word file being written."""

    def __init__(self, values: Block, name: str, pictures: Pictures) -> None:
        from docx import Document
        from docx.shared import Mm

        self.values, self.pictures, self.mm = values, pictures, Mm
        self.file = Document()
        page = self.file.sections[0]
        page.page_width, page.page_height = Mm(210), Mm(297)
        page.top_margin, page.bottom_margin = Mm(_TOP), Mm(_BOTTOM)
        page.left_margin, page.right_margin = Mm(_LEFT), Mm(_RIGHT)
        self._style()
        self._footer(name)
        self.file.core_properties.title = f"{values['title']} – {name}"
        self.file.core_properties.author = self.file.core_properties.comments = ""
        self.file.core_properties.language = "vi-VN"

    def _style(self) -> None:
        from docx.oxml.ns import qn
        from docx.shared import Pt

        style = self.file.styles["Normal"]
        style.font.name, style.font.size = _FONT, Pt(13)
        fonts = style.element.rPr.rFonts
        for kind in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
            fonts.set(qn(kind), _FONT)
        self.file.styles["Footer"].font.size = Pt(10)
        style.paragraph_format.space_after = Pt(2)
        style.paragraph_format.space_before = Pt(0)
        style.paragraph_format.line_spacing = 1.05

    def _footer(self, name: str) -> None:
        from docx.enum.text import WD_ALIGN_PARAGRAPH

        line = self.file.sections[0].footer.paragraphs[0]
        line.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        if self.values["is_draft"]:
            line.add_run("Bản nháp, chưa được duyệt – ").italic = True
        line.add_run(f"{name} – Trang ")
        _field(line, "PAGE")
        line.add_run("/")
        _field(line, "NUMPAGES")

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
        centred: bool = False,
        size: int = 0,
        before: int = 0,
        indent: int = 0,
        tabs: Sequence[float] = (),
    ) -> Any:  # noqa: ANN401 -- python-docx has no types
        """Add a line of runs, each with its text and “b” and “i” for bold and italic."""
        from docx.enum.text import WD_ALIGN_PARAGRAPH
        from docx.shared import Pt

        line = (place or self.file).add_paragraph()
        for text, look in runs:
            run = line.add_run(text)
            run.bold, run.italic = "b" in look or None, "i" in look or None
            if size:
                run.font.size = Pt(size)
        if centred:
            line.alignment = WD_ALIGN_PARAGRAPH.CENTER
        form = line.paragraph_format
        form.space_before, form.left_indent = Pt(before), self.mm(indent)
        for tab in tabs:
            form.tab_stops.add_tab_stop(self.mm(tab))
        return line

    def table(
        self,
        rows: Sequence[Sequence[str]],
        *,
        widths: Sequence[float],
        centres: frozenset[int] | set[int] = frozenset(),
        has_rules: bool = True,
    ) -> Any:  # noqa: ANN401 -- python-docx has no types
        """Add a table; the first row of one with rules is its head."""
        from docx.enum.text import WD_ALIGN_PARAGRAPH

        table = self.file.add_table(rows=len(rows), cols=len(widths))
        table.style = "Table Grid" if has_rules else "Normal Table"
        table.autofit = False
        # Asked for once: python-docx walks the whole table for each cell.
        cells = table._cells
        for at, text in enumerate(text for row in rows for text in row):
            row, column = divmod(at, len(widths))
            cells[at].width = self.mm(widths[column])
            line = cells[at].paragraphs[0]
            line.add_run(text).bold = (has_rules and row == 0) or None
            if column in centres or row == 0:
                line.alignment = WD_ALIGN_PARAGRAPH.CENTER
        return table

    def shown(self, names: Sequence[str]) -> None:
        """Add pictures, centred."""
        for name in names:
            if name in self.pictures:
                line = self.line(centred=True)
                line.add_run().add_picture(io.BytesIO(self.pictures[name]), height=self.mm(40))

    # --- What stands around the questions ------------------------------------------------------

    def letterhead(self) -> None:
        """Add who issues the paper, its name and its time."""
        values = self.values
        (parent, body), (first, second) = values["left"], values["right"]
        if first or parent or body:
            table = self.table([["", ""]], widths=(63, 100), has_rules=False)
            self._column(table.cell(0, 0), ((parent.upper(), ""), (body.upper(), "b")))
            self._column(table.cell(0, 1), ((first, "b"), (second, "b")))
        self.line((values["heading"].upper(), "b"), centred=True, size=14, before=8)
        self.line((values["title"], "b"), centred=True)
        for text in (values["subject"], values["time"]):
            if text:
                self.line((text, "i" if text == values["time"] else ""), centred=True)

    def _column(self, cell: Any, lines: Sequence[tuple[str, str]]) -> None:  # noqa: ANN401 -- python-docx has no types
        from docx.enum.text import WD_ALIGN_PARAGRAPH

        spare = cell.paragraphs[0]
        for text, look in lines:
            if text:
                self.line((text, look), place=cell, centred=True, size=12)
        if any(text for text, _look in lines):
            spare._element.getparent().remove(spare._element)
            cell.paragraphs[-1].paragraph_format.space_after = self.mm(1)
            self.line(("⎯" * 8, ""), place=cell, centred=True, size=8)
        spare.alignment = WD_ALIGN_PARAGRAPH.CENTER

    def candidate(self) -> None:
        """Add the lines for name and number, and the code of the paper."""
        code = f"\tMã đề {self.values['code']}"
        tabs = (_TEXT_WIDTH - 30,)
        self.line((f"Họ và tên thí sinh: {_DOTS * 2}", ""), (code, "b"), before=8, tabs=tabs)
        self.line((f"Số báo danh: {_DOTS * 2}", ""))

    # --- Questions -----------------------------------------------------------------------------

    def passage(self, block: Block) -> None:
        """Add a text that several questions ask about."""
        self.line((block["lead"], "bi"), before=8)
        if block["title"]:
            self.line((block["title"], "b"), centred=True)
        for text in block["text"].split("\n"):
            self.line((text, ""), indent=5)
        self.shown(block["pictures"])

    def question(self, block: Block) -> None:
        """Add a question with all that it asks."""
        hint = f" ({block['hint'].rstrip('.')})" if block["hint"] else ""
        points = f"{block['points']} " if block["points"] else ""
        stem, *rest = self._stem(block).split("\n")
        head = (f"Câu {block['number']}. ", "b"), (points, "i")
        line = self.line(*head, (stem, ""), (hint if not rest else "", "i"), before=6)
        line.paragraph_format.keep_with_next = True
        for text in rest:
            line = self.line((text, ""))
        if rest and hint:
            line.add_run(hint).italic = True
        self.shown(block["pictures"])
        for name, write in _ASKED.items():
            if name in block:
                write(self, block)

    def _stem(self, block: Block) -> str:
        if "pieces" not in block:
            return str(block["stem"])
        return "".join(
            piece if at % 2 == 0 else f"({piece}) {_SHORT_DOTS}"
            for at, piece in enumerate(block["pieces"])
        )

    def options(self, block: Block) -> None:
        """Add options, so many on a line, parted by tabs."""
        columns, listed = block["columns"], block["options"]
        step = _TEXT_WIDTH / columns
        tabs = [step * at for at in range(1, columns)]
        for start in range(0, len(listed), columns):
            runs: list[tuple[str, str]] = []
            for at, one in enumerate(listed[start : start + columns]):
                mark = "\t" if at else ""
                runs += [(f"{mark}{one['letter']}. ", "b"), (one["text"], "")]
            self.line(*runs, tabs=tabs)
            for one in listed[start : start + columns]:
                self.shown(one.get("pictures", ()))

    def statements(self, block: Block) -> None:
        """Add statements with room for Đúng and Sai."""
        rows = [[f"{one['letter']}) {one['text']}", "", ""] for one in block["statements"]]
        head = ["Phát biểu", "Đúng", "Sai"]
        self.table([head, *rows], widths=(_TEXT_WIDTH - 32, 16, 16), centres={1, 2})

    def rows(self, block: Block) -> None:
        """Add two columns to be joined."""
        left = [f"{one['letter']}. {one['text']}" for one in block["rows"]]
        right = [f"{one['letter']}. {one['text']}" for one in block["choices"]]
        count = max(len(left), len(right))
        left += [""] * (count - len(left))
        right += [""] * (count - len(right))
        half = _TEXT_WIDTH / 2
        pairs = [list(pair) for pair in zip(left, right, strict=True)]
        self.table([["Cột 1", "Cột 2"], *pairs], widths=(half, half))
        said = "; ".join(f"{one['letter']} – {_SHORT_DOTS}" for one in block["rows"])
        self.line((f"Trả lời: {said}", ""), before=3)

    def things(self, block: Block) -> None:
        """Add things to be put in order."""
        for one in block["things"]:
            self.line((f"{one['letter']}) ", "b"), (one["text"], ""))
        said = " → ".join(_SHORT_DOTS for _ in block["things"])
        self.line((f"Thứ tự đúng: {said}", ""), before=3)

    def unit(self, block: Block) -> None:
        """Add a line to be written on."""
        self.line((f"Trả lời: {_DOTS * 2} {block['unit']}".rstrip(), ""), before=3)

    def gap_choices(self, block: Block) -> None:
        """Add the options of gaps that have some."""
        for gap in block["gap_choices"]:
            told = "\t".join(f"{one['letter']}. {one['text']}" for one in gap["options"])
            self.line((f"({gap['gap']})\t{told}", ""), tabs=[12, *range(52, _TEXT_WIDTH, 40)])

    def told(self, one: Block) -> None:
        """Add why a key is right, by which law, and what markers go by."""
        for text in one["explanation"].split("\n") if one["explanation"] else ():
            self.line((text, ""), size=12)
        if one["basis"]:
            self.line(("Căn cứ: ", "i"), (one["basis"], ""), size=12)
        if one["quote"]:
            self.line((f"“{one['quote']}”", "i"), size=12, indent=6)
        for text in one["rubric"]:
            self.line((f"– {text}", ""), size=12, indent=6)
        if one["sample"]:
            self.line(("Bài mẫu: ", "i"), (one["sample"], ""), size=12)


_ASKED: Final = {
    "options": _Writer.options,
    "statements": _Writer.statements,
    "rows": _Writer.rows,
    "things": _Writer.things,
    "unit": _Writer.unit,
    "gap_choices": _Writer.gap_choices,
}


def _field(line: Any, name: str) -> None:  # noqa: ANN401 -- python-docx has no types
    """Add a field that Word counts: the page, or how many there are."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    run = line.add_run()
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), name)
    inner, text = OxmlElement("w:r"), OxmlElement("w:t")
    text.text = "1"
    inner.append(text)
    field.append(inner)
    run._element.addnext(field)
