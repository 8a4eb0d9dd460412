"""Prizes: how many of what, and who gets them by a ranking, before people decide about it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from itertools import accumulate, groupby
from typing import Any

from contest.rules import ranking
from core.saying import Sentence
from core.text import N_

MOST_LEVELS = 12
MOST_OF_LEVEL = 500


class Ties(StrEnum):
    """What happens where equal people would stand on both sides of a prize."""

    SHARE = "share"
    MORE = "more"
    LOT = "lot"
    COMMITTEE = "committee"


class Once(StrEnum):
    """How often one person may win: in every list, in the first, or the higher of all."""

    MANY = "many"
    FIRST = "first"
    HIGHER = "higher"


@dataclass(frozen=True, slots=True)
class Level:
    """One level of prizes; `value` is in whole đồng, for each prize."""

    title: str
    count: int
    value: int = 0

    def written(self) -> dict[str, object]:
        """Return the level as it is kept."""
        return {"title": self.title, "count": self.count, "value": self.value}


@dataclass(frozen=True, slots=True)
class IndividualRule:
    """Prizes for people: the levels in order, the highest first."""

    levels: tuple[Level, ...]
    ties: Ties = Ties.COMMITTEE
    once: Once = Once.HIGHER
    least_score: Decimal | None = None
    # What the rules say: winners who agreed are named in full.
    publishes_names: bool = False

    def written(self) -> dict[str, object]:
        """Return the rule as it is kept."""
        return {
            "levels": [level.written() for level in self.levels],
            "ties": self.ties.value,
            "once": self.once.value,
            "least_score": None if self.least_score is None else str(self.least_score),
            "publishes_names": self.publishes_names,
        }


def levels_from(written: Iterable[Mapping[str, Any]]) -> tuple[Level, ...]:
    """Return levels from how they are kept."""
    return tuple(Level(str(one["title"]), int(one["count"]), int(one["value"])) for one in written)


def individual_from(written: Mapping[str, Any]) -> IndividualRule:
    """Return the rule from how it is kept."""
    least = written.get("least_score")
    return IndividualRule(
        levels_from(written["levels"]),
        Ties(written["ties"]),
        Once(written["once"]),
        None if least is None else Decimal(least),
        bool(written.get("publishes_names")),
    )


def last_places(levels: Iterable[Level]) -> tuple[int, ...]:
    """Return the last place of each level, where nobody is equal: 1, 3, 10."""
    return tuple(accumulate(level.count for level in levels))


def problems(levels: Sequence[Level]) -> list[Sentence]:
    """Return what is wrong with levels of prizes."""
    found = [] if levels else [Sentence(N_("Name at least one prize."))]
    titles = [level.title for level in levels]
    found += [
        Sentence(N_("“%(title)s” stands in the list of prizes twice."), {"title": title})
        for title in dict.fromkeys(titles)
        if titles.count(title) > 1
    ]
    values = [level.value for level in levels if level.value]
    if values != sorted(values, reverse=True):
        found.append(Sentence(N_("A lower prize is worth more than a higher one.")))
    return found


# --- Giving them out ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Placed:
    """Somebody in a ranking: less text in `key` stands higher, equal text is a tie.

    `lot` decides where lots are drawn; `score` is what a least score is compared with.
    """

    who: str
    key: str
    score: Decimal = Decimal(0)
    lot: int = 0


@dataclass(frozen=True, slots=True)
class Seat:
    """One prize of a list and who gets it.

    Without a holder it is undecided between the `candidates`, or nobody is left for it. `value`
    is what the holder gets: less than the prize where equal people share it.
    """

    level: int
    number: int
    who: str | None
    place: int | None
    value: int
    candidates: tuple[str, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether the committee has to choose among equals."""
        return self.who is None and bool(self.candidates)


@dataclass(slots=True)
class _Row:
    """Who is still to be served, group of equals after group, each with its place.

    `tied` are equals of whom the committee has given some a higher prize and not the others.
    """

    groups: list[tuple[int, list[str]]]
    tied: tuple[str, ...] = ()
    tied_place: int = 0
    tied_left: int = 0

    def take(self, at: int, level: Level, ties: Ties, gone: Collection[str]) -> list[Seat]:
        """Return the prizes of one level and who gets them; those gone have left the row."""
        seats = self._open(at, level, 0)
        while self.groups and len(seats) < level.count:
            place, group = self.groups.pop(0)
            group = [who for who in group if who not in gone]
            free = level.count - len(seats)
            if len(group) > free and ties is Ties.COMMITTEE:
                self.tied, self.tied_place, self.tied_left = tuple(group), place, len(group)
                seats += self._open(at, level, len(seats))
                continue
            fits = len(group) <= free or ties is not Ties.SHARE
            value = level.value if fits else level.value * free // len(group)
            seats += [
                Seat(at, number, who, place, value)
                for number, who in enumerate(group, start=1 + len(seats))
            ]
        vacant = range(len(seats) + 1, level.count + 1)
        return seats + [Seat(at, number, None, None, level.value) for number in vacant]

    def _open(self, at: int, level: Level, taken: int) -> list[Seat]:
        """Return the prizes that the committee gives to some of those tied."""
        count = min(self.tied_left, level.count - taken)
        self.tied_left -= count
        return [
            Seat(at, number, None, self.tied_place, level.value, self.tied)
            for number in range(taken + 1, taken + count + 1)
        ]


def _row(ranked: Iterable[Placed], ties: Ties, least_score: Decimal | None) -> _Row:
    by_lot = ties is Ties.LOT
    everybody = sorted(ranked, key=lambda one: (one.key, one.lot if by_lot else 0, one.who))
    places = {one.who: place for place, one in ranking.places((o.key, o) for o in everybody)}
    able = [one for one in everybody if least_score is None or one.score >= least_score]
    if by_lot:
        return _Row([(places[one.who], [one.who]) for one in able])
    groups = [[one.who for one in same] for _key, same in groupby(able, key=lambda one: one.key)]
    return _Row([(places[group[0]], group) for group in groups])


def allot(
    levels: Sequence[Level],
    ranked: Iterable[Placed],
    *,
    ties: Ties,
    least_score: Decimal | None = None,
    passed_over: Collection[str] = (),
) -> list[Seat]:
    """Give the prizes out by the ranking; those passed over leave their turn to the next.

    A tie within one level hurts nobody. Where equal people would get different prizes, or not all
    of them one, `ties` decides: all get the higher prize (`MORE`), or share what is left of it
    (`SHARE`, cut to the đồng), the lot decides, or the committee is asked. Prizes for which
    nobody is left stay without a holder.
    """
    row = _row(ranked, ties, least_score)
    return [
        seat for at, level in enumerate(levels) for seat in row.take(at, level, ties, passed_over)
    ]


# --- One person, one prize ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Contended:
    """A rule with its ranking, as one of several lists whose winners are looked at together.

    `decided` is who has which level already, by decision: (level, who) instead of the ranking.
    """

    key: str
    rule: IndividualRule
    ranked: tuple[Placed, ...] = ()
    decided: tuple[tuple[int, str], ...] | None = None


def allot_all(lists: Sequence[Contended]) -> dict[str, list[Seat]]:
    """Give the prizes of all lists out, each as its rule says how often one person may win.

    Of lists with `FIRST`, who won in an earlier one is passed over. Of lists with `HIGHER`,
    everybody keeps the highest prize: worth most, then higher in its list, then earlier; the
    others go to the next person. A prize that the committee has still to give counts for nobody.
    What is decided stays as it is, and counts unless its holder has a higher one.
    """
    found: dict[str, list[Seat]] = {}
    winners: set[str] = set()
    for one in lists:
        if one.rule.once is Once.HIGHER:
            continue
        gone = winners if one.rule.once is Once.FIRST else set()
        found[one.key] = _serve([one], gone)[one.key]
        if one.rule.once is Once.FIRST:
            winners |= _holders(found[one.key])
    return found | _serve([one for one in lists if one.rule.once is Once.HIGHER], set())


def _serve(lists: Sequence[Contended], passed_over: Collection[str]) -> dict[str, list[Seat]]:
    """Give out level after level, of all lists, the one worth most first.

    Everybody prefers the same prizes, so nobody served can wish for a later one.
    """
    found: dict[str, list[Seat]] = {one.key: [] for one in lists}
    rows = {one.key: _row(one.ranked, one.rule.ties, one.rule.least_score) for one in lists}
    gone = set(passed_over)
    for one, at in _by_worth(lists):
        level = one.rule.levels[at]
        if one.decided is None:
            seats = rows[one.key].take(at, level, one.rule.ties, gone)
        else:
            held = [who for decided, who in one.decided if decided == at]
            seats = [Seat(at, n, who, None, level.value) for n, who in enumerate(held, start=1)]
        found[one.key] += seats
        gone |= _holders(seats)
    return found


def _by_worth(lists: Sequence[Contended]) -> list[tuple[Contended, int]]:
    """Return every level of every list; a level is worth as much as any below it, at least."""
    return [
        (one, at)
        for *_worth, one, at in sorted(
            (
                (-max(level.value for level in one.rule.levels[at:]), at, number, one, at)
                for number, one in enumerate(lists)
                for at in range(len(one.rule.levels))
            ),
            key=lambda entry: entry[:3],
        )
    ]


def _holders(seats: Iterable[Seat]) -> set[str]:
    return {seat.who for seat in seats if seat.who is not None}
