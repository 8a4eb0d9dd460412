"""Text in the fonts of old Vietnamese writings, made Unicode run by run."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from core import legacy_vietnamese as legacy
from core.legacy_vietnamese import Scheme
from core.paragraphs import Block, Cell, Paragraph, Run, Table


def converted(blocks: Sequence[Block]) -> tuple[tuple[Block, ...], Counter[str]]:
    """Return the blocks in Unicode, and how many paragraphs each old writing was found in.

    The font says which writing a run is in, unless its text is Unicode all the same. Where no
    font says it, the spelling of all such text together does.
    """
    runs = [run for paragraph in _paragraphs(blocks) for run in paragraph.runs]
    named = [run.text for run in runs if legacy.of_font(run.style.font)]
    unnamed = [run.text for run in runs if not legacy.of_font(run.style.font)]
    lies = sum(map(legacy.is_unicode, named)) * 2 > len(named)
    writer = _Writer(trusts_fonts=not lies, guessed=_guess(unnamed))
    return tuple(map(writer.block, blocks)), writer.counts


def _guess(texts: Sequence[str]) -> Scheme | None:
    """Return the old writing of text in ordinary fonts, if most of it is in one."""
    plain = [text for text in texts if not text.isascii()]
    if sum(map(legacy.is_unicode, plain)) * 4 > len(plain):
        return None
    return legacy.guess("\n".join(text for text in plain if not legacy.is_unicode(text)))


def _paragraphs(blocks: Sequence[Block]) -> Iterator[Paragraph]:
    for block in blocks:
        if isinstance(block, Paragraph):
            yield block
        else:
            for row in block.rows:
                for cell in row:
                    yield from _paragraphs(cell.blocks)


class _Writer:
    """Writes blocks in Unicode, and counts the paragraphs that were not."""

    def __init__(self, *, trusts_fonts: bool, guessed: Scheme | None) -> None:
        self.trusts_fonts = trusts_fonts
        self.guessed = guessed
        self.counts: Counter[str] = Counter()

    def block(self, block: Block) -> Block:
        """Return one block in Unicode."""
        if isinstance(block, Table):
            return Table(tuple(tuple(map(self.cell, row)) for row in block.rows))
        return self.paragraph(block)

    def cell(self, cell: Cell) -> Cell:
        """Return one cell in Unicode."""
        return replace(cell, blocks=tuple(map(self.block, cell.blocks)))

    def paragraph(self, paragraph: Paragraph) -> Paragraph:
        """Return one paragraph in Unicode."""
        runs: list[Run] = []
        schemes: set[Scheme] = set()
        for scheme, group in groupby(paragraph.runs, self.scheme):
            some = list(group)
            is_old = scheme is not None and not legacy.is_unicode("".join(r.text for r in some))
            if scheme is not None and is_old:
                some = list(_written(some, scheme))
                schemes.add(scheme)
            runs += [replace(run, style=replace(run.style, font="")) for run in some]
        before = "".join(run.text for run in paragraph.runs)
        if "".join(run.text for run in runs) != before:
            self.counts.update(schemes)
        return replace(paragraph, runs=tuple(runs), label=self.label(paragraph.label))

    def label(self, label: Run | None) -> Run | None:
        """Return the number before a paragraph, “C©u 1” too, in Unicode."""
        scheme = None if label is None else self.scheme(label)
        if label is None or scheme is None or legacy.is_unicode(label.text):
            return label
        return next(_written([label], scheme))

    def scheme(self, run: Run) -> Scheme | None:
        """Return the old writing of a run."""
        named = legacy.of_font(run.style.font) if self.trusts_fonts else None
        return named or self.guessed


def _written(runs: Sequence[Run], scheme: Scheme) -> Iterator[Run]:
    """Yield the runs in Unicode; two letters that make one may stand in two runs."""
    taken = 0
    for run, after in zip(runs, [*runs[1:], None], strict=True):
        text = run.text[taken:]
        following = after.text[:1] if after is not None else ""
        taken = int(scheme == "vni" and legacy.is_pair(text[-1:] + following))
        text += following if taken else ""
        if scheme == "tcvn3" and legacy.has_capitals_only(run.style.font):
            yield replace(run, text=legacy.convert_tcvn3(text, upper=True))
        else:
            yield replace(run, text=legacy.convert(text, scheme))
