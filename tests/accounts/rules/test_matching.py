"""A unit is found by what people call it; otherwise the nearest names are offered."""

from datetime import date

import pytest

from accounts.rules import units
from accounts.rules.matching import Directory, NamedUnit
from core.saying import Sentence, Unreadable


@pytest.fixture(scope="module")
def directory():
    daklak = units.daklak()
    lived = daklak.valid(date(2026, 11, 23))
    return Directory(NamedUnit(unit.code, unit.name, daklak.context(unit)) for unit in lived)


@pytest.mark.parametrize(
    ("called", "name"),
    [
        ("Phường Ea Kao", "Phường Ea Kao"),
        ("phuong ea kao", "Phường Ea Kao"),
        ("P. Ea Kao", "Phường Ea Kao"),
        ("UBND phường Ea Kao", "Phường Ea Kao"),
        ("Xã Ea H'Leo", "Xã Ea H’leo"),
        ("xã Krông Pak", "Xã Krông Pắc"),
        ("Sở nội vụ", "Sở Nội vụ"),
        ("Đoàn xã Ea Drăng", "Đoàn xã Ea Drăng"),
        ("P.BMT", "Phường Buôn Ma Thuột"),
    ],
)
def test_by_name_finds_what_people_write(directory, called, name):
    assert directory.by_name(called).name == name


def test_by_name_of_an_unknown_unit_offers_the_nearest(directory):
    with pytest.raises(Unreadable) as refused:
        directory.by_name("Phường Ea Cao")

    sentence = refused.value.sentence
    assert sentence.message == "There is no unit called “%(name)s”. Nearest: %(units)s."
    assert sentence.values["units"].split("; ")[0] == "Phường Ea Kao"


def test_by_name_of_nothing_like_a_unit_offers_none(directory):
    with pytest.raises(Unreadable) as refused:
        directory.by_name("qqqqqq")

    assert refused.value.sentence == Sentence(
        "There is no unit called “%(name)s”.", {"name": "qqqqqq"}
    )


def test_by_name_that_two_units_share_asks_for_the_code():
    doubles = [
        NamedUnit("24463", "Xã Hòa Phong", "huyện Krông Bông"),
        NamedUnit("22264", "Xã Hòa Phong", "huyện Tây Hòa"),
    ]
    directory = Directory(doubles)

    with pytest.raises(Unreadable) as refused:
        directory.by_name("Xã Hoà Phong")

    assert refused.value.sentence.values["units"] == (
        "Xã Hòa Phong, huyện Krông Bông (24463); Xã Hòa Phong, huyện Tây Hòa (22264)"
    )
    assert directory.by_name("xã Hòa Phong, H. Tây Hòa").code == "22264"


def test_by_code_does_not_mind_capitals(directory):
    assert directory.by_code("dlk-snv").name == "Sở Nội vụ"
    with pytest.raises(Unreadable) as refused:
        directory.by_code("99999")
    assert refused.value.sentence.values == {"code": "99999"}
