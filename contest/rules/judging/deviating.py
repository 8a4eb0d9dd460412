"""Judges too far apart: a threshold, then a third marker or a discussion, both values kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from itertools import combinations
from typing import Any

from contest.rules.judging import table
from core.saying import Sentence
from core.text import N_

_PERCENT = 100


class Remedy(StrEnum):
    """What happens where scores lie too far apart."""

    THIRD_MARKER = "third_marker"
    DISCUSSION = "discussion"


class Third(StrEnum):
    """What a third marker's score does: it alone counts, or the two nearest count, or all do."""

    ALONE = "alone"
    NEAREST_TWO = "nearest_two"
    ALL = "all"


class Way(StrEnum):
    """What a chair decides about scores too far apart.

    They stand as they are; they are judged again and compared anew; they are given anew after a
    discussion, and stand then; a third marker judges as well.
    """

    KEEP = "keep"
    AGAIN = "again"
    DISCUSSION = "discussion"
    THIRD = "third"

    @property
    def label(self) -> str:
        """Return the message id that says it."""
        return _WAYS[self]


_WAYS = {
    Way.KEEP: N_("The scores stand as they are"),
    Way.AGAIN: N_("Judged again, and compared anew"),
    Way.DISCUSSION: N_("Given anew after a discussion"),
    Way.THIRD: N_("Judged by a third marker"),
}


class State(StrEnum):
    """Where the scores of an entry stand."""

    WAITING = "waiting"
    AGREED = "agreed"
    THIRD_NEEDED = "third_needed"
    DISCUSSION_NEEDED = "discussion_needed"
    SETTLED = "settled"


@dataclass(frozen=True, slots=True)
class DeviationRule:
    """How far scores may lie apart, in percent of the scale from `least` to `most` points."""

    percent: Decimal
    least: Decimal = Decimal(0)
    most: Decimal = Decimal(100)
    remedy: Remedy = Remedy.DISCUSSION
    third: Third = Third.ALONE

    def problems(self) -> list[Sentence]:
        """Return what is wrong with the rule."""
        found = []
        if not 0 < self.percent <= _PERCENT:
            found.append(Sentence(N_("The deviation allowed is a share from 0 to 100 percent.")))
        if self.least >= self.most:
            found.append(Sentence(N_("The scale of scores has no room.")))
        return found

    @property
    def points(self) -> Decimal:
        """How far apart scores may lie at most, in points."""
        return (self.most - self.least) * self.percent / _PERCENT

    def deviates(self, scores: Sequence[Decimal]) -> bool:
        """Say whether the highest and the lowest lie further apart than that."""
        return len(scores) > 1 and max(scores) - min(scores) > self.points

    def written(self) -> dict[str, object]:
        """Return the rule as plain values."""
        return {
            "percent": str(self.percent),
            "least": str(self.least),
            "most": str(self.most),
            "remedy": self.remedy.value,
            "third": self.third.value,
        }


def read(written: Mapping[str, Any]) -> DeviationRule:
    """Return the rule that `written` gave."""
    return DeviationRule(
        Decimal(written["percent"]),
        Decimal(written["least"]),
        Decimal(written["most"]),
        Remedy(written["remedy"]),
        Third(written["third"]),
    )


@dataclass(frozen=True, slots=True)
class Case:
    """The scores of one entry, and what came of them.

    `before[judge]` are the scores first locked; `third` is the third marker's; `after[judge]`
    those that judges gave after the discussion, which need not agree: they stand for the minutes.
    `wanted` is how many judges there are.
    """

    before: Mapping[str, Decimal]
    wanted: int
    third: Decimal | None = None
    after: Mapping[str, Decimal] | None = None


def state(rule: DeviationRule, case: Case) -> State:
    """Return where a case stands."""
    if len(case.before) < case.wanted:
        return State.WAITING
    if not rule.deviates(list(case.before.values())):
        return State.AGREED
    if rule.remedy is Remedy.THIRD_MARKER:
        return State.THIRD_NEEDED if case.third is None else State.SETTLED
    return State.DISCUSSION_NEEDED if case.after is None else State.SETTLED


def counting(rule: DeviationRule, case: Case) -> list[Decimal] | None:
    """Return the scores that count; None while the case is open.

    After a discussion a judge who did not change the score keeps it.
    """
    where = state(rule, case)
    if where is State.AGREED:
        return list(case.before.values())
    if where is not State.SETTLED:
        return None
    if rule.remedy is Remedy.DISCUSSION:
        return list({**case.before, **(case.after or {})}.values())
    third = case.third if case.third is not None else Decimal(0)
    if rule.third is Third.ALONE:
        return [third]
    every = [*case.before.values(), third]
    return every if rule.third is Third.ALL else list(nearest_two(every))


def nearest_two(scores: Sequence[Decimal]) -> tuple[Decimal, Decimal]:
    """Return the two scores nearest to each other; of equally near pairs the higher."""
    pairs = combinations(sorted(scores), 2)
    return min(pairs, key=lambda pair: (pair[1] - pair[0], -pair[0]))


def judges_counting(rule: DeviationRule, case: Case, third: str) -> frozenset[str]:
    """Return whose scores count; `third` is the third marker, "" where there is none.

    While a case is open, all do who were there from the start.
    """
    if state(rule, case) is not State.SETTLED or case.third is None:
        return frozenset(case.before)
    if rule.third is Third.ALONE:
        return frozenset({third})
    every = {**case.before, third: case.third}
    if rule.third is Third.ALL:
        return frozenset(every)
    wanted, found = list(nearest_two(list(every.values()))), set()
    for judge in sorted(every):
        if every[judge] in wanted:
            wanted.remove(every[judge])
            found.add(judge)
    return frozenset(found)


def final(rule: DeviationRule, case: Case) -> Decimal | None:
    """Return the mean of what counts, at nine places; None while the case is open."""
    counted = counting(rule, case)
    if counted is None:
        return None
    whole = sum(table.to_billionths(score) for score in counted)
    return table.from_billionths(table.divided(whole, len(counted)))


def open_cases(rule: DeviationRule, cases: Mapping[str, Case]) -> dict[str, State]:
    """Return the entries that still need somebody, with what they need, widest apart first."""
    needed = {entry: state(rule, case) for entry, case in cases.items()}
    waiting = [e for e, one in needed.items() if one not in (State.AGREED, State.SETTLED)]

    def spread(entry: str) -> Decimal:
        scores = cases[entry].before.values()
        return max(scores, default=Decimal(0)) - min(scores, default=Decimal(0))

    return {entry: needed[entry] for entry in sorted(waiting, key=lambda e: (-spread(e), e))}
