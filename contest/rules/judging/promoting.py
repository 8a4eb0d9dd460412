"""Who goes on to the next round: a list by rule that people review, and what is carried over."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, Decimal
from enum import StrEnum

from contest.rules.judging import table
from core.saying import Sentence
from core.text import N_

_PERCENT = 100


class Equals(StrEnum):
    """What happens where equal entries stand on both sides of the edge."""

    ALL = "all"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class PromotionRule:
    """Who goes on; what is None does not limit.

    The first `count`, or the first `percent` of all (a part of an entry counts as one), with
    `least` points at least; of each group (unit or category) at most `per_group`, and the best
    `from_each` of each group whatever their place.
    """

    count: int | None = None
    percent: Decimal | None = None
    least: Decimal | None = None
    per_group: int | None = None
    from_each: int | None = None
    equals: Equals = Equals.ALL

    def problems(self) -> list[Sentence]:
        """Return what is wrong with the rule."""
        found = []
        limits = (self.count, self.percent, self.least, self.from_each)
        if all(limit is None for limit in limits):
            found.append(Sentence(N_("Say how many go on, or with how many points.")))
        if self.count is not None and self.percent is not None:
            found.append(Sentence(N_("Either a number goes on or a share: not both.")))
        if self.percent is not None and not 0 < self.percent <= _PERCENT:
            found.append(Sentence(N_("A share lies between 0 and 100 percent.")))
        if self.per_group is not None and self.per_group < (self.from_each or 0):
            found.append(Sentence(N_("More go on from each group than may.")))
        return found

    def seats(self, entries: int) -> int:
        """Return how many places there are among so many entries."""
        if self.percent is not None:
            return int((self.percent * entries / _PERCENT).to_integral_value(ROUND_CEILING))
        return entries if self.count is None else min(self.count, entries)


class Why(StrEnum):
    """Why an entry goes on, or does not."""

    PLACE = "place"
    GROUP = "group"
    WILD_CARD = "wild_card"
    BELOW = "below"
    TOO_FEW_POINTS = "too_few_points"
    GROUP_FULL = "group_full"
    EQUALS_ON_THE_EDGE = "equals_on_the_edge"


GOING_ON = frozenset({Why.PLACE, Why.GROUP, Why.WILD_CARD})


@dataclass(frozen=True, slots=True)
class Line:
    """One entry on the list: its place, whether it goes on, and why; a wild card has a reason."""

    entry: str
    place: int
    why: Why
    reason: str = ""

    @property
    def goes_on(self) -> bool:
        """Whether the entry is in the next round."""
        return self.why in GOING_ON


def promoted(
    rule: PromotionRule,
    order: Sequence[Sequence[str]],
    scores: Mapping[str, Decimal],
    groups: Mapping[str, str] | None = None,
    wild_cards: Mapping[str, str] | None = None,
) -> list[Line]:
    """Return the list, best first; `order` holds equal entries together.

    `groups[entry]` is the unit or category; `wild_cards[entry]` the chair's reason. Where an edge
    falls between equals, `rule.equals` says whether those on it go on or not.
    """
    walk = _Walk(rule, scores, groups or {}, rule.seats(sum(len(tied) for tied in order)))
    for tied in order:
        walk.take(sorted(tied))
    walk.take_from_each()
    return [
        replace(line, why=Why.WILD_CARD, reason=wild_cards[line.entry])
        if wild_cards and line.entry in wild_cards and not line.goes_on
        else line
        for line in walk.lines
    ]


class _Walk:
    """The list while it is made, from the best group of equals down."""

    def __init__(
        self,
        rule: PromotionRule,
        scores: Mapping[str, Decimal],
        groups: Mapping[str, str],
        seats: int,
    ) -> None:
        self.rule, self.scores, self.groups, self.seats = rule, scores, groups, seats
        self.lines: list[Line] = []
        self.full: set[str] = set()
        self.is_closed = False

    def take(self, tied: list[str]) -> None:
        """Decide about equal entries: points first, then the group's quota, then the seats."""
        place = len(self.lines) + 1
        whys = {entry: Why.TOO_FEW_POINTS for entry in tied if not self._has_points(entry)}
        able = [entry for entry in tied if entry not in whys]
        whys |= dict.fromkeys(self._over_quota(able), Why.GROUP_FULL)
        able = [entry for entry in able if entry not in whys]
        taken = sum(line.goes_on for line in self.lines)
        if self.is_closed or taken >= self.seats:
            why = Why.BELOW
        elif self._fits(taken, len(able), self.seats):
            why = Why.PLACE
        else:
            # Nobody below may pass those who were turned away for being equal.
            why, self.is_closed = Why.EQUALS_ON_THE_EDGE, True
        self.lines += [Line(entry, place, whys.get(entry, why)) for entry in tied]

    def _over_quota(self, able: list[str]) -> list[str]:
        """Return those whose group has no room for all of its equals among them."""
        most = self.rule.per_group
        if most is None:
            return []
        going = Counter(self._group(line.entry) for line in self.lines if line.goes_on)
        for group, count in Counter(map(self._group, able)).items():
            if group and not self._fits(going[group], count, most):
                self.full.add(group)
        return [entry for entry in able if self._group(entry) in self.full]

    def _group(self, entry: str) -> str:
        return self.groups.get(entry, "")

    def take_from_each(self) -> None:
        """Let the best of each group go on, as many as the rule says, whatever their place."""
        going: Counter[str] = Counter()
        last: dict[str, int] = {}
        for at, line in enumerate(self.lines):
            group = self._group(line.entry)
            if not group or line.why is Why.TOO_FEW_POINTS:
                continue
            is_equal = self.rule.equals is Equals.ALL and last.get(group) == line.place
            if going[group] < (self.rule.from_each or 0) or (is_equal and going[group]):
                going[group] += 1
                last[group] = line.place
                if not line.goes_on:
                    self.lines[at] = replace(line, why=Why.GROUP)

    def _has_points(self, entry: str) -> bool:
        return self.rule.least is None or self.scores[entry] >= self.rule.least

    def _fits(self, taken: int, asking: int, most: int) -> bool:
        """Say whether equal entries get the seats they ask for."""
        return taken + asking <= most or (self.rule.equals is Equals.ALL and taken < most)


def carried(before: Decimal, now: Decimal, weight: Decimal) -> Decimal:
    """Return the result of a round to which the one before counts with `weight`, from 0 to 1."""
    return table.quantised(weight * before + (1 - weight) * now)


def added(parts: Iterable[tuple[Decimal, Decimal]]) -> Decimal:
    """Return the weighted sum of parts (phần thi), each a score and its weight."""
    return table.quantised(sum((score * weight for score, weight in parts), Decimal(0)))
