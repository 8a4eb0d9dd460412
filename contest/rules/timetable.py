"""The timetable of a round line by line, and what cannot be kept of it, naming the line."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from contest.rules import timing
from contest.rules.describing import Level
from contest.rules.timing import Allowance, Clock, RoundWindow, SittingWindow
from core.saying import Sentence


@dataclass(frozen=True, slots=True)
class RoomPlan:
    """A room of a sitting; `key` tells rooms apart."""

    key: int
    title: str
    place: str = ""
    code: str = ""
    capacity: int | None = None
    networks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SittingPlan:
    """A sitting with its rooms; `key` tells sittings apart."""

    key: int
    title: str
    window: SittingWindow
    rooms: tuple[RoomPlan, ...] = ()
    late_most: int | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the roster: who sits where. `sitting` and `room` are keys; None: nowhere yet."""

    number: int
    name: str
    person: int
    sitting: int | None
    room: int | None = None
    place: str = ""
    machine: str = ""
    allowance: Allowance = timing.NO_ALLOWANCE
    is_excluded: bool = False


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A sitting of another round in which somebody of the roster sits too."""

    person: int
    title: str
    begins: datetime
    ends: datetime


@dataclass(frozen=True, slots=True)
class Plan:
    """A round as it would be held."""

    round: RoundWindow
    sittings: tuple[SittingPlan, ...]
    lines: tuple[Line, ...] = ()
    # Nobody else may come than those in the roster.
    needs_seats: bool = False
    attempts: int | None = 1
    without_key: tuple[str, ...] = ()
    empty_rows: tuple[str, ...] = ()
    elsewhere: tuple[Elsewhere, ...] = ()

    @property
    def by_key(self) -> Mapping[int, SittingPlan]:
        """Return the sittings by key."""
        return {one.key: one for one in self.sittings}


class Fault(StrEnum):
    """What can be wrong with a timetable."""

    NO_SITTING = "no_sitting"
    ROUND_TURNED = "round_turned"
    SITTING_TURNED = "sitting_turned"
    NO_TIME = "no_time"
    OPENS_OUTSIDE = "opens_outside"
    CLOSES_OUTSIDE = "closes_outside"
    OVER_ALREADY = "over_already"
    CUT_OFF = "cut_off"
    LATE_CUT_OFF = "late_cut_off"
    LATE_TOO_LONG = "late_too_long"
    LATE_BEYOND_LAW = "late_beyond_law"
    NO_TITLE = "no_title"
    SAME_TITLE = "same_title"
    AGAIN_ON_ONE_CLOCK = "again_on_one_clock"
    NOBODY_SEATED = "nobody_seated"
    NO_SEAT = "no_seat"
    SAME_ROOM_TWICE = "same_room_twice"
    ROOM_CODE_TWICE = "room_code_twice"
    ROOM_OVERLAP = "room_overlap"
    ROOM_OVERFULL = "room_overfull"
    NO_ROOM = "no_room"
    UNKNOWN_SITTING = "unknown_sitting"
    FOREIGN_ROOM = "foreign_room"
    LINE_TWICE = "line_twice"
    TWO_SITTINGS = "two_sittings"
    NUMBER_TWICE = "number_twice"
    PLACE_TWICE = "place_twice"
    MACHINE_TWICE = "machine_twice"
    EXTRA_CUT = "extra_cut"
    EXTRA_TOO_MUCH = "extra_too_much"
    EXTRA_NEGATIVE = "extra_negative"
    EXTRA_MEETS_NEXT = "extra_meets_next"
    DELAY_NEGATIVE = "delay_negative"
    DELAY_TOO_LONG = "delay_too_long"
    EXCLUDED_PERSON = "excluded_person"
    DISQUALIFIED_PERSON = "disqualified_person"
    SITS_ELSEWHERE = "sits_elsewhere"
    RESULTS_TOO_EARLY = "results_too_early"
    PUBLIC_TOO_EARLY = "public_too_early"
    NO_KEY = "no_key"
    EMPTY_POOL = "empty_pool"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to mend or to look at; `line` is the number (SBD) of the roster line it is about.

    `sitting` is the title of the sitting, where it is about one.
    """

    fault: Fault
    level: Level
    sentence: Sentence
    line: int | None = None
    sitting: str = ""


def find(
    fault: Fault, level: Level, message: str, line: Line | None = None, /, **values: object
) -> Finding:
    """Return a finding, about a line of the roster if one is given."""
    if line is not None:
        values = {"number": line.number, "name": line.name, **values}
    sitting = values.get("sitting", "")
    return Finding(
        fault,
        level,
        Sentence(message, values),
        line=line.number if line else None,
        sitting=str(sitting),
    )


@dataclass(frozen=True, slots=True)
class Times:
    """The hours of one line: what the person must be told, and what is checked beforehand."""

    begins: datetime
    last_start: datetime
    # If started at `begins`; on a clock for everybody, whenever it is started.
    closes: datetime
    # However late one starts, nothing is taken after this.
    latest: datetime
    # What the time limit and all that is granted come to.
    minutes: timedelta
    # The least time left to whoever starts at the last moment.
    least: timedelta


@dataclass(frozen=True, slots=True)
class TimedLine:
    """A line of the timetable with its hours, its sitting and its room."""

    line: Line
    sitting: SittingPlan
    room: RoomPlan | None
    times: Times
    findings: tuple[Finding, ...] = field(default=())


def times(round_: RoundWindow, sitting: SittingWindow, allowance: Allowance) -> Times:
    """Return the hours of somebody in a sitting, by the very rule that will hold then."""
    free = Allowance(allowance.extra_percent, allowance.extra_seconds, allowance.delay_seconds)
    begins, last = timing.starts(round_, sitting, free)
    closes = timing.deadline(round_, sitting, free, begins)
    moment = max(begins, last - timedelta(microseconds=1))
    latest = max(closes, timing.deadline(round_, sitting, free, moment))
    whole = timing.granted(round_, free) or closes - begins
    least = timing.deadline(round_, sitting, free, last) - last
    return Times(begins, last, closes, latest, whole, max(least, timedelta(0)))


def lines(plan: Plan, findings: Sequence[Finding] = ()) -> list[TimedLine]:
    """Return every line of the roster with its hours, in order of sitting, room, place, number."""
    about: dict[int, list[Finding]] = {}
    for finding in findings:
        if finding.line is not None:
            about.setdefault(finding.line, []).append(finding)
    known = plan.by_key
    found = []
    for line in plan.lines:
        sitting = known.get(line.sitting) if line.sitting is not None else None
        if sitting is None:
            continue
        room = next((one for one in sitting.rooms if one.key == line.room), None)
        hours = times(plan.round, sitting.window, line.allowance)
        found.append(TimedLine(line, sitting, room, hours, tuple(about.get(line.number, ()))))
    return sorted(found, key=_order)


def _order(one: TimedLine) -> tuple[object, ...]:
    place = one.line.place
    number = (0, int(place), "") if place.isdecimal() else (1, 0, place)
    room = one.room.title if one.room else ""
    return one.sitting.window.opens_at, one.sitting.title, room, number, one.line.number


def is_fixed(sitting: SittingPlan) -> bool:
    """Say whether one clock runs for everybody in the sitting."""
    return sitting.window.clock is Clock.FIXED
