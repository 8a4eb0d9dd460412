"""What stands between the braces of GIFT: options, words, numbers, pairs, true or false."""

import re
from decimal import Decimal
from typing import Any

from core.saying import Sentence
from core.text import N_, clean, clean_line
from questions.formats import foreign, gift_signs
from questions.formats.foreign import Answer
from questions.rules.drafting import ERROR, INFO
from questions.rules.settling import Found
from questions.types import options

_TRUTHS = {"T": True, "TRUE": True, "F": False, "FALSE": False}
_ANSWER = re.compile(r"([=~])([^=~]*)")
_DOUBLE = re.compile(r"~\s*=")
_WEIGHT = re.compile(r"\s*%\s*([-+]?\d+(?:[.,]\d+)?)\s*%")
_RANGE = re.compile(r"^\s*([-+]?[\d.,eE]*?\d[\d,eE]*)\s*\.\.\s*([-+]?[\d.,eE+-]+)\s*$")
_ARROW = "->"
_COMMENT = re.compile(r"(?m)(?:^|(?<=\s))//.*$")
FEEDBACK = "####"
_FULL = Decimal(1)

Sign = str


def fill(one: Found, inner: str, form: str) -> None:
    """Let a question ask what stands between its braces."""
    one.explanation = general(one, inner, form) or one.explanation
    inner = inner.partition(FEEDBACK)[0]
    bare = inner.strip()
    verdict = _truth(bare)
    if not bare:
        foreign.free(one)
    elif bare.startswith("#"):
        _numbers(one, bare[1:], form)
    elif verdict is not None:
        _say_truth(one, bare, form, is_true=verdict)
    elif "~" in bare:
        _choice(one, bare, form)
    elif _ARROW in bare.replace("-&gt;", _ARROW) and bare.startswith("="):
        _pairs(one, bare, form)
    else:
        foreign.words(one, _words(bare, form))


def tells(inner: str) -> bool:
    """Say whether what stands between braces is meant as an answer by its first sign."""
    bare = inner.strip()
    return not bare or bare[0] in "=~#%" or _truth(bare) is not None


def general(one: Found, inner: str, form: str) -> str:
    """Return the feedback on the whole question, which stands at the end of the braces."""
    return foreign.remark(one, gift_signs.remark(inner.partition(FEEDBACK)[2], form))


def _truth(bare: str) -> bool | None:
    """Return the verdict that stands alone between the braces, but for comments beside it."""
    return _TRUTHS.get(_COMMENT.sub("", bare.partition("#")[0]).strip().upper())


def _say_truth(one: Found, bare: str, form: str, *, is_true: bool) -> None:
    """Take a verdict; the first feedback is for the wrong answer, the second for the right one."""
    parts = bare.split("#")[1:3]
    told = [foreign.remark(one, gift_signs.remark(part, form)) for part in parts]
    wrong, right = [*told, "", ""][:2]
    if is_true:
        foreign.truth(one, is_true=True, if_true=right, if_false=wrong)
    else:
        foreign.truth(one, is_true=False, if_true=wrong, if_false=right)


# --- Answers one by one -------------------------------------------------------------------------


def _listed(bare: str) -> list[tuple[Sign, str]]:
    """Return the answers with the sign before each; one without a sign is right."""
    if not bare.lstrip().startswith(("=", "~")):
        bare = "=" + bare
    found = _ANSWER.findall(_DOUBLE.sub("=", bare))
    return [(sign, text) for sign, text in found if sign == "~" or text.strip()]


def _weighed(sign: Sign, text: str) -> tuple[Decimal, str]:
    found = _WEIGHT.match(text)
    if found:
        return foreign.share(found[1]), text[found.end() :]
    return (_FULL if sign == "=" else Decimal(0)), text


def _answer(one: Found | None, sign: Sign, text: str, form: str, at: str = "stem") -> Answer:
    share, rest = _weighed(sign, text)
    words, _, feedback = rest.partition("#")
    told, remark = gift_signs.words(words, form), gift_signs.remark(feedback, form)
    if one is not None:
        foreign.Files().keep(one, told, at)
        foreign.remark(one, remark)
    return Answer(told.text, share, remark.text)


def _choice(one: Found, bare: str, form: str) -> None:
    listed = _listed(bare)
    answers = [
        _answer(one, sign, text, form, options.IDS[min(place, options.MOST - 1)])
        for place, (sign, text) in enumerate(listed)
    ]
    has_key = any(sign == "=" for sign, _ in listed)
    is_single = has_key or all(answer.share <= 0 for answer in answers)
    foreign.choice(one, answers, is_single=is_single)


def _words(bare: str, form: str) -> list[Answer]:
    return [_answer(None, sign, text, form) for sign, text in _listed(bare)]


def _pairs(one: Found, bare: str, form: str) -> None:
    listed = []
    for _, text in _listed(bare):
        row, arrow, choice = text.replace("-&gt;", _ARROW).partition(_ARROW)
        if not arrow:
            values = {"text": clean_line(gift_signs.show(text))[:60]}
            why = Sentence(N_("“%(text)s” has no “->” that leads to what fits it."), values)
            one.notes.append((ERROR, "no-arrow", why))
            continue
        choice, _, feedback = choice.partition("#")
        if feedback.strip() and not any(code == "pairs" for _, code, _ in one.notes):
            lost = Sentence(N_("the feedback on its pairs was not taken over."))
            one.notes.append((INFO, "pairs", lost))
        words = gift_signs.words(row, form), gift_signs.words(choice, form)
        for told in words:
            foreign.Files().keep(one, told, "stem")
        listed.append((words[0].text, words[1].text))
    foreign.pairs(one, listed)


def _numbers(one: Found, rest: str, form: str) -> None:
    answers, dropped = _as_numbers(rest, form)
    if dropped:
        text = Sentence(N_("the feedback on any other number was dropped."))
        one.notes.append((INFO, "any-answer", text))
    foreign.numbers(one, answers)


def _as_numbers(rest: str, form: str) -> tuple[list[tuple[Answer, str]], bool]:
    answers, dropped = [], False
    for sign, text in _listed(rest) if rest.strip() else []:
        share, body = _weighed(sign, text)
        written, _, feedback = body.partition("#")
        value, tolerance = _bounds(clean(gift_signs.show(written)))
        if not value or (sign == "~" and share <= 0):
            dropped = True
            continue
        said = gift_signs.remark(feedback, form).text
        answers.append((Answer(value, share, said), tolerance))
    return answers, dropped


def _bounds(written: str) -> tuple[str, str]:
    """Return the value and the tolerance of “3:0.1” or of “1..5”."""
    found = _RANGE.match(written)
    if found is None:
        value, _, tolerance = written.partition(":")
        return value.strip(), tolerance.strip() or "0"
    least, most = foreign.number(found[1]), foreign.number(found[2])
    if least is None or most is None:
        return written, "0"
    middle = (Decimal(least) + Decimal(most)) / 2
    return format(middle, "f"), format(abs(Decimal(most) - middle), "f")


# --- In a gap -----------------------------------------------------------------------------------


def fits_a_gap(inner: str) -> bool:
    """Say whether the braces hold what a gap in a text can ask."""
    bare = inner.strip()
    return bool(bare) and _truth(bare) is None and _ARROW not in bare and FEEDBACK not in bare


def gap(inner: str, form: str) -> tuple[str, dict[str, Any]]:
    """Return the type and the content of a gap."""
    bare = inner.strip()
    if bare.startswith("#"):
        return "numeric", foreign.as_numbers(_as_numbers(bare[1:], form)[0])
    answers = _words(bare, form)
    if "~" not in bare:
        return "short_answer", foreign.as_words(answers)
    best = max(answer.share for answer in answers)
    key = [n for n, answer in enumerate(answers) if answer.share == best > 0][:1]
    return "single_choice", options.content([answer.text for answer in answers], key)
