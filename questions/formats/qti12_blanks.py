"""Gaps of QTI 1.2: fields in a text, and Canvas' [names] in a text with a response for each."""

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from core.saying import Sentence
from core.text import N_
from questions.formats import qti12_parts, qti12_scores, qti_extras, qti_found, qti_xml
from questions.formats.qti12_parts import Response, Shown
from questions.rules.drafting import ERROR, WARNING
from questions.rules.settling import Found
from questions.types import cloze, essay, options, short_answer

if TYPE_CHECKING:
    from questions.formats.qti12_items import Item

Gap = tuple[str, dict[str, Any]]
BLANK = "____"
_NAMED = re.compile(r"fill_in_multiple_blanks|multiple_dropdowns|fill in the blank plus|jumbled")
_NUMERIC = re.compile(r"numeric|numerical")
_NUMBER_FIELDS = frozenset({"decimal", "integer", "scientific"})
_CHOOSES = frozenset({"dropdown", "wordbank"})

NO_KEY = N_("gap %(gap)s has no key.")
TOO_MANY = N_("gap %(gap)s has more choices than a gap can have; it is typed here.")
LOOSE = N_("gap %(gap)s is marked more loosely elsewhere (%(how)s); here the words must fit.")
NOT_IN_TEXT = N_("the gap “%(name)s” is not in the text and was put at its end.")
PEOPLE = N_("no key was found; people mark the answer.")


def are_blanks(kind: str, shown: Shown) -> bool:
    """Say whether the responses belong to names in brackets in the text."""
    names = [_name(one) for one in shown.responses]
    if _NAMED.search(kind):
        are_typed = all(one.is_typed for one in shown.responses)
        return not are_typed or any(f"[{name}]" in shown.text for name in names)
    return not kind and bool(names) and all(f"[{name}]" in shown.text for name in names)


def _name(response: Response) -> str:
    return response.ident.removeprefix("response_")


# --- Typed --------------------------------------------------------------------------------------


def typed(found: Found, item: "Item") -> None:
    """Read fields to type into: one is a short answer or a number, several are gaps."""
    responses = item.shown.responses
    fields = [len(qti_xml.children(_fib(one), "response_label")) for one in responses]
    if len(responses) == 1 and max(fields, default=0) > 1:
        _several_fields(found, item)
        return
    gaps = [_typed(item, one) for one in responses]
    is_text = qti_extras.kind_of(item.fields.get(qti_extras.FIELD)) == "cloze"
    if len(gaps) > 1 or is_text:
        _in_text(found, item, gaps)
        return
    before, _, after = qti12_parts.MARK.sub("\x00", item.shown.text).partition("\x00")
    found.stem = f"{before}{BLANK}{after}".strip() if after.strip() else before.strip()
    found.stem = found.stem or responses[0].words
    found.type, found.content = gaps[0]
    if not found.content["answers"]:
        found.type, found.content = "essay", essay.content()
        if item.kind:
            found.notes.append((WARNING, "no-key", Sentence(PEOPLE)))


def _fib(response: Response) -> Any:  # noqa: ANN401 -- lxml has no types
    found = qti_xml.first(response.element, "render_fib")
    return response.element if found is None else found


def _typed(item: "Item", response: Response) -> Gap:
    numbers = qti12_scores.numbers(item.rules, response.ident)
    words, held, exact = qti12_scores.texts(item.rules, response.ident)
    kind = (_fib(response).get("fibtype") or "").casefold()
    is_number = response.kind == "response_num" or kind in _NUMBER_FIELDS
    are_numbers = all(qti_found.number(one) is not None for one in words)
    if numbers and are_numbers and (is_number or _NUMERIC.search(item.kind)):
        return "numeric", qti_found.numbers(numbers)
    content = qti_found.short(words, exact_case=exact)
    for answer in content["answers"]:
        if answer["text"] in held:
            answer |= {"text": f"*{answer['text']}*", "is_pattern": True}
    return "short_answer", content


def _several_fields(found: Found, item: "Item") -> None:
    """Read one response with several fields, whose keys stand in the order of the fields."""
    response = item.shown.responses[0]
    labels = qti_xml.children(_fib(response), "response_label")
    tests = [
        (test, rule.worth or qti12_scores.ONE)
        for rule in item.rules
        if (rule.worth or Decimal(0)) > 0
        for test in rule.about(response.ident)
    ]
    places = {label.get("ident", ""): place for place, label in enumerate(labels)}
    answers: list[dict[str, Decimal]] = [{} for _ in labels]
    for order, (test, worth) in enumerate(tests):
        index = test.element.get("index", "")
        place = int(index) - 1 if index.isdecimal() else places.get(test.value, order)
        if 0 <= place < len(answers):
            answers[place].setdefault(test.value, worth)
    gaps: list[Gap] = [("short_answer", qti_found.short(one, exact_case=False)) for one in answers]
    found.type, found.content = "cloze", cloze.content(gaps)
    marks = "".join(f" [[{place}]]" for place in range(1, len(gaps) + 1))
    found.stem = "\n".join(part for part in (found.stem, response.words) if part) + marks
    _name_missing(found, gaps)


def _weighed(item: "Item", gaps: list[Gap]) -> dict[str, Any]:
    content = cloze.content(gaps)
    responses = item.shown.responses
    qti_found.weigh(content, [qti12_scores.best(item.rules, one.ident) for one in responses])
    return content


def _in_text(found: Found, item: "Item", gaps: list[Gap]) -> None:
    found.type, found.content = "cloze", _weighed(item, gaps)
    pieces = qti12_parts.MARK.split(item.shown.text)
    found.stem = "".join(
        qti_found.plain(piece) if place % 2 == 0 else f"[[{int(piece) + 1}]]"
        for place, piece in enumerate(pieces)
    ).strip()
    _name_missing(found, gaps)


def mixed(found: Found, item: "Item") -> None:
    """Read fields and choices that stand in one text."""
    gaps = [
        _typed(item, one) if one.is_typed else _chosen(found, item, one, place)
        for place, one in enumerate(item.shown.responses, start=1)
    ]
    _in_text(found, item, gaps)


# --- By name ------------------------------------------------------------------------------------


def named(found: Found, item: "Item") -> None:
    """Read a text with names in brackets, each with a response of that name."""
    text = qti_found.plain(qti12_parts.MARK.sub("", item.shown.text).strip())
    gaps: list[Gap] = []
    for place, one in enumerate(item.shown.responses, start=1):
        gaps.append(_gap(found, item, one, place))
        names = [f"[{name}]" for name in (_name(one), one.words) if f"[{name}]" in text]
        if names:
            text = text.replace(names[0], f"[[{place}]]", 1)
        else:
            values = {"name": _name(one)}
            found.notes.append((WARNING, "gap-not-in-text", Sentence(NOT_IN_TEXT, values)))
            text = f"{text} [[{place}]]"
    found.stem = text
    found.type, found.content = "cloze", _weighed(item, gaps)
    _name_missing(found, gaps)


def _gap(found: Found, item: "Item", response: Response, place: int) -> Gap:
    if response.is_typed:
        return _typed(item, response)
    kinds = {label.element.get("answer_type", "") for label in response.labels}
    is_choice = "dropdown" in item.kind or bool(kinds & _CHOOSES) or "jumbled" in item.kind
    if not item.kind:
        # Without a word of the file: spellings of one answer differ in little but capitals.
        is_choice = len({label.text.casefold() for label in response.labels}) > 1
    if is_choice:
        return _chosen(found, item, response, place)
    answers = [_accepted(found, label, place) for label in response.labels]
    exact = any(label.element.get("ignore_case") == "false" for label in response.labels)
    content = short_answer.content([one for one, _ in answers])
    content["exact"] = ["case", "marks"] if exact else list(short_answer.DEFAULT)
    for answer, (_, is_pattern) in zip(content["answers"], answers, strict=True):
        answer["is_pattern"] = is_pattern
    return "short_answer", content


def _accepted(found: Found, label: qti12_parts.Label, place: int) -> tuple[str, bool]:
    how = label.element.get("scoring_algorithm", "")
    if how == "TextContainsAnswer":
        return f"*{label.text}*", True
    if how in ("TextCloseEnough", "TextRegex"):
        values = {"gap": place, "how": how}
        found.notes.append((WARNING, "looser", Sentence(LOOSE, values)))
    return label.text, False


def _chosen(found: Found, item: "Item", response: Response, place: int) -> Gap:
    worth = qti12_scores.choice(item.rules, response.ident, several=False)
    texts = [one.text for one in response.labels]
    key = [n for n, one in enumerate(response.labels) if one.ident in worth.key][:1]
    if len(texts) > options.MOST:
        found.notes.append((WARNING, "many-choices", Sentence(TOO_MANY, {"gap": place})))
        right = dict.fromkeys([texts[n] for n in key], qti12_scores.ONE)
        return "short_answer", qti_found.short(right, exact_case=False)
    return "single_choice", options.content(texts, key)


def _name_missing(found: Found, gaps: list[Gap]) -> None:
    for place, (_, content) in enumerate(gaps, start=1):
        if not content.get("answers") and not content.get("key"):
            found.notes.append((ERROR, "no-key", Sentence(NO_KEY, {"gap": place})))
