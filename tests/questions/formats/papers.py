"""Word papers as offices and teachers lay them out, written from a small markup of our own.

A paper is a list: a string is a paragraph, a list of rows a table. Within a string **bold**,
__underlined__, ~~red~~, ==highlighted== and //italic// stand for themselves, a line break is a
soft break, and [n:] at the head gives the paragraph level n of automatic numbering.
"""

import io
import re

from docx import Document  # noqa: TID253 -- papers are all that is made here
from docx.enum.text import WD_COLOR_INDEX  # noqa: TID253 -- as above
from docx.oxml import OxmlElement, parse_xml  # noqa: TID253 -- as above
from docx.oxml.ns import qn  # noqa: TID253 -- as above
from docx.shared import RGBColor  # noqa: TID253 -- as above

_MARK = re.compile(r"(\*\*|__|~~|==|//)(.+?)\1", re.DOTALL)
_LEVEL = re.compile(r"\[(\d)(?:,(\d+))?:\]")
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
LISTS = {
    0: ("decimal", "Câu %1."),
    1: ("upperLetter", "%2."),
}


def _style(run, mark):
    if mark == "**":
        run.bold = True
    elif mark == "__":
        run.underline = True
    elif mark == "~~":
        run.font.color.rgb = RGBColor(255, 0, 0)
    elif mark == "==":
        run.font.highlight_color = WD_COLOR_INDEX.YELLOW
    elif mark == "//":
        run.italic = True


def _runs(paragraph, text, marks=(), font=None):
    place = 0
    for found in [*_MARK.finditer(text), None]:
        plain = text[place : found.start() if found else len(text)]
        if plain:
            run = paragraph.add_run(plain)
            if font:
                fonts = run._r.get_or_add_rPr().get_or_add_rFonts()
                for name in ("ascii", "hAnsi", "cs"):
                    fonts.set(qn(f"w:{name}"), font)
            for mark in marks:
                _style(run, mark)
        if found:
            _runs(paragraph, found[2], (*marks, found[1]), font)
            place = found.end()


def _number(paragraph, level, number):
    properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()
    properties.get_or_add_ilvl().val = level
    properties.get_or_add_numId().val = number


def _lists(paper, levels):
    numbering = paper.part.numbering_part._element
    body = "".join(
        f'<w:lvl w:ilvl="{n}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
        for n, (form, text) in levels.items()
    )
    abstract = parse_xml(
        f'<w:abstractNum xmlns:w="{W}" w:abstractNumId="77"><w:multiLevelType w:val="multilevel"/>'
        f"{body}</w:abstractNum>"
    )
    numbering.insert(0, abstract)
    for number in (77, 78):
        restart = "" if number == 77 else (
            '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>'
        )  # fmt: skip
        numbering.append(
            parse_xml(
                f'<w:num xmlns:w="{W}" w:numId="{number}"><w:abstractNumId w:val="77"/>'
                f"{restart}</w:num>"
            )
        )


def paragraph_of(holder, text, font=None):
    level = _LEVEL.match(text)
    paragraph = holder.add_paragraph()
    _runs(paragraph, text[level.end() :] if level else text, font=font)
    if level:
        _number(paragraph, int(level[1]), int(level[2] or 77))
    return paragraph


def document(blocks, levels=None, font=None):
    paper = Document()
    if levels or any(isinstance(one, str) and _LEVEL.match(one) for one in blocks):
        _lists(paper, levels or LISTS)
    for block in blocks:
        if isinstance(block, str):
            paragraph_of(paper, block, font)
            continue
        table = paper.add_table(len(block), max(map(len, block)))
        for row, cells in enumerate(block):
            for column, text in enumerate(cells):
                first, *more = text.split("¶")
                cell = table.cell(row, column)
                _runs(cell.paragraphs[0], first, font=font)
                for one in more:
                    _runs(cell.add_paragraph(), one, font=font)
    return paper


def written(paper):
    target = io.BytesIO()
    paper.save(target)
    return target.getvalue()


def docx(blocks, levels=None, font=None):
    return written(document(blocks, levels, font))


def element(paragraph, xml):
    """Put raw markup at the end of a paragraph."""
    wrapped = parse_xml(f'<w:r xmlns:w="{W}">{xml}</w:r>')
    paragraph._p.append(wrapped)
    return wrapped


def tracked(paragraph, kind, text):
    change = OxmlElement(f"w:{kind}")
    change.set(qn("w:id"), "9")
    change.set(qn("w:author"), "Y Bhok Niê")
    name = "delText" if kind == "del" else "t"
    change.append(
        parse_xml(f'<w:r xmlns:w="{W}"><w:{name} xml:space="preserve">{text}</w:{name}></w:r>')
    )
    paragraph._p.append(change)
