"""What the cells of a table say of options and keys in other ways than a column for each."""

import json
import re
from collections.abc import Sequence
from typing import Literal

from core.text import clean, fold
from questions.formats import grammar
from questions.types import options

# How the keys of a table are written: by text, by numbers from 0, or as each cell looks.
Way = Literal["text", "zero", "any"]
_PARTS = (re.compile(r"\n+"), re.compile(r"\s*\|\s*"), re.compile(r"\s*;\s*"), re.compile(r",\s+"))


def listed(cell: str) -> list[str]:
    """Return the options that stand in one cell: a JSON list, or parted by lines, bars or marks."""
    try:
        found = json.loads(cell) if cell.startswith("[") else None
    except ValueError:
        found = None
    if not isinstance(found, list):
        split = (parting.split(cell.strip()) for parting in _PARTS)
        found = next((parts for parts in split if len(parts) >= options.FEWEST), [])
    texts = [clean(str(part)) for part in found]
    return [_bare(text, place) for place, text in enumerate(text for text in texts if text)]


def _bare(text: str, place: int) -> str:
    label = grammar.first_label(text) if place < options.MOST else None
    is_due = label is not None and label.letter == options.letter(place)
    return text[label.end :].strip() if label is not None and is_due else text


def way(rows: Sequence[tuple[str, Sequence[str]]]) -> Way:
    """Return how the keys of a table are written, from each key with the options of its row."""
    filled = [(key.strip(), texts) for key, texts in rows if key.strip() and texts]
    numbers = [key for key, _ in filled if key.isdecimal()]
    if not numbers or len(numbers) < len(filled):
        return "any"
    if all(_place(key, texts) is not None for key, texts in filled):
        beyond = any(not 1 <= int(key) <= len(texts) for key, texts in filled)
        return "text" if beyond else "any"
    if "0" in numbers and all(int(key) < len(texts) for key, texts in filled):
        return "zero"
    return "any"


def told(key: str, texts: Sequence[str], way: Way) -> str:
    """Return a key as the number of its option from 1, where the table says how it counts."""
    place: int | None = None
    if way == "text":
        place = _place(key, texts)
    elif way == "zero" and key.strip().isdecimal():
        place = int(key)
    return key if place is None else str(place + 1)


def _place(key: str, texts: Sequence[str]) -> int | None:
    wanted = fold(key.strip())
    return next((place for place, text in enumerate(texts) if fold(text) == wanted), None)
