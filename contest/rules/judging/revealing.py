"""What a hall is shown of one entry: every judge's score, which were dropped, the result."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from contest.rules.judging import averaging, combining, rubric, table
from contest.rules.judging.sealing import Protocol
from contest.rules.judging.terms import Basis, Rule

# Rules by which the result of an entry does not hang on the scores of others.
ALONE = frozenset({Rule.MEAN, Rule.TRIMMED, Rule.MEDIAN})
_ENTRY = "entry"


class Dropped(StrEnum):
    """At which end a score was dropped."""

    LOW = "low"
    HIGH = "high"


@dataclass(frozen=True, slots=True)
class Mark:
    """What one judge gave, and whether the rule drops it."""

    judge: str
    score: Decimal
    dropped: Dropped | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """Points taken off or added, and why."""

    points: Decimal
    reason: str


@dataclass(frozen=True, slots=True)
class Shown:
    """An entry as it is revealed. `value` is what the judges' scores come to, before the lines.

    Both are None where the rule compares entries with each other: the result comes at the end.
    """

    marks: tuple[Mark, ...]
    lines: tuple[Line, ...]
    value: Decimal | None
    total: Decimal | None

    def written(self) -> dict[str, object]:
        """Return it as plain values, as it is kept and digested."""
        return {
            "marks": [
                {
                    "judge": one.judge,
                    "score": format(one.score, "f"),
                    "dropped": one.dropped.value if one.dropped else "",
                }
                for one in self.marks
            ],
            "lines": [
                {"points": format(one.points, "f"), "reason": one.reason} for one in self.lines
            ],
            "value": None if self.value is None else format(self.value, "f"),
            "total": None if self.total is None else format(self.total, "f"),
        }


def read(written: Mapping[str, Any]) -> Shown:
    """Return what `written` gave."""
    return Shown(
        tuple(
            Mark(
                str(one["judge"]),
                Decimal(one["score"]),
                Dropped(one["dropped"]) if one["dropped"] else None,
            )
            for one in written["marks"]
        ),
        tuple(Line(Decimal(one["points"]), str(one["reason"])) for one in written["lines"]),
        None if written["value"] is None else Decimal(written["value"]),
        None if written["total"] is None else Decimal(written["total"]),
    )


def shown(
    sheets: Mapping[str, Mapping[str, Decimal]], lines: Sequence[Line], protocol: Protocol
) -> Shown:
    """Return what is revealed of an entry: `sheets[judge][criterion]`, in the order of judges."""
    scores = {judge: rubric.score(protocol.rubric, marks) for judge, marks in sheets.items()}
    low, high = _dropped(scores, protocol)
    ends = dict.fromkeys(low, Dropped.LOW) | dict.fromkeys(high, Dropped.HIGH)
    value = _value(sheets, protocol)
    total = None if value is None else _settled(value, lines)
    marks = tuple(Mark(judge, score, ends.get(judge)) for judge, score in scores.items())
    return Shown(marks, tuple(lines), value, total)


def score(protocol: Protocol, marks: Mapping[str, Decimal]) -> Decimal:
    """Return what a judge's marks come to, as the commitment holds it."""
    return rubric.score(protocol.rubric, marks)


def places(totals: Mapping[str, Decimal]) -> dict[str, int]:
    """Return the places of what was revealed so far; equal ones share theirs."""
    return table.places(table.groups(totals))


def _dropped(scores: Mapping[str, Decimal], protocol: Protocol) -> tuple[list[str], list[str]]:
    """Return whose scores are dropped; nobody's where criteria are dropped one by one."""
    terms = protocol.terms
    if terms.rule is not Rule.TRIMMED or terms.basis is not Basis.SHEET:
        return [], []
    return averaging.dropped(scores, terms.drop)


def _value(sheets: Mapping[str, Mapping[str, Decimal]], protocol: Protocol) -> Decimal | None:
    if protocol.terms.rule not in ALONE:
        return None
    own = {(_ENTRY, judge): marks for judge, marks in sheets.items()}
    return combining.of_sheets(own, protocol.rubric, protocol.terms).values.get(_ENTRY)


def _settled(value: Decimal, lines: Sequence[Line]) -> Decimal:
    return max(Decimal(0), table.quantised(sum((one.points for one in lines), value)))
