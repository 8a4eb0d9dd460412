"""Two runs beside each other."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contest.rules import comparing
from contest.rules.comparing import Lines, Moved, Ranked, compare, totals

RUNS = st.dictionaries(
    st.integers(1, 12),
    st.builds(lambda score: Ranked(score * 1_000_000, f"{100 - score:04x}"), st.integers(0, 6)),
)
LINES = Lines((1, 3), passing=3_000_000)


def by_hand(run, who):
    """The place by its definition: one more than those who stand higher."""
    if who not in run:
        return None
    return 1 + sum(other.sort_key < run[who].sort_key for other in run.values())


@given(RUNS, RUNS)
def test_every_place_is_one_more_than_the_number_of_those_above(before, after):
    found = {one.who: (one.place_before, one.place_after) for one in compare(before, after, LINES)}

    everybody = before.keys() | after.keys()
    assert found == {who: (by_hand(before, who), by_hand(after, who)) for who in everybody}


@given(RUNS)
def test_a_run_beside_itself_moves_nobody(run):
    counted = totals(compare(run, run, LINES), LINES)

    assert (counted.moved, counted.came, counted.went, counted.passes) == (0, 0, 0, 0)
    assert counted.prizes == ((1, 0, 0), (3, 0, 0))


@given(RUNS, RUNS)
def test_the_way_back_swaps_gains_and_losses(before, after):
    there = totals(compare(before, after, LINES), LINES)
    back = totals(compare(after, before, LINES), LINES)

    assert (there.score_up, there.place_up, there.came, there.passes) == (
        back.score_down,
        back.place_down,
        back.went,
        back.fails,
    )
    assert there.prizes == tuple((line, falls, rises) for line, rises, falls in back.prizes)


@given(RUNS, RUNS)
def test_a_line_is_crossed_by_just_those_who_are_on_another_side_of_it(before, after):
    for one in compare(before, after, LINES):
        expected = tuple(
            line
            for line in LINES.places
            if ((by_hand(before, one.who) or 99) <= line)
            != ((by_hand(after, one.who) or 99) <= line)
        )

        assert one.crossed == expected


def test_a_person_who_leaves_frees_the_prize_for_the_next():
    before = {"An": Ranked(9, "1"), "Bình": Ranked(8, "2"), "Cúc": Ranked(7, "3")}
    after = {"Bình": Ranked(8, "2"), "Cúc": Ranked(7, "3")}

    found = compare(before, after, Lines((2,)))

    assert found == [
        Moved("Bình", 2, 1, 8, 8),
        Moved("Cúc", 3, 2, 7, 7, crossed=(2,)),
        Moved("An", 1, None, 9, None, crossed=(2,)),
    ]
    assert totals(found, Lines((2,))).prizes == ((2, 1, 1),)


def test_lines_are_read_as_people_type_them():
    assert comparing.read_places("10; 1, 3,3") == (1, 3, 10)
    assert comparing.read_places("  ") == ()
    with pytest.raises(ValueError, match="0"):
        comparing.read_places("0")
    with pytest.raises(ValueError, match="ba"):
        comparing.read_places("ba")
