"""A sentence as a rule says it: a message id and its values, put into words where it is shown."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from core.text import N_


@dataclass(frozen=True, slots=True)
class Sentence:
    """What is to be said: an English message id and what fills its places.

    A value may be a sentence itself, and is then put into words first.
    """

    message: str
    values: Mapping[str, object] = field(default_factory=dict)


class Unreadable(ValueError):  # noqa: N818 -- named for what was typed, as refusals are
    """What a person typed cannot be read; `sentence` says what is wrong with it."""

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(sentence.message)
        self.sentence = sentence


def told(
    sentence: Sentence, translate: Callable[[str], str], write: Callable[[object], object]
) -> str:
    """Return the words of `sentence`.

    `translate` finds the words of a message id; `write` gives a value (a number, a moment) the
    form that the reader expects. Both belong to the edge.
    """
    values = {
        name: told(value, translate, write) if isinstance(value, Sentence) else write(value)
        for name, value in sentence.values.items()
    }
    return translate(sentence.message) % values


def one_after_another(sentences: list[Sentence]) -> Sentence:
    """Join at least one sentence into a row: “a, then b, then c”."""
    joined = sentences[-1]
    for sentence in reversed(sentences[:-1]):
        joined = Sentence(N_("%(one)s, then %(rest)s"), {"one": sentence, "rest": joined})
    return joined
