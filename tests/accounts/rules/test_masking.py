"""Masked names and numbers break nothing and reveal nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.rules import masking, naming

KINH = "Nguyễn Trần Lê Phạm Hoàng Vũ Đặng Bùi Thị Văn Đức Ngọc Minh An Ánh Ân Ơn Ý Yến Oanh"
HIGHLAND = "Y H’Hen H'Linh Niê Êban Mlô Kđăm Byă Ƀkrông"
WORDS = st.sampled_from([*KINH.split(), *HIGHLAND.split()])
NAMES = st.lists(WORDS, min_size=1, max_size=5).map(" ".join)


MOBILE = st.from_regex(r"0[35789][0-9]{8}", fullmatch=True)


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("Nguyễn Thị Hạnh", "Nguyễn Thị H***"),
        ("Hoàng Minh Khôi", "Hoàng Minh K***"),
        ("Lê Hoàng Yến", "Lê Hoàng Y***"),
        ("Lê Hoàng Y", "Lê Hoàng Y***"),
        ("Yến", "Y***"),
        ("Y Thiên Niê", "Y Thiên N***"),
        ("Y Thuận Niê Kđăm", "Y Thuận N***"),
        ("H'Bia Êban", "H’Bia Ê***"),
        ("H’ Linh Mlô", "H’Linh M***"),
        ("H Hen Niê", "H Hen N***"),
        ("H'Linh", "H’L***"),
        ("Y Thuận", "Y T***"),
        ("Nguyễn Văn C\u030cư", "Nguyễn Văn Č***"),
        ("Y Bin Ê\u0306ban", "Y Bin Ê\u0306***"),
        ("  ", ""),
    ],
)
def test_name_hides_all_but_an_initial(name, masked):
    assert masking.name(name) == masked


@given(NAMES)
def test_name_is_the_same_for_names_that_differ_after_the_initial(name):
    masked = masking.name(name)

    assert masked == masking.name(name + "xyz")
    assert masked.endswith("***")
    assert naming.tidy(name).startswith(masked.removesuffix("***"))


@given(MOBILE, MOBILE)
def test_phone_shows_two_digits_and_three(one, other):
    masked = masking.phone("+84" + one[1:])

    assert masked == f"{one[:2]}xx***{one[-3:]}"
    twin = masking.phone("+84" + one[1:2] + other[2:7] + one[7:])
    assert twin == masked


def test_phone_of_nothing_is_nothing():
    assert masking.phone("") == ""


def test_email_keeps_the_domain():
    assert masking.email("hanh.nt@daklak.gov.vn") == "h***@daklak.gov.vn"
    assert masking.email("") == ""
