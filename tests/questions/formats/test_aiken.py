"""Aiken files, sound and broken."""

import pytest

from questions.formats import aiken, reading


def read(text):
    return aiken.read_text(text, [])


def codes(found, level="error"):
    return [m.code for m in found.messages if m.level == level]


SOUND = {
    "Một?\nA. a\nB. b\nANSWER: B": [("Một?", ["a", "b"], [1])],
    "Một?\r\nA) a\r\nB) b\r\nANSWER: A\r\n": [("Một?", ["a", "b"], [0])],
    "Một?\n\nA. a\n\nB. b\n\nANSWER: B\n\nHai?\nA. c\nB. d\nANSWER: A": [
        ("Một?", ["a", "b"], [1]), ("Hai?", ["c", "d"], [0]),
    ],
    "Đoạn đầu\nđoạn sau?\nA. a\nB. b\nvà nữa\nANSWER: A": [
        ("Đoạn đầu\nđoạn sau?", ["a", "b và nữa"], [0]),
    ],
    "1. Một?\nA. a\nB. b\nANSWER: A\n\n2. Hai?\nA. c\nB. d\nANSWER: B": [
        ("Một?", ["a", "b"], [0]), ("Hai?", ["c", "d"], [1]),
    ],
    "Chọn nhiều\nA. a\nB. b\nC. c\nANSWER: A, C": [("Chọn nhiều", ["a", "b", "c"], [0, 2])],
    "Điều 3. Khoản nào?\nA.a\nB.b\nANSWER: B.": [("Điều 3. Khoản nào?", ["a", "b"], [1])],
    "a) hay b)?\nA. a) đúng\nB. B. b\nANSWER: A": [("a) hay b)?", ["a) đúng", "B. b"], [0])],
}  # fmt: skip


@pytest.mark.parametrize("text", SOUND)
def test_read_when_the_file_is_sound_then_its_questions_are_right(text):
    found = [(d.stem, list(d.options), list(d.key)) for d in read(text).questions]

    assert found == SOUND[text]


BROKEN = {
    "Một?\nA. a\nB. b\nANSWER: C": (1, ["unknown-key"]),
    "Một?\nA. a\nB. b\n\nHai?\nA. c\nB. d\nANSWER: A": (2, ["no-key"]),
    "Một?\nA. a\nANSWER: A": (1, ["one-option"]),
    "A. a\nB. b\nANSWER: A": (1, ["no-stem"]),
    "Một?\nANSWER: A": (1, ["unknown-key", "no-options"]),
}


@pytest.mark.parametrize("text", BROKEN)
def test_read_when_a_question_is_broken_then_it_is_named_and_none_is_lost(text):
    found = read(text)

    assert (len(found.drafts()), codes(found)) == BROKEN[text]


def test_read_when_there_are_more_options_than_fit_then_the_question_is_named():
    lines = "\n".join(f"{chr(65 + n)}. phương án {n}" for n in range(10))

    found = reading.read("a.txt", f"Một?\n{lines}\nANSWER: J".encode())

    assert (len(found.faulty), codes(found)) == (1, ["too-many-options"])


def test_read_when_more_stands_below_the_answer_then_it_belongs_to_its_question():
    found = read(
        "Tỉnh nào?\nA. Huế\nB. Đắk Lắk\nANSWER: B\nSCORE: 2\nFEEDBACK: Vì ở Tây Nguyên\n\n"
        "Sông nào?\nA. Hồng\nB. Hương\nANSWER: A\nTAGS: sông, nước"
    )

    told = [(d.stem, d.key, d.explanation) for d in found.questions]
    assert told == [("Tỉnh nào?", (1,), "Vì ở Tây Nguyên"), ("Sông nào?", (0,), "")]
    assert [m.code for m in found.messages] == ["tags"]
