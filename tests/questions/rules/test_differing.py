"""What differs between two wordings."""

from hypothesis import given
from hypothesis import strategies as st

from core.saying import Sentence
from questions.rules import differing
from questions.rules.differing import Difference, Piece
from questions.rules.wording import Wording
from questions.types import options
from tests.questions.contents import SOUND, STEMS, any_item

OLD = Wording("single_choice", "Ai chủ trì Hội thi?", options.content(["Sở Nội vụ", "Báo"], [0]))


def test_words_that_only_one_text_has_are_marked():
    assert differing.words("Ai chủ trì Hội thi?", "Ai phối hợp Hội thi?") == [
        Piece("same", "Ai "),
        Piece("gone", "chủ"),
        Piece("new", "phối"),
        Piece("same", " "),
        Piece("gone", "trì"),
        Piece("new", "hợp"),
        Piece("same", " Hội thi?"),
    ]


@given(st.text("ab \n", max_size=30), st.text("ab \n", max_size=30))
def test_both_texts_can_be_read_out_of_the_difference(old, new):
    pieces = differing.words(old, new)

    assert "".join(one.text for one in pieces if one.kind != "new") == old
    assert "".join(one.text for one in pieces if one.kind != "gone") == new


def test_texts_too_long_to_compare_are_shown_whole():
    assert differing.words("a " * 4000, "b ") == [Piece("gone", "a " * 4000), Piece("new", "b ")]


def test_only_the_parts_that_differ_are_named():
    new = Wording("single_choice", OLD.stem, options.content(["Sở Nội vụ", "Báo"], [1]))

    assert differing.of_wordings(OLD, new) == [
        Difference(
            Sentence("Line %(n)s", {"n": 1}),
            [Piece("same", "Sở Nội vụ"), Piece("gone", " ✓")],
        ),
        Difference(Sentence("Line %(n)s", {"n": 2}), [Piece("same", "Báo"), Piece("new", " ✓")]),
    ]


@given(any_item, any_item)
def test_any_two_items_can_be_compared_and_an_item_equals_itself(one, other):
    first = Wording(one[0], STEMS[one[0]], one[1])
    second = Wording(other[0], STEMS[other[0]], other[1])

    assert differing.of_wordings(first, first) == []
    assert isinstance(differing.of_wordings(first, second), list)


def test_every_type_says_its_parts():
    assert differing.lines("matching", SOUND["matching"])[0] == (
        "Phong trào “3 trách nhiệm” → Tỉnh Đoàn"
    )
    assert differing.lines("ordering", SOUND["ordering"]) == [
        "1. Tiếp nhận",
        "2. Chuyển xử lý",
        "3. Trả kết quả",
    ]
