"""What a page shows of an item: everything to answer it by, nothing of its key."""

import json

import pytest
from hypothesis import given

from questions.rules import marking, showing
from questions.rules.showing import Medium, Piece, Shown
from questions.types import answers
from tests.questions.contents import SOUND, STEMS, any_item


def shown(kind, stem, content, *, given="", sizes=None, order=None):
    ids, _ = marking.shuffled_ids(kind, content)
    told = showing.fields(kind, stem, content, order=order or ids, given=given, sizes=sizes or {})
    return Shown(position=1, **told)


def test_matching_has_its_rows_in_order_and_its_choices_as_the_paper_puts_them():
    found = shown("matching", "", SOUND["matching"], order=["c", "a", "b"])

    assert [row.text for row in found.rows] == ["Phong trào “3 trách nhiệm”", "Chuyên mục bạn đọc"]
    assert [(one.id, one.key) for one in found.options] == [("c", "A"), ("a", "B"), ("b", "C")]


def test_cloze_is_words_and_gaps_in_turn_and_reads_as_one_line():
    found = shown("cloze", STEMS["cloze"], SOUND["cloze"])

    assert [one.gap.id if one.gap else None for one in found.pieces] == ["1", "2", "3", None]
    assert found.pieces[-1] == Piece(".")
    assert found.line == "Hội thi do (1) chủ trì, Tỉnh Đoàn phối hợp, tổ chức năm (2) tại (3)."
    assert {one.text for one in found.pieces[2].gap.options} == {"Buôn Ma Thuột", "Tuy Hòa"}


def test_media_stand_where_the_content_puts_them_with_their_sizes():
    media = [
        {"id": "m1", "kind": "picture", "alt": "Bản đồ", "at": "stem"},
        {"id": "m2", "kind": "sound", "alt": "", "at": "b"},
    ]

    found = shown("single_choice", "", SOUND["single_choice"] | {"media": media},
                  sizes={"m1": (640, 360)})  # fmt: skip

    assert found.media == [Medium("m1", "picture", "Bản đồ", 640, 360)]
    assert [one.media for one in found.options] == [(), [Medium("m2", "sound", "")], ()]


@pytest.mark.parametrize(("given", "left"), [("", 0), ('{"a":"T"}', 3), ("không", 0)])
def test_left_counts_the_parts_still_empty_once_one_is_given(given, left):
    assert shown("statements", "", SOUND["statements"], given=given).left == left


def test_answer_in_full_leaves_no_part():
    for kind in marking.KEYED:
        given = marking.right(kind, SOUND[kind])

        assert shown(kind, STEMS[kind], SOUND[kind], given=given).left == 0


def flattened(part):
    """Return every text of what is shown, but for ids and letters."""
    return json.dumps(part, default=lambda one: getattr(one, "text", "") or "", ensure_ascii=False)


@given(any_item)
def test_every_content_can_be_shown_with_any_answer(one):
    kind, content = one
    stem = " ".join(f"[[{gap['id']}]]" for gap in content.get("gaps", ())) or "Câu hỏi?"

    for answer in ("", "x", '{"1":"a"}', marking.right(kind, content)):
        found = shown(kind, stem, content, given=answer)

        assert found.given == answer
        assert len(found.rows) + len(found.options) + len(found.pieces) > 0 or kind in {
            "short_answer",
            "numeric",
            "essay",
        }


def test_typed_types_show_nothing_of_what_is_accepted():
    for kind in ("short_answer", "numeric", "essay"):
        found = shown(kind, STEMS[kind], SOUND[kind])

        accepted = [text for text in marking.texts(kind, SOUND[kind]) if text != "6"]
        assert not any(text in flattened(found) for text in accepted)


def test_parts_of_an_order_are_shown_as_the_paper_puts_them():
    content = SOUND["ordering"]
    order = [part["id"] for part in reversed(content["parts"])]

    found = shown("ordering", "", content, order=order)

    assert [row.text for row in found.rows] == ["Trả kết quả", "Chuyển xử lý", "Tiếp nhận"]
    assert answers.parts(found.given) == {}
