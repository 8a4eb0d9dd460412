"""From what any version of QTI says of a question to what is found: its type and its content."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from core.saying import Sentence
from core.text import N_, clean_line, fold, same_text
from questions.rules import drafting
from questions.rules.drafting import ERROR, INFO, WARNING
from questions.rules.settling import Found
from questions.types import matching, multiple_choice, numeric, options, ordering, statements
from questions.types.answers import neutral_ids

TRUE_WORDS = frozenset({"dung", "true", "yes", "co", "t", "d"})
FALSE_WORDS = frozenset({"sai", "false", "no", "khong", "f", "s"})
_UNIT = Decimal("0.0001")
# Thirds written as 33.33 and 33.34 are equal.
_ROUNDED = Decimal("1.02")
_LIKE_A_GAP = re.compile(r"\[\[(?=\d{1,2}\]\])")


@dataclass(frozen=True, slots=True)
class Option:
    """One option as it stands in the file: its mark there, its words, what is said of it."""

    identifier: str
    text: str
    feedback: str = ""
    is_fixed: bool = False


@dataclass(frozen=True, slots=True)
class Worth:
    """What an item of QTI says about marking options: the key, and weights if it has any."""

    key: tuple[str, ...] = ()
    weights: Mapping[str, Decimal] | None = None
    # What an option is worth that the file gives no weight.
    default: Decimal = Decimal(0)


def number(text: str | None) -> Decimal | None:
    """Return the number that a text of QTI is, in its own spelling, or None."""
    bare = (text or "").strip()
    try:
        found = Decimal(bare)
    except InvalidOperation:
        return None
    return (
        found if found.is_finite() and numeric.plain(bare.removeprefix("+")) is not None else None
    )


def written(value: Decimal) -> str:
    """Return a number as contents have it, without zeros at the end."""
    text = format(value.normalize(), "f") if abs(value.adjusted()) < 30 else str(value)
    return "0" if text in ("-0", "") else text


def plain(text: str) -> str:
    """Return a text in which nothing looks like one of our gaps."""
    return _LIKE_A_GAP.sub("[ [", text)


# --- Options ------------------------------------------------------------------------------------


def choose(found: Found, listed: Sequence[Option], worth: Worth, *, several: bool) -> None:
    """Make it a question with these options and this key."""
    places = tuple(place for place, one in enumerate(listed) if one.identifier in worth.key)
    found.options = [one.text for one in listed]
    found.letters = [options.letter(place) for place in range(len(listed))]
    found.said = [_said(found.options, places)] if places else []
    found.type = _type(found.options, several=several)
    if len(listed) > options.MOST or not listed:
        return
    content = options.content(found.options, places, drafting.pinned(found.options))
    extras = _scored(listed, worth, places) if several else {}
    for option, one in zip(content["options"], listed, strict=True):
        option["pinned"] = option["pinned"] or one.is_fixed
        if one.feedback:
            option["feedback"] = one.feedback
        if "weights" in extras:
            option["weight"] = extras["weights"][one.identifier]
    if "scoring" in extras:
        content["scoring"] = extras["scoring"]
    if content != options.content(found.options, places, drafting.pinned(found.options)):
        found.content = content if places else None


def _said(texts: Sequence[str], places: Sequence[int]) -> str:
    """Return the key so that no option whose text looks like letters can be meant by it."""
    if len(places) == 1 and clean_line(texts[places[0]]):
        return texts[places[0]]
    letters = "".join(options.letter(place) for place in places)
    looks_alike = any(same_text(text, letters) for text in texts)
    return letters[::-1] if looks_alike else letters


def _type(texts: Sequence[str], *, several: bool) -> str:
    if several:
        return drafting.MULTIPLE
    is_pair = len(texts) == options.FEWEST and drafting.is_true_false(texts)
    return drafting.TRUE_FALSE if is_pair else drafting.SINGLE


def _scored(listed: Sequence[Option], worth: Worth, places: Sequence[int]) -> dict[str, Any]:
    """Return how answers right in part are marked: the nearest of our ways, else weights."""
    if worth.weights is None or not places:
        return {}
    weights = [worth.weights.get(one.identifier, worth.default) for one in listed]
    right = [weights[place] for place in places]
    wrong = [weight for place, weight in enumerate(weights) if place not in places]
    if len(set(right)) == 1 and right[0] > 0:
        if all(weight == -right[0] for weight in wrong) and wrong:
            return {"scoring": "penalty"}
        if not any(wrong):
            return {"scoring": "partial"}
    total = sum(right, Decimal(0))
    if total <= 0:
        return {}
    shares = [(weight / total).quantize(_UNIT) for weight in weights]
    rest = 1 - sum((shares[place] for place in places), Decimal(0))
    shares[places[0]] += rest
    named = {one.identifier: written(share) for one, share in zip(listed, shares, strict=True)}
    return {"scoring": "weights", "weights": named}


# --- Pairs and order ----------------------------------------------------------------------------


def match(
    found: Found,
    rows: Sequence[Option],
    choices: Sequence[Option],
    pairs: Sequence[tuple[str, str]],
) -> None:
    """Make it a matching question, or statements if the choices are true and false.

    A question that is known to be matching, as our own files say, stays so.
    """
    fits: dict[str, list[str]] = {}
    for row, choice in pairs:
        fits.setdefault(row, []).append(choice)
    if any(len(fits.get(one.identifier, ())) > 1 for one in rows):
        found.notes.append((ERROR, "several-fit", Sentence(N_("a row has several right choices."))))
        fits = {row: found_[:1] for row, found_ in fits.items()}
    truths = None if found.type == "matching" else _truths(choices)
    if truths is not None and all(len(fits.get(one.identifier, ())) == 1 for one in rows):
        found.type = "statements"
        listed = [(one.text, truths[fits[one.identifier][0]]) for one in rows]
        found.content = statements.content(listed) if len(listed) <= statements.MOST else None
        if found.content is not None:
            return
    found.type = "matching"
    found.content = _pairs(rows, choices, fits)


def _truths(choices: Sequence[Option]) -> dict[str, bool] | None:
    if len(choices) != options.FEWEST:
        return None
    words = [fold(one.text).strip(" .") for one in choices]
    if words[0] in TRUE_WORDS and words[1] in FALSE_WORDS:
        return {choices[0].identifier: True, choices[1].identifier: False}
    if words[0] in FALSE_WORDS and words[1] in TRUE_WORDS:
        return {choices[0].identifier: False, choices[1].identifier: True}
    return None


def _pairs(
    rows: Sequence[Option], choices: Sequence[Option], fits: Mapping[str, Sequence[str]]
) -> dict[str, Any]:
    ids = dict(
        zip(
            [one.identifier for one in choices],
            neutral_ids([one.text for one in choices]),
            strict=True,
        )
    )
    pairs = {
        str(place): ids[fits[one.identifier][0]]
        for place, one in enumerate(rows, start=1)
        if fits.get(one.identifier) and fits[one.identifier][0] in ids
    }
    return {
        "rows": [{"id": str(place), "text": one.text} for place, one in enumerate(rows, start=1)],
        "choices": [{"id": ids[one.identifier], "text": one.text} for one in choices],
        "pairs": pairs,
        "scoring": matching.SCORINGS[0],
    }


def order(found: Found, listed: Sequence[Option], key: Sequence[str]) -> None:
    """Make it an ordering question; parts that the key does not name are named as left out."""
    known = {one.identifier: one.text for one in listed}
    right = [known[one] for one in key if one in known]
    spare = [one.text for one in listed if one.identifier not in key]
    found.type = "ordering"
    found.content = ordering.content(right)
    if not key:
        found.notes.append((ERROR, "no-key", Sentence(N_("no key was found."))))
        found.content = ordering.content([one.text for one in listed])
    elif spare:
        text = Sentence(N_("“%(part)s” has no place in the key and was left out."))
        for part in spare:
            found.notes.append((WARNING, "spare-part", Sentence(text.message, {"part": part})))


# --- Typed answers ------------------------------------------------------------------------------


def short(answers: Mapping[str, Decimal], *, exact_case: bool) -> dict[str, Any]:
    """Return the content of a short answer from what is accepted and what it is worth."""
    best = max(answers.values(), default=Decimal(0))
    listed = [
        {"text": text, "fraction": written(worth / best), "is_pattern": False}
        for text, worth in answers.items()
        if clean_line(text) and best > 0 and worth > 0
    ]
    return {"answers": listed, "exact": ["case", "marks"] if exact_case else ["marks"]}


def numbers(accepted: Sequence[tuple[str, str, str, Decimal]], unit: str = "") -> dict[str, Any]:
    """Return the content of a numeric answer from (value, tolerance, kind, worth)."""
    best = max((worth for *_, worth in accepted), default=Decimal(0))
    listed = [
        {"value": value, "tolerance": tolerance, "kind": kind, "fraction": written(worth / best)}
        for value, tolerance, kind, worth in accepted
        if best > 0 and worth > 0
    ]
    return {"answers": listed, "unit": unit}


def uneven(found: Found, worths: Iterable[Decimal]) -> None:
    """Remark that pairs which earn different points in the file earn the same here."""
    if not _are_even([worth for worth in worths if worth > 0]):
        text = N_("its pairs earn different points in the file; here all earn the same.")
        found.notes.append((INFO, "uneven", Sentence(text)))


def weigh(content: Mapping[str, Any], worths: Sequence[Decimal]) -> None:
    """Give the gaps of a text the points that they earn in the file, in proportion."""
    if all(worth > 0 for worth in worths) and not _are_even(worths):
        least = min(worths)
        for gap, worth in zip(content["gaps"], worths, strict=True):
            gap["points"] = written((worth / least).quantize(Decimal("0.01")))


def _are_even(worths: Sequence[Decimal]) -> bool:
    """Say whether all are equal, but for how a whole was rounded into parts."""
    return not worths or max(worths) <= min(worths) * _ROUNDED


def partly(found: Found) -> None:
    """Remark that options right in part earn nothing here."""
    text = N_("options that are right in part earn nothing here.")
    found.notes.append((INFO, "partly-right", Sentence(text)))


def is_scored(content: Mapping[str, Any]) -> bool:
    """Say whether the content has a way of scoring of several keys that is known."""
    return content.get("scoring") in multiple_choice.SCORINGS
