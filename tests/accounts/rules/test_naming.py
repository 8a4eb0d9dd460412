"""Names are kept whole, sorted as lists print them, and masked without breaking."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.rules import naming
from accounts.rules.naming import HighlandOrder, NameParts
from core.saying import Sentence

KINH = "Nguyễn Trần Lê Phạm Hoàng Vũ Đặng Bùi Thị Văn Đức Ngọc Minh An Ánh Ân Ơn Ý Yến Oanh"
HIGHLAND = "Y H’Hen H'Linh Niê Êban Mlô Kđăm Byă Ƀkrông"
WORDS = st.sampled_from([*KINH.split(), *HIGHLAND.split()])
NAMES = st.lists(WORDS, min_size=1, max_size=5).map(" ".join)


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("Nguyễn Thị Thu Hà", NameParts("Nguyễn", "Thị Thu", "Hà")),
        ("  Lê   An ", NameParts("Lê", "", "An")),
        ("Yến", NameParts("", "", "Yến")),
        ("Lê Hoàng Y", NameParts("Lê", "Hoàng", "Y")),
        ("Y Thuận Niê Kđăm", NameParts("", "", "Y Thuận Niê Kđăm", is_sure=False)),
        ("H'Hen Êban", NameParts("", "", "H’Hen Êban", is_sure=False)),
        ("H' Linh Mlô", NameParts("", "", "H’Linh Mlô", is_sure=False)),
        ("H Bia Êban", NameParts("", "", "H Bia Êban", is_sure=False)),
        ("Hà Văn Ý", NameParts("Hà", "Văn", "Ý")),
    ],
)
def test_split_takes_apart_only_what_is_sure(name, parts):
    assert naming.split(name) == parts


def test_split_by_the_last_word_where_the_setting_says_so():
    parts = naming.split("Y Bhăm Niê", highland=HighlandOrder.LAST_WORD)

    assert parts == NameParts("", "Y Bhăm", "Niê", is_sure=False)
    assert parts.ho_dem == "Y Bhăm"


@pytest.mark.parametrize(
    ("name", "override", "parts"),
    [
        ("Y Thuận Niê Kđăm", "Thuận", NameParts("Y", "Niê Kđăm", "Thuận")),
        ("Nguyễn Hoàng Thiên An", "thiên an", NameParts("Nguyễn", "Hoàng", "Thiên An")),
        ("H'Hen Êban", "H’Hen", NameParts("Êban", "", "H’Hen")),
        ("Yến", "Yến", NameParts("", "", "Yến")),
        ("Lê An", "Bình", NameParts("Lê", "", "An")),
    ],
)
def test_split_follows_the_person_who_knows(name, override, parts):
    assert naming.split(name, override) == parts


def test_name_sort_key_orders_by_given_name_first():
    names = [
        "Trần Văn An",
        "Bùi Thị Ánh",
        "Lê Ăn",
        "Đỗ Ân",
        "Đặng Thị Dung",
        "Vũ Văn Đặng",
        "H’Hen Êban",
        "Võ Thị Oanh",
        "Lê Ơn",
        "Y Bhăm Niê",
        "Nguyễn Như Ý",
        "Lê Hoàng Yến",
    ]

    assert sorted(sorted(names), key=naming.name_sort_key) == names


def test_name_sort_key_then_goes_by_family_and_middle_name():
    names = ["Đặng Văn Hà", "Lê Thị Hà", "Lê Văn Hà", "Lý Ánh Hà", "Lê An Hạ"]

    assert sorted(sorted(names), key=naming.name_sort_key) == names


def test_name_sort_key_by_last_word_puts_highland_names_among_the_clans():
    key = naming.name_sort_key("Y Bhăm Niê", highland=HighlandOrder.LAST_WORD)

    assert naming.name_sort_key("Lê Nia") < key < naming.name_sort_key("Lê Oanh")


@given(NAMES)
def test_name_sort_key_is_the_same_however_it_was_typed(name):
    typed = unicodedata.normalize("NFD", name.upper().replace("’", "'"))

    assert naming.name_sort_key(typed) == naming.name_sort_key(name)


@pytest.mark.parametrize(
    "name", ["Nguyễn Thị Hạnh", "H’Hen Niê", "H’Hen", "Lê D. An", "Mai-Linh Lê"]
)
def test_check_name_accepts_real_names(name):
    assert naming.check_name(name) == ()


@pytest.mark.parametrize(
    ("name", "msgids"),
    [
        ("", ["Enter the full name."]),
        ("Lê An 2", ["A name has no digits: “%(name)s”."]),
        ("Lê <An>", ["The name “%(name)s” has a character that no name has."]),
        ("An", ["“%(name)s” is one word only. Enter family name, middle name and given name."]),
        ("Lê " * 50, ["The name has %(length)s characters; at most %(longest)s fit."]),
    ],
)
def test_check_name_says_what_is_wrong(name, msgids):
    assert [problem.message for problem in naming.check_name(name)] == msgids


def test_notices_of_a_plain_name_are_none():
    assert naming.notices("Nguyễn Thị Hạnh") == ()
    assert naming.notices("Ông Ích Khiêm Anh") != ()


def test_notices_of_a_highland_name_say_that_it_is_kept():
    assert naming.notices("Y Bhăm Niê") == (
        Sentence(
            "“%(name)s” is kept whole; say which part to sort by if lists need it.",
            {"name": "Y Bhăm Niê"},
        ),
    )


def test_notices_name_a_form_of_address():
    found = naming.notices("Đồng chí Lê An")

    assert [notice.message for notice in found] == [
        "“%(name)s” seems to begin with a form of address; leave it out."
    ]
