from datetime import date

import pytest

from accounts.rules import unit_sheets
from accounts.rules.matching import Directory, NamedUnit
from accounts.rules.staff import StaffCategory
from accounts.rules.units import UnitKind
from core.saying import Unreadable

DIRECTORY = Directory([NamedUnit("DLK-SNV", "Sở Nội vụ"), NamedUnit("DLK-STC", "Sở Tài chính")])
DAY = date(2026, 10, 1)


def test_units_are_read_with_kind_parent_and_day():
    rows = [
        ["Tên đơn vị", "Loại", "Trực thuộc", "Từ ngày"],
        ["Phòng Tổ chức", "Phòng", "so noi vu", "01/03/2025"],
    ]

    (line,) = unit_sheets.read_units(rows, DIRECTORY)

    assert (line.name, line.kind, line.parent_code, line.valid_from, line.errors) == (
        "Phòng Tổ chức",
        UnitKind.DIVISION,
        "DLK-SNV",
        date(2025, 3, 1),
        (),
    )


def test_kind_that_is_missing_is_guessed_and_said():
    (line,) = unit_sheets.read_units([["Tên đơn vị"], ["Trường THPT Ea Kao"]], DIRECTORY)

    assert (line.kind, len(line.notices)) == (UnitKind.SCHOOL, 1)


def test_known_repeated_and_misplaced_units_are_named():
    rows = [
        ["Tên đơn vị", "Trực thuộc"],
        ["Sở Nội vụ", ""],
        ["Phòng A", "Sở Lạ"],
        ["Phòng B", ""],
        ["phong b", ""],
    ]

    lines = unit_sheets.read_units(rows, DIRECTORY)

    assert [(line.is_known, bool(line.errors)) for line in lines] == [
        (True, False),
        (False, True),
        (False, False),
        (False, True),
    ]


def test_headcounts_in_rows_and_in_columns_say_the_same():
    in_rows = [["Đơn vị", "Đối tượng", "Số người"], ["Sở Nội vụ", "Công chức", "1.200"]]
    in_columns = [["Đơn vị", "Công chức"], ["Sở Nội vụ", "1.200"]]

    read = [
        unit_sheets.read_headcounts(rows, DIRECTORY, on=DAY, source="Công văn 12/SNV")
        for rows in (in_rows, in_columns)
    ]

    assert read[0] == read[1]
    assert (read[0][0].category, read[0][0].people) == (StaffCategory.CIVIL_SERVANT, 1200)


@pytest.mark.parametrize("people", ["nhiều", "-3", "999999"])
def test_number_that_is_none_is_an_error_of_its_row(people):
    rows = [["Đơn vị", "Công chức"], ["Sở Nội vụ", people], ["Sở Tài chính", "60"]]

    lines = unit_sheets.read_headcounts(rows, DIRECTORY, on=DAY, source="")

    assert [bool(line.errors) for line in lines] == [True, False]


def test_sheet_without_the_columns_is_refused():
    with pytest.raises(Unreadable):
        unit_sheets.read_headcounts([["Một", "Hai"]], DIRECTORY, on=DAY, source="")
