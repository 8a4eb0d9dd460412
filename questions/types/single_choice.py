"""Several options, one key."""

from decimal import Decimal
from random import Random

from core.saying import Sentence
from core.text import N_
from questions.types import options


def check(content: options.Content) -> list[Sentence]:
    """Return what keeps the content from being asked; nothing if it is sound."""
    problems = options.check(content)
    if len(content.get("key") or []) != 1:
        problems.append(
            Sentence(
                N_("This type needs just one key; %(count)s are given."),
                {"count": len(content.get("key") or [])},
            )
        )
    return problems


def shuffle(content: options.Content, rng: Random) -> list[str]:
    """Return the option ids in the order in which one participant sees them."""
    return options.shuffle(content, rng)


def mark(content: options.Content, answer: str | None) -> Decimal:
    """Return 1 if the key, and nothing else, was chosen, else 0."""
    return options.mark_all_or_nothing(content, answer)
