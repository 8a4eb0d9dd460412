"""Marking one answer against the item version it answers."""

from collections.abc import Mapping
from decimal import Decimal
from types import ModuleType

from questions.types import multiple_choice, options, single_choice, true_false

TYPES: Mapping[str, ModuleType] = {
    "single_choice": single_choice,
    "multiple_choice": multiple_choice,
    "true_false": true_false,
}


def mark(kind: str, content: options.Content, answer: str | None) -> Decimal:
    """Return the part of an item's points that the answer earns, from 0 to 1.

    Any answer can be marked, also an empty or a foreign one: it earns nothing. The result
    depends on the arguments alone, so that marking twice gives the same.

    Raise `ValueError` for a type that does not exist.
    """
    if kind not in TYPES:
        raise ValueError(f"no such type of item: {kind}")
    fraction: Decimal = TYPES[kind].mark(content, answer)
    return min(max(fraction, options.NONE), options.FULL)
