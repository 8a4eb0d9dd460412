"""Civil time, and moments as offices write them."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import vietnam
from core.saying import Sentence, Unreadable

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
minutes = st.integers(-30_000_000, 400_000_000).map(lambda n: EPOCH + timedelta(minutes=n))


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("24h00 22/11/2026", datetime(2026, 11, 22, 17, tzinfo=UTC)),
        ("0h00 23/11/2026", datetime(2026, 11, 22, 17, tzinfo=UTC)),
        ("07:30 09/11/2026", datetime(2026, 11, 9, 0, 30, tzinfo=UTC)),
        ("7h30, Thứ Hai, 9/11/2026", datetime(2026, 11, 9, 0, 30, tzinfo=UTC)),
        ("24h Chủ nhật, 22/11/2026", datetime(2026, 11, 22, 17, tzinfo=UTC)),
        ("7 giờ 30 phút ngày 09-11-2026", datetime(2026, 11, 9, 0, 30, tzinfo=UTC)),
        ("09.11.2026 07:30", datetime(2026, 11, 9, 0, 30, tzinfo=UTC)),
        ("thứ Tư, 31/12/2025 24h00", datetime(2025, 12, 31, 17, tzinfo=UTC)),
        ("2026-11-09T07:30", datetime(2026, 11, 9, 0, 30, tzinfo=UTC)),
    ],
)
def test_parse_moment_as_people_write_it(text, moment):
    assert vietnam.parse_moment(text) == moment


@pytest.mark.parametrize(
    ("text", "message", "values"),
    [
        ("mai", "Write the hour and the day, for example 24h00 22/11/2026.", {}),
        ("22/11/2026", "Write the hour and the day, for example 24h00 22/11/2026.", {}),
        ("٧h00 22/11/2026", "Write the hour and the day, for example 24h00 22/11/2026.", {}),
        (
            "24h01 22/11/2026",
            "There is no such hour: %(hour)s. Hours go from 0h00 to 24h00.",
            {"hour": "24h01"},
        ),
        (
            "7h60 22/11/2026",
            "There is no such hour: %(hour)s. Hours go from 0h00 to 24h00.",
            {"hour": "7h60"},
        ),
        (
            "7h00 31/02/2026",
            "There is no day %(day)s. Write it as day/month/year, for example 22/11/2026.",
            {"day": "31/02/2026"},
        ),
        ("7h00 22/11/0026", "The year must have four digits, for example 2026.", {}),
    ],
)
def test_parse_moment_when_unreadable_says_what_is_wrong(text, message, values):
    with pytest.raises(Unreadable) as refusal:
        vietnam.parse_moment(text)

    assert refusal.value.sentence == Sentence(message, values)


@given(minutes)
def test_parse_moment_reads_back_what_is_written(moment):
    written = (vietnam.say_moment(moment), vietnam.say_end(moment))

    assert [vietnam.parse_moment(text) for text in written] == [moment, moment]


@given(minutes)
def test_civil_day_begins_at_its_start_and_ends_a_day_later(moment):
    begins = vietnam.start_of_day(vietnam.civil_day(moment))

    assert begins <= moment < begins + timedelta(days=1)


def test_say_window_ending_at_midnight_says_24h00():
    opens = datetime(2026, 11, 22, 17, tzinfo=UTC)
    closes = datetime(2026, 11, 29, 17, tzinfo=UTC)

    assert vietnam.say_window(opens, closes) == "0h00 23/11/2026 – 24h00 29/11/2026"


def test_say_moment_in_the_morning_has_two_digits():
    assert vietnam.say_moment(datetime(2026, 11, 9, 0, 30, tzinfo=UTC)) == "07h30 09/11/2026"


def test_last_day_of_an_end_at_midnight_is_the_day_before():
    ends = datetime(2026, 11, 29, 17, tzinfo=UTC)

    days = (vietnam.last_day(ends), vietnam.last_day(ends + timedelta(minutes=1)))

    assert days == (date(2026, 11, 29), date(2026, 11, 30))


def test_weekday_names_the_day():
    assert vietnam.weekday(date(2026, 11, 23)) == Sentence("Monday")
