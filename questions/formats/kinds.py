"""Questions without a key among options: statements, short answers, numbers, essays, and more."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from core.saying import Sentence
from core.text import N_, fold
from questions.formats import content_of, grammar, parts, verdicts
from questions.formats.asking import Choice, Open
from questions.rules import drafting
from questions.rules.drafting import INFO, WARNING
from questions.rules.settling import Found
from questions.types import essay, numeric, options, short_answer, statements

_ASKS_FOR_VERDICTS = re.compile(
    r"\b(?:dung|true)\s*(?:/|hoac|hay|or|va|,|-|–)?\s*(?:sai|false)\b"
    r"|\bdung\b.{0,20}\bsai\b.{0,30}\by\b"
)
_OR = re.compile(r"\s+(?:hoặc|hay)\s+|\s*\|\s*|\s*;\s+")
_NUMBER = re.compile(
    r"(?P<value>[+\-−–]?\s?\d[\d.,]*)\s*(?P<unit>%|[^\W\d_][^\d=;,]{0,24})?\s*\.?\s*$"
)
_FOUR = 4
_LONGEST_ANSWER = 60
_PARTS = ("text", "either", "label")


def decide(found: Sequence[Found], done: Sequence[Open]) -> None:
    """Give each question that has no key among options its type and its content."""
    pairs = list(zip(found, done, strict=True))
    stated = [(one, read) for one, read in pairs if _is_of_statements(one, read)]
    look = _look(one for one, read in stated if not _said(one, read))
    for one, read in pairs:
        if read.form:
            content_of.take(one, read)
        elif any(one is other for other, _ in stated):
            _state(one, read, look)
        elif not one.options:
            _ask_openly(one, read)


# --- Statements ---------------------------------------------------------------------------------


def _is_of_statements(one: Found, read: Open) -> bool:
    choices = read.choices
    if read.form or len(choices) < statements.FEWEST or drafting.is_true_false(one.options):
        return read.form == "statements" and len(choices) >= statements.FEWEST
    if read.part_kind == parts.STATEMENTS or _said(one, read):
        return True
    if choices[0].kind[0] != "a" or read.said:
        return False
    asks = _ASKS_FOR_VERDICTS.search(fold(one.stem)) is not None
    judged = [verdict for choice in choices if (verdict := _verdict(choice)) is not None]
    if len(judged) == len(choices):
        return asks or sum(judged) != 1 or not any(choice.signs for choice in choices)
    return asks and not one.said


def _said(one: Found, read: Open) -> verdicts.Verdicts:
    """Return the verdicts that a key says for all statements of a question."""
    rows = [read.judged, *(verdicts.row(said) for said in one.said)]
    return next((row for row in rows if row and set(row) >= set(one.letters)), {})


def _verdict(choice: Choice) -> bool | None:
    """Return the verdict that stands beside a statement."""
    if {"true", "false"} & choice.signs:
        return "true" in choice.signs
    found = verdicts.trailing(choice.text.text)
    return None if found is None else found[1]


def _look(stated: Iterable[Found]) -> str | None:
    """Return the look that shows the true statements: it is on some of them, not on all."""
    counted: Counter[str] = Counter()
    for one in stated:
        names = {name for marks in one.marks for name in marks}
        counted.update(name for name in names if not all(name in marks for marks in one.marks))
    ranked = sorted(counted, key=lambda name: (-counted[name], _rank(name), name))
    return ranked[0] if ranked else None


def _rank(name: str) -> int:
    part = name.partition(":")[2]
    return _PARTS.index(part) if part in _PARTS else 0


def _state(one: Found, read: Open, look: str | None) -> None:
    said = _said(one, read)
    judged = [_verdict(choice) for choice in read.choices]
    beside = bool(judged) and all(verdict is not None for verdict in judged)
    texts = list(one.options)
    shown: list[bool | None]
    if said:
        shown = [said.get(letter) for letter in one.letters]
        if beside and shown != judged:
            text = Sentence(N_("the key given disagrees with the verdicts beside the statements."))
            one.notes.append((WARNING, "key-disagrees", text))
    elif beside:
        shown = list(judged)
    elif look is not None:
        shown = [look in marks for marks in one.marks]
    else:
        shown = [None] * len(texts)
    if beside:
        texts = [_without_verdict(choice, text) for choice, text in
                 zip(read.choices, texts, strict=True)]  # fmt: skip
    scoring = "steps" if len(texts) == _FOUR else "equal"
    listed = [(text, verdict) for text, verdict in zip(texts, shown, strict=True)]
    _become(one, "statements", statements.content(listed[: statements.MOST], scoring))  # type: ignore[arg-type]  # -- a verdict that was not found is named as a fault
    if len(listed) > statements.MOST:
        text = Sentence(N_("there are more than %(most)s statements."), {"most": statements.MOST})
        one.notes.append(("error", "too-many-options", text))


def _without_verdict(choice: Choice, text: str) -> str:
    found = verdicts.trailing(text)
    if {"true", "false"} & choice.signs:
        return text.removesuffix(choice.verdict).rstrip() if choice.verdict else text
    return text if found is None else text[: found[0]].rstrip()


def _become(one: Found, kind: str, content: content_of.Content) -> None:
    """Make a question one of another type: its options and marks say nothing of a key then."""
    one.type, one.content = kind, content
    ids = content.get("statements") or []
    places = {options.IDS[n]: str(own["id"]) for n, own in enumerate(ids)}
    for one_media in one.media:
        one_media["at"] = places.get(one_media["at"], one_media["at"])
    one.options, one.letters, one.marks, one.said = [], [], [], []


# --- Answers in words, figures and free text ----------------------------------------------------


def _ask_openly(one: Found, read: Open) -> None:
    typed = [*read.typed, *_typed_later(one, read)]
    if read.part_kind == parts.ESSAY or read.is_sampled:
        sample = "\n".join([*read.typed, one.explanation]).strip()
        one.explanation = ""
        _become(one, "essay", essay.content(sample=sample))
    elif typed:
        _answer(one, typed)
    elif read.part_kind == parts.SHORT:
        _become(one, "short_answer", short_answer.content([]))


def _typed_later(one: Found, read: Open) -> list[str]:
    """Return the answer that the key after the questions gives."""
    words = [said for said in one.said if verdicts.row(said) == {}]
    if read.typed or (words and read.part_kind != parts.SHORT and _are_letters(words)):
        return []
    if words:
        return words
    lines = one.explanation.split("\n")
    is_key = read.part_kind == parts.SHORT and read.mode != "explanation" and lines[0]
    if not is_key or len(lines[0]) > _LONGEST_ANSWER:
        return []
    one.explanation = "\n".join(lines[1:])
    return lines[:1]


def _are_letters(words: Sequence[str]) -> bool:
    return all(grammar.keys(word) or grammar.truth(word) is not None for word in words)


def _answer(one: Found, typed: Sequence[str]) -> None:
    """Make a question one for a number where all answers are numbers, else for words."""
    accepted = [text for said in typed for text in _OR.split(said.strip().rstrip(".")) if text]
    numbers = [number_of(text) for text in accepted]
    if all(numbers):
        values = list(dict.fromkeys(number for number in numbers if number))
        content = numeric.content(values[0][0], unit=values[0][1])
        for value, _ in values[1:]:
            content["answers"].append(numeric.content(value)["answers"][0])
        _become(one, "numeric", content)
        if any("." in text and "," not in text for text in accepted):
            text = Sentence(
                N_("the answer “%(answer)s” was read as %(number)s."),
                {"answer": accepted[0], "number": numeric.shown(values[0][0])},
            )
            one.notes.append((INFO, "number-read", text))
    else:
        _become(one, "short_answer", short_answer.content(accepted))


def number_of(text: str) -> tuple[str, str] | None:
    """Return the number and the unit of a text such as “12,5 km”, or None if it is none."""
    match = _NUMBER.fullmatch(text.strip())
    if match is None:
        return None
    readings = numeric.readings(match["value"])
    if not readings:
        return None
    return format(readings[0], "f"), (match["unit"] or "").strip()
