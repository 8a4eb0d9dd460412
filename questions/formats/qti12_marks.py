"""How an item of QTI 1.2 marks itself, as Canvas writes it: conditions that set a score of 100."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from questions.formats import qti_found
from questions.formats.qti_marks import Element, added

_CENT = Decimal("0.01")


def processing(item: Element) -> Element:
    """Begin the marking of an item and return the element that takes its conditions."""
    found = added(item, "resprocessing")
    outcomes = added(found, "outcomes")
    added(outcomes, "decvar", maxvalue="100", minvalue="0", varname="SCORE", vartype="Decimal")
    return found


def shares(count: int) -> list[str]:
    """Return how much of 100 each of several parts earns; together they are 100."""
    one = (Decimal(100) / count).quantize(_CENT)
    rest = 100 - one * (count - 1)
    return [str(one)] * (count - 1) + [str(rest)]


def _condition(holder: Element, worth: str, action: str) -> Element:
    condition = added(holder, "respcondition")
    variable = added(condition, "conditionvar")
    added(condition, "setvar", varname="SCORE", action=action).text = worth
    return variable


def whole(holder: Element, ident: str, key: Sequence[str], others: Sequence[str]) -> None:
    """Give everything for just the key: each of it, and none of the others."""
    variable = _condition(holder, "100", "Set")
    if len(key) == 1 and not others:
        added(variable, "varequal", respident=ident).text = key[0]
        return
    both = added(variable, "and")
    for one in key:
        added(both, "varequal", respident=ident).text = one
    for one in others:
        added(added(both, "not"), "varequal", respident=ident).text = one


def add(holder: Element, ident: str, values: Sequence[str], worth: str) -> None:
    """Add to the score if the response is these values."""
    variable = _condition(holder, worth, "Add")
    for one in values:
        added(variable, "varequal", respident=ident).text = one


def any_of(holder: Element, ident: str, values: Sequence[str], worth: Decimal) -> None:
    """Add to the score if the response is one of these values."""
    variable = _condition(holder, qti_found.written(worth), "Add")
    place = added(variable, "or") if len(values) > 1 else variable
    for one in values:
        added(place, "varequal", respident=ident).text = one


def numbers(holder: Element, ident: str, content: Mapping[str, Any], most: Decimal) -> None:
    """Accept each number within its tolerance."""
    for one in content["answers"]:
        worth = Decimal(str(one.get("fraction", "1"))) * most
        if worth <= 0:
            continue
        variable = added(_condition(holder, qti_found.written(worth), "Set"), "or")
        exact = added(variable, "varequal", respident=ident)
        exact.text = str(one["value"])
        low, high, is_open = _bounds(one)
        if one.get("kind") == "relative":
            exact.set("margintype", "percent")
            exact.set("margin", str(Decimal(str(one["tolerance"])) * 100))
        both = added(variable, "and")
        name = "vargt" if is_open else "vargte"
        added(both, name, respident=ident).text = qti_found.written(low)
        added(both, "varlte", respident=ident).text = qti_found.written(high)


def _bounds(one: Mapping[str, Any]) -> tuple[Decimal, Decimal, bool]:
    value, tolerance = Decimal(str(one["value"])), Decimal(str(one.get("tolerance") or "0"))
    if one.get("kind") == "decimals":
        half = Decimal(5).scaleb(-int(tolerance) - 1)
        return value - half, value + half, True
    if one.get("kind") == "relative":
        tolerance *= abs(value)
    return value - tolerance, value + tolerance, False


def show(holder: Element, feedback: str, ident: str = "", value: str = "") -> None:
    """Show a feedback whatever was answered, or to those who chose this value."""
    condition = added(holder, "respcondition")
    condition.set("continue", "Yes")
    variable = added(condition, "conditionvar")
    if ident:
        added(variable, "varequal", respident=ident).text = value
    else:
        added(variable, "other")
    added(condition, "displayfeedback", feedbacktype="Response", linkrefid=feedback)
