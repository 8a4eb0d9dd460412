"""Formulas of Word files as one line of readable text: x², H₂O, (a + b)/2, √(x)."""

from collections.abc import Iterable
from typing import Any

M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_DEEPEST = 40
_LOW = str.maketrans("0123456789+-=()−–", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎₋₋")
_HIGH = str.maketrans("0123456789+-=()−–ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾⁻⁻ⁿⁱ")
_ROOTS = {"": "√", "2": "√", "3": "∛", "4": "∜"}
_ACCENTS = {"\u0302": "^", "\u0304": "¯", "\u0305": "¯", "\u20d7": "→", "\u0307": "˙", "": "^"}
_SKIPPED = frozenset({"ctrlPr", "rPr"})
Element = Any  # lxml is slow to import and stays out of the module's head.


def low(text: str) -> str | None:
    """Return the text in small letters below the line, or None where such letters are missing."""
    return _shifted(text, _LOW)


def high(text: str) -> str | None:
    """Return the text in small letters above the line, or None where such letters are missing."""
    return _shifted(text, _HIGH)


def _shifted(text: str, table: dict[int, int]) -> str | None:
    has_letters = all(ord(character) in table for character in text.strip())
    return text.translate(table) if has_letters else None


def line(element: Element, depth: int = 0) -> str:
    """Return a formula, or a part of one, as text in one line."""
    if depth > _DEEPEST:
        return ""
    return "".join(_part(child, depth + 1) for child in element)


def _part(element: Element, depth: int) -> str:
    name = str(element.tag)
    if not name.startswith(M):
        return "\n" if name.endswith("}br") else _plain(element)
    name = name.removeprefix(M)
    if name == "t":
        return element.text or ""
    if name in _SKIPPED or name.endswith("Pr"):
        return ""
    write = _WRITERS.get(name)
    return write(element, depth) if write else line(element, depth)


def _plain(element: Element) -> str:
    return element.text or "" if str(element.tag).endswith("}t") else ""


def _inner(element: Element, name: str, depth: int) -> str:
    child = element.find(M + name)
    return "" if child is None else line(child, depth).strip()


def _property(element: Element, path: str, default: str) -> str:
    found = element.find("/".join(M + name for name in path.split("/")))
    return default if found is None else found.get(f"{M}val", "")


def _grouped(text: str) -> str:
    """Return the text, in brackets unless it is one number, one name, or bracketed already."""
    is_one = text.isalnum() or text.replace(",", "").replace(".", "").isdecimal()
    return text if is_one or not text else f"({text})"


def _fraction(element: Element, depth: int) -> str:
    above, below = _inner(element, "num", depth), _inner(element, "den", depth)
    if _property(element, "fPr/type", "bar") == "noBar":
        return f"({above}; {below})"
    return f"{_grouped(above)}/{_grouped(below)}"


def _above(text: str) -> str:
    return "" if not text else high(text) or f"^{_grouped(text)}"


def _below(text: str) -> str:
    return "" if not text else low(text) or f"_{_grouped(text)}"


def _scripts(element: Element, depth: int) -> str:
    base = _inner(element, "e", depth)
    is_simple = len(base) < 2 or base.isalnum() or base[-1:] in ")]}|"
    base = base if is_simple else f"({base})"
    return base + _below(_inner(element, "sub", depth)) + _above(_inner(element, "sup", depth))


def _before(element: Element, depth: int) -> str:
    scripts = _below(_inner(element, "sub", depth)) + _above(_inner(element, "sup", depth))
    return scripts + _inner(element, "e", depth)


def _root(element: Element, depth: int) -> str:
    degree, inside = _inner(element, "deg", depth), _inner(element, "e", depth)
    sign = _ROOTS.get(degree)
    return f"{sign}({inside})" if sign else f"{_above(degree)}√({inside})"


def _sum(element: Element, depth: int) -> str:
    sign = _property(element, "naryPr/chr", "∫")
    bounds = _below(_inner(element, "sub", depth)) + _above(_inner(element, "sup", depth))
    return f"{sign}{bounds} {_inner(element, 'e', depth)}"


def _delimited(element: Element, depth: int) -> str:
    begin = _property(element, "dPr/begChr", "(")
    end = _property(element, "dPr/endChr", ")")
    between = _property(element, "dPr/sepChr", "|")
    parts = [line(part, depth).strip() for part in element.findall(f"{M}e")]
    return begin + between.join(parts) + end


def _accented(element: Element, depth: int) -> str:
    sign = _property(element, "accPr/chr", "")
    inside = _inner(element, "e", depth)
    if len(inside) == 1 and sign:
        return inside + sign
    return f"{inside}{_ACCENTS.get(sign, sign)}" if inside else ""


def _named(element: Element, depth: int) -> str:
    name, inside = _inner(element, "fName", depth), _inner(element, "e", depth)
    return f"{name} {inside}" if inside[:1].isalnum() else f"{name}{inside}"


def _limit(element: Element, depth: int) -> str:
    return _inner(element, "e", depth) + f"({_inner(element, 'lim', depth)})"


def _matrix(element: Element, depth: int) -> str:
    rows = element.findall(f"{M}mr")
    return "; ".join(_listed(row.findall(f"{M}e"), depth) for row in rows)


def _lines(element: Element, depth: int) -> str:
    return "; ".join(line(part, depth).strip() for part in element.findall(f"{M}e"))


def _listed(parts: Iterable[Element], depth: int) -> str:
    return ", ".join(line(part, depth).strip() for part in parts)


_WRITERS = {
    "f": _fraction,
    "sSup": _scripts,
    "sSub": _scripts,
    "sSubSup": _scripts,
    "sPre": _before,
    "rad": _root,
    "nary": _sum,
    "d": _delimited,
    "acc": _accented,
    "func": _named,
    "limLow": _limit,
    "limUpp": _limit,
    "m": _matrix,
    "eqArr": _lines,
}
