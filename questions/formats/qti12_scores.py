"""How an item of QTI 1.2 is marked: its rules, and what they say is right."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from questions.formats import qti_found, qti_xml
from questions.formats.qti_found import Worth
from questions.formats.qti_xml import Element
from questions.types import numeric

ONE = Decimal(1)
_EQUAL = frozenset({"varequal", "varsubset", "varsubstring", "varcontains"})
_LOWER = frozenset({"vargt", "vargte"})
_UPPER = frozenset({"varlt", "varlte"})
_RIGHT = ("correct", "correct_fb")
_MAXIMUM = "score.max"


@dataclass(frozen=True, slots=True)
class Test:
    """One comparison of a rule; `is_denied` if the answer must not be so."""

    name: str
    ident: str
    value: str
    element: Element
    is_denied: bool
    is_choice: bool


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: what it compares, what it adds (None for nothing), what it then shows."""

    tests: tuple[Test, ...]
    worth: Decimal | None
    shown: tuple[str, ...]
    condition: Element

    def about(self, ident: str) -> list[Test]:
        """Return the comparisons of this response that must hold."""
        return [one for one in self.tests if one.ident == ident and not one.is_denied]

    def denies(self, ident: str) -> bool:
        """Say whether something of this response must not hold."""
        return any(one.ident == ident and one.is_denied for one in self.tests)


def rules(item: Element) -> list[Rule]:
    """Return the rules of an item in their order."""
    return [
        _rule(element)
        for element in qti_xml.every(item, "respcondition")
        if qti_xml.first(element, "conditionvar") is not None
    ]


def _rule(element: Element) -> Rule:
    condition = qti_xml.first(element, "conditionvar")
    shown = tuple(one.get("linkrefid", "") for one in qti_xml.every(element, "displayfeedback"))
    return Rule(tuple(_tests(condition)), _worth(element, shown), shown, condition)


def _tests(condition: Element) -> Iterator[Test]:
    for one in condition.iter():
        if one.tag in _EQUAL | _LOWER | _UPPER:
            above = [element.tag for element in one.iterancestors()]
            inside = above[: above.index("conditionvar")]
            value = " ".join((one.text or "").split())
            denied = inside.count("not") % 2 == 1
            yield Test(one.tag, one.get("respident", ""), value, one, denied, "or" in inside)


def _worth(element: Element, shown: Sequence[str]) -> Decimal | None:
    amounts = []
    for one in qti_xml.every(element, "setvar"):
        text = (one.text or "").strip()
        amount = Decimal(100) if text.casefold() == _MAXIMUM else qti_found.number(text)
        if amount is not None:
            amounts.append(-amount if one.get("action") == "Subtract" else amount)
    if amounts:
        return max(amounts, key=abs)
    title = element.get("title", "").casefold()
    is_right = title == "correct" or any(one.casefold() in _RIGHT for one in shown)
    return ONE if is_right and title != "incorrect" else None


def best(listed: Sequence[Rule], ident: str) -> Decimal:
    """Return the most that a response earns by itself, 0 if only together with others."""
    alone = [
        one.worth or Decimal(0) for one in listed if {test.ident for test in one.tests} == {ident}
    ]
    return max(alone, default=Decimal(0))


# --- Choices ------------------------------------------------------------------------------------


def choice(listed: Sequence[Rule], ident: str, *, several: bool) -> Worth:
    """Return the key of a choice, and weights where each option is marked by itself."""
    mine = [one for one in listed if one.about(ident) and one.worth]
    earning = [one for one in mine if (one.worth or 0) > 0]
    if not earning:
        return Worth()
    best = max(one.worth or Decimal(0) for one in earning)
    top = [one for one in earning if one.worth == best]
    if not several:
        values = [test.value for rule in top for test in rule.about(ident)]
        return Worth(tuple(dict.fromkeys(values)), _each(mine, ident))
    whole = [one for one in top if len(one.about(ident)) > 1 or one.denies(ident)]
    if whole:
        longest = max(whole, key=lambda one: len(one.about(ident)))
        return Worth(tuple(dict.fromkeys(test.value for test in longest.about(ident))))
    weights = _each(mine, ident)
    return Worth(tuple(name for name, worth in weights.items() if worth > 0), weights)


def _each(listed: Sequence[Rule], ident: str) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for rule in listed:
        tests = rule.about(ident)
        if len(tests) == 1 or all(test.is_choice for test in tests):
            for test in tests:
                found.setdefault(test.value, rule.worth or Decimal(0))
    return found


def in_order(listed: Sequence[Rule], ident: str) -> tuple[str, ...]:
    """Return the values that are right in this order."""
    earning = [one for one in listed if (one.worth or 0) > 0 and one.about(ident)]
    longest = max(earning, key=lambda one: len(one.about(ident)), default=None)
    if longest is None:
        return ()
    values = [test.value for test in longest.about(ident)]
    if len(values) == 1 and "," in values[0]:
        return tuple(part.strip() for part in values[0].split(","))
    if len(values) == 1:
        # One rule for each place, as some programs write it.
        values = [one.about(ident)[0].value for one in earning]
    return tuple(dict.fromkeys(values))


def pairs(listed: Sequence[Rule], ident: str) -> list[tuple[str, str]]:
    """Return the pairs that a group of responses wants, each written as “one,other”."""
    found = [
        tuple(part.strip() for part in test.value.split(","))
        for rule in listed
        if (rule.worth or 0) > 0
        for test in rule.about(ident)
    ]
    return [(pair[0], pair[1]) for pair in dict.fromkeys(found) if len(pair) == 2]


# --- Typed answers ------------------------------------------------------------------------------


def texts(listed: Sequence[Rule], ident: str) -> tuple[dict[str, Decimal], set[str], bool]:
    """Return the words accepted with their worth, those only to be held, and if case counts."""
    found: dict[str, Decimal] = {}
    held: set[str] = set()
    exact = False
    for rule in listed:
        if (rule.worth or 0) <= 0:
            continue
        for test in rule.about(ident):
            if test.name not in _EQUAL or not test.value:
                continue
            found[test.value] = max(found.get(test.value, Decimal(0)), rule.worth or ONE)
            exact = exact or test.element.get("case", "").casefold() == "yes"
            if test.name != "varequal":
                held.add(test.value)
    return found, held, exact


def numbers(listed: Sequence[Rule], ident: str) -> list[tuple[str, str, str, Decimal]]:
    """Return the numbers accepted: value, tolerance, its kind, worth."""
    found = []
    for rule in listed:
        if (rule.worth or 0) > 0:
            found += [(*one, rule.worth or ONE) for one in _of_rule(rule, ident)]
    return list(dict.fromkeys(found))


def _of_rule(rule: Rule, ident: str) -> Iterator[tuple[str, str, str]]:
    exact = [
        test
        for test in rule.about(ident)
        if test.name == "varequal" and qti_found.number(test.value) is not None
    ]
    ranges = list(_ranges(rule.condition, ident))
    if len(exact) == 1 and len(ranges) == 1:
        yield _near(exact[0], *ranges[0])
        return
    for test in exact:
        yield test.value, *_margin(test)
    for low, high, _ in ranges:
        middle = qti_found.written((low + high) / 2)
        yield middle, qti_found.written((high - low) / 2), "absolute"


def _ranges(condition: Element, ident: str) -> Iterator[tuple[Decimal, Decimal, bool]]:
    for group in [condition, *qti_xml.every(condition, "and")]:
        ends: dict[str, tuple[Decimal, bool]] = {}
        for one in group:
            value = qti_found.number(one.text)
            if one.tag in _LOWER | _UPPER and one.get("respident") == ident and value is not None:
                side = "low" if one.tag in _LOWER else "high"
                ends[side] = value, one.tag in ("vargt", "varlt")
        if len(ends) == 2 and ends["low"][0] <= ends["high"][0]:
            yield ends["low"][0], ends["high"][0], ends["low"][1]


def _near(test: Test, low: Decimal, high: Decimal, is_open: bool) -> tuple[str, str, str]:
    value = qti_found.number(test.value) or Decimal(0)
    if test.element.get("margintype") == "percent":
        return test.value, *_margin(test)
    half = max(abs(value - low), abs(high - value))
    digits = half.normalize()
    # Canvas writes “to two decimals” as an open range of half a hundredth to either side.
    if is_open and digits.as_tuple().digits == (5,) and digits.adjusted() < 0:
        places = -digits.adjusted() - 1
        return test.value, str(places), "decimals"
    return test.value, qti_found.written(half), "absolute"


def _margin(test: Test) -> tuple[str, str]:
    margin = qti_found.number(test.element.get("margin"))
    if not margin or numeric.plain(str(margin)) is None:
        return "0", "absolute"
    if test.element.get("margintype") == "percent":
        return qti_found.written(margin / 100), "relative"
    return qti_found.written(margin), "absolute"
