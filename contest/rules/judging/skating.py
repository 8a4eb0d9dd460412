"""The skating system: places by majority of the judges' places (rules 5 to 11).

A judge's mark is a place, 1 the best. Rules 5 to 8 place one event, 9 to 11 several parts.
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from itertools import groupby
from math import ceil
from typing import Any

from contest.rules.judging import ordinal
from contest.rules.judging.table import Table

# The judges' places of each entry: `marks[entry]`, each list as long as the panel.
Marks = Mapping[str, Sequence[Decimal]]


class Incomplete(ValueError):  # noqa: N818 -- named for what is wrong, as refusals are
    """Majorities need every judge's place for every entry."""


def single(marks: Marks) -> dict[str, Decimal]:
    """Return the places of one event; entries that stay equal share the mean of theirs.

    Raise `Incomplete` where some entry lacks a mark.
    """
    _check(marks)
    keys = {entry: _key(row, start=1) for entry, row in marks.items()}
    return _placed(_groups(keys), first=1)


def of_scores(table: Table) -> dict[str, Decimal]:
    """Return the places that the judges' scores come to, each judge's scores made places first.

    Equal scores of a judge share the mean of their places. Raise `Incomplete` for holes.
    """
    if not table.is_complete:
        raise Incomplete
    given = ordinal.ranks(table)
    return single({e: [given[j][e] for j in table.judges] for e in table.entries})


def combined(
    places: Mapping[str, Sequence[Decimal]], marks: Mapping[str, Sequence[Decimal]] | None = None
) -> dict[str, Decimal]:
    """Return the places over several parts: `places[entry]` are those in each part.

    `marks[entry]` are all judges' marks of all parts, for rule 11; without them entries that
    rule 10 leaves equal share a place.
    """
    totals = {entry: sum(own, Decimal(0)) for entry, own in places.items()}
    found: dict[str, Decimal] = {}
    for tied in _groups(totals):
        found |= _resolved(tied, places, marks, len(found) + 1)
    return found


def over_parts(parts: Sequence[Marks]) -> dict[str, Decimal]:
    """Return the places over several parts from the judges' marks in each.

    Raise `Incomplete` where some entry lacks a mark.
    """
    placed = [single(part) for part in parts]
    entries = {entry for part in parts for entry in part}
    if any(set(part) != entries for part in parts):
        raise Incomplete
    return combined(
        {entry: [one[entry] for one in placed] for entry in entries},
        {entry: [mark for part in parts for mark in part[entry]] for entry in entries},
    )


def _resolved(
    tied: list[str], places: Marks, marks: Marks | None, position: int
) -> dict[str, Decimal]:
    """Place entries of equal totals from `position` on by rule 10, then 11.

    When one is placed, those that were equal with it go first, and start again at rule 10.
    """
    if len(tied) == 1:
        return {tied[0]: Decimal(position)}
    best, *rest = _groups({entry: _tenth(places[entry], position) for entry in tied})
    waiting = [_flat(rest)]
    if len(best) > 1:
        best, *others = _groups({e: _eleventh(marks, e, position) for e in best})
        waiting.insert(0, _flat(others))
    found = _placed([best], first=position)
    for group in filter(None, waiting):
        found |= _resolved(group, places, marks, position + len(found))
    return found


def _flat(groups: Iterable[list[str]]) -> list[str]:
    return [entry for group in groups for entry in group]


def _tenth(own: Sequence[Decimal], position: int) -> tuple[int, Decimal]:
    """Rule 10: most parts with this place or a better one, then the smaller sum of those."""
    within = [place for place in own if place <= position]
    return -len(within), sum(within, Decimal(0))


def _eleventh(marks: Marks | None, entry: str, position: int) -> tuple[Any, ...]:
    """Rule 11: all marks of all parts as one event, from the column under review on."""
    return () if marks is None else _key(marks[entry], start=position)


def _key(row: Sequence[Decimal], *, start: int) -> tuple[Any, ...]:
    """Return what orders entries of one event, less being better.

    First the column at which a majority is reached, then how many marks lie there, then their
    sum; after it, column by column, what comes in: the same as counting again at each column.
    """
    majority, order = len(row) // 2 + 1, sorted(row)
    column = max(start, ceil(order[majority - 1]))
    within = [mark for mark in order if mark <= column]
    key: list[Any] = [column, -len(within), sum(within, Decimal(0))]
    for later, group in groupby(order[len(within) :], key=ceil):
        coming = list(group)
        key += [later, -len(coming), sum(coming, Decimal(0))]
    return tuple(key)


def _groups(keys: Mapping[str, Any]) -> list[list[str]]:
    order = sorted(keys, key=lambda entry: (keys[entry], entry))
    return [list(group) for _, group in groupby(order, key=lambda entry: keys[entry])]


def _placed(groups: Iterable[list[str]], *, first: int) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for group in groups:
        mean = Decimal(2 * (first + len(found)) + len(group) - 1) / 2
        found |= dict.fromkeys(group, mean)
    return found


def _check(marks: Marks) -> None:
    if len({len(row) for row in marks.values()}) > 1 or any(not row for row in marks.values()):
        raise Incomplete
