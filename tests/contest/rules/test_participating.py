"""Rates and bands."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contest.rules import participating
from contest.rules.participating import Band, BandName, Bands, Participation

papers = st.lists(
    st.integers(1, 40).flatmap(lambda asked: st.tuples(st.integers(0, asked), st.just(asked))),
    max_size=60,
)


@pytest.mark.parametrize(
    ("people", "headcount", "rate"),
    [
        (23, 98, "23.47"),
        (1, 8, "12.50"),
        (1, 800, "0.13"),
        (63, 63, "100.00"),
        (5, 4, "125.00"),
        (0, 7, "0.00"),
    ],
)
def test_rate_has_two_decimals_rounded_half_up(people, headcount, rate):
    assert str(Participation(people, people, headcount).rate) == rate


@pytest.mark.parametrize("headcount", [0, None])
def test_rate_without_a_headcount_is_unknown(headcount):
    assert Participation(3, 5, headcount).rate is None


def test_participation_of_more_people_than_the_headcount_says_so():
    found = [Participation(n, n, 4).exceeds_headcount for n in (4, 5)]

    assert [*found, Participation(5, 5, None).exceeds_headcount] == [False, True, False]


def test_participation_of_one_person_says_so():
    assert [Participation(1, 1, n).is_one_person for n in (None, 1, 2)] == [False, True, False]


@pytest.mark.parametrize(
    ("correct", "name"),
    [
        (20, BandName.ALL),
        (19, BandName.THREE_QUARTERS),
        (15, BandName.THREE_QUARTERS),
        (14, BandName.QUARTER),
        (5, BandName.QUARTER),
        (4, BandName.FEW),
        (1, BandName.FEW),
        (0, BandName.NONE),
    ],
)
def test_band_of_twenty_questions(correct, name):
    assert participating.band(correct, 20) is name


def test_band_of_an_empty_paper_is_none():
    assert participating.band(0, 0) is BandName.NONE


@given(papers)
def test_bands_count_everybody_once_and_round_each_share_by_itself(found):
    counted = participating.bands(found)

    assert sum(band.count for band in counted.bands) == counted.total == len(found)
    for band in counted.bands:
        if found:
            exact = Fraction(100 * band.count, len(found))
            assert abs(exact - Fraction(band.share)) <= Fraction(1, 200)
    shown = sum(band.share or 0 for band in counted.bands)
    assert shown + counted.rounding == (100 if found else 0)


def test_bands_of_three_papers_own_up_to_the_rounding():
    third = Decimal("33.33")

    assert participating.bands([(20, 20), (15, 20), (0, 20)]) == Bands(
        (
            Band(BandName.ALL, 1, third),
            Band(BandName.THREE_QUARTERS, 1, third),
            Band(BandName.QUARTER, 0, Decimal(0)),
            Band(BandName.FEW, 0, Decimal(0)),
            Band(BandName.NONE, 1, third),
        ),
        3,
        Decimal("0.01"),
    )
