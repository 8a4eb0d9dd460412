"""Until when marks are taken: the end itself, what a device wrote before it, and for how long."""

from datetime import UTC, datetime, timedelta

import pytest

from contest.rules.judging import hours

END = datetime(2026, 11, 20, 10, tzinfo=UTC)
TICK = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("written", "received", "taken"),
    [
        (None, END - TICK, True),
        (None, END, False),
        (END - TICK, END + timedelta(minutes=10), True),
        (END, END + timedelta(minutes=10), False),
        (END - TICK, END + hours.BRINGS_WITHIN - TICK, True),
        (END - TICK, END + hours.BRINGS_WITHIN, False),
    ],
)
def test_marks_are_taken_until_the_end_and_later_if_they_were_written_before(
    written, received, taken
):
    assert hours.are_taken(written, received, END) is taken
