"""Sittings and rooms as they are set, the dated rules of arriving late, and filling of rooms."""

import csv
import ipaddress
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path

from contest.rules.timing import Clock
from core.saying import Sentence, Unreadable
from core.text import N_

_FILE = Path(__file__).parent.parent / "data" / "late-arrival.csv"


@dataclass(frozen=True, slots=True)
class SittingSettings:
    """What a sitting is set to."""

    title: str
    opens_at: datetime
    closes_at: datetime
    clock: Clock = Clock.OWN
    late_minutes: int | None = None
    late_basis: str = ""


@dataclass(frozen=True, slots=True)
class RoomSettings:
    """What a room is set to."""

    title: str
    place: str = ""
    code: str = ""
    capacity: int | None = None
    networks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class LateRule:
    """How late one may arrive for a paper of so many minutes, by which law, from which day."""

    code: str
    from_minutes: int
    to_minutes: int
    late_minutes: int
    valid_from: date
    valid_to: date | None
    basis: str

    def holds(self, on: date) -> bool:
        """Say whether it is the law that day."""
        return self.valid_from <= on and (self.valid_to is None or on < self.valid_to)


def late_rules(minutes: int, on: date) -> list[LateRule]:
    """Return the rules in force that day for a paper of so many minutes; none where law is silent.

    For papers of 31 to 59 minutes the present circular sets nothing: the council decides.
    """
    return [
        rule
        for rule in _all()
        if rule.from_minutes <= minutes <= rule.to_minutes and rule.holds(on)
    ]


@cache
def _all() -> tuple[LateRule, ...]:
    with _FILE.open(encoding="utf-8") as file:
        return tuple(
            LateRule(
                row["code"],
                int(row["from_minutes"]),
                int(row["to_minutes"]),
                int(row["late_minutes"]),
                date.fromisoformat(row["valid_from"]),
                date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
                row["basis"],
            )
            for row in csv.DictReader(file)
        )


def read_networks(typed: str) -> tuple[str, ...]:
    """Return network ranges, one a line or parted by commas. Raise `Unreadable` for a bad one."""
    found = []
    for part in typed.replace(",", "\n").replace(";", "\n").split():
        try:
            found.append(str(ipaddress.ip_network(part, strict=False)))
        except ValueError:
            said = N_("“%(range)s” is not a network range. Write it like 10.20.0.0/16.")
            raise Unreadable(Sentence(said, {"range": part})) from None
    return tuple(dict.fromkeys(found))


@dataclass(frozen=True, slots=True)
class Space:
    """A room to be filled: how many more it takes (None: any number), and the numbers taken."""

    room: int
    free: int | None
    taken: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Placed:
    """Where somebody is put: the room and the number of the place in it."""

    person: int
    room: int
    place: str


def fill(people: Iterable[int], spaces: Sequence[Space]) -> tuple[list[Placed], list[int]]:
    """Put people into rooms one after the other; return who sits where, and who found no place."""
    waiting, placed = list(people), []
    for space in spaces:
        most = len(waiting) if space.free is None else min(space.free, len(waiting))
        numbers = _numbers(space.taken)
        placed += [Placed(person, space.room, next(numbers)) for person in waiting[:most]]
        waiting = waiting[most:]
    return placed, waiting


def _numbers(taken: frozenset[str]) -> Iterator[str]:
    number = 0
    while True:
        number += 1
        written = f"{number:02d}"
        if written not in taken and str(number) not in taken:
            yield written


def fair_rooms(people: int, capacity: int) -> list[int]:
    """Return how many sit in each room when so many people are spread over rooms of a size."""
    rooms = -(-people // capacity)
    return [people // rooms + (at < people % rooms) for at in range(rooms)] if rooms else []
