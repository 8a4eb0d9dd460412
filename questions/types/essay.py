"""Free text, marked by people.

The content has `words` (least and most, None for no bound), `rubric` (id, text, points as text),
what the markers go by, and `sample`, an answer that would earn everything. The software gives an
essay no mark of its own: people do, and what they gave is kept with the attempt.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from core.saying import Sentence
from core.text import N_
from questions.types import numeric
from questions.types.answers import NONE, Said

Content = Mapping[str, Any]

MOST_WORDS = 3000
MOST_CRITERIA = 20


def content(
    least: int | None = None,
    most: int | None = None,
    rubric: Sequence[tuple[str, str]] = (),
    sample: str = "",
) -> dict[str, Any]:
    """Return the content from the bounds in words, and the criteria with their points."""
    return {
        "words": {"least": least, "most": most},
        "rubric": [
            {"id": str(place), "text": text, "points": points}
            for place, (text, points) in enumerate(rubric, start=1)
        ],
        "sample": sample,
    }


def check(content: Content) -> list[Sentence]:
    """Return what keeps the content from being asked; nothing if it is sound."""
    bounds = content.get("words") or {}
    least, most = bounds.get("least") or 0, bounds.get("most") or MOST_WORDS
    problems = []
    if not 0 <= least <= most <= MOST_WORDS:
        text = N_("The bounds in words must rise, up to %(most)s.")
        problems.append(Sentence(text, {"most": MOST_WORDS}))
    rubric = content.get("rubric") or []
    if len(rubric) > MOST_CRITERIA:
        problems.append(Sentence(N_("At most %(most)s criteria fit."), {"most": MOST_CRITERIA}))
    for one in rubric:
        points = numeric.plain(str(one.get("points", "")))
        if not one["text"].strip() or points is None or points <= 0:
            text = N_("Criterion %(id)s needs words and points above 0.")
            problems.append(Sentence(text, {"id": one["id"]}))
    return problems


def count_words(text: str | None) -> int:
    """Return how many words a text has: what stands between white space, as Word counts."""
    return len((text or "").split())


def ids(content: Content) -> list[str]:
    """Return none: there is nothing to shuffle."""
    return []


def pinned(content: Content) -> list[str]:
    """Return none: there is nothing to shuffle."""
    return []


def mark(content: Content, answer: str | None) -> Decimal:
    """Return 0: only people give an essay points."""
    return NONE


def right(content: Content) -> str:
    """Return the sample answer."""
    return str(content.get("sample") or "")


def texts(content: Content) -> list[str]:
    """Return the criteria: an item is compared by them too."""
    return [one["text"] for one in content.get("rubric") or []]


def say(content: Content, answer: str | None) -> list[Said]:
    """Return what was written, and the sample."""
    return [Said("", answer or "", right(content), is_right=False)]
