"""What an answer earns and how far off it may be, in the percents and numbers of Moodle."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from core.saying import Sentence
from core.text import N_
from questions.types import numeric, short_answer

_ROUNDED = N_("that numbers are rounded before they are compared; a tolerance comes near it")
_RELATIVE = N_("that a tolerance is a part of the number; it is written as a fixed amount")
_PERCENT = Decimal(100)
_STEP = Decimal("0.00001")


def written(number: Decimal) -> str:
    """Return a number without an exponent and without zeros at its end."""
    return format(number.normalize() if number else Decimal(0), "f")


def lost(content: Mapping[str, Any]) -> list[Sentence]:
    """Return what tolerances of numbers, those in gaps too, say that Moodle has no words for."""
    held = [content, *(gap["content"] for gap in content.get("gaps", ()))]
    kinds = {one.get("kind") for inner in held for one in inner.get("answers", ())}
    said = {"decimals": _ROUNDED, "relative": _RELATIVE}
    return [Sentence(text) for kind, text in said.items() if kind in kinds]


def of_options(content: Mapping[str, Any]) -> list[str]:
    """Return what each of several options earns, in percent, as Moodle adds them up."""
    key, scoring = content["key"], content.get("scoring", "all")
    part = _PERCENT / len(key) if key else Decimal(0)
    wrong = {"all": -_PERCENT, "penalty": -part}.get(scoring, Decimal(0))
    found = []
    for option in content["options"]:
        share = part if option["id"] in key else wrong
        if scoring == "weights":
            share = _weight(option) * _PERCENT
        found.append(written(max(min(share, _PERCENT), -_PERCENT).quantize(_STEP)))
    return found


def _weight(option: Mapping[str, Any]) -> Decimal:
    try:
        found = Decimal(str(option.get("weight") or 0))
    except InvalidOperation:
        return Decimal(0)
    return found if found.is_finite() else Decimal(0)


def of_answer(accepted: Mapping[str, Any]) -> str:
    """Return what an accepted answer earns, in percent."""
    return written((short_answer.fraction(accepted) or Decimal(0)) * _PERCENT)


def starred(accepted: Mapping[str, Any]) -> str:
    """Return an accepted answer so that only the stars of a pattern stand for any words."""
    text = str(accepted["text"])
    return text if accepted.get("is_pattern") else text.replace("*", "\\*")


def tolerance(accepted: Mapping[str, Any]) -> str:
    """Return how far off a number may be, whatever its tolerance is written as."""
    value = numeric.plain(str(accepted["value"])) or Decimal(0)
    allowed = numeric.plain(str(accepted.get("tolerance") or "0")) or Decimal(0)
    if accepted.get("kind") == "relative":
        allowed = abs(value) * allowed
    elif accepted.get("kind") == "decimals":
        allowed = Decimal("0.5").scaleb(-int(allowed))
    return written(allowed)
