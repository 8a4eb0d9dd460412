"""The radar of quotas: counted from enrolments and headcounts, in a fixed number of statements."""

import random
from datetime import date

import pytest

from accounts.models import UnitChange
from accounts.rules.staff import StaffCategory
from accounts.rules.units import UnitKind
from contest import overviews, quota_queries, targeting
from contest.errors import QuotaWrong
from contest.models import Attempt, Enrolment
from contest.rules.quotas import DAKLAK_2023, Basis, Quota, Status
from contest.rules.unit_groups import UnitGroup
from core.db import atomic, db
from tests import factories
from tests.contest import winning
from tests.contest.winning import headcount, member, taking_part

LEADER, MANAGER, OFFICIAL = (
    StaffCategory.LEADER,
    StaffCategory.MANAGER,
    StaffCategory.CIVIL_SERVANT,
)


@pytest.fixture
def mai(app):
    return factories.account(full_name="Lê Thị Mai")


@pytest.fixture
def round_(app, noon):
    return factories.round_(opens_at=noon, contest=factories.contest(headcount_on=winning.DAY))


@pytest.fixture
def contest(round_):
    return round_.contest


def stand_of(contest, unit, at, **fields):
    return quota_queries.radar(contest, at=at, **fields).unit_with(unit.id)


def said(stand):
    return [(cell.taken, cell.of, cell.status) for cell in stand.cells]


def test_radar_counts_each_category_against_its_headcount(contest, round_, mai, noon):
    targeting.add(contest, DAKLAK_2023, mai)
    unit = taking_part(contest, "Sở Nông nghiệp và Môi trường")
    headcount(unit, 4, LEADER)
    headcount(unit, 4, MANAGER)
    headcount(unit, 10, OFFICIAL)
    headcount(unit, 2, OFFICIAL, one_stop=True)
    for _ in range(2):
        member(round_, unit, MANAGER)
        member(round_, unit, OFFICIAL)
    member(round_, unit, OFFICIAL, one_stop=True)

    stand = stand_of(contest, unit, noon)

    assert said(stand) == [
        (0, 4, Status.MISSED),
        (2, 4, Status.MET),
        (3, 10, Status.MET),
        (1, 2, Status.NEAR),
    ]
    assert (stand.status, stand.lacking, stand.met) == (Status.MISSED, 2, (2, 4))
    assert str(stand.taken.rate) == "27.78"


def test_radar_counts_nobody_who_tests_hides_or_only_entered(contest, round_, mai, noon):
    targeting.add(contest, [Quota("Mọi người", percent=50)], mai)
    unit = taking_part(contest, "Sở Tư pháp")
    headcount(unit, 4)
    member(round_, unit, took=False)
    member(round_, unit, is_test=True)
    member(round_, unit, is_hidden=True)
    member(round_, unit)

    assert said(stand_of(contest, unit, noon)) == [(1, 4, Status.NEAR)]


def test_radar_of_a_round_counts_only_that_round(contest, round_, mai, noon):
    targeting.add(contest, [Quota("Mọi người", count=1)], mai)
    unit = taking_part(contest, "Sở Tư pháp")
    member(round_, unit)
    later = factories.round_(contest=contest, number=2, opens_at=noon, blueprint=round_.blueprint)

    found = [stand_of(contest, unit, noon, round_=one).cells[0].taken for one in (round_, later)]

    assert found == [1, 0]


def test_quota_concerns_only_units_of_its_group(contest, round_, mai, noon):
    targeting.add(contest, DAKLAK_2023, mai)
    ward = taking_part(contest, "Phường Tân Lập", UnitKind.WARD)
    school = taking_part(contest, "Trường Chính trị tỉnh", UnitKind.SCHOOL)

    radar = quota_queries.radar(contest, at=noon)

    assert radar.unit_with(ward.id).asked[0].title == "Lãnh đạo xã, phường"
    assert radar.unit_with(school.id).asked == []
    assert radar.groups == [UnitGroup.COMMUNE]


def test_quota_of_the_list_counts_people_of_divisions_too(contest, round_, mai, noon):
    asked = Quota("Công chức", categories=(OFFICIAL,), percent=50, basis=Basis.ROSTER)
    targeting.add(contest, [asked], mai)
    unit = taking_part(contest, "Sở Tư pháp")
    for _ in range(3):
        factories.account(unit_id=unit.id, category=OFFICIAL)
    member(round_, unit)

    assert said(stand_of(contest, unit, noon)) == [(1, 3, Status.NEAR)]


def test_people_and_headcounts_of_a_merged_unit_count_for_the_new_one(contest, round_, mai, noon):
    targeting.add(contest, [Quota("Mọi người", percent=100)], mai)
    old = factories.unit(
        name="Sở Thông tin và Truyền thông",
        kind=UnitKind.DEPARTMENT,
        valid_to=date(2026, 6, 30),
    )
    new = taking_part(contest, "Sở Khoa học và Công nghệ")
    factories.saved(UnitChange(old_id=old.id, new_id=new.id, share="all"))
    headcount(old, 3, counted_on=date(2026, 1, 1))
    member(round_, old)
    member(round_, old, counted_unit_id=None)
    member(round_, new)

    stand = stand_of(contest, new, noon)

    assert said(stand) == [(3, 3, Status.MET)]
    assert [len(quota_queries.people_of(contest, new))] == [3]


def test_own_headcount_of_the_new_unit_takes_the_place_of_the_old_ones(contest, round_, mai, noon):
    targeting.add(contest, [Quota("Mọi người", percent=100)], mai)
    old = factories.unit(valid_to=date(2026, 6, 30))
    new = taking_part(contest, "Phường Tân Lập", UnitKind.WARD)
    factories.saved(UnitChange(old_id=old.id, new_id=new.id, share="all"))
    headcount(old, 30, counted_on=date(2026, 1, 1))
    headcount(new, 8)

    assert stand_of(contest, new, noon).cells[0].of == 8


def test_unit_that_only_gave_a_part_away_is_not_counted_in_the_other(contest, round_, mai, noon):
    targeting.add(contest, [Quota("Mọi người", count=1)], mai)
    old = factories.unit(valid_to=date(2026, 6, 30))
    new = taking_part(contest, "Phường Tân Lập", UnitKind.WARD)
    factories.saved(UnitChange(old_id=old.id, new_id=new.id, share="part"))
    member(round_, old)

    assert stand_of(contest, new, noon).cells[0].taken == 0


def test_radar_agrees_with_the_table_of_participation(contest, round_, mai, noon):
    targeting.add(contest, DAKLAK_2023, mai)
    unit = taking_part(contest, "Sở Tư pháp")
    headcount(unit, 9)
    headcount(unit, 2, one_stop=True)
    member(round_, unit)

    radar = quota_queries.radar(contest, at=noon)

    assert [(one.unit.id, one.taken) for one in radar.units] == [
        (line.unit.id, line.taken) for line in overviews.participation(contest)
    ]


def test_radar_equals_a_count_by_hand_over_random_people(contest, round_, mai, noon):
    rng = random.Random(7)
    targeting.add(contest, DAKLAK_2023, mai)
    units = [taking_part(contest, f"Sở {number}") for number in range(5)]
    for unit in units:
        for category in (LEADER, MANAGER, OFFICIAL):
            headcount(unit, rng.randint(0, 6), category)
        headcount(unit, rng.randint(0, 3), OFFICIAL, one_stop=True)
    for _ in range(40):
        member(
            round_,
            rng.choice(units),
            rng.choice((LEADER, MANAGER, OFFICIAL)),
            one_stop=rng.random() < 0.2,
            took=rng.random() < 0.7,
        )

    radar = quota_queries.radar(contest, at=noon)

    people = [
        one
        for one in db.session.query(Enrolment)
        if db.session.query(Attempt).filter_by(enrolment_id=one.id).count()
    ]
    for unit in units:
        mine = [one for one in people if one.counted_unit_id == unit.id]
        counts = [sum(one.category is want for one in mine) for want in (LEADER, MANAGER, OFFICIAL)]
        desk = sum(one.one_stop for one in mine)
        assert [cell.taken for cell in radar.unit_with(unit.id).cells] == [*counts, desk]


def test_radar_needs_the_same_statements_for_any_number_of_units(
    contest, round_, mai, noon, queries
):
    targeting.add(contest, [*DAKLAK_2023, Quota("Cả danh sách", count=1, basis=Basis.ROSTER)], mai)
    counts = []
    for number in range(2):
        for extra in range(1 + 9 * number):
            unit = taking_part(contest, f"Sở {number} {extra}")
            headcount(unit, 5)
            member(round_, unit)
            factories.account(unit_id=unit.id)
        db.session.expire_all()
        contest.headcount_on  # noqa: B018 -- the row itself is not counted
        queries.clear()
        quota_queries.radar(contest, at=noon)
        counts.append(len(queries))

    assert counts == [7, 7]


def test_rows_are_found_without_marks_and_sorted_by_urgency(contest, round_, mai, noon):
    targeting.add(contest, [Quota("Mọi người", count=2)], mai)
    for name, came in (("Sở Tư pháp", 2), ("Sở Y tế", 0), ("Sở Nội vụ", 1)):
        unit = taking_part(contest, name)
        for _ in range(came):
            member(round_, unit)
    units = quota_queries.radar(contest, at=noon).units

    def names(**asked):
        return [one.unit.name for one in quota_queries.shown(units, group=None, **asked)]

    assert names(sort="status") == ["Sở Y tế", "Sở Nội vụ", "Sở Tư pháp"]
    assert names(sort="lacking") == ["Sở Y tế", "Sở Nội vụ", "Sở Tư pháp"]
    assert names(words="tu phap") == ["Sở Tư pháp"]
    assert names(status=Status.NEAR) == ["Sở Nội vụ"]
    assert quota_queries.shown(units, group=UnitGroup.COMMUNE) == []


def test_people_of_a_unit_are_those_entered_and_those_in_its_list(contest, round_, mai, noon):
    unit = taking_part(contest, "Sở Tư pháp")
    came = member(round_, unit, LEADER)
    absent = member(round_, unit, took=False)
    listed = factories.account(full_name="Y Thiên Niê", unit_id=unit.id, category=MANAGER)
    factories.account(full_name="Người đã nghỉ", unit_id=unit.id, deactivated_at=noon)
    member(round_, taking_part(contest, "Sở Y tế"))

    found = quota_queries.people_of(contest, unit)

    assert {(one.name, one.is_enrolled, one.rounds) for one in found} == {
        (came.account.full_name, True, frozenset({round_.id})),
        (absent.account.full_name, True, frozenset()),
        (listed.full_name, False, frozenset()),
    }


def test_quotas_are_added_once_changed_and_taken_out(contest, mai):
    targeting.add(contest, DAKLAK_2023, mai)
    assert targeting.add(contest, DAKLAK_2023, mai) == []
    first, *_ = quota_queries.quotas_of(contest)

    targeting.edit(contest, first, Quota("Lãnh đạo Sở", count=2), mai)
    targeting.remove(contest, quota_queries.quotas_of(contest)[1], mai)

    kept = quota_queries.quotas_of(contest)
    assert (len(kept), kept[0].asked) == (7, Quota("Lãnh đạo Sở", count=2))


def test_quota_that_asks_for_nothing_is_refused(contest, mai):
    with pytest.raises(QuotaWrong), atomic():
        targeting.add(contest, [Quota("Lãnh đạo Sở")], mai)

    assert quota_queries.quotas_of(contest) == []
