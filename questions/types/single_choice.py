"""Several options, one key."""

from decimal import Decimal

from core.saying import Sentence
from core.text import N_
from questions.types import options
from questions.types.options import ids, pinned, right, say, texts

__all__ = ["check", "ids", "mark", "pinned", "right", "say", "texts"]


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


def mark(content: options.Content, answer: str | None) -> Decimal:
    """Return 1 if the key, and nothing else, was chosen, else 0."""
    return options.mark_all_or_nothing(content, answer)
