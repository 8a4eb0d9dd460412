"""What a participant is shown of the questions that were not answered right."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from contest import papers, queries
from contest.models import Attempt, Slot
from contest.rules import scoring
from contest.rules.marking import Given
from questions.models import ItemVersion
from questions.rules import marking
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


def wrong_items(attempt: Attempt) -> list[WrongItem]:
    """Return the questions that were not answered right, with their keys and legal basis."""
    answers = queries.answers_of(attempt.id)
    slots = papers.slots_with_law(attempt.id)
    sizes = papers.sizes_in(slots)
    return [
        _wrong_item(slot, slot.version, answers.get(slot.position), sizes)
        for slot in slots
        if slot.version is not None and slot.mark not in (None, slot.points)
    ]


def _wrong_item(slot: Slot, version: ItemVersion, given: Given | None, sizes: Sizes) -> WrongItem:
    answer = given.answer if given else ""
    asked = papers.shown_item(slot, version, answer, sizes)
    has_options = version.type in marking.WITH_OPTIONS
    document = version.document
    basis = [version.clause, document.number if document else ""]
    return WrongItem(
        slot.position,
        asked.line,
        asked.media,
        _wrong_options(asked, version.content["key"]) if has_options else [],
        [] if has_options else marking.say(version.type, version.content, answer),
        scoring.from_millionths(slot.mark or 0),
        scoring.from_millionths(slot.points),
        ", ".join(part for part in basis if part),
        version.explanation,
    )


def _wrong_options(asked: Shown, key: Sequence[str]) -> list[WrongOption]:
    return [
        WrongOption(one.key, one.text, one.media, one.id in asked.answer, one.id in key)
        for one in asked.options
    ]
