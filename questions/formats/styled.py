"""A line of a file with the look of each letter, cleaned but not yet understood."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import repeat

from core.paragraphs import PICTURE, Paragraph, Run
from core.text import clean_line
from core.word_looks import PLAIN, Style

_LOOKS = ("bold", "italic", "underline", "highlight")
_MOST = 0.5
# Letters that `clean` would replace, and marks that may join the letter before them.
_ODD = re.compile("[\u00d0\u0189\u00f0\u0256\u0300-\u036f]")


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its text, spaces as they were typed, and a style for each character."""

    text: str
    styles: tuple[Style, ...]
    follows_blank: bool = False
    formulas: int = 0
    label: int = 0
    # From here on the words stand for their own sake: they announce nothing.
    quoted: int | None = None

    def cut(self, start: int, end: int | None = None) -> "Line":
        """Return a part of the line, with its styles."""
        styles = self.styles[start:end]
        quoted = None if self.quoted is None else max(self.quoted - start, 0)
        return Line(self.text[start:end], styles, self.follows_blank, self.formulas, quoted=quoted)

    @property
    def is_quoted(self) -> bool:
        """Say whether the whole line stands for its own sake."""
        return self.quoted is not None and not self.text[: self.quoted].strip()

    @property
    def is_bare(self) -> bool:
        """Say whether no letter of the line has a look of its own."""
        return self.styles.count(PLAIN) == len(self.styles)

    @property
    def words(self) -> str:
        """Return the text as a person reads it."""
        return clean_line(self.text.replace(PICTURE, " "))

    @property
    def pictures(self) -> list[int]:
        """Return the numbers of the pictures that stand in the line."""
        return [style.picture for style in self.styles if style.picture]


EMPTY = Line("", ())
# Stands, unseen, before a line that is words for their own sake whatever it looks like.
QUOTE = "\u2060"
_UNSEEN = " \t\u2060"


def from_text(text: str) -> Iterator[Line]:
    """Yield the lines of a plain text; blank ones are told by the next."""
    blank = False
    for row in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        bare = row.strip()
        if is_plain(row) and bare:
            yield _line(row, (PLAIN,) * len(row), blank=blank)
        elif bare:
            yield from _lines(_characters([Run(row)]), blank=blank)
        blank = not bare


def from_paragraphs(paragraphs: Iterable[Paragraph], shaded: bool = False) -> Iterator[Line]:
    """Yield the lines of paragraphs: a soft break begins a new one, as does a paragraph."""
    blank = False
    for paragraph in paragraphs:
        label = paragraph.label
        runs = [Run(label.text + " ", label.style)] if label else []
        runs += paragraph.runs
        if shaded:
            runs = [replace(run, style=replace(run.style, highlight=True)) for run in runs]
        lines = list(_lines(_characters(runs), blank=blank))
        if lines:
            wide = len(label.text) + 1 if label else 0
            yield replace(lines[0], formulas=paragraph.formulas, label=wide)
            yield from lines[1:]
        blank = not lines


def _characters(runs: Iterable[Run]) -> Iterator[tuple[str, Style]]:
    """Yield clean characters: composed, nothing invisible, look-alikes mended."""
    cluster, look = "", PLAIN
    for run in runs:
        if is_plain(run.text):
            yield from _composed(cluster, look)
            cluster, look = "", run.style
            yield from zip(run.text, repeat(run.style))
            continue
        for character in run.text:
            if unicodedata.combining(character) and cluster:
                cluster += character
                continue
            yield from _composed(cluster, look)
            cluster, look = character, run.style
    yield from _composed(cluster, look)


def is_plain(text: str) -> bool:
    """Say whether each character of the text is clean by itself, as nearly all text is."""
    seen = text.replace("\n", "").replace("\t", "").replace(QUOTE, "")
    return (
        seen.isprintable() and _ODD.search(text) is None and unicodedata.is_normalized("NFC", text)
    )


def _composed(cluster: str, look: Style) -> Iterator[tuple[str, Style]]:
    if cluster == QUOTE:
        yield cluster, look
        return
    if cluster in ("\n", "\t", " ", "\u00a0", "\u3000"):
        yield (cluster if cluster in "\n\t" else " ", look)
        return
    for character in clean_line(cluster):
        yield character, look


def _lines(characters: Iterable[tuple[str, Style]], *, blank: bool) -> Iterator[Line]:
    text, styles = "", []
    for character, look in (*characters, ("\n", PLAIN)):
        if character != "\n":
            text += character
            styles.append(look)
            continue
        if text.strip(_UNSEEN):
            yield _line(text, tuple(styles), blank=blank)
        blank = not text.strip(_UNSEEN)
        text, styles = "", []


def _line(text: str, styles: tuple[Style, ...], *, blank: bool) -> Line:
    if QUOTE not in text:
        return Line(text, styles, blank)
    quoted = text.index(QUOTE)
    kept = [place for place, letter in enumerate(text) if letter != QUOTE]
    bare = tuple(styles[place] for place in kept)
    return Line(text.replace(QUOTE, ""), bare, blank, quoted=quoted)


def looks(label: Line, text: Line, base: str | None) -> frozenset[str]:
    """Return the conventions that mark an option: which looks its letter and its text have."""
    found = set()
    shares = {}
    if base is None and label.is_bare and text.is_bare:
        return frozenset()
    for part, line in (("label", label), ("text", text)):
        styles = [look for c, look in zip(line.text, line.styles, strict=True) if c.isalnum()]
        shares[part] = _looks_of(styles, base)
    for part, names in shares.items():
        found |= {f"{name}:{part}" for name in names}
    found |= {f"{name}:either" for names in shares.values() for name in names}
    return frozenset(found)


def _looks_of(styles: list[Style], base: str | None) -> set[str]:
    if not styles:
        return set()
    least = len(styles) * _MOST
    found = {look for look in _LOOKS if sum(getattr(style, look) for style in styles) >= least}
    colours = Counter(style.colour for style in styles if style.colour != base)
    if sum(colours.values()) >= least:
        found |= {"colour", f"colour {colours.most_common(1)[0][0]}"}
    return found


def base_colour(lines: Iterable[Line]) -> str | None:
    """Return the colour that most of the text has."""
    colours: Counter[str | None] = Counter()
    for line in lines:
        if line.is_bare:
            colours[None] += len(line.styles)
        else:
            colours.update(style.colour for style in line.styles)
    return colours.most_common(1)[0][0] if colours else None
