"""What an item of QTI 2 and 3 says is right: declared, mapped, or tested when it is marked."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from questions.formats import qti_found, qti_xml
from questions.formats.qti_xml import Element

ONE = Decimal(1)
_TESTS = frozenset({"match", "equal", "equalRounded", "stringMatch", "member", "contains"})
_LOWER = frozenset({"gt", "gte"})
_UPPER = frozenset({"lt", "lte"})
_BOUNDS = _LOWER | _UPPER


@dataclass(frozen=True, slots=True)
class Declared:
    """One response of an item: what is right, and what each value is worth if it is mapped."""

    cardinality: str = "single"
    base: str = "identifier"
    correct: tuple[str, ...] = ()
    worth: Mapping[str, Decimal] = field(default_factory=dict)
    default: Decimal = Decimal(0)
    is_mapped: bool = False
    exact_case: bool = False


@dataclass(frozen=True, slots=True)
class Tested:
    """One comparison that earns points: with which values, how, and how much."""

    name: str
    values: tuple[str, ...]
    worth: Decimal
    mode: str = ""
    tolerance: str = "0"
    is_correct: bool = False


def declared(item: Element) -> dict[str, Declared]:
    """Return the responses of an item by identifier."""
    return {
        one.get("identifier", ""): _declared(one)
        for one in qti_xml.every(item, "responseDeclaration")
    }


def _declared(element: Element) -> Declared:
    mapping = qti_xml.child(element, "mapping")
    entries = qti_xml.children(mapping, "mapEntry")
    worth = {
        one.get("mapKey", ""): qti_found.number(one.get("mappedValue")) or Decimal(0)
        for one in entries
    }
    correct = qti_xml.child(element, "correctResponse")
    values = tuple(_value(one) for one in qti_xml.children(correct, "value"))
    return Declared(
        cardinality=element.get("cardinality", "single"),
        base=element.get("baseType", "identifier"),
        correct=tuple(value for value in values if value),
        worth=worth,
        default=_attribute(mapping, "defaultValue") or Decimal(0),
        is_mapped=bool(entries),
        exact_case=_is_exact(entries, worth),
    )


def _attribute(element: Element | None, name: str) -> Decimal | None:
    return None if element is None else qti_found.number(element.get(name))


def _value(element: Element) -> str:
    return " ".join((element.text or "").split())


def _is_exact(entries: list[Element], worth: Mapping[str, Decimal]) -> bool:
    """Say whether capitals matter: by the word of the file, or as two spellings differ in worth."""
    if any(one.get("caseSensitive") == "true" for one in entries):
        return True
    folded: dict[str, Decimal] = {}
    return any(folded.setdefault(key.casefold(), value) != value for key, value in worth.items())


# --- What is tested -----------------------------------------------------------------------------


def tested(item: Element, identifier: str) -> list[Tested]:
    """Return the comparisons of this response that earn points, as the item marks itself."""
    processing = qti_xml.child(item, "responseProcessing")
    found: list[Tested] = []
    for branch in qti_xml.every(processing, "responseIf", "responseElseIf"):
        worth = _earned(branch)
        condition = next(iter(branch), None)
        if condition is None or worth is None or worth <= 0:
            continue
        found += [
            _tested(one, identifier, worth)
            for one in condition.iter()
            if one.tag in _TESTS and _is_about(one, identifier) and not _is_denied(one, branch)
        ]
        found += _ranges(condition, identifier, worth)
    return found


def _earned(branch: Element) -> Decimal | None:
    """Return what a branch adds to the score; what it sets beside the score does not count."""
    amounts = []
    for one in qti_xml.children(branch, "setOutcomeValue"):
        name = one.get("identifier", "").upper()
        value = qti_xml.first(one, "baseValue")
        amount = qti_found.number(value.text) if value is not None else None
        if name.startswith(("SCORE", "MAXSCORE", "OUTCOME", "POINTS")) or "SCORE" in name:
            has_variable = qti_xml.first(one, "variable") is not None
            amounts.append(amount if amount is not None else ONE if has_variable else Decimal(0))
    return max(amounts, default=None)


def _is_about(test: Element, identifier: str) -> bool:
    return any(one.get("identifier") == identifier for one in qti_xml.every(test, "variable"))


def _is_denied(test: Element, branch: Element) -> bool:
    for above in test.iterancestors():
        if above is branch:
            return False
        if above.tag == "not":
            return True
    return False


def _tested(test: Element, identifier: str, worth: Decimal) -> Tested:
    values = tuple(qti_xml.text(one) for one in qti_xml.every(test, "baseValue"))
    mode = test.get("toleranceMode", "exact")
    tolerance = (test.get("tolerance") or "0").replace(",", " ").split()
    is_correct = any(one.get("identifier") == identifier for one in qti_xml.every(test, "correct"))
    if test.tag == "equalRounded":
        is_places = test.get("roundingMode") == "decimalPlaces"
        mode, tolerance = "decimals" if is_places else "exact", [test.get("figures") or "0"]
    return Tested(test.tag, values, worth, mode, max(tolerance, default="0"), is_correct)


def _ranges(condition: Element, identifier: str, worth: Decimal) -> Iterator[Tested]:
    """Yield the range that a pair of bounds makes, however the file turns the two around."""
    for group in [condition, *qti_xml.every(condition, "and")]:
        if group.tag != "and":
            continue
        ends = [
            end
            for one in group
            if one.tag in _BOUNDS and _is_about(one, identifier)
            for base in [qti_xml.first(one, "baseValue")]
            if base is not None and (end := qti_found.number(base.text)) is not None
        ]
        if len(ends) > 1:
            low, high = min(ends), max(ends)
            middle = qti_found.written((low + high) / 2)
            half = qti_found.written((high - low) / 2)
            yield Tested("range", (middle,), worth, "absolute", half)


# --- In the words of our types ------------------------------------------------------------------


def worth(item: Element, identifier: str, response: Declared) -> qti_found.Worth:
    """Return the key of a choice, and its weights if it is marked by a mapping."""
    key = response.correct
    weights = None
    if is_mapped(item, identifier, response):
        weights = dict(response.worth)
    if not key and response.worth:
        most = max(response.worth.values())
        single = response.cardinality == "single"
        key = tuple(
            one
            for one, value in response.worth.items()
            if value > 0 and (value == most or not single)
        )
    if not key:
        tests = [one for one in tested(item, identifier) if one.values]
        most_worth = max((one.worth for one in tests), default=ONE)
        best = [one for one in tests if one.worth == most_worth]
        key = best[0].values if len(best) == 1 else tuple(one.values[0] for one in best)
    return qti_found.Worth(key, weights, response.default)


def is_mapped(item: Element, identifier: str, response: Declared) -> bool:
    """Say whether the response is marked by what the file says that each value is worth."""
    return response.is_mapped and _uses_mapping(item, identifier)


def _uses_mapping(item: Element, identifier: str) -> bool:
    processing = qti_xml.child(item, "responseProcessing")
    if processing is None:
        return True
    template = processing.get("template") or processing.get("templateLocation") or ""
    if template:
        return "map_response" in template
    mapped = qti_xml.every(processing, "mapResponse")
    return any(one.get("identifier") == identifier for one in mapped)


def texts(item: Element, identifier: str, response: Declared) -> dict[str, Decimal]:
    """Return the words that are accepted, with what each is worth."""
    mapped = {key: value for key, value in response.worth.items() if value > 0}
    most = max(mapped.values(), default=ONE)
    known = {key.casefold() for key in mapped}
    found = {value: most for value in response.correct if value.casefold() not in known} | mapped
    for one in tested(item, identifier):
        for value in one.values:
            found.setdefault(value, one.worth)
    return found


def numbers(
    item: Element, identifier: str, response: Declared
) -> list[tuple[str, str, str, Decimal]]:
    """Return the numbers that are accepted: value, tolerance, its kind, what it is worth."""
    found: list[tuple[str, str, str, Decimal]] = []
    for one in tested(item, identifier):
        values = one.values or (response.correct if one.is_correct else ())
        for value in values[:1]:
            found.append((value, *_tolerance(one), one.worth))
    if not found:
        listed = {key: value for key, value in response.worth.items() if value > 0}
        listed = listed or dict.fromkeys(response.correct, ONE)
        found = [(value, "0", "absolute", worth_) for value, worth_ in listed.items()]
    return [one for one in found if qti_found.number(one[0]) is not None]


def _tolerance(one: Tested) -> tuple[str, str]:
    amount = qti_found.number(one.tolerance) or Decimal(0)
    if one.mode == "relative":
        # QTI counts the relative tolerance in hundredths of the value.
        return str(amount.scaleb(-2)) if amount else "0", "relative"
    if one.mode == "decimals":
        return str(int(amount)), "decimals"
    return one.tolerance if one.mode == "absolute" and amount else "0", "absolute"
