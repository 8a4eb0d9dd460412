"""A few words, compared after folding what does not matter.

The content has `answers` (text, fraction of the points as text, is_pattern) and `exact`: what
does matter, of "case", "marks" and "spaces". Where the tone mark stands (hòa, hoà) never does.
In a pattern `*` stands for any words; there are no other patterns, so that none can hang.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from core.saying import Sentence
from core.text import N_, clean_line, old_style, without_marks
from questions.types.answers import FULL, NONE, Said

Content = Mapping[str, Any]

MOST = 50
LONGEST = 500
EXACT = ("case", "marks", "spaces")
DEFAULT = ("marks",)


def content(listed: Sequence[str], exact: Sequence[str] = DEFAULT) -> dict[str, Any]:
    """Return the content from the answers that earn everything; one with `*` is a pattern."""
    return {
        "answers": [{"text": text, "fraction": "1", "is_pattern": "*" in text} for text in listed],
        "exact": list(exact),
    }


def check(content: Content) -> list[Sentence]:
    """Return what keeps the content from being asked; nothing if it is sound."""
    listed = content.get("answers") or []
    if not 0 < len(listed) <= MOST:
        return [Sentence(N_("Give from 1 to %(most)s accepted answers."), {"most": MOST})]
    problems = []
    if any(not one["text"].strip() for one in listed):
        problems.append(Sentence(N_("An accepted answer is empty.")))
    if any(one.get("is_pattern") and not one["text"].strip("* ") for one in listed):
        problems.append(Sentence(N_("An accepted answer of stars alone takes any answer.")))
    if any(fraction(one) is None for one in listed):
        problems.append(Sentence(N_("The share of an answer goes from 0 to 100%%.")))
    if not any(fraction(one) == FULL for one in listed):
        problems.append(Sentence(N_("No accepted answer earns all the points.")))
    return problems


def fraction(accepted: Mapping[str, Any]) -> Decimal | None:
    """Return the share of the points that an accepted answer earns, or None if it is none."""
    try:
        found = Decimal(str(accepted.get("fraction", "1")))
    except InvalidOperation:
        return None
    return found if found.is_finite() and NONE <= found <= FULL else None


def ids(content: Content) -> list[str]:
    """Return none: there is nothing to shuffle."""
    return []


def pinned(content: Content) -> list[str]:
    """Return none: there is nothing to shuffle."""
    return []


def mark(content: Content, answer: str | None) -> Decimal:
    """Return the share of the best accepted answer that this one equals."""
    exact = frozenset(content.get("exact", DEFAULT))
    given = folded((answer or "")[:LONGEST], exact)
    if not given:
        return NONE
    earned = [fraction(one) or NONE for one in content["answers"] if _fits(one, given, exact)]
    return max(earned, default=NONE)


def folded(text: str, exact: frozenset[str]) -> str:
    """Return the text as it is compared."""
    found = old_style(clean_line(text))
    if "marks" not in exact:
        found = without_marks(found)
    if "case" not in exact:
        found = found.casefold()
    return found if "spaces" in exact else "".join(found.split())


def _fits(accepted: Mapping[str, Any], given: str, exact: frozenset[str]) -> bool:
    wanted = folded(accepted["text"], exact)
    if not accepted.get("is_pattern"):
        return wanted == given
    return _matches(wanted.split("*"), given)


def _matches(pieces: Sequence[str], given: str) -> bool:
    """Say whether the pieces stand in the text in this order, first and last at the ends."""
    first, last = pieces[0], pieces[-1]
    if len(pieces) == 1:
        return given == first
    if len(given) < len(first) + len(last):
        return False
    if not given.startswith(first) or not given.endswith(last):
        return False
    at, end = len(first), len(given) - len(last)
    for piece in pieces[1:-1]:
        found = given.find(piece, at, end)
        if found < 0:
            return False
        at = found + len(piece)
    return True


def right(content: Content) -> str:
    """Return an answer that earns everything."""
    best = next((one for one in content["answers"] if fraction(one) == FULL), None)
    return best["text"].replace("*", "") if best else ""


def texts(content: Content) -> list[str]:
    """Return the accepted answers: an item is compared by them too."""
    return [one["text"] for one in content.get("answers") or []]


def say(content: Content, answer: str | None) -> list[Said]:
    """Return what was typed, and what is right."""
    best = [one["text"] for one in content["answers"] if fraction(one) == FULL]
    return [Said("", answer or "", " / ".join(best), is_right=mark(content, answer) == FULL)]
