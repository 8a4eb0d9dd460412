"""Plain text, from a file or pasted: a paper line by line, or a table copied from a sheet."""

import re

from core.text import clean
from questions.formats import columns, csv, encoding, styled
from questions.formats.gathering import gather
from questions.rules.drafting import Reading
from questions.rules.settling import Note, settle
from questions.types import options

_FEWEST_ROWS = 2
_BOX = re.compile(r"(?m)^[ \t]*(?:[-*+][ \t]+)?\[([ xX*✓✔])\][ \t]+(?![A-La-l][.):])(\S.*)$")


def read(content: bytes) -> Reading:
    """Return the questions of a text file. Raise `FileRefused` if it is no text."""
    text, notes = encoding.decode(content)
    return read_text(text, notes)


def read_text(text: str, notes: list[Note]) -> Reading:
    """Return the questions of a text that was decoded or pasted."""
    lines = [line for line in text.splitlines() if clean(line)]
    tabbed = [line.split("\t") for line in lines[:15]]
    is_table = len(lines) >= _FEWEST_ROWS and any(map(columns.by_header, tabbed))
    if is_table:
        return csv.read_text(text, notes, delimiter="\t")
    found, more = gather(list(styled.from_text(_with_letters(text))))
    return settle(found, [*notes, *more])


def _with_letters(text: str) -> str:
    """Return a text whose options stand behind boxes, “- [x] Huế”, with letters for the boxes."""
    if not _BOX.search(text):
        return text
    lines = []
    place = 0
    for line in text.split("\n"):
        box = _BOX.match(line)
        place = place + 1 if box else 0
        is_option = box is not None and place <= options.MOST
        if box is not None and is_option:
            sign = "" if box[1] == " " else "*"
            line = f"{sign}{options.letter(place - 1)}. {box[2]}"
        lines.append(line)
    return "\n".join(lines)
