"""Which late answers count by which rule, and why an answer was late."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contest.rules.lateness import LateReason, LateRule, counting, reason_of
from contest.rules.marking import Given

NOON = datetime(2026, 11, 18, 5, 0, tzinfo=UTC)
END = NOON + timedelta(minutes=15)


def said(position, answer, lease=1, seq=1):
    return Given(position, lease, seq, answer, "")


def letters(found):
    return {position: one.answer for position, one in found.items()}


@pytest.mark.parametrize(
    ("rule", "counted"),
    [
        (LateRule.FILL, {2: "c", 3: "d"}),
        (LateRule.REPLACE, {1: "b", 2: "c", 3: "d"}),
        (LateRule.NONE, {}),
    ],
)
def test_a_rule_says_which_late_answers_count(rule, counted):
    in_time = {1: said(1, "a"), 3: said(3, " ")}
    late = [said(1, "b", seq=2), said(2, "b", seq=1), said(2, "c", seq=2), said(3, "d", seq=2)]

    assert letters(counting(rule, in_time, late)) == counted


def test_an_older_lease_takes_no_place_of_a_newer_one():
    found = counting(LateRule.REPLACE, {1: said(1, "a", lease=2)}, [said(1, "b", seq=9)])

    assert found == {}


@pytest.mark.parametrize(
    ("received", "submitted", "reason"),
    [
        (END, None, LateReason.AFTER_END),
        (END - timedelta(minutes=1), END - timedelta(minutes=2), LateReason.AFTER_HANDING_IN),
        (END - timedelta(minutes=1), None, LateReason.DISPLACED),
        (END - timedelta(minutes=2), END - timedelta(minutes=1), LateReason.DISPLACED),
    ],
)
def test_the_moment_of_arrival_says_why_an_answer_was_late(received, submitted, reason):
    assert reason_of(received, END, submitted) is reason


ANSWERS = st.lists(
    st.builds(said, st.integers(1, 3), st.sampled_from(["", "a", "b"]), st.integers(1, 3),
              st.integers(1, 4)),
    max_size=8,
)  # fmt: skip


@given(in_time=ANSWERS, late=ANSWERS)
def test_what_fills_also_counts_where_late_answers_replace(in_time, late):
    kept = {one.position: one for one in in_time}

    filled = counting(LateRule.FILL, kept, late)
    replaced = counting(LateRule.REPLACE, kept, late)

    assert filled.items() <= replaced.items()
    assert all(one in late for one in replaced.values())
    assert all((one.lease_no, one.seq) > (kept[place].lease_no, kept[place].seq)
               for place, one in replaced.items() if place in kept)  # fmt: skip
