"""Moodle XML as Moodle and others write it, sound and broken."""

import pytest

from core.archives import MARKUP, FileRefused
from questions.formats import moodle, reading
from questions.rules import drafting, marking


def quiz(*questions):
    return "<?xml version='1.0' encoding='UTF-8'?>\n<quiz>" + "".join(questions) + "</quiz>"


def question(kind, inner, stem="<p>Hỏi gì?</p>", name="Tên"):
    return (
        f"<question type='{kind}'><name><text>{name}</text></name>"
        f"<questiontext format='html'><text><![CDATA[{stem}]]></text></questiontext>"
        f"<penalty>0.3333333</penalty><hidden>0</hidden>{inner}</question>"
    )


def answer(text, fraction, more=""):
    return f"<answer fraction='{fraction}' format='html'><text>{text}</text>{more}</answer>"


def read(*questions):
    return moodle.read(quiz(*questions).encode())


def one(kind, inner, **more):
    found = read(question(kind, inner, **more))
    assert len(found.drafts()) == 1, found
    return found.drafts()[0]


def codes(found, level=None):
    return [m.code for m in found.messages if level is None or m.level == level]


SEVERAL = "<single>false</single>"
OPTIONS = {
    ("multichoice", "<single>true</single>" + answer("A &amp;amp; B", 100) + answer("C", 0)): (
        "single_choice", ["A & B", "C"], [0],
    ),
    ("multichoice", "<single>1</single>" + answer("a", 0) + answer("&lt;p&gt;b&lt;/p&gt;", 100)): (
        "single_choice", ["a", "b"], [1],
    ),
    ("multichoice", SEVERAL + answer("a", 50) + answer("b", 50) + answer("c", -100)): (
        "multiple_choice", ["a", "b", "c"], [0, 1],
    ),
    ("multichoice", "<single>false</single>" + answer("a", 0) + answer("b", 0)): (
        "multiple_choice", ["a", "b"], [],
    ),
    ("truefalse", answer("true", 0) + answer("false", 100)): ("true_false", ["Đúng", "Sai"], [1]),
    ("truefalse", answer("false", 0) + answer("true", 100)): ("true_false", ["Đúng", "Sai"], [0]),
    ("oumultiresponse", answer("a", 100) + answer("b", 100) + answer("c", 0)): (
        "multiple_choice", ["a", "b", "c"], [0, 1],
    ),
}  # fmt: skip


@pytest.mark.parametrize("asked", OPTIONS)
def test_read_when_a_question_has_options_then_type_options_and_key_are_right(asked):
    found = one(*asked)

    assert (found.type, list(found.options), list(found.key)) == OPTIONS[asked]


def pair(row, choice):
    return f"<subquestion format='html'><text>{row}</text><answer><text>{choice}</text></answer></subquestion>"  # noqa: E501 -- one element


FEEDBACK = "<feedback><text>x</text></feedback>"
OTHERS = {
    ("shortanswer", "<usecase>1</usecase>" + answer("Huế", 100) + answer("Hue", "33.33333")): (
        "short_answer", ["Huế", "Hue"],
    ),
    ("shortanswer", answer("*rừng*", 100) + answer("*", 0, FEEDBACK)): (
        "short_answer", ["*rừng*"],
    ),
    ("numerical", answer("3.14", 100, "<tolerance>0.01</tolerance>") + answer("*", 0)): (
        "numeric", ["3,14"],
    ),
    ("matching", pair("a", "1") + pair("b", "2") + pair("", "3")): (
        "matching", ["a", "b", "1", "2", "3"],
    ),
    ("ddmatch", pair("a", "1") + pair("b", "2")): ("matching", ["a", "b", "1", "2"]),
    ("ordering", answer("hai", "2.0") + answer("một", "1.0")): ("ordering", ["một", "hai"]),
    ("essay", "<graderinfo><text>mẫu</text></graderinfo><maxwordlimit>90</maxwordlimit>"): (
        "essay", [],
    ),
}  # fmt: skip


@pytest.mark.parametrize("asked", OTHERS)
def test_read_when_a_question_is_of_another_type_then_it_asks_the_same(asked):
    found = one(*asked)

    texts = marking.texts(found.type, drafting.content(found))
    assert (found.type, sorted(texts)) == (OTHERS[asked][0], sorted(OTHERS[asked][1]))


CLOZE = {
    "{1:SHORTANSWER:=Hà Nội#đúng~%50%HN#gần}": ("short_answer", ["Hà Nội", "HN"]),
    "{:SA:=a}": ("short_answer", ["a"]),
    "{2:MWC:=a~*}": ("short_answer", ["a"]),
    "{1:NUMERICAL:=23.8:0.1#tốt~%50%23.8:2}": ("numeric", ["23,8", "23,8"]),
    "{1:NM:%100%5}": ("numeric", ["5"]),
    "{1:MULTICHOICE:sai#x~=đúng~%0%khác}": ("single_choice", ["sai", "đúng", "khác"]),
    "{1:MCVS:=a\\~b~c\\}d~e\\#f}": ("single_choice", ["a~b", "c}d", "e#f"]),
    '{1:MC:=<span style="color:#f00">a</span>~&#7855;}': ("single_choice", ["a", "ắ"]),
}


@pytest.mark.parametrize("gap", CLOZE)
def test_read_when_a_text_has_a_gap_then_its_type_and_answers_are_right(gap):
    found = one("cloze", "", stem=f"<p>Trước {gap} sau {{1:SA:=z}}.</p>")

    made = found.content["gaps"][0]
    assert found.stem == "Trước [[1]] sau [[2]]."
    assert (made["type"], marking.texts(made["type"], made["content"])) == CLOZE[gap]


def test_read_when_a_gap_asks_for_several_then_it_is_named():
    alone = one("cloze", "", stem="Chọn {1:MULTIRESPONSE:%50%a~%50%b~c}")
    among = read(question("cloze", "", stem="{1:MR:=a~b} và {1:SA:=c}"))

    assert (alone.type, alone.stem, alone.key) == ("multiple_choice", "Chọn", (0, 1))
    assert codes(among, "error") == ["gap"]


def test_read_when_gaps_are_filled_from_lists_then_each_becomes_a_choice():
    boxes = "".join(
        f"<dragbox><text>{text}</text><group>{group}</group></dragbox>"
        for text, group in (("mèo", 1), ("chó", 1), ("to", 2), ("nhỏ", 2))
    )

    found = one("ddwtos", boxes, stem="Con [[2]] [[3]], con [[1]].")

    assert found.stem == "Con [[1]] [[2]], con [[3]]."
    listed = [gap["content"] for gap in found.content["gaps"]]
    assert [[o["text"] for o in gap["options"]] for gap in listed] == [
        ["mèo", "chó"], ["to", "nhỏ"], ["mèo", "chó"],
    ]  # fmt: skip
    assert [gap["key"] for gap in listed] == [["b"], ["a"], ["a"]]


def test_read_when_categories_nest_then_topics_follow_them():
    category = "<question type='category'><category><text>{}</text></category></question>"
    ask = question("essay", "")

    found = read(
        ask,
        category.format("$course$/top/Cải cách"),
        ask,
        category.format("$course$/top/Cải cách/Xã//phường"),
        ask,
    )

    assert [d.topic for d in found.questions] == ["", "Cải cách", "Cải cách/Xã/phường"]


def test_read_when_files_come_along_then_pictures_stay_at_their_parts():
    stem = '<p>Xem <img src="@@PLUGINFILE@@/hoa%20lan.png" alt="Hoa"/></p>'
    inner = (
        "<single>true</single>"
        + answer(
            "&lt;img src='@@PLUGINFILE@@/b.png'&gt;Lan",
            100,
            "<file name='b.png' encoding='base64'>AAAA</file>",
        )
        + answer("Hồng", 0)
    )
    text = question("multichoice", inner, stem=stem).replace(
        "</text></questiontext>",
        "</text><file name='hoa lan.png' encoding='base64'>iVBO\nRw==</file></questiontext>",
    )

    found = read(text).questions[0]

    assert found.media == (
        {"name": "hoa lan.png", "at": "stem", "alt": "Hoa", "data": "iVBORw=="},
        {"name": "b.png", "at": "a", "alt": "", "data": "AAAA"},
    )
    assert found.options == ("Lan", "Hồng")


@pytest.mark.parametrize(
    "kind",
    [
        "calculated",
        "calculatedmulti",
        "ddimageortext",
        "ddmarker",
        "random",
        "description",
        "stack",
    ],
)
def test_read_when_a_kind_has_no_counterpart_then_it_is_named_with_its_place(kind):
    found = read(question(kind, "", name="Bài 7"), question("essay", ""))

    assert (len(found.questions), codes(found)) == (1, ["left-out"])
    assert found.messages[0].text.values["place"].values == {"number": 1, "name": "Bài 7"}


def test_read_when_shares_break_the_rules_then_the_question_is_named():
    part = one("multichoice", "<single>true</single>" + answer("a", 100) + answer("b", 50))
    several = read(
        question("multichoice", "<single>true</single>" + answer("a", 100) + answer("b", 100))
    )

    assert (part.type, part.key) == ("single_choice", (0,))
    assert codes(several) == ["several-keys"]


def test_read_when_units_hints_tags_and_templates_come_then_what_is_lost_is_said():
    unit = "<units>{}</units>".format(
        "".join(f"<unit><multiplier>1</multiplier><unit_name>{n}</unit_name></unit>" for n in "mk")
    )
    found = read(
        question("numerical", answer("5", 100) + unit),
        question("essay", "<responsetemplate><text>Kính gửi</text></responsetemplate>"),
        question("shortanswer", answer("a", 100) + "<hint><text>gợi ý</text></hint>"),
        question(
            "essay", "<tags><tag><text>Mức độ: VD</text></tag><tag><text>x</text></tag></tags>"
        ),
    )

    assert codes(found) == ["units", "template", "hints", "tags"]
    assert found.questions[3].difficulty == "VD"


HOSTILE = (
    "<?xml version='1.0'?><!DOCTYPE quiz [<!ENTITY a 'x'>]><quiz/>",
    "<!DOCTYPE quiz SYSTEM 'file:///etc/passwd'><quiz><question type='essay'/></quiz>",
    "<?xml version='1.0'?><!doctype lolz [<!ENTITY lol '&lol;&lol;'>]><quiz>&lol;</quiz>",
)


@pytest.mark.parametrize("text", HOSTILE)
def test_read_when_a_file_declares_entities_then_it_is_refused_by_name(text):
    with pytest.raises(FileRefused) as refused:
        moodle.read(text.encode())

    assert refused.value.message == MARKUP


def test_read_when_a_text_holds_a_whole_page_then_it_is_no_declaration():
    found = one("essay", "", stem="<!DOCTYPE html><html><body>Viết đi</body></html>")

    assert found.stem == "Viết đi"


def test_read_when_names_of_html_stand_outside_its_place_then_they_are_understood():
    text = quiz(question("essay", "").replace("<![CDATA[<p>Hỏi gì?</p>]]>", "Hỏi&nbsp;g&igrave;?"))

    assert moodle.read(text.encode()).questions[0].stem == "Hỏi gì?"


def test_read_when_the_file_is_cut_then_what_is_there_is_read_and_said():
    text = quiz(question("essay", ""), question("essay", "", stem="Hai?"))

    found = moodle.read(text.encode()[:-40])

    assert (len(found.drafts()), codes(found)[0]) == (2, "damaged")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_read_when_the_file_is_encoded_in_any_way_then_it_is_read(encoding):
    text = quiz(question("essay", "", stem="Đắk Lắk?")).replace("\n", "\r\n")

    assert reading.read("m.xml", text.encode(encoding)).questions[0].stem == "Đắk Lắk?"


def test_read_when_other_xml_comes_then_it_is_refused_by_name():
    with pytest.raises(FileRefused) as refused:
        reading.read("x.xml", b"<?xml version='1.0'?><rss><item/></rss>")

    assert refused.value.message == reading.OTHER_XML


def test_read_when_there_are_many_questions_then_all_are_read():
    found = read(*(question("essay", "", stem=f"Câu {n}?") for n in range(2000)))

    assert len(found.questions) == 2000


def test_read_when_feedback_is_markup_without_words_then_it_is_none():
    empty = "<feedback format='html'><text><![CDATA[<p dir='ltr'><br></p>]]></text></feedback>"
    general = (
        "<generalfeedback format='html'><text><![CDATA[<p><br></p>]]></text></generalfeedback>"
    )

    found = one("multichoice", general + answer("Huế", 100, empty) + answer("Đà Lạt", 0))

    assert (found.explanation, found.content) == ("", None)


def test_read_when_a_question_has_the_picture_of_moodle_1_then_it_is_kept():
    old = "<image>co.png</image><image_base64>\nQUJD\nREVG\n</image_base64>"

    found = one("multichoice", old + answer("Huế", 100) + answer("Đà Lạt", 0))

    assert found.media == ({"name": "co.png", "at": "stem", "alt": "", "data": "QUJDREVG"},)


def test_read_when_the_picture_of_moodle_1_is_missing_then_it_is_named():
    found = read(question("essay", "<image>co.png</image>"))

    assert codes(found) == ["pictures"]


def test_read_when_every_kind_is_unknown_then_each_question_is_named():
    content = quiz(question("gapfill", "", name="Một"), question("regexp", "", name="Hai"))

    found = reading.read("a.xml", content.encode())

    assert (found.drafts(), codes(found)) == ([], ["left-out", "left-out"])


def test_read_when_questions_of_another_system_have_a_type_then_the_file_is_refused():
    other = (
        "<?xml version='1.0'?><examview><question type='tf'><text>Có?</text></question></examview>"
    )

    with pytest.raises(FileRefused) as refused:
        reading.read("a.xml", other.encode())

    assert refused.value.message == reading.OTHER_XML
