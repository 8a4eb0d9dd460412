"""GIFT as Moodle and others write it, sound and broken."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from questions.formats import gift, reading
from questions.rules import drafting, marking


def read(text):
    return gift.read_text(text, [])


def one(text):
    found = read(text)
    assert len(found.drafts()) == 1, found
    return found.drafts()[0]


def codes(found, level=None):
    return [m.code for m in found.messages if level is None or m.level == level]


OPTIONS = {
    "Ai?{=Grant ~no one ~Napoleon}": ("Ai?", ["Grant", "no one", "Napoleon"], [0]),
    "Ai?{\n~ không\n= đúng\n~sai #vì thế\n}": ("Ai?", ["không", "đúng", "sai"], [1]),
    "Ai?{~%50%a ~%50%b ~%-100%c}": ("Ai?", ["a", "b", "c"], [0, 1]),
    "Ai?{~%100%a ~b}": ("Ai?", ["a", "b"], [0]),
    "Ai?{=%100%a ~%0%b}": ("Ai?", ["a", "b"], [0]),
    "Chọn {~=a ~b}": ("Chọn", ["a", "b"], [0]),
    "Trước {=a ~b} sau.": ("Trước _____ sau.", ["a", "b"], [0]),
    "[html]<p>Hoa <i>nào</i>?</p>{=<b>Lan</b> ~[plain]<b>}": ("Hoa nào?", ["Lan", "<b>"], [0]),
    "[markdown]**Hoa** *nào*?{=`a_b` ~c}": ("Hoa nào?", ["a_b", "c"], [0]),
    "[moodle]Một\nhai{=a ~b}": ("Một\nhai", ["a", "b"], [0]),
    "::Tên\\: q::Ai?{=a ~b}": ("Ai?", ["a", "b"], [0]),
    "x \\= 1 \\{y\\} \\~z \\# \\: \\\\ hết?{=\\=2 ~\\~3}": (
        "x = 1 {y} ~z # : \\ hết?", ["=2", "~3"], [0],
    ),
    "Dòng\\nhai?{=a ~b}": ("Dòng\nhai?", ["a", "b"], [0]),
    "[html]<a href=\"http://x.vn/?a=1#b\">Trang</a>?{=a ~<span style=\"color:#f00\">b</span>}": (
        "Trang?", ["a", "b"], [0],
    ),
    "Chữ &#7855; và &amp;{=&#273; ~b}": ("Chữ ắ và &", ["đ", "b"], [0]),
    "Ai?\r\n{\r\n=a\r\n~b\r\n}\r\n": ("Ai?", ["a", "b"], [0]),
    "Ai?{\n\n=a\n\n~b\n\n}": ("Ai?", ["a", "b"], [0]),
    "Ai? {\t=a\t~b\t}": ("Ai?", ["a", "b"], [0]),
    "Đúng? {TRUE}": ("Đúng?", ["Đúng", "Sai"], [0]),
    "Đúng? {f#a#b}": ("Đúng?", ["Đúng", "Sai"], [1]),
    "Đúng? { T }": ("Đúng?", ["Đúng", "Sai"], [0]),
    "$$x \\neq \\frac\\{1\\}\\{2\\}$$?{=a ~b}": ("$$x \\neq \\frac{1}{2}$$?", ["a", "b"], [0]),
}  # fmt: skip


@pytest.mark.parametrize("text", OPTIONS)
def test_read_when_a_question_has_options_then_stem_options_and_key_are_right(text):
    found = one(text)

    assert (found.stem, list(found.options), list(found.key)) == OPTIONS[text]


OTHERS = {
    "Số?{#3:0.5}": ("numeric", ["3"]),
    "Số?{#3.14..3.16}": ("numeric", ["3,15"]),
    "Số?{#-5:1}": ("numeric", ["-5"]),
    "Số?{#\n=1822:0#đúng\n=%50%1822:2#gần\n}": ("numeric", ["1822", "1822"]),
    "Số?{#1.5E2:0}": ("numeric", ["150"]),
    "Viết:{}": ("essay", []),
    "Viết:{ }": ("essay", []),
    "Viết:{####Chấm theo hướng dẫn}": ("essay", []),
    "Tỉnh?{=Đắk Lắk =Daklak}": ("short_answer", ["Đắk Lắk", "Daklak"]),
    "Tỉnh?{Đắk Lắk}": ("short_answer", ["Đắk Lắk"]),
    "Tỉnh?{=%100%Đắk Lắk =%50%ĐL#gần đúng}": ("short_answer", ["Đắk Lắk", "ĐL"]),
    "Ghép{=a -> 1 =b -> 2}": ("matching", ["a", "b", "1", "2"]),
    "Ghép{\n=a\\=b -> c\\:d\n= e -> f#g\n= -> h\n####chung\n}": (
        "matching", ["a=b", "e", "c:d", "f", "h"],
    ),
    "Hai {=một} và {#2} và {~ba =bốn}.": ("cloze", ["một", "2", "ba", "bốn"]),
}  # fmt: skip


@pytest.mark.parametrize("text", OTHERS)
def test_read_when_a_question_is_of_another_type_then_it_asks_the_same(text):
    found = read(text)

    draft = found.drafts()[0]
    texts = marking.texts(draft.type, drafting.content(draft))
    assert (draft.type, sorted(texts)) == (OTHERS[text][0], sorted(OTHERS[text][1]))
    assert codes(found, "error") == []


def test_read_when_a_file_has_categories_tags_and_comments_then_they_are_kept():
    found = read(
        "// chú thích\n$CATEGORY: $course$/top/Cải cách/Một cửa\n\n"
        "// [id:q1] [tag:Vận dụng] [tag:khác]\n::Q1::Một?{=a ~b#sai\n####Điều 1\n}\n\n"
        "$CATEGORY: tic/tac//toe\n\nHai?{=a ~b}"
    )

    first, second = found.questions
    assert (first.topic, first.difficulty, first.explanation) == (
        "Cải cách/Một cửa", "Vận dụng", "Điều 1",
    )  # fmt: skip
    assert first.content["options"][1]["feedback"] == "sai"
    assert second.topic == "tic/tac/toe"
    assert codes(found) == ["tags"]


def test_read_when_feedback_follows_a_verdict_then_each_side_has_its_own():
    content = one("Đất phẳng? {F#Đọc lại#Giỏi}").content

    assert [o["feedback"] for o in content["options"]] == ["Đọc lại", "Giỏi"]


def test_read_when_shares_are_written_then_they_count_as_before():
    thirds = one("Ai?{~%33.33333%a ~%33.33333%b ~%33.33333%c ~%-50%d}").content

    assert thirds["scoring"] == "weights"
    assert sum(float(o["weight"]) for o in thirds["options"][:3]) == 1
    assert one("Ai?{~%50%a ~%50%b ~c}").content["scoring"] == "partial"
    assert one("Ai?{~%50%a ~%50%b ~%-50%c}").content["scoring"] == "penalty"
    assert codes(read("Ai?{~%50%a ~%20%b ~c}")) == ["shares"]


BROKEN = {
    "Một?{=a ~b\n\n::Q2::Hai?{=c ~d}": (2, ["braces"]),
    "Một?=a ~b}\n\nHai?{=c ~d}": (2, ["braces"]),
    "Một?{=a ~}": (1, ["empty-option"]),
    "Một?{#}": (1, ["content"]),
    "Một?{#ba}": (1, ["content"]),
    "Ghép{=a -> 1 =b}": (1, ["no-arrow", "content"]),
    "Một?{=%50%a}": (1, ["content"]),
    "{=a ~b}": (1, ["no-stem"]),
    "Hai {T} và {=b}": (1, ["braces"]),
}


@pytest.mark.parametrize("text", BROKEN)
def test_read_when_a_question_is_broken_then_it_is_named_and_none_is_lost(text):
    found = read(text)

    assert (len(found.drafts()), codes(found, "error")) == BROKEN[text]


def test_read_when_a_block_asks_nothing_then_it_is_named_as_left_out():
    found = read("::Đọc::Đọc đoạn sau rồi trả lời.\n\nMột?{=a ~b}")

    assert (len(found.questions), codes(found)) == (1, ["left-out"])


def test_read_when_there_is_only_a_name_then_it_becomes_the_stem():
    found = read("::Trái đất tròn::{T}")

    assert (found.questions[0].stem, codes(found)) == ("Trái đất tròn", ["name-as-stem"])


def test_read_when_questions_stand_without_empty_lines_then_each_is_read():
    text = "::1::Một?{T}\n::2::Hai?{F}\nBa?{=a ~b}\nBốn?{#4}"

    assert [d.stem for d in read(text).questions] == ["Một?", "Hai?", "Ba?", "Bốn?"]


def test_read_when_names_are_the_same_then_all_questions_stay():
    text = "\n\n".join(f"::Câu::Hỏi {n}?{{=a ~b}}" for n in range(50))

    assert len(read(text).questions) == 50


def test_read_when_the_file_is_large_then_all_of_it_is_read():
    text = "\n\n".join(f"::Q{n}::Câu số {n}?{{=đúng{n} ~sai{n} ~khác{n}}}" for n in range(3000))

    assert len(reading.read("lon.gift", text.encode()).questions) == 3000


@pytest.mark.parametrize("sign", ["<!-- chú thích -->", "\n", " ", "::", "\n::"])
def test_kind_of_when_signs_are_repeated_on_purpose_then_it_is_told_in_one_pass(sign):
    text = f"<question type='essay'>{sign * 50_000}<khac>" + sign * 50_000

    assert reading.kind_of(text.encode(), "xml") != "moodle"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("$CATEGORY: a\n\nMột?{=a ~b}", "gift"),
        ("::Q::Một? {T}", "gift"),
        ("Một?{=a ~b}", "gift"),
        ("Câu 1: Tập {1; 2} là?\nA. x\nB. y\nĐáp án: A", "txt"),
        ("Câu 1: Một?\nA. a\nB. b\nĐáp án: B", "txt"),
        ("Một?\nA. a\nB. b\nANSWER: B", "aiken"),
        ("Một?\nA) a\nB) b\nANSWER: B\n", "aiken"),
        ('<?xml version="1.0"?><quiz></quiz>', "moodle"),
        ("<quiz><question type='essay'/></quiz>", "moodle"),
    ],
)
def test_kind_of_text_is_told_by_what_stands_in_it(text, kind):
    assert reading.kind_of(text.encode(), "txt") == kind


@settings(max_examples=150, deadline=None)
@given(st.text("ab={}~#:%\\->\n 1.T/$", max_size=60))
def test_read_when_any_signs_come_then_it_never_fails(text):
    found = read(text)

    assert all(draft.place for draft in found.drafts())


def test_read_when_feedback_is_markup_without_words_then_it_is_none():
    found = one('[html]<p>Tỉnh nào?</p>{=Huế#<p><br></p> ~Đà Lạt#<br> ####<p dir\\="ltr"> </p>}')

    assert (found.explanation, found.content) == ("", None)


def test_read_when_feedback_holds_only_a_picture_then_its_loss_is_named():
    found = read('Tỉnh nào?{=Huế ~Đà Lạt ####<p><img src\\="@@PLUGINFILE@@/ban-do.png"></p>}')

    assert codes(found) == ["pictures"]


def test_read_when_comments_stand_beside_a_verdict_then_it_is_one_of_true_and_false():
    found = one("Huế là cố đô.\n{ // đúng hay sai\n    T // đúng\n    // hết\n}")

    assert (found.type, found.key) == ("true_false", (0,))


def test_read_when_braces_hold_no_answer_beside_others_then_they_are_text():
    found = read("Hàm f() { return 1; } trả về gì?{=1 ~2}")

    assert found.drafts()[0].stem == "Hàm f() { return 1; } trả về gì?"
    assert (found.drafts()[0].type, codes(found)) == ("single_choice", ["plain-braces"])


def test_read_when_a_pair_has_feedback_then_its_loss_is_named():
    assert codes(read("Ghép{=Huế -> Sông Hương#đúng rồi =Hà Nội -> Sông Hồng}")) == ["pairs"]


def test_read_when_a_paper_speaks_of_braces_then_it_is_no_gift():
    paper = "Câu 1: Từ điển rỗng?\nA. {}\nB. []\nĐáp án: A\n\nCâu 2: Gì?\nA. {T}\nB. x\nĐáp án: B"

    found = reading.read("de.txt", paper.encode())

    assert [(d.options, d.key) for d in found.questions] == [
        (("{}", "[]"), (0,)),
        (("{T}", "x"), (1,)),
    ]


def test_read_when_all_is_left_out_then_each_is_named_instead_of_refused():
    found = reading.read("a.gift", "::Lời dẫn::Đọc kỹ đề trước khi làm.".encode())

    assert (found.drafts(), codes(found)) == ([], ["left-out"])
