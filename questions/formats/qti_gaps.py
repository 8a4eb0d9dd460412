"""Gaps in a text of QTI 2 and 3: words to type, numbers, and choices in a line."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from core.saying import Sentence
from core.text import N_
from questions.formats import qti_body, qti_extras, qti_found, qti_scores, qti_xml
from questions.formats.qti_body import Asked
from questions.formats.qti_material import Collector
from questions.formats.qti_scores import Declared
from questions.formats.qti_xml import Element
from questions.rules.drafting import ERROR, WARNING
from questions.rules.settling import Found
from questions.types import cloze, essay, options

Gap = tuple[str, dict[str, Any]]
_NUMBERS = frozenset({"float", "integer", "duration"})

NO_KEY = N_("gap %(gap)s has no key.")
TOO_MANY = N_("gap %(gap)s has more choices than a gap can have; it is typed here.")


def read(
    asked: Asked, item: Element, responses: Mapping[str, Declared], collector: Collector
) -> Found:
    """Return a question with gaps: one gap in the item is a short answer or a number."""
    found = Found(Sentence(""))
    found.notes = collector.notes
    found.media = collector.media
    gaps = []
    for place, one in enumerate(asked.inline.values(), start=1):
        gaps.append(_gap(one, item, responses, collector, place))
    only = next(iter(asked.inline.values()))
    if len(gaps) == 1 and only.tag == "textEntryInteraction" and not _says_cloze(item):
        found.stem = _with_blank(asked)
        found.type, found.content = gaps[0]
        if not found.content.get("answers"):
            _as_essay(found)
        return found
    found.type = "cloze"
    found.content = cloze.content(gaps)
    qti_found.weigh(found.content, [_worth(one, item, responses) for one in asked.inline.values()])
    found.stem = _with_gaps(asked)
    return found


def _worth(one: Element, item: Element, responses: Mapping[str, Declared]) -> Decimal:
    """Return what a gap earns by the mapping of its response, 0 if it is marked otherwise."""
    identifier = one.get("responseIdentifier", "")
    response = responses.get(identifier, Declared())
    if not qti_scores.is_mapped(item, identifier, response):
        return Decimal(0)
    if one.tag != "gap":
        return max(response.worth.values())
    mine = [
        value for key, value in response.worth.items() if key.split()[1:] == [one.get("identifier")]
    ]
    return max(mine, default=Decimal(0))


def _says_cloze(item: Element) -> bool:
    body = qti_xml.child(item, "itemBody")
    return body is not None and qti_extras.kind_of(body.get(qti_extras.ATTRIBUTE)) == "cloze"


def _as_essay(found: Found) -> None:
    """Make a field without a key free text: people mark it, as the file means it to be."""
    found.type, found.content = "essay", essay.content()
    text = N_("no key was found; people mark the answer.")
    found.notes.append((WARNING, "no-key", Sentence(text)))


def _with_blank(asked: Asked) -> str:
    """Return the text with a line where the field stood, unless it stood at the end."""
    before, _, after = qti_body.MARK.sub("\x00", asked.text).partition("\x00")
    if after.strip():
        return (before + qti_body.BLANK + after).strip()
    return before.strip() or qti_body.BLANK


def _with_gaps(asked: Asked) -> str:
    numbers = {str(number): place for place, number in enumerate(asked.inline, start=1)}
    pieces = qti_body.MARK.split(asked.text)
    words = [
        qti_found.plain(piece) if place % 2 == 0 else f"[[{numbers.get(piece, piece)}]]"
        for place, piece in enumerate(pieces)
    ]
    return "".join(words).strip()


def _gap(
    one: Element,
    item: Element,
    responses: Mapping[str, Declared],
    collector: Collector,
    place: int,
) -> Gap:
    identifier = one.get("responseIdentifier", "")
    response = responses.get(identifier, Declared(base="string"))
    if one.tag == "textEntryInteraction":
        gap = _typed(item, identifier, response)
        has_key = bool(gap[1]["answers"])
    else:
        gap = _chosen(one, item, response, collector, place)
        has_key = bool(gap[1].get("key") or gap[1].get("answers"))
    if not has_key and len(collector.notes) < 200 and place > 0:
        collector.notes.append((ERROR, "no-key", Sentence(NO_KEY, {"gap": place})))
    return gap


def _typed(item: Element, identifier: str, response: Declared) -> Gap:
    if response.base in _NUMBERS or (response.base == "record" and response.correct):
        return "numeric", qti_found.numbers(qti_scores.numbers(item, identifier, response))
    accepted = qti_scores.texts(item, identifier, response)
    return "short_answer", qti_found.short(accepted, exact_case=response.exact_case)


def _chosen(
    one: Element, item: Element, response: Declared, collector: Collector, place: int
) -> Gap:
    listed = qti_xml.children(one, "inlineChoice", "gapText", "gapImg", "gapHotText")
    texts = [collector.line(choice, "stem") or choice.get("label", "") for choice in listed]
    names = [choice.get("identifier", "") for choice in listed]
    if one.tag == "gap":
        right = _fits_gap(one, response)
    else:
        right = qti_scores.worth(item, one.get("responseIdentifier", ""), response).key
    key = [number for number, name in enumerate(names) if name in right][:1]
    if len(listed) > options.MOST:
        collector.notes.append((WARNING, "many-choices", Sentence(TOO_MANY, {"gap": place})))
        return "short_answer", qti_found.short(
            dict.fromkeys([texts[number] for number in key], qti_scores.ONE), exact_case=False
        )
    return "single_choice", options.content(texts, key)


def _fits_gap(gap: Element, response: Declared) -> tuple[str, ...]:
    identifier = gap.get("identifier", "")
    pairs = [*response.correct, *(key for key, value in response.worth.items() if value > 0)]
    return tuple(
        pair.split()[0]
        for pair in pairs
        if len(pair.split()) == 2 and pair.split()[1] == identifier
    )
