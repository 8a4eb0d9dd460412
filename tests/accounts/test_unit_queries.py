from datetime import date

import pytest
from sqlalchemy import select

from accounts import charting, unit_queries
from accounts.charting import Counted
from accounts.models import Unit, UnitChange
from accounts.rules.staff import StaffCategory
from accounts.rules.units import Tree, UnitKind
from core.db import db
from core.i18n import say
from core.text import fold

TODAY = date(2026, 11, 18)


def said(words):
    return [
        (one.group, one.text, say(one.note) if one.note else "")
        for one in unit_queries.find_units(words)
    ]


def test_find_of_a_ward_offers_it_its_union_and_its_old_name(daklak):
    found = said("ea kao")

    assert found == [
        ("Communes and wards", "Phường Ea Kao", ""),
        ("Youth Union", "Đoàn phường Ea Kao", ""),
        (
            "Names used before 01/7/2025",
            "Xã Ea Kao, TP Buôn Ma Thuột",
            "nay thuộc Phường Ea Kao",
        ),
        (
            "Names used before 01/7/2025",
            "Đoàn xã Ea Kao, Thành đoàn Buôn Ma Thuột",
            "nay thuộc Đoàn phường Ea Kao",
        ),
    ]


def test_old_name_stands_for_the_unit_of_today(daklak):
    ward = unit_queries.unit_of_code("24169")

    old = [one for one in unit_queries.find_units("xã Ea Kao") if one.note is not None]

    assert old[0].id == ward.public_id


@pytest.mark.parametrize("typed", ["so noi vu", "SỞ NỘI VỤ", "Sở  nội vụ", "sơ nôi vu"])
def test_marks_and_capitals_are_forgiven(daklak, typed):
    assert said(typed)[0] == ("Departments and agencies", "Sở Nội vụ", "")


@pytest.mark.parametrize("typed", ["", "a", "không có đơn vị nào tên thế", "%%", "__"])
def test_nothing_is_found_for_words_that_say_nothing(daklak, typed):
    assert unit_queries.find_units(typed) == []


def test_at_most_twelve_units_are_offered_in_two_statements(daklak, queries):
    queries.clear()

    found = unit_queries.find_units("xa")

    assert (len(found), len(queries)) == (12, 2)


def test_words_typed_begin_words_of_the_names_found(daklak):
    found = said("phuong tu an")

    assert found[0] == (
        "Names used before 01/7/2025",
        "Phường Tự An, TP Buôn Ma Thuột",
        "nay thuộc Phường Buôn Ma Thuột",
    )


def test_letters_inside_a_word_find_a_name_when_nothing_begins_so(daklak):
    assert ("Departments and agencies", "Sở Nội vụ", "") in said("oi vu")


def test_commune_that_was_split_offers_each_of_its_successors(daklak):
    split = db.session.scalar(
        select(Unit)
        .join(UnitChange, UnitChange.old_id == Unit.id)
        .where(UnitChange.share == "part", Unit.kind == UnitKind.COMMUNE)
    )
    became = {new.public_id for new, _share in unit_queries.unit_history(split.id).after}

    offered = unit_queries.find_units(f"{split.name} {split.context}")

    assert len(became) == 2
    assert became <= {one.id for one in offered}


def test_ancestors_of_several_units_take_one_statement(admin, daklak, queries):
    office = unit_queries.unit_of_code("DLK-SNV")
    room = charting.add_unit(admin, "Phòng Tổ chức", UnitKind.DIVISION, parent=office)
    top = unit_queries.unit_of_code("DLK-UBND")
    ids = [room.id, office.id]
    queries.clear()

    above = unit_queries.unit_ancestors(ids, on=TODAY)

    assert above == {room.id: [office.id, top.id], office.id: [top.id]}
    assert len(queries) == 1


def test_nearest_counted_unit_is_the_unit_itself_or_one_above(admin, daklak):
    office = unit_queries.unit_of_code("DLK-SNV")
    room = charting.add_unit(admin, "Phòng Tổ chức", UnitKind.DIVISION, parent=office)
    other = charting.add_unit(admin, "Hội Cây cảnh", UnitKind.OTHER)

    chosen = unit_queries.nearest_counted([room.id, office.id, other.id], {office.id}, on=TODAY)

    assert chosen == {room.id: office.id, office.id: office.id}


def test_headcounts_give_the_latest_of_the_day_asked_about(admin, daklak):
    office = unit_queries.unit_of_code("DLK-SNV")
    for day, people in ((date(2026, 1, 1), 50), (date(2026, 10, 1), 57), (date(2027, 1, 1), 60)):
        counted = Counted(StaffCategory.CIVIL_SERVANT, people, day, "Công văn 12/SNV")
        charting.set_headcount(admin, office, counted)
    one_stop = Counted(
        StaffCategory.CIVIL_SERVANT, 4, date(2026, 10, 1), "Công văn 12/SNV", one_stop=True
    )
    charting.set_headcount(admin, office, one_stop)

    latest = unit_queries.headcounts([office.id], on=TODAY)

    assert {key: row.people for key, row in latest[office.id].items()} == {
        (StaffCategory.CIVIL_SERVANT, False): 57,
        (StaffCategory.CIVIL_SERVANT, True): 4,
    }


def test_tree_of_units_takes_three_statements_whatever_it_holds(daklak, queries):
    top = unit_queries.unit_of_code("66")
    queries.clear()

    rows = unit_queries.units_below(Tree.TERRITORY, top.id, on=TODAY)

    assert (len(rows), len(queries)) == (102, 3)


def test_history_says_what_a_ward_was_formed_from(daklak):
    ward = unit_queries.unit_of_code("24169")

    history = unit_queries.unit_history(ward.id)

    assert "Xã Ea Kao" in [old.name for old, _share in history.before]
    assert history.after == []


def test_old_name_no_longer_finds_a_unit_that_only_took_it_in(daklak):
    found = unit_queries.find_units("ea tam")

    assert all("ea tam" in fold(one.text) for one in found)
    assert found != []
