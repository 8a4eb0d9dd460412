import io
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from core import sheet_formats, sheets
from core.archives import FileRefused

HEADER = ["Họ tên", "Điểm", "Ngày", "Nộp lúc", "Số"]
ROWS = [
    [
        "=HYPERLINK(1)",
        Decimal("8.25"),
        date(2026, 11, 23),
        datetime(2026, 11, 23, 17, 30, tzinfo=UTC),
        7,
    ],
    ["Y Bhăm Niê", Decimal("1000.5"), None, None, -3],
]


def test_write_xlsx_gives_what_read_xlsx_shows():
    (sheet,) = sheets.read_xlsx(sheets.write_xlsx("Kết quả", HEADER, ROWS))

    assert sheet.name == "Kết quả"
    assert [[cell.text for cell in row] for row in sheet.rows] == [
        HEADER,
        ["=HYPERLINK(1)", "8,25", "23/11/2026", "24/11/2026 00:30", "7"],
        ["Y Bhăm Niê", "1.000,5", "", "", "-3"],
    ]


def test_write_csv_writes_commas_and_no_formula():
    written = b"".join(sheets.write_csv(HEADER, ROWS)).decode("utf-8-sig")

    assert written == (
        "Họ tên;Điểm;Ngày;Nộp lúc;Số\r\n"
        "'=HYPERLINK(1);8,25;23/11/2026;24/11/2026 00:30:00;7\r\n"
        "Y Bhăm Niê;1000,5;;;-3\r\n"
    )


@pytest.mark.parametrize("text", ["=1+1", "+84", "-1", "@SUM", "\tx", "\rx"])
def test_write_csv_guards_text_that_begins_like_a_formula(text):
    written = b"".join(sheets.write_csv([text], [])).decode("utf-8-sig")

    assert written.lstrip('"').startswith("'" + text[0])


@pytest.mark.parametrize(
    ("value", "form", "shown"),
    [
        (3.0, "", "3"),
        (0.5, "", "0,5"),
        (0.1 + 0.2, "", "0,3"),
        (0.25, "0%", "25%"),
        (0.2548, "0.00%", "25,48%"),
        (1234567.0, "#,##0", "1.234.567"),
        (1.5, "0.00", "1,50"),
        (2.5, "0", "3"),
        (1.0, "0.##", "1"),
        (12.0, '0" câu"', "12"),
        (-0.5, "General", "-0,5"),
    ],
)
def test_show_number_writes_it_as_the_cell_shows_it(value, form, shown):
    assert sheet_formats.show_number(value, form) == shown


@pytest.mark.parametrize(
    ("form", "shown"),
    [
        ("dd/mm/yyyy", ("01/03/2021", False)),
        ("d-mmm", ("1-3", True)),
        ("mmm-yy", ("3-2021", True)),
        ("", ("01/03/2021", False)),
    ],
)
def test_show_moment_writes_a_date_as_typed(form, shown):
    assert sheet_formats.show_moment(date(2021, 3, 1), form) == shown


def test_read_xlsx_spreads_a_cell_merged_over_rows():
    from xlsxwriter import Workbook

    target = io.BytesIO()
    with Workbook(target) as book:
        sheet = book.add_worksheet()
        sheet.merge_range("A1:A2", "Thể chế")
        sheet.write("B1", "một")
        sheet.write("B2", "hai")

    (read,) = sheets.read_xlsx(target.getvalue())

    assert [[cell.text for cell in row] for row in read.rows] == [
        ["Thể chế", "một"],
        ["Thể chế", "hai"],
    ]


def test_read_csv_beyond_its_rows_is_refused():
    with pytest.raises(FileRefused):
        sheets.read_csv("a,b\n" * (sheets.MOST_ROWS + 1), ",")


@pytest.mark.parametrize(("place", "name"), [((0, 0), "A1"), ((5, 2), "C6"), ((0, 27), "AB1")])
def test_address_names_a_cell_as_people_do(place, name):
    assert sheets.address(*place) == name
