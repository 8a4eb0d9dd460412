"""Letters of symbol fonts, which Word keeps under private codes, as letters of Unicode."""

_WINGDINGS = {
    0xFC: "✓", 0xFE: "☑", 0xA8: "□", 0xA7: "▪", 0xB7: "•", 0xE0: "→", 0xFB: "✗", 0xFD: "☒",
    0x6F: "□", 0x6E: "■", 0x76: "❖", 0xD8: "➢", 0xF0: "⇨", 0xDF: "←", 0x4A: "☺", 0xD6: "√",
    0x6C: "●", 0xA1: "○", 0x71: "❑", 0x2D: "-", 0x52: "☑", 0x54: "☒", 0x50: "✓", 0xAA: "◆",
}  # fmt: skip
_LETTERS = "αβχδεφγηιϕκλμνοπθρστυϖωξψζ"
_CAPITALS = "ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ"
_SYMBOL = {
    **{0x61 + place: letter for place, letter in enumerate(_LETTERS)},
    **{0x41 + place: letter for place, letter in enumerate(_CAPITALS)},
    0x22: "∀", 0x24: "∃", 0x27: "∍", 0x2A: "∗", 0x2D: "−", 0x40: "≅", 0x5C: "∴", 0x5E: "⊥",
    0xA2: "′", 0xA3: "≤", 0xA5: "∞", 0xAB: "↔", 0xAC: "←", 0xAD: "↑", 0xAE: "→", 0xAF: "↓",
    0xB0: "°", 0xB1: "±", 0xB2: "″", 0xB3: "≥", 0xB4: "×", 0xB5: "∝", 0xB6: "∂", 0xB7: "•",
    0xB8: "÷", 0xB9: "≠", 0xBA: "≡", 0xBB: "≈", 0xBC: "…", 0xC5: "⊕", 0xC6: "∅", 0xC7: "∩",
    0xC8: "∪", 0xC9: "⊃", 0xCC: "⊂", 0xCD: "⊆", 0xCE: "∈", 0xCF: "∉", 0xD0: "∠", 0xD1: "∇",
    0xD5: "∏", 0xD6: "√", 0xD7: "⋅", 0xD8: "¬", 0xD9: "∧", 0xDA: "∨", 0xDB: "⇔", 0xDC: "⇐",
    0xDE: "⇒", 0xE5: "∑", 0xF2: "∫",
}  # fmt: skip
_PRIVATE = range(0xF000, 0xF100)
UNKNOWN = "\ufffd"


def letter(code: int, font: str) -> str:
    """Return the letter that a symbol font shows for a code, “�” where it is not known."""
    low = code - 0xF000 if code in _PRIVATE else code
    is_greek = font.casefold().startswith("symbol")
    table = _SYMBOL if is_greek else _WINGDINGS
    found = table.get(low)
    if found is None and (is_greek or not font) and 0x20 <= low < 0x7F:
        return chr(low)
    return found or UNKNOWN


def text(shown: str, font: str) -> str:
    """Return a text with the private letters of a symbol font as letters of Unicode."""
    if not any(ord(character) in _PRIVATE for character in shown):
        return shown
    return "".join(
        letter(ord(character), font) if ord(character) in _PRIVATE else character
        for character in shown
    )
