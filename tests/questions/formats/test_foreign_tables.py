"""Tables as other systems lay them out: what they call their columns, how they write keys."""

import pytest

from questions.formats import csv, sheet_keys

KEYS = {
    "options in one cell, by lines": (
        'question_order,question_text,options,correct_answer\n1,Tỉnh nào?,"Huế\nĐắk Lắk",Đắk Lắk'
    ),
    "by bars": "Question,Options,Answer\nTỉnh nào?,Huế|Đắk Lắk,2",
    "by letters of their own": 'Question,Choices,Answer\nTỉnh nào?,"A. Huế; B. Đắk Lắk",B',
    "wrong answers beside": ("Question,Incorrect Answer 1,Correct Answer\nTỉnh nào?,Huế,Đắk Lắk"),
    "a number beside": "Question #,Question Text,Answer 1,Answer 2,Correct Answer(s)\n"
    "7,Tỉnh nào?,Huế,Đắk Lắk,2",
}


@pytest.mark.parametrize("name", KEYS)
def test_read_when_a_table_is_laid_out_otherwise_then_stem_options_and_key_are_right(name):
    (found,) = csv.read(KEYS[name].encode()).questions

    assert found.stem == "Tỉnh nào?"
    assert (sorted(found.options), [found.options[n] for n in found.key]) == (
        ["Huế", "Đắk Lắk"],
        ["Đắk Lắk"],
    )


def test_read_when_keys_count_from_0_then_they_are_those_options():
    table = (
        "questionText,options,correctAnswer\n"
        'Tỉnh nào?,"[""Huế"",""Đắk Lắk""]",0\nSông nào?,"[""Hồng"",""Hương"",""Ba""]",2'
    )

    found = csv.read(table.encode()).questions

    assert [(d.stem, d.options[d.key[0]]) for d in found] == [
        ("Tỉnh nào?", "Huế"),
        ("Sông nào?", "Ba"),
    ]


def test_read_when_keys_are_numbers_that_options_say_then_they_are_taken_by_text():
    table = "2 + 2 bằng mấy?,3,4,5,6,4\n3 + 3 bằng mấy?,3,4,5,6,6\n4 + 4 bằng mấy?,8,4,5,6,8"

    found = csv.read(table.encode())

    assert [d.options[d.key[0]] for d in found.questions] == ["4", "6", "8"]
    assert found.messages == ()


def test_read_when_a_blank_has_no_place_in_the_text_then_it_is_a_short_answer():
    table = (
        "Question Text,Question Type,Option 1,Option 2,Correct Answer,Answer explanation\n"
        "Tỉnh nào?,Fill-in-the-Blank,Đắk Lắk,Daklak,,Vì ở Tây Nguyên"
    )

    (found,) = csv.read(table.encode()).questions

    assert (found.type, found.explanation) == ("short_answer", "Vì ở Tây Nguyên")
    assert [one["text"] for one in found.content["answers"]] == ["Đắk Lắk", "Daklak"]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([("1", ["a", "b"]), ("2", ["a", "b"])], "any"),
        ([("0", ["a", "b"]), ("1", ["a", "b"])], "zero"),
        ([("0", ["a", "b"]), ("2", ["a", "b"])], "any"),
        ([("A", ["a", "b"]), ("0", ["a", "b"])], "any"),
        ([("3", ["3", "4"]), ("9", ["9", "1"])], "text"),
        ([], "any"),
    ],
)
def test_way_tells_how_the_keys_of_a_table_are_written(rows, expected):
    assert sheet_keys.way(rows) == expected
