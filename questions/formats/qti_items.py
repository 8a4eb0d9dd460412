"""One item of QTI 2 or 3 as questions: what each interaction asks, in the words of our types."""

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from core.saying import Sentence
from core.text import N_, clean_line
from questions.formats import qti_body, qti_extras, qti_found, qti_gaps, qti_scores, qti_xml
from questions.formats.qti_body import Asked, Body
from questions.formats.qti_found import Option
from questions.formats.qti_material import Collector
from questions.formats.qti_scores import Declared
from questions.formats.qti_xml import Element
from questions.rules.drafting import INFO, WARNING
from questions.rules.settling import Found, Note
from questions.types import essay, options

LEFT_OUT = N_("%(place)s was left out: %(why)s")
_PARTLY_OUT = N_("A part of %(place)s was left out: %(why)s")
_PART = N_("%(place)s, part %(number)s")
_IN_FILE = N_("“%(title)s” in %(file)s")
_ALONE = N_("“%(title)s”")
_ADAPTIVE = N_("it leads through several steps elsewhere; here it is asked in one.")
_SPLIT = N_("one item of the file became %(count)s questions.")


@dataclass(frozen=True, slots=True)
class Told:
    """What the package says of an item beside the item itself."""

    topic: str = ""
    difficulty: str = ""
    legal_basis: str = ""
    passage: str = ""


def place_of(title: str, path: str) -> Sentence:
    """Return the place of a question in words: its title, and its file in a package."""
    values = {"title": clean_line(title)[:120], "file": path}
    return Sentence(_IN_FILE if path else _ALONE, values)


def read(item: Element, collector: Collector, told: Told) -> tuple[list[Found], list[Note]]:
    """Return the questions of an item, and the remarks on what was left out of it."""
    title = item.get("title") or item.get("identifier") or item.get("label") or "?"
    place = place_of(title, collector.path)
    extras = _extras(item)
    if qti_xml.child(item, "templateProcessing") is not None:
        why = Sentence(N_("its values are computed anew each time it is asked."))
        return [], [(WARNING, "left-out", Sentence(LEFT_OUT, {"place": place, "why": why}))]
    responses = qti_scores.declared(item)
    said = _feedback(item, collector)
    body = qti_body.read(item, collector)
    found = _questions(item, body, responses, collector)
    notes = _left_out(body, place, has_questions=bool(found))
    explanation = [*said, *body.explanation]
    for number, one in enumerate(found, start=1):
        one.place = Sentence(_PART, {"place": place, "number": number}) if found[1:] else place
        one.topic, one.difficulty, one.legal_basis = told.topic, told.difficulty, told.legal_basis
        one.passage = "\n".join(part for part in (told.passage, body.passage) if part)
        one.explanation = "\n".join(dict.fromkeys(explanation))
        if not one.stem:
            one.stem = _stem_of_title(title, one)
    if len(found) == 1:
        qti_extras.apply(found[0], extras)
    if found:
        _remark(item, found)
    return found, notes


def _extras(item: Element) -> str | None:
    own = qti_xml.child(item, "itemBody")
    return None if own is None else own.get(qti_extras.ATTRIBUTE)


def _stem_of_title(title: str, one: Found) -> str:
    """Return the title for an item whose body says nothing but its options."""
    if title == "?" or not (one.options or one.content):
        return ""
    one.notes.append((INFO, "title-as-stem", Sentence(N_("the title became the question."))))
    return clean_line(title)


def _remark(item: Element, found: list[Found]) -> None:
    if item.get("adaptive") == "true":
        found[0].notes.append((WARNING, "adaptive", Sentence(_ADAPTIVE)))
    if len(found) > 1:
        found[0].notes.append((INFO, "split", Sentence(_SPLIT, {"count": len(found)})))


def _left_out(body: Body, place: Sentence, *, has_questions: bool) -> list[Note]:
    if body.other:
        values = {"place": place, "why": qti_body.unknown(body.other)}
        text = _PARTLY_OUT if has_questions else LEFT_OUT
        return [(WARNING, "left-out", Sentence(text, values))]
    if not has_questions:
        why = Sentence(N_("it asks nothing."))
        return [(WARNING, "left-out", Sentence(LEFT_OUT, {"place": place, "why": why}))]
    return []


def _questions(
    item: Element, body: Body, responses: Mapping[str, Declared], collector: Collector
) -> list[Found]:
    found: list[Found] = []
    own = qti_extras.kind_of(_extras(item))
    for asked in body.asked:
        part = Collector(collector.package, collector.path, collector.used)
        if not found:
            part.media, part.notes = collector.media, collector.notes
        if asked.inline:
            found.append(qti_gaps.read(asked, item, responses, part))
        elif asked.block is not None:
            found.append(_block(asked, item, responses, part))
    markers = "\n".join(
        said for rubric in body.for_markers if (said := collector.words(copy.deepcopy(rubric)))
    )
    for one in found:
        if one.type == "essay" and one.content and not own and not one.content["sample"]:
            one.content["sample"] = markers
    return found


def _feedback(item: Element, collector: Collector) -> list[str]:
    """Return what is said after an answer, but for what belongs to one option."""
    names = {one.get("identifier") for one in qti_xml.every(item, "simpleChoice")}
    return [
        said
        for one in qti_xml.children(item, "modalFeedback")
        if one.get("identifier") not in names and (said := collector.words(copy.deepcopy(one)))
    ]


# --- Blocks -------------------------------------------------------------------------------------


def _block(
    asked: Asked, item: Element, responses: Mapping[str, Declared], collector: Collector
) -> Found:
    block: Any = asked.block
    found = Found(Sentence(""), notes=collector.notes, media=collector.media)
    prompt = qti_xml.child(block, "prompt")
    said = dict.fromkeys((asked.text, collector.words(prompt)))
    found.stem = "\n".join(part for part in said if part)
    response = responses.get(block.get("responseIdentifier", ""), Declared())
    _READERS[block.tag](found, block, item, response, collector)
    return found


def _choice(
    found: Found, block: Element, item: Element, response: Declared, collector: Collector
) -> None:
    listed = _options(block, item, collector)
    worth = qti_scores.worth(item, block.get("responseIdentifier", ""), response)
    several = response.cardinality != "single" and not _takes_one(block, worth)
    if not several and len(worth.key) > 1:
        several = True
    qti_found.choose(found, listed, worth, several=several)
    values = set((worth.weights or {}).values())
    if not several and len({value for value in values if value > 0}) > 1:
        qti_found.partly(found)


def _takes_one(block: Element, worth: qti_found.Worth) -> bool:
    return block.get("maxChoices") == "1" and len(worth.key) < 2


def _options(block: Element, item: Element, collector: Collector) -> list[Option]:
    modal = {
        one.get("identifier"): one
        for one in qti_xml.children(item, "modalFeedback")
        if one.get("showHide", "show") == "show"
    }
    found = []
    for place, choice in enumerate(qti_xml.every(block, "simpleChoice")):
        identifier = choice.get("identifier", "")
        shown = qti_xml.first(choice, "feedbackInline", "feedbackBlock")
        feedback = collector.words(copy.deepcopy(shown)) if shown is not None else ""
        if not feedback and identifier in modal:
            feedback = collector.words(copy.deepcopy(modal[identifier]))
        qti_xml.without(qti_xml.every(choice, "feedbackInline", "feedbackBlock"))
        at = options.IDS[place] if place < options.MOST else "stem"
        text = collector.line(choice, at)
        is_fixed = choice.get("fixed") == "true"
        found.append(Option(identifier, text, feedback, is_fixed))
    return found


def _order(
    found: Found, block: Element, item: Element, response: Declared, collector: Collector
) -> None:
    listed = [
        Option(one.get("identifier", ""), collector.line(one))
        for one in qti_xml.every(block, "simpleChoice")
    ]
    key = response.correct
    if not key:
        tests = qti_scores.tested(item, block.get("responseIdentifier", ""))
        key = next((one.values for one in tests if len(one.values) > 1), ())
    qti_found.order(found, listed, key)


def _match(
    found: Found, block: Element, item: Element, response: Declared, collector: Collector
) -> None:
    sets = [
        [
            Option(one.get("identifier", ""), collector.line(one))
            for one in qti_xml.every(group, "simpleAssociableChoice")
        ]
        for group in qti_xml.children(block, "simpleMatchSet")
    ]
    sets += [[]] * (2 - len(sets))
    pairs = _right_pairs(response)
    qti_found.uneven(found, _worths(response, pairs))
    found.type = qti_extras.kind_of(_extras(item))
    names = {one.identifier for one in sets[0]}
    forward = [(one, other) if one in names else (other, one) for one, other in pairs]
    backward = [(other, one) for one, other in forward]
    if not _is_one_each(sets[0], forward) and _is_one_each(sets[1], backward):
        qti_found.match(found, sets[1], sets[0], backward)
    else:
        qti_found.match(found, sets[0], sets[1], forward)


def _right_pairs(response: Declared) -> list[tuple[str, str]]:
    listed = response.correct or tuple(key for key, worth in response.worth.items() if worth > 0)
    parts = [pair.split() for pair in dict.fromkeys(listed)]
    return [(pair[0], pair[1]) for pair in parts if len(pair) == 2]


def _worths(response: Declared, pairs: list[tuple[str, str]]) -> list[Decimal]:
    return [response.worth.get(f"{one} {other}", Decimal(0)) for one, other in pairs]


def _is_one_each(rows: list[Option], pairs: list[tuple[str, str]]) -> bool:
    """Say whether each row has just one choice that fits it."""
    used = [row for row, _ in pairs]
    return bool(rows) and all(used.count(one.identifier) == 1 for one in rows)


def _associate(
    found: Found, block: Element, item: Element, response: Declared, collector: Collector
) -> None:
    known = {
        one.get("identifier", ""): Option(one.get("identifier", ""), collector.line(one))
        for one in qti_xml.every(block, "simpleAssociableChoice")
    }
    pairs = [
        (one, other) for one, other in _right_pairs(response) if one in known and other in known
    ]
    qti_found.uneven(found, _worths(response, pairs))
    firsts = list(dict.fromkeys(one for one, _ in pairs))
    rows = [known[one] for one in firsts]
    choices = [one for name, one in known.items() if name not in firsts]
    qti_found.match(found, rows, choices, pairs)


def _free(
    found: Found, block: Element, item: Element, response: Declared, collector: Collector
) -> None:
    found.type = "essay"
    found.content = essay.content(sample="\n".join(response.correct))


_READERS = {
    "choiceInteraction": _choice,
    "orderInteraction": _order,
    "matchInteraction": _match,
    "associateInteraction": _associate,
    "extendedTextInteraction": _free,
}
