"""The one function of time: examples, and what holds for every round."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from contest.rules import timing
from contest.rules.timing import (
    NO_ALLOWANCE,
    Allowance,
    AttemptTimes,
    Audience,
    Clock,
    Interruption,
    Phase,
    PhaseName,
    RoundState,
    RoundWindow,
    SittingWindow,
)
from core.saying import Sentence

OPENS = datetime(2026, 11, 22, 17, tzinfo=UTC)
CLOSES = datetime(2026, 11, 29, 17, tzinfo=UTC)
WEEK = RoundWindow(
    OPENS,
    CLOSES,
    timedelta(minutes=15),
    participant_results_at=CLOSES + timedelta(hours=12),
    public_results_at=CLOSES + timedelta(hours=15),
)
WHOLE_WEEK = SittingWindow(OPENS, CLOSES)
TICK = timedelta(microseconds=1)
MINUTE = timedelta(minutes=1)
ORDER = {
    PhaseName.NOT_READY: 0,
    PhaseName.UPCOMING: 1,
    PhaseName.OPEN: 2,
    PhaseName.RUNNING: 3,
    PhaseName.TIME_UP: 4,
    PhaseName.CLOSED: 4,
    PhaseName.SUBMITTED: 5,
    PhaseName.PUBLISHED: 6,
}

offsets = st.integers(0, 12 * 60).map(lambda n: timedelta(minutes=n, seconds=n % 7))


def after(offset):
    return OPENS + offset


@st.composite
def pauses(draw):
    begins = draw(st.lists(offsets, max_size=4))
    return tuple(Interruption(after(b), after(b) + draw(offsets) / 12) for b in begins)


@st.composite
def rounds(draw):
    opens = draw(offsets)
    closes = opens + draw(offsets) + timedelta(minutes=1)
    results = draw(st.none() | offsets)
    return RoundWindow(
        after(opens),
        after(closes),
        draw(st.none() | st.integers(1, 300).map(lambda n: timedelta(minutes=n))),
        participant_results_at=None if results is None else after(results * 3),
    )


@st.composite
def sittings(draw):
    opens = draw(offsets)
    return SittingWindow(
        after(opens),
        after(opens + draw(offsets) + timedelta(minutes=1)),
        draw(st.sampled_from(Clock)),
        draw(st.none() | offsets),
        draw(pauses()),
    )


allowances = st.builds(
    Allowance,
    extra_seconds=st.integers(0, 3600),
    delay_seconds=st.integers(0, 3600),
    disqualified=st.sampled_from([False, False, False, True]),
)


@st.composite
def people(draw):
    """A round, a sitting, an allowance, and perhaps an attempt that began while one could."""
    round_, sitting, allowance = draw(rounds()), draw(sittings()), draw(allowances)
    free = replace(allowance, disqualified=False)
    opens = timing.phase(OPENS - TICK, round_, sitting, free, None).ends
    first = timing.phase(opens, round_, sitting, free, None)
    if first.phase is not PhaseName.OPEN or draw(st.booleans()):
        return round_, sitting, allowance, None
    started = opens + (first.ends - opens) * draw(st.integers(0, 99)) / 100
    submitted = draw(st.none() | offsets)
    handed_in = None if submitted is None else started + submitted / 8
    return round_, sitting, allowance, AttemptTimes(started, handed_in)


moments = st.integers(-60, 50 * 60).map(lambda n: OPENS + timedelta(minutes=n, seconds=n % 11))


@given(people(), moments)
def test_phase_is_running_exactly_while_answers_are_accepted(person, now):
    *_, attempt = person
    until = timing.accepts_until(*person)

    running = timing.phase(now, *person).phase is PhaseName.RUNNING

    assert running == (until is not None and attempt.started_at <= now < until)


@given(people(), st.data())
def test_phase_at_every_turn_agrees_with_accepts_until(person, data):
    *_, attempt = person
    assume(attempt is not None)
    until = timing.accepts_until(*person)
    ends = timing.deadline(*person[:3], attempt.started_at)
    turn = data.draw(st.sampled_from([attempt.started_at, attempt.submitted_at or ends, ends]))
    now = turn + data.draw(st.sampled_from([-TICK, timedelta(0), TICK]))

    running = timing.phase(now, *person).phase is PhaseName.RUNNING

    assert running == (until is not None and attempt.started_at <= now < until)


@given(people())
def test_phase_at_the_edges_of_accepts_until_is_half_open(person):
    until = timing.accepts_until(*person)
    if until is None or until <= person[3].started_at:
        return

    edges = [timing.phase(now, *person).phase for now in (until - TICK, until)]

    assert edges[0] is PhaseName.RUNNING
    assert edges[1] is not PhaseName.RUNNING


@given(people(), moments, moments)
def test_phase_only_moves_forward_as_time_passes(person, one, other):
    earlier, later = sorted((one, other))

    before, now = (timing.phase(moment, *person).phase for moment in (earlier, later))

    assert ORDER[before] <= ORDER[now]


@given(people(), moments)
def test_phase_holds_from_its_beginning_to_its_end(person, now):
    *around, attempt = person
    started = None if attempt is None else AttemptTimes(attempt.started_at)
    now = now if started is None else max(now, started.started_at)

    found = timing.phase(now, *around, started)

    assert found.begins is None or found.begins <= now
    if found.ends is not None:
        assert now < found.ends
        assert timing.phase(found.ends - TICK, *around, started).phase is found.phase
        assert timing.phase(found.ends, *around, started).phase is not found.phase


@given(people(), st.integers(0, 7200))
def test_deadline_with_extra_time_is_never_earlier(person, seconds):
    round_, sitting, allowance, attempt = person
    started = OPENS if attempt is None else attempt.started_at
    more = replace(allowance, extra_seconds=allowance.extra_seconds + seconds)

    deadlines = [timing.deadline(round_, sitting, a, started) for a in (allowance, more)]

    assert deadlines[0] <= deadlines[1]


@given(people(), offsets)
def test_deadline_of_an_extended_round_is_never_earlier(person, longer):
    round_, sitting, allowance, attempt = person
    started = OPENS if attempt is None else attempt.started_at
    extended = replace(round_, closes_at=round_.closes_at + longer)
    extended_sitting = replace(sitting, closes_at=sitting.closes_at + longer)

    deadlines = [
        timing.deadline(round_, sitting, allowance, started),
        timing.deadline(extended, extended_sitting, allowance, started),
    ]

    assert deadlines[0] <= deadlines[1]


@given(people(), pauses())
def test_deadline_with_more_pauses_is_never_earlier(person, more):
    round_, sitting, allowance, attempt = person
    started = OPENS if attempt is None else attempt.started_at
    paused = replace(sitting, interruptions=sitting.interruptions + more)

    deadlines = [timing.deadline(round_, s, allowance, started) for s in (sitting, paused)]

    assert deadlines[0] <= deadlines[1]


@given(
    st.integers(0, 600), st.lists(st.tuples(st.integers(0, 700), st.integers(0, 60)), max_size=4)
)
def test_deadline_leaves_exactly_the_time_limit_outside_the_pauses(start, rests):
    far = OPENS + timedelta(days=30)
    round_ = RoundWindow(OPENS, far, 20 * MINUTE)
    rest = tuple(Interruption(OPENS + n * MINUTE, OPENS + (n + k) * MINUTE) for n, k in rests)
    sitting = SittingWindow(OPENS, far, interruptions=rest)

    ends = timing.deadline(round_, sitting, NO_ALLOWANCE, OPENS + start * MINUTE)

    minutes = range(start, (ends - OPENS) // MINUTE)
    assert sum(not any(n <= m < n + k for n, k in rests) for m in minutes) == 20


@given(people(), moments)
def test_seconds_left_of_a_running_attempt_never_exceed_its_deadline(person, now):
    found = timing.phase(now, *person)
    if found.phase is not PhaseName.RUNNING:
        return

    left = (found.own_deadline - now).total_seconds()

    assert 0 <= found.seconds_left <= left
    if not person[1].interruptions:
        assert found.seconds_left == int(left)


def test_phase_of_a_whole_week_without_an_attempt():
    steps = [OPENS - TICK, OPENS, CLOSES - TICK, CLOSES, WEEK.participant_results_at]

    phases = [timing.phase(now, WEEK, WHOLE_WEEK, NO_ALLOWANCE, None).phase for now in steps]

    assert phases == [
        PhaseName.UPCOMING,
        PhaseName.OPEN,
        PhaseName.OPEN,
        PhaseName.CLOSED,
        PhaseName.PUBLISHED,
    ]


def test_phase_of_an_attempt_running_says_everything():
    start = OPENS + timedelta(hours=9)
    now = start + timedelta(minutes=5)

    found = timing.phase(now, WEEK, WHOLE_WEEK, NO_ALLOWANCE, AttemptTimes(start))

    ends = start + timedelta(minutes=15)
    assert found == Phase(PhaseName.RUNNING, start, ends, start, ends, 600)


def test_phase_of_an_attempt_past_its_deadline_is_time_up_until_it_is_handed_in():
    start = OPENS + timedelta(hours=9)
    ends = start + timedelta(minutes=15)
    attempt = AttemptTimes(start, ends + timedelta(days=9))
    steps = [ends, ends + timedelta(seconds=5), CLOSES + timedelta(hours=1)]

    found = [timing.phase(now, WEEK, WHOLE_WEEK, NO_ALLOWANCE, attempt) for now in steps]

    assert {f.phase for f in found} == {PhaseName.TIME_UP}
    assert found[0].reasons == (Sentence("Time was up at %(moment)s.", {"moment": ends}),)


def test_deadline_of_a_late_start_ends_with_the_window():
    start = CLOSES - timedelta(minutes=4)

    assert timing.deadline(WEEK, WHOLE_WEEK, Allowance(extra_seconds=600), start) == CLOSES


def test_deadline_on_a_fixed_clock_counts_from_the_sitting_with_every_allowance():
    opens = OPENS + timedelta(hours=8)
    sitting = SittingWindow(
        opens,
        opens + timedelta(minutes=60),
        Clock.FIXED,
        interruptions=(Interruption(opens + timedelta(minutes=30), opens + timedelta(minutes=37)),),
    )
    exam = RoundWindow(OPENS, CLOSES, timedelta(minutes=60))
    allowance = Allowance(extra_seconds=20 * 60, delay_seconds=5 * 60)

    ends = timing.deadline(exam, sitting, allowance, opens + timedelta(minutes=12))

    assert ends == opens + timedelta(minutes=60 + 20 + 5 + 7)


def test_deadline_when_a_round_is_closed_early_comes_with_it():
    start = OPENS + timedelta(hours=9)
    early = replace(WEEK, closes_at=start + timedelta(minutes=3))

    assert timing.deadline(early, WHOLE_WEEK, NO_ALLOWANCE, start) == early.closes_at


def test_deadline_with_overlapping_pauses_takes_each_minute_out_once():
    start = OPENS + timedelta(hours=9)
    paused = replace(
        WHOLE_WEEK,
        interruptions=(
            Interruption(start + timedelta(minutes=5), start + timedelta(minutes=10)),
            Interruption(start - timedelta(minutes=5), start + timedelta(minutes=1)),
            Interruption(start + timedelta(minutes=6), start + timedelta(minutes=12)),
            Interruption(start + timedelta(hours=2), start + timedelta(hours=3)),
        ),
    )

    ends = timing.deadline(WEEK, paused, NO_ALLOWANCE, start)

    assert ends == start + timedelta(minutes=15 + 1 + 7)


def test_phase_during_a_pause_stops_the_clock_and_says_until_when():
    start = OPENS + timedelta(hours=9)
    resumes = start + timedelta(minutes=10)
    pause = Interruption(start + timedelta(minutes=5), resumes)
    paused = replace(WHOLE_WEEK, interruptions=(pause,))
    steps = [start + timedelta(minutes=m) for m in (5, 8, 10)]

    found = [timing.phase(n, WEEK, paused, NO_ALLOWANCE, AttemptTimes(start)) for n in steps]

    assert [f.seconds_left for f in found] == [600, 600, 600]
    assert [f.reasons for f in found] == [
        (Sentence("The clock stands still until %(moment)s.", {"moment": resumes}),),
        (Sentence("The clock stands still until %(moment)s.", {"moment": resumes}),),
        (),
    ]


def test_phase_after_the_late_limit_is_closed_and_says_why():
    sitting = replace(WHOLE_WEEK, clock=Clock.FIXED, late_limit=timedelta(minutes=15))
    last = OPENS + timedelta(minutes=15)

    found = timing.phase(last, WEEK, sitting, NO_ALLOWANCE, None)

    assert found == Phase(
        PhaseName.CLOSED,
        last,
        WEEK.participant_results_at,
        None,
        None,
        None,
        (Sentence("The last moment to start was %(moment)s.", {"moment": last}),),
    )


@pytest.mark.parametrize(
    ("state", "name", "message"),
    [
        (RoundState.DRAFT, PhaseName.NOT_READY, "The round is still being prepared."),
        (RoundState.PAUSED, PhaseName.NOT_READY, "The organisers have paused the round."),
        (RoundState.CLOSED, PhaseName.CLOSED, "The organisers have closed the round."),
        (RoundState.FINAL, PhaseName.CLOSED, "The organisers have closed the round."),
    ],
)
def test_phase_of_a_round_that_is_held_back_says_why(state, name, message):
    held = replace(WEEK, state=state)

    found = timing.phase(OPENS, held, WHOLE_WEEK, NO_ALLOWANCE, None)

    assert (found.phase, found.reasons) == (name, (Sentence(message),))


def test_phase_of_somebody_disqualified_is_closed_and_takes_no_answers():
    start = OPENS + timedelta(hours=9)
    person = (WEEK, WHOLE_WEEK, Allowance(disqualified=True), AttemptTimes(start))

    found = timing.phase(start, *person)

    assert (found.phase, timing.accepts_until(*person)) == (PhaseName.CLOSED, None)


def test_shows_result_from_the_date_of_each_audience():
    noon = WEEK.participant_results_at
    undated = replace(WEEK, participant_results_at=None)

    shown = [
        timing.shows_result(noon - TICK, WEEK, Audience.PARTICIPANT),
        timing.shows_result(noon, WEEK, Audience.PARTICIPANT),
        timing.shows_result(noon, WEEK, Audience.PUBLIC),
        timing.shows_result(noon, undated, Audience.PARTICIPANT),
    ]

    assert shown == [False, True, False, False]


@pytest.mark.parametrize("late", [None, timedelta(hours=2)])
def test_who_may_still_start_where_one_clock_runs_for_all_has_time_left(late):
    # A sitting much longer than the paper: its time is up with the paper's.
    sitting = replace(WHOLE_WEEK, clock=Clock.FIXED, late_limit=late)

    for minutes in (0, 1, 14, 15, 16, 60):
        now = OPENS + timedelta(minutes=minutes)
        found = timing.phase(now, WEEK, sitting, NO_ALLOWANCE, None)
        ends = timing.deadline(WEEK, sitting, NO_ALLOWANCE, now)

        assert (found.phase is PhaseName.OPEN) == (now < ends)
