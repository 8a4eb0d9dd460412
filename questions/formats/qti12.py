"""A file of QTI 1.2: tests, sections, banks of items, and passages that items rest on."""

from collections.abc import Mapping
from dataclasses import dataclass

from core.saying import Sentence
from core.text import N_, clean_line
from questions.formats import qti12_items, qti_extras, qti_tests, qti_xml
from questions.formats.qti12_items import Item
from questions.formats.qti_material import Collector
from questions.formats.qti_package import File, Package
from questions.formats.qti_xml import Element
from questions.rules.drafting import INFO, WARNING
from questions.rules.settling import Found, Note

_GENERIC = frozenset({"question", "câu hỏi", "item", ""})
_PLACE = N_("question %(number)s")
_PLACE_FILE = N_("question %(number)s in %(file)s")
_PLACE_TITLE = N_("question %(number)s, “%(title)s”")
_PLACE_BOTH = N_("question %(number)s, “%(title)s”, in %(file)s")
_ONLY_TEXT = N_("%(place)s only shows a text and was left out.")
_LEFT_OUT = N_("%(place)s was left out: %(why)s")
_PARENT = "parent_stimulus_item_ident"
_BANKS = ("bank_title", "objectbank_title", "qmd_bank")


@dataclass(frozen=True, slots=True)
class Text:
    """What an item that only shows something says."""

    words: str
    media: list[dict[str, str]]


def read(
    file: File, package: Package, used: list[int], shown: str
) -> tuple[list[Found], list[Note]]:
    """Return the questions of a file, and the remarks on what was left out.

    `shown` is what the file is called where people read of it; nothing if it is the only one.
    """
    found: list[Found] = []
    notes: list[Note] = []
    texts: dict[str, Text] = {}
    wanted = _parents(file.root)
    for number, element in enumerate(_items(file.root), start=1):
        collector = Collector(package, file.path, used)
        item = qti12_items.opened(element, collector)
        place = _place(element, shown, number)
        ident = element.get("ident", "")
        if qti12_items.is_text(item):
            texts[ident] = Text(item.shown.text, collector.media)
            if ident not in wanted:
                notes.append((INFO, "only-text", Sentence(_ONLY_TEXT, {"place": place})))
            continue
        why = qti12_items.why_not(item)
        if why is not None:
            values = {"place": place, "why": why}
            notes.append((WARNING, "left-out", Sentence(_LEFT_OUT, values)))
            continue
        found.append(_question(item, collector, place, texts))
    return found, notes


def _question(
    item: Item, collector: Collector, place: Sentence, texts: Mapping[str, Text]
) -> Found:
    one = qti12_items.read(item, collector)
    one.place = place
    one.topic = _topic(item.element)
    one.difficulty = item.fields.get("chungtay_difficulty") or item.fields.get(
        "qmd_levelofdifficulty", ""
    )
    one.legal_basis = item.fields.get("chungtay_legal_basis", "")
    one.passage = item.fields.get("chungtay_passage", "")
    text = texts.get(_parent(item))
    if text is not None:
        one.passage = "\n".join(part for part in (one.passage, text.words) if part)
        one.media += text.media
    if not one.stem:
        title = clean_line(item.element.get("title", ""))
        one.stem = "" if title.casefold() in _GENERIC else title
    qti_extras.apply(one, item.fields.get(qti_extras.FIELD))
    return one


def _parents(root: Element) -> frozenset[str]:
    return frozenset(
        (entry.text or "").strip() for entry in qti_xml.every(root, "fieldentry")
    ) | frozenset(one.get(_PARENT, "") for one in qti_xml.every(root, "section"))


def _parent(item: Item) -> str:
    own = item.fields.get(_PARENT, "")
    sections = item.element.iterancestors("section")
    return own or next((one.get(_PARENT, "") for one in sections if one.get(_PARENT)), "")


def _items(root: Element) -> list[Element]:
    return qti_xml.every(root, "item")


def _place(element: Element, path: str, number: int) -> Sentence:
    title = clean_line(element.get("title", ""))[:120]
    values = {"number": number, "title": title, "file": path}
    has_title = title.casefold() not in _GENERIC
    if has_title:
        return Sentence(_PLACE_BOTH if path else _PLACE_TITLE, values)
    return Sentence(_PLACE_FILE if path else _PLACE, values)


def _topic(element: Element) -> str:
    """Return the title of the innermost section, or of the bank that holds the item."""
    for section in element.iterancestors("section"):
        title = qti_tests.title_of(section.get("title", ""))
        if title and section.get("ident") != "root_section":
            return title
    bank = next(element.iterancestors("objectbank"), None)
    if bank is None:
        return ""
    for one in qti_xml.children(qti_xml.child(bank, "qtimetadata"), "qtimetadatafield"):
        if qti_xml.text(qti_xml.child(one, "fieldlabel")) in _BANKS:
            return qti_xml.text(qti_xml.child(one, "fieldentry"))
    return clean_line(bank.get("title", ""))


# --- The same test twice ------------------------------------------------------------------------


def name_of(root: Element) -> str:
    """Return the mark of the test or bank in a file, or nothing if it holds none."""
    one = qti_xml.first(root, "assessment", "objectbank")
    return "" if one is None else one.get("ident", "")


def named(root: Element) -> list[str]:
    """Return the marks of the questions and banks that a test takes without holding them."""
    entries = qti_xml.every(root, "bankentry_item", "itemref")
    found = [one.get("item_ref") or one.get("linkrefid") or "" for one in entries]
    for one in qti_xml.every(root, "sourcebank_ref"):
        group = next(one.iterancestors("section"), None)
        if group is None or not _items(group):
            found.append((one.text or "").strip())
    return [name for name in found if name]


def idents(root: Element) -> frozenset[str]:
    """Return the marks of the items in a file."""
    return frozenset(one.get("ident", "") for one in _items(root))
