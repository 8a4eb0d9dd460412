"""How firmly a result stands: under every other rule, without each judge, and by chance."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random

from contest.rules.judging import combining, levelling
from contest.rules.judging.combining import Outcome
from contest.rules.judging.table import PLACES, Table
from contest.rules.judging.terms import Missing, Rule, Terms

ROUNDS = 200
_BILLION = 10**PLACES


@dataclass(frozen=True, slots=True)
class WithoutJudge:
    """What would have come out had one judge not sat.

    `moved[entry]` is the place then where it is another one; `has_new_winners` whether other
    entries stand first, `changes_prizes` whether others stand within the prizes.
    """

    judge: str
    outcome: Outcome
    moved: Mapping[str, int]
    has_new_winners: bool
    changes_prizes: bool


@dataclass(frozen=True, slots=True)
class Stability:
    """The declared result beside what might have been.

    `chances[entry]` holds the probability of each place within the prizes, by resampling; empty
    where resampling makes no sense.
    """

    declared: Outcome
    by_rule: Mapping[Rule, Outcome]
    without: tuple[WithoutJudge, ...]
    chances: Mapping[str, tuple[float, ...]]

    @property
    def is_first_prize_firm(self) -> bool:
        """Whether no single judge decides who stands first."""
        return not any(one.has_new_winners for one in self.without)

    @property
    def disagreeing(self) -> list[Rule]:
        """The rules that put other entries first."""
        first = self.declared.winners
        outcomes = self.by_rule.items()
        return [rule for rule, one in outcomes if one.values and one.winners != first]


def every_rule(scored: Table, terms: Terms) -> dict[Rule, Outcome]:
    """Return what each rule gives; holes are left out, and nothing is rounded but as declared."""
    return {
        rule: combining.combined(scored, replace(terms, rule=rule, missing=Missing.REST))
        for rule in Rule
    }


def without_each(scored: Table, terms: Terms, prizes: int = 1) -> tuple[WithoutJudge, ...]:
    """Return what would have come out without each judge in turn, for so many prizes."""
    terms = replace(terms, missing=Missing.REST)
    whole = combining.combined(scored, terms)
    return tuple(_without(scored, terms, whole, judge, prizes) for judge in scored.judges)


def stability(
    scored: Table, terms: Terms, prizes: int = 3, *, seed: str = "", rounds: int = ROUNDS
) -> Stability:
    """Return all figures of stability of a result; the seed makes resampling repeatable."""
    return Stability(
        combining.combined(scored, replace(terms, missing=Missing.REST)),
        every_rule(scored, terms),
        without_each(scored, terms, prizes),
        chances(scored, terms, prizes, Random(seed), rounds),  # noqa: S311 -- no secret
    )


def chances(
    scored: Table, terms: Terms, prizes: int, chance: Random, rounds: int = ROUNDS
) -> dict[str, tuple[float, ...]]:
    """Return for each entry the probability of each of the first places, by resampling.

    A complete panel is drawn anew from its own judges; with holes the residuals of the additive
    model are drawn instead, for nobody else saw an entry. Equal entries share a place evenly.
    Empty for a panel that falls apart, or of one judge.
    """
    terms = replace(terms, missing=Missing.REST)
    if len(scored.judges) < 2 or len(scored.parts) != 1:
        return {}
    draw = _Judges(scored, chance) if scored.is_complete else _Residuals(scored, chance)
    counts: dict[str, list[float]] = {entry: [0.0] * prizes for entry in scored.entries}
    for _ in range(rounds):
        _count(combining.combined(draw.drawn(), terms).order, counts, prizes)
    return {entry: tuple(one / rounds for one in row) for entry, row in counts.items()}


def _without(scored: Table, terms: Terms, whole: Outcome, judge: str, prizes: int) -> WithoutJudge:
    outcome = combining.combined(scored.without(judge), terms)
    before, after = whole.places, outcome.places
    moved = {e: place for e, place in after.items() if place != before.get(e)}
    return WithoutJudge(
        judge,
        outcome,
        moved,
        bool(outcome.values) and outcome.winners != whole.winners,
        bool(outcome.values) and _within(after, prizes) != _within(before, prizes),
    )


def _within(places: Mapping[str, int], prizes: int) -> set[str]:
    return {entry for entry, place in places.items() if place <= prizes}


def _count(order: Sequence[Collection[str]], counts: dict[str, list[float]], prizes: int) -> None:
    begun = 0
    for group in order:
        if begun >= prizes:
            return
        shared = range(begun, min(prizes, begun + len(group)))
        for entry in group:
            for place in shared:
                counts[entry][place] += 1 / len(group)
        begun += len(group)


class _Judges:
    """Panels drawn from the judges of a panel, with replacement."""

    def __init__(self, scored: Table, chance: Random) -> None:
        self.scored, self.chance = scored, chance

    def drawn(self) -> Table:
        judges = self.chance.choices(self.scored.judges, k=len(self.scored.judges))
        seats = [(f"{at:03}", judge) for at, judge in enumerate(judges)]
        rows = self.scored.rows.items()
        return Table({entry: {seat: row[j] for seat, j in seats} for entry, row in rows})


class _Residuals:
    """Tables drawn from the additive model: what was expected, with another score's residual."""

    def __init__(self, scored: Table, chance: Random) -> None:
        fit = levelling.levelled(scored)
        self.chance = chance
        # Residuals are smaller than the noise by the degrees of freedom that the model took.
        spread = (scored.count / fit.freedom) ** 0.5 if fit.freedom > 0 else 1.0
        whole = {
            entry: {judge: round(one * _BILLION) for judge, one in row.items()}
            for entry, row in fit.residuals.items()
        }
        self.expected = {
            entry: {judge: score - whole[entry][judge] for judge, score in row.items()}
            for entry, row in scored.rows.items()
        }
        self.residuals = [round(spread * one) for row in whole.values() for one in row.values()]

    def drawn(self) -> Table:
        noise = iter(self.chance.choices(self.residuals, k=len(self.residuals)))
        rows = self.expected.items()
        return Table({e: {j: one + next(noise) for j, one in row.items()} for e, row in rows})
