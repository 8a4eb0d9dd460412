"""Rubrics: a tree of criteria with weights, steps and levels, and the score that marks come to."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from math import lcm
from typing import Any, TypeVar

from contest.rules.judging.table import divided, from_billionths, to_billionths
from core.saying import Sentence
from core.text import N_

Sheet = TypeVar("Sheet")

HUNDRED = Decimal(100)
# Every category at once: what any sheet may hold.
ANY = "*"


@dataclass(frozen=True, slots=True)
class Level:
    """What a mark of `at` or more means, in the organiser's words."""

    at: Decimal
    text: str


@dataclass(frozen=True, slots=True)
class Criterion:
    """One criterion; with `parts` it is a heading, and only its parts are marked.

    `weight` counts among the criteria beside it; 0 is marked for its own sake and counts nowhere.
    Marks go from `least` to `most` by `step`. Empty `categories` are all; `panel` names the
    judges who mark it, none named being all.
    """

    id: str
    title: str
    weight: Decimal = Decimal(1)
    least: Decimal = Decimal(0)
    most: Decimal = Decimal(10)
    step: Decimal = Decimal("0.25")
    levels: tuple[Level, ...] = ()
    is_required: bool = True
    categories: frozenset[str] = frozenset()
    panel: str = ""
    parts: tuple["Criterion", ...] = ()


@dataclass(frozen=True, slots=True)
class Rubric:
    """The criteria of a round, and the score that full marks come to."""

    criteria: tuple[Criterion, ...]
    whole: Decimal = HUNDRED

    def leaves(self, category: str = "") -> list[Criterion]:
        """Return the criteria that are marked for an entry of `category`, in order."""
        return list(_leaves(self.criteria, category))

    def problems(self) -> list[Sentence]:
        """Return what is wrong with the rubric."""
        every = list(_every(self.criteria))
        ids = [one.id for one in every]
        found = [
            Sentence(N_("Two criteria have the code “%(id)s”."), {"id": one})
            for one in dict.fromkeys(ids)
            if ids.count(one) > 1
        ]
        if not any(one.weight > 0 for one in self.criteria):
            found.append(Sentence(N_("No criterion counts: give one a weight.")))
        return found + [problem for one in every for problem in _problems(one)]


def points(criteria: Iterable[Criterion]) -> Rubric:
    """Return the rubric in which marks are simply added up, as thể lệ mostly say.

    Each criterion weighs what it may earn, a heading what its parts may.
    """
    weighed = tuple(_weighed(one) for one in criteria)
    return Rubric(weighed, sum((one.weight for one in weighed), Decimal(0)))


def shares(rubric: Rubric, marked: Collection[str]) -> dict[str, Fraction]:
    """Return how much of the whole each of the `marked` criteria is worth.

    What is not marked is left out, and its weight falls to the criteria beside it.
    """
    found: dict[str, Fraction] = {}
    _share_out(rubric.criteria, Fraction(rubric.whole), set(marked), found)
    return found


def missing(rubric: Rubric, marks: Mapping[str, Decimal], *, category: str = "") -> list[str]:
    """Return the required criteria without a mark, in order."""
    return [o.id for o in rubric.leaves(category) if o.is_required and o.id not in marks]


def score(rubric: Rubric, marks: Mapping[str, Decimal]) -> Decimal:
    """Return the score of one sheet at nine places, half up.

    It is whole × Σ weight × (mark - least) / (most - least) / Σ weight, over the marked criteria;
    a sheet without any marks is worth 0. Marks of criteria that the rubric lacks do not count.
    """
    return scores(rubric, {"": marks})[""]


def scores(rubric: Rubric, sheets: Mapping[Sheet, Mapping[str, Decimal]]) -> dict[Sheet, Decimal]:
    """Return the score of each of many sheets."""
    leaves = {one.id: one for one in rubric.leaves(ANY)}
    known: dict[frozenset[str], tuple[int, dict[str, tuple[int, int]]]] = {}
    found = {}
    for sheet, marks in sheets.items():
        marked = frozenset(marks)
        if marked not in known:
            known[marked] = _compiled(leaves, shares(rubric, marked))
        common, factors = known[marked]
        total = sum(
            factor * (to_billionths(marks[id_]) - least) for id_, (factor, least) in factors.items()
        )
        found[sheet] = from_billionths(divided(total, common))
    return found


def fault(criterion: Criterion, mark: Decimal) -> Sentence | None:
    """Say what is wrong with a mark; None for nothing."""
    if not criterion.least <= mark <= criterion.most:
        message = N_("“%(title)s” takes marks from %(least)s to %(most)s.")
        values = {"title": criterion.title, "least": criterion.least, "most": criterion.most}
        return Sentence(message, values)
    if (mark - criterion.least) % criterion.step:
        message = N_("“%(title)s” is marked in steps of %(step)s.")
        return Sentence(message, {"title": criterion.title, "step": criterion.step})
    return None


def level(criterion: Criterion, mark: Decimal) -> Level | None:
    """Return the level that a mark reaches; None below the lowest, or without levels."""
    reached = [one for one in criterion.levels if one.at <= mark]
    return max(reached, key=lambda one: one.at, default=None)


def read(written: Mapping[str, Any]) -> Rubric:
    """Return the rubric that `written` gave."""
    return Rubric(tuple(map(_read, written["criteria"])), Decimal(str(written["whole"])))


def written(rubric: Rubric) -> dict[str, object]:
    """Return the rubric as plain values, as it is stored and hashed."""
    return {
        "whole": str(rubric.whole),
        "criteria": [_written(criterion) for criterion in rubric.criteria],
    }


def _applies(criterion: Criterion, category: str) -> bool:
    return category == ANY or not criterion.categories or category in criterion.categories


def _leaves(criteria: Iterable[Criterion], category: str) -> Iterator[Criterion]:
    for one in criteria:
        if _applies(one, category):
            if one.parts:
                yield from _leaves(one.parts, category)
            else:
                yield one


def _every(criteria: Iterable[Criterion]) -> Iterator[Criterion]:
    for one in criteria:
        yield one
        yield from _every(one.parts)


def _problems(one: Criterion) -> list[Sentence]:
    name = {"title": one.title}
    found = []
    if one.weight < 0:
        found.append(Sentence(N_("The weight of “%(title)s” is below nothing."), name))
    if one.parts:
        return found
    if one.least >= one.most:
        found.append(Sentence(N_("“%(title)s” has no room between least and most."), name))
    elif one.step <= 0 or (one.most - one.least) % one.step:
        found.append(Sentence(N_("The steps of “%(title)s” do not end at its most."), name))
    if any(not one.least <= level.at <= one.most for level in one.levels):
        found.append(Sentence(N_("A level of “%(title)s” lies outside its marks."), name))
    return found


def _weighed(one: Criterion) -> Criterion:
    if not one.parts:
        return replace(one, weight=one.most - one.least if one.weight else one.weight)
    parts = tuple(_weighed(part) for part in one.parts)
    return replace(one, parts=parts, weight=sum((part.weight for part in parts), Decimal(0)))


def _share_out(
    criteria: Sequence[Criterion], whole: Fraction, marked: set[str], found: dict[str, Fraction]
) -> None:
    counted = [one for one in criteria if one.weight > 0 and _is_marked(one, marked)]
    total = sum((Fraction(one.weight) for one in counted), Fraction())
    for one in counted:
        part = whole * Fraction(one.weight) / total
        if one.parts:
            _share_out(one.parts, part, marked, found)
        else:
            found[one.id] = part


def _is_marked(one: Criterion, marked: set[str]) -> bool:
    """Say whether something under a criterion counts and is marked."""
    if not one.parts:
        return one.id in marked
    return any(part.weight > 0 and _is_marked(part, marked) for part in one.parts)


def _compiled(
    leaves: Mapping[str, Criterion], parts: Mapping[str, Fraction]
) -> tuple[int, dict[str, tuple[int, int]]]:
    """Return whole factors of marks in billionths, with the least mark, and their denominator."""
    exact = {
        id_: part / Fraction(leaves[id_].most - leaves[id_].least) for id_, part in parts.items()
    }
    common = lcm(*(one.denominator for one in exact.values()))
    return common, {
        id_: (int(one * common), to_billionths(leaves[id_].least)) for id_, one in exact.items()
    }


def _written(one: Criterion) -> dict[str, object]:
    return {
        "id": one.id,
        "title": one.title,
        "weight": str(one.weight),
        "least": str(one.least),
        "most": str(one.most),
        "step": str(one.step),
        "levels": [{"at": str(level.at), "text": level.text} for level in one.levels],
        "required": one.is_required,
        "categories": sorted(one.categories),
        "panel": one.panel,
        "parts": [_written(part) for part in one.parts],
    }


def _read(one: Mapping[str, Any]) -> Criterion:
    return Criterion(
        id=str(one["id"]),
        title=str(one["title"]),
        weight=Decimal(str(one["weight"])),
        least=Decimal(str(one["least"])),
        most=Decimal(str(one["most"])),
        step=Decimal(str(one["step"])),
        levels=tuple(Level(Decimal(str(o["at"])), str(o["text"])) for o in one["levels"]),
        is_required=bool(one["required"]),
        categories=frozenset(map(str, one["categories"])),
        panel=str(one["panel"]),
        parts=tuple(map(_read, one["parts"])),
    )
