"""Phones, addresses and identity numbers are read as people write them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.rules import contacting
from accounts.rules.contacting import CitizenNumber, Sex
from core.saying import Sentence, Unreadable

MOBILE = st.from_regex(r"0[35789][0-9]{8}", fullmatch=True)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("0905123456", "+84905123456"),
        ("0905 123 456", "+84905123456"),
        ("0905.123.456", "+84905123456"),
        ("(090) 512-3456", "+84905123456"),
        ("+84 905 123 456", "+84905123456"),
        ("84905123456", "+84905123456"),
        ("0084905123456", "+84905123456"),
        ("+84 (0)905 123 456", "+84905123456"),
        ("01685123456", "+84385123456"),
        ("0121 512 3456", "+84795123456"),
        ("84 168 512 3456", "+84385123456"),
        ("0262 3 852 123", "+842623852123"),
        ("+84 262 3852123", "+842623852123"),
        ("\u200b0842345678", "+84842345678"),
    ],
)
def test_read_phone_takes_what_people_write(typed, stored):
    assert contacting.read_phone(typed) == stored


@pytest.mark.parametrize(
    ("typed", "msgid", "values"),
    [
        ("  ", "Enter the phone number.", {}),
        (
            "090512345",
            "A phone number needs %(length)s digits; you entered %(entered)s.",
            {"length": 10, "entered": 9},
        ),
        (
            "09051234567",
            "A phone number has %(length)s digits; you entered %(entered)s.",
            {"length": 10, "entered": 11},
        ),
        (
            "0262385212",
            "A phone number needs %(length)s digits; you entered %(entered)s.",
            {"length": 11, "entered": 10},
        ),
        ("9051234567", "A phone number begins with 0 or +84.", {}),
        ("0905abc456", "A phone number has digits only: “%(typed)s”.", {"typed": "0905abc456"}),
        ("٠٩٠٥١٢٣٤٥٦", "A phone number has digits only: “%(typed)s”.", {"typed": "٠٩٠٥١٢٣٤٥٦"}),
        (
            "0405123456",
            "No network in Viet Nam has the prefix %(prefix)s. Check the first digits.",
            {"prefix": "040"},
        ),
    ],
)
def test_read_phone_says_what_is_wrong(typed, msgid, values):
    with pytest.raises(Unreadable) as refused:
        contacting.read_phone(typed)

    assert refused.value.sentence == Sentence(msgid, values)


@given(MOBILE)
def test_read_phone_comes_back_from_every_form(digits):
    stored = contacting.read_phone(digits)

    assert stored == "+84" + digits[1:]
    assert contacting.read_phone(stored) == stored
    assert contacting.read_phone(contacting.show_phone(stored)) == stored
    assert contacting.read_phone("0084" + digits[1:]) == stored


def test_show_phone_groups_the_digits():
    assert contacting.show_phone("+84905123456") == "0905 123 456"
    assert contacting.show_phone("+842623852123") == "0262 385 2123"


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        (" Hanh.NT@daklak.gov.vn ", "hanh.nt@daklak.gov.vn"),
        ("<y.bham@gmail.com>", "y.bham@gmail.com"),
    ],
)
def test_read_email_is_lower_case(typed, stored):
    assert contacting.read_email(typed) == stored


@pytest.mark.parametrize(
    ("typed", "msgid"),
    [
        ("", "Enter the e-mail address."),
        ("hạnh@daklak.gov.vn", "An e-mail address has no spaces and no marked letters."),
        ("hanh nt@daklak.gov.vn", "An e-mail address has no spaces and no marked letters."),
        ("hanh.daklak.gov.vn", "The e-mail address has no @, for example ten@daklak.gov.vn."),
        (
            "hanh@daklak",
            "“%(typed)s” is not an e-mail address, for example ten@daklak.gov.vn.",
        ),
        (
            "hanh..nt@daklak.gov.vn",
            "“%(typed)s” is not an e-mail address, for example ten@daklak.gov.vn.",
        ),
    ],
)
def test_read_email_says_what_is_wrong(typed, msgid):
    with pytest.raises(Unreadable) as refused:
        contacting.read_email(typed)

    assert refused.value.sentence.message == msgid


def test_read_citizen_number_takes_it_apart():
    number = contacting.read_citizen_number("066 304 012 345")

    assert number == CitizenNumber("066304012345", "066", Sex.FEMALE, 2004)
    assert contacting.read_citizen_number("066088012345").birth_year == 1988


@pytest.mark.parametrize(
    ("typed", "msgid"),
    [
        ("24123456a", "A citizen identity number has digits only."),
        ("241234567", "This is an old nine-digit number; enter the twelve-digit one."),
        (
            "66304012345",
            "The number has 11 digits; a spreadsheet may have dropped the 0 in front.",
        ),
        ("0663", "A citizen identity number needs 12 digits; you entered %(entered)s."),
        ("000304012345", "No province has the code %(code)s."),
    ],
)
def test_read_citizen_number_says_what_is_wrong(typed, msgid):
    with pytest.raises(Unreadable) as refused:
        contacting.read_citizen_number(typed)

    assert refused.value.sentence.message == msgid


def test_check_citizen_number_compares_year_and_sex():
    number = contacting.read_citizen_number("066304012345")

    agreed = contacting.check_citizen_number(number, born=date(2004, 2, 28), sex=Sex.FEMALE)
    doubted = contacting.check_citizen_number(number, born=date(1994, 2, 28), sex=Sex.MALE)

    assert agreed == ()
    assert doubted == (
        Sentence(
            "The identity number says born in %(told)s, the date of birth says %(given)s.",
            {"told": "2004", "given": "1994"},
        ),
        Sentence("The identity number does not fit the sex given."),
    )
