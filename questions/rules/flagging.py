"""What the figures of an item warn of, each warning by a rule that can be said in a line."""

from collections.abc import Iterable
from enum import StrEnum

from core.text import N_
from questions.rules.analysing import ItemFigures

EASY = 0.90
HARD = 0.20
# In a hundred: below it the item hardly tells those who know from those who do not.
WEAK_BELOW = 10.0
# So many people before a correlation, and before an option that nobody chose, means anything.
FEWEST_WEAK = 30
FEWEST_UNUSED = 50


class Flag(StrEnum):
    """What somebody should look at."""

    TOO_EASY = "too_easy"
    TOO_HARD = "too_hard"
    WEAK = "weak"
    MISKEYED = "miskeyed"
    UNUSED = "unused"


NAMES = {
    Flag.TOO_EASY: N_("Too easy"),
    Flag.TOO_HARD: N_("Too hard"),
    Flag.WEAK: N_("Discriminates poorly"),
    Flag.MISKEYED: N_("The key may be wrong"),
    Flag.UNUSED: N_("An option nobody chooses"),
}


def flags(figures: ItemFigures) -> list[Flag]:
    """Return what the figures warn of, in a fixed order."""
    index = figures.discrimination
    held = {
        Flag.TOO_EASY: figures.facility >= EASY,
        Flag.TOO_HARD: figures.facility <= HARD,
        Flag.WEAK: figures.n >= FEWEST_WEAK and index is not None and index < WEAK_BELOW,
        Flag.MISKEYED: _is_miskeyed(figures),
        Flag.UNUSED: figures.n >= FEWEST_UNUSED and any(not one.count for one in figures.options),
    }
    return [flag for flag, is_held in held.items() if is_held]


def _is_miskeyed(figures: ItemFigures) -> bool:
    """Say whether another option beats the key by more than two standard errors of chance."""
    found = next((one.correlation for one in figures.options if one.id == figures.better), None)
    return found is not None and bool(found > 2.0 / figures.n**0.5)


def written(held: Iterable[Flag]) -> str:
    """Return flags as one column holds them: each between commas, so that one can be looked for."""
    text = ",".join(held)
    return f",{text}," if text else ""


def read(text: str) -> list[Flag]:
    """Return the flags that `written` wrote; unknown ones are left out."""
    known = {flag.value for flag in Flag}
    return [Flag(one) for one in text.split(",") if one in known]
