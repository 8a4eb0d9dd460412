"""How a watched seat stands at a moment, and what a proctor should look at."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

# A device says that it is there every few seconds; after this long without a word it is lost.
LOST_AFTER = timedelta(seconds=30)
# So many devices behind one address, and more than half of a room: the network hides them.
MANY = 3


class SeatState(StrEnum):
    """How a seat stands."""

    EXPECTED = "expected"
    TOO_LATE = "too_late"
    WORKING = "working"
    HALTED = "halted"
    LOST = "lost"
    TIME_UP = "time_up"
    SUBMITTED = "submitted"
    VOIDED = "voided"


@dataclass(frozen=True, slots=True)
class Seen:
    """What is known of an attempt: its moments, when its clock stands until, its last word."""

    started_at: datetime
    accepts_until: datetime
    submitted_at: datetime | None
    halted_until: datetime | None
    contact_at: datetime


@dataclass(frozen=True, slots=True)
class Shared:
    """Which attempts share an address with another, and whether the whole network has but one."""

    attempts: frozenset[int]
    is_one_network: bool


def state_of(
    at: datetime, last_start: datetime | None, *, is_voided: bool, seen: Seen | None
) -> SeatState:
    """Return how a seat stands; `last_start` is the last moment to begin, if there is one."""
    if is_voided:
        return SeatState.VOIDED
    if seen is None:
        late = last_start is not None and at >= last_start
        return SeatState.TOO_LATE if late else SeatState.EXPECTED
    return SeatState.SUBMITTED if seen.submitted_at is not None else _running(at, seen)


def _running(at: datetime, seen: Seen) -> SeatState:
    if seen.halted_until is not None and at < seen.halted_until:
        return SeatState.HALTED
    if at >= seen.accepts_until:
        return SeatState.TIME_UP
    return SeatState.LOST if at - seen.contact_at > LOST_AFTER else SeatState.WORKING


def time_left(at: datetime, seen: Seen) -> timedelta:
    """Return how much working time is left: while the clock stands it does not shrink."""
    since = max(at, seen.halted_until) if seen.halted_until is not None else at
    return max(timedelta(0), seen.accepts_until - since)


def shared(marks: Mapping[int, str]) -> Shared:
    """Return which attempts share an address.

    Where more than half of the room comes from one address, the network hides its machines:
    that says nothing about anybody.
    """
    known = {attempt: mark for attempt, mark in marks.items() if mark}
    counts = Counter(known.values())
    hiding = {mark for mark, count in counts.items() if count >= MANY and 2 * count > len(known)}
    telling = frozenset(
        attempt for attempt, mark in known.items() if counts[mark] > 1 and mark not in hiding
    )
    return Shared(telling, bool(hiding))


def tally(states: Iterable[SeatState]) -> dict[SeatState, int]:
    """Count the seats by how they stand."""
    counts = Counter(states)
    return {state: counts[state] for state in SeatState}
