"""What a participant is shown of the questions that were not answered right."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from contest import change_queries, papers, queries
from contest.models import Attempt, QuestionRuling, Slot
from contest.rules import scoring
from contest.rules.marking import Given, RulingKind
from questions.models import ItemVersion
from questions.rules import marking, rekeying
from questions.rules.showing import Medium, Shown, Sizes
from questions.types.answers import Said


@dataclass(frozen=True, slots=True)
class WrongOption:
    """An option of a question that was not answered right."""

    key: str
    text: str
    media: Sequence[Medium]
    is_chosen: bool
    is_right: bool


@dataclass(frozen=True, slots=True)
class WrongItem:
    """A question that was not answered right, with what is right and why."""

    position: int
    stem: str
    media: Sequence[Medium]
    # Where there are options to choose from these, else the answer in words, part by part.
    options: Sequence[WrongOption]
    said: Sequence[Said]
    earned: Decimal
    points: Decimal
    basis: str
    explanation: str
    right_percent: Decimal | None = None
    # Two people made another answer the key of this question in this round.
    is_rekeyed: bool = False


def wrong_items(attempt: Attempt) -> list[WrongItem]:
    """Return the questions that were not answered right, with their keys and legal basis."""
    answers = queries.answers_of(attempt.id)
    slots = papers.slots_with_law(attempt.id)
    sizes = papers.sizes_in(slots)
    rulings = change_queries.rulings_in(attempt.round)
    return [
        _wrong_item(
            slot, slot.version, answers.get(slot.position), sizes, rulings.get(slot.version.id)
        )
        for slot in slots
        if slot.version is not None and slot.mark not in (None, slot.points)
    ]


def _wrong_item(
    slot: Slot,
    version: ItemVersion,
    given: Given | None,
    sizes: Sizes,
    ruled: QuestionRuling | None,
) -> WrongItem:
    answer = given.answer if given else ""
    keys = _right(version, ruled)
    asked = papers.shown_item(slot, version, answer, sizes)
    has_options = version.type in marking.WITH_OPTIONS
    document = version.document
    basis = [version.clause, document.number if document else ""]
    return WrongItem(
        slot.position,
        asked.line,
        asked.media,
        _wrong_options(asked, [one for key in keys for one in key["key"]]) if has_options else [],
        [] if has_options else marking.say(version.type, keys[0], answer),
        scoring.from_millionths(slot.mark or 0),
        scoring.from_millionths(slot.points),
        ", ".join(part for part in basis if part),
        version.explanation,
        is_rekeyed=keys[0] is not version.content,
    )


def _right(version: ItemVersion, ruled: QuestionRuling | None) -> list[Mapping[str, Any]]:
    """Return the content with every key that counts in the round: the bank's, or those ruled."""
    if ruled is None or ruled.kind is not RulingKind.KEY:
        return [version.content]
    return [rekeying.rekeyed(version.type, version.content, one) for one in ruled.accepted]


def _wrong_options(asked: Shown, key: Sequence[str]) -> list[WrongOption]:
    return [
        WrongOption(one.key, one.text, one.media, one.id in asked.answer, one.id in key)
        for one in asked.options
    ]
