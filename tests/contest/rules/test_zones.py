"""F-36: whatever zone a machine or a person is in, one instant closes a round."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contest.rules import timing
from contest.rules.timing import NO_ALLOWANCE, AttemptTimes, PhaseName, RoundWindow, SittingWindow
from core import vietnam

NAMES = ("UTC", "Asia/Ho_Chi_Minh", "America/New_York", "Europe/London")
ZONES = [ZoneInfo(name) for name in NAMES]
# Around the changes of the hour in New York and London, the turn of the year, leap days.
DAYS = (
    date(2026, 3, 8),
    date(2026, 3, 29),
    date(2026, 10, 25),
    date(2026, 11, 1),
    date(2026, 12, 31),
    date(2028, 2, 28),
    date(2028, 2, 29),
    date(2027, 2, 28),
    date(2026, 11, 22),
    date(2027, 1, 1),
)
LIMIT = timedelta(minutes=15)
TICK = timedelta(microseconds=1)
WEEK = timedelta(days=7)


def round_closing(text):
    closes = vietnam.parse_moment(text)
    return RoundWindow(closes - WEEK, closes, LIMIT), SittingWindow(closes - WEEK, closes)


def in_zone(window, zone):
    """The same round as a machine in another zone would hold it."""
    round_, _sitting = window
    opens, closes = round_.opens_at.astimezone(zone), round_.closes_at.astimezone(zone)
    return RoundWindow(opens, closes, LIMIT), SittingWindow(opens, closes)


@pytest.mark.parametrize("zone", ZONES, ids=NAMES)
@pytest.mark.parametrize("day", DAYS, ids=str)
def test_round_closes_at_the_very_instant_in_every_zone(zone, day):
    window = round_closing(f"24h00 {vietnam.say_day(day)}")
    midnight = datetime(day.year, day.month, day.day, 17, tzinfo=UTC)
    started = midnight - timedelta(minutes=5)

    found = [
        timing.phase(
            now.astimezone(zone), *in_zone(window, zone), NO_ALLOWANCE, AttemptTimes(started)
        ).phase
        for now in (midnight - TICK, midnight)
    ]

    assert window[0].closes_at == midnight
    assert found == [PhaseName.RUNNING, PhaseName.TIME_UP]


@given(
    st.dates(date(2026, 1, 1), date(2032, 12, 31)),
    st.sampled_from(ZONES),
    st.integers(0, 24 * 60),
    st.integers(0, 59),
)
def test_deadline_does_not_depend_on_the_zone_of_the_machine(day, zone, minute, second):
    window = round_closing(f"24h00 {vietnam.say_day(day)}")
    closes = window[0].closes_at
    started = closes - timedelta(minutes=minute, seconds=second)

    here = timing.accepts_until(*window, NO_ALLOWANCE, AttemptTimes(started))
    there = timing.accepts_until(
        *in_zone(window, zone), NO_ALLOWANCE, AttemptTimes(started.astimezone(zone))
    )

    assert here == there == min(closes, started + LIMIT)


@given(st.dates(date(2026, 1, 1), date(2032, 12, 31)), st.sampled_from(ZONES))
def test_end_of_a_day_is_written_as_it_was_typed_wherever_the_moment_is_held(day, zone):
    typed = f"24h00 {vietnam.say_day(day)}"

    closes = vietnam.parse_moment(typed).astimezone(zone)

    assert vietnam.say_end(closes) == typed
    assert vietnam.say_end(closes - timedelta(minutes=1)) == typed.replace("24h00", "23h59")


@pytest.mark.parametrize("years", [-1, 1])
def test_clock_of_a_client_that_is_a_year_wrong_changes_nothing(years):
    window = round_closing("24h00 22/11/2026")
    started = window[0].closes_at - timedelta(hours=1)
    claimed = started.replace(year=started.year + years)

    until = timing.accepts_until(*window, NO_ALLOWANCE, AttemptTimes(started))

    assert until == started + LIMIT
    assert abs(until - claimed) > timedelta(days=360)
