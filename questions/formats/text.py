"""Plain text, from a file or pasted: a paper line by line, or a table copied from a sheet."""

from core.text import clean
from questions.formats import columns, csv, encoding, styled
from questions.formats.gathering import gather
from questions.rules.drafting import Reading
from questions.rules.settling import Note, settle

_FEWEST_ROWS = 2


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
    found, more = gather(list(styled.from_text(text)))
    return settle(found, [*notes, *more])
