"""Prizes for units: what a unit's figures are worth, and which units may win at all."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Any

from contest.rules.prizes import Level, Placed, Seat, Ties, allot, levels_from
from contest.rules.unit_groups import UnitGroup
from core.saying import Sentence
from core.text import N_

MOST_DECIMALS = 6
# Ranks like the rules of people: less text stands higher.
_DIGITS = 24
_SCALE = 10**MOST_DECIMALS
_TOP = 10**_DIGITS - 1


class Measure(StrEnum):
    """What a unit may be compared by."""

    PEOPLE = "people"
    RATE = "rate"
    QUOTAS = "quotas"
    MEAN_SCORE = "mean_score"
    PRIZE_POINTS = "prize_points"

    @property
    def label(self) -> str:
        """Return the message id of the name people know it by."""
        return _LABELS[self]


_LABELS = {
    Measure.PEOPLE: N_("number of people who took part"),
    Measure.RATE: N_("rate of participation, in percent"),
    Measure.QUOTAS: N_("quotas met, in percent"),
    Measure.MEAN_SCORE: N_("mean score"),
    Measure.PRIZE_POINTS: N_("points for individual prizes"),
}


@dataclass(frozen=True, slots=True)
class Figures:
    """What is known of a unit: people, headcount on the contest's day, quotas, scores, prizes.

    `scores` is the sum of what its people achieved, `scored` how many that are; `prizes` holds
    how many individual prizes of each title its people won.
    """

    who: str
    people: int = 0
    headcount: int | None = None
    quotas_met: int = 0
    quotas: int = 0
    scores: Decimal = Decimal(0)
    scored: int = 0
    prizes: Mapping[str, int] = field(default_factory=dict)

    def written(self) -> dict[str, object]:
        """Return the figures as they are kept."""
        return {
            "who": self.who,
            "people": self.people,
            "headcount": self.headcount,
            "quotas_met": self.quotas_met,
            "quotas": self.quotas,
            "scores": str(self.scores),
            "scored": self.scored,
            "prizes": dict(self.prizes),
        }


def figures_from(written: Mapping[str, Any]) -> Figures:
    """Return the figures from how they are kept."""
    return Figures(**{**written, "scores": Decimal(written["scores"])})


@dataclass(frozen=True, slots=True)
class CollectiveRule:
    """Prizes for units: a weighted sum of measures, and what a unit must have to be compared.

    `points` says what an individual prize of a title is worth. Every measure is rounded half up
    to `decimals` before it is weighed, and so is the sum.
    """

    levels: tuple[Level, ...]
    weights: tuple[tuple[Measure, Decimal], ...]
    groups: tuple[UnitGroup, ...] = ()
    points: tuple[tuple[str, Decimal], ...] = ()
    least_headcount: int = 2
    least_people: int = 1
    needs_quotas: bool = False
    decimals: int = 2
    ties: Ties = Ties.COMMITTEE

    def written(self) -> dict[str, object]:
        """Return the rule as it is kept."""
        return {
            "levels": [level.written() for level in self.levels],
            "weights": [[measure.value, str(weight)] for measure, weight in self.weights],
            "groups": [group.value for group in self.groups],
            "points": [[title, str(points)] for title, points in self.points],
            "least_headcount": self.least_headcount,
            "least_people": self.least_people,
            "needs_quotas": self.needs_quotas,
            "decimals": self.decimals,
            "ties": self.ties.value,
        }

    def uses(self, measure: Measure) -> bool:
        """Say whether the measure counts."""
        return any(one is measure for one, _weight in self.weights)


def collective_from(written: Mapping[str, Any]) -> CollectiveRule:
    """Return the rule from how it is kept."""
    return CollectiveRule(
        levels_from(written["levels"]),
        tuple((Measure(name), Decimal(weight)) for name, weight in written["weights"]),
        tuple(UnitGroup(group) for group in written["groups"]),
        tuple((title, Decimal(points)) for title, points in written["points"]),
        written["least_headcount"],
        written["least_people"],
        written["needs_quotas"],
        written["decimals"],
        Ties(written["ties"]),
    )


def problems(rule: CollectiveRule) -> list[Sentence]:
    """Return what is wrong with the rule beside its levels."""
    found = []
    if not rule.weights:
        found.append(Sentence(N_("Choose at least one measure by which units are compared.")))
    if rule.uses(Measure.PRIZE_POINTS) and not rule.points:
        found.append(Sentence(N_("Say how many points an individual prize gives.")))
    if rule.uses(Measure.RATE) and rule.least_headcount < 2:
        found.append(
            Sentence(N_("A unit of one person reaches 100 %: ask for a headcount of at least 2."))
        )
    return found


class Out(StrEnum):
    """Why a unit is not compared with the others."""

    NO_HEADCOUNT = "no_headcount"
    SMALL = "small"
    FEW = "few"
    QUOTAS = "quotas"

    @property
    def label(self) -> str:
        """Return the message id that says it."""
        return _OUT[self]


_OUT = {
    Out.NO_HEADCOUNT: N_("no headcount on the day"),
    Out.SMALL: N_("fewer people than the rules ask for"),
    Out.FEW: N_("too few took part"),
    Out.QUOTAS: N_("quotas not met"),
}


@dataclass(frozen=True, slots=True)
class Scored:
    """A unit's points: each measure as it was rounded, and the sum; or why there is none."""

    figures: Figures
    parts: tuple[Decimal, ...] = ()
    total: Decimal | None = None
    out: Out | None = None


def rounded(value: Decimal, decimals: int) -> Decimal:
    """Return the value rounded half up."""
    return value.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)


def score(rule: CollectiveRule, figures: Figures) -> Scored:
    """Return what a unit's figures are worth."""
    out = _out(rule, figures)
    if out is not None:
        return Scored(figures, out=out)
    parts = tuple(_measured(rule, measure, figures) for measure, _weight in rule.weights)
    weighed = (part * weight for part, (_m, weight) in zip(parts, rule.weights, strict=True))
    return Scored(figures, parts, rounded(sum(weighed, Decimal(0)), rule.decimals))


def _out(rule: CollectiveRule, figures: Figures) -> Out | None:
    """Return what keeps the unit out; a headcount is needed where it is asked for or divided by."""
    if not figures.headcount and (rule.uses(Measure.RATE) or rule.least_headcount > 1):
        return Out.NO_HEADCOUNT
    if (figures.headcount or 0) < rule.least_headcount and figures.headcount is not None:
        return Out.SMALL
    if figures.people < rule.least_people:
        return Out.FEW
    if rule.needs_quotas and figures.quotas_met < figures.quotas:
        return Out.QUOTAS
    return None


def _measured(rule: CollectiveRule, measure: Measure, figures: Figures) -> Decimal:
    if measure is Measure.PEOPLE:
        return Decimal(figures.people)
    if measure is Measure.PRIZE_POINTS:
        points = dict(rule.points)
        won = (points.get(title, Decimal(0)) * n for title, n in figures.prizes.items())
        return rounded(sum(won, Decimal(0)), rule.decimals)
    part, whole = _ratio(measure, figures)
    return rounded(part / whole, rule.decimals) if whole else Decimal(0)


def _ratio(measure: Measure, figures: Figures) -> tuple[Decimal, int]:
    if measure is Measure.RATE:
        return Decimal(100 * figures.people), figures.headcount or 0
    if measure is Measure.QUOTAS:
        return Decimal(100 * figures.quotas_met), figures.quotas
    return figures.scores, figures.scored


def rank(rule: CollectiveRule, units: Iterable[Figures]) -> list[Scored]:
    """Return the units compared, the best first, then those that are not; equal ones by name."""
    scored = [score(rule, figures) for figures in units]
    return sorted(scored, key=lambda one: (one.total is None, -(one.total or 0), one.figures.who))


def sort_key(total: Decimal) -> str:
    """Return a text such that less text stands higher, and equal text is a tie."""
    return f"{_TOP - int(total * _SCALE):0{_DIGITS}d}"


def allot_units(
    rule: CollectiveRule, scored: Sequence[Scored], *, lots: Mapping[str, int] | None = None
) -> list[Seat]:
    """Give the prizes out among the units that are compared."""
    ranked = [
        Placed(one.figures.who, sort_key(one.total), lot=(lots or {}).get(one.figures.who, 0))
        for one in scored
        if one.total is not None
    ]
    return allot(rule.levels, ranked, ties=rule.ties)


def prize_counts(won: Iterable[tuple[str, str]]) -> dict[str, dict[str, int]]:
    """Count (unit, title of the prize) by unit and title."""
    found: dict[str, dict[str, int]] = {}
    for unit, title in won:
        titles = found.setdefault(unit, {})
        titles[title] = titles.get(title, 0) + 1
    return found


def known_titles(rules: Iterable[Collection[Level]]) -> list[str]:
    """Return the titles of all individual prizes, in order, each once."""
    return list(dict.fromkeys(level.title for levels in rules for level in levels))
