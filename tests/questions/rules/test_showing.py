"""Items as they are asked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from questions.rules import marking, showing
from questions.rules.showing import Shown, ShownGap, ShownMedia, ShownPart
from tests.questions.contents import CONTENTS, SOUND, STEMS


def test_options_stand_in_the_order_of_the_paper_under_the_letters_of_their_place():
    asked = showing.shown("single_choice", "Hỏi?", SOUND["single_choice"], ["c", "a", "b"])

    assert asked == Shown(
        "Hỏi?",
        options=[
            ShownPart("c", "A", "Báo Đắk Lắk"),
            ShownPart("a", "B", "Sở Nội vụ"),
            ShownPart("b", "C", "Tỉnh Đoàn"),
        ],
    )


def test_a_part_missing_in_the_order_comes_last_and_one_unknown_is_passed_over():
    asked = showing.shown("single_choice", "Hỏi?", SOUND["single_choice"], ["x", "b"])

    assert [one.id for one in asked.options] == ["b", "a", "c"]


def test_a_text_is_shown_as_words_and_gaps_in_turn():
    asked = showing.shown("cloze", STEMS["cloze"], SOUND["cloze"])

    assert asked.pieces == [
        "Hội thi do ",
        ShownGap("1", "short_answer", []),
        " chủ trì, Tỉnh Đoàn phối hợp, tổ chức năm ",
        ShownGap("2", "numeric", []),
        " tại ",
        ShownGap(
            "3",
            "single_choice",
            [ShownPart("a", "A", "Buôn Ma Thuột"), ShownPart("b", "B", "Tuy Hòa")],
        ),
        ".",
    ]


def test_a_picture_stands_where_its_row_says():
    content = SOUND["single_choice"] | {
        "media": [
            {"id": "m1", "kind": "picture", "alt": "Bản đồ tỉnh", "at": "stem"},
            {"id": "m2", "kind": "sound", "alt": "", "at": "b"},
        ]
    }

    asked = showing.shown("single_choice", "Hỏi?", content)

    assert asked.media == [ShownMedia("m1", "picture", "Bản đồ tỉnh")]
    assert asked.options[1].media == [ShownMedia("m2", "sound", "")]


def test_the_parts_of_an_ordering_never_stand_as_the_author_wrote_them_unless_by_id():
    asked = showing.shown("ordering", STEMS["ordering"], SOUND["ordering"])

    assert [one.id for one in asked.rows] == ["a", "b", "c"]


@pytest.mark.parametrize("kind", sorted(CONTENTS))
@given(st.data())
def test_whatever_is_sound_can_be_shown(kind, data):
    content = data.draw(CONTENTS[kind])
    order, _ = marking.shuffled_ids(kind, content)

    asked = showing.shown(kind, STEMS[kind], content, order[::-1])

    listed = asked.rows if kind in ("ordering", "statements") else asked.options
    assert [one.id for one in listed] == order[::-1]


def test_nothing_shown_tells_what_is_right():
    numbers = {
        "answers": [{"value": "6", "tolerance": "0.123", "kind": "absolute", "fraction": "1"}],
        "unit": "nhiệm vụ",
    }

    asked = showing.shown("numeric", "Bao nhiêu?", numbers)

    assert asked == Shown("Bao nhiêu?", unit="nhiệm vụ")
