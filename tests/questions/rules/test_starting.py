"""The reader of the starter bank's data files."""

import csv
import re
from datetime import date

import pytest

from questions.rules import starting

ITEM = {
    "code": "CUOCTHI-001",
    "topic": "CUOCTHI",
    "difficulty": "NB",
    "type": "single",
    "stem": "Cuộc thi có hình thức nào?",
    "option_a": "Sân khấu hóa",
    "option_b": "Viết bài",
    "option_c": "Trắc nghiệm",
    "option_d": "Thuyết trình",
    "key": "A",
    "explanation": "Mục III.5 ghi rõ là sân khấu hóa.",
    "document": "KH-2017",
    "clause": "Kế hoạch 2017, mục III.5",
    "quote": "cuộc thi sân khấu hóa",
    "rivals": "",
    "official": "yes",
    "practice": "no",
}


@pytest.fixture
def write(tmp_path):
    def write_one(name, columns, row):
        with (tmp_path / name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(columns)
            writer.writerow([row[column] for column in columns])
        return tmp_path

    return write_one


def test_items_of_a_file_come_as_values(write):
    folder = write("starter-bank.csv", starting.ITEM_COLUMNS, ITEM)

    (item,) = starting.items(folder)

    assert item.options == ("Sân khấu hóa", "Viết bài", "Trắc nghiệm", "Thuyết trình")
    assert item.key == ("A",)
    assert item.right_options == ("Sân khấu hóa",)
    assert (item.official, item.practice) == (True, False)


def test_items_true_or_false_keep_two_options(write):
    row = ITEM | {"type": "true_false", "option_a": "Đúng", "option_b": "Sai"}
    row |= {"option_c": "", "option_d": "", "key": "B"}

    (item,) = starting.items(write("starter-bank.csv", starting.ITEM_COLUMNS, row))

    assert item.options == ("Đúng", "Sai")
    assert item.right_options == ("Sai",)


def test_items_with_several_keys_keep_them_in_order(write):
    row = ITEM | {"type": "multiple", "key": "A,C"}

    (item,) = starting.items(write("starter-bank.csv", starting.ITEM_COLUMNS, row))

    assert item.right_options == ("Sân khấu hóa", "Trắc nghiệm")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"key": "E"}, "starter-bank.csv, line 2: the key 'E' does not name options in order"),
        ({"key": "C,A"}, "starter-bank.csv, line 2: the key 'C,A' does not name options in order"),
        ({"key": ""}, "starter-bank.csv, line 2: the key '' does not name options in order"),
        ({"option_b": ""}, "starter-bank.csv, line 2: an option is empty before the last one"),
        ({"difficulty": "khó"}, "starter-bank.csv, line 2: 'khó' is none of NB, TH, VD"),
        ({"type": "essay"}, "starter-bank.csv, line 2: 'essay' is none of"),
        ({"official": "1"}, "starter-bank.csv, line 2: '1' is none of yes, no"),
    ],
)
def test_items_with_a_faulty_cell_are_refused_by_line(write, change, message):
    folder = write("starter-bank.csv", starting.ITEM_COLUMNS, ITEM | change)

    with pytest.raises(ValueError, match=re.escape(message)):
        starting.items(folder)


def test_items_of_a_file_with_other_columns_are_refused(tmp_path):
    (tmp_path / "starter-bank.csv").write_text("code,stem\nA,B\n", encoding="utf-8")

    with pytest.raises(ValueError, match=r"starter-bank\.csv: the columns are not code, topic"):
        starting.items(tmp_path)


def test_items_of_a_row_that_is_too_short_are_refused(tmp_path):
    header = ",".join(starting.ITEM_COLUMNS)
    (tmp_path / "starter-bank.csv").write_text(f"{header}\nA,B\n", encoding="utf-8")

    with pytest.raises(ValueError, match="line 2: 2 values for 17 columns"):
        starting.items(tmp_path)


def test_topics_carry_parent_order_and_successor(write):
    row = dict.fromkeys(starting.TOPIC_COLUMNS, "") | {"code": "TTHC", "order": "3"}
    row |= {"name": "Cải cách thủ tục hành chính", "successor": "TTHC-2021"}

    (topic,) = starting.topics(write("topics.csv", starting.TOPIC_COLUMNS, row))

    assert (topic.name, topic.order) == ("Cải cách thủ tục hành chính", 3)
    assert (topic.parent, topic.successor) == ("", "TTHC-2021")


def test_topics_with_an_order_that_is_no_number_are_refused(write):
    row = dict.fromkeys(starting.TOPIC_COLUMNS, "") | {"order": "ba"}
    folder = write("topics.csv", starting.TOPIC_COLUMNS, row)

    with pytest.raises(ValueError, match="line 2: the order 'ba' is not a number"):
        starting.topics(folder)


def test_documents_without_a_date_have_none(write):
    row = dict.fromkeys(starting.DOCUMENT_COLUMNS, "") | {"issued_on": "2016-02-02"}

    (document,) = starting.documents(write("legal-documents.csv", starting.DOCUMENT_COLUMNS, row))

    assert document.issued_on == date(2016, 2, 2)
    assert (document.effective_from, document.effective_to) == (None, None)


def test_documents_with_a_date_that_is_none_are_refused(write):
    row = dict.fromkeys(starting.DOCUMENT_COLUMNS, "") | {"issued_on": "02/02/2016"}
    folder = write("legal-documents.csv", starting.DOCUMENT_COLUMNS, row)

    with pytest.raises(ValueError, match="line 2: '02/02/2016' is not a date"):
        starting.documents(folder)


def test_the_plan_is_the_one_of_2017():
    text = starting.plan()

    assert "Kế hoạch tuyên truyền cải cách hành chính nhà nước năm 2017" in text
    assert "Thanh niên Đắc Lắc chung tay cải cách hành chính" in text
