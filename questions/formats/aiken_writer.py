"""Aiken out: questions of one key and their options, and nothing else of them."""

from collections.abc import Sequence

from core.saying import Sentence
from core.text import N_, clean_line
from questions.formats import aiken, sheet_rows
from questions.formats.written import Written
from questions.rules import drafting
from questions.rules.drafting import Draft, Message
from questions.types import options

_ALL = N_("the whole question: Aiken holds options with one key only")
_OTHERS = N_("the topic, the difficulty, the legal basis and the explanation")
_LINES = N_("a line of its text that Aiken takes for an option; it was joined to the line before")


def write(drafts: Sequence[Draft], title: str) -> Written:
    """Return the questions that Aiken can hold; the others are named."""
    told: list[Message] = []
    for number, draft in enumerate(drafts, start=1):
        told += sheet_rows.messages(draft, number, lost(draft))
    blocks = [_block(draft) for draft in drafts if _fits(draft)]
    return Written("\n".join(blocks).encode(), tuple(told))


def _fits(draft: Draft) -> bool:
    content = drafting.content(draft)
    return draft.type in drafting.CHOSEN and len(content["key"]) == 1


def _stem(draft: Draft) -> str:
    lines = [line for line in draft.stem.split("\n") if line.strip()]
    is_plain = all(map(aiken.is_plain, lines))
    return "\n".join(lines) if is_plain else clean_line(draft.stem)


def _block(draft: Draft) -> str:
    content = drafting.content(draft)
    lines = [_stem(draft)]
    for place, one in enumerate(content["options"]):
        lines.append(f"{options.letter(place)}. {clean_line(one['text'])}")
    place = next(n for n, one in enumerate(content["options"]) if one["id"] in content["key"])
    return "\n".join([*lines, f"ANSWER: {options.letter(place)}", ""])


def lost(draft: Draft) -> list[Sentence]:
    """Return what Aiken cannot carry of a question."""
    if not _fits(draft):
        return [Sentence(_ALL)]
    found = sheet_rows.lost(draft) + sheet_rows.lost_by_letters(draft)
    if draft.topic or draft.difficulty or draft.legal_basis or draft.explanation:
        found.append(Sentence(_OTHERS))
    if not all(map(aiken.is_plain, draft.stem.split("\n"))):
        found.append(Sentence(_LINES))
    return found
