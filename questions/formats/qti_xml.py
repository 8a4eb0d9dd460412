"""XML of QTI, read safely, with one spelling of the names for all versions.

QTI 3 writes `qti-simple-choice` and `response-identifier` where QTI 2 has `simpleChoice` and
`responseIdentifier`; after reading, both are written as in QTI 2, without namespaces.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html.entities import html5
from typing import Any

from core import archives
from core.archives import FileRefused
from core.text import N_
from questions.formats import encoding

Element = Any  # lxml is slow to import and stays out of the module's head.

TOO_DEEP = N_("The file is nested too deeply and was not opened.")
# What libxml2 says of too many levels: its own limit, which stays in force.
_DEEP = "Excessive depth"
_DECLARED = re.compile(rb"""^[^>]{0,120}?\sencoding\s*=\s*["']([A-Za-z0-9._\-]{2,30})["']""")
_PROLOG = re.compile(r"^\ufeff?\s*<\?xml\b[^>]*\?>", re.S)
_DOCTYPE = re.compile(r"<!DOCTYPE\b[^\[>]*(?:\[.*?\]\s*)?>", re.S)
_ENTITY = re.compile(r"&([A-Za-z][A-Za-z0-9]{1,30});")
_REFERENCE = re.compile(r"&#(?:x([0-9a-fA-F]{1,8})|(\d{1,9}));")
_UNWRITABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_OWN = frozenset({"amp", "lt", "gt", "quot", "apos"})
_ROOT = re.compile(
    rb"<(?:[\w.\-]+:)?(questestinterop|assessmentItem|assessmentTest|assessmentStimulus"
    rb"|qti-assessment-item|qti-assessment-test|qti-assessment-stimulus)[\s>/]"
)
_BEFORE_ROOT = re.compile(rb"\s+|<\?.*?\?>|<!--.*?-->|<!DOCTYPE\b[^\[>]*(?:\[.*?\]\s*)?>", re.S)
_SNIFFED = 20_000
# Some programs write everything small; these are the names that are looked for.
_SPELLED = {
    name.casefold(): name
    for name in [
        "assessmentItem",
        "assessmentTest",
        "assessmentStimulus",
        "assessmentStimulusRef",
        "assessmentItemRef",
        "assessmentSection",
        "responseDeclaration",
        "correctResponse",
        "mapEntry",
        "itemBody",
        "rubricBlock",
        "choiceInteraction",
        "orderInteraction",
        "matchInteraction",
        "associateInteraction",
        "gapMatchInteraction",
        "inlineChoiceInteraction",
        "textEntryInteraction",
        "extendedTextInteraction",
        "simpleChoice",
        "inlineChoice",
        "simpleMatchSet",
        "simpleAssociableChoice",
        "gapText",
        "gapImg",
        "feedbackInline",
        "feedbackBlock",
        "modalFeedback",
        "responseProcessing",
        "responseCondition",
        "responseIf",
        "responseElseIf",
        "responseElse",
        "setOutcomeValue",
        "baseValue",
        "mapResponse",
        "stimulusBody",
        "templateProcessing",
        "printedVariable",
        "equalRounded",
        "stringMatch",
        "responseIdentifier",
        "baseType",
        "mapKey",
        "mappedValue",
        "defaultValue",
        "caseSensitive",
        "maxChoices",
        "matchMax",
        "toleranceMode",
        "roundingMode",
        "outcomeIdentifier",
        "showHide",
    ]
}


@dataclass(frozen=True, slots=True)
class Document:
    """An XML file as read; `is_mended` if it was not sound and was read as far as possible."""

    root: Element
    is_mended: bool = False


def begins(content: bytes) -> bool:
    """Say whether the content is a file of QTI by its root element."""
    start = content[:_SNIFFED]
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        start = start.decode("utf-16", "ignore").encode()
    start = start.removeprefix(b"\xef\xbb\xbf")
    while (skipped := _BEFORE_ROOT.match(start)) is not None:
        start = start[skipped.end() :]
    return _ROOT.match(start) is not None


def parse(content: bytes) -> Document:
    """Return the file as a tree with the names of QTI 2.

    Raise `FileRefused` if it declares entities, is nested too deeply, or is no XML.
    """
    from lxml import etree

    prepared = _prepared(_decoded(content))
    is_mended = False
    try:
        root = etree.fromstring(prepared, _parser(recover=False))
    except etree.XMLSyntaxError as broken:
        if _DEEP in str(broken):
            raise FileRefused(TOO_DEEP) from broken
        root, is_mended = etree.fromstring(prepared, _parser(recover=True)), True
    if root is None:
        raise FileRefused(archives.DAMAGED)
    _rename(root)
    return Document(root, is_mended)


def _parser(*, recover: bool) -> Any:  # noqa: ANN401 -- lxml has no types
    from lxml import etree

    return etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False,
        huge_tree=False, remove_comments=True, remove_pis=True, recover=recover,
    )  # fmt: skip


def _decoded(content: bytes) -> str:
    declared = _DECLARED.match(content[:400])
    if declared is not None and not content.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        for name in ("utf-8", declared[1].decode("ascii")):
            try:
                return content.decode(name)
            except (UnicodeDecodeError, LookupError):
                continue
    return encoding.decode(content)[0]


def _prepared(text: str) -> bytes:
    """Return the text without what a declaration could do, ready to be parsed."""
    if "<!ENTITY" in text:
        raise FileRefused(archives.MARKUP)
    bare = _DOCTYPE.sub("", _PROLOG.sub("", text), count=1)
    bare = _ENTITY.sub(_named, _REFERENCE.sub(_numbered, _UNWRITABLE.sub("", bare)))
    return bare.strip().encode()


def _named(match: re.Match[str]) -> str:
    """Return the character that HTML knows by this name, which XML alone does not."""
    if match[1] in _OWN:
        return match[0]
    found = html5.get(f"{match[1]};")
    return f"&amp;{match[1]};" if found is None else found.replace("<", "&lt;")


def _numbered(match: re.Match[str]) -> str:
    number = int(match[1], 16) if match[1] else int(match[2])
    is_known = number <= 0x10FFFF and not 0xD800 <= number <= 0xDFFF
    return match[0] if is_known and not _UNWRITABLE.match(chr(number)) else ""


def _rename(root: Element) -> None:
    for element in root.iter():
        if not isinstance(element.tag, str):
            continue
        element.tag = _camel(local(element.tag), is_tag=True)
        for name in list(element.attrib):
            plain = _camel(local(name), is_tag=False)
            if plain != name:
                value = element.attrib.pop(name)
                if plain not in element.attrib:
                    element.set(plain, value)


def local(name: str) -> str:
    """Return the name without its namespace or prefix."""
    return name.rpartition("}")[2].rpartition(":")[2]


def _camel(name: str, *, is_tag: bool) -> str:
    if is_tag:
        if not name.startswith("qti-"):
            return _SPELLED.get(name, name)
        name = name.removeprefix("qti-")
    elif name.startswith(("data-", "aria-")):
        return name
    if "-" not in name:
        return _SPELLED.get(name, name)
    first, *rest = name.split("-")
    return first + "".join(word[:1].upper() + word[1:] for word in rest)


# --- Finding ------------------------------------------------------------------------------------


def every(element: Element | None, *names: str) -> list[Element]:
    """Return the elements of these names anywhere inside, in the order of the file."""
    return list(_inside(element, names))


def first(element: Element | None, *names: str) -> Element | None:
    """Return the first element of these names anywhere inside, or None."""
    return next(_inside(element, names), None)


def _inside(element: Element | None, names: Iterable[str]) -> Iterator[Element]:
    if element is not None:
        wanted = frozenset(names)
        yield from (one for one in element.iter() if one.tag in wanted and one is not element)


def children(element: Element | None, *names: str) -> list[Element]:
    """Return the elements of these names directly inside."""
    return [] if element is None else [child for child in element if child.tag in names]


def child(element: Element | None, name: str) -> Element | None:
    """Return the first element of this name directly inside, or None."""
    return next(iter(children(element, name)), None)


def text(element: Element | None) -> str:
    """Return all words inside on one line; nothing for no element."""
    return "" if element is None else " ".join("".join(element.itertext()).split())


def within(element: Element, *names: str) -> bool:
    """Say whether the element stands inside one of these names."""
    return any(one.tag in names for one in element.iterancestors())


def without(elements: Iterable[Element]) -> None:
    """Take the elements out of their tree; the text after each stays."""
    for element in list(elements):
        replace(element, "")


def replace(element: Element, words: str) -> None:
    """Put words in the place of the element; the text after it stays."""
    parent = element.getparent()
    if parent is None:
        return
    kept = words + (element.tail or "")
    before = element.getprevious()
    if before is None:
        parent.text = (parent.text or "") + kept
    else:
        before.tail = (before.tail or "") + kept
    parent.remove(element)
