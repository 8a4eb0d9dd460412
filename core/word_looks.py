"""How the text of a Word file looks: what its styles and its run properties come to."""

from dataclasses import dataclass, field, replace
from typing import Any

from core import numbering

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DEEPEST = 12
_BLACK = frozenset({"auto", "000000", ""})
_OFF = frozenset({"0", "false", "off"})
_SWITCHES = (("b", "bold"), ("i", "italic"), ("vanish", "hidden"))
_FONTS = ("hAnsi", "ascii", "cs")
Element = Any  # lxml is slow to import and stays out of the module's head.


@dataclass(frozen=True, slots=True)
class Style:
    """How a stretch of text looks; `colour` is None for black.

    `picture` counts the pictures of the document from 1 for a letter that stands for one.
    """

    bold: bool = False
    italic: bool = False
    underline: bool = False
    highlight: bool = False
    colour: str | None = None
    raised: str = ""
    hidden: bool = False
    font: str = ""
    picture: int = 0


PLAIN = Style()


@dataclass(slots=True)
class Styles:
    """What styles.xml says: for each style its parent and its own run properties."""

    default: Style = PLAIN
    normal: str | None = None
    elements: dict[str, Element] = field(default_factory=dict)
    found: dict[tuple[str | None, Style], Style] = field(default_factory=dict)

    def look(self, name: str | None, base: Style) -> Style:
        """Return the look of a named style laid over another look."""
        key = (name, base)
        if key not in self.found:
            self.found[key] = self._look(name, base, 0)
        return self.found[key]

    def _look(self, name: str | None, base: Style, depth: int) -> Style:
        element = self.elements.get(name or "")
        if element is None or depth > _DEEPEST:
            return base
        parent = numbering.value(element, "basedOn")
        return laid_over(self._look(parent, base, depth + 1), element.find(f"{W}rPr"))


def styles_of(root: Element | None) -> Styles:
    """Return the styles of a document, none without that part."""
    styles = Styles()
    if root is None:
        return styles
    styles.default = laid_over(PLAIN, root.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr"))
    for element in root.findall(f"{W}style"):
        name = element.get(f"{W}styleId", "")
        styles.elements[name] = element
        if element.get(f"{W}type") == "paragraph" and element.get(f"{W}default") in ("1", "true"):
            styles.normal = name
    return styles


def laid_over(base: Style, properties: Element | None) -> Style:
    """Return the look with what these run properties say laid over it."""
    if properties is None:
        return base
    said: dict[str, Any] = {}
    for name, key in _SWITCHES:
        element = properties.find(W + name)
        if element is not None:
            said[key] = element.get(f"{W}val", "1") not in _OFF
    underline = properties.find(f"{W}u")
    if underline is not None:
        said["underline"] = underline.get(f"{W}val", "single") != "none"
    colour = properties.find(f"{W}color")
    if colour is not None:
        shown = colour.get(f"{W}val", "").upper()
        said["colour"] = None if shown.lower() in _BLACK else shown
    raised = numbering.value(properties, "vertAlign")
    if raised is not None:
        said["raised"] = raised
    said["font"] = _font(properties, base.font)
    return replace(base, **said, highlight=_is_highlighted(properties, base.highlight))


def _font(properties: Element, base: str) -> str:
    fonts = properties.find(f"{W}rFonts")
    if fonts is None:
        return base
    named = next((name for kind in _FONTS if (name := fonts.get(W + kind))), None)
    is_of_theme = any(fonts.get(f"{W}{kind}Theme") for kind in _FONTS)
    return "" if named is None and is_of_theme else base if named is None else str(named)


def _is_highlighted(properties: Element, base: bool) -> bool:
    highlight = numbering.value(properties, "highlight")
    if highlight is not None:
        return highlight not in ("none", "white")
    return is_shaded(properties) or base


def is_shaded(properties: Element | None) -> bool:
    """Say whether these properties paint the ground behind the text."""
    shade = None if properties is None else properties.find(f"{W}shd")
    fill = "auto" if shade is None else shade.get(f"{W}fill", "auto")
    return fill.upper() not in ("AUTO", "FFFFFF", "")
