"""Time taken out of a sitting, a room and a seat, against a count minute by minute."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from contest.models import Incident, Seat, Sitting
from contest.rules import timing
from contest.rules.timing import (
    LONGEST_PAUSE,
    Allowance,
    AttemptTimes,
    Clock,
    PhaseName,
    RoundWindow,
)
from contest.sitting_queries import TakenOut

OPENS = datetime(2026, 12, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
LIMIT, EXTRAS = 20, (0, 25, 50, 100)
# Our seat, its room and its sitting, and others that do not concern it.
SITTING, ROOM, SEAT, OTHER = 1, 2, 3, 9


def at(minute):
    return OPENS + minute * MINUTE


@st.composite
def incidents(draw):
    """Pauses (minute, length) and credits (minute, minutes), each of some sitting, room or seat."""
    scope = st.sampled_from(
        ["sitting", "room", "seat", "other room", "other seat", "other sitting"]
    )
    pause = st.tuples(st.just("pause"), scope, st.integers(0, 90), st.integers(0, 25))
    credit = st.tuples(st.just("credit"), scope, st.integers(0, 90), st.integers(1, 20))
    return draw(st.lists(pause | credit, max_size=7))


def row_of(number, incident):
    kind, scope, minute, length = incident
    ends = at(minute + length) if kind == "pause" else at(minute)
    place = {
        "room": {"room_id": ROOM},
        "seat": {"seat_id": SEAT},
        "other room": {"room_id": OTHER},
        "other seat": {"seat_id": OTHER},
    }.get(scope, {})
    return Incident(
        id=number,
        sitting_id=OTHER if scope == "other sitting" else SITTING,
        begins_at=at(minute),
        ends_at=ends,
        seconds=60 * length if kind == "credit" else 0,
        **place,
    )


def taken_out(found):
    taken = TakenOut()
    for number, one in enumerate(found):
        row = row_of(number, one)
        if row.room_id:
            taken.rooms[row.room_id].append(row)
        elif row.seat_id:
            taken.seats[row.seat_id].append(row)
        else:
            taken.whole[row.sitting_id].append(row)
    return taken


def concerns(found):
    """Return what concerns the seat, by the words of the scope and nothing else."""
    return [one for one in found if one[1] in ("sitting", "room", "seat")]


def counted(start, work, found):
    """Return the minute at which `work` minutes are done, walking through every one of them."""
    mine, done, minute = concerns(found), 0, start
    while done < work:
        for kind, _scope, begins, length in mine:
            if kind == "credit" and begins == minute:
                work += length
        rests = any(
            kind == "pause" and begins <= minute < begins + length
            for kind, _scope, begins, length in mine
        )
        done += not rests
        minute += 1
    return minute


@st.composite
def cases(draw):
    """A sitting, what was granted, when somebody started, and what was taken out."""
    clock = draw(st.sampled_from(Clock))
    length, delay = draw(st.integers(20, 80)), draw(st.integers(0, 10))
    percent, extra = draw(st.sampled_from(EXTRAS)), draw(st.integers(0, 12))
    # On the own clock nobody starts after the end.
    start = delay + draw(st.integers(0, 5 if clock is Clock.FIXED else length - delay - 1))
    stop = draw(st.none() | st.integers(1, 120))
    return clock, length, delay, percent, extra, start, stop, draw(incidents())


def windows(case):
    clock, length, delay, percent, extra, _start, stop, found = case
    round_ = RoundWindow(
        OPENS, at(length), LIMIT * MINUTE, stopped_at=None if stop is None else at(stop)
    )
    sitting = Sitting(opens_at=OPENS, closes_at=at(length), clock=clock)
    seat = Seat(id=SEAT, sitting_id=SITTING, room_id=ROOM)
    allowance = Allowance(percent, 60 * extra, 60 * delay)
    return round_, sitting.window(taken_out(found).of(seat)), allowance


def ends_of(case):
    """Return the minute at which the time is up, counted one by one."""
    clock, length, delay, percent, extra, start, stop, found = case
    granted = LIMIT + LIMIT * percent // 100 + extra
    begins = delay if clock is Clock.FIXED else start
    left = length + LIMIT * percent // 100 + extra if clock is Clock.FIXED else length - start
    ends = counted(begins, min(granted, left), found)
    return ends if stop is None else min(ends, max(begins, stop))


@given(cases())
def test_deadline_is_the_minute_that_counting_finds(case):
    round_, sitting, allowance = windows(case)

    found = timing.deadline(round_, sitting, allowance, at(case[5]))

    assert found == at(ends_of(case))


@given(cases(), st.integers(0, 240))
def test_phase_and_accepts_until_agree_with_the_count_at_every_minute(case, minute):
    round_, sitting, allowance = windows(case)
    start, ends = case[5], ends_of(case)
    attempt = AttemptTimes(at(start))

    phase = timing.phase(at(minute), round_, sitting, allowance, attempt).phase
    until = timing.accepts_until(round_, sitting, allowance, attempt)

    assert (phase is PhaseName.RUNNING) == (start <= minute < ends)
    assert (phase is PhaseName.RUNNING) == (at(start) <= at(minute) < until)


@given(cases(), st.integers(0, 60))
def test_seconds_left_are_the_minutes_that_are_still_worked(case, later):
    round_, sitting, allowance = windows(case)
    start, ends, found = case[5], ends_of(case), concerns(case[7])
    now = start + later
    if now >= ends:
        return

    left = timing.phase(at(now), round_, sitting, allowance, AttemptTimes(at(start))).seconds_left

    worked = [
        minute
        for minute in range(now, ends)
        if not any(
            kind == "pause" and begins <= minute < begins + length
            for kind, _scope, begins, length in found
        )
    ]
    assert left == 60 * len(worked)


@given(cases(), incidents())
def test_more_time_taken_out_never_brings_a_deadline_forward(case, more):
    longer = (*case[:7], case[7] + more)

    before, after = (timing.deadline(*windows(one), at(case[5])) for one in (case, longer))

    assert before <= after


@given(cases())
def test_what_is_taken_out_elsewhere_changes_nothing(case):
    mine = (*case[:7], concerns(case[7]))

    found = [timing.deadline(*windows(one), at(case[5])) for one in (case, mine)]

    assert found[0] == found[1]


@given(st.integers(0, 19), st.integers(0, 600))
def test_open_pause_keeps_what_was_left_however_long_it_lasts(worked, waited):
    round_ = RoundWindow(OPENS, at(60), LIMIT * MINUTE)
    sitting = Sitting(opens_at=OPENS, closes_at=at(60), clock=Clock.OWN)
    pause = Incident(begins_at=at(worked), ends_at=None, seconds=0)
    attempt = AttemptTimes(OPENS)

    during = timing.phase(
        at(worked + waited), round_, sitting.window([pause]), Allowance(), attempt
    )
    pause.ends_at = at(worked + waited)
    after = timing.deadline(round_, sitting.window([pause]), Allowance(), OPENS)

    assert (during.phase, during.seconds_left) == (PhaseName.RUNNING, 60 * (LIMIT - worked))
    assert after == at(LIMIT + waited)


def test_pause_that_nobody_ends_is_over_after_half_a_day():
    round_ = RoundWindow(OPENS, at(60), LIMIT * MINUTE)
    sitting = Sitting(opens_at=OPENS, closes_at=at(60), clock=Clock.OWN)
    pause = Incident(begins_at=at(5), ends_at=None, seconds=0)

    ends = timing.deadline(round_, sitting.window([pause]), Allowance(), OPENS)

    assert ends == at(LIMIT) + LONGEST_PAUSE


def test_halt_joins_pauses_that_overlap_and_knows_none_afterwards():
    pauses = [row_of(1, ("pause", "sitting", 5, 10)), row_of(2, ("pause", "seat", 12, 8))]
    told = [one.interruption for one in pauses]

    found = [timing.halt(at(minute), told) for minute in (4, 13, 19, 20)]

    assert [one and one.ends_at for one in found] == [None, at(20), at(20), None]


@given(cases())
def test_time_worked_leaves_the_pauses_out(case):
    _round, sitting, _allowance = windows(case)
    start, ends = case[5], ends_of(case)

    worked = timing.worked(at(start), at(ends), sitting.interruptions)

    rests = [
        minute
        for minute in range(start, ends)
        if any(p.begins_at <= at(minute) < p.ends_at for p in sitting.interruptions)
    ]
    assert worked == max(0, ends - start - len(rests)) * MINUTE
