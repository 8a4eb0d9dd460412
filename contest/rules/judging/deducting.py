"""What is taken off a score, or added to it: a signed list, each line with its reason."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from contest.rules.judging.table import quantised
from core.saying import Sentence
from core.text import N_


@dataclass(frozen=True, slots=True)
class Deduction:
    """One line: points, below nothing where they are taken off, and why."""

    points: Decimal
    reason: Sentence


@dataclass(frozen=True, slots=True)
class TimeRule:
    """What a performance loses that is too long or too short; seconds and points.

    Beyond limit + grace each step begun costs `per_step`, at most `most`; below `least_seconds`
    it costs `too_short` once.
    """

    limit: int
    grace: int = 0
    step: int = 60
    per_step: Decimal = Decimal(1)
    most: Decimal | None = None
    least_seconds: int = 0
    too_short: Decimal = Decimal(0)

    def problems(self) -> list[Sentence]:
        """Return what is wrong with the rule."""
        found = []
        if self.step <= 0:
            found.append(Sentence(N_("A step of time must last a second at least.")))
        if self.least_seconds > self.limit:
            found.append(Sentence(N_("The shortest time is longer than the longest.")))
        if self.per_step < 0 or self.too_short < 0 or (self.most or 0) < 0:
            found.append(Sentence(N_("What time costs is written without a minus sign.")))
        return found

    def deduction(self, seconds: int) -> Deduction | None:
        """Return what a performance of so many seconds loses; None for nothing."""
        over = seconds - self.limit - self.grace
        if over > 0:
            cost = self.per_step * -(-over // self.step)
            cost = cost if self.most is None else min(cost, self.most)
            reason = Sentence(N_("%(seconds)s seconds over time"), {"seconds": over})
            return Deduction(-cost, reason) if cost else None
        short = self.least_seconds - seconds
        if short > 0 and self.too_short:
            reason = Sentence(N_("%(seconds)s seconds too short"), {"seconds": short})
            return Deduction(-self.too_short, reason)
        return None

    def written(self) -> dict[str, object]:
        """Return the rule as plain values."""
        return {
            "limit": self.limit,
            "grace": self.grace,
            "step": self.step,
            "per_step": str(self.per_step),
            "most": None if self.most is None else str(self.most),
            "least_seconds": self.least_seconds,
            "too_short": str(self.too_short),
        }


def time_rule_from(written: dict[str, Any]) -> TimeRule:
    """Return the rule from how it is kept."""
    most = written["most"]
    return TimeRule(
        int(written["limit"]),
        int(written["grace"]),
        int(written["step"]),
        Decimal(written["per_step"]),
        None if most is None else Decimal(most),
        int(written["least_seconds"]),
        Decimal(written["too_short"]),
    )


def settled(score: Decimal, lines: Iterable[Deduction]) -> Decimal:
    """Return the score after all lines; it does not fall below nothing."""
    return max(Decimal(0), quantised(sum((line.points for line in lines), score)))
