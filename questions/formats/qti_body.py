"""The body of a QTI 2 or 3 item taken apart: its words, and the interactions that stand in them."""

import copy
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from core.saying import Sentence
from core.text import N_
from questions.formats import qti_xml
from questions.formats.qti_material import Collector
from questions.formats.qti_xml import Element
from questions.rules.drafting import WARNING

# Interactions that stand in a line of text and those that stand by themselves.
INLINE = frozenset({"textEntryInteraction", "inlineChoiceInteraction", "gap"})
BLOCKS = frozenset(
    {
        "choiceInteraction",
        "orderInteraction",
        "matchInteraction",
        "associateInteraction",
        "extendedTextInteraction",
    }
)
# These ask nothing: a button, and a frame around a picture.
_ASKS_NOTHING = frozenset({"endAttemptInteraction"})
_UNSAID = ("stylesheet", "script", "style", "templateBlock", "templateInline", "catalogInfo")
_FEEDBACK = ("feedbackBlock", "feedbackInline")
_OPEN, _CLOSE = "⟦", "⟧"
MARK = re.compile(rf"{_OPEN}(\d{{1,4}}){_CLOSE}")
BLANK = "____"
# Our own files show the unit of a number beside its field; it is no part of the question.
UNIT = "data-unit"
_FOR_MARKERS = frozenset({"scorer", "tutor", "author", "proctor", "testConstructor"})

COMPUTED = N_("a value that is computed when the question is asked was replaced by “…”.")


@dataclass(slots=True)
class Asked:
    """One question of an item: the words around it, and the interactions by their numbers."""

    text: str
    block: Element | None = None
    inline: dict[int, Element] = field(default_factory=dict)


@dataclass(slots=True)
class Body:
    """What the body of one item says; `other` names the kinds that are not known."""

    asked: list[Asked] = field(default_factory=list)
    passage: str = ""
    explanation: list[str] = field(default_factory=list)
    for_markers: list[Element] = field(default_factory=list)
    other: list[str] = field(default_factory=list)


def read(item: Element, collector: Collector) -> Body:
    """Return the questions of an item in their order."""
    body = Body()
    element = qti_xml.child(item, "itemBody")
    if element is None:
        return body
    for included in qti_xml.every(element, "include"):
        said = collector.included(included.get("href", ""))
        body.passage = "\n".join(part for part in (body.passage, said) if part)
        qti_xml.replace(included, "")
    _say_rubrics(element, body, collector)
    # What is shown only after an answer explains it; what stands in an option stays there.
    for shown in qti_xml.every(element, *_FEEDBACK):
        if not qti_xml.within(shown, "simpleChoice", "inlineChoice", "simpleAssociableChoice"):
            said = collector.words(copy.deepcopy(shown)) if _is_said(shown) else ""
            body.explanation += [said] if said else []
            qti_xml.replace(shown, "")
    qti_xml.without(qti_xml.every(element, *_UNSAID))
    qti_xml.without(one for one in [*element.iter()] if one.get(UNIT))
    if printed := qti_xml.every(element, "printedVariable"):
        warn(collector, "computed", COMPUTED)
        for one in printed:
            qti_xml.replace(one, "…")
    listed = _marked(element, body)
    text = collector.words(element)
    body.asked = _asked(text, listed)
    _share_passage(body)
    return body


def _is_said(shown: Element) -> bool:
    return qti_xml.first(shown, *_ASKS_NOTHING) is None and shown.tag == "feedbackBlock"


def _say_rubrics(element: Element, body: Body, collector: Collector) -> None:
    for rubric in qti_xml.every(element, "rubricBlock"):
        views = frozenset((rubric.get("view") or "candidate").split())
        if "candidate" in views or not views <= _FOR_MARKERS:
            said = collector.words(copy.deepcopy(rubric))
            body.passage = "\n".join(part for part in (body.passage, said) if part)
        else:
            body.for_markers.append(copy.deepcopy(rubric))
        qti_xml.replace(rubric, "")


def _marked(element: Element, body: Body) -> list[Element]:
    """Put a numbered mark in the place of each interaction; return them by number."""
    for one in element.iter():
        one.text = (one.text or "").replace(_OPEN, "[")
        one.tail = (one.tail or "").replace(_OPEN, "[")
    for flow in qti_xml.every(element, "gapMatchInteraction"):
        _open_gaps(flow)
    listed: list[Element] = []
    for one in list(element.iter()):
        is_asking = one.tag in INLINE or str(one.tag).endswith("Interaction")
        if is_asking and not _is_gone(one, element):
            _put_mark(one, listed, body)
    return listed


def _put_mark(one: Element, listed: list[Element], body: Body) -> None:
    if one.tag in _ASKS_NOTHING:
        qti_xml.replace(one, "")
        return
    listed.append(_kept(one))
    if one.tag in INLINE:
        qti_xml.replace(one, _mark(len(listed) - 1))
        return
    if one.tag not in BLOCKS:
        body.other.append(one.tag)
    _empty(one, _mark(len(listed) - 1))


def _is_gone(one: Element, root: Element) -> bool:
    return one is not root and root not in one.iterancestors()


def _kept(one: Element) -> Element:
    kept = copy.deepcopy(one)
    kept.tail = None
    return kept


def _mark(number: int) -> str:
    return f"{_OPEN}{number}{_CLOSE}"


def _empty(one: Element, words: str) -> None:
    tail = one.tail
    for child in list(one):
        one.remove(child)
    for name in list(one.attrib):
        del one.attrib[name]
    one.tag, one.text, one.tail = "div", words, tail


def _open_gaps(flow: Element) -> None:
    """Turn a text with gaps into plain flow; each gap keeps what may be put into it."""
    texts = qti_xml.children(flow, "gapText", "gapImg", "gapHotText")
    for gap in qti_xml.every(flow, "gap"):
        gap.set("responseIdentifier", flow.get("responseIdentifier", ""))
        gap.extend(copy.deepcopy(texts))
    for one in texts:
        qti_xml.replace(one, "")
    for prompt in qti_xml.children(flow, "prompt"):
        prompt.tag = "p"
    flow.tag = "div"


# --- Into questions -----------------------------------------------------------------------------


def _asked(text: str, listed: Sequence[Element]) -> list[Asked]:
    """Return one question for each block, and one for each stretch of text with gaps."""
    found: list[Asked] = []
    begun = Asked("")
    for place, piece in enumerate(MARK.split(text)):
        if place % 2 == 0:
            begun.text += piece
        elif int(piece) < len(listed):
            begun = _with_mark(begun, int(piece), listed[int(piece)], found)
    _end(begun, found)
    for one in found:
        one.text = one.text.strip()
    return found


def _with_mark(begun: Asked, number: int, one: Element, found: list[Asked]) -> Asked:
    """Add an interaction to the question that has begun; return the one to go on with."""
    if one.tag in INLINE:
        begun.inline[number] = one
        begun.text += _mark(number)
        return begun
    if begun.inline:
        found.append(begun)
        begun = Asked("")
    if one.tag not in BLOCKS:
        return begun
    begun.block = one
    found.append(begun)
    return Asked("")


def _end(begun: Asked, found: list[Asked]) -> None:
    """Close the last question; words that follow all others belong to the last one."""
    if begun.inline or (begun.text.strip() and not found):
        found.append(begun)
    elif begun.text.strip():
        found[-1].text = f"{found[-1].text.strip()}\n{begun.text.strip()}".strip()


def _share_passage(body: Body) -> None:
    """Make the words before the first of several questions what all of them rest on."""
    first = body.asked[0] if len(body.asked) > 1 else None
    if first is None or first.block is None or qti_xml.child(first.block, "prompt") is None:
        return
    if first.text:
        body.passage = "\n".join(part for part in (body.passage, first.text) if part)
        first.text = ""


def unknown(kinds: Sequence[str]) -> Sentence:
    """Return the reason why an item or a part of it is left out."""
    return Sentence(
        N_("questions of the kind “%(kind)s” have no type here."),
        {"kind": ", ".join(dict.fromkeys(kinds))},
    )


def warn(collector: Collector, code: str, text: str) -> None:
    """Add a remark to the question that is read."""
    collector.notes.append((WARNING, code, Sentence(text)))
