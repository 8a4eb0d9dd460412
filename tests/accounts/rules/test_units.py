"""Units keep their identity through the merger of 2025 and are found by old and new names."""

from collections import Counter
from datetime import date, timedelta

import pytest

from accounts.rules import units
from accounts.rules.units import Gazetteer, Share, Tree, UnitEntry, UnitKind
from core.saying import Sentence
from core.text import lenient_search_key, nfc, old_style

BEFORE = date(2025, 6, 30)
AFTER = date(2025, 7, 1)


@pytest.fixture(scope="module")
def daklak():
    return units.daklak()


def names(pairs):
    return [(unit.name, share) for unit, share in pairs]


def test_places_before_and_after_the_merger(daklak):
    before = Counter(u.kind for u in daklak.valid(BEFORE) if u.tree is Tree.TERRITORY)
    after = Counter(u.kind for u in daklak.valid(AFTER) if u.tree is Tree.TERRITORY)

    assert before == {
        UnitKind.PROVINCE: 2,
        UnitKind.CITY: 2,
        UnitKind.TOWN: 3,
        UnitKind.DISTRICT: 19,
        UnitKind.COMMUNE: 231,
        UnitKind.WARD: 36,
        UnitKind.TOWNSHIP: 19,
    }
    assert after == {UnitKind.PROVINCE: 1, UnitKind.COMMUNE: 88, UnitKind.WARD: 14}


def test_every_name_is_written_in_the_house_way(daklak):
    wrong = [u.name for u in daklak.units if u.name != old_style(nfc(u.name)) or "'" in u.name]

    assert wrong == []


def test_no_code_lives_twice_on_one_day(daklak):
    for day in (BEFORE, AFTER):
        codes = Counter(unit.code for unit in daklak.valid(day))

        assert [code for code, times in codes.items() if times > 1] == []


def test_every_parent_is_known(daklak):
    codes = {unit.code for unit in daklak.units}

    assert [u.code for u in daklak.units if u.parent_code and u.parent_code not in codes] == []


def test_every_ended_commune_has_a_successor(daklak):
    ended = [u for u in daklak.valid(BEFORE) if u.kind in units.COMMUNES]

    assert len(ended) == 286
    assert [unit.name for unit in ended if not daklak.successors(unit)] == []
    assert sum(len(daklak.successors(unit)) > 1 for unit in ended) == 8


def test_the_same_code_is_two_units_in_two_eras(daklak):
    old, new = daklak.find("24184", BEFORE), daklak.find("24184", AFTER)

    assert (old.name, new.name) == ("Xã Ea H’leo", "Xã Ea H’leo")
    assert (old.parent_code, new.parent_code) == ("645", "66")
    assert names(daklak.successors(old)) == [("Xã Ea H’leo", Share.KEPT)]
    assert daklak.successors(new) == ()
    assert ("Xã Ea H’leo", Share.KEPT) in names(daklak.predecessors(new))
    assert daklak.predecessors(old) == ()


def test_find_on_a_day_without_such_a_unit_is_none(daklak):
    assert daklak.find("24172", AFTER + timedelta(days=1)) is None
    assert daklak.find("nowhere", AFTER) is None


def test_describe_an_old_commune_says_where_it_belongs_now(daklak):
    old = next(u for u in daklak.valid(BEFORE) if u.name == "Xã Ea Kao")

    assert daklak.describe(old) == Sentence(
        "%(unit)s — now part of %(now)s",
        {"unit": "Xã Ea Kao, TP Buôn Ma Thuột", "now": "Phường Ea Kao"},
    )


def test_describe_a_living_unit_is_its_name(daklak):
    ward = next(u for u in daklak.valid(AFTER) if u.name == "Phường Ea Kao")

    assert daklak.describe(ward) == Sentence("%(unit)s", {"unit": "Phường Ea Kao"})


def test_context_tells_doubles_apart(daklak):
    doubles = [u for u in daklak.valid(BEFORE) if u.name == "Xã Hòa Phong"]

    assert sorted(daklak.context(unit) for unit in doubles) == ["huyện Krông Bông", "huyện Tây Hòa"]


def test_search_text_finds_by_old_name_and_lenient_spelling(daklak):
    ward = next(u for u in daklak.valid(AFTER) if u.name == "Phường Ea Kao")

    sought = daklak.search_text(ward)

    assert sought.startswith("phuong ea kao | ")
    assert "xa ea kao tp buon ma thuot" in sought
    assert lenient_search_key("TP Buôn Ma Thuột") in sought


def test_search_text_fits_its_column(daklak):
    assert max(len(daklak.search_text(unit)) for unit in daklak.units) <= 400


def test_search_text_is_cut_between_words():
    words = [letter * 90 for letter in "abdeghi"]
    old = [
        UnitEntry(word, f"Xã {word}", UnitKind.COMMUNE, Tree.TERRITORY, valid_to=BEFORE)
        for word in words
    ]
    new = UnitEntry("9", "Xã Ea Na", UnitKind.COMMUNE, Tree.TERRITORY)
    changes = [units.UnitChange(word, "9", Share.ALL) for word in words]

    sought = Gazetteer([*old, new], changes).search_text(new)

    assert sought.split() == [
        *("xa", "ea", "na", "|", "xa", words[0], "|", "xa", words[1], "|", "xa", words[2]),
        *("|", "xa", words[3], "|", "xa"),
    ]


def test_youth_unions_follow_the_places(daklak):
    unions = [u for u in daklak.valid(AFTER) if u.tree is Tree.DOAN]

    assert Counter(u.kind for u in unions) == {
        UnitKind.PROVINCIAL_UNION: 1,
        UnitKind.COMMUNE_UNION: 102,
    }
    assert {u.parent_code for u in unions} == {"", "DOAN-66"}
    assert {"Tỉnh Đoàn Đắk Lắk", "Đoàn phường Ea Kao", "Đoàn xã Ea H’leo"} <= {
        u.name for u in unions
    }


def test_youth_unions_of_districts_ended_with_them(daklak):
    unions = [u for u in daklak.valid(BEFORE) if u.kind is UnitKind.DISTRICT_UNION]

    assert {"Thành đoàn Buôn Ma Thuột", "Thị đoàn Buôn Hồ", "Huyện đoàn Ea H’leo"} <= {
        u.name for u in unions
    }
    assert len(unions) == 24


def test_a_merged_department_leads_to_its_successor(daklak):
    old = next(u for u in daklak.units if u.code == "DLK-STTTT")

    assert names(daklak.successors(old)) == [("Sở Khoa học và Công nghệ", Share.ALL)]
    assert daklak.find("DLK-STTTT", AFTER) is None


def test_every_agency_says_where_it_is_known_from(daklak):
    agencies = [u for u in daklak.units if u.code.startswith("DLK-")]

    assert [u.code for u in agencies if not u.source] == []
    assert {u.tree for u in agencies} == {Tree.SECTOR, Tree.DOAN}


def test_every_kind_and_tree_has_a_label_and_a_place():
    assert {kind for kind in UnitKind if not kind.label} == set()
    assert {tree for tree in Tree if not tree.label} == set()
    assert UnitKind.WARD.tree is Tree.TERRITORY
    assert UnitKind.CHAPTER.tree is Tree.DOAN
    assert UnitKind.SCHOOL.tree is Tree.SECTOR


def test_short_name_abbreviates_districts_only(daklak):
    shown = {u.code: u.short_name for u in daklak.units if u.code in {"643", "644", "654", "66"}}

    assert shown == {
        "643": "TP Buôn Ma Thuột",
        "644": "TX Buôn Hồ",
        "654": "huyện Krông Pắc",
        "66": "Tỉnh Đắk Lắk",
    }
