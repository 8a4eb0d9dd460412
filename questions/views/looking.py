"""An item as participants see it, on the pages of whoever writes and reviews it."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from questions import gallery
from questions.models import Media, Stimulus
from questions.rules import drawing, marking, showing
from questions.rules.marking import Content
from questions.rules.showing import Passage, Shown
from questions.rules.wording import Wording
from questions.types.answers import Said

# What asks a question of each type.
ASKS = {
    "single_choice": "questions/types/single_choice.html",
    "multiple_choice": "questions/types/multiple_choice.html",
    "true_false": "questions/types/true_false.html",
    "statements": "questions/types/statements.html",
    "matching": "questions/types/matching.html",
    "ordering": "questions/types/ordering.html",
    "short_answer": "questions/types/short_answer.html",
    "numeric": "questions/types/numeric.html",
    "cloze": "questions/types/cloze.html",
    "essay": "questions/types/essay.html",
}


@dataclass(frozen=True, slots=True)
class Tried:
    """What an answer to the preview would earn, from 0 to 1, and the answer in words."""

    mark: Decimal
    said: list[Said]
    by_people: bool

    @property
    def percent(self) -> Decimal:
        """The share of the points in percent, with as many digits as it needs."""
        return (100 * self.mark).quantize(Decimal("0.01")).normalize()


def preview(
    told: Wording,
    files: Mapping[str, Media],
    *,
    turn: int = 0,
    given: str = "",
    passage: Stimulus | None = None,
) -> Shown:
    """Return a wording as the page of an attempt shows it; each turn shuffles in another way."""
    order, pinned = marking.shuffled_ids(told.type, told.content)
    if turn:
        order = drawing.shuffled_options(order, str(turn).encode(), 1, pinned)
    sizes = {name: (one.width, one.height) for name, one in files.items()}
    fields = showing.fields(
        told.type, told.stem, told.content, order=order, given=given, sizes=sizes
    )
    text = None
    if passage is not None:
        media = showing.media(passage.media, sizes)
        text = Passage(passage.id or 0, passage.title, passage.text, media)
    return Shown(position=1, passage=text, **fields)


def tried(kind: str, content: Content, given: str) -> Tried:
    """Return what an answer would earn; nothing is kept of it."""
    lines = marking.say(kind, content, given)
    by_people = kind in marking.MARKED_BY_PEOPLE
    return Tried(marking.mark(kind, content, given), lines, by_people)


def files_of(bank_id: int, content: Content, passage: Stimulus | None = None) -> dict[str, Media]:
    """Return the pictures and sounds that an item and its passage show, by public id."""
    listed = [*(content.get("media") or []), *(passage.media if passage else [])]
    names = {str(one["id"]) for one in listed}
    return gallery.media_in(bank_id, names) if names else {}
