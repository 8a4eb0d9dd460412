"""Numbers as Vietnamese authors write them, and as they are stored."""

import re

from core.text import clean_line
from questions.types import numeric

_GROUPED = re.compile(r"[+-]?[1-9]\d{0,2}(\.\d{3})+")
_MINUS = str.maketrans({"\u2212": "-", "\u2013": "-"})
_HUNDRED = 100


def stored(typed: str | None) -> str:
    """Return a number as it is stored, with a decimal point; what is none stays as it was typed.

    A comma is the decimal sign; 1.350 is one thousand three hundred and fifty, 1.5 is one and a
    half.
    """
    text = clean_line(typed or "")
    bare = text.translate(_MINUS).replace(" ", "").removesuffix("%")
    if bare.count(",") == 1 and re.fullmatch(r"[+-]?[\d.]*,\d+", bare):
        bare = bare.replace(".", "").replace(",", ".")
    elif _GROUPED.fullmatch(bare):
        bare = bare.replace(".", "")
    return bare if numeric.plain(bare) is not None else text


def shown(text: object) -> str:
    """Return a stored number with a decimal comma; what is none stays as it is."""
    return numeric.shown(str(text))


def percent(share: object) -> str:
    """Return a stored share of 1 as percent: 0.5 is 50."""
    found = numeric.plain(str(share))
    if found is None:
        return str(share)
    return numeric.shown(format((found * _HUNDRED).normalize(), "f"))


def share(typed: str | None) -> str:
    """Return percent as the share of 1 that is stored; what is no number stays as typed."""
    found = numeric.plain(stored(typed))
    if found is None:
        return stored(typed)
    return format((found / _HUNDRED).normalize(), "f")
