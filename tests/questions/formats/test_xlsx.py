import io
from datetime import date

import pytest

from questions.formats import csv, xlsx

LETTERS = "ABCD"


def workbook(*sheets):
    from xlsxwriter import Workbook

    target = io.BytesIO()
    with Workbook(target) as book:
        short = book.add_format({"num_format": "d-mmm"})
        for rows in sheets:
            sheet = book.add_worksheet()
            for place, row in enumerate(rows):
                for column, value in enumerate(row):
                    sheet.write(place, column, value, short if isinstance(value, date) else None)
    return target.getvalue()


def told(found):
    return [
        (draft.stem, draft.options, "".join(LETTERS[place] for place in draft.key))
        for draft in found.questions
    ]


ONE = [("Tỉnh nào?", ("Gia Lai", "Đắk Lắk"), "B")]


@pytest.mark.parametrize(
    "rows",
    [
        [["Câu hỏi", "A", "B", "Đáp án"], ["Tỉnh nào?", "Gia Lai", "Đắk Lắk", "B"]],
        [["Đáp án đúng (A/B)", "PA B", "PA A", "Nội dung"],
         ["b", "Đắk Lắk", "Gia Lai", "Tỉnh nào?"]],
        [["Question", "Option 1", "Option 2", "Answer"], ["Tỉnh nào?", "Gia Lai", "Đắk Lắk", 2]],
        [["Đề bài", "Đáp án A", "Đáp án B", "Key"], ["Tỉnh nào?", "Gia Lai", "Đắk Lắk", "Đắk Lắk"]],
        [["BỘ CÂU HỎI"], [], ["TT", "Câu hỏi", "Phương án", "", "ĐA"], ["", "", "A", "B", ""],
         [1, "Tỉnh nào?", "Gia Lai", "Đắk Lắk", "Đáp án B"]],
        [[1, "Tỉnh nào?", "Gia Lai", "Đắk Lắk", "B"]],
        [["Câu hỏi", "Đáp án"], ["Câu 1: Tỉnh nào?\nA. Gia Lai\nB. Đắk Lắk", "B"]],
        [["Câu 1: Tỉnh nào?"], ["A. Gia Lai"], ["*B. Đắk Lắk"]],
    ],
)  # fmt: skip
def test_read_columns_in_any_order_and_naming_are_found(rows):
    assert told(xlsx.read(workbook(rows))) == ONE


def test_read_several_keys_and_statements_decide_the_type():
    rows = [
        ["Câu hỏi", "A", "B", "C", "Đáp án"],
        ["Chọn hai.", "một", "hai", "ba", "A,C"],
        ["Trái đất tròn.", "", "", "", "Đúng"],
    ]

    found = xlsx.read(workbook(rows))

    assert [(draft.type, draft.key) for draft in found.questions] == [
        ("multiple_choice", (0, 2)),
        ("true_false", (0,)),
    ]


def test_read_dates_that_show_no_year_are_named_by_cell():
    rows = [["Câu hỏi", "A", "B", "Đáp án"], ["Cặp nào?", date(2021, 3, 1), date(2021, 2, 1), "A"]]

    found = xlsx.read(workbook(rows))

    assert told(found) == [("Cặp nào?", ("1-3", "1-2"), "A")]
    assert found.messages[0].text.values == {"cells": "B2, C2", "texts": "1-3, 1-2"}


def test_read_columns_and_sheets_that_are_not_read_are_named():
    rows = [["Câu hỏi", "A", "B", "Đáp án", "Mã hồ sơ gốc"], ["X?", "một", "hai", "A", "77"]]

    found = xlsx.read(workbook(rows, [["Cách dùng mẫu này"]]))

    assert [message.code for message in found.messages] == ["unknown-column", "unread-sheet"]


def test_read_titles_between_rows_are_topics():
    rows = [
        ["Câu hỏi", "A", "B", "Đáp án"],
        ["PHẦN I. CẢI CÁCH THỂ CHẾ"],
        ["X?", "một", "hai", "A"],
    ]

    (draft,) = xlsx.read(workbook(rows)).questions

    assert draft.topic == "PHẦN I. CẢI CÁCH THỂ CHẾ"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
def test_read_csv_in_any_encoding_and_with_any_delimiter(delimiter, encoding):
    rows = [["Câu hỏi", "A", "B", "Đáp án"], ["Tỉnh nào?", "Gia Lai", "Đắk Lắk", "B"]]
    text = "\r\n".join(delimiter.join(row) for row in rows)

    assert told(csv.read(text.encode(encoding))) == ONE


def test_read_csv_in_cp1258_composes_the_letters():
    text = "Câu ho\u0309i;A;B;Đáp án\nTi\u0309nh nào?;Gia Lai;Đă\u0301k Lă\u0301k;B"

    found = csv.read(text.replace("á", "a\u0301").replace("à", "a\u0300").encode("cp1258"))

    assert (told(found), found.messages) == (ONE, ())


def test_read_csv_in_an_unknown_encoding_says_so():
    found = csv.read("Question;A;B;Answer\nCafé à Hanoi?;oui;non;A".encode("cp1252"))

    assert told(found) == [("Café à Hanoi?", ("oui", "non"), "A")]
    assert [message.code for message in found.messages] == ["encoding"]
