"""Charts of counts and shares drawn as SVG: bars that lie, columns that stand.

Each is a picture with a name; whoever puts one on a page sets a table with the same figures beside
it. The letters are large enough on a phone, colours come from the style sheet, and nothing is told
by colour alone, so that a chart prints in one colour and reads in any theme.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

WIDTH, HEIGHT = 320, 170
LINE, BAR, SAID = 36, 11, 92
LEFT, RIGHT, TOP, BOTTOM = 40, 6, 14, 24
MOST_NAMES = 5
# Letters of a name that fit above a bar.
NAME_LENGTH = 46


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar: its name, how long it is, and what is said of it."""

    name: str
    value: float
    said: str


def bars(lines: Sequence[Bar], label: str, most: float | None = None) -> Markup:
    """Draw a bar under each name; the longest one possible is `most`, or the largest value."""
    if not lines:
        return Markup("")
    top = most or max(line.value for line in lines) or 1
    drawn = []
    for place, line in enumerate(lines):
        y = place * LINE + 13
        width = (WIDTH - SAID) * max(0, min(line.value / top, 1))
        drawn.append(_text(0, y, _short(line.name), "start"))
        drawn.append(f'<path class="grid" d="M0 {y + 6 + BAR / 2:.1f}H{WIDTH - SAID}"/>')
        drawn.append(f'<rect x="0" y="{y + 6:.1f}" width="{width:.1f}" height="{BAR}"/>')
        drawn.append(_text(WIDTH - SAID + 8, y + 6 + BAR - 1, line.said, "start"))
    return _picture(label, drawn, len(lines) * LINE)


def columns(lines: Sequence[Bar], label: str) -> Markup:
    """Draw a column for each count, with some of their names below."""
    if not lines:
        return Markup("")
    most = max(max(line.value for line in lines), 1)
    step = (WIDTH - LEFT - RIGHT) / len(lines)
    # Counted from the last, which is the one people look for.
    every = -(-len(lines) // MOST_NAMES)
    highest = max(lines, key=lambda line: line.value)
    drawn = [_level(0, "0"), *([_level(1, highest.said)] if highest.value else [])]
    for place, line in enumerate(lines):
        x, y = LEFT + place * step, _down(line.value / most)
        drawn.append(
            f'<rect x="{x + step * 0.1:.1f}" y="{y:.1f}" width="{step * 0.8:.1f}"'
            f' height="{_down(0) - y:.1f}"><title>{escape(line.name)}: {escape(line.said)}</title>'
            "</rect>"
        )
        if (len(lines) - 1 - place) % every == 0:
            drawn.append(_text(x + step / 2, HEIGHT - 8, line.name, "middle"))
    return _picture(label, drawn, HEIGHT)


def _short(name: str) -> str:
    """Return a name as it fits above a bar; the table beside the chart has it whole."""
    return name if len(name) <= NAME_LENGTH else f"{name[: NAME_LENGTH - 1].rstrip()}…"


def _down(share: float) -> float:
    return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM)


def _level(share: float, said: str) -> str:
    y = _down(share)
    line = f'<path class="grid" d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}"/>'
    return line + _text(LEFT - 5, y + 4, said, "end")


def _text(x: float, y: float, words: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(words)}</text>'


def _picture(label: str, drawn: Sequence[str], height: int) -> Markup:
    return Markup(  # noqa: S704 -- built from numbers; words are escaped
        f'<svg class="chart" viewBox="0 0 {WIDTH} {height}" role="img"'
        f' aria-label="{escape(label)}">' + "".join(drawn) + "</svg>"
    )
