"""What a text document is made of: runs, paragraphs, cells and tables."""

from dataclasses import dataclass

from core.word_looks import PLAIN, Style

# Stands in the text where a picture does; the style of the letter says which.
PICTURE = "\ufffc"


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text that looks the same throughout."""

    text: str
    style: Style = PLAIN


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph; `label` is what automatic numbering shows before it."""

    runs: tuple[Run, ...] = ()
    label: Run | None = None
    formulas: int = 0

    @property
    def text(self) -> str:
        """Return the words, without the label."""
        return "".join(run.text for run in self.runs)


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table, and what stands in it."""

    blocks: "tuple[Paragraph | Table, ...]" = ()
    shaded: bool = False

    @property
    def text(self) -> str:
        """Return the words of the cell's paragraphs, a line each."""
        own = [block for block in self.blocks if isinstance(block, Paragraph)]
        labels = [block.label.text + " " if block.label else "" for block in own]
        lines = [label + block.text for label, block in zip(labels, own, strict=True)]
        return "\n".join(lines).replace(PICTURE, "")


@dataclass(frozen=True, slots=True)
class Table:
    """A table: rows of cells, as many in a row as the grid has columns."""

    rows: tuple[tuple[Cell, ...], ...] = ()


Block = Paragraph | Table
