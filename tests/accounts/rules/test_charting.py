"""Units come from a sheet with their kind, their place and their days."""

from datetime import date

import pytest

from accounts.rules import charting
from accounts.rules.charting import ChartRow
from accounts.rules.units import Tree, UnitEntry, UnitKind
from core.saying import Sentence, Unreadable

HEADER = ["Mã đơn vị", "Tên đơn vị", "Loại", "Trực thuộc", "Hệ thống", "Từ ngày", "Đến ngày"]


def test_read_chart_takes_parents_from_the_sheet_and_from_before():
    rows = [
        HEADER,
        ["SYT", "Sở Y tế", "Sở", "DLK-UBND", "", "", ""],
        ["SYT.01", "Trung tâm Y tế khu vực Cư M'gar", "Đơn vị sự nghiệp", "SYT", "", "2025", ""],
        ["CD-01", "Chi đoàn Sở Y tế", "chapter", "", "Đoàn", "01/07/2025", "31/12/2026"],
    ]

    read = charting.read_chart(rows, {"DLK-UBND"})

    assert [row.unit for row in read] == [
        UnitEntry("SYT", "Sở Y tế", UnitKind.DEPARTMENT, Tree.SECTOR, "DLK-UBND"),
        UnitEntry(
            "SYT.01",
            "Trung tâm Y tế khu vực Cư M’gar",
            UnitKind.PUBLIC_SERVICE,
            Tree.SECTOR,
            "SYT",
            date(2025, 1, 1),
        ),
        UnitEntry(
            "CD-01",
            "Chi đoàn Sở Y tế",
            UnitKind.CHAPTER,
            Tree.DOAN,
            valid_from=date(2025, 7, 1),
            valid_to=date(2026, 12, 31),
        ),
    ]


def test_read_chart_names_what_is_wrong_in_a_row():
    rows = [
        HEADER,
        ["A 1", "", "Sở", "nowhere", "", "", ""],
        ["B", "Trạm không gian", "trạm", "", "", "", ""],
        ["b", "Báo Đắk Lắk", "Báo, đài", "", "trên trời", "", ""],
        ["C", "Báo Phú Yên", "press", "C", "sector", "", ""],
        ["D", "Đài Phú Yên", "press", "", "", "01/07/2025", "30/06/2025"],
    ]

    read = charting.read_chart(rows, ())

    assert [[sentence.message for sentence in row.errors] for row in read] == [
        [
            "The name of the unit is missing.",
            "A unit code has letters, digits, dots and hyphens only, at most 40.",
            "There is no unit with the code %(code)s to stand under.",
        ],
        ["“%(text)s” is no kind of unit."],
        [
            "Row %(row)s already has the code %(code)s.",
            "“%(text)s” is none of the trees of units.",
        ],
        ["There is no unit with the code %(code)s to stand under."],
        ["The unit ends before it begins."],
    ]
    assert [row.unit for row in read] == [None] * 5


def test_read_chart_without_a_kind_is_refused():
    with pytest.raises(Unreadable) as refused:
        charting.read_chart([["Mã đơn vị", "Tên đơn vị"], ["A", "B"]], ())

    assert refused.value.sentence == Sentence(
        "There is no column “%(title)s”.", {"title": "Loại đơn vị"}
    )


def test_a_row_is_good_when_nothing_is_wrong():
    assert ChartRow(2, None).is_good
    assert not ChartRow(2, None, (Sentence("The unit is missing."),)).is_good
