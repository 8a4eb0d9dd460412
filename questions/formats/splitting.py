"""A very long text in parts that are read one after the other, so that memory stays bounded."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from questions.formats import answers, encoding, grammar
from questions.formats.reading import kind_of
from questions.rules import drafting
from questions.rules.drafting import Message, Reading

# So many questions are read in one go.
PART = 2500
_FEWEST_BYTES = 512 * 1024
_HEADING = re.compile(
    r"(?i)^[\s*#•]*(?:câu\s*hỏi|câu|bài|question)\s*(?:số\s*)?\d{1,6}\s*[.:)/\-–]?"
)


def parts(name: str, content: bytes) -> list[bytes]:
    """Return the file in parts of about `PART` questions each; most files are one part.

    Only a plain text whose questions begin with “Câu n” is taken apart; a list of keys at its
    end goes with every part.
    """
    if len(content) < _FEWEST_BYTES or kind_of(content, name.rpartition(".")[2].lower()) != "txt":
        return [content]
    text, _ = encoding.decode(content)
    lines = text.splitlines()
    starts = [place for place, line in enumerate(lines) if _begins(line)]
    if len(starts) < 2 * PART:
        return [content]
    end = _keys_at_end(lines, starts[-1])
    keys = lines[end:]
    return [
        "\n".join([*lines[begin:finish], *keys]).encode() for begin, finish in _spans(starts, end)
    ]


def remarks(content: bytes) -> list[Any]:
    """Return what is to be said of the encoding of a file, which its parts do not show."""
    _, notes = encoding.decode(content)
    found = Reading(messages=tuple(Message(None, *note) for note in notes))
    said: list[Any] = drafting.to_json(found)["messages"]
    return said


def _begins(line: str) -> bool:
    return _HEADING.match(line) is not None and len(answers.pairs(line)) != 1


def _spans(starts: Sequence[int], end: int) -> Iterator[tuple[int, int]]:
    marks = [0, *starts[PART::PART], end]
    yield from pairwise(marks)


def _keys_at_end(lines: Sequence[str], last: int) -> int:
    """Return where the keys after the last question begin, the end of the text if nowhere."""
    for place in range(last + 1, len(lines)):
        line = lines[place]
        if grammar.is_key_heading(line) or answers.is_list(line) or grammar.is_end(line):
            return place
    return len(lines)
