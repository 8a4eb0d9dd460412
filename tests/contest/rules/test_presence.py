"""How a watched seat stands, and which addresses tell anything."""

from datetime import UTC, datetime, timedelta

import pytest

from contest.rules.presence import LOST_AFTER, SeatState, Seen, shared, state_of, tally, time_left

NOON = datetime(2026, 11, 18, 5, 0, tzinfo=UTC)
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


def seen(**fields):
    known = {
        "started_at": NOON,
        "accepts_until": NOON + 15 * MINUTE,
        "submitted_at": None,
        "halted_until": None,
        "contact_at": NOON,
    }
    return Seen(**known | fields)


@pytest.mark.parametrize(
    ("after", "fields", "state"),
    [
        (LOST_AFTER, {}, SeatState.WORKING),
        (LOST_AFTER + SECOND, {}, SeatState.LOST),
        (5 * MINUTE, {"contact_at": NOON + 5 * MINUTE}, SeatState.WORKING),
        (5 * MINUTE, {"halted_until": NOON + 6 * MINUTE}, SeatState.HALTED),
        (15 * MINUTE, {}, SeatState.TIME_UP),
        (MINUTE, {"submitted_at": NOON + SECOND}, SeatState.SUBMITTED),
    ],
)
def test_an_attempt_stands_by_its_moments_and_its_last_word(after, fields, state):
    assert state_of(NOON + after, NOON, is_voided=False, seen=seen(**fields)) is state


def test_a_seat_without_an_attempt_is_expected_until_the_last_start():
    last = NOON + 10 * MINUTE

    states = [
        state_of(at, limit, is_voided=False, seen=None)
        for at, limit in ((last - SECOND, last), (last, last), (last, None))
    ]

    assert states == [SeatState.EXPECTED, SeatState.TOO_LATE, SeatState.EXPECTED]


def test_a_voided_seat_is_voided_whatever_else():
    assert state_of(NOON, NOON, is_voided=True, seen=seen()) is SeatState.VOIDED


def test_time_left_does_not_shrink_while_the_clock_stands():
    halted = seen(halted_until=NOON + 10 * MINUTE)

    left = [time_left(NOON + n * MINUTE, halted) // MINUTE for n in (2, 9, 10, 12, 20)]

    assert left == [5, 5, 5, 3, 0]


def test_two_behind_one_address_are_marked():
    assert shared({1: "a", 2: "a", 3: "b", 4: "c", 5: "", 6: ""}).attempts == {1, 2}


def test_a_network_that_hides_its_machines_marks_nobody_in_it():
    found = shared({1: "a", 2: "a", 3: "a", 4: "b", 5: "b"})

    assert found.attempts == {4, 5}
    assert found.is_one_network


def test_the_tally_counts_every_state():
    counts = tally([SeatState.LOST, SeatState.WORKING, SeatState.LOST])

    assert counts[SeatState.LOST] == 2
    assert sum(counts.values()) == 3
