"""F-43: what keeps a timetable from being held, each fault named with its line."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from contest.rules import preflight, timetable
from contest.rules.describing import Level
from contest.rules.timetable import Elsewhere, Fault, Line, Plan, RoomPlan, SittingPlan
from contest.rules.timing import Allowance, Clock, RoundWindow, SittingWindow

OPENS = datetime(2026, 12, 12, 0, tzinfo=UTC)
NOW = OPENS - timedelta(days=1)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
ROUND = RoundWindow(
    OPENS,
    OPENS + 12 * HOUR,
    60 * MINUTE,
    participant_results_at=OPENS + 24 * HOUR,
    public_results_at=OPENS + 24 * HOUR,
)
ROOMS = (RoomPlan(11, "Phòng 1", "Nhà B", "P1", 2), RoomPlan(12, "Phòng 2", "Nhà B", "P2", 2))
AFTERNOON = (RoomPlan(21, "Phòng 1", "Nhà B", "P1", 2),)
FIRST = SittingWindow(OPENS + HOUR, OPENS + 2 * HOUR, Clock.FIXED, 10 * MINUTE)
SECOND = SittingWindow(OPENS + 3 * HOUR, OPENS + 4 * HOUR, Clock.FIXED, 10 * MINUTE)
OWN = SittingWindow(OPENS + HOUR, OPENS + 2 * HOUR, Clock.OWN, 10 * MINUTE)
SITTINGS = (SittingPlan(1, "Ca 1", FIRST, ROOMS, 10), SittingPlan(2, "Ca 2", SECOND, AFTERNOON, 10))
LINES = (
    Line(101, "Y Thiên Mlô", 1, 1, 11, "01", "M01"),
    Line(102, "Lê Xuân Cường", 2, 1, 11, "02", "M02"),
    Line(103, "H’Nga Mlô", 3, 1, 12, "01", "M01"),
    Line(104, "Đặng Thị Lan", 4, 2, 21, "01", "M01"),
)
GOOD = Plan(ROUND, SITTINGS, LINES, needs_seats=True)


def sittings(window=FIRST, **fields):
    """The good plan with another first sitting."""
    first = replace(SITTINGS[0], window=window, **fields)
    return replace(GOOD, sittings=(first, SITTINGS[1]))


def line(number, **fields):
    """The good plan with one line of the roster changed."""
    lines = [replace(one, **fields) if one.number == number else one for one in LINES]
    return replace(GOOD, lines=tuple(lines))


def more(*lines):
    return replace(GOOD, lines=LINES + lines)


def granted(number, **fields):
    return line(number, allowance=Allowance(**fields))


def around(**fields):
    return replace(GOOD, round=replace(ROUND, **fields))


def extra_into_the_next():
    """The second sitting begins in the room where somebody still writes with extra time."""
    second = replace(SITTINGS[1], window=replace(SECOND, opens_at=OPENS + 2 * HOUR + 15 * MINUTE))
    plan = granted(102, extra_percent=50)
    return replace(plan, sittings=(SITTINGS[0], second))


def sat_2025():
    """Rooms may begin late, but one absolute cutoff ends everybody (SAT, 8 March 2025)."""
    window = SittingWindow(OPENS + HOUR, OPENS + HOUR + 65 * MINUTE, Clock.OWN, 30 * MINUTE)
    return sittings(window, late_most=None)


def overlapping():
    second = replace(SITTINGS[1], window=replace(SECOND, opens_at=OPENS + 90 * MINUTE))
    return replace(GOOD, sittings=(SITTINGS[0], second))


OVER = replace(FIRST, opens_at=NOW - 3 * HOUR, closes_at=NOW - 2 * HOUR)
GRAVE, DOUBT = Level.DANGER, Level.WARN
# What is set wrongly: the fault that is named, how grave it is, and the line of the roster.
CASES = {
    "the round closes before it opens": (
        around(closes_at=OPENS - HOUR),
        (Fault.ROUND_TURNED, GRAVE, None),
    ),
    "the round closes as it opens": (
        around(closes_at=OPENS),
        (Fault.ROUND_TURNED, GRAVE, None),
    ),
    "an attempt has no minutes": (
        around(time_limit=timedelta(0)),
        (Fault.NO_TIME, GRAVE, None),
    ),
    "there is no sitting": (
        replace(GOOD, sittings=(), lines=()),
        (Fault.NO_SITTING, GRAVE, None),
    ),
    "nobody is seated": (replace(GOOD, lines=()), (Fault.NOBODY_SEATED, GRAVE, None)),
    "a sitting closes before it opens": (
        sittings(replace(FIRST, closes_at=OPENS)),
        (Fault.SITTING_TURNED, GRAVE, None),
    ),
    "a sitting opens before the round": (
        sittings(replace(FIRST, opens_at=OPENS - HOUR)),
        (Fault.OPENS_OUTSIDE, GRAVE, None),
    ),
    "a sitting goes on after the round": (
        sittings(replace(FIRST, closes_at=OPENS + 13 * HOUR)),
        (Fault.CLOSES_OUTSIDE, GRAVE, None),
    ),
    "a sitting is over already": (sittings(OVER), (Fault.OVER_ALREADY, GRAVE, None)),
    "a sitting on one clock is shorter than the paper": (
        sittings(replace(FIRST, closes_at=OPENS + HOUR + 45 * MINUTE)),
        (Fault.CUT_OFF, GRAVE, None),
    ),
    "the round's end cuts a sitting short": (
        around(closes_at=OPENS + 3 * HOUR + 30 * MINUTE),
        (Fault.CUT_OFF, GRAVE, None),
    ),
    "an own start leaves less than the paper even at once": (
        sittings(replace(OWN, closes_at=OPENS + HOUR + 50 * MINUTE)),
        (Fault.CUT_OFF, GRAVE, None),
    ),
    "SAT 2025: a cutoff before the last start and the whole time": (
        sat_2025(),
        (Fault.LATE_CUT_OFF, GRAVE, None),
    ),
    "one may arrive later than the sitting lasts": (
        sittings(replace(FIRST, late_limit=2 * HOUR)),
        (Fault.LATE_TOO_LONG, GRAVE, None),
    ),
    "arriving late has less than no minutes": (
        sittings(replace(FIRST, late_limit=-MINUTE)),
        (Fault.LATE_TOO_LONG, GRAVE, None),
    ),
    "one may arrive later than the circular says": (
        sittings(replace(FIRST, late_limit=20 * MINUTE)),
        (Fault.LATE_BEYOND_LAW, DOUBT, None),
    ),
    "a sitting of several has no name": (sittings(title=""), (Fault.NO_TITLE, GRAVE, None)),
    "two sittings have one name": (sittings(title="ca 2"), (Fault.SAME_TITLE, GRAVE, None)),
    "people may start again on one clock": (
        replace(GOOD, attempts=None),
        (Fault.AGAIN_ON_ONE_CLOCK, DOUBT, None),
    ),
    "a room stands in a sitting twice": (
        sittings(rooms=(*ROOMS, replace(ROOMS[0], key=13, code="P3"))),
        (Fault.SAME_ROOM_TWICE, GRAVE, None),
    ),
    "two rooms have one code": (
        sittings(rooms=(ROOMS[0], replace(ROOMS[1], code="p1"))),
        (Fault.ROOM_CODE_TWICE, GRAVE, None),
    ),
    "one room serves two sittings at once": (overlapping(), (Fault.ROOM_OVERLAP, GRAVE, None)),
    "extra time meets the next sitting in the room": (
        extra_into_the_next(),
        (Fault.EXTRA_MEETS_NEXT, GRAVE, 102),
    ),
    "a room holds fewer than sit there": (
        more(Line(105, "Lê Thùy Linh", 5, 1, 11, "03", "M03")),
        (Fault.ROOM_OVERFULL, GRAVE, 105),
    ),
    "somebody has no room": (line(102, room=None), (Fault.NO_ROOM, GRAVE, 102)),
    "somebody has no seat": (line(103, sitting=None, room=None), (Fault.NO_SEAT, DOUBT, 103)),
    "somebody sits in no sitting there is": (
        line(103, sitting=9),
        (Fault.UNKNOWN_SITTING, GRAVE, 103),
    ),
    "somebody sits in a room of another sitting": (
        line(103, room=21, place="02", machine=""),
        (Fault.FOREIGN_ROOM, GRAVE, 103),
    ),
    "a line stands twice": (
        more(replace(LINES[2], place="02", machine="M02")),
        (Fault.LINE_TWICE, GRAVE, 103),
    ),
    "somebody sits in two sittings": (
        more(replace(LINES[2], sitting=2, room=21, place="02", machine="M02")),
        (Fault.TWO_SITTINGS, GRAVE, 103),
    ),
    "one number is given to two people": (
        more(Line(103, "H’Ngọc Kbuôr", 6, 1, 12, "02", "M02")),
        (Fault.NUMBER_TWICE, GRAVE, 103),
    ),
    "two people have one place": (line(102, place="01"), (Fault.PLACE_TWICE, GRAVE, 102)),
    "two people have one machine": (line(102, machine="m01"), (Fault.MACHINE_TWICE, GRAVE, 102)),
    "extra time does not fit an own start": (
        replace(sittings(OWN), lines=granted(101, extra_percent=50).lines),
        (Fault.EXTRA_CUT, GRAVE, 101),
    ),
    "extra time is less than nothing": (
        granted(101, extra_seconds=-60),
        (Fault.EXTRA_NEGATIVE, GRAVE, 101),
    ),
    "extra time is five hours": (
        granted(101, extra_seconds=5 * 3600),
        (Fault.EXTRA_TOO_MUCH, GRAVE, 101),
    ),
    "a delay is less than nothing": (
        granted(101, delay_seconds=-60),
        (Fault.DELAY_NEGATIVE, GRAVE, 101),
    ),
    "a delay leads past the sitting": (
        granted(101, delay_seconds=2 * 3600),
        (Fault.DELAY_TOO_LONG, GRAVE, 101),
    ),
    "somebody helps to hold the contest": (
        line(104, is_excluded=True),
        (Fault.EXCLUDED_PERSON, GRAVE, 104),
    ),
    "somebody is disqualified": (
        granted(104, disqualified=True),
        (Fault.DISQUALIFIED_PERSON, DOUBT, 104),
    ),
    "somebody sits elsewhere at the same hour": (
        replace(GOOD, elsewhere=(Elsewhere(2, "Vòng 2", OPENS + HOUR, OPENS + 2 * HOUR),)),
        (Fault.SITS_ELSEWHERE, GRAVE, 102),
    ),
    "results are shown while people write": (
        around(participant_results_at=OPENS + 3 * HOUR),
        (Fault.RESULTS_TOO_EARLY, GRAVE, None),
    ),
    "results are public while one with extra time writes": (
        replace(
            around(public_results_at=OPENS + 4 * HOUR),
            lines=granted(104, extra_percent=25).lines,
        ),
        (Fault.PUBLIC_TOO_EARLY, GRAVE, 104),
    ),
    "a question that may be asked has no key": (
        replace(GOOD, without_key=("C017",)),
        (Fault.NO_KEY, GRAVE, None),
    ),
    "a line of the paper has nothing to draw from": (
        replace(GOOD, empty_rows=("Tài chính công",)),
        (Fault.EMPTY_POOL, GRAVE, None),
    ),
}


def test_good_timetable_has_nothing_to_mend():
    assert preflight.inspect(GOOD, NOW) == []


def test_at_least_forty_ways_of_setting_a_round_wrongly_are_tried():
    tried = {expected[0] for _plan, expected in CASES.values()}

    assert (len(CASES) >= 40, set(Fault) - tried) == (True, set())


@pytest.mark.parametrize("name", CASES)
def test_what_is_set_wrongly_is_named_with_its_line(name):
    plan, (fault, level, number) = CASES[name]

    found = preflight.inspect(plan, NOW)

    assert (fault, level, number) in [(one.fault, one.level, one.line) for one in found]
    if number is not None:
        told = next(one for one in found if one.fault is fault)
        assert told.sentence.values["number"] == number


@pytest.mark.parametrize("name", CASES)
def test_gravest_faults_stand_first(name):
    found = [one.level for one in preflight.inspect(CASES[name][0], NOW)]

    assert found == sorted(found, key=list(Level).index)


def test_lines_say_the_hours_of_each_person():
    plan = replace(
        granted(102, extra_percent=50, extra_seconds=150, delay_seconds=300), elsewhere=()
    )

    found = {one.line.number: one.times for one in timetable.lines(plan)}

    begins = OPENS + HOUR
    assert found[101] == timetable.Times(
        begins,
        begins + 10 * MINUTE,
        begins + HOUR,
        begins + HOUR,
        HOUR,
        50 * MINUTE,
    )
    own = begins + 5 * MINUTE
    assert (found[102].begins, found[102].closes) == (own, own + 92.5 * MINUTE)
    assert found[102].minutes == 92.5 * MINUTE


def test_lines_come_by_sitting_room_and_place():
    found = [one.line.number for one in timetable.lines(replace(GOOD, lines=LINES[::-1]))]

    assert found == [101, 102, 103, 104]
