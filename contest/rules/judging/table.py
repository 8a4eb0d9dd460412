"""What judges gave: a table of entries by judges with holes, in exact numbers of nine places."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal
from enum import StrEnum
from fractions import Fraction
from functools import cached_property

from contest.rules.judging import connecting

PLACES = 9
_NINE_PLACES = Decimal(1).scaleb(-PLACES)
# Sums over many large scores must stay exact; the usual 28 digits may not do.
_WIDE = Context(prec=60, rounding=ROUND_HALF_UP)


class Rounding(StrEnum):
    """Which way a figure is rounded: half up (away from zero), half to even, or cut."""

    HALF_UP = "half_up"
    HALF_EVEN = "half_even"
    DOWN = "down"


_WAYS = {
    Rounding.HALF_UP: ROUND_HALF_UP,
    Rounding.HALF_EVEN: ROUND_HALF_EVEN,
    Rounding.DOWN: ROUND_DOWN,
}


def rounded(amount: Decimal, places: int, way: Rounding = Rounding.HALF_UP) -> Decimal:
    """Return `amount` with so many decimal places."""
    return amount.quantize(Decimal(1).scaleb(-places), _WAYS[way], _WIDE)


def quantised(amount: Decimal) -> Decimal:
    """Round half up to nine places, as judged results are before they are compared."""
    return amount.quantize(_NINE_PLACES, ROUND_HALF_UP, _WIDE)


def to_billionths(amount: Decimal) -> int:
    """Return the whole number of billionths that `amount` comes to, half up."""
    return int(quantised(amount).scaleb(PLACES, _WIDE))


def from_billionths(whole: int) -> Decimal:
    """Return the amount of nine places that so many billionths are."""
    return Decimal(whole).scaleb(-PLACES, _WIDE)


def divided(numerator: int, denominator: int) -> int:
    """Divide whole numbers, half a unit away from zero; the denominator is positive."""
    whole = (2 * abs(numerator) + denominator) // (2 * denominator)
    return whole if numerator >= 0 else -whole


def of_fraction(exact: Fraction) -> Decimal:
    """Return an exact amount at nine places, half up."""
    return from_billionths(divided(exact.numerator * 10**PLACES, exact.denominator))


@dataclass(frozen=True)
class Table:
    """The score that each judge gave each entry, in whole billionths: `rows[entry][judge]`.

    No score is a hole. Entries and judges stand sorted: the order they came in means nothing.
    """

    rows: Mapping[str, Mapping[str, int]]

    @classmethod
    def of(cls, scores: Mapping[str, Mapping[str, Decimal]]) -> "Table":
        """Return the table of `scores[entry][judge]`, at nine places; bare entries are out."""
        return cls(
            {
                entry: {judge: to_billionths(row[judge]) for judge in sorted(row)}
                for entry, row in sorted(scores.items())
                if row
            }
        )

    @cached_property
    def scores(self) -> dict[str, dict[str, Decimal]]:
        """The scores as amounts of nine places: `scores[entry][judge]`."""
        rows = self.rows.items()
        return {e: {j: from_billionths(s) for j, s in row.items()} for e, row in rows}

    @cached_property
    def entries(self) -> tuple[str, ...]:
        """The entries that somebody scored, sorted."""
        return tuple(self.rows)

    @cached_property
    def judges(self) -> tuple[str, ...]:
        """The judges who scored something, sorted."""
        return tuple(sorted({judge for row in self.rows.values() for judge in row}))

    @cached_property
    def columns(self) -> dict[str, dict[str, int]]:
        """What each judge gave, in billionths: `columns[judge][entry]`."""
        found: dict[str, dict[str, int]] = {judge: {} for judge in self.judges}
        for entry, row in self.rows.items():
            for judge, score in row.items():
                found[judge][entry] = score
        return found

    @cached_property
    def count(self) -> int:
        """How many scores there are."""
        return sum(len(row) for row in self.rows.values())

    @cached_property
    def parts(self) -> tuple[connecting.Component, ...]:
        """The parts between which nothing can be compared; one where all can."""
        return connecting.components_of(tuple((e, tuple(row)) for e, row in self.rows.items()))

    @property
    def is_complete(self) -> bool:
        """Whether every judge scored every entry."""
        return self.count == len(self.entries) * len(self.judges)

    def without(self, judge: str) -> "Table":
        """Return the table as it would be had `judge` not sat; entries left bare are out."""
        rows = {e: {j: s for j, s in row.items() if j != judge} for e, row in self.rows.items()}
        return Table({entry: row for entry, row in rows.items() if row})

    def only(self, entries: Iterable[str]) -> "Table":
        """Return the table of these entries."""
        wanted = set(entries)
        return Table({entry: row for entry, row in self.rows.items() if entry in wanted})


def table_of(columns: Mapping[str, Mapping[str, Decimal]]) -> Table:
    """Return the table of what each judge gave: `columns[judge][entry]`."""
    scores: dict[str, dict[str, Decimal]] = {}
    for judge, column in columns.items():
        for entry, score in column.items():
            scores.setdefault(entry, {})[judge] = score
    return Table.of(scores)


def groups(values: Mapping[str, Decimal], *, ascending: bool = False) -> list[list[str]]:
    """Return the entries best first; equal ones stand together, sorted by name."""
    found: dict[Decimal, list[str]] = {}
    for entry in sorted(values):
        found.setdefault(values[entry], []).append(entry)
    return [found[value] for value in sorted(found, reverse=not ascending)]


def places(order: Iterable[Iterable[str]]) -> dict[str, int]:
    """Return the place of each entry: equal ones share the first of theirs (1, 2, 2, 4)."""
    found: dict[str, int] = {}
    for group in order:
        found |= dict.fromkeys(list(group), len(found) + 1)
    return found
