"""The skating system: published tables (BallroomSkatingSystem.jl), and a count by hand."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contest.rules.judging import skating
from contest.rules.judging.table import table_of

# Judges' columns, as sheets are kept: one row of marks for each judge.
WALTZ_25 = "1 2 4 3 6 5, 1 2 5 3 6 4, 2 5 3 6 1 4, 5 2 1 3 4 6, 3 5 1 6 4 2"
TANGO_25 = "1 5 3 4 2 6, 2 3 1 4 5 6, 2 1 3 4 5 6, 3 2 1 4 5 6, 4 2 3 1 5 6"
VIENNESE_25 = "1 3 5 2 4 6, 1 2 3 6 4 5, 2 1 3 6 5 4, 2 1 6 3 5 4, 3 2 1 4 6 5"
SLOWFOX_25 = "2 1 5 3 6 4, 2 1 6 3 4 5, 5 2 3 1 6 4, 1 5 2 3 6 4, 5 2 3 6 4 1"
QUICKSTEP_25 = "2 1 3 5 4 6, 6 5 2 1 4 3, 2 1 4 5 6 3, 6 5 2 1 3 4, 1 2 4 3 6 5"
WALTZ_26 = "1 2 3 4 6 5, 1 2 3 5 6 4, 2 5 6 3 1 4, 5 2 3 1 4 6, 3 5 6 1 4 2"
TANGO_26 = "1 5 4 3 2 6, 2 3 4 1 5 6, 2 1 4 3 5 6, 3 2 4 1 5 6, 4 2 1 3 5 6"
VIENNESE_26 = "1 2 3 4 5 6, 1 3 4 5 2 6, 1 4 5 6 2 3, 1 5 6 2 3 4, 1 6 2 3 4 5"
SLOWFOX_26 = "1 5 2 3 4 6, 1 6 2 3 5 4, 2 3 5 1 4 6, 5 2 1 3 4 6, 2 3 5 6 1 4"
QUICKSTEP_26 = "1 3 2 5 6 4, 5 2 6 1 3 4, 1 4 2 5 3 6, 5 2 6 1 4 3, 2 4 1 3 5 6"
WALTZ_27 = "2 3 4 1 6 5, 2 3 5 1 6 4, 5 6 3 2 1 4, 2 3 1 5 4 6, 5 6 1 3 4 2"
TANGO_27 = "1 3 2 4 6 5, 2 1 5 4 6 3, 2 3 5 4 6 1, 3 1 5 4 6 2, 4 3 5 1 6 2"
SLOWFOX_27 = "3 1 4 5 2 6, 3 1 5 6 2 4, 1 2 4 3 5 6, 3 5 4 2 1 6, 6 2 1 3 5 4"
QUICKSTEP_27 = "2 4 1 6 5 3, 6 4 5 3 1 2, 2 6 1 3 5 4, 6 3 5 4 1 2, 1 6 2 5 4 3"


def marks(columns):
    rows = zip(*(column.split() for column in columns.split(",")), strict=True)
    return {str(at): [Decimal(mark) for mark in row] for at, row in enumerate(rows)}


def placed(found):
    return [float(found[entry]) for entry in sorted(found, key=int)]


@pytest.mark.parametrize(
    ("columns", "places"),
    [
        ("1 2 3 4 5, 1 3 2 4 5, 1 3 2 5 4, 5 1 2 3 4, 2 1 5 3 4", [1, 2, 3, 4, 5]),
        ("1 2 3, 1 2 3, 2 1 3, 2 1 3, 3 2 1", [2, 1, 3]),
        ("1 2 3, 1 2 3, 2 1 3, 1 3 2, 2 1 3", [1, 2, 3]),
        ("1 2 3 4, 1 2 3 4, 3 2 4 1, 3 2 1 4, 4 2 1 3", [2.5, 1, 2.5, 4]),
        ("1 2 5 3 4, 1 4 2 3 5, 1 5 2 3 4, 2 1 5 3 4, 5 2 1 3 4", [1, 2, 3, 4, 5]),
        ("2 5 4 5 6 1, 1 5 5 3 6 1, 2 3 5 4 6 1, 1 4 3 5 6 1, 2 3 4 4 6 1", [2, 3, 4.5, 4.5, 6, 1]),
        ("1 1 1, 1 1 1, 1 1 1", [2, 2, 2]),
    ],
)
def test_single_of_a_published_table_gives_its_places(columns, places):
    assert placed(skating.single(marks(columns))) == places


@pytest.mark.parametrize(
    ("parts", "places"),
    [
        ("2 1 6 4 5 3, 1 2 6 4 3 5, 5 2 1 4 3 6, 3 6 1 4 2 5, 2 6 3 1 4 5", [1, 2, 3, 4, 5, 6]),
        ("1 3 2 6 5 4, 1 4 2 3 5 6, 2 1 3 4 5 6, 3 2 1 5 4 6, 2 1 3 5 4 6", [1, 2, 3, 4, 5, 6]),
        ("3 2 1 4 5 6, 1 2 4 5 3 6, 1 3 2 6 5 4, 1 2 5 4 3 6, 1 6 3 2 5 4", [1, 2, 3, 4, 5, 6]),
        ("1 3 2 4 6 5, 1 3 5 2 6 4, 2 1 4 3 5 6, 5 2 4 6 1 3", [1, 2, 4, 3, 6, 5]),
        ("1 3 2 4 5 6, 2 1 3 4 5 6, 1 2 3 4 5 6, 2 1 3 4 5 6, 2 4 3 1 6 5", [1, 2, 3, 4, 5, 6]),
    ],
)
def test_combined_of_published_places_resolves_ties_by_rule_10(parts, places):
    assert placed(skating.combined(marks(parts))) == places


@pytest.mark.parametrize(
    ("parts", "places"),
    [
        ([WALTZ_25, TANGO_25, VIENNESE_25, SLOWFOX_25, QUICKSTEP_25], [2, 1, 3, 4, 6, 5]),
        ([WALTZ_26, TANGO_26, VIENNESE_26, SLOWFOX_26, QUICKSTEP_26], [1, 2, 3, 4, 5, 6]),
        ([WALTZ_27, TANGO_27, VIENNESE_26, SLOWFOX_27, QUICKSTEP_27], [1, 2, 3, 4, 5, 6]),
        (["1 1 1, 1 1 1"] * 3, [2, 2, 2]),
    ],
)
def test_over_parts_of_published_marks_resolves_ties_by_rule_11(parts, places):
    assert placed(skating.over_parts([marks(part) for part in parts])) == places


def test_single_of_an_entry_nobody_puts_first_may_win_by_majority():
    found = skating.single({"11": [1, 1, 3, 3, 4], "12": [2] * 5, "13": [3, 3, 4, 1, 1]})

    assert found["12"] == 1


def test_of_scores_with_holes_is_refused():
    table = table_of({"a": {"x": Decimal(1), "y": Decimal(2)}, "b": {"x": Decimal(1)}})

    with pytest.raises(skating.Incomplete):
        skating.of_scores(table)


def counted_by_hand(found):
    """Place one event column by column, as the tabulation is done on paper."""
    places, left, size = {}, set(found), len(found)
    majority = len(next(iter(found.values()))) // 2 + 1

    def best_first(group, column):
        if len(group) == 1 or column > size:
            return [group]
        keys = {}
        for entry in group:
            within = [mark for mark in found[entry] if mark <= column]
            keys.setdefault((-len(within), sum(within)), []).append(entry)
        return [one for key in sorted(keys) for one in best_first(keys[key], column + 1)]

    for column in range(1, size + 1):
        ready = [e for e in left if sum(m <= column for m in found[e]) >= majority]
        for group in best_first(ready, column) if ready else []:
            mean = sum(range(len(places) + 1, len(places) + len(group) + 1)) / len(group)
            places |= dict.fromkeys(group, mean)
        left -= set(ready)
    return places


panels = st.integers(2, 6).flatmap(
    lambda size: st.lists(st.permutations(range(1, size + 1)), min_size=1, max_size=7)
)


@given(panels)
def test_single_agrees_with_a_count_by_hand(columns):
    rows = {str(at): [Decimal(m) for m in row] for at, row in enumerate(zip(*columns, strict=True))}

    assert {e: float(p) for e, p in skating.single(rows).items()} == counted_by_hand(rows)


@given(panels, st.randoms(use_true_random=False))
def test_single_does_not_depend_on_the_order_of_judges(columns, chance):
    rows = {str(at): list(row) for at, row in enumerate(zip(*columns, strict=True))}
    shuffled = list(range(len(columns)))
    chance.shuffle(shuffled)

    assert skating.single({e: [row[at] for at in shuffled] for e, row in rows.items()}) == (
        skating.single(rows)
    )
