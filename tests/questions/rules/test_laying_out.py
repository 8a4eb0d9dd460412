"""Papers as they are printed: letters, columns, parts, passages, sheets of answers, guides."""

import json

import pytest
from hypothesis import given

from questions.rules import laying_out, lettering, marking
from questions.rules.composing import Grouping
from questions.rules.laying_out import Asked, Passage, Sheet
from questions.rules.letterheads import Letterhead, Profile
from tests.questions.contents import SOUND, STEMS, any_item

PASSAGE = Passage(1, "Kế hoạch số 88", "Giao Sở Nội vụ chủ trì.")


def asked(kind="single_choice", position=1, content=None, **more):
    content = SOUND[kind] if content is None else content
    order, _pinned = marking.shuffled_ids(kind, content)
    return Asked(position, kind, STEMS[kind], content, order, 1_000_000, **more)


def sheet(*slots, grouping=Grouping.MIXED, **head):
    return Sheet("Đề thi vòng tỉnh", "101", Letterhead(**head), grouping, slots)


def every():
    return [asked(kind, at) for at, kind in enumerate(SOUND, start=1)]


@given(any_item)
def test_any_item_can_be_printed_and_the_values_are_plain(item):
    kind, content = item
    slot = asked(kind, content=content)

    for form in (laying_out.paper, laying_out.answer_sheet, laying_out.guide):
        values = form(sheet(slot))
        assert json.loads(json.dumps(values)) == values


@pytest.mark.parametrize(
    ("kind", "order", "key"),
    [
        ("single_choice", ["c", "b", "a"], "B"),
        ("multiple_choice", ["c", "b", "a"], "BC"),
        ("true_false", ["a", "b"], "A"),
        ("statements", ["a", "b", "c", "d"], "ĐSĐS"),
        ("short_answer", [], "Đắk Lắk / tỉnh Đắk Lắk"),
        ("numeric", [], "6"),
        ("cloze", [], "(1) Sở Thông tin và Truyền thông; (2) 2017; (3) A"),
        ("essay", [], "Chấm theo hướng dẫn"),
    ],
)
def test_key_goes_by_the_letters_on_the_paper(kind, order, key):
    assert lettering.key(kind, SOUND[kind], order) == key


def test_key_of_matching_and_ordering_follows_the_printed_order():
    choices = [one["id"] for one in SOUND["matching"]["choices"]]
    parts = [one["id"] for one in SOUND["ordering"]["parts"]]

    assert lettering.key("matching", SOUND["matching"], choices) == "1–A, 2–B"
    assert lettering.key("matching", SOUND["matching"], choices[::-1]) == "1–C, 2–B"
    assert lettering.key("ordering", SOUND["ordering"], parts[::-1]) == "c – b – a"


@pytest.mark.parametrize(
    ("texts", "columns"),
    [
        (["03 ngày", "05 ngày", "07 ngày", "10 ngày"], 4),
        (["Sở Nội vụ", "Tỉnh Đoàn Đắk Lắk", "Sở Tài chính", "Công an tỉnh"], 2),
        (["Đúng", "Sai"], 2),
        (["Người đứng đầu cơ quan, đơn vị trực tiếp chỉ đạo", "Không ai"], 1),
    ],
)
def test_options_stand_in_as_many_columns_as_their_length_allows(texts, columns):
    assert laying_out.columns_for(texts) == columns


def test_parts_by_type_are_numbered_in_roman():
    parts = laying_out.paper(sheet(*every(), grouping=Grouping.TYPE))["parts"]

    assert [part["title"].partition(".")[0] for part in parts] == [
        f"PHẦN {one}" for one in ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X")
    ]


def test_passage_is_printed_once_before_its_questions_and_stays_in_one_part():
    slots = [
        asked(position=1, topic="Thể chế"),
        asked(position=2, topic="Thể chế", passage=PASSAGE),
        asked(position=3, topic="Số hóa", passage=PASSAGE),
        asked(position=4, topic="Số hóa"),
    ]

    parts = laying_out.paper(sheet(*slots, grouping=Grouping.TOPIC))["parts"]

    shown = [[one.get("number", one["kind"]) for one in part["blocks"]] for part in parts]
    assert shown == [[1, "passage", 2, 3], [4]]
    lead = parts[0]["blocks"][1]["lead"]
    assert lead == "Đọc nội dung sau và trả lời các câu từ 2 đến 3:"


def test_head_carries_the_letterhead_of_its_profile():
    state = laying_out.paper(sheet(asked(), profile=Profile.STATE, body="Ban Tổ chức"))
    union = laying_out.paper(sheet(asked(), profile=Profile.UNION))
    committee = laying_out.paper(sheet(asked(), minutes=60))

    assert state["right"] == ["CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc"]
    assert state["left"] == ["", "Ban Tổ chức"]
    assert union["right"] == ["ĐOÀN TNCS HỒ CHÍ MINH", ""]
    assert committee["right"] == ["", ""]
    assert committee["time"] == "Thời gian làm bài: 60 phút (không kể thời gian phát đề)"


def test_sheet_of_answers_has_a_place_for_every_question():
    values = laying_out.answer_sheet(sheet(*every()))

    places = [
        one["number"] for kind in ("bubbles", "verdicts", "lines", "essays") for one in values[kind]
    ]
    assert sorted(places) == list(range(1, 11))


def test_guide_holds_explanation_basis_rubric_and_the_sum_of_points():
    slots = [
        asked(explanation="Theo Kế hoạch.", basis="Kế hoạch 88, mục II", quote="giao Sở Nội vụ"),
        asked("essay", 2),
    ]

    values = laying_out.guide(sheet(*slots))

    assert (values["total"], [one["basis"] for one in values["guide"]]) == (
        "2",
        ["Kế hoạch 88, mục II", ""],
    )
    assert values["guide"][1]["rubric"] == ["Nêu đúng khái niệm: 2 điểm", "Có ví dụ: 1,5 điểm"]


def test_paper_tells_no_key():
    told = json.dumps(laying_out.paper(sheet(*every())), ensure_ascii=False)

    for word in ("key", "is_true", "pairs", "answers", "fraction", "rubric"):
        assert f'"{word}"' not in told
