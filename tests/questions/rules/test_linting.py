"""Advice on the wording of items and on the balance of a bank."""

import pytest

from questions.rules import linting
from questions.types import options, statements

CHOICE = options.content(["Sở Nội vụ", "Tỉnh Đoàn", "Báo Đắk Lắk"], [1])


def codes(stem="Ai chủ trì Hội thi?", content=CHOICE, kind="single_choice", **more):
    told = {"explanation": "Theo Kế hoạch.", "has_basis": True} | more
    return [lint.code for lint in linting.of_item(kind, stem, content, **told)]


def test_a_plain_question_gets_no_advice():
    assert codes() == []


@pytest.mark.parametrize(
    "stem",
    [
        "Trường hợp nào KHÔNG phải không cần nộp hồ sơ?",
        "Cơ quan nào không được phép KHÔNG tiếp nhận hồ sơ?",
        "Các ý sau đều đúng, trừ ý KHÔNG phải của Kế hoạch nào?",
    ],
)
def test_two_negations_in_a_sentence_are_named(stem):
    assert "double-negation" in codes(stem)


@pytest.mark.parametrize(
    "stem",
    [
        "Công dân không có thẻ căn cước có nộp hồ sơ được hay không?",
        "Công dân không có thẻ căn cước có nộp hồ sơ được không?",
        "Không những Sở Nội vụ mà ai nữa không tham gia?",
        "Ai không tham gia? Ai KHÔNG chủ trì?",
    ],
)
def test_a_particle_or_another_sentence_is_no_second_negation(stem):
    assert "double-negation" not in codes(stem)


def test_a_denying_option_under_a_denying_question_is_named():
    content = options.content(["Không thu phí", "Thu phí trước", "Thu phí sau"], [0])

    assert "double-negation" in codes("Việc nào KHÔNG đúng quy định?", content)


@pytest.mark.parametrize(
    ("option", "named"),
    [
        ("Chỉ áp dụng cho cấp xã", True),
        ("Luôn luôn công khai", True),
        ("Cán bộ không bao giờ nghỉ", True),
        ("Chỉ đạo các xã", False),
        ("Ghi địa chỉ nơi ở", False),
        ("Theo Chỉ thị số 10", False),
        ("Tất cả các phương án trên", False),
    ],
)
def test_absolute_words_are_told_from_words_that_sound_alike(option, named):
    content = options.content(["Sở Nội vụ", "Tỉnh Đoàn", option], [1])

    assert ("absolute" in codes(content=content)) == named


def test_an_absolute_word_in_a_statement_is_named_with_its_letter():
    content = statements.content([("Có sáu nhiệm vụ", True), ("Chỉ áp dụng cho xã", False)])

    found = linting.of_item("statements", "Về Kế hoạch:", content, explanation="x", has_basis=True)

    assert found[0].text.values["where"].values == {"letter": "b"}


def test_the_longest_option_as_key_is_named():
    key = "Sở Nội vụ chủ trì, phối hợp với Tỉnh Đoàn và Báo Đắk Lắk"
    content = options.content([key, "Sở Nội vụ", "Sở Tư pháp"], [0])

    assert "longest-key" in codes(content=content)


def test_a_word_of_the_question_in_the_key_alone_is_named():
    content = options.content(["Trung tâm hành chính công", "Văn phòng Tỉnh Đoàn", "Sở Y tế"], [0])

    assert codes("Hồ sơ hành chính nộp ở đâu?", content) == ["repeated"]


@pytest.mark.parametrize(
    ("stem", "named"),
    [
        ("Việc nào sau đây không thuộc Kế hoạch?", True),
        ("Việc nào sau đây KHÔNG thuộc Kế hoạch?", False),
    ],
)
def test_a_denial_that_is_easily_overlooked_is_named(stem, named):
    assert ("no-emphasis" in codes(stem)) == named


def test_options_of_unlike_length_and_letters_are_named():
    content = options.content(["Xã", "Cả A và C", "Tỉnh " * 12, "Huyện"], [0])

    assert codes(content=content) == ["names-letters", "uneven"]


def test_what_is_missing_is_named():
    found = codes("Dài " * 200, explanation=" ", has_basis=False)

    assert found == ["long-stem", "no-basis", "no-explanation"]


def bank(places, texts=("Một", "Hai", "Ba", "Tư")):
    return [("single_choice", options.content(list(texts), [place])) for place in places]


def test_a_bank_whose_keys_are_spread_does_not_lean():
    found = linting.of_bank([*bank([0, 1, 2, 3] * 10), ("essay", {})])

    assert (found.items, found.letters) == (40, {"A": 10, "B": 10, "C": 10, "D": 10})
    assert not found.letters_lean


def test_a_bank_whose_keys_are_mostly_b_leans():
    assert linting.of_bank(bank([1] * 20 + [0, 2, 3] * 5)).letters_lean


def test_a_bank_whose_key_is_mostly_the_longest_leans():
    found = linting.of_bank(bank([0] * 30, ("Dài hơn nhiều", "Hai", "Ba", "Tư")))

    assert (found.longest, found.longest_percent, found.longest_expected) == (30, 100, 7.5)
    assert found.longest_lean


def test_an_empty_bank_tells_nothing():
    found = linting.of_bank([])

    assert (found.items, found.longest_percent, found.letters_lean) == (0, 0, False)
