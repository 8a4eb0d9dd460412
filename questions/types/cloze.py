"""A text with gaps, each a short answer, a number or a choice of options.

The stem holds the text, with [[1]], [[2]] … where the gaps are; the content has `gaps`: id, type,
content of that type, and points, the gap's weight among the others.
"""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from types import ModuleType
from typing import Any

from core.saying import Sentence
from core.text import N_
from questions.types import numeric, short_answer, single_choice
from questions.types.answers import FULL, NONE, Said, keyed, parts

Content = Mapping[str, Any]

MOST = 30
GAPS: Mapping[str, ModuleType] = {
    "short_answer": short_answer,
    "numeric": numeric,
    "single_choice": single_choice,
}
_GAP = re.compile(r"\[\[(\d{1,2})\]\]")
_MOST_POINTS = Decimal(100)


def content(gaps: Sequence[tuple[str, Mapping[str, Any]]]) -> dict[str, Any]:
    """Return the content from the gaps in order, each with its type and that type's content."""
    return {
        "gaps": [
            {"id": str(place), "type": kind, "content": dict(inner), "points": "1"}
            for place, (kind, inner) in enumerate(gaps, start=1)
        ]
    }


def pieces(stem: str) -> list[str]:
    """Return the text of the stem in pieces: words and gap ids in turn, words first and last."""
    return _GAP.split(stem)


def check_stem(stem: str, content: Content) -> list[Sentence]:
    """Return where the text and the gaps do not fit each other."""
    in_text = _GAP.findall(stem)
    known = [gap["id"] for gap in content.get("gaps") or []]
    if sorted(in_text) == sorted(known):
        return []
    values = {"text": ", ".join(in_text) or "–", "known": ", ".join(known) or "–"}
    return [Sentence(N_("The text has the gaps %(text)s, but described are %(known)s."), values)]


def check(content: Content) -> list[Sentence]:
    """Return what keeps the content from being asked; nothing if it is sound."""
    gaps = content.get("gaps") or []
    if not 0 < len(gaps) <= MOST:
        return [Sentence(N_("A text needs from 1 to %(most)s gaps."), {"most": MOST})]
    problems = []
    for gap in gaps:
        if gap.get("type") not in GAPS:
            problems.append(Sentence(N_("Gap %(id)s is of no known type."), {"id": gap["id"]}))
            continue
        for problem in GAPS[gap["type"]].check(gap["content"])[:1]:
            text = N_("Gap %(id)s: %(problem)s")
            problems.append(Sentence(text, {"id": gap["id"], "problem": problem}))
        if not NONE < points(gap) <= _MOST_POINTS:
            problems.append(Sentence(N_("Gap %(id)s is worth nothing."), {"id": gap["id"]}))
    return problems


def points(gap: Mapping[str, Any]) -> Decimal:
    """Return the weight of a gap among the others; 0 if what is written is no number."""
    return numeric.plain(str(gap.get("points", "1"))) or NONE


def ids(content: Content) -> list[str]:
    """Return none: the gaps stand where the text has them."""
    return []


def pinned(content: Content) -> list[str]:
    """Return none: there is nothing to shuffle."""
    return []


def mark(content: Content, answer: str | None) -> Decimal:
    """Return the part of the points that the gaps earn together, from 0 to 1."""
    given, gaps = parts(answer), content["gaps"]
    total = sum((points(gap) for gap in gaps), NONE)
    earned = sum((points(gap) * _share(gap, given.get(gap["id"])) for gap in gaps), NONE)
    return earned / total if total else NONE


def _share(gap: Mapping[str, Any], answer: str | None) -> Decimal:
    earned: Decimal = GAPS[gap["type"]].mark(gap["content"], answer)
    return earned


def right(content: Content) -> str:
    """Return an answer that earns everything."""
    return keyed({gap["id"]: GAPS[gap["type"]].right(gap["content"]) for gap in content["gaps"]})


def texts(content: Content) -> list[str]:
    """Return what the gaps accept."""
    known = [gap for gap in content.get("gaps") or [] if gap.get("type") in GAPS]
    return [text for gap in known for text in GAPS[gap["type"]].texts(gap["content"])]


def say(content: Content, answer: str | None) -> list[Said]:
    """Return each gap with what was given and what is right."""
    given = parts(answer)
    return [_said(gap, given.get(gap["id"])) for gap in content["gaps"]]


def _said(gap: Mapping[str, Any], answer: str | None) -> Said:
    lines: list[Said] = GAPS[gap["type"]].say(gap["content"], answer)
    given = next((line.given for line in lines if line.given), "")
    wanted = next((line.right for line in lines if line.right), "")
    return Said(f"({gap['id']})", given, wanted, is_right=_share(gap, answer) == FULL)
