"""The declared rule of combination: which of the rules, from what, and where it is rounded."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from contest.rules.judging import table
from contest.rules.judging.table import Rounding
from core.saying import Sentence
from core.text import N_

MOST_DROPPED = 5
MOST_PLACES = table.PLACES


class Rule(StrEnum):
    """The rules by which the scores of a panel become one result."""

    MEAN = "mean"
    TRIMMED = "trimmed"
    MEDIAN = "median"
    Z_SCORE = "z_score"
    CENTRED = "centred"
    LEAST_SQUARES = "least_squares"
    MIXED = "mixed"
    BRADLEY_TERRY = "bradley_terry"
    BORDA = "borda"
    COPELAND = "copeland"
    SKATING = "skating"


# Rules whose result is in points: only these may combine criterion by criterion.
IN_POINTS = frozenset(
    {Rule.MEAN, Rule.TRIMMED, Rule.MEDIAN, Rule.CENTRED, Rule.LEAST_SQUARES, Rule.MIXED}
)
# Rules that lean on common judges to compare entries: a panel that falls apart is refused.
LINKED = frozenset({Rule.LEAST_SQUARES, Rule.MIXED, Rule.BRADLEY_TERRY})


class Basis(StrEnum):
    """What is combined: each judge's score, or the marks of each criterion, added up afterwards."""

    SHEET = "sheet"
    CRITERION = "criterion"


class Missing(StrEnum):
    """What a missing score does: it blocks the result, is left out, or is estimated."""

    BLOCK = "block"
    REST = "rest"
    ESTIMATE = "estimate"


class Stage(StrEnum):
    """Where something is rounded, in the order in which it is computed.

    A judge's score; the combined mark of a criterion; what that adds to the result; the result.
    """

    SHEET = "sheet"
    CRITERION = "criterion"
    PART = "part"
    RESULT = "result"


class Ranking(StrEnum):
    """Among whom an entry has its place: all entries of the round, or those of its category."""

    ROUND = "round"
    CATEGORY = "category"


@dataclass(frozen=True, slots=True)
class RoundingStep:
    """A stage at which figures are rounded, before anything is made of them."""

    stage: Stage
    places: int = 2
    way: Rounding = Rounding.HALF_UP


@dataclass(frozen=True, slots=True)
class Terms:
    """The declared rule. Without `roundings` figures are rounded only where they are shown.

    `drop` is how many scores go at each end (None: by the size of the panel); `ddof` belongs to
    z-scores (1: of a sample); `by_load` makes severities add up to 0 by number of entries.
    """

    rule: Rule
    basis: Basis = Basis.SHEET
    missing: Missing = Missing.BLOCK
    roundings: tuple[RoundingStep, ...] = ()
    drop: int | None = None
    ddof: int = 1
    by_load: bool = False

    def problems(self) -> list[Sentence]:
        """Return what is wrong with the rule."""
        found = []
        if self.basis is Basis.CRITERION and self.rule not in IN_POINTS:
            found.append(Sentence(N_("This rule gives no points, so criteria cannot be added up.")))
        if self.basis is Basis.CRITERION and self.missing is Missing.ESTIMATE:
            found.append(Sentence(N_("Missing scores are estimated whole, not by criteria.")))
        if self.drop is not None and not 0 <= self.drop <= MOST_DROPPED:
            found.append(Sentence(N_("So many scores cannot be dropped.")))
        stages = [step.stage for step in self.roundings]
        if len(set(stages)) < len(stages):
            found.append(Sentence(N_("A stage is rounded twice.")))
        if any(not 0 <= step.places <= MOST_PLACES for step in self.roundings):
            found.append(Sentence(N_("So many decimal places are not kept.")))
        if self.ddof not in (0, 1):
            found.append(Sentence(N_("The deviation is that of a sample or of a population.")))
        return found

    def rounded(self, amount: Decimal, stage: Stage) -> Decimal:
        """Return `amount` as the stage leaves it."""
        for step in self.roundings:
            if step.stage is stage:
                return table.rounded(amount, step.places, step.way)
        return amount

    def says(self) -> list[Sentence]:
        """Say the rule in a few sentences."""
        told = [Sentence(_SAID[self.rule])]
        if self.rule is Rule.TRIMMED and self.drop is not None:
            message = N_("At each end %(count)s scores are dropped.")
            told.append(Sentence(message, {"count": self.drop}))
        if self.basis is Basis.CRITERION:
            told.append(Sentence(N_("This is done for each criterion, and then added up.")))
        told.append(Sentence(_MISSING[self.missing]))
        order = list(Stage)
        for step in sorted(self.roundings, key=lambda step: order.index(step.stage)):
            told.append(Sentence(_ROUNDED[step.stage], {"places": step.places}))
        return told

    def written(self) -> dict[str, object]:
        """Return the rule as plain values, as it is stored and hashed."""
        return {
            "rule": self.rule.value,
            "basis": self.basis.value,
            "missing": self.missing.value,
            "roundings": [
                {"stage": one.stage.value, "places": one.places, "way": one.way.value}
                for one in self.roundings
            ],
            "drop": self.drop,
            "ddof": self.ddof,
            "by_load": self.by_load,
        }


def read(written: Mapping[str, Any]) -> Terms:
    """Return the rule that `written` gave; raise `ValueError` for one that does not exist."""
    return Terms(
        Rule(written["rule"]),
        Basis(written["basis"]),
        Missing(written["missing"]),
        tuple(
            RoundingStep(Stage(one["stage"]), int(one["places"]), Rounding(one["way"]))
            for one in written["roundings"]
        ),
        None if written["drop"] is None else int(written["drop"]),
        int(written["ddof"]),
        bool(written["by_load"]),
    )


def name(rule: Rule) -> Sentence:
    """Name a rule."""
    return Sentence(_NAMES[rule])


_NAMES = {
    Rule.MEAN: N_("Mean"),
    Rule.TRIMMED: N_("Mean without the highest and lowest"),
    Rule.MEDIAN: N_("Median"),
    Rule.Z_SCORE: N_("Mean of z-scores"),
    Rule.CENTRED: N_("Mean with judges’ levels taken out"),
    Rule.LEAST_SQUARES: N_("Judges’ severity balanced (least squares)"),
    Rule.MIXED: N_("Judges’ severity balanced, thin figures shrunk"),
    Rule.BRADLEY_TERRY: N_("Comparison in pairs (Bradley–Terry)"),
    Rule.BORDA: N_("Points for ranks (Borda)"),
    Rule.COPELAND: N_("Pairs won (Copeland)"),
    Rule.SKATING: N_("Majority of places (skating system)"),
}
_SAID = {
    Rule.MEAN: N_("The result is the mean of the judges’ scores."),
    Rule.TRIMMED: N_(
        "The result is the mean of the judges’ scores without the highest and the lowest."
    ),
    Rule.MEDIAN: N_("The result is the score in the middle."),
    Rule.Z_SCORE: N_(
        "Each judge’s scores are brought to the same mean and spread, and then averaged."
    ),
    Rule.CENTRED: N_("Each judge’s scores are brought to the same mean, and then averaged."),
    Rule.LEAST_SQUARES: N_(
        "How severe each judge is, is worked out from entries that judges have in common,"
        " and taken out."
    ),
    Rule.MIXED: N_(
        "How severe each judge is, is estimated and taken out; results that rest on few scores"
        " lie nearer to the mean."
    ),
    Rule.BRADLEY_TERRY: N_(
        "Each judge’s scores only say which of two entries is better; the result is the strength"
        " that explains all these decisions best."
    ),
    Rule.BORDA: N_("Each judge’s scores only give an order; the result is the mean rank."),
    Rule.COPELAND: N_(
        "Each two entries are compared by the majority of judges; the result is pairs won less"
        " pairs lost."
    ),
    Rule.SKATING: N_(
        "Each judge’s scores only give places; an entry stands where a majority puts it."
    ),
}
_MISSING = {
    Missing.BLOCK: N_("There is no result while a score is missing."),
    Missing.REST: N_("A score that is missing is left out."),
    Missing.ESTIMATE: N_("A score that is missing is estimated from the others."),
}
_ROUNDED = {
    Stage.SHEET: N_("Each judge’s score is rounded to %(places)s decimal places."),
    Stage.CRITERION: N_("Each criterion’s combined mark is rounded to %(places)s decimal places."),
    Stage.PART: N_("What each criterion adds is rounded to %(places)s decimal places."),
    Stage.RESULT: N_("The result is rounded to %(places)s decimal places before comparing."),
}
