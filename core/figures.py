"""Figures drawn as SVG from numbers: the cloth, the sparkline, the QR code."""

from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise

from markupsafe import Markup, escape

CELL, GAP = 10, 2
FULL = 4
LEVELS = ((100, FULL), (60, 3), (30, 2))

Number = float | Decimal


def level(rate: Number) -> int:
    """Return how bright a cell of the cloth is: 0 nobody, 1 below 30 %, 2, 3, 4 everybody."""
    for least, found in LEVELS:
        if rate >= least:
            return found
    return 1 if rate > 0 else 0


def tally(rates: Sequence[Number]) -> list[int]:
    """Return how many of these are of each level, 0 to 4."""
    found = [level(rate) for rate in rates]
    return [found.count(one) for one in range(FULL + 1)]


def swatch(found: int) -> Markup:
    """Draw one cell of the cloth, for its legend."""
    return Markup(  # noqa: S704 -- built from numbers only
        f'<svg viewBox="0 0 {CELL} {CELL}" class="cloth" aria-hidden="true" focusable="false">'
        f"{_cell(0, 0, found)}</svg>"
    )


def weave(rates: Sequence[Number], rows: int = 7, period: int = 8, label: str = "") -> Markup:
    """Draw the participation cloth: one cell a unit, the most diligent in the hearts.

    A screen reader hears `label`; without one the words beside it say it all.

    The cloth is a row of diamonds `period` cells apart, as many as the units need; cells are
    given out from the middle of each diamond outwards, cells left over stay bare.
    """
    diamonds = 1
    while (period * diamonds + 1) * rows < len(rates):
        diamonds += 1
    columns = period * diamonds + 1
    hearts = [period // 2 + period * i for i in range(diamonds)]

    def nearness(cell: tuple[int, int]) -> tuple[int, int, int, int, int]:
        x, y = cell
        rise = abs(y - rows // 2)
        return min(abs(x - h) for h in hearts) + rise, rise, abs(x - columns // 2), x, y

    cells = sorted(((x, y) for x in range(columns) for y in range(rows)), key=nearness)
    levels: list[int | None] = [level(rate) for rate in sorted(rates, reverse=True)]
    levels += [None] * (len(cells) - len(levels))
    drawn = sorted((y, x, found) for (x, y), found in zip(cells, levels, strict=True))
    step = CELL + GAP
    spoken = f'role="img" aria-label="{escape(label)}"' if label else 'aria-hidden="true"'
    return Markup(  # noqa: S704 -- built from numbers; the label is escaped
        f'<svg class="cloth" viewBox="0 0 {columns * step - GAP} {rows * step - GAP}"'
        f' {spoken} focusable="false">'
        + "".join(_cell(x * step, y * step, found) for y, x, found in drawn)
        + "</svg>"
    )


def _cell(x: int, y: int, found: int | None) -> str:
    """Draw one square; an empty one is half a pixel smaller on each side, for its outline.

    A full one has a knot, so that it is told from the one before it without its colour.
    """
    if found == FULL:
        return f'<path d="M{x} {y}h10v10h-10zm5 3l-2 2 2 2 2-2z" data-l="{FULL}"/>'
    if found:
        place = f'x="{x}" y="{y}" width="{CELL}" height="{CELL}"'
    else:
        place = f'x="{x + 0.5}" y="{y + 0.5}" width="{CELL - 1}" height="{CELL - 1}"'
    return f'<rect {place} data-l="{"" if found is None else found}"/>'


def spark(values: Sequence[Number], width: int = 240, height: int = 56) -> Markup:
    """Draw a line over time with the area under it; two values at least, or nothing is drawn."""
    if len(values) < 2:
        return Markup("")
    top = float(max(values)) * 1.08 or 1.0
    points = [
        f"{i * width / (len(values) - 1):.1f} {height - float(v) / top * height:.1f}"
        for i, v in enumerate(values)
    ]
    line = "M" + "L".join(points)
    return Markup(  # noqa: S704 -- built from numbers only
        f'<svg class="spark" viewBox="0 0 {width} {height}" preserveAspectRatio="none"'
        f' aria-hidden="true" focusable="false">'
        f'<path class="area" d="{line}L{width} {height}L0 {height}z"/><path d="{line}"/></svg>'
    )


def qr(text: str, label: str, border: int = 2) -> Markup:
    """Draw `text` as a QR code that a screen reader calls `label`."""
    import segno

    matrix = [list(row) for row in segno.make(text, error="m").matrix]
    size = len(matrix) + 2 * border
    path = "".join(
        f"M{start + border} {y + border}h{end - start}v1h{start - end}z"
        for y, row in enumerate(matrix)
        for start, end in _runs(row)
    )
    return Markup(  # noqa: S704 -- built from numbers; the label is escaped
        f'<svg class="qr" viewBox="0 0 {size} {size}" shape-rendering="crispEdges" role="img"'
        f' aria-label="{escape(label)}"><path fill="#fff" d="M0 0h{size}v{size}H0z"/>'
        f'<path fill="#000" d="{path}"/></svg>'
    )


def _runs(row: Sequence[int]) -> list[tuple[int, int]]:
    """Return where runs of dark modules begin and end."""
    edges = [i for i, (a, b) in enumerate(pairwise([0, *row, 0])) if bool(a) != bool(b)]
    return list(zip(edges[::2], edges[1::2], strict=True))
