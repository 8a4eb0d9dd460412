"""QTI 1.2 as Canvas, New Quizzes, Blackboard and Common Cartridge write it."""

import pytest

from questions.formats import qti
from questions.rules import drafting
from questions.types import matching, numeric, options, ordering, short_answer, statements
from tests.questions.formats.qti_samples import (
    codes,
    content_of,
    feedback12,
    field12,
    item12,
    labels12,
    only,
    paper12,
    right12,
    said,
    stem12,
    when12,
)

AB = (("1", "Đắk Lắk"), ("2", "Gia Lai"), ("3", "Kon Tum"))
NOT = '<not><varequal respident="response1">{}</varequal></not>'
IS = '<varequal respident="response1">{}</varequal>'


def test_a_choice_of_canvas_has_its_key_and_its_feedback():
    shown = (
        '<respcondition continue="Yes"><conditionvar><varequal respident="response1">2</varequal>'
        '</conditionvar><displayfeedback feedbacktype="Response" linkrefid="2_fb"/></respcondition>'
    )
    feedback = feedback12("general_fb", "&lt;p&gt;Vì Điều 3&lt;/p&gt;") + feedback12("2_fb", "Chưa")
    presentation = stem12("&lt;div&gt;&lt;p&gt;Tỉnh nào?&lt;/p&gt;&lt;/div&gt;") + labels12(*AB)

    found = only(
        paper12(item12("multiple_choice_question", presentation, shown + right12("1"), feedback))
    )

    assert (found.type, found.stem, found.options, found.key, found.explanation) == (
        "single_choice",
        "Tỉnh nào?",
        ("Đắk Lắk", "Gia Lai", "Kon Tum"),
        (0,),
        "Vì Điều 3",
    )
    assert found.content["options"][1]["feedback"] == "Chưa"


def test_true_and_false_of_canvas():
    labels = labels12(("1", "True"), ("2", "False"))

    found = only(paper12(item12("true_false_question", stem12("Có?") + labels, right12("2"))))

    assert (found.type, found.key) == ("true_false", (1,))


def test_several_answers_are_those_that_are_not_denied():
    tests = f"<and>{IS.format('1')}{NOT.format('2')}{IS.format('3')}</and>"
    presentation = stem12("Chọn") + labels12(*AB, cardinality="Multiple")

    found = only(paper12(item12("multiple_answers_question", presentation, when12(tests))))

    assert (found.type, found.key) == ("multiple_choice", (0, 2))
    assert drafting.content(found) == options.content(["Đắk Lắk", "Gia Lai", "Kon Tum"], [0, 2])


def test_a_single_right_answer_among_several_is_still_several():
    tests = f"<and>{IS.format('1')}{NOT.format('2')}{NOT.format('3')}</and>"
    presentation = stem12("Chọn") + labels12(*AB, cardinality="Multiple")

    found = only(paper12(item12("multiple_answers_question", presentation, when12(tests))))

    assert (found.type, found.key) == ("multiple_choice", (0,))


def test_options_each_with_their_own_points_have_weights():
    conditions = "".join(
        right12(name, worth=worth, action="Add")
        for name, worth in (("1", "75"), ("2", "25"), ("3", "-50"))
    )
    presentation = stem12("Chọn") + labels12(*AB, cardinality="Multiple")

    content = content_of(paper12(item12("", presentation, conditions)))

    assert content["scoring"] == "weights"
    assert [one["weight"] for one in content["options"]] == ["0.75", "0.25", "-0.5"]


def test_points_that_vary_by_answer_leave_the_best_as_key_and_say_so():
    conditions = right12("1", worth="5") + right12("2", worth="10")

    content = paper12(
        item12("multiple_choice_question", stem12("Tỉnh?") + labels12(*AB), conditions)
    )

    assert only(content).key == (1,)
    assert codes(content) == ["partly-right"]


def test_options_each_right_by_itself_are_left_to_a_person():
    conditions = when12(f"<or>{IS.format('1')}{IS.format('2')}</or>")

    content = paper12(
        item12("multiple_choice_question", stem12("Tỉnh?") + labels12(*AB), conditions)
    )

    assert codes(content) == ["several-right"]
    assert len(qti.read(content).faulty) == 1


def test_accepted_words_are_a_short_answer():
    conditions = right12("Buôn Ma Thuột", "BMT")

    found = only(paper12(item12("short_answer_question", stem12("Ở đâu?") + field12(), conditions)))

    assert (found.type, found.stem) == ("short_answer", "Ở đâu?")
    assert found.content == short_answer.content(["Buôn Ma Thuột", "BMT"])


@pytest.mark.parametrize(
    ("tests", "expected"),
    [
        ("<varequal respident='response1'>6</varequal>", ("6", "0", "absolute")),
        (
            "<or><varequal respident='response1'>6.0</varequal><and>"
            "<vargte respident='response1'>5.5</vargte><varlte respident='response1'>6.5</varlte>"
            "</and></or>",
            ("6.0", "0.5", "absolute"),
        ),
        (
            "<vargte respident='response1'>2</vargte><varlte respident='response1'>4</varlte>",
            ("3", "1", "absolute"),
        ),
        (
            "<or><varequal respident='response1'>10.0</varequal><and>"
            "<vargt respident='response1'>9.995</vargt>"
            "<varlte respident='response1'>10.005</varlte>"
            "</and></or>",
            ("10.0", "2", "decimals"),
        ),
        (
            "<or><varequal respident='response1' margintype='percent' margin='20.0'>200</varequal>"
            "<and><vargte respident='response1'>160</vargte>"
            "<varlte respident='response1'>240</varlte></and></or>",
            ("200", "0.2", "relative"),
        ),
    ],
)
def test_numbers_are_exact_in_a_range_or_to_some_places(tests, expected):
    presentation = stem12("Bao nhiêu?") + field12(fibtype="Decimal")

    found = only(paper12(item12("numerical_question", presentation, when12(tests))))

    assert (found.type, found.content) == ("numeric", numeric.content(*expected))


def _blanks(kind, more=""):
    presentation = (
        stem12("Xã [xa] ở tỉnh [tinh].")
        + labels12(("1", "Ea Kar"), ("2", "ea kar"), ident="response_xa", more=more)
        + labels12(("3", "Đắk Lắk"), ("4", "Gia Lai"), ident="response_tinh", more=more)
    )
    conditions = right12("1", ident="response_xa", worth="50", action="Add") + right12(
        "4", ident="response_tinh", worth="50", action="Add"
    )
    return only(paper12(item12(kind, presentation, conditions)))


def test_blanks_by_name_are_gaps_that_take_all_their_labels():
    found = _blanks("fill_in_multiple_blanks_question")

    assert (found.type, found.stem) == ("cloze", "Xã [[1]] ở tỉnh [[2]].")
    assert [gap["content"] for gap in found.content["gaps"]] == [
        short_answer.content(["Ea Kar", "ea kar"]),
        short_answer.content(["Đắk Lắk", "Gia Lai"]),
    ]


def test_dropdowns_are_gaps_with_choices():
    found = _blanks("multiple_dropdowns_question")

    assert [gap["content"] for gap in found.content["gaps"]] == [
        options.content(["Ea Kar", "ea kar"], [0]),
        options.content(["Đắk Lắk", "Gia Lai"], [1]),
    ]


def test_new_quizzes_says_gap_by_gap_how_it_is_answered():
    found = _blanks("fill_in_multiple_blanks_question", more='answer_type="dropdown"')

    assert {gap["type"] for gap in found.content["gaps"]} == {"single_choice"}


def test_words_that_need_only_be_held_are_a_pattern():
    found = _blanks("fill_in_multiple_blanks_question", 'scoring_algorithm="TextContainsAnswer"')

    assert found.content["gaps"][0]["content"]["answers"][0] == {
        "text": "*Ea Kar*",
        "fraction": "1",
        "is_pattern": True,
    }


def _rows(first="Thu", second="Chi", labels=(("1", "vào"), ("2", "ra"), ("3", "lại"))):
    presentation = (
        stem12("Ghép")
        + labels12(*labels, ident="response_a", words=first)
        + labels12(*labels, ident="response_b", words=second)
    )
    conditions = right12("1", ident="response_a", worth="50", action="Add") + right12(
        "2", ident="response_b", worth="50", action="Add"
    )
    return only(paper12(item12("matching_question", presentation, conditions)))


def test_rows_with_the_same_labels_are_matching():
    found = _rows()

    assert (found.type, found.stem, found.content) == (
        "matching",
        "Ghép",
        matching.content([("Thu", "vào"), ("Chi", "ra")], ["lại"]),
    )


def test_rows_that_are_true_or_false_are_statements():
    found = _rows("Có 6 điều", "Có 7 điều", (("1", "Đúng"), ("2", "Sai")))

    assert (found.type, found.content) == (
        "statements",
        statements.content([("Có 6 điều", True), ("Có 7 điều", False)]),
    )


def test_things_sorted_into_categories_are_rows():
    things = (("1", "Thuế"), ("2", "Lương"), ("3", "Gió"))
    presentation = (
        stem12("Phân loại")
        + labels12(*things, ident="thu", cardinality="Multiple", words="Thu")
        + labels12(*things, ident="chi", cardinality="Multiple", words="Chi")
    )
    conditions = right12("1", ident="thu") + right12("2", ident="chi")

    content = paper12(item12("categorization_question", presentation, conditions))

    assert only(content).content == matching.content([("Thuế", "Thu"), ("Lương", "Chi")])
    assert said(content) == ["question 1: “Gió” belongs to no category and was left out."]


def test_ordered_labels_are_an_order():
    presentation = stem12("Sắp xếp") + labels12(*AB, cardinality="Ordered")

    found = only(paper12(item12("ordering_question", presentation, right12("3", "1", "2"))))

    assert (found.type, found.content) == (
        "ordering",
        ordering.content(["Kon Tum", "Đắk Lắk", "Gia Lai"]),
    )


def test_an_essay_needs_no_key():
    found = only(paper12(item12("essay_question", stem12("Trình bày.") + field12())))

    assert (found.type, found.stem) == ("essay", "Trình bày.")


@pytest.mark.parametrize(
    "kind",
    ["calculated_question", "file_upload_question", "hot_spot_question", "formula_question"],
)
def test_what_has_no_type_here_is_named(kind):
    content = paper12(item12(kind, stem12("Tính") + field12()))

    assert qti.read(content).drafts() == []
    assert said(content) == [
        f"question 1 was left out: questions of the kind “{kind}” have no type here."
    ]


def test_a_text_alone_is_named_and_one_that_others_rest_on_is_their_passage():
    text = item12("text_only_question", stem12("Đọc đoạn này."), ident="t1")
    lone = item12("text_only_question", stem12("Chào."), ident="t2")
    asked = item12(
        "multiple_choice_question", stem12("Tỉnh?") + labels12(*AB), right12("1"),
        parent_stimulus_item_ident="t1",
    )  # fmt: skip

    content = paper12(text, lone, asked)

    assert only(content).passage == "Đọc đoạn này."
    assert said(content) == ["question 2 only shows a text and was left out."]


def test_sections_are_topics():
    asked = item12("essay_question", stem12("Trình bày.") + field12())

    assert (
        only(paper12(asked, section="s1", name="Thủ tục hành chính")).topic == "Thủ tục hành chính"
    )
    assert only(paper12(asked)).topic == ""


def test_a_bank_is_the_topic_of_its_items():
    asked = item12("essay_question", stem12("Trình bày.") + field12())
    content = (
        '<questestinterop><objectbank ident="b1"><qtimetadata><qtimetadatafield>'
        "<fieldlabel>bank_title</fieldlabel><fieldentry>Ngân hàng A</fieldentry>"
        f"</qtimetadatafield></qtimetadata>{asked}</objectbank></questestinterop>"
    ).encode()

    assert only(content).topic == "Ngân hàng A"


@pytest.mark.parametrize(
    ("profile", "kind"),
    [
        ("cc.multiple_choice.v0p1", "single_choice"),
        ("cc.multiple_response.v0p1", "multiple_choice"),
        ("cc.true_false.v0p1", "single_choice"),
    ],
)
def test_common_cartridge_says_the_kind_by_its_profile(profile, kind):
    several = "multiple_response" in profile
    presentation = stem12("Tỉnh?") + labels12(*AB, cardinality="Multiple" if several else "Single")
    content = paper12(item12("", presentation, right12("1"), cc_profile=profile))

    assert only(content).type == kind


def test_a_field_in_the_middle_of_a_text_leaves_a_line():
    presentation = (
        "<flow><material><mattext>Xã</mattext></material>"
        + field12()
        + "<material><mattext>ở Đắk Lắk.</mattext></material></flow>"
    )

    found = only(paper12(item12("", presentation, right12("Ea Kar"))))

    assert (found.type, found.stem) == ("short_answer", "Xã ____ ở Đắk Lắk.")


def test_several_fields_in_a_text_are_gaps():
    presentation = (
        "<flow><material><mattext>Xã</mattext></material>" + field12("r1")
        + "<material><mattext>có</mattext></material>" + field12("r2", "Integer")
        + "<material><mattext>thôn.</mattext></material></flow>"
    )  # fmt: skip
    conditions = right12("Ea Kar", ident="r1") + right12("3", ident="r2")

    found = only(paper12(item12("", presentation, conditions)))

    assert (found.type, found.stem) == ("cloze", "Xã [[1]] có [[2]] thôn.")
    assert [gap["type"] for gap in found.content["gaps"]] == ["short_answer", "numeric"]


# --- Blackboard ---------------------------------------------------------------------------------


def _blackboard(kind, response, conditions):
    return (
        '<questestinterop><assessment title="Pool"><section><item maxattempts="0"><itemmetadata>'
        f"<bbmd_questiontype>{kind}</bbmd_questiontype></itemmetadata><presentation>"
        '<flow class="Block"><flow class="QUESTION_BLOCK"><flow class="FORMATTED_TEXT_BLOCK">'
        "<material><mat_extension><mat_formattedtext type='HTML'>&lt;p&gt;Tỉnh?&lt;/p&gt;"
        "</mat_formattedtext></mat_extension></material></flow></flow>"
        f"{response}</flow></presentation><resprocessing>{conditions}</resprocessing></item>"
        "</section></assessment></questestinterop>"
    ).encode()


def _label(ident, text):
    words = (
        "<flow_mat><material><mat_extension><mat_formattedtext type='SMART_TEXT'>"
        f"{text}</mat_formattedtext></mat_extension></material></flow_mat>"
    )
    return f'<flow_label><response_label ident="{ident}">{words}</response_label></flow_label>'


def test_a_choice_of_blackboard():
    response = (
        '<flow class="RESPONSE_BLOCK"><response_lid ident="response" rcardinality="Single">'
        f"<render_choice>{_label('x1', 'Gia Lai')}{_label('x2', 'Đắk Lắk')}</render_choice>"
        "</response_lid></flow>"
    )
    conditions = (
        '<respcondition title="correct"><conditionvar><varequal respident="response" case="No">x2'
        '</varequal></conditionvar><setvar variablename="SCORE" action="Set">SCORE.max</setvar>'
        '</respcondition><respcondition title="incorrect"><conditionvar><other/></conditionvar>'
        '<setvar variablename="SCORE" action="Set">0.0</setvar></respcondition>'
    )

    found = only(_blackboard("Multiple Choice", response, conditions))

    assert (found.type, found.stem, found.options, found.key) == (
        "single_choice",
        "Tỉnh?",
        ("Gia Lai", "Đắk Lắk"),
        (1,),
    )


def test_matching_of_blackboard_has_its_choices_in_a_column_of_their_own():
    def row(ident, text):
        return (
            '<flow class="Block"><flow class="FORMATTED_TEXT_BLOCK"><material><mattext>'
            f'{text}</mattext></material></flow><response_lid ident="{ident}"><render_choice>'
            f'<flow_label><response_label ident="{ident}-1"/><response_label ident="{ident}-2"/>'
            "</flow_label></render_choice></response_lid></flow>"
        )

    def right(text):
        return f'<flow class="Block"><material><mattext>{text}</mattext></material></flow>'

    response = (
        f'<flow class="RESPONSE_BLOCK">{row("r1", "Thu")}{row("r2", "Chi")}</flow>'
        f'<flow class="RIGHT_MATCH_BLOCK">{right("ra")}{right("vào")}</flow>'
    )
    conditions = "".join(
        f'<respcondition><conditionvar><varequal respident="{row_}">{choice}</varequal>'
        '</conditionvar><displayfeedback feedbacktype="Response" linkrefid="correct"/>'
        "</respcondition>"
        for row_, choice in (("r1", "r1-2"), ("r2", "r2-1"))
    )

    found = only(_blackboard("Matching", response, conditions))

    assert found.stem == "Tỉnh?"
    assert {row["text"] for row in found.content["rows"]} == {"Thu", "Chi"}
    words = {one["id"]: one["text"] for one in found.content["choices"]}
    assert [words[found.content["pairs"][row["id"]]] for row in found.content["rows"]] == [
        "vào",
        "ra",
    ]


def test_a_group_of_pairs_is_matching():
    presentation = (
        stem12("Ghép")
        + '<response_grp ident="g" rcardinality="Multiple"><render_extension>'
        + "".join(
            f'<response_label ident="{name}"><material><mattext>{text}</mattext></material>'
            "</response_label>"
            for name, text in (("A", "Thu"), ("B", "Chi"), ("1", "vào"), ("2", "ra"))
        )
        + "</render_extension></response_grp>"
    )
    conditions = when12(
        '<varsubset respident="g">A,1</varsubset><varsubset respident="g">B,2</varsubset>'
    )

    assert only(paper12(item12("", presentation, conditions))).content == matching.content(
        [("Thu", "vào"), ("Chi", "ra")]
    )


def test_what_a_test_takes_from_a_bank_elsewhere_is_named():
    held = item12("essay_question", stem12("Viết gì?") + field12(), ident="q1")
    elsewhere = '<bankentry_item item_ref="q9"/><bankentry_item item_ref="q1"/>'
    bank = (
        "<section ident='s'><selection><sourcebank_ref>kho-1</sourcebank_ref></selection></section>"
    )

    assert said(paper12(held, elsewhere, bank)) == [
        "“q9”, which the test takes from a bank, is not in the file.",
        "“kho-1”, which the test takes from a bank, is not in the file.",
    ]


def test_the_sample_of_an_essay_does_not_explain_it_too():
    item = item12("essay_question", stem12("Viết gì?"), feedback=feedback12("solution", "Mẫu"))

    found = only(paper12(item))

    assert (found.explanation, found.content["sample"]) == ("", "Mẫu")


def test_gaps_that_earn_unequally_keep_what_they_earn():
    labels = labels12(("1", "Huế"), ("2", "Hội An"), ident="response_a")
    other = labels12(("3", "Hương"), ("4", "Hồng"), ident="response_b")
    rules = right12("1", ident="response_a", worth="75", action="Add") + right12(
        "3", ident="response_b", worth="25", action="Add"
    )
    shown = stem12("Cố đô [a] bên sông [b]") + labels + other

    found = only(paper12(item12("multiple_dropdowns_question", shown, rules)))

    assert [gap["points"] for gap in found.content["gaps"]] == ["3", "1"]


def test_thirds_that_were_rounded_are_equal():
    idents = ("a", "b", "c")
    shown = stem12("[a] [b] [c]") + "".join(
        labels12((f"{one}1", "Huế"), (f"{one}2", "Hội An"), ident=f"response_{one}")
        for one in idents
    )
    rules = "".join(
        right12(f"{one}1", ident=f"response_{one}", worth=worth, action="Add")
        for one, worth in zip(idents, ("33.33", "33.33", "33.34"), strict=True)
    )

    found = only(paper12(item12("multiple_dropdowns_question", shown, rules)))

    assert [gap["points"] for gap in found.content["gaps"]] == ["1", "1", "1"]
