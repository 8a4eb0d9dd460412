"""Questions as a Word file that people read and print, and that our own reader reads back."""

import base64
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from core.paragraphs import Paragraph, Run
from core.saying import Sentence
from core.text import N_, clean
from questions.formats import labels_of, styled
from questions.formats.gathering import gather
from questions.formats.written import Written
from questions.rules import drafting
from questions.rules.drafting import WARNING, Draft, Message
from questions.rules.settling import settle
from questions.types import options

_FONT = "Times New Roman"
_SIZE = 13
_WIDEST = 15
_FIELDS = (
    ("Lời giải", "explanation"),
    ("Chủ đề", "topic"),
    ("Mức độ", "difficulty"),
    ("Căn cứ", "legal_basis"),
)
_COMPARED = ("type", "stem", "options", "key", "explanation", "topic", "difficulty", "legal_basis")
# What python-docx can put in; others are named.
_PICTURES = ("png", "jpg", "jpeg", "gif", "bmp", "tif", "tiff")


@dataclass(frozen=True, slots=True)
class Row:
    """One paragraph to write: what stands in bold, what follows, and whose pictures hang on it."""

    bold: str
    text: str
    at: str = ""


def write(drafts: Sequence[Draft], title: str) -> Written:
    """Return a Word file with the questions, and what it could not carry of each."""
    from docx import Document
    from docx.shared import Pt

    paper = Document()
    normal = paper.styles["Normal"]
    normal.font.name, normal.font.size = _FONT, Pt(_SIZE)
    normal.paragraph_format.space_after = Pt(2)
    heading = paper.add_paragraph(style="Title")
    heading.add_run(title)
    messages: list[Message] = []
    passage = ""
    for number, draft in enumerate(drafts, start=1):
        if draft.passage and draft.passage != passage:
            for row in _passage(drafts, number - 1):
                _put(paper, row, draft)
        passage = draft.passage
        for row in rows(draft, number):
            _put(paper, row, draft)
        messages += [
            Message(draft.number, WARNING, "lost", sentence, draft.place)
            for sentence in lost(draft)
        ]
    target = io.BytesIO()
    paper.save(target)
    return Written(target.getvalue(), tuple(messages))


def lost(draft: Draft) -> list[Sentence]:
    """Return what a Word file cannot carry of a question; nothing if it comes back whole."""
    found = []
    if any(_ending(one) not in _PICTURES for one in draft.media):
        found.append(Sentence(N_("its sounds and some pictures cannot stand in a Word file.")))
    again = _read_back(draft)
    if again is None or told(again) != told(draft):
        found.append(Sentence(N_("some of it would be read back differently from a Word file.")))
    return found


# --- Text ---------------------------------------------------------------------------------------


def rows(draft: Draft, number: int) -> Iterator[Row]:
    """Yield the paragraphs of a question; a line break in a text is a soft break."""
    first, *more = clean(draft.stem).split("\n")
    yield Row(f"Câu {number}. ", _broken([styled.QUOTE + first, *more]), "stem")
    content = drafting.content(draft)
    ids = [one["id"] for one in content.get("options") or content.get("statements") or []]
    listed = labels_of.choices(draft)
    for place, (letter, text) in enumerate(listed):
        first, *more = clean(text).split("\n")
        at = ids[place] if place < len(ids) else options.IDS[place]
        yield Row(f"{letter} ", _broken([styled.QUOTE + first, *more]), at)
    labels = labels_of.write(draft)
    for line in labels[:1]:
        yield Row("", line)
    key = labels_of.key(draft)
    if key:
        yield Row("Đáp án: ", key)
    for line in labels[1:]:
        yield Row("", _broken(line.split("\n")))
    for name, field in _FIELDS:
        text = clean(getattr(draft, field))
        if text:
            first, *more = text.split("\n")
            yield Row(f"{name}: ", _broken([styled.QUOTE + first, *more]))


def _broken(lines: Sequence[str]) -> str:
    return ("\n" + styled.QUOTE).join(lines)


def _passage(drafts: Sequence[Draft], first: int) -> Iterator[Row]:
    """Yield a passage with the questions that it is for."""
    last = first
    while last + 1 < len(drafts) and drafts[last + 1].passage == drafts[first].passage:
        last += 1
    span = f"câu {first + 1}" + (f" đến câu {last + 1}" if last > first else "")
    yield Row(f"Ngữ liệu cho {span}:", "")
    for line in clean(drafts[first].passage).split("\n"):
        yield Row("", styled.QUOTE + line)


# --- Read back ----------------------------------------------------------------------------------


def _read_back(draft: Draft) -> Draft | None:
    """Return what our reader would make of the question's paragraphs, pictures aside."""
    plain = replace(draft, media=(), passage="")
    paragraphs = [Paragraph((Run(row.bold + row.text),)) for row in rows(plain, 1)]
    found, notes = gather(list(styled.from_paragraphs(paragraphs)))
    drafts = settle(found, notes).drafts()
    return drafts[0] if len(drafts) == 1 else None


def told(draft: Draft) -> dict[str, Any]:
    """Return what a draft says: clean words, and no ids that nobody sees."""
    says: dict[str, Any] = {name: _clean(getattr(draft, name)) for name in _COMPARED}
    content = dict(drafting.content(draft))
    if draft.type == "matching":
        words = {one["id"]: one["text"] for one in content["choices"]}
        content["pairs"] = {row: words[choice] for row, choice in content["pairs"].items()}
        content["choices"] = list(words.values())
    if draft.type == "ordering":
        content["parts"] = [part["text"] for part in content["parts"]]
    return says | {"content": _clean(content)}


def _clean(value: Any) -> Any:  # noqa: ANN401 -- whatever a content holds
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        return {name: _clean(one) for name, one in value.items()}
    return [_clean(one) for one in value] if isinstance(value, list | tuple) else value


# --- Word ---------------------------------------------------------------------------------------


def _put(paper: Any, row: Row, draft: Draft) -> None:  # noqa: ANN401 -- python-docx has no types
    paragraph = paper.add_paragraph()
    if row.bold:
        paragraph.add_run(row.bold).bold = True
    for place, line in enumerate(row.text.split("\n")):
        run = paragraph.add_run()
        if place:
            run.add_break()
        run.add_text(line)
    for one in draft.media:
        if one["at"] == row.at and _ending(one) in _PICTURES:
            _draw(paragraph, one)


def _draw(paragraph: Any, one: dict[str, str]) -> None:  # noqa: ANN401 -- python-docx has no types
    """Put a picture at the end of a paragraph; what is none leaves it as it is."""
    from docx.image.exceptions import UnrecognizedImageError
    from docx.shared import Cm

    run = paragraph.add_run()
    broken = (ValueError, KeyError, OSError, UnrecognizedImageError)
    try:
        picture = run.add_picture(io.BytesIO(base64.b64decode(one["data"])))
    except broken:
        return
    if picture.width > Cm(_WIDEST):
        picture.height = int(picture.height * Cm(_WIDEST) / picture.width)
        picture.width = Cm(_WIDEST)
    if one.get("alt"):
        next(run._r.iter(_DESCRIBED)).set("descr", one["alt"])


_DESCRIBED = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr"


def _ending(one: dict[str, str]) -> str:
    return one["name"].rpartition(".")[2].lower()
