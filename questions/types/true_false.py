"""A statement that is true or false: two options, Đúng and Sai, in this order."""

from decimal import Decimal

from core.saying import Sentence
from core.text import N_
from questions.types import options
from questions.types.options import ids, right, say, texts

__all__ = ["FALSE", "TRUE", "check", "ids", "mark", "pinned", "right", "say", "texts"]

TRUE = "Đúng"
FALSE = "Sai"


def check(content: options.Content) -> list[Sentence]:
    """Return what keeps the content from being asked; nothing if it is sound."""
    problems = options.check(content)
    if len(content.get("options") or []) > options.FEWEST:
        problems.append(Sentence(N_("A true or false item has two options.")))
    if len(content.get("key") or []) != 1:
        problems.append(
            Sentence(
                N_("This type needs just one key; %(count)s are given."),
                {"count": len(content.get("key") or [])},
            )
        )
    return problems


def pinned(content: options.Content) -> list[str]:
    """Return both options: nobody expects Sai before Đúng."""
    return ids(content)


def mark(content: options.Content, answer: str | None) -> Decimal:
    """Return 1 if the key was chosen, else 0."""
    return options.mark_all_or_nothing(content, answer)
