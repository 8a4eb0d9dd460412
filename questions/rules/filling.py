"""What a blueprint asks for in all, and whether a bank can fill it, said by the empty cell."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from core.saying import Sentence
from core.text import N_
from questions.rules.drawing import Plan, Row, Shortfall
from questions.rules.excluding import Exclusions, Sifted

MILLION = 1_000_000
MOST_ITEMS = 400
DIFFICULTIES = {
    "NB": N_("Recall"),
    "TH": N_("Understanding"),
    "VD": N_("Application"),
    "VDC": N_("High application"),
}
TYPES = {
    "single_choice": N_("One key"),
    "multiple_choice": N_("Several keys"),
    "true_false": N_("True or false"),
    "statements": N_("Several statements, true or false"),
    "matching": N_("Matching pairs"),
    "ordering": N_("Putting in order"),
    "short_answer": N_("Short answer"),
    "numeric": N_("A number"),
    "cloze": N_("Text with gaps"),
    "essay": N_("Essay"),
}
ANY_TOPIC = N_("Any topic")
_AS_IT_IS = "%(text)s"


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a blueprint: how many questions of which topic, difficulty and type.

    None is any; points are millionths for each question.
    """

    topic_id: int | None
    difficulty: str | None
    type: str | None
    count: int
    points: int = MILLION

    def row(self, topics: Mapping[int, frozenset[str]]) -> Row:
        """Return the cell as the drawing takes it; `topics` gives the codes below each topic."""
        codes = topics.get(self.topic_id, frozenset()) if self.topic_id else frozenset()
        return Row(self.count, codes, self.difficulty, self.type, Decimal(self.points) / MILLION)

    def say(self, name: str | None) -> Sentence:
        """Say which cell it is: “Thủ tục hành chính · Vận dụng · Một đáp án”."""
        parts: list[object] = [name if name else Sentence(ANY_TOPIC)]
        if self.difficulty:
            parts.append(Sentence(DIFFICULTIES[self.difficulty]))
        if self.type:
            parts.append(Sentence(TYPES[self.type]))
        return _joined(parts, N_("%(one)s · %(rest)s"))


@dataclass(frozen=True, slots=True)
class Spec:
    """All that a blueprint sets; the targets are what its makers aim at, if anything."""

    title: str
    cells: tuple[Cell, ...] = ()
    target_count: int | None = None
    target_points: int | None = None
    excluding: Exclusions = field(default_factory=Exclusions)

    @property
    def count(self) -> int:
        """How many questions a paper has."""
        return sum(cell.count for cell in self.cells)

    @property
    def points(self) -> int:
        """How many millionths of a point a paper is worth."""
        return sum(cell.count * cell.points for cell in self.cells)

    def written(self) -> dict[str, Any]:
        """Return it as it is stored with the papers drawn from it."""
        names = ("topic_id", "difficulty", "type", "count", "points")
        cells = [{name: getattr(cell, name) for name in names} for cell in self.cells]
        return {"title": self.title, "cells": cells, "excluding": self.excluding.written()}

    @classmethod
    def read(cls, written: Mapping[str, Any]) -> "Spec":
        """Return what `written` made."""
        cells = tuple(Cell(**cell) for cell in written.get("cells", ()))
        excluding = Exclusions.read(written.get("excluding", {}))
        return cls(written.get("title", ""), cells, excluding=excluding)


@dataclass(frozen=True, slots=True)
class Sum:
    """So many questions, so many millionths of a point."""

    count: int = 0
    points: int = 0

    def plus(self, cell: Cell) -> "Sum":
        """Return the sum with another cell."""
        return Sum(self.count + cell.count, self.points + cell.count * cell.points)


@dataclass(frozen=True, slots=True)
class Matrix:
    """A blueprint as a table: topics down, difficulties across, a sum in each place."""

    topics: tuple[int | None, ...]
    difficulties: tuple[str | None, ...]
    places: Mapping[tuple[int | None, str | None], Sum]

    def at(self, topic: int | None, difficulty: str | None) -> Sum:
        """Return what stands at a place."""
        return self.places.get((topic, difficulty), Sum())

    def of_topic(self, topic: int | None) -> Sum:
        """Return the sum of a line."""
        return _sum(one for (line, _), one in self.places.items() if line == topic)

    def of_difficulty(self, difficulty: str | None) -> Sum:
        """Return the sum of a column."""
        return _sum(one for (_, column), one in self.places.items() if column == difficulty)

    @property
    def total(self) -> Sum:
        """The sum of everything."""
        return _sum(self.places.values())


def _sum(sums: Any) -> Sum:  # noqa: ANN401 -- anything that can be gone through
    counted = list(sums)
    return Sum(sum(one.count for one in counted), sum(one.points for one in counted))


def matrix(cells: Collection[Cell]) -> Matrix:
    """Return the cells as a table; “any” stands last."""
    places: dict[tuple[int | None, str | None], Sum] = {}
    for cell in cells:
        at = (cell.topic_id, cell.difficulty)
        places[at] = places.get(at, Sum()).plus(cell)
    topics = list(dict.fromkeys(cell.topic_id for cell in cells if cell.topic_id))
    graded = [one for one in DIFFICULTIES if any(cell.difficulty == one for cell in cells)]
    return Matrix(
        (*topics, *([None] if any(not cell.topic_id for cell in cells) else [])),
        (*graded, *([None] if any(not cell.difficulty for cell in cells) else [])),
        places,
    )


def equal_points(cells: Sequence[Cell], target: int) -> tuple[Cell, ...]:
    """Give every question the same points, so that a paper is worth the target.

    What does not divide evenly is off by less than a thousandth of a point in all.
    """
    count = sum(cell.count for cell in cells)
    if not count:
        return tuple(cells)
    each = int((Decimal(target) / count).to_integral_value(ROUND_HALF_UP))
    return tuple(replace(cell, points=each) for cell in cells)


def is_met(points: int, target: int) -> bool:
    """Say whether points, rounded to hundredths as they are shown, are the target."""
    return shown(points) == shown(target)


def shown(points: int) -> Decimal:
    """Return points as they are shown: rounded to hundredths, without zeros at the end."""
    rounded = round(Decimal(points) / MILLION, 2)
    return Decimal(f"{rounded:f}".rstrip("0").rstrip("."))


@dataclass(frozen=True, slots=True)
class Finding:
    """What a blueprint laid over a bank came to: what it lacks and what else is to be said.

    `available` says for each cell how many questions one paper could take for it.
    """

    lacks: tuple[Sentence, ...]
    remarks: tuple[Sentence, ...]
    available: tuple[int, ...]

    @property
    def fits(self) -> bool:
        """Say whether a paper can be drawn."""
        return not self.lacks


def look(
    spec: Spec,
    sifted: Sifted,
    topics: Mapping[int, frozenset[str]],
    name: Callable[[int | None], str | None],
) -> Finding:
    """Lay a blueprint over what its exclusions leave of a bank."""
    rows = [cell.row(topics) for cell in spec.cells]
    plan = Plan(rows, sifted.pool)
    whole = Plan(rows, sifted.everything) if len(sifted.pool) < len(sifted.everything) else plan
    lacks = [_lack(spec, one, (plan, whole), name) for one in plan.shortfalls()]
    if not spec.count:
        lacks.append(Sentence(N_("The blueprint asks for no questions yet.")))
    if spec.count > MOST_ITEMS:
        lacks.append(
            Sentence(N_("A paper holds %(most)s questions at most."), {"most": MOST_ITEMS})
        )
    remarks = [*_aims(spec), *sifted.say()]
    return Finding(
        tuple(lacks), tuple(remarks), tuple(plan.available(at) for at in range(len(rows)))
    )


def _lack(
    spec: Spec, short: Shortfall, plans: tuple[Plan, Plan], name: Callable[[int | None], str | None]
) -> Sentence:
    cells = [spec.cells[row].say(name(spec.cells[row].topic_id)) for row in short.rows]
    values = {
        "wanted": short.wanted,
        "cell": together(cells),
        "available": short.available,
    }
    kept_out = _reach(plans[1], short.rows) - short.available
    if kept_out > 0:
        return Sentence(
            N_(
                "Needs %(wanted)s questions of %(cell)s; the bank has %(available)s,"
                " and %(kept_out)s more that are kept out."
            ),
            values | {"kept_out": kept_out},
        )
    return Sentence(
        N_("Needs %(wanted)s questions of %(cell)s; the bank has %(available)s."), values
    )


def _reach(plan: Plan, rows: Sequence[int]) -> int:
    """Return how many items the rows could take together, rivals counted once."""
    fitting = [one for one in plan.pool if any(plan.rows[row].takes(one) for row in rows)]
    return len({one.rivals or f"i:{one.item}" for one in fitting})


def _aims(spec: Spec) -> list[Sentence]:
    found = []
    if spec.target_count is not None and spec.count != spec.target_count:
        text = N_("The blueprint has %(count)s questions; %(target)s are aimed at.")
        found.append(Sentence(text, {"count": spec.count, "target": spec.target_count}))
    if spec.target_points is not None and not is_met(spec.points, spec.target_points):
        values = {
            "points": shown(spec.points),
            "target": shown(spec.target_points),
        }
        text = N_("The questions are worth %(points)s points; %(target)s are aimed at.")
        found.append(Sentence(text, values))
    return found


def together(cells: Sequence[Sentence]) -> Sentence:
    """Return cells that want the same questions as one name."""
    return _joined(list(cells), N_("%(one)s + %(rest)s"))


def _joined(parts: Sequence[object], message: str) -> Sentence:
    """Return the parts in a row, each put into the message with the rest."""
    last = parts[-1]
    joined = last if isinstance(last, Sentence) else Sentence(_AS_IT_IS, {"text": last})
    for part in reversed(parts[:-1]):
        joined = Sentence(message, {"one": part, "rest": joined})
    return joined
