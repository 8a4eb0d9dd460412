"""The automatic numbers of a Word file: the labels that stand on the screen, not in the text."""

from typing import Any

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DEEPEST = 12
_LEVELS = 9
_ROMAN = ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))
_SYMBOLS = {"F0FC": "✓", "F0FE": "☑", "F0A8": "□", "F0A7": "▪", "F0B7": "•", "F0E0": "→"}
BULLET = "•"
Element = Any  # lxml is slow to import and stays out of the module's head.


def value(parent: Element, name: str) -> str | None:
    """Return the `w:val` of a child element, or None without it."""
    child = parent.find(W + name)
    return None if child is None else child.get(f"{W}val")


def symbol(code: str) -> str:
    """Return the letter that a symbol font shows for a private code, or nothing."""
    return _SYMBOLS.get(code.upper(), "")


def write_number(number: int, form: str) -> str:
    """Return a number as a numbering format writes it."""
    if form in ("upperLetter", "lowerLetter"):
        letters = chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)
        return letters.upper() if form == "upperLetter" else letters
    if form in ("upperRoman", "lowerRoman"):
        roman = _roman(number)
        return roman.upper() if form == "upperRoman" else roman
    if form == "decimalZero":
        return f"{number:02d}"
    return "" if form == "none" else str(number)


def _roman(number: int) -> str:
    written = ""
    for size, letters in _ROMAN:
        while number >= size:
            written += letters
            number -= size
    return written


class Counter:
    """Counts the paragraphs of each list, in the order in which they are asked for."""

    def __init__(self, root: Element | None, styles: dict[str, Element]) -> None:
        self.styles = styles
        self.lists: dict[str, Element] = {}
        self.numbers: dict[str, Element] = {}
        self.counts: dict[str, dict[int, int]] = {}
        self.begun: set[str] = set()
        if root is not None:
            for element in root.findall(f"{W}abstractNum"):
                self.lists[element.get(f"{W}abstractNumId", "")] = element
            for element in root.findall(f"{W}num"):
                self.numbers[element.get(f"{W}numId", "")] = element

    def label(self, properties: Element | None, style: str | None) -> str:
        """Return the label of the next paragraph with these properties; empty without one."""
        number, depth = self._place(properties, style)
        element = self.numbers.get(number)
        if element is None:
            return ""
        name = value(element, "abstractNumId") or ""
        levels = self._levels(name)
        if depth not in levels:
            return ""
        self._count(number, name, depth)
        return self._write(self.counts[name], levels, depth)

    def _place(self, properties: Element | None, style: str | None) -> tuple[str, int]:
        """Return the list and the level that a paragraph belongs to."""
        own = None if properties is None else properties.find(f"{W}numPr")
        inherited = self._of_style(style, 0)
        number = value(own, "numId") if own is not None else None
        depth = value(own, "ilvl") if own is not None else None
        if number is None:
            return inherited[0], int(depth) if depth else inherited[1]
        return number, int(depth or 0)

    def _of_style(self, style: str | None, depth: int) -> tuple[str, int]:
        element = self.styles.get(style or "")
        if element is None or depth > _DEEPEST:
            return "", 0
        found = element.find(f"{W}pPr/{W}numPr")
        if found is not None and value(found, "numId") is not None:
            return value(found, "numId") or "", int(value(found, "ilvl") or 0)
        return self._of_style(value(element, "basedOn"), depth + 1)

    def _levels(self, name: str) -> dict[int, Element]:
        element = self.lists.get(name)
        if element is None:
            return {}
        return {int(level.get(f"{W}ilvl", "0")): level for level in element.findall(f"{W}lvl")}

    def _count(self, number: str, name: str, depth: int) -> None:
        counts = self.counts.setdefault(name, {})
        if number not in self.begun:
            self.begun.add(number)
            self._begin(number, counts)
        levels = self._levels(name)
        start = int(value(levels[depth], "start") or 1)
        counts[depth] = counts[depth] + 1 if depth in counts else start
        for deeper in range(depth + 1, _LEVELS):
            if deeper in levels and value(levels[deeper], "lvlRestart") != "0":
                counts.pop(deeper, None)

    def _begin(self, number: str, counts: dict[int, int]) -> None:
        """Start again where this list says so, although it shares its form with another."""
        for override in self.numbers[number].findall(f"{W}lvlOverride"):
            start = value(override, "startOverride")
            if start is not None:
                counts[int(override.get(f"{W}ilvl", "0"))] = int(start) - 1

    def _write(self, counts: dict[int, int], levels: dict[int, Element], depth: int) -> str:
        if value(levels[depth], "numFmt") == "bullet":
            return BULLET
        text = value(levels[depth], "lvlText") or ""
        for level in range(depth + 1):
            if f"%{level + 1}" not in text or level not in levels:
                continue
            count = counts.setdefault(level, int(value(levels[level], "start") or 1))
            form = value(levels[level], "numFmt") or "decimal"
            text = text.replace(f"%{level + 1}", write_number(count, form))
        return text.strip()
