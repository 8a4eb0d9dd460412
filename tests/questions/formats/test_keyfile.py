import io

import pytest

from core.archives import FileRefused
from questions.formats import keyfile, reading
from tests.questions.formats import papers
from tests.questions.formats.layouts import LAYOUTS, both, plain
from tests.questions.formats.test_layouts import told


def sheet(rows):
    import xlsxwriter

    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as book:
        page = book.add_worksheet()
        for row, cells in enumerate(rows):
            page.write_row(row, 0, cells)
    return target.getvalue()


KEYS = {
    "list.txt": b"1-B 2-D",
    "lines.txt": "Đáp án\n1. B\n2. D\n".encode(),
    "words.txt": "Câu 1: Chọn B\nCâu 2: Đáp án D\n".encode(),
    "tight.txt": b"1b 2d",
    "sheet.xlsx": sheet([["STT", "Đáp án"], [1, "B"], [2, "D"]]),
    "across.xlsx": sheet([["Câu", 1, 2], ["ĐA", "B", "D"]]),
    "sheet.csv": "Câu,Đáp án\n1,B\n2,D\n".encode(),
    "table.docx": papers.docx(["BẢNG ĐÁP ÁN", [["1.B", "2.D"]]]),
    "grid.docx": papers.docx([[["Câu", "1", "2"], ["Đáp án", "B", "D"]]]),
    "lines.docx": papers.docx(["HƯỚNG DẪN CHẤM", "Câu 1. B", "Câu 2. D"]),
}


@pytest.mark.parametrize("name", sorted(KEYS))
def test_keys_of_a_file_of_their_own_are_laid_over_the_questions(name):
    found = reading.read_in_child("de.docx", papers.docx(plain()), (name, KEYS[name]))

    assert [told(draft) for draft in found.questions] == both()
    assert [message for message in found.messages if message.question] == []


def test_keys_by_part_go_to_statements_and_short_answers_too():
    blocks, expected = LAYOUTS["three parts with one key"]
    cut = blocks.index("HẾT")
    keys = papers.docx(blocks[cut + 1 :])

    found = reading.read_in_child("de.docx", papers.docx(blocks[:cut]), ("key.docx", keys))

    assert [told(draft) for draft in found.questions] == expected
    assert found.faulty == ()


def test_keys_that_disagree_miss_or_fit_nothing_are_named():
    blocks = plain(after=("Đáp án: A", ""))

    found = reading.read_in_child("de.docx", papers.docx(blocks), ("k.txt", b"1-B 7-C"))

    said = [(message.question, message.code) for message in found.messages]
    assert said == [
        (None, "unknown-question"),
        (1, "key-disagrees"),
        (2, "no-key"),
        (2, "not-keyed"),
    ]
    assert [draft.key for draft in found.drafts()] == [(1,), ()]


def test_file_without_keys_is_refused():
    with pytest.raises(FileRefused) as refused:
        reading.read_in_child("de.docx", papers.docx(plain()), ("k.txt", "Xin chào".encode()))

    assert refused.value.message == keyfile.NOTHING
