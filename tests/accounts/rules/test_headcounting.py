"""Headcounts are read with their day and their document, or the row says what is missing."""

from datetime import date

import pytest

from accounts.rules import headcounting
from accounts.rules.headcounting import HeadcountRow
from accounts.rules.matching import Directory, NamedUnit
from accounts.rules.staff import StaffCategory
from core.saying import Sentence, Unreadable

DIRECTORY = Directory([NamedUnit("DLK-SNV", "Sở Nội vụ"), NamedUnit("24169", "Phường Ea Kao")])
HEADER = ["Đơn vị", "Đối tượng", "Một cửa", "Biên chế có mặt", "Tính đến ngày", "Căn cứ"]
PAPER = "Quyết định số 12/QĐ-SNV"


def test_read_headcounts_takes_a_sheet():
    rows = [HEADER, ["Sở Nội vụ", "Công chức", "", "1.025", "30/09/2026", PAPER]]

    read = headcounting.read_headcounts(rows, DIRECTORY)

    assert read == (
        HeadcountRow(
            number=2,
            unit_code="DLK-SNV",
            category=StaffCategory.CIVIL_SERVANT,
            people=1025,
            counted_on=date(2026, 9, 30),
            source=PAPER,
        ),
    )


def test_read_headcounts_names_what_is_wrong_in_a_row():
    rows = [
        HEADER,
        ["Sở Nội vụ tỉnh X", "phi hành gia", "", "nhiều", "2026", ""],
        ["Phường Ea Kao", "Viên chức", "x", "5", "30/09/2026", PAPER],
        ["UBND phường Ea Kao", "Viên chức", "có", "6", "30/09/2026", PAPER],
        ["Phường Ea Kao", "Viên chức", "", "6", "30/09/2026", "a" * 301],
    ]

    read = headcounting.read_headcounts(rows, DIRECTORY)

    assert [[sentence.message for sentence in row.errors] for row in read] == [
        [
            "Name the document that the number is from.",
            "There is no unit called “%(name)s”. Nearest: %(units)s.",
            "“%(text)s” fits no staff category.",
            "“%(text)s” is not a number of people.",
            "Give the whole day of the count, for example 30/09/2026.",
        ],
        [],
        ["Row %(row)s already counts this category of the unit on this day."],
        ["The name of the document is too long."],
    ]
    assert [row.is_good for row in read] == [False, True, False, False]
    assert read[2].errors[0].values == {"row": 3}


def test_read_headcounts_without_the_document_is_refused():
    with pytest.raises(Unreadable) as refused:
        headcounting.read_headcounts([HEADER[:-1], ["Sở Nội vụ"]], DIRECTORY)

    assert refused.value.sentence == Sentence(
        "There is no column “%(title)s”.", {"title": "Căn cứ"}
    )
