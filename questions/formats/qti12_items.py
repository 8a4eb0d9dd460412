"""One item of QTI 1.2 as a question: what kind it is, and its content in the words of our types."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from core.saying import Sentence
from core.text import N_, fold
from questions.formats import qti12_blanks, qti12_parts, qti12_scores, qti_found, qti_xml
from questions.formats.qti12_parts import Label, Response, Shown
from questions.formats.qti12_scores import Rule
from questions.formats.qti_found import Option
from questions.formats.qti_material import Collector
from questions.formats.qti_xml import Element
from questions.rules.drafting import ERROR, WARNING
from questions.rules.settling import Found
from questions.types import essay

_KINDS = ("question_type", "bbmd_questiontype", "cc_profile", "qmd_itemtype", "interaction_type")
# What has no type of ours, by the words of Canvas, New Quizzes and Blackboard.
_UNKNOWN = re.compile(
    r"calculated|formula|file.?upload|hot.?spot|quiz bowl|opinion|likert|drawing|rich.?fill"
)
_TEXT = re.compile(r"text_only|presentation only|stimulus|passage")
_ESSAY = re.compile(r"essay|short response|long answer")
_SEVERAL = re.compile(r"multiple[ _]answer|multiple_response|multiple response")
_ORDER = re.compile(r"order|jumbled sentence|sequence")
_NO_SHOWN = frozenset({"general_fb", "correct_fb", "general_incorrect_fb", "correct", "incorrect"})
_TRUE = {"true_false.true": "True", "true_false.false": "False"}

SEVERAL_RIGHT = N_("each of several options is right by itself; choose the one to be the key.")
SPARE = N_("“%(text)s” belongs to no category and was left out.")


@dataclass(slots=True)
class Item:
    """An item being read: its fields, what it shows, how it is marked."""

    element: Element
    fields: Mapping[str, str]
    shown: Shown
    rules: list[Rule]
    feedback: dict[str, str] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        """Return what the file calls the kind of the item, in small letters."""
        return next((self.fields[name] for name in _KINDS if self.fields.get(name)), "").casefold()


def fields(item: Element) -> dict[str, str]:
    """Return the metadata of an item by the labels of its fields."""
    found: dict[str, str] = {}
    for one in qti_xml.every(item, "qtimetadatafield"):
        label = qti_xml.text(qti_xml.child(one, "fieldlabel"))
        entry = qti_xml.child(one, "fieldentry")
        found.setdefault(label, ("" if entry is None else entry.text or "").strip())
    metadata = qti_xml.child(item, "itemmetadata")
    for one in () if metadata is None else metadata.iter():
        if isinstance(one.tag, str) and one.tag.startswith(("bbmd_", "qmd_")) and one.text:
            found.setdefault(one.tag, one.text.strip())
    return found


def opened(element: Element, collector: Collector) -> Item:
    """Return an item with what it shows and how it is marked."""
    item = Item(element, fields(element), Shown(), qti12_scores.rules(element))
    for one in qti_xml.children(element, "itemfeedback"):
        words = [qti12_parts.material(part, collector) for part in qti_xml.every(one, "material")]
        item.feedback[one.get("ident", "")] = "\n".join(word for word in words if word)
    item.shown = qti12_parts.read(element, collector)
    return item


def is_text(item: Item) -> bool:
    """Say whether the item only shows something."""
    return bool(_TEXT.search(item.kind)) or (not item.shown.responses and not item.kind)


def why_not(item: Item) -> Sentence | None:
    """Return why the item has no type here, or None if it has one."""
    if _UNKNOWN.search(item.kind):
        kinds = item.kind
    elif any(_is_graphic(one) for one in item.shown.responses):
        kinds = "hot spot"
    elif not item.shown.responses and not _ESSAY.search(item.kind):
        kinds = item.kind or "–"
    else:
        return None
    return Sentence(N_("questions of the kind “%(kind)s” have no type here."), {"kind": kinds})


def _is_graphic(response: Response) -> bool:
    inside = qti_xml.first(response.element, "render_hotspot")
    return response.kind == "response_xy" or inside is not None


def read(item: Item, collector: Collector) -> Found:
    """Return the question that an item asks."""
    found = Found(Sentence(""), notes=collector.notes, media=collector.media)
    found.stem = _stem(item)
    found.explanation = _explanation(item)
    _reader(item)(found, item)
    return found


def _stem(item: Item) -> str:
    return qti12_parts.MARK.sub("", item.shown.text).strip()


def _explanation(item: Item) -> str:
    """Return what is said whatever was answered; what is said to right and wrong, if not."""
    given = item.feedback
    general = given.get("general_fb") or given.get("general")
    if not general and not _is_essay(item):
        general = given.get("solution")
    if general:
        return general
    named = [given.get(one, "") for one in ("correct_fb", "correct", "Correct")]
    named += [given.get(one, "") for one in ("general_incorrect_fb", "incorrect", "InCorrect")]
    return "\n".join(dict.fromkeys(part for part in named if part))


def _is_essay(item: Item) -> bool:
    """Say whether people mark the answer; its solution is then their sample."""
    return bool(_ESSAY.search(item.kind)) or not item.shown.responses


def _reader(item: Item) -> Callable[[Found, Item], None]:
    responses = item.shown.responses
    if _is_essay(item):
        return _essay
    if responses[0].kind == "response_grp":
        return _group
    if qti12_blanks.are_blanks(item.kind, item.shown):
        return qti12_blanks.named
    if any(one.is_typed for one in responses):
        are_typed = all(one.is_typed for one in responses)
        return qti12_blanks.typed if are_typed else qti12_blanks.mixed
    return _reader_of_choices(item)


def _reader_of_choices(item: Item) -> Callable[[Found, Item], None]:
    responses = item.shown.responses
    if len(responses) == 1:
        is_ordered = responses[0].cardinality == "Ordered" or _ORDER.search(item.kind)
        return _order if is_ordered else _choice
    is_sorting = all(one.cardinality == "Multiple" for one in responses)
    return _categories if is_sorting else _rows


# --- Choices ------------------------------------------------------------------------------------


def _choice(found: Found, item: Item) -> None:
    response = item.shown.responses[0]
    several = response.cardinality == "Multiple" or bool(_SEVERAL.search(item.kind))
    if response.words and response.words not in found.stem:
        found.stem = "\n".join(part for part in (found.stem, response.words) if part)
    worth = qti12_scores.choice(item.rules, response.ident, several=several)
    listed = [
        Option(one.ident, _words(one), _said_of(item, response, one.ident))
        for one in response.labels
    ]
    known = {one.identifier for one in listed}
    key = tuple(one for one in worth.key if one in known)
    if not key:
        key = _by_text(worth.key, listed)
    if not several and len(key) > 1:
        found.notes.append((ERROR, "several-right", Sentence(SEVERAL_RIGHT)))
        key = key[:1]
    weights = worth.weights if several else None
    qti_found.choose(found, listed, qti_found.Worth(key, weights), several=several)
    if not several and len({one for one in (worth.weights or {}).values() if one > 0}) > 1:
        qti_found.partly(found)


def _words(label: Label) -> str:
    return _TRUE.get(label.text, label.text) or (
        label.ident.capitalize() if label.ident.casefold() in ("true", "false") else ""
    )


def _by_text(key: Sequence[str], listed: Sequence[Option]) -> tuple[str, ...]:
    """Return the marks of options that the rules name by their words or as true and false."""
    wanted = {fold(one) for one in key}
    return tuple(one.identifier for one in listed if fold(one.text) in wanted)


def _said_of(item: Item, response: Response, ident: str) -> str:
    """Return what is said to those who chose this option."""
    for rule in item.rules:
        tests = rule.about(response.ident)
        if len(tests) != 1 or tests[0].value != ident:
            continue
        for name in rule.shown:
            if name not in _NO_SHOWN and item.feedback.get(name):
                return item.feedback[name]
    return item.feedback.get(f"{ident}_fb", "")


def _order(found: Found, item: Item) -> None:
    response = item.shown.responses[0]
    listed = [Option(one.ident, one.text) for one in response.labels]
    if response.words:
        found.stem = "\n".join(part for part in (found.stem, response.words) if part)
    qti_found.order(found, listed, qti12_scores.in_order(item.rules, response.ident))


# --- Pairs --------------------------------------------------------------------------------------


def _rows(found: Found, item: Item) -> None:
    """Read one row for each response, all with the same labels."""
    shown = item.shown
    words = _row_words(found, item)
    rows = [Option(one.ident, text) for one, text in zip(shown.responses, words, strict=True)]
    choices: dict[str, Option] = {}
    pairs = []
    for one in shown.responses:
        marks = {}
        for place, label in enumerate(one.labels):
            text = label.text or (shown.right[place] if place < len(shown.right) else "")
            marks[label.ident] = text
            choices.setdefault(text, Option(text, text))
        key = qti12_scores.choice(item.rules, one.ident, several=False).key
        pairs += [(one.ident, marks[name]) for name in key if name in marks][:1]
    qti_found.uneven(found, [qti12_scores.best(item.rules, one.ident) for one in shown.responses])
    qti_found.match(found, rows, list(choices.values()), pairs)


def _row_words(found: Found, item: Item) -> list[str]:
    """Return the words of each row: inside its response, or the material beside it."""
    own = [" ".join(one.words.split()) for one in item.shown.responses]
    if all(own):
        return own
    pieces = [piece.strip() for piece in qti12_parts.MARK.split(item.shown.text)[::2]]
    # Blackboard puts the words of a row after its response, others before it.
    is_after = not pieces[-1] or len([piece for piece in pieces[1:] if piece]) < len(own)
    if is_after and pieces[0]:
        lines = pieces[0].split("\n")
        beside = [lines[-1], *pieces[1:-1]]
        found.stem = "\n".join(lines[:-1]) or found.stem
    else:
        beside = pieces[1:]
        found.stem = pieces[0] or found.stem
    beside += [""] * len(own)
    return [mine or " ".join(beside[n].split()) for n, mine in enumerate(own)]


def _categories(found: Found, item: Item) -> None:
    """Read things to be sorted into categories: each thing is a row, its category the choice."""
    choices = [Option(one.ident, " ".join(one.words.split())) for one in item.shown.responses]
    texts = {label.ident: label.text for one in item.shown.responses for label in one.labels}
    pairs = [
        (test.value, one.ident)
        for one in item.shown.responses
        for rule in item.rules
        if (rule.worth or Decimal(0)) > 0
        for test in rule.about(one.ident)
    ]
    pairs = list(dict.fromkeys(pairs))
    used = {thing for thing, _ in pairs}
    rows = [Option(name, text) for name, text in texts.items() if name in used]
    for name, text in texts.items():
        if name not in used:
            found.notes.append((WARNING, "spare-part", Sentence(SPARE, {"text": text})))
    qti_found.match(found, rows, choices, pairs)


def _group(found: Found, item: Item) -> None:
    """Read a group of labels that are to be joined: “one,other” in the rules."""
    response = item.shown.responses[0]
    pairs = qti12_scores.pairs(item.rules, response.ident)
    texts = {one.ident: one.text for one in response.labels}
    firsts = [one for one in dict.fromkeys(one for one, _ in pairs) if one in texts]
    rows = [Option(one, texts[one]) for one in firsts]
    choices = [Option(name, text) for name, text in texts.items() if name not in firsts]
    qti_found.match(found, rows, choices, pairs)


def _essay(found: Found, item: Item) -> None:
    found.type = "essay"
    found.content = essay.content(sample=item.feedback.get("solution", ""))
