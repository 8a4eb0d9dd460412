"""A paper seen ahead: which lines may begin questions and options, before any is taken."""

from collections.abc import Sequence
from dataclasses import dataclass

from questions.formats import answers, grammar, verdicts
from questions.formats.styled import Line

_FAR = 60
_HALF = 0.5


@dataclass(frozen=True, slots=True)
class KeyTable:
    """A table of the paper that holds nothing but keys."""

    pairs: tuple[answers.Pair, ...]


Item = Line | KeyTable


class Outlook:
    """All lines of a paper with what each could be."""

    def __init__(self, items: Sequence[Item]) -> None:
        self.items = items
        self.texts = [_text(item) for item in items]
        self.headings = [grammar.heading(text) for text in self.texts]
        self.letters = [_letter(text) for text in self.texts]
        self.single_pairs = answers.runs_of_single_pairs(self.texts)
        words = sum(1 for found in self.headings if found and found.has_word)
        starts = sum(1 for place in range(len(items)) if "A" in self._inline(place))
        # Where most questions begin with “Câu”, a bare number at the head of a line is a list.
        self.has_words = words > 0 and words >= starts * _HALF
        self.is_numbered = any(
            found and (found.has_word or self.asks(place))
            for place, found in enumerate(self.headings)
        )

    def text(self, place: int) -> str:
        """Return the text at a place, empty for a table and beyond the end."""
        return self.texts[place] if place < len(self.texts) else ""

    def next_letter(self, place: int) -> str | None:
        """Return the option letter that the next line begins with, if any."""
        return self.letters[place + 1] if place + 1 < len(self.letters) else None

    def is_before_keys(self, place: int) -> bool:
        """Say whether a list or a table of keys comes next."""
        after = place + 1
        if after < len(self.items) and isinstance(self.items[after], KeyTable):
            return True
        return bool(answers.pairs(self.text(after)))

    def asks(self, place: int) -> bool:
        """Say whether options follow the heading at a place, with letters or with bullets."""
        after = self.text(place + 1)
        is_bulleted = grammar.bullet(after) is not None or grammar.truth(after) is not None
        return is_bulleted or self.asks_by_letter(place)

    def asks_by_letter(self, place: int) -> bool:
        """Say whether options follow the heading at a place before the next question begins."""
        own = self.headings[place]
        start = own.start if own else 0
        if verdicts.row(self.texts[place][start:]):
            return False
        if grammar.option_chain(self.texts[place][start:], self.next_letter(place)):
            return True
        counted = 0
        for after in range(place + 1, min(place + _FAR, len(self.items))):
            other = self.headings[after]
            if other and not other.has_word and other.number == counted + 1:
                counted = other.number
            elif other and (other.has_word or own is None or other.number == own.number + 1):
                return False
            if self.letters[after] in ("A", "B") or "A" in self._inline(after):
                return True
        return False

    def _inline(self, place: int) -> list[str]:
        if verdicts.row(self.texts[place]):
            return []
        chain = grammar.option_chain(self.texts[place], self.next_letter(place))
        return [label.letter for label in chain]


def _text(item: Item) -> str:
    """Return what a line may announce: nothing where it is words for their own sake."""
    return item.text[: item.quoted] if isinstance(item, Line) else ""


def _letter(text: str) -> str | None:
    label = grammar.first_label(text)
    return label.letter if label else None
