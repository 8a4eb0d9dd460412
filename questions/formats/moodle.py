"""Moodle XML: the questions of a Moodle question bank, with their pictures and categories."""

import html
import re
from typing import Any

from core import archives
from core.archives import FileRefused
from core.saying import Sentence
from core.text import N_, clean_line
from questions.formats import encoding, foreign, moodle_types, tags
from questions.formats.moodle_types import Question
from questions.rules.drafting import ERROR, INFO, WARNING, Reading
from questions.rules.settling import Found, Note, settle

_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_ENTITY = re.compile(r"&([a-zA-Z][a-zA-Z0-9]*);")
_KNOWN = frozenset({"amp", "lt", "gt", "quot", "apos"})
_LONGEST_NAME = 60
_KIND = N_("questions of the kind “%(kind)s” have no counterpart here.")
_NOTHING = N_("it is a description, which asks nothing: “%(text)s”")
_UNREADABLE = N_("what it says cannot be understood.")


def read(content: bytes) -> Reading:
    """Return the questions of a Moodle XML file.

    Raise `FileRefused` if it is none, or declares entities or anything else of its own.
    """
    text, notes = encoding.decode(content)
    root = parse(text, notes)
    found: list[Found] = []
    category = ""
    asked = [root] if root.tag == "question" else list(root.iter("question"))
    order = 0
    for element in asked:
        kind = (element.get("type") or "").strip().lower()
        if kind == "category":
            category = foreign.topic_of(_text(element, "category"))
            continue
        order += 1
        one = _question(Question(element, kind), order, notes)
        if one is not None:
            one.topic = category
            found.append(one)
    return settle(found, notes)


def parse(text: str, notes: list[Note]) -> Any:  # noqa: ANN401 -- lxml's own type
    """Return the root of an XML text. Raise `FileRefused` if it is none or declares anything."""
    from lxml import etree

    text = _DECLARATION.sub("", text, count=1)
    prolog = re.split(r"<[a-zA-Z]", text, maxsplit=1)[0]
    if "<!DOCTYPE" in prolog.upper() or "<!ENTITY" in prolog.upper():
        raise FileRefused(archives.MARKUP)
    for attempt in (text, _ENTITY.sub(_named, text)):
        try:
            return etree.fromstring(attempt, _parser(etree, recovers=False))
        except etree.XMLSyntaxError as broken:
            line = broken.lineno
    try:
        root = etree.fromstring(_ENTITY.sub(_named, text), _parser(etree, recovers=True))
    except etree.XMLSyntaxError as broken:
        raise FileRefused(archives.DAMAGED) from broken
    if root is None:
        raise FileRefused(archives.DAMAGED)
    said = N_("The file is damaged from line %(line)s on; compare its questions with it.")
    notes.append((WARNING, "damaged", Sentence(said, {"line": line})))
    return root


def _parser(etree: Any, *, recovers: bool) -> Any:  # noqa: ANN401 -- lxml's own types
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
        recover=recovers,
    )


def _named(found: re.Match[str]) -> str:
    """Return the sign that a name of HTML stands for, which XML does not know."""
    name = found[1]
    sign = html.unescape(f"&{name};")
    return found[0] if name in _KNOWN or sign == found[0] or sign in "<&" else sign


def _text(element: Any, name: str) -> str:  # noqa: ANN401 -- lxml's own type
    return moodle_types.text_of(element.find(name))


# --- One question -------------------------------------------------------------------------------


def _question(asked: Question, order: int, notes: list[Note]) -> Found | None:
    name = clean_line(_text(asked.element, "name"))
    one = Found(_place(order, name))
    told = asked.told("questiontext")
    fill = moodle_types.TYPES.get(asked.kind)
    if fill is None:
        words = clean_line(told.text)[:_LONGEST_NAME] or name
        why = Sentence(_KIND, {"kind": asked.kind or "?"})
        if asked.kind == "description":
            why = Sentence(_NOTHING, {"text": words})
        notes.append(foreign.left_out(one.place, why))
        return None
    one.stem = told.text
    asked.files("questiontext").keep(one, told, "stem")
    moodle_types.keep_old_picture(one, asked)
    _explain(one, asked)
    try:
        fill(one, asked)
    except (ValueError, ArithmeticError, AttributeError, TypeError):
        one.notes.append((ERROR, "unreadable", Sentence(_UNREADABLE)))
    if not one.stem and name:
        one.stem = name
        text = Sentence(N_("it has no text but its name, which was taken for it."))
        one.notes.append((WARNING, "name-as-stem", text))
    tags.apply(one, [moodle_types.text_of(tag) for tag in asked.element.iterfind("tags/tag")])
    return one


def _place(order: int, name: str) -> Sentence:
    if name and name != f"Câu {order}":
        values = {"number": order, "name": name[:_LONGEST_NAME]}
        return Sentence(N_("Question %(number)s “%(name)s”"), values)
    return Sentence(N_("Question %(number)s"), {"number": order})


def _explain(one: Found, asked: Question) -> None:
    one.explanation = asked.remark(one, "generalfeedback")
    hints = [hint for hint in asked.element.iterfind("hint") if moodle_types.text_of(hint).strip()]
    if hints:
        text = Sentence(N_("its hints were not taken over."))
        one.notes.append((INFO, "hints", text))
