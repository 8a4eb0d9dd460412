"""The figures of a run of results: what is kept of them, and how several rounds are added up."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from contest.rules import withholding
from contest.rules.participating import Band, BandName, share
from contest.rules.withholding import TOTAL, Cell

# A topic, a kind of unit, a staff category; empty where there is none.
Who = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Known:
    """How a topic was known to a group: people, and millionths of points earned and asked."""

    people: int = 0
    earned: int = 0
    points: int = 0

    def __add__(self, other: "Known") -> "Known":
        """Add groups that have nobody in common."""
        return Known(
            self.people + other.people, self.earned + other.earned, self.points + other.points
        )


@dataclass(frozen=True, slots=True)
class Spread:
    """How long people took, in seconds: mean, and the three quarters of them."""

    mean: int
    lower: int
    median: int
    upper: int


@dataclass(frozen=True, slots=True)
class Figures:
    """A run in figures. People are those who are ranked; attempts are all that count as part."""

    people: int = 0
    attempts: int = 0
    bands: Mapping[BandName, int] = field(default_factory=dict)
    spread: Spread | None = None
    minutes: Mapping[int, int] = field(default_factory=dict)
    days: Mapping[date, int] = field(default_factory=dict)
    hours: Mapping[int, int] = field(default_factory=dict)
    devices: Mapping[str, int] = field(default_factory=dict)
    domains: Mapping[Who, Known] = field(default_factory=dict)
    # How many passed; None where there is no pass mark.
    passed: int | None = None

    def written(self) -> dict[str, Any]:
        """Return the figures as they are kept."""
        spread = self.spread
        return {
            "people": self.people,
            "passed": self.passed,
            "attempts": self.attempts,
            "bands": {name.value: count for name, count in self.bands.items()},
            "spread": [spread.mean, spread.lower, spread.median, spread.upper] if spread else None,
            "minutes": [list(pair) for pair in sorted(self.minutes.items())],
            "days": [[day.isoformat(), count] for day, count in sorted(self.days.items())],
            "hours": [list(pair) for pair in sorted(self.hours.items())],
            "devices": dict(sorted(self.devices.items())),
            "domains": [
                [*who, one.people, one.earned, one.points]
                for who, one in sorted(self.domains.items())
            ],
        }

    @property
    def band_lines(self) -> list[Band]:
        """The score bands of the press bulletin with their shares."""
        return [
            Band(name, self.bands.get(name, 0), share(self.bands.get(name, 0), self.people))
            for name in BandName
        ]

    @property
    def topics(self) -> list[str]:
        """The topics, those without a name last."""
        return sorted({topic for topic, _, _ in self.domains}, key=lambda topic: (not topic, topic))


def read(kept: Mapping[str, Any]) -> Figures:
    """Return the figures that were kept."""
    return Figures(
        kept["people"],
        kept["attempts"],
        {BandName(name): count for name, count in kept["bands"].items()},
        Spread(*kept["spread"]) if kept["spread"] else None,
        dict(map(tuple, kept["minutes"])),
        {date.fromisoformat(day): count for day, count in kept["days"]},
        dict(map(tuple, kept["hours"])),
        kept["devices"],
        {(topic, kind, who): Known(*more) for topic, kind, who, *more in kept["domains"]},
        kept.get("passed"),
    )


def together(rounds: Sequence[Figures]) -> Figures:
    """Return several rounds as one: results and attempts are added up.

    A group has at least as many people as in the round where it had most; how long people took
    is not added up.
    """
    domains: dict[Who, Known] = {}
    for one in rounds:
        for who, known in one.domains.items():
            before = domains.get(who, Known())
            both = before + known
            domains[who] = Known(max(before.people, known.people), both.earned, both.points)
    return Figures(
        sum(one.people for one in rounds),
        sum(one.attempts for one in rounds),
        _summed(one.bands for one in rounds),
        None,
        _summed(one.minutes for one in rounds),
        _summed(one.days for one in rounds),
        _summed(one.hours for one in rounds),
        _summed(one.devices for one in rounds),
        domains,
        _passed_in(rounds),
    )


def _passed_in(rounds: Sequence[Figures]) -> int | None:
    """Add up who passed; nothing unless each of the rounds has a pass mark."""
    counts = [one.passed for one in rounds if one.passed is not None]
    return sum(counts) if counts and len(counts) == len(rounds) else None


def _summed(counts: Iterable[Mapping[Any, int]]) -> dict[Any, int]:
    found: Counter[Any] = Counter()
    for one in counts:
        found.update(one)
    return dict(found)


# --- Groups of people --------------------------------------------------------------------------


def group_sizes(domains: Mapping[Who, Known]) -> dict[Cell, int]:
    """Return how many people each kind of unit and category has, where a topic has fewest."""
    found: dict[Cell, int] = {}
    for (_, kind, category), known in domains.items():
        if known.people:
            cell = (kind, category)
            found[cell] = min(known.people, found.get(cell, known.people))
    return found


def withheld(rounds: Sequence[Figures]) -> frozenset[Cell]:
    """Return the groups that are not shown: of one round, or of several added up.

    What any round withholds the sum withholds too: else it were the sum less the other rounds.
    The same groups are withheld in every topic, for the same reason.
    """
    apart: set[Cell] = set()
    for one in rounds:
        apart |= withholding.withheld(group_sizes(one.domains))
    whole = rounds[0] if len(rounds) == 1 else together(rounds)
    return withholding.withheld(group_sizes(whole.domains), already=apart)


def groups(domains: Mapping[Who, Known]) -> dict[Cell, dict[str, Known]]:
    """Return how each group and total knew each topic; `TOTAL` stands for everybody."""
    found: dict[Cell, dict[str, Known]] = {}
    for (topic, kind, category), known in domains.items():
        for cell in ((kind, category), (kind, TOTAL), (TOTAL, category), (TOTAL, TOTAL)):
            kept = found.setdefault(cell, {})
            kept[topic] = kept.get(topic, Known()) + known
    return found
