"""Who judges what: conflicts, even loads, and whether the entries of a plan can be compared."""

from decimal import Decimal
from itertools import combinations, product
from math import sqrt

import numpy as np  # noqa: TID253 -- what is tested is compared with arrays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contest.rules.judging import assigning, conflicts, connecting, levelling, planning
from contest.rules.judging.assigning import Request
from contest.rules.judging.conflicts import Cause, Entrant, Person
from contest.rules.judging.table import Table
from tests.contest.rules.judging.panels import APART

ENTRIES = [f"e{at:02}" for at in range(40)]
JUDGES = [f"j{at:02}" for at in range(12)]
# Each entry to the next three judges in a circle.
CIRCLE = {entry: [JUDGES[(at + by) % 12] for by in range(3)] for at, entry in enumerate(ENTRIES)}
# Four panels of three judges, ten entries each.
CLOSED = {e: JUDGES[3 * (at // 10) : 3 * (at // 10) + 3] for at, e in enumerate(ENTRIES)}


def test_health_of_a_circle_gives_the_measured_figures():
    found = planning.health(CIRCLE, noise=2.0)

    assert found.pair_variance == pytest.approx(0.869, abs=5e-4)
    assert found.cohesion == pytest.approx(1.61, abs=5e-3)
    assert found.floor == pytest.approx(2 / 3)
    assert found.error == pytest.approx(2 * sqrt(0.869), abs=1e-3)
    assert (found.least_load, found.most_load, found.thinnest) == (9, 12, 3)


def test_health_of_closed_panels_compares_nothing():
    found = planning.health(CLOSED)

    assert [len(part.entries) for part in found.parts] == [10, 10, 10, 10]
    assert found.cohesion == pytest.approx(0, abs=1e-9)
    assert found.pair_variance is found.error is None


def test_advice_for_closed_panels_is_two_anchor_entries():
    found = planning.advice(CLOSED)

    assert found.sentence.values == {"parts": 4, "count": 2}
    assert len(found.entries) == 2
    assert found.after.is_connected
    assert found.after.pair_variance < 1.5


def test_advice_keeps_away_from_entries_with_conflicts():
    forbidden = {(entry, "j11") for entry in ENTRIES[:30]}

    assert set(planning.advice(CLOSED, forbidden).entries) <= set(ENTRIES[30:])


def test_advice_for_a_loose_circle_and_none_for_a_mixed_plan():
    mixed = assigning.assigned(Request(ENTRIES, JUDGES, 3), "hạt giống").panel

    assert planning.advice(CIRCLE).after.pair_variance < 0.869
    assert planning.advice(mixed) is None


def test_remarks_tell_thin_entries_and_uneven_loads():
    plan = {"a": ["P", "Q"], "b": ["P"], "c": ["P", "Q"], "d": ["P", "R"]}

    assert [dict(one.values) for one in planning.remarks(plan, 2)] == [
        {"count": 1},
        {"least": 1, "most": 4},
    ]


def test_pair_variance_agrees_with_each_pair_of_a_fitted_table():
    rows = {e: {j: Decimal(7) for j in panel} for e, panel in list(CIRCLE.items())[:9]}
    fit = levelling.levelled(Table.of(rows))
    design = np.zeros((27, 9 + 11))
    judges = sorted({judge for row in rows.values() for judge in row})
    for at, (entry, judge) in enumerate((e, j) for e in rows for j in rows[e]):
        design[at, [sorted(rows).index(entry), 9 + judges.index(judge)]] = 1
    inverse = np.linalg.pinv(design.T @ design)
    pairs = [
        inverse[a, a] + inverse[b, b] - 2 * inverse[a, b] for a, b in combinations(range(9), 2)
    ]

    assert connecting.pair_variance(rows) == pytest.approx(sum(pairs) / len(pairs))
    assert fit.freedom == 27 - 9 - 11 + 1


def test_components_of_panels_without_a_common_judge_are_two():
    assert [part.judges for part in connecting.components(APART.rows)] == [("P", "Q"), ("R", "S")]
    assert not connecting.is_connected({"a": ["P"], "b": []})


# --- Assignment --------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", ["2026", "Đắk Lắk", "hạt giống"])
def test_assigned_mixes_judges_better_than_a_circle(seed):
    found = assigning.assigned(Request(ENTRIES, JUDGES, 3), seed)
    meetings = connecting.meetings(found.panel)

    assert set(found.loads.values()) == {10}
    assert connecting.pair_variance(found.panel) < 0.745
    assert connecting.cohesion(found.panel) > 6
    assert len(meetings) == 66
    assert max(meetings.values()) <= 3


def test_assigned_again_from_the_seed_is_the_same():
    request = Request(ENTRIES, JUDGES, 3)

    assert assigning.assigned(request, "a") == assigning.assigned(request, "a")
    assert assigning.assigned(request, "a") != assigning.assigned(request, "b")
    assert assigning.assigned(Request(ENTRIES[::-1], JUDGES, 3), "a").panel == (
        assigning.assigned(request, "a").panel
    )


def test_assigned_keeps_conflicts_out():
    forbidden = frozenset((entry, "j00") for entry in ENTRIES[::2])

    found = assigning.assigned(Request(ENTRIES, JUDGES, 3, forbidden), "a")

    assert not {(e, j) for e, panel in found.panel.items() for j in panel} & forbidden
    assert set(found.loads.values()) == {10}


def test_assigned_names_the_entry_that_has_too_few_judges():
    forbidden = frozenset(("e01", judge) for judge in JUDGES[:10])

    found = assigning.assigned(Request(ENTRIES, JUDGES, 3, forbidden), "a")

    assert found.panel == {}
    assert [dict(one.values) for one in found.problems] == [{"entry": "e01", "count": 2}]


def test_assigned_beyond_what_judges_take_is_refused():
    assert assigning.assigned(Request(ENTRIES, JUDGES, 3, most=9), "a").problems
    # Two judges may only score the first two entries: they cannot have three each.
    some = frozenset((e, j) for e in "cdef" for j in "PQ")
    assert assigning.assigned(Request("abcdef", "PQRS", 1, some, least=2), "a").problems
    assert not assigning.assigned(Request("abcdef", "PQRS", 1, some, least=1), "a").problems


def test_replanned_keeps_what_is_scored_when_a_judge_drops_out():
    request = Request(ENTRIES, JUDGES, 3)
    plan = assigning.assigned(request, "a").panel
    scored = {entry: set(plan[entry]) for entry in ENTRIES[:15]}

    found = planning.replanned(request, scored, {"j00"}, "a")

    assert all(found.panel[entry] >= scored[entry] for entry in scored)
    assert all("j00" not in found.panel[entry] for entry in ENTRIES[15:])
    assert {len(panel) for panel in found.panel.values()} == {3}


@st.composite
def requests(draw):
    entries, judges = list("abcd")[: draw(st.integers(1, 4))], list("PQRS")
    each = draw(st.integers(1, 2))
    forbidden = draw(st.sets(st.sampled_from(list(product(entries, judges))), max_size=8))
    return Request(entries, judges, each, frozenset(forbidden))


@given(requests())
def test_assigned_has_the_evenest_loads_there_are(request):
    choices = [list(combinations(request.able(entry), request.each)) for entry in request.entries]
    spreads = [
        sum(sum(judge in panel for panel in plan) ** 2 for judge in request.judges)
        for plan in product(*choices)
    ]

    found = assigning.assigned(request, "a")

    if not spreads:
        assert found.problems
    else:
        assert sum(load**2 for load in found.loads.values()) == min(spreads)
        assert all(len(panel) == request.each for panel in found.panel.values())


# --- Conflicts ---------------------------------------------------------------------------------

PARENTS = {"Đoàn xã Ea Kar": "Huyện đoàn Ea Kar", "Huyện đoàn Ea Kar": "Tỉnh đoàn Đắk Lắk"}
TEAM = Entrant(
    "BT-07",
    "Đoàn xã Ea Kar",
    (Person("hoa", "Đoàn xã Ea Kar", "nguyen", "12 nguyen tat thanh"),),
    frozenset({"binh"}),
)


@pytest.mark.parametrize(
    ("judge", "cause", "bars"),
    [
        (Person("hoa", "Sở Nội vụ"), Cause.OWN_ENTRY, True),
        (Person("binh", "Sở Nội vụ"), Cause.MENTOR, True),
        (Person("lan", "Đoàn xã Ea Kar"), Cause.SAME_UNIT, True),
        (Person("lan", "Huyện đoàn Ea Kar"), Cause.SUPERIOR_UNIT, True),
        (Person("lan", "", "nguyen", "12 nguyen tat thanh"), Cause.NAME_AND_ADDRESS, False),
    ],
)
def test_conflicts_are_found_in_units_and_people(judge, cause, bars):
    (found,) = conflicts.conflicts([judge], [TEAM], PARENTS)

    assert (found.entry, found.judge, found.cause, found.bars) == ("BT-07", judge.id, cause, bars)


def test_conflicts_that_are_declared_come_before_all_others():
    judge = Person("hoa", "Sở Nội vụ")

    (found,) = conflicts.conflicts([judge], [TEAM], PARENTS, {("BT-07", "hoa")})

    assert found.cause is Cause.DECLARED


def test_conflicts_do_not_bar_the_province_from_judging_anybody():
    judge = Person("lan", "Tỉnh đoàn Đắk Lắk")

    assert conflicts.conflicts([judge], [TEAM], PARENTS) == []
    assert len(conflicts.conflicts([judge], [TEAM], PARENTS, levels=2)) == 1


def test_above_ends_where_the_tree_bites_its_tail():
    assert conflicts.above("a", {"a": "b", "b": "a"}) == ["b", "a"]
