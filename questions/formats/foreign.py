"""Questions as other systems keep them (shares, feedback, files), made those of our types."""

import urllib.parse
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from core.saying import Sentence
from core.text import N_, clean, clean_line
from questions.formats.html_text import Plain
from questions.rules import drafting
from questions.rules.drafting import INFO, MULTIPLE, SINGLE, TRUE_FALSE, WARNING
from questions.rules.settling import Found, Note
from questions.types import cloze, essay, matching, options, ordering, short_answer, true_false

_FULL = Decimal(1)
_NEAR = Decimal("0.011")
_PERCENT = Decimal(100)
_STEP = Decimal("0.00001")


@dataclass(slots=True)
class Answer:
    """One answer of a question elsewhere: its words, its share of the points, what it is told."""

    text: str
    share: Decimal = Decimal(0)
    feedback: str = ""


@dataclass(slots=True)
class Files:
    """The files that a question brings along: their content in base64 by name."""

    known: Mapping[str, str] = field(default_factory=dict)

    def keep(self, one: Found, told: Plain, at: str) -> None:
        """Put what stands in a text beside the question; name what the file does not hold."""
        for picture in told.pictures:
            name = urllib.parse.unquote(picture.src.rpartition("/")[2]) or "?"
            data = self.data(picture.src)
            if data is None:
                text = Sentence(N_("its picture “%(name)s” is not in the file."), {"name": name})
                one.notes.append((WARNING, "pictures", text))
            else:
                name = "picture" if picture.src.startswith("data:") else name
                one.media.append({"name": name, "at": at, "alt": picture.alt, "data": data})
        for source in told.sounds:
            name, data = source.rpartition("/")[2], self.data(source)
            if data is None:
                text = Sentence(N_("its sound “%(name)s” is not in the file."), {"name": name})
                one.notes.append((WARNING, "pictures", text))
            else:
                one.media.append({"name": name, "at": at, "alt": "", "data": data})
        if told.lost:
            text = Sentence(
                N_("parts of it were not taken over: %(names)s."),
                {"names": ", ".join(dict.fromkeys(told.lost))},
            )
            one.notes.append((WARNING, "parts", text))

    def data(self, source: str) -> str | None:
        """Return a file in base64 by the address that a text gives."""
        head, comma, body = source.partition(",")
        if comma and head.startswith("data:") and head.endswith(";base64"):
            return "".join(body.split())
        name = urllib.parse.unquote(source.partition("?")[0]).rpartition("/")[2]
        return self.known.get(source) or self.known.get(name)


def remark(one: Found, told: Plain) -> str:
    """Return the words of an explanation or of feedback; name the pictures that it loses."""
    text = Sentence(N_("the pictures of its explanation and feedback were not taken over."))
    note = (WARNING, "pictures", text)
    if (told.pictures or told.sounds or told.lost) and note not in one.notes:
        one.notes.append(note)
    return told.text


def share(text: str) -> Decimal:
    """Return a share written in percent, 0 for what is no number."""
    try:
        found = Decimal(text.strip().replace(",", ".") or 0) / _PERCENT
    except InvalidOperation:
        return Decimal(0)
    return found if found.is_finite() else Decimal(0)


def number(text: str) -> str | None:
    """Return a number as our types keep it, or None for what is none."""
    bare = clean_line(text).replace(" ", "")
    if bare.count(",") == 1 and "." not in bare:
        bare = bare.replace(",", ".")
    try:
        found = Decimal(bare)
    except InvalidOperation:
        return None
    return format(found, "f") if found.is_finite() and abs(found.adjusted()) < 30 else None


def topic_of(path: str) -> str:
    """Return a topic from the path of a category: without what only Moodle needs."""
    parts = [clean_line(part.replace("\0", "/")) for part in path.replace("//", "\0").split("/")]
    inner = [part for part in parts if part and not part.startswith("$")]
    while inner and inner[0].lower() == "top":
        inner = inner[1:]
    return "/".join(inner)


def left_out(place: Sentence, why: Sentence) -> Note:
    """Return the remark on a question that has no type of ours."""
    text = N_("%(place)s was left out: %(why)s")
    return WARNING, "left-out", Sentence(text, {"place": place, "why": why})


# --- Options ------------------------------------------------------------------------------------


def choice(one: Found, answers: Sequence[Answer], *, is_single: bool) -> None:
    """Make the question one of options; shares below the whole make it one of several keys."""
    one.options = [answer.text for answer in answers]
    one.letters = [options.letter(place) for place in range(len(answers))]
    best = max((answer.share for answer in answers), default=Decimal(0))
    wanted = _key(answers, best, is_single=is_single)
    one.key = tuple(wanted)
    one.type = SINGLE if is_single and len(wanted) < 2 else MULTIPLE
    if one.type == SINGLE and drafting.type_of(one.options, one.key) == TRUE_FALSE:
        one.type = TRUE_FALSE
    if is_single and len(wanted) > 1:
        text = Sentence(N_("the file takes any of several keys; here all of them are asked for."))
        one.notes.append((WARNING, "several-keys", text))
    if is_single and any(0 < answer.share < best for answer in answers):
        text = Sentence(N_("options that earn a part of the points earn none here."))
        one.notes.append((WARNING, "shares", text))
    _weigh(one, answers, is_single=is_single)


def _key(answers: Sequence[Answer], best: Decimal, *, is_single: bool) -> list[int]:
    if best <= 0:
        return []
    least = best if is_single else Decimal(0)
    return [n for n, one in enumerate(answers) if one.share >= least and one.share > 0]


def _weigh(one: Found, answers: Sequence[Answer], *, is_single: bool) -> None:
    """Keep feedback and, where the shares are the file's own, how they are counted."""
    has_feedback = any(answer.feedback for answer in answers)
    if not one.key or not (has_feedback or not is_single):
        return
    one.content = options.content(one.options, one.key, drafting.pinned(one.options))
    for option, answer in zip(one.content["options"], answers, strict=True):
        if answer.feedback:
            option["feedback"] = answer.feedback
    if not is_single and one.type == MULTIPLE:
        _score(one, one.content, answers)


def _score(one: Found, content: dict[str, Any], answers: Sequence[Answer]) -> None:
    key = one.key or ()
    weights = _weights(answers, key)
    if weights is None:
        if any(answer.share not in (0, 1) for answer in answers):
            text = Sentence(N_("its shares do not add up to 100%%; all keys are asked for."))
            one.notes.append((WARNING, "shares", text))
        return
    content["scoring"] = _scoring(weights, key)
    if content["scoring"] == "weights":
        for option, weight in zip(content["options"], weights, strict=True):
            option["weight"] = format(weight.normalize(), "f")


def _weights(answers: Sequence[Answer], key: Sequence[int]) -> list[Decimal] | None:
    """Return the shares, rounded so that those of the keys make the whole; None if they do not."""
    found = [answer.share.quantize(_STEP) for answer in answers]
    total = sum((found[place] for place in key), Decimal(0))
    if abs(total - _FULL) > _NEAR:
        return None
    found[key[-1]] += _FULL - total
    return found


def _scoring(weights: Sequence[Decimal], key: Sequence[int]) -> str:
    """Return the way of scoring that these shares are: ours, where one says the same."""
    part = _FULL / len(key)
    wrong = {weight for place, weight in enumerate(weights) if place not in key}
    if all(abs(weights[place] - part) <= _NEAR for place in key):
        if wrong <= {Decimal(0)}:
            return "partial"
        if all(abs(weight + part) <= _NEAR for weight in wrong):
            return "penalty"
    return "weights"


def truth(one: Found, *, is_true: bool, if_true: str = "", if_false: str = "") -> None:
    """Make the question a statement that is true or false; feedback by what was chosen."""
    answers = [
        Answer(true_false.TRUE, Decimal(is_true), if_true),
        Answer(true_false.FALSE, Decimal(not is_true), if_false),
    ]
    choice(one, answers, is_single=True)
    one.type = TRUE_FALSE


# --- Without options ----------------------------------------------------------------------------


def as_words(answers: Iterable[Answer], *, minds_case: bool = False) -> dict[str, Any]:
    """Return the content of a short answer, where a star without backslash is any words."""
    exact = [*short_answer.DEFAULT, *(["case"] if minds_case else [])]
    made = short_answer.content([], exact)
    for answer in answers:
        is_pattern = "*" in answer.text.replace("\\*", "")
        text = clean(answer.text) if is_pattern else clean(answer.text.replace("\\*", "*"))
        kept = _accepted(answer, {"text": text, "is_pattern": is_pattern})
        made["answers"].append(kept)
    return made


def words(one: Found, answers: Sequence[Answer], *, minds_case: bool = False) -> None:
    """Make the question a short answer; an answer of stars alone, which takes all, is dropped."""
    kept = [answer for answer in answers if answer.text.strip("* ")]
    if len(kept) < len(answers) and any(answer.feedback for answer in answers):
        one.notes.append((INFO, "any-answer", _any_answer()))
    one.type = "short_answer"
    one.content = as_words(kept, minds_case=minds_case)


def _any_answer() -> Sentence:
    return Sentence(N_("the answer “*”, which takes any words, was dropped with its feedback."))


def _accepted(answer: Answer, accepted: dict[str, Any]) -> dict[str, Any]:
    earned = min(max(answer.share, Decimal(0)), _FULL)
    accepted["fraction"] = format(earned.normalize(), "f")
    if answer.feedback:
        accepted["feedback"] = answer.feedback
    return accepted


def as_numbers(answers: Sequence[tuple[Answer, str]], unit: str = "") -> dict[str, Any]:
    """Return the content of a number from answers with their tolerances."""
    listed = []
    for answer, tolerance in answers:
        value = number(answer.text)
        if answer.text.strip() == "*":
            continue
        accepted = {
            "value": value if value is not None else answer.text.strip(),
            "tolerance": (number(tolerance) or "0").lstrip("-"),
            "kind": "absolute",
        }
        listed.append(_accepted(answer, accepted))
    return {"answers": listed, "unit": unit}


def numbers(one: Found, answers: Sequence[tuple[Answer, str]], unit: str = "") -> None:
    """Make the question a number; an answer that takes any number is dropped."""
    one.type = "numeric"
    one.content = as_numbers(answers, unit)


def pairs(one: Found, listed: Sequence[tuple[str, str]]) -> None:
    """Make the question one of pairs; a choice without a row fits none."""
    rows = [(row, choice) for row, choice in listed if row]
    others = [choice for row, choice in listed if not row and choice]
    one.type = "matching"
    one.content = matching.content(rows, others)


def order(one: Found, listed: Sequence[str]) -> None:
    """Make the question one of things in order."""
    one.type = "ordering"
    one.content = ordering.content(listed)


def free(one: Found, sample: str = "", least: int | None = None, most: int | None = None) -> None:
    """Make the question an essay."""
    most = min(most, essay.MOST_WORDS) if most else None
    one.type = "essay"
    one.content = essay.content(least or None, most, (), sample)


def gaps(one: Found, listed: Sequence[tuple[str, Mapping[str, Any]]]) -> None:
    """Make the question a text with gaps, marked [[1]] and so on in its stem."""
    one.type = "cloze"
    one.content = cloze.content(listed)
