"""Plots drawn as SVG from numbers: points in a square, a histogram, curves over groups.

Each is a picture with a name; whoever puts one on a page sets a table with the same figures
beside it. What matters is told apart by shape or letter, never by colour alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

WIDTH, HEIGHT = 360, 220
LEFT, RIGHT, TOP, BOTTOM = 34, 22, 10, 26
NEAR = 12


@dataclass(frozen=True, slots=True)
class Point:
    """A point by its place, both from 0 to 100 or below, its name, and whether it stands out."""

    x: float
    y: float
    name: str
    stands_out: bool = False


@dataclass(frozen=True, slots=True)
class Curve:
    """A line over groups: its letter, a value from 0 to 1 for each group, whether it is the key."""

    letter: str
    values: Sequence[float | None]
    is_key: bool = False


def scatter(points: Sequence[Point], label: str, lowest: float = -20) -> Markup:
    """Draw points; the abscissa goes from 0 to 100, the ordinate from `lowest` to 100."""
    low = min([lowest, *(point.y for point in points)])
    drawn = [_grid([(x, _across(x / 100)) for x in range(0, 101, 25)])]
    drawn += [
        _level(y, _down((y - low) / (100 - low)))
        for y in range(-100 if low < -50 else -20, 101, 20)
        if y >= low
    ]
    for point in sorted(points, key=lambda point: point.stands_out):
        x, y = _across(point.x / 100), _down((point.y - low) / (100 - low))
        name = f"<title>{escape(point.name)}</title>"
        if point.stands_out:
            drawn.append(f'<path class="out" d="M{x:.1f} {y - 5:.1f}l5 9h-10z">{name}</path>')
        else:
            drawn.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5">{name}</circle>')
    return _picture("plot plot--points", label, drawn)


def histogram(bars: Sequence[tuple[str, int]], label: str) -> Markup:
    """Draw a bar for each count, its name below where there is room."""
    if not bars:
        return Markup("")
    most = max(max(count for _, count in bars), 1)
    step = (WIDTH - LEFT - RIGHT) / len(bars)
    every = -(-len(bars) // 11)
    drawn = [_level(most, _down(1)), _level(0, _down(0))]
    for place, (name, count) in enumerate(bars):
        x, y = LEFT + place * step, _down(count / most)
        drawn.append(
            f'<rect x="{x + step * 0.1:.1f}" y="{y:.1f}" width="{step * 0.8:.1f}"'
            f' height="{_down(0) - y:.1f}"/>'
        )
        if place % every == 0:
            drawn.append(_text(x + step / 2, HEIGHT - 8, name, "middle"))
    return _picture("plot plot--bars", label, drawn)


def curves(lines: Sequence[Curve], label: str) -> Markup:
    """Draw curves over groups from the weakest to the strongest, each with its letter."""
    groups = max((len(line.values) for line in lines), default=0)
    if groups < 2:
        return Markup("")
    places = [_across(group / (groups - 1)) for group in range(groups)]
    drawn = [_grid([(group + 1, place) for group, place in enumerate(places)])]
    drawn += [_level(share, _down(share / 100)) for share in range(0, 101, 25)]
    ends = _apart(
        {
            line.letter: next(_down(v) for v in reversed(line.values) if v is not None)
            for line in lines
            if any(value is not None for value in line.values)
        }
    )
    for line in lines:
        known = [
            f"{place:.1f} {_down(value):.1f}"
            for place, value in zip(places, line.values, strict=False)
            if value is not None
        ]
        if known:
            kind = ' class="key"' if line.is_key else ""
            drawn.append(f'<path{kind} d="M{"L".join(known)}"/>')
            drawn.append(_text(WIDTH - RIGHT + 5, ends[line.letter] + 4, line.letter, "start"))
    return _picture("plot plot--curves", label, drawn)


def _apart(ends: dict[str, float]) -> dict[str, float]:
    """Return where letters stand so that none covers another, from the lowest line upwards."""
    placed, last = {}, float(HEIGHT)
    for letter, y in sorted(ends.items(), key=lambda one: (-one[1], one[0])):
        last = min(y, last - NEAR)
        placed[letter] = last
    return placed


def _across(share: float) -> float:
    return LEFT + share * (WIDTH - LEFT - RIGHT)


def _down(share: float) -> float:
    return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM)


def _grid(marks: Sequence[tuple[int, float]]) -> str:
    lines = "".join(f"M{x:.1f} {TOP}V{HEIGHT - BOTTOM}" for _, x in marks)
    names = "".join(_text(x, HEIGHT - 8, str(mark), "middle") for mark, x in marks)
    return f'<path class="grid" d="{lines}"/>{names}'


def _level(value: int, y: float) -> str:
    line = f'<path class="grid" d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}"/>'
    return line + _text(LEFT - 5, y + 4, str(value).replace("-", "−"), "end")


def _text(x: float, y: float, words: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(words)}</text>'


def _picture(classes: str, label: str, drawn: Sequence[str]) -> Markup:
    return Markup(  # noqa: S704 -- built from numbers; words are escaped
        f'<svg class="{classes}" viewBox="0 0 {WIDTH} {HEIGHT}" role="img"'
        f' aria-label="{escape(label)}">' + "".join(drawn) + "</svg>"
    )
