"""Scores."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contest.rules import scoring
from contest.rules.scoring import SlotMark, Tally

fractions = st.fractions(0, 1).map(lambda f: Decimal(f.numerator) / f.denominator)
marks = st.lists(
    st.builds(
        SlotMark,
        fractions,
        st.decimals(0, 100, places=2),
        st.sampled_from(["the-che", "thu-tuc", "bo-may"]),
    ),
    max_size=30,
)
THIRD = Decimal(1) / 3


@given(st.integers(-(10**15), 10**15))
def test_millionths_come_back_as_they_were_stored(stored):
    assert scoring.to_millionths(scoring.from_millionths(stored)) == stored


@given(marks)
def test_total_is_the_sum_of_its_topics_and_of_what_is_stored(slots):
    score = scoring.total(slots)

    by_topic = scoring.tallies(slots)
    assert sum(t.score for t in by_topic) == score
    assert sum(t.correct for t in by_topic) == scoring.correct_count(slots)
    assert sum(t.asked for t in by_topic) == len(slots)
    assert scoring.to_millionths(score) == sum(scoring.to_millionths(s.mark) for s in slots)


@given(marks)
def test_is_perfect_exactly_when_all_are_correct(slots):
    all_correct = bool(slots) and scoring.correct_count(slots) == len(slots)

    assert scoring.is_perfect(slots) == all_correct


@pytest.mark.parametrize(
    ("amount", "rounded"),
    [
        ("0.0000005", "0.000001"),
        ("0.0000004999", "0.000000"),
        ("2.5000005", "2.500001"),
        ("-0.0000005", "-0.000001"),
        ("7", "7.000000"),
    ],
)
def test_quantised_rounds_half_up_to_six_places(amount, rounded):
    assert str(scoring.quantised(Decimal(amount))) == rounded


def test_total_of_thirds_adds_up_as_shown():
    assert scoring.total([SlotMark(THIRD, Decimal(1))] * 3) == Decimal("0.999999")


def test_total_of_no_marks_is_zero():
    assert scoring.total([]) == Decimal(0)


def test_tallies_keep_topics_in_the_order_asked():
    slots = [
        SlotMark(Decimal(1), Decimal("0.5"), "thu-tuc"),
        SlotMark(Decimal("0.5"), Decimal(2), "the-che"),
        SlotMark(Decimal(0), Decimal("0.5"), "thu-tuc"),
    ]

    assert scoring.tallies(slots) == [
        Tally("thu-tuc", 2, 1, Decimal("0.5"), Decimal(1)),
        Tally("the-che", 1, 0, Decimal(1), Decimal(2)),
    ]
