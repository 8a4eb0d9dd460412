"""Ties between entries: a declared chain of steps, each one recorded with what it compared."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from contest.rules import ranking
from contest.rules.judging import averaging, table
from contest.rules.judging.table import Table
from core.saying import Sentence
from core.text import N_


class TieStep(StrEnum):
    """What may separate equal entries.

    The mark of a criterion; the median of the judges; how often judges put one before the
    others; the earlier frozen submission; the chair's recorded vote; the lot. What no step
    separates shares the place.
    """

    CRITERION = "criterion"
    MEDIAN = "median"
    HEAD_TO_HEAD = "head_to_head"
    EARLIER = "earlier"
    CHAIR = "chair"
    LOT = "lot"


@dataclass(frozen=True, slots=True)
class ChainStep:
    """One step of the chain; `criterion` names the criterion whose mark decides."""

    step: TieStep
    criterion: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """What steps compare: scores of judges, combined marks, moments of freezing, the chair's order.

    `marks[criterion][entry]` are combined over judges. `chair[entry]` is the place that the vote
    gave, 1 first. `seed` is the published seed of the lots.
    """

    scores: Table
    marks: Mapping[str, Mapping[str, Decimal]] = field(default_factory=dict)
    frozen_at: Mapping[str, datetime] = field(default_factory=dict)
    chair: Mapping[str, int] = field(default_factory=dict)
    seed: bytes = b""


@dataclass(frozen=True, slots=True)
class Separation:
    """What one step made of equal entries: what it compared, and the groups, best first.

    An entry of which nothing is known stands last, and has no value.
    """

    step: ChainStep
    tied: tuple[str, ...]
    values: Mapping[str, object]
    groups: tuple[tuple[str, ...], ...]

    @property
    def has_separated(self) -> bool:
        """Whether the step told any two apart."""
        return len(self.groups) > 1

    def says(self) -> Sentence:
        """Say what was compared, and whether it decided."""
        values = {"step": name(self.step)}
        if self.has_separated:
            return Sentence(N_("Separated by %(step)s."), values)
        return Sentence(N_("Still equal by %(step)s."), values)


@dataclass(frozen=True, slots=True)
class Resolved:
    """Entries best first, equal ones still together, and every step that was taken.

    With `groups`, the group of each entry, places are counted within each group.
    """

    order: tuple[tuple[str, ...], ...]
    steps: tuple[Separation, ...]
    groups: Mapping[str, str] = field(default_factory=dict)

    @property
    def places(self) -> dict[str, int]:
        """The place of each entry; equal ones share the first of theirs."""
        parts: dict[str, list[tuple[str, ...]]] = {}
        for tied in self.order:
            parts.setdefault(self.groups.get(tied[0], ""), []).append(tied)
        return {e: place for part in parts.values() for e, place in table.places(part).items()}

    def explains(self, entry: str) -> list[Separation]:
        """Return the steps that the place of `entry` went through."""
        return [one for one in self.steps if entry in one.tied]


def resolved(order: Sequence[Sequence[str]], chain: Sequence[ChainStep], known: Known) -> Resolved:
    """Return `order` with its equal entries taken apart as far as the chain can.

    A step looks at those who are still equal, and at nobody else; who is left equal by it goes on
    to the next step, never back to an earlier one.
    """
    final: list[tuple[str, ...]] = []
    steps: list[Separation] = []
    for group in order:
        final += _apart(tuple(sorted(group)), tuple(chain), known, steps)
    return Resolved(tuple(final), tuple(steps))


def problems(chain: Sequence[ChainStep]) -> list[Sentence]:
    """Return what is wrong with a chain."""
    found = []
    if len(set(chain)) < len(chain):
        found.append(Sentence(N_("A step stands in the chain twice.")))
    if any(one.step is TieStep.CRITERION and not one.criterion for one in chain):
        found.append(Sentence(N_("Name the criterion whose mark decides.")))
    if any(one.step is TieStep.LOT for one in chain[:-1]):
        found.append(Sentence(N_("After drawing lots nothing is left to decide.")))
    return found


def name(one: ChainStep) -> Sentence:
    """Name a step."""
    return Sentence(_NAMES[one.step], {"criterion": one.criterion} if one.criterion else {})


def written(chain: Sequence[ChainStep]) -> list[dict[str, str]]:
    """Return a chain as plain values."""
    return [{"step": one.step.value, "criterion": one.criterion} for one in chain]


def read(entries: Sequence[Mapping[str, Any]]) -> tuple[ChainStep, ...]:
    """Return the chain that `entries` gave; raise `ValueError` for a step that does not exist."""
    return tuple(ChainStep(TieStep(one["step"]), str(one["criterion"])) for one in entries)


def _apart(
    tied: tuple[str, ...], chain: tuple[ChainStep, ...], known: Known, steps: list[Separation]
) -> list[tuple[str, ...]]:
    if len(tied) == 1 or not chain:
        return [tied]
    step, *rest = chain
    values = _COMPARE[step.step](step, tied, known)
    told = {entry: values[entry] for entry in tied if entry in values}
    groups = [
        tuple(sorted(e for e in told if told[e] == one)) for one in sorted(set(told.values()))
    ]
    if len(told) < len(tied):
        groups.append(tuple(entry for entry in tied if entry not in told))
    steps.append(Separation(step, tied, _shown(step, told), tuple(groups)))
    return [part for group in groups for part in _apart(group, tuple(rest), known, steps)]


# Each compares so that less stands higher.


def _criterion(step: ChainStep, _: tuple[str, ...], known: Known) -> dict[str, Any]:
    marks = known.marks.get(step.criterion, {})
    return {entry: -table.quantised(mark) for entry, mark in marks.items()}


def _median(_: ChainStep, tied: tuple[str, ...], known: Known) -> dict[str, Any]:
    medians = averaging.median(known.scores.only(tied))
    return {entry: -one for entry, one in medians.items()}


def _head_to_head(_: ChainStep, tied: tuple[str, ...], known: Known) -> dict[str, Any]:
    """Count, over judges and equals, how often an entry was put higher, less how often lower."""
    rows = known.scores.only(tied).rows
    return {
        one: sum(
            (rows[other][judge] > score) - (rows[other][judge] < score)
            for other in rows
            for judge, score in row.items()
            if judge in rows[other]
        )
        for one, row in rows.items()
    }


def _earlier(_: ChainStep, __: tuple[str, ...], known: Known) -> dict[str, Any]:
    return dict(known.frozen_at)


def _chair(_: ChainStep, __: tuple[str, ...], known: Known) -> dict[str, Any]:
    return dict(known.chair)


def _lot(_: ChainStep, tied: tuple[str, ...], known: Known) -> dict[str, Any]:
    return {entry: ranking.lot(known.seed, entry) for entry in tied}


_COMPARE = {
    TieStep.CRITERION: _criterion,
    TieStep.MEDIAN: _median,
    TieStep.HEAD_TO_HEAD: _head_to_head,
    TieStep.EARLIER: _earlier,
    TieStep.CHAIR: _chair,
    TieStep.LOT: _lot,
}
_DESCENDING = frozenset({TieStep.CRITERION, TieStep.MEDIAN, TieStep.HEAD_TO_HEAD})


def _shown(step: ChainStep, told: Mapping[str, Any]) -> dict[str, object]:
    """Return values as people read them: the greater the better where that is the sense."""
    return {e: -one if step.step in _DESCENDING else one for e, one in told.items()}


_NAMES = {
    TieStep.CRITERION: N_("the mark of the criterion “%(criterion)s”"),
    TieStep.MEDIAN: N_("the median of the judges"),
    TieStep.HEAD_TO_HEAD: N_("how many judges put one before the other"),
    TieStep.EARLIER: N_("the earlier submission"),
    TieStep.CHAIR: N_("the vote of the panel"),
    TieStep.LOT: N_("drawing lots"),
}
