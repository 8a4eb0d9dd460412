"""From several people's marks to one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contest.rules import combining
from contest.rules.combining import Criterion

MILLION = 1_000_000
percents = st.integers(0, 100)


@st.composite
def marked(draw):
    points = draw(st.integers(1, 100 * MILLION))
    return points, draw(st.lists(st.integers(0, points), max_size=3))


@pytest.mark.parametrize(
    ("marks", "markers", "expected"),
    [
        ([], 1, None),
        ([7], 1, 7),
        ([70], 2, None),
        ([70, 80], 2, 75),
        ([70, 81], 2, None),
        ([70, 81, 60], 2, 60),
        ([7, 8], 2, 8),
    ],
)
def test_final_is_the_mean_of_two_or_what_the_third_says(marks, markers, expected):
    assert combining.final(marks, 100, markers=markers, percent=10) == expected


def test_difference_of_just_the_bound_needs_no_third():
    assert not combining.deviates(70, 80, 100, 10)
    assert combining.deviates(70, 81, 100, 10)


@given(marked(), st.sampled_from([1, 2]), percents)
def test_final_lies_between_the_marks_and_is_there_just_when_nothing_is_wanted(
    one, markers, percent
):
    points, marks = one

    final = combining.final(marks, points, markers=markers, percent=percent)

    wanted = combining.wanted(marks, points, markers=markers, percent=percent)
    assert (final is None) == (len(marks) < wanted)
    assert final is None or min(marks) <= final <= max(marks) <= points


@given(marked(), percents)
def test_first_and_second_may_change_places(one, percent):
    points, marks = one
    turned = [*marks[:2][::-1], *marks[2:]]

    def final(given):
        return combining.final(given, points, markers=2, percent=percent)

    if len(marks) >= 2:
        assert final(marks) == final(turned)


@given(st.lists(st.integers(1, 5 * MILLION), min_size=1, max_size=20), st.data())
def test_scaled_marks_stay_within_the_points_of_the_slot(rubric, data):
    lines = [Criterion(str(place), "x", points) for place, points in enumerate(rubric)]
    given_ = {one.id: data.draw(st.integers(0, one.points)) for one in lines}
    points = data.draw(st.integers(0, 10 * MILLION))

    mark = combining.scaled(lines, given_, points)

    assert 0 <= mark <= points
    assert combining.scaled(lines, {one.id: one.points for one in lines}, points) == points
    assert combining.scaled(lines, {one.id: 0 for one in lines}, points) == 0


def test_rubric_in_points_of_its_own_is_scaled_to_those_of_the_slot():
    lines = combining.criteria(
        [{"id": "1", "text": "Ý", "points": "2"}, {"id": "2", "text": "Ví dụ", "points": "1.5"}],
        MILLION,
    )

    assert combining.scaled(lines, {"1": MILLION, "2": 750_000}, 7 * MILLION) == 3_500_000


def test_without_a_rubric_all_points_are_one_line():
    assert combining.criteria([], MILLION) == [Criterion("all", "", MILLION)]
