"""Quotas: what is needed, what is lacking, and units that went into others."""

from fractions import Fraction
from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.rules.staff import StaffCategory
from accounts.rules.units import UnitKind
from contest.rules import quotas, unit_groups
from contest.rules.quotas import DAKLAK_2023, Basis, Quota, Status
from contest.rules.unit_groups import UnitGroup

LEADERS, MANAGERS, OTHERS, DESK = DAKLAK_2023[:4]


@pytest.mark.parametrize(
    ("quota", "taken", "of", "status", "lacking"),
    [
        (LEADERS, 0, 4, Status.MISSED, 1),
        (LEADERS, 1, 4, Status.MET, 0),
        (LEADERS, 0, 0, Status.NONE, 1 - 1),
        (LEADERS, 0, None, Status.MISSED, 1),
        (MANAGERS, 8, 17, Status.NEAR, 1),
        (MANAGERS, 12, 28, Status.NEAR, 2),
        (MANAGERS, 2, 13, Status.MISSED, 5),
        (MANAGERS, 3, None, Status.UNKNOWN, 0),
        (OTHERS, 14, 52, Status.NEAR, 2),
        (OTHERS, 33, 96, Status.MET, 0),
        (DESK, 8, 9, Status.NEAR, 1),
        (DESK, 9, 9, Status.MET, 0),
        (DESK, 1, 4, Status.MISSED, 3),
    ],
)
def test_cell_says_how_the_quota_stands_and_who_is_lacking(quota, taken, of, status, lacking):
    found = quotas.cell(quota, taken, of)

    assert (found.status, found.lacking) == (status, lacking)


def test_quota_larger_than_the_unit_asks_for_everybody():
    assert quotas.needed(Quota("Lãnh đạo", count=3), 2) == 2


@given(st.integers(0, 300), st.integers(1, 100), st.integers(0, 300))
def test_need_is_the_smallest_number_that_reaches_the_percentage(of, percent, taken):
    quota = Quota("", percent=percent)

    need = quotas.needed(quota, of)

    assert need == ceil(Fraction(of * percent, 100))
    reached = quotas.cell(quota, taken, of).status in (Status.MET, Status.NONE)
    assert reached is (of == 0 or Fraction(taken, of) >= Fraction(percent, 100))


@given(st.integers(0, 50), st.integers(1, 100), st.integers(0, 50))
def test_those_lacking_are_exactly_enough(of, percent, taken):
    quota = Quota("", percent=percent)
    lacking = quotas.cell(quota, taken, of).lacking

    assert quotas.cell(quota, taken + lacking, of).status in (Status.MET, Status.NONE)
    if lacking:
        less = quotas.cell(quota, taken + lacking - 1, of).status
        assert less in (Status.NEAR, Status.MISSED)


def test_desk_counts_only_people_at_the_desk_of_whatever_category():
    people = {
        (StaffCategory.CIVIL_SERVANT, True): 2,
        (StaffCategory.CIVIL_SERVANT, False): 5,
        (StaffCategory.PUBLIC_EMPLOYEE, True): 1,
        (None, False): 3,
    }

    assert quotas.taking(DESK, people) == 3
    assert quotas.taking(OTHERS, people) == 7
    assert quotas.taking(Quota("Tất cả", percent=20), people) == 11


def test_headcount_of_the_desk_is_not_added_to_the_category():
    counted = {
        (StaffCategory.CIVIL_SERVANT, False): 40,
        (StaffCategory.CIVIL_SERVANT, True): 6,
        (StaffCategory.WORKER, True): 2,
    }

    assert quotas.basis_of(OTHERS, counted) == 40
    assert quotas.basis_of(DESK, counted) == 8
    assert quotas.basis_of(LEADERS, counted) is None


@given(st.lists(st.sampled_from(Status), max_size=6))
def test_unit_stands_as_its_most_urgent_quota(statuses):
    cells = [quotas.Cell(0, 1, 1, status) for status in statuses]

    found = quotas.overall(cells)

    order = [Status.MISSED, Status.NEAR, Status.UNKNOWN, Status.MET, Status.NONE]
    assert found == next((one for one in order if one in statuses), Status.NONE)
    asked = [one for one in statuses if one is not Status.NONE]
    assert quotas.met(cells) == (sum(one is Status.MET for one in asked), len(asked))


def test_quota_must_ask_for_something():
    assert [one.message for one in quotas.problems(Quota("Lãnh đạo"))] == [
        "Ask for a number of people, or for a percentage."
    ]
    assert quotas.problems(Quota("Lãnh đạo", count=1, basis=Basis.ROSTER)) == []


def test_preset_of_dak_lak_2023_has_the_same_parts_for_agencies_and_communes():
    parts = [(q.count, q.percent, q.one_stop, q.categories) for q in DAKLAK_2023]

    assert parts[:4] == parts[4:]
    assert {q.groups for q in DAKLAK_2023[4:]} == {(UnitGroup.COMMUNE,)}


def test_every_kind_of_unit_has_a_group():
    assert unit_groups.group_of(UnitKind.DEPARTMENT) is UnitGroup.ADMINISTRATIVE
    assert unit_groups.group_of(UnitKind.ENTERPRISE) is UnitGroup.OTHER
    assert unit_groups.belongs(UnitKind.WARD, ())
    assert not unit_groups.belongs(UnitKind.WARD, (UnitGroup.CENTRAL,))


# --- Units that went into others ---------------------------------------------------------------


def test_ended_unit_counts_for_what_it_became_along_the_whole_chain():
    assert quotas.folded([1, 4], {1: 2, 2: 3, 3: 4}) == {1: 4, 2: 4, 3: 4, 4: 4}


def test_ended_unit_that_became_no_unit_of_the_contest_counts_for_itself():
    assert quotas.folded([1, 5], {1: 2, 9: 8}) == {1: 1, 5: 5}


@given(
    st.sets(st.integers(1, 12)), st.dictionaries(st.integers(1, 12), st.integers(1, 12), max_size=9)
)
def test_folding_ends_in_units_of_the_contest_and_loses_none(units, became):
    found = quotas.folded(units, became)

    assert set(found.values()) <= units
    assert units <= set(found)
