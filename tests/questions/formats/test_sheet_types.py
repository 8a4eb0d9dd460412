"""Every type in the cells of a spreadsheet, as people write them."""

import io

import pytest

from core import sheets
from questions.formats import csv, sheet_types, xlsx
from questions.rules import drafting, marking

HEADER = ["STT", "Câu hỏi", "Phương án A", "Phương án B", "Phương án C", "Phương án D", "Đáp án",
          "Loại câu hỏi", "Thiết lập"]  # fmt: skip


def read(*rows, header=HEADER):
    cells = [[*row, *[""] * (len(header) - len(row))] for row in rows]
    return xlsx.read(sheets.write_xlsx("Đề", header, cells))


def one(kind, key, texts=(), settings=""):
    four = [*texts, *[""] * (4 - len(texts))]
    found = read(
        ["1", "Hỏi [[1]] gì?" if kind == "Điền khuyết" else "Hỏi gì?", *four, key, kind, settings]
    )
    assert [m.code for m in found.messages if m.level == "error"] == [], found.messages
    return found.questions[0]


@pytest.mark.parametrize("key", ["Đ, S, Đ, S", "ĐSĐS", "a) Đ b) S c) Đ d) S", "A, C", "T F T F"])
def test_read_when_statements_are_judged_in_any_writing_then_verdicts_are_right(key):
    found = one("Đúng – Sai nhiều ý", key, ["một", "hai", "ba", "bốn"])

    verdicts = [one["is_true"] for one in found.content["statements"]]
    assert (found.type, verdicts) == ("statements", [True, False, True, False])


@pytest.mark.parametrize(
    ("key", "wanted"),
    [
        ("6", ("6", "0", "absolute", "")),
        ("3,14 ± 0,01", ("3.14", "0.01", "absolute", "")),
        ("10 ± 5%", ("10", "0.05", "relative", "")),
        ("2,718 (làm tròn 2)", ("2.718", "2", "decimals", "")),
        ("100 ± 1 km", ("100", "1", "absolute", "km")),
        ("từ 1 đến 5", ("3", "2", "absolute", "")),
        ("1.234,5", ("1234.5", "0", "absolute", "")),
    ],
)
def test_read_when_a_number_is_written_in_any_way_then_it_is_understood(key, wanted):
    content = one("Số", key).content

    first = content["answers"][0]
    assert (first["value"], first["tolerance"], first["kind"], content["unit"]) == wanted


def test_read_when_answers_are_short_then_shares_and_bars_are_understood():
    content = one("Trả lời ngắn", "Đắk Lắk | tỉnh Đắk Lắk\nĐL (50%) | a \\| b").content

    assert [(a["text"], a["fraction"]) for a in content["answers"]] == [
        ("Đắk Lắk", "1"), ("tỉnh Đắk Lắk", "1"), ("ĐL", "0.5"), ("a | b", "1"),
    ]  # fmt: skip


@pytest.mark.parametrize("arrow", ["→", "->", "=>"])
def test_read_when_pairs_stand_in_columns_or_lines_then_they_are_joined(arrow):
    in_columns = one("Ghép đôi", "", [f"Hà Nội {arrow} Thủ đô", f"Huế {arrow} Cố đô"])
    in_lines = one("Nối cặp", f"Hà Nội {arrow} Thủ đô\nHuế {arrow} Cố đô\n{arrow} Thừa")

    assert marking.texts("matching", in_columns.content)[:2] == ["Hà Nội", "Huế"]
    assert len(in_lines.content["choices"]) == 3


def test_read_when_things_are_in_order_then_the_key_may_say_another_order():
    texts = ["Trả", "Nhận", "Xử lý"]

    assert marking.texts("ordering", one("Sắp xếp", "", texts).content) == texts
    assert marking.texts("ordering", one("Sắp xếp", "B, C, A", texts).content) == [
        "Nhận", "Xử lý", "Trả",
    ]  # fmt: skip


def test_read_when_gaps_and_essays_come_then_settings_are_kept():
    cloze = one("Điền khuyết", "[[1]] chọn: *Huế | Tuy Hòa")
    essay = one("Tự luận", "Bài mẫu", settings="Số từ: 100–500\nTiêu chí: Có ví dụ (1,5)")

    assert cloze.content["gaps"][0]["content"]["key"] == ["a"]
    assert essay.content["words"] == {"least": 100, "most": 500}
    assert essay.content["rubric"] == [{"id": "1", "text": "Có ví dụ", "points": "1.5"}]
    assert essay.content["sample"] == "Bài mẫu"


def test_read_when_a_row_is_broken_then_it_is_named_with_its_row():
    found = read(
        ["1", "Ý nào?", "một", "hai", "", "", "Đ", "Đúng – Sai nhiều ý"],
        ["2", "Ghép?", "a", "", "", "", "", "Ghép đôi"],
        ["3", "Số?", "", "", "", "", "ba", "Số"],
        ["4", "Chọn?", "a", "b", "", "", "B", "Một đáp án", "Lạ: x"],
    )

    rows = [(m.code, m.place.values["row"]) for m in found.messages]
    assert rows == [
        ("verdicts", 2), ("no-arrow", 3), ("content", 3), ("content", 4), ("settings", 5),
    ]  # fmt: skip


@pytest.mark.parametrize("kind", sheet_types.NAMES)
def test_kind_of_when_our_own_names_are_read_then_each_is_known(kind):
    known = sheet_types.kind_of(sheet_types.NAMES[kind])

    assert known == ("" if kind == drafting.SINGLE else kind)


def test_read_when_kahoots_template_comes_then_its_header_is_found_below_the_title():
    header = ["", "Question - max 120 characters",
              *[f"Answer {n} - max 75 characters" for n in (1, 2, 3, 4)],
              "Time limit (sec) – 5, 10, 20, 30, 60, 90, 120, or 240 secs",
              "Correct answer(s) - choose at least one"]  # fmt: skip
    rows = [["", "Quiz template"], [""], header, ["1", "Ai?", "a", "b", "c", "d", "20", "2"],
            ["2", "Nào?", "a", "b", "", "", "20", "1,2"]]  # fmt: skip

    found = xlsx.read(sheets.write_xlsx("Sheet1", [""], rows))

    assert [(d.stem, d.key) for d in found.questions] == [("Ai?", (1,)), ("Nào?", (0, 1))]


def test_read_when_cells_are_computed_or_hidden_then_it_is_said():
    import xlsxwriter

    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as book:
        sheet = book.add_worksheet("Đề")
        for column, name in enumerate(HEADER[1:7]):
            sheet.write_string(0, column, name)
        for row in (1, 2):
            for column, text in enumerate((f"Câu nào {row}?", "a", "b", "c", "d", "B")):
                sheet.write_string(row, column, text)
        sheet.write_formula(1, 2, '="b"', None, "b")
        sheet.set_row(2, None, None, {"hidden": True})
        sheet.set_column(4, 4, 10, None, {"hidden": True})

    found = xlsx.read(target.getvalue())

    said = {m.code: list(m.text.values.values())[-1] for m in found.messages}
    assert len(found.questions) == 2
    assert (said["formulas"], [m.code for m in found.messages].count("hidden")) == ("C2", 2)


@pytest.mark.parametrize("sign", ["\t", ";", "|"])
def test_read_when_a_table_is_text_then_any_sign_may_part_its_cells(sign):
    rows = [
        HEADER[1:8],
        ['"Hỏi\ngì?"', "a", "b", "c", "d", "C", ""],
        ["'=1+1?", "2", "3", "", "", "A", ""],
    ]
    text = "\r\n".join(sign.join(row) for row in rows)

    found = csv.read(text.encode("utf-16"))

    assert [(d.stem, d.key) for d in found.questions] == [("Hỏi\ngì?", (2,)), ("=1+1?", (0,))]
