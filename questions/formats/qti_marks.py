"""How an item of QTI 2.2 marks itself: what is declared right, mapped, and processed."""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal, localcontext
from typing import Any

from core.text import clean_line
from questions.formats import qti_found
from questions.types import numeric

Element = Any  # lxml is slow to import and stays out of the module's head.

_UNWRITABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
TEMPLATES = "http://www.imsglobal.org/question/qti_v2p2/rptemplates/"


def writable(text: str) -> str:
    """Return the text without the signs that XML cannot hold."""
    return _UNWRITABLE.sub("", text)


def added(parent: Element, name: str, **attributes: str) -> Element:
    """Add an element and return it."""
    from lxml import etree

    child = etree.SubElement(parent, name)
    for attribute, value in attributes.items():
        child.set(attribute, value)
    return child


def declared(
    root: Element, identifier: str, cardinality: str, base: str, correct: Sequence[str]
) -> Element:
    """Declare a response and what is right for it."""
    declaration = added(
        root, "responseDeclaration", identifier=identifier, cardinality=cardinality, baseType=base
    )
    if correct:
        holder = added(declaration, "correctResponse")
        for value in correct:
            added(holder, "value").text = value
    return declaration


def mapped(declaration: Element, worth: Mapping[str, str], upper: str = "1") -> Element:
    """Say what each value is worth; others are worth nothing."""
    mapping = added(declaration, "mapping", lowerBound="0", defaultValue="0")
    if upper:
        mapping.set("upperBound", upper)
    for key, value in worth.items():
        added(mapping, "mapEntry", mapKey=key, mappedValue=value)
    return mapping


def weights(content: Mapping[str, Any]) -> dict[str, str]:
    """Return what each option is worth, if answers right in part earn something."""
    scoring = content.get("scoring", "all")
    key = frozenset(content["key"])
    if scoring == "all" or not key:
        return {}
    if scoring == "weights":
        found = {one["id"]: str(one.get("weight") or "0") for one in content["options"]}
        return {one: worth if numeric.plain(worth) else "0" for one, worth in found.items()}
    with localcontext(prec=12):
        share = qti_found.written((Decimal(1) / len(key)).quantize(Decimal("0.000001")))
    wrong = f"-{share}" if scoring == "penalty" else "0"
    return {one["id"]: share if one["id"] in key else wrong for one in content["options"]}


def outcomes(root: Element, *, has_explanation: bool) -> None:
    """Declare what comes out of marking; what explains is shown whatever was answered."""
    scores = [one for one in root if one.tag == "outcomeDeclaration"]
    for one in scores:
        root.remove(one)
    added(root, "outcomeDeclaration", identifier="SCORE", cardinality="single", baseType="float")
    for one in scores:
        root.append(one)
    if has_explanation:
        feedback = added(
            root, "outcomeDeclaration", identifier="FEEDBACK", cardinality="single",
            baseType="identifier",
        )  # fmt: skip
        added(added(feedback, "defaultValue"), "value").text = "explanation"


def process(processing: Element, *, mapped: bool, chosen: bool = False) -> None:
    """Mark one response by a template, or in steps if the choice itself has feedback."""
    if not chosen:
        processing.set("template", TEMPLATES + ("map_response" if mapped else "match_correct"))
        return
    keep = added(processing, "setOutcomeValue", identifier="CHOSEN")
    added(keep, "variable", identifier="RESPONSE")
    if mapped:
        score_map(processing, "RESPONSE", "SCORE")
    else:
        score_match(processing, "RESPONSE", "SCORE")


def score_match(processing: Element, response: str, score: str) -> None:
    """Give 1 for the response that was declared right."""
    branch = added(added(processing, "responseCondition"), "responseIf")
    test = added(branch, "match")
    added(test, "variable", identifier=response)
    added(test, "correct", identifier=response)
    _earn(branch, score, "1")


def score_map(processing: Element, response: str, score: str) -> None:
    """Give what the response is worth by its mapping."""
    earned = added(processing, "setOutcomeValue", identifier=score)
    added(earned, "mapResponse", identifier=response)


def _earn(branch: Element, score: str, worth: str) -> None:
    earned = added(branch, "setOutcomeValue", identifier=score)
    added(earned, "baseValue", baseType="float").text = worth


def earning(content: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the accepted answers that earn something."""
    return [one for one in content["answers"] if Decimal(str(one.get("fraction", "1"))) > 0]


def words(root: Element, response: str, content: Mapping[str, Any]) -> None:
    """Declare the words that are accepted."""
    listed = earning(content)
    best = max(listed, key=lambda one: Decimal(str(one.get("fraction", "1"))), default=None)
    correct = [] if best is None else [clean_line(best["text"])]
    declaration = declared(root, response, "single", "string", correct)
    worth = {clean_line(one["text"]): str(one.get("fraction", "1")) for one in listed}
    mapping = mapped(declaration, worth)
    is_exact = "true" if "case" in content.get("exact", ()) else "false"
    for entry in mapping:
        entry.set("caseSensitive", is_exact)


def numbers(
    root: Element, processing: Element, response: str, score: str, content: Mapping[str, Any]
) -> None:
    """Declare the number, and accept each value within its tolerance."""
    ranked = sorted(
        earning(content), key=lambda one: Decimal(str(one.get("fraction", "1"))), reverse=True
    )
    declared(root, response, "single", "float", [str(one["value"]) for one in ranked[:1]])
    condition = added(processing, "responseCondition")
    for place, one in enumerate(ranked):
        branch = added(condition, "responseElseIf" if place else "responseIf")
        _near(branch, response, one)
        _earn(branch, score, str(one.get("fraction", "1")))


def _near(branch: Element, response: str, one: Mapping[str, Any]) -> None:
    kind, tolerance = one.get("kind", "absolute"), str(one.get("tolerance") or "0")
    if kind == "decimals":
        test = added(
            branch,
            "equalRounded",
            roundingMode="decimalPlaces",
            figures=str(int(Decimal(tolerance))),
        )
    elif kind == "relative":
        hundredths = str(Decimal(tolerance).scaleb(2)) if Decimal(tolerance) else "0"
        test = added(
            branch, "equal", toleranceMode="relative", tolerance=f"{hundredths} {hundredths}"
        )
    else:
        test = added(
            branch, "equal", toleranceMode="absolute", tolerance=f"{tolerance} {tolerance}"
        )
    added(test, "variable", identifier=response)
    added(test, "baseValue", baseType="float").text = str(one["value"])


def add_up(root: Element, processing: Element, gaps: Sequence[Mapping[str, Any]]) -> None:
    """Make the score of an item the sum of its gaps, each by its points."""
    total = added(added(processing, "setOutcomeValue", identifier="SCORE"), "sum")
    for gap in gaps:
        name = f"SCORE{gap['id']}"
        added(root, "outcomeDeclaration", identifier=name, cardinality="single", baseType="float")
        product = added(total, "product")
        added(product, "variable", identifier=name)
        added(product, "baseValue", baseType="float").text = str(gap.get("points", "1"))
