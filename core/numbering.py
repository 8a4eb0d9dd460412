"""The automatic numbers of a Word file: the labels that stand on the screen, not in the text."""

from dataclasses import dataclass
from typing import Any

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DEEPEST = 12
_LEVELS = 9
_ROMAN = (
    *((100, "c"), (90, "xc"), (50, "l"), (40, "xl")),
    *((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")),
)
_MOST_ROMAN = 399
BULLET = "•"
Element = Any  # lxml is slow to import and stays out of the module's head.


def value(parent: Element, name: str) -> str | None:
    """Return the `w:val` of a child element, or None without it."""
    child = parent.find(W + name)
    return None if child is None else child.get(f"{W}val")


def number(parent: Element, name: str, default: int) -> int:
    """Return the `w:val` of a child element as a number, the default where it is none."""
    written = value(parent, name) or ""
    return int(written) if written.isdecimal() and len(written) < 10 else default


@dataclass(frozen=True, slots=True)
class Label:
    """What automatic numbering shows before a paragraph, and the run properties of its level."""

    text: str = ""
    look: Element | None = None


def write_number(count: int, form: str) -> str:
    """Return a number as a numbering format writes it."""
    if form in ("upperLetter", "lowerLetter"):
        letters = chr(ord("a") + (count - 1) % 26) * min((count - 1) // 26 + 1, _LEVELS)
        return letters.upper() if form == "upperLetter" else letters
    if form in ("upperRoman", "lowerRoman"):
        roman = _roman(min(count, _MOST_ROMAN))
        return roman.upper() if form == "upperRoman" else roman
    if form == "decimalZero":
        return f"{count:02d}"
    return "" if form == "none" else str(count)


def _roman(count: int) -> str:
    written = ""
    for size, letters in _ROMAN:
        while count >= size:
            written += letters
            count -= size
    return written


class Counter:
    """Counts the paragraphs of each list, in the order in which they are asked for."""

    def __init__(self, root: Element | None, styles: dict[str, Element]) -> None:
        self.styles = styles
        self.lists: dict[str, Element] = {}
        self.numbers: dict[str, Element] = {}
        self.counts: dict[str, dict[int, int]] = {}
        self.begun: set[str] = set()
        self.known: dict[tuple[str, str], dict[int, Element]] = {}
        if root is not None:
            for element in root.findall(f"{W}abstractNum"):
                self.lists[element.get(f"{W}abstractNumId", "")] = element
            for element in root.findall(f"{W}num"):
                self.numbers[element.get(f"{W}numId", "")] = element

    def label(self, properties: Element | None, style: str | None) -> Label:
        """Return the label of the next paragraph with these properties; empty without one."""
        number_, depth = self._place(properties, style)
        element = self.numbers.get(number_)
        if element is None:
            return Label()
        name = self._abstract(number_, 0)
        levels = self._levels(number_, name)
        if depth not in levels:
            return Label()
        self._count(number_, name, depth)
        look = levels[depth].find(f"{W}rPr")
        return Label(self._write(self.counts[name], levels, depth), look)

    def _place(self, properties: Element | None, style: str | None) -> tuple[str, int]:
        """Return the list and the level that a paragraph belongs to."""
        own = None if properties is None else properties.find(f"{W}numPr")
        inherited = self._of_style(style, 0)
        number_ = value(own, "numId") if own is not None else None
        depth = number(own, "ilvl", -1) if own is not None else -1
        if number_ is None:
            return inherited[0], depth if depth >= 0 else inherited[1]
        return number_, depth if depth >= 0 else self._level_of(number_, style, 0)

    def _of_style(self, style: str | None, depth: int) -> tuple[str, int]:
        element = self.styles.get(style or "")
        if element is None or depth > _DEEPEST:
            return "", 0
        found = element.find(f"{W}pPr/{W}numPr")
        if found is not None and value(found, "numId") is not None:
            number_ = value(found, "numId") or ""
            return number_, self._level_of(number_, style, number(found, "ilvl", 0))
        above = self._of_style(value(element, "basedOn"), depth + 1)
        own = -1 if found is None else number(found, "ilvl", -1)
        return above if own < 0 else (above[0], own)

    def _level_of(self, number_: str, style: str | None, default: int) -> int:
        """Return the level that belongs to a style, as headings have theirs."""
        if number_ not in self.numbers or not style:
            return default
        levels = self._levels(number_, self._abstract(number_, 0))
        return next((n for n, one in levels.items() if value(one, "pStyle") == style), default)

    def _abstract(self, number_: str, depth: int) -> str:
        """Return the list that a number stands for; a list may point to that of a style."""
        element = self.numbers.get(number_)
        name = "" if element is None else value(element, "abstractNumId") or ""
        found = self.lists.get(name)
        linked = None if found is None else value(found, "numStyleLink")
        style = self.styles.get(linked or "")
        if style is None or depth > _DEEPEST:
            return name
        of_style = style.find(f"{W}pPr/{W}numPr")
        other = None if of_style is None else value(of_style, "numId")
        return self._abstract(other, depth + 1) if other and other != number_ else name

    def _levels(self, number_: str, name: str) -> dict[int, Element]:
        """Return the levels of a list, those that this number has of its own among them."""
        if (number_, name) not in self.known:
            found = self.lists.get(name)
            own = self.numbers[number_].findall(f"{W}lvlOverride/{W}lvl")
            levels = [*(() if found is None else found.findall(f"{W}lvl")), *own]
            self.known[number_, name] = {_depth(level): level for level in levels}
        return self.known[number_, name]

    def _count(self, number_: str, name: str, depth: int) -> None:
        counts = self.counts.setdefault(name, {})
        if number_ not in self.begun:
            self.begun.add(number_)
            self._begin(number_, counts)
        levels = self._levels(number_, name)
        counts[depth] = counts[depth] + 1 if depth in counts else number(levels[depth], "start", 1)
        for deeper in range(depth + 1, _LEVELS):
            restart = number(levels[deeper], "lvlRestart", deeper) if deeper in levels else 0
            if restart > 0 and depth < restart:
                counts.pop(deeper, None)

    def _begin(self, number_: str, counts: dict[int, int]) -> None:
        """Start again where this list says so, although it shares its form with another."""
        for override in self.numbers[number_].findall(f"{W}lvlOverride"):
            if value(override, "startOverride") is not None:
                counts[_depth(override)] = number(override, "startOverride", 1) - 1

    def _write(self, counts: dict[int, int], levels: dict[int, Element], depth: int) -> str:
        if value(levels[depth], "numFmt") == "bullet":
            return BULLET
        text = value(levels[depth], "lvlText") or ""
        is_plain = levels[depth].find(f"{W}isLgl") is not None
        for level in range(depth + 1):
            if f"%{level + 1}" not in text or level not in levels:
                continue
            count = counts.setdefault(level, number(levels[level], "start", 1))
            form = "decimal" if is_plain else value(levels[level], "numFmt") or "decimal"
            text = text.replace(f"%{level + 1}", write_number(count, form))
        return text.strip()


def _depth(element: Element) -> int:
    written = element.get(f"{W}ilvl", "0")
    return int(written) if written.isdecimal() and len(written) == 1 else 0
