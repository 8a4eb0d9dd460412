"""A number, within a tolerance.

The content has `answers` (value, tolerance, kind, fraction; numbers as text with a decimal
point) and `unit`, shown beside the field. `kind` says what the tolerance is: "absolute" (the
default) how far off the number may be; "relative" the same as a part of the value; "decimals"
to how many decimals both are rounded, half up, before they must be equal.

A number typed as 1.350 can mean 1350 or 1.35: it is right if either is.
"""

import re
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from core.saying import Sentence
from core.text import N_, clean_line
from questions.types.answers import FULL, NONE, Said
from questions.types.short_answer import fraction

Content = Mapping[str, Any]

MOST = 20
LONGEST = 40
KINDS = ("absolute", "relative", "decimals")
_MOST_DECIMALS = 12
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d{1,2})?")
_GROUPED = re.compile(r"[+-]?\d{1,3}([.,]\d{3})+")
_MINUS = str.maketrans({"\u2212": "-", "\u2013": "-"})


def content(
    value: str, tolerance: str = "0", kind: str = "absolute", unit: str = ""
) -> dict[str, Any]:
    """Return the content from one value and its tolerance."""
    accepted = {"value": value, "tolerance": tolerance, "kind": kind, "fraction": "1"}
    return {"answers": [accepted], "unit": unit}


def check(content: Content) -> list[Sentence]:
    """Return what keeps the content from being asked; nothing if it is sound."""
    listed = content.get("answers") or []
    if not 0 < len(listed) <= MOST:
        return [Sentence(N_("Give from 1 to %(most)s accepted answers."), {"most": MOST})]
    problems = []
    if any(plain(str(one.get("value", ""))) is None for one in listed):
        problems.append(Sentence(N_("An accepted value is no number.")))
    if any(one.get("kind", "absolute") not in KINDS or _tolerance(one) is None for one in listed):
        problems.append(Sentence(N_("A tolerance is no number from 0 up.")))
    if any(fraction(one) is None for one in listed):
        problems.append(Sentence(N_("The share of an answer goes from 0 to 100%%.")))
    if not any(fraction(one) == FULL for one in listed):
        problems.append(Sentence(N_("No accepted answer earns all the points.")))
    return problems


def plain(text: str) -> Decimal | None:
    """Return the number that a stored text is, or None."""
    return Decimal(text) if len(text) <= LONGEST and _NUMBER.fullmatch(text) else None


def _tolerance(accepted: Mapping[str, Any]) -> Decimal | None:
    found = plain(str(accepted.get("tolerance") or "0"))
    if found is None or found < 0:
        return None
    is_count = found == found.to_integral_value() and found <= _MOST_DECIMALS
    return None if accepted.get("kind") == "decimals" and not is_count else found


def readings(text: str | None) -> list[Decimal]:
    """Return the numbers that a typed text can mean; none if it is no number.

    Both 1.234,5 and 1,234.5 are understood, spaces between digits, a percent sign at the end.
    """
    bare = clean_line(text or "")[:LONGEST].translate(_MINUS).replace(" ", "").rstrip("%")
    found = []
    if bare.count(",") <= 1 and _is_first(bare, ".", ","):
        found.append(bare.replace(".", "").replace(",", "."))
    if bare.count(".") <= 1 and _is_first(bare, ",", "."):
        found.append(bare.replace(",", ""))
    numbers = [number for one in found if (number := plain(one)) is not None]
    return list(dict.fromkeys(numbers))


def _is_first(bare: str, group: str, point: str) -> bool:
    """Say whether `group` only parts thousands in what stands before the decimal `point`."""
    whole, _, rest = bare.partition(point)
    if group in rest:
        return False
    return group not in whole or bool(_GROUPED.fullmatch(whole))


def ids(content: Content) -> list[str]:
    """Return none: there is nothing to shuffle."""
    return []


def pinned(content: Content) -> list[str]:
    """Return none: there is nothing to shuffle."""
    return []


def mark(content: Content, answer: str | None) -> Decimal:
    """Return the share of the best accepted value that the number is near enough to."""
    numbers = readings(answer)
    earned = [
        fraction(one) or NONE
        for one in content["answers"]
        if any(_is_near(one, number) for number in numbers)
    ]
    return max(earned, default=NONE)


def _is_near(accepted: Mapping[str, Any], number: Decimal) -> bool:
    value, tolerance = plain(str(accepted["value"])), _tolerance(accepted)
    if value is None or tolerance is None:
        return False
    if accepted.get("kind") == "decimals":
        return _rounded(value, int(tolerance)) == _rounded(number, int(tolerance))
    allowed = abs(value) * tolerance if accepted.get("kind") == "relative" else tolerance
    return abs(number - value) <= allowed


def _rounded(number: Decimal, decimals: int) -> Decimal:
    unit = Decimal(1).scaleb(-decimals)
    # A number of so many digits that it cannot be rounded is equal to itself alone.
    is_long = number.adjusted() + decimals > 24
    return number if is_long else number.quantize(unit, ROUND_HALF_UP)


def right(content: Content) -> str:
    """Return an answer that earns everything."""
    best = next((one for one in content["answers"] if fraction(one) == FULL), None)
    return shown(best["value"]) if best else ""


def shown(value: str) -> str:
    """Return a stored number as people write it, with a decimal comma."""
    number = plain(value)
    return value if number is None else format(number, "f").replace(".", ",")


def texts(content: Content) -> list[str]:
    """Return the accepted values: an item is compared by them too."""
    return [shown(str(one["value"])) for one in content.get("answers") or []]


def say(content: Content, answer: str | None) -> list[Said]:
    """Return what was typed, and what is right."""
    unit = f" {content['unit']}" if content.get("unit") else ""
    return [
        Said(
            "",
            f"{answer}{unit}" if answer else "",
            f"{right(content)}{unit}",
            is_right=mark(content, answer) == FULL,
        )
    ]
