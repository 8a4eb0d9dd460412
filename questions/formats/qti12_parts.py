"""What an item of QTI 1.2 shows: its words, its responses, and the labels to choose from."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from core.text import clean, clean_line
from questions.formats import qti_xml
from questions.formats.qti_material import STEM, Collector
from questions.formats.qti_xml import Element
from questions.types import options

OPEN, CLOSE = "⟦", "⟧"
MARK = re.compile(rf"{OPEN}(\d{{1,4}}){CLOSE}")
_RESPONSES = ("response_lid", "response_str", "response_num", "response_grp", "response_xy")
_RESPONSES_ = frozenset({*_RESPONSES, "response_na", "response_extension"})
_LOOKS_LIKE_HTML = re.compile(
    r"</?(p|br|div|b|i|u|em|strong|span|img|sub|sup|table|ul|ol|li|h\d|a|font|audio|math)\b", re.I
)
_MEDIA = ("matimage", "mataudio", "matvideo")


@dataclass(frozen=True, slots=True)
class Label:
    """One label of a response: its mark, its words, and what New Quizzes says of it."""

    ident: str
    text: str
    element: Element


@dataclass(slots=True)
class Response:
    """One response of an item; `words` stand inside it, before its labels."""

    ident: str
    kind: str
    cardinality: str
    element: Element
    words: str = ""
    labels: list[Label] = field(default_factory=list)

    @property
    def is_typed(self) -> bool:
        """Say whether something is typed rather than chosen."""
        is_field = self.kind in ("response_str", "response_num")
        return is_field or qti_xml.first(self.element, "render_fib") is not None


@dataclass(slots=True)
class Shown:
    """The words of an item, a mark where each response stands, and Blackboard's right column."""

    text: str = ""
    responses: list[Response] = field(default_factory=list)
    right: list[str] = field(default_factory=list)


def read(item: Element, collector: Collector) -> Shown:
    """Return what an item shows."""
    shown = Shown()
    presentation = qti_xml.child(item, "presentation")
    pieces: list[str] = []
    if presentation is not None:
        _walk(presentation, shown, pieces, collector)
    shown.text = _joined(pieces)
    return shown


def _joined(pieces: list[str]) -> str:
    text = ""
    for piece in pieces:
        is_mark = MARK.fullmatch(piece) is not None
        after_mark = text.endswith(CLOSE)
        text += ("" if not text else " " if is_mark or after_mark else "\n") + piece
    return text.strip()


def _walk(element: Element, shown: Shown, pieces: list[str], collector: Collector) -> None:
    for one in element:
        if one.tag in _RESPONSES_:
            shown.responses.append(_response(one, collector))
            pieces.append(f"{OPEN}{len(shown.responses) - 1}{CLOSE}")
        elif one.tag == "material":
            words = material(one, collector)
            pieces += [words] if words else []
        elif one.get("class") == "RIGHT_MATCH_BLOCK":
            shown.right += [
                " ".join(material(part, collector).split())
                for part in qti_xml.every(one, "material")
            ]
        elif isinstance(one.tag, str):
            _walk(one, shown, pieces, collector)


def _response(element: Element, collector: Collector) -> Response:
    found = Response(
        element.get("ident", ""),
        element.tag,
        (element.get("rcardinality") or "Single").capitalize(),
        element,
    )
    own = [
        material(one, collector)
        for one in qti_xml.every(element, "material")
        if not qti_xml.within(one, "response_label")
    ]
    found.words = "\n".join(part for part in own if part)
    for place, label in enumerate(qti_xml.every(element, "response_label")):
        at = options.IDS[place] if place < options.MOST else STEM
        words = [material(one, collector, at) for one in qti_xml.every(label, "material")]
        text = clean_line(" ".join(words))
        found.labels.append(Label(label.get("ident", ""), text, label))
    return found


def material(element: Element, collector: Collector, at: str = STEM) -> str:
    """Return the words of a piece of material; its media are kept for `at`."""
    words: list[str] = []
    before = len(collector.media)
    for part in [*_parts(element)]:
        if part.tag == "matbreak":
            words.append("\n")
        elif part.tag in _MEDIA:
            collector.words(_around(part), at)
        else:
            words.append(_text(part, collector, at))
    said = clean("".join(words))
    if not said and at != STEM and len(collector.media) > before:
        return collector.media[before]["alt"] or collector.media[before]["name"]
    return said


def _parts(element: Element) -> Iterator[Element]:
    for one in element:
        if one.tag in ("mattext", "matemtext", "mat_formattedtext", "matbreak", *_MEDIA):
            yield one
        elif isinstance(one.tag, str) and one.tag != "altmaterial":
            yield from _parts(one)


def _around(part: Element) -> Element:
    from lxml import etree

    holder = etree.Element("div")
    holder.append(part)
    return holder


def _text(part: Element, collector: Collector, at: str) -> str:
    if len(part):
        return collector.words(part, at)
    text = part.text or ""
    kind = (part.get("texttype") or part.get("type") or "").casefold()
    if kind == "text/plain" or not ("html" in kind or _LOOKS_LIKE_HTML.search(text)):
        return clean(text)
    return collector.html(text, at)
