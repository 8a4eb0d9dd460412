"""A roster is read row by row: what can be mended is, what cannot is named."""

from datetime import date

import pytest

from accounts.rules import rostering
from accounts.rules.matching import Directory, NamedUnit
from accounts.rules.rostering import RosterRow, StaffCategory
from core.saying import Sentence, Unreadable

DIRECTORY = Directory(
    [NamedUnit("DLK-SNV", "Sở Nội vụ"), NamedUnit("24169", "Phường Ea Kao")],
)


def read(*rows, unit_code=None):
    return rostering.read_roster(rows, DIRECTORY, unit_code=unit_code)


def test_read_roster_takes_columns_in_any_order():
    roster = read(
        ["SĐT", "Họ và tên", "Đơn vị", "Đối tượng", "Một cửa", "Thư điện tử", "Ngày sinh"],
        [
            *("0905 123 456", "Nguyễn Thị Hạnh", "sở nội vụ", "Công chức không giữ chức vụ"),
            *("x", "Hanh@daklak.gov.vn", "28/02/1994"),
        ],
    )

    assert roster.rows == (
        RosterRow(
            number=2,
            name="Nguyễn Thị Hạnh",
            unit_code="DLK-SNV",
            category=StaffCategory.CIVIL_SERVANT,
            one_stop=True,
            phone="+84905123456",
            email="hanh@daklak.gov.vn",
            born=date(1994, 2, 28),
        ),
    )


def test_read_roster_joins_names_in_two_columns_and_sorts_by_the_second():
    roster = read(
        ["STT", "Họ đệm", "Tên", "Mã đơn vị"],
        ["1", "Y", "Bhăm Niê", "24169"],
        ["2", "Lê Hoàng", "Yến", "24169"],
    )

    assert [(row.name, row.sort_by, row.errors) for row in roster.rows] == [
        ("Y Bhăm Niê", "Bhăm Niê", ()),
        ("Lê Hoàng Yến", "Yến", ()),
    ]


def test_read_roster_mends_a_lost_zero_and_says_so():
    roster = read(
        ["Họ tên", "Điện thoại"],
        ["Lê An", "905123456"],
        ["Lê Bình", "905123457,0"],
        unit_code="24169",
    )

    assert [(row.phone, row.unit_code) for row in roster.good] == [
        ("+84905123456", "24169"),
        ("+84905123457", "24169"),
    ]
    assert roster.rows[0].notices == (
        Sentence(
            "The phone number had lost its first 0: taken as %(phone)s.", {"phone": "0905123456"}
        ),
    )


def test_read_roster_names_all_that_is_wrong_in_a_row():
    roster = read(
        ["Họ tên", "Đơn vị", "SĐT", "Ngày sinh", "Đối tượng", "Một cửa"],
        ["Lê 2", "Sở Nội Vụ tỉnh X", "090", "31/02/2004", "phi hành gia", "đôi khi"],
        ["Lê An", "", "", "", "", ""],
    )

    assert [sentence.message for sentence in roster.rows[0].errors] == [
        "A name has no digits: “%(name)s”.",
        "There is no unit called “%(name)s”. Nearest: %(units)s.",
        "“%(text)s” fits no staff category.",
        "“%(text)s” is neither yes nor no. Write x or leave it empty.",
        "A phone number needs %(length)s digits; you entered %(entered)s.",
        "Month %(month)s has no day %(day)s. Write it again, for example 28/02/2004.",
    ]
    assert roster.rows[1].errors == (Sentence("The unit is missing."),)
    assert roster.bad == roster.rows


def test_read_roster_finds_doubles_within_the_sheet():
    roster = read(
        ["Họ tên", "SĐT", "Thư điện tử", "Ngày sinh"],
        ["Lê An", "0905123456", "an@daklak.gov.vn", "2004"],
        ["Lê Ân", "+84 905 123 456", "", ""],
        ["Lê Ấn", "", "AN@daklak.gov.vn", ""],
        ["lê an", "", "", "01/01/2004"],
        ["Lê Hòa", "", "", ""],
        ["Lê Hoà", "", "", ""],
        unit_code="24169",
    )

    said = [(row.number, s.message, s.values) for row in roster.rows for s in row.errors]

    assert said == [
        (
            3,
            "Row %(row)s already has the phone number %(value)s.",
            {"value": "0905 123 456", "row": 2},
        ),
        (
            4,
            "Row %(row)s already has the e-mail address %(value)s.",
            {"value": "an@daklak.gov.vn", "row": 2},
        ),
        (
            5,
            "Row %(row)s already has %(value)s, of the same unit and date of birth.",
            {"value": "lê an", "row": 2},
        ),
    ]
    assert roster.rows[5].notices == (
        Sentence(
            "Row %(row)s has the same name in the same unit: %(value)s.",
            {"value": "Lê Hoà", "row": 6},
        ),
    )


def test_read_roster_says_how_a_year_was_taken():
    roster = read(["Họ tên", "Năm sinh"], ["Lê An", "2004"], unit_code="24169")

    assert roster.rows[0].born == date(2004, 1, 1)
    assert roster.rows[0].notices == (
        Sentence(
            "The date of birth “%(text)s” is taken as %(day)s.",
            {"text": "2004", "day": "01/01/2004"},
        ),
    )


@pytest.mark.parametrize(("header", "title"), [(["SĐT"], "Họ và tên"), (["Họ tên"], "Đơn vị")])
def test_read_roster_without_a_needed_column_names_it(header, title):
    with pytest.raises(Unreadable) as refused:
        read(header, ["x"])

    assert refused.value.sentence.values == {"title": title}


@pytest.mark.parametrize(
    ("text", "category", "is_exact"),
    [
        ("Lãnh đạo đơn vị", StaffCategory.LEADER, True),
        ("Phó Giám đốc Sở", StaffCategory.LEADER, False),
        ("Chủ tịch UBND xã", StaffCategory.LEADER, False),
        ("Lãnh đạo phòng và tương đương", StaffCategory.MANAGER, True),
        ("Phó Trưởng phòng", StaffCategory.MANAGER, False),
        ("Phó phòng", StaffCategory.MANAGER, False),
        ("Chánh Văn phòng", StaffCategory.MANAGER, False),
        ("Chuyên viên chính", StaffCategory.CIVIL_SERVANT, False),
        ("giáo viên", StaffCategory.PUBLIC_EMPLOYEE, False),
        ("Người lao động", StaffCategory.WORKER, True),
        ("Đoàn viên, thanh niên", StaffCategory.YOUTH_MEMBER, True),
        ("học sinh", StaffCategory.STUDENT, True),
        ("citizen", StaffCategory.CITIZEN, True),
    ],
)
def test_read_category_knows_names_and_titles(text, category, is_exact):
    assert rostering.read_category(text) == (category, is_exact)


def test_read_roster_says_how_a_title_was_taken():
    roster = read(["Họ tên", "Chức vụ"], ["Lê An", "Phó Trưởng phòng"], unit_code="24169")

    assert roster.rows[0].category is StaffCategory.MANAGER
    assert roster.rows[0].notices == (
        Sentence(
            "“%(title)s” is taken as: %(category)s.",
            {
                "title": "Phó Trưởng phòng",
                "category": Sentence("Head or deputy head of a division"),
            },
        ),
    )


@pytest.mark.slow
def test_read_roster_of_a_large_sheet_reports_its_bad_rows():
    rows = [["Lê Thị Hạnh", f"09{n:08}", "Phường Ea Kao"] for n in range(5_000)]
    for bad in range(0, 4_000, 100):
        rows[bad][2] = "Phường Ea Cao"

    roster = read(["Họ tên", "SĐT", "Đơn vị"], *rows)

    assert (len(roster.good), len(roster.bad)) == (4_960, 40)
    assert [row.number for row in roster.bad[:3]] == [2, 102, 202]


def test_every_category_has_a_label_and_only_staff_is_counted():
    assert [category.value for category in StaffCategory if not category.label] == []
    assert [category.value for category in StaffCategory if category.is_staff] == [
        *("leader", "manager", "civil_servant", "public_employee", "worker")
    ]
