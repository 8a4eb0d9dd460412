"""Columns are found by their titles; days, marks and counts are read as offices write them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.rules import columns
from accounts.rules.columns import Day
from core.saying import Sentence, Unreadable

TITLES = {"name": ("Họ và tên", "họ tên"), "born": ("Ngày sinh", "năm sinh")}


def test_find_table_skips_the_letterhead_and_empty_rows():
    rows = [
        ["UBND TỈNH ĐẮK LẮK", ""],
        ["", "DANH SÁCH"],
        ["STT", "HỌ VÀ TÊN (*)", "Năm sinh", "Họ tên"],
        ["(1)", "(2)", "(3)", "(4)"],
        ["1", " Lê\u00a0An ", "2004"],
        ["", "", ""],
        ["2", "H'Hen Niê"],
    ]

    table = columns.find_table(rows, TITLES, [("name",)])

    assert list(table) == [
        (5, {"name": "Lê An", "born": "2004"}),
        (7, {"name": "H'Hen Niê", "born": ""}),
    ]


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([], Sentence("The sheet is empty.")),
        ([["STT", "Tuổi"]], Sentence("There is no column “%(title)s”.", {"title": "Họ và tên"})),
    ],
)
def test_find_table_names_what_is_missing(rows, sentence):
    with pytest.raises(Unreadable) as refused:
        columns.find_table(rows, TITLES, [("name",)])

    assert refused.value.sentence == sentence


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("", None),
        ("28/02/2004", Day(date(2004, 2, 28))),
        ("8-2-2004", Day(date(2004, 2, 8))),
        ("2004-02-28 00:00:00", Day(date(2004, 2, 28))),
        ("38045", Day(date(2004, 2, 28))),
        ("38045.0", Day(date(2004, 2, 28))),
        ("2004", Day(date(2004, 1, 1), is_whole=False)),
        ("2004,0", Day(date(2004, 1, 1), is_whole=False)),
        ("02/2004", Day(date(2004, 2, 1), is_whole=False)),
    ],
)
def test_read_day_takes_what_sheets_hold(text, day):
    assert columns.read_day(text) == day


@given(st.dates(date(1930, 1, 1), date(2060, 1, 1)))
def test_read_day_comes_back_from_every_form(day):
    serial = str((day - date(1899, 12, 30)).days)

    read = [columns.read_day(text) for text in (f"{day:%d/%m/%Y}", day.isoformat(), serial)]

    assert read == [Day(day)] * 3


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "31/02/2004",
            Sentence(
                "Month %(month)s has no day %(day)s. Write it again, for example 28/02/2004.",
                {"month": "2", "day": "31"},
            ),
        ),
        (
            "28/2/04",
            Sentence(
                "“%(text)s” is not a day. Write it like 28/02/2004, or only the year.",
                {"text": "28/2/04"},
            ),
        ),
        (
            "12345678",
            Sentence(
                "“%(text)s” is not a day. Write it like 28/02/2004, or only the year.",
                {"text": "12345678"},
            ),
        ),
        (
            "02/28/2004",
            Sentence(
                "“%(text)s” is not a day. Write it like 28/02/2004, or only the year.",
                {"text": "02/28/2004"},
            ),
        ),
    ],
)
def test_read_day_says_what_is_wrong(text, sentence):
    with pytest.raises(Unreadable) as refused:
        columns.read_day(text)

    assert refused.value.sentence == sentence


def test_read_mark_knows_how_people_say_yes_and_no():
    assert [columns.read_mark(text) for text in ("x", "Có", "1", "", "không", "0")] == [
        *(True, True, True),
        *(False, False, False),
    ]
    with pytest.raises(Unreadable, match="neither yes nor no"):
        columns.read_mark("có thể")


def test_read_count_takes_grouped_digits():
    assert [columns.read_count(text) for text in ("25", "1.200", "1 200", "7,0")] == [
        *(25, 1200, 1200, 7)
    ]
    with pytest.raises(Unreadable, match="not a number of people"):
        columns.read_count("-3")
