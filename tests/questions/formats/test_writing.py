"""Every format, both ways: what is written and read again says the same."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.saying import Sentence
from questions.formats import reading, shares, sheet_rows, writing
from questions.rules import drafting, marking
from questions.rules.drafting import Draft
from questions.types import cloze, numeric
from tests.questions.contents import CONTENTS, SOUND, STEMS, any_item

WITH_ALL_TYPES = ("xlsx", "csv", "gift", "moodle")
CHOSEN = ("single_choice", "multiple_choice", "true_false")
SIGNS = [
    "a ~ b = c # d { e } : f \\ g < h > & “i” \"k\" 'l'",
    "Tỉ lệ 50% của x -> y → z => t | u",
    "Thẻ <b> và &amp; và \\n và \\( x \\)",
    "%50% là một nửa",
    "=SUM(A1) + 2",
    "[html] không phải dạng",
    "Điều 3. Khoản 2",
    "Dòng một\nDòng hai\n\nDòng bốn",
    "http://x.vn/?a=1&b=2#c",
    "// không phải chú thích",
    "::tên:: {T}",
]


def is_sound(item):
    kind, content = item
    return not marking.check(kind, gapped(content) if kind == "cloze" else "Câu", content)


def is_sound_choice(content):
    return is_sound(("single_choice", content))


def draft(kind, content, stem=None, **more):
    values = {
        "type": kind,
        "stem": stem or STEMS[kind],
        "options": tuple(one["text"] for one in content.get("options", ())),
        "key": tuple(
            place
            for place, one in enumerate(content.get("options", ()))
            if one["id"] in content["key"]
        ),
        "number": 1,
        "place": Sentence("Question %(number)s", {"number": 1}),
        "content": content,
    }
    return Draft(**(values | more))


def again(name, drafts):
    written = writing.write(name, drafts, "Đề thi")
    return reading.read(f"x.{writing.FORMATS[name].ending}", written.content)


def said(one):
    """Return what a draft says, however it is written."""
    content = drafting.content(one)
    words = {choice["id"]: flat(choice["text"]) for choice in content.get("choices", ())}
    known = {
        "options": [(flat(o["text"]), o.get("feedback", "")) for o in content.get("options", ())],
        "key": sorted(content.get("key", ())),
        "statements": [(flat(o["text"]), o["is_true"]) for o in content.get("statements", ())],
        "rows": [flat(o["text"]) for o in content.get("rows", ())],
        "pairs": [words[content["pairs"][row["id"]]] for row in content.get("rows", ())],
        "choices": sorted(words.values()),
        "parts": [flat(o["text"]) for o in content.get("parts", ())],
        "answers": [accepted(o) for o in content.get("answers", ())],
        "gaps": [said_gap(gap) for gap in content.get("gaps", ())],
    }
    return (one.type, one.stem, {name: value for name, value in known.items() if value})


def accepted(one):
    share = Decimal(one.get("fraction", "1"))
    if "value" in one:
        tolerance = Decimal(shares.tolerance(one)) if one["kind"] != "decimals" else None
        return Decimal(one["value"]), tolerance, share
    return flat(one["text"]), one["is_pattern"], share


def said_gap(gap):
    inner = said(draft(gap["type"], gap["content"], stem="x"))
    return inner[0], inner[2]


def without_tolerance(told):
    """Return what a draft says where rounding had to become a tolerance."""
    kind, stem, known = told
    answers = [(one[0], None, one[2]) for one in known.get("answers", ())]
    gaps = [
        (
            inner,
            {k: [(a[0], None, a[2]) for a in v] if k == "answers" else v for k, v in of.items()},
        )
        for inner, of in known.get("gaps", ())
    ]
    return kind, stem, known | {"answers": answers, "gaps": gaps}


@pytest.mark.parametrize("name", WITH_ALL_TYPES)
@pytest.mark.parametrize("kind", SOUND)
def test_write_when_a_sound_question_is_read_again_then_it_says_the_same(name, kind):
    one = draft(
        kind,
        SOUND[kind],
        topic="Cải cách hành chính",
        difficulty="TH",
        explanation="Điều 1: theo Kế hoạch.\nMục III.7",
        legal_basis="QĐ 3780 · Điều 1",
    )

    found = again(name, [one])

    assert [m for m in found.messages if m.level == "error"] == []
    back = found.questions[0]
    assert said(back) == said(one)
    assert (back.topic, back.difficulty, back.legal_basis) == (
        "Cải cách hành chính", "TH", "QĐ 3780 · Điều 1",
    )  # fmt: skip
    assert back.explanation == one.explanation
    assert drafting.content(back).get("scoring", "all") == SOUND[kind].get("scoring", "all")


@pytest.mark.parametrize("name", WITH_ALL_TYPES)
@settings(max_examples=60, deadline=None)
@given(items=st.lists(any_item.filter(is_sound), min_size=1, max_size=4))
def test_write_when_any_questions_are_read_again_then_none_is_lost_or_changed(name, items):
    drafts = [
        draft(kind, content, stem=gapped(content) if kind == "cloze" else None, number=number)
        for number, (kind, content) in enumerate(items, start=1)
    ]

    found = again(name, drafts)

    before = [without_tolerance(said(one)) for one in drafts]
    assert [without_tolerance(said(one)) for one in found.drafts()] == before


def gapped(content):
    return "Điền: " + ", ".join(f"[[{gap['id']}]]" for gap in content["gaps"]) + "."


@pytest.mark.parametrize("name", ["xlsx", "csv", "gift", "moodle"])
@pytest.mark.parametrize("sign", SIGNS)
@pytest.mark.parametrize("kind", ["single_choice", "multiple_choice", "short_answer", "matching"])
def test_write_when_signs_stand_in_texts_then_they_come_back(name, sign, kind):
    content = {
        "single_choice": lambda: drafting.options.content([sign, "khác"], [0]),
        "multiple_choice": lambda: drafting.options.content([sign, "khác", "nữa"], [0, 1]),
        "short_answer": lambda: (
            SOUND["short_answer"]
            | {"answers": [{"text": flat(sign), "fraction": "1", "is_pattern": False}]}
        ),
        "matching": lambda: (
            SOUND["matching"]
            | {"rows": [{"id": "1", "text": flat(sign)}, {"id": "2", "text": "hai"}]}
        ),
    }[kind]()
    one = draft(kind, content, stem=f"{sign} là gì?", explanation=sign)

    back = again(name, [one]).drafts()

    assert [said(found) for found in back] == [said(one)]
    assert back[0].explanation == sign


def flat(text):
    return " ".join(text.split())


@pytest.mark.parametrize("name", ["aiken", "txt"])
@pytest.mark.parametrize("kind", ["single_choice", "true_false"])
def test_write_when_options_go_to_a_plain_format_then_they_come_back(name, kind):
    one = draft(kind, SOUND[kind])

    back = again(name, [one, one]).drafts()

    assert [said(found) for found in back] == [said(one), said(one)]


@settings(max_examples=40, deadline=None)
@given(contents=st.lists(CONTENTS["single_choice"].filter(is_sound_choice), min_size=1, max_size=4))
def test_write_when_any_options_go_to_aiken_then_they_come_back(contents):
    drafts = [draft("single_choice", content) for content in contents]

    back = again("aiken", drafts).drafts()

    assert [said(found)[1:] for found in back] == [said(one)[1:] for one in drafts]


def test_write_when_kahoot_takes_the_questions_then_its_sheet_is_read_again():
    drafts = [draft(kind, SOUND[kind]) for kind in CHOSEN]

    back = again("kahoot", drafts).drafts()

    assert [said(found) for found in back] == [said(one) for one in drafts]


@pytest.mark.parametrize("name", ["aiken", "txt", "kahoot"])
def test_write_when_a_format_has_no_such_type_then_each_question_left_out_is_named(name):
    drafts = [draft(kind, SOUND[kind], number=n) for n, kind in enumerate(SOUND, start=1)]

    written = writing.write(name, drafts, "Đề thi")

    left = {message.question for message in written.messages if "whole" in whole(message)}
    fits = {n for n, kind in enumerate(SOUND, start=1) if kind in CHOSEN}
    fits -= {2} if name == "aiken" else set()
    assert left == set(range(1, len(SOUND) + 1)) - fits


def whole(message):
    return message.text.values["what"].message


def test_lost_when_a_question_has_what_a_format_lacks_then_it_is_said_beforehand():
    one = draft(
        "essay",
        SOUND["essay"],
        passage="Đọc đoạn sau",
        media=({"name": "a.png", "at": "stem", "alt": "", "data": "iVBORw=="},),
    )

    lost = {name: len(writing.lost(name, [one])[0][1]) for name in ("xlsx", "gift", "moodle")}

    assert lost == {"xlsx": 2, "gift": 3, "moodle": 2}


def test_write_when_pictures_stand_at_parts_then_moodle_brings_them_back():
    media = (
        {"name": "hoa cà phê.png", "at": "stem", "alt": "Hoa “cà phê”", "data": "iVBORw=="},
        {"name": "loi.mp3", "at": "stem", "alt": "", "data": "SUQz"},
        {"name": "hoa cà phê.png", "at": "b", "alt": "", "data": "AAAA"},
    )
    one = draft("single_choice", SOUND["single_choice"], media=media)

    back = again("moodle", [one]).questions[0]

    assert [(m["at"], m["alt"], m["data"]) for m in back.media] == [
        (m["at"], m["alt"], m["data"]) for m in media
    ]
    assert said(back) == said(one)


def test_of_ending_when_asked_then_it_names_the_format():
    assert [writing.of_ending(one) for one in ("xlsx", "XML", "gift", "csv", "txt", "pdf")] == [
        "xlsx", "moodle", "gift", "csv", "txt", None,
    ]  # fmt: skip


ONE_OF_SEVERAL = {
    "options": [
        {"id": "a", "text": "Huế", "pinned": False},
        {"id": "b", "text": "Đà Lạt", "pinned": False},
    ],
    "key": ["a"],
}


@pytest.mark.parametrize("name", ["qti12", "qti", "qti3", "xlsx", "moodle", "gift"])
def test_write_when_several_may_be_chosen_and_one_is_right_then_it_stays_so(name):
    one = draft("multiple_choice", ONE_OF_SEVERAL | {"scoring": "all"})

    (found,) = again(name, [one]).questions

    assert (found.type, found.key) == ("multiple_choice", (0,))


def test_write_to_qti12_when_several_may_be_chosen_then_a_wrong_one_beside_is_denied():
    (found,) = again("qti12", [draft("multiple_choice", ONE_OF_SEVERAL)]).questions

    assert drafting.content(found).get("scoring", "all") == "all"


@pytest.mark.parametrize("name", ["aiken", "txt", "kahoot"])
def test_lost_when_only_letters_stand_for_the_key_then_what_they_do_not_say_is_named(name):
    weighed = [one | {"weight": weight, "feedback": "Vì sao"} for one, weight in
               zip(ONE_OF_SEVERAL["options"], ("1", "-1"), strict=True)]  # fmt: skip
    one = draft("multiple_choice", {"options": weighed, "key": ["a"], "scoring": "weights"})

    found = {sentence.message for sentence in writing.lost(name, [one])[0][1]}

    assert found == {sheet_rows.FEEDBACK, sheet_rows.SCORING, sheet_rows.SEVERAL}


def test_lost_when_gaps_tell_more_than_a_sheet_holds_then_it_is_named():
    gap = {"answers": [{"text": "Huế", "is_pattern": False, "fraction": "1", "feedback": "Đúng"}]}
    one = draft(
        "cloze", cloze.content([("short_answer", gap | {"exact": ["marks", "case"]})]), "Ở [[1]]"
    )

    (found,) = writing.lost("xlsx", [one])

    assert {one.message for one in found[1]} == {sheet_rows.FEEDBACK, sheet_rows.SPELLINGS}


@pytest.mark.parametrize("name", ["gift", "moodle"])
@pytest.mark.parametrize(("kind", "count"), [("absolute", 0), ("relative", 1), ("decimals", 1)])
def test_lost_when_a_tolerance_is_no_fixed_amount_then_it_is_said(name, kind, count):
    content = numeric.content("2017", "1", kind)

    found = writing.lost(name, [draft("numeric", content)])

    assert sum(len(what) for _, what in found) == count
