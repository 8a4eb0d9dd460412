"""QTI 2 and 3 as other systems write it: each interaction, each way to say what is right."""

import pytest

from questions.formats import qti
from questions.rules import drafting
from questions.types import matching, numeric, options, ordering, statements
from tests.questions.formats.qti_samples import (
    TEMPLATE,
    V30,
    choice,
    choices,
    codes,
    content_of,
    item,
    mapped,
    only,
    response,
    said,
)

# --- Options ------------------------------------------------------------------------------------


def test_a_single_choice_has_its_words_its_options_and_its_key():
    found = only(
        item("<p>Đọc biển báo.</p>" + choice("Đắk Lắk", "Gia Lai", "Kon Tum"), response("B"))
    )

    assert (found.type, found.stem, found.options, found.key) == (
        "single_choice",
        "Đọc biển báo.\nTỉnh nào?",
        ("Đắk Lắk", "Gia Lai", "Kon Tum"),
        (1,),
    )


def test_options_that_are_letters_do_not_mix_up_the_key():
    found = only(item(choice("C", "A", "B", "D"), response("A")))

    assert (found.options, found.key) == (("C", "A", "B", "D"), (0,))


def test_true_and_false_are_recognised():
    assert only(item(choice("True", "False"), response("B"))).type == "true_false"


def test_several_keys_marked_as_a_whole():
    body = choice("Pa nô", "Tờ gấp", "Đa cấp", most="0")
    found = only(item(body, response("A", "B", cardinality="multiple")))

    assert (found.type, found.key, drafting.content(found).get("scoring", "all")) == (
        "multiple_choice",
        (0, 1),
        "all",
    )


@pytest.mark.parametrize(
    ("worth", "default", "scoring"),
    [
        ({"A": 1, "B": 1}, "0", "partial"),
        ({"A": 1, "B": 1}, "-1", "penalty"),
        ({"A": 1, "B": 1, "C": -1}, "0", "penalty"),
        ({"A": 3, "B": 1, "C": -2}, "0", "weights"),
    ],
)
def test_a_mapping_says_how_answers_right_in_part_are_marked(worth, default, scoring):
    declared = response("A", "B", cardinality="multiple", mapping=mapped(default=default, **worth))
    body = choice("Pa nô", "Tờ gấp", "Đa cấp", most="0")

    content = content_of(item(body, declared, "map_response"))

    assert content["scoring"] == scoring


def test_weights_of_the_keys_add_up_to_one():
    declared = response("A", "B", "C", cardinality="multiple", mapping=mapped(A=1, B=1, C=5, D=-1))

    content = content_of(item(choice("m", "n", "o", "p", most="0"), declared, "map_response"))

    assert [one["weight"] for one in content["options"]] == [
        "0.1428",
        "0.1429",
        "0.7143",
        "-0.1429",
    ]


def test_a_mapping_that_is_not_used_changes_nothing():
    declared = response("A", "B", cardinality="multiple", mapping=mapped(A=3, B=1))

    content = content_of(item(choice("m", "n", "o", most="0"), declared, "match_correct"))

    assert content == options.content(["m", "n", "o"], [0, 1])


def test_a_key_that_stands_only_in_the_mapping_is_found():
    declared = response(mapping=mapped(A="0.5", C="1"))

    found = only(item(choice("m", "n", "o"), declared, "map_response"))

    assert (found.type, found.key) == ("single_choice", (2,))


def test_a_key_that_is_only_tested_is_found():
    steps = (
        "<responseProcessing><responseCondition><responseIf><match>"
        '<variable identifier="RESPONSE"/><baseValue baseType="identifier">B</baseValue></match>'
        '<setOutcomeValue identifier="SCORE"><baseValue baseType="float">1</baseValue>'
        "</setOutcomeValue></responseIf><responseElse>"
        '<setOutcomeValue identifier="SCORE"><baseValue baseType="float">0</baseValue>'
        "</setOutcomeValue></responseElse></responseCondition></responseProcessing>"
    )

    assert only(item(choice("m", "n"), response(), steps)).key == (1,)


def test_a_choice_without_a_key_is_kept_to_be_mended():
    reading = qti.read(item(choice("m", "n"), response()))

    assert [one.stem for one in reading.drafts()] == ["Tỉnh nào?"]
    assert [one.code for one in reading.messages] == ["no-key"]


def test_fixed_choices_keep_their_place():
    body = choice("m", "n", "Ý kiến của ông bà").replace(
        'identifier="C"', 'identifier="C" fixed="true"'
    )

    content = content_of(item(body, response("A")))

    assert [one["pinned"] for one in content["options"]] == [False, False, True]


def test_feedback_inside_a_choice_belongs_to_it():
    body = choice(
        'Đúng <feedbackInline outcomeIdentifier="F" identifier="A" showHide="show">Phải rồi'
        "</feedbackInline>",
        "Sai",
    )

    content = content_of(item(body, response("A")))

    assert [(one["text"], one.get("feedback")) for one in content["options"]] == [
        ("Đúng", "Phải rồi"),
        ("Sai", None),
    ]


def test_modal_feedback_explains_and_that_of_a_choice_belongs_to_it():
    after = (
        '<modalFeedback outcomeIdentifier="F" identifier="A" showHide="show">Về A</modalFeedback>'
        '<modalFeedback outcomeIdentifier="F" identifier="X" showHide="show"><p>Vì Điều 3.</p>'
        "</modalFeedback>"
    )

    found = only(item(choice("m", "n"), response("B"), after=after))

    assert found.explanation == "Vì Điều 3."
    assert found.content["options"][0]["feedback"] == "Về A"


# --- Pairs and order ----------------------------------------------------------------------------


def test_an_order_is_the_one_declared():
    body = (
        '<orderInteraction responseIdentifier="RESPONSE"><prompt>Sắp xếp</prompt>'
        f"{choices('Trả kết quả', 'Tiếp nhận', 'Xử lý')}</orderInteraction>"
    )

    found = only(item(body, response("B", "C", "A", cardinality="ordered")))

    assert (found.type, found.content) == (
        "ordering",
        ordering.content(["Tiếp nhận", "Xử lý", "Trả kết quả"]),
    )


def _match(first, second, pairs, mapping=""):
    sets = "".join(
        "<simpleMatchSet>"
        + "".join(
            f'<simpleAssociableChoice identifier="{name}" matchMax="1">{text}'
            "</simpleAssociableChoice>"
            for name, text in group.items()
        )
        + "</simpleMatchSet>"
        for group in (first, second)
    )
    body = (
        f'<matchInteraction responseIdentifier="RESPONSE"><prompt>Ghép</prompt>{sets}'
        "</matchInteraction>"
    )
    declared = response(*pairs, cardinality="multiple", base="directedPair", mapping=mapping)
    return item(body, declared, "map_response")


def test_pairs_become_matching():
    found = only(
        _match({"a": "Thu", "b": "Chi"}, {"x": "ra", "y": "vào", "z": "lại"}, ["a y", "b x"])
    )

    assert (found.type, found.stem) == ("matching", "Ghép")
    assert {row["text"]: found.content["pairs"][row["id"]] for row in found.content["rows"]} == {
        "Thu": next(one["id"] for one in found.content["choices"] if one["text"] == "vào"),
        "Chi": next(one["id"] for one in found.content["choices"] if one["text"] == "ra"),
    }


def test_pairs_the_other_way_round_are_turned():
    found = only(
        _match({"a": "Sở", "b": "Xã"}, {"x": "1", "y": "2", "z": "3"}, ["a x", "a y", "b z"])
    )

    assert [row["text"] for row in found.content["rows"]] == ["1", "2", "3"]


def test_pairs_with_several_choices_for_a_row_are_named():
    content = _match({"a": "Sở", "b": "Xã"}, {"x": "1", "y": "2"}, ["a x", "a y", "b x"])

    assert "several-fit" in codes(content)


def test_rows_that_are_true_or_false_become_statements():
    found = only(
        _match({"a": "Có 6 điều", "b": "Có 7 điều"}, {"t": "True", "f": "False"}, ["a t", "b f"])
    )

    assert (found.type, found.content) == (
        "statements",
        statements.content([("Có 6 điều", True), ("Có 7 điều", False)]),
    )


def test_associations_become_matching():
    listed = "".join(
        f'<simpleAssociableChoice identifier="{name}" matchMax="1">{text}</simpleAssociableChoice>'
        for name, text in (("A", "Ê Đê"), ("B", "nhà dài"), ("C", "Ba Na"), ("D", "nhà rông"))
    )
    body = (
        '<associateInteraction responseIdentifier="RESPONSE" maxAssociations="2">'
        f"<prompt>Ghép đôi</prompt>{listed}</associateInteraction>"
    )

    found = only(item(body, response("A B", "C D", cardinality="multiple", base="pair")))

    assert found.content == matching.content([("Ê Đê", "nhà dài"), ("Ba Na", "nhà rông")])


# --- Typed --------------------------------------------------------------------------------------


def test_one_field_is_a_short_answer_with_a_line_where_it_stood():
    body = '<p>Tỉnh <textEntryInteraction responseIdentifier="RESPONSE"/> có Buôn Đôn.</p>'
    declared = response(
        "Đắk Lắk",
        base="string",
        mapping='<mapping defaultValue="0"><mapEntry mapKey="Đắk Lắk" mappedValue="2"/>'
        '<mapEntry mapKey="Dak Lak" mappedValue="1"/></mapping>',
    )

    found = only(item(body, declared, "map_response"))

    assert (found.type, found.stem) == ("short_answer", "Tỉnh ____ có Buôn Đôn.")
    assert found.content == {
        "answers": [
            {"text": "Đắk Lắk", "fraction": "1", "is_pattern": False},
            {"text": "Dak Lak", "fraction": "0.5", "is_pattern": False},
        ],
        "exact": ["marks"],
    }


def test_two_spellings_worth_different_points_make_capitals_count():
    body = '<p>Tên: <textEntryInteraction responseIdentifier="RESPONSE"/></p>'
    declared = response("York", base="string", mapping=mapped(York=1, york="0.5"))

    assert content_of(item(body, declared, "map_response"))["exact"] == ["case", "marks"]


@pytest.mark.parametrize(
    ("test", "expected"),
    [
        ('<equal toleranceMode="absolute" tolerance="0.5 0.5">', ("4.5", "0.5", "absolute")),
        ('<equal toleranceMode="relative" tolerance="5 5">', ("4.5", "0.05", "relative")),
        ('<equal toleranceMode="exact">', ("4.5", "0", "absolute")),
        ('<equalRounded roundingMode="decimalPlaces" figures="2">', ("4.5", "2", "decimals")),
    ],
)
def test_a_number_has_the_tolerance_it_is_tested_with(test, expected):
    body = '<p>Bao nhiêu? <textEntryInteraction responseIdentifier="RESPONSE"/></p>'
    name = test[1:].partition(" ")[0]
    steps = (
        f"<responseProcessing><responseCondition><responseIf>{test}"
        '<variable identifier="RESPONSE"/>'
        f'<correct identifier="RESPONSE"/></{name}><setOutcomeValue identifier="SCORE">'
        '<baseValue baseType="float">1</baseValue></setOutcomeValue></responseIf>'
        "</responseCondition></responseProcessing>"
    )

    found = only(item(body, response("4.5", base="float"), steps))

    assert found.content == numeric.content(*expected)


def test_a_number_between_two_bounds_is_a_range():
    body = '<p>Bao nhiêu? <textEntryInteraction responseIdentifier="RESPONSE"/></p>'
    steps = (
        "<responseProcessing><responseCondition><responseIf><and>"
        '<gte><variable identifier="RESPONSE"/><baseValue baseType="float">3.5</baseValue></gte>'
        '<lte><variable identifier="RESPONSE"/><baseValue baseType="float">4.5</baseValue></lte>'
        '</and><setOutcomeValue identifier="SCORE"><baseValue baseType="float">1</baseValue>'
        "</setOutcomeValue></responseIf></responseCondition></responseProcessing>"
    )

    assert content_of(item(body, response(base="float"), steps)) == numeric.content("4", "0.5")


def test_a_field_without_a_key_is_marked_by_people():
    body = '<p>Ý kiến: <textEntryInteraction responseIdentifier="RESPONSE"/></p>'

    assert only(item(body, response(base="string"))).type == "essay"


def test_free_text_is_an_essay_with_what_the_markers_read():
    body = (
        '<rubricBlock view="scorer"><p>Nêu hai ý.</p></rubricBlock>'
        '<extendedTextInteraction responseIdentifier="RESPONSE"><prompt>Trình bày.</prompt>'
        "</extendedTextInteraction>"
    )

    found = only(item(body, response(base="string")))

    assert (found.type, found.stem, found.content["sample"]) == (
        "essay",
        "Trình bày.",
        "Nêu hai ý.",
    )


# --- Gaps ---------------------------------------------------------------------------------------


def test_several_fields_make_a_text_with_gaps():
    body = (
        '<p>Xã <textEntryInteraction responseIdentifier="R1"/> có'
        ' <textEntryInteraction responseIdentifier="R2"/> thôn, ở'
        ' <inlineChoiceInteraction responseIdentifier="R3">'
        f"{choices('Đắk Lắk', 'Gia Lai', name='inlineChoice')}</inlineChoiceInteraction>.</p>"
    )
    declared = (
        response("Ea Kar", base="string", ident="R1")
        + response("3", base="integer", ident="R2")
        + response("A", ident="R3")
    )

    found = only(item(body, declared))

    assert (found.type, found.stem) == ("cloze", "Xã [[1]] có [[2]] thôn, ở [[3]].")
    assert [gap["type"] for gap in found.content["gaps"]] == [
        "short_answer",
        "numeric",
        "single_choice",
    ]
    assert found.content["gaps"][2]["content"] == options.content(["Đắk Lắk", "Gia Lai"], [0])


def test_gaps_to_be_filled_from_a_list_are_choices():
    body = (
        '<gapMatchInteraction responseIdentifier="RESPONSE"><prompt>Điền từ.</prompt>'
        f"{choices('mùa đông', 'mùa hè', name='gapText')}"
        '<blockquote><p>Đây là <gap identifier="G1"/>, kia là <gap identifier="G2"/>.</p>'
        "</blockquote></gapMatchInteraction>"
    )

    found = only(item(body, response("A G1", "B G2", cardinality="multiple", base="directedPair")))

    assert found.stem == "Điền từ.\nĐây là [[1]], kia là [[2]]."
    assert [gap["content"]["key"] for gap in found.content["gaps"]] == [["a"], ["b"]]


def test_text_that_looks_like_a_gap_stays_text():
    body = (
        '<p>Mảng a[[1]] và <textEntryInteraction responseIdentifier="R1"/> với'
        ' <textEntryInteraction responseIdentifier="R2"/></p>'
    )
    declared = response("x", base="string", ident="R1") + response("y", base="string", ident="R2")

    assert only(item(body, declared)).stem == "Mảng a[ [1]] và [[1]] với [[2]]"


# --- Composite items and what is not known --------------------------------------------------------


def test_an_item_that_asks_twice_becomes_two_questions_on_one_passage():
    body = (
        "<p>Đoạn văn.</p>"
        + choice("m", "n", prompt="Câu a?")
        + '<p>Câu b: <textEntryInteraction responseIdentifier="R2"/></p>'
    )

    reading = qti.read(item(body, response("A") + response("x", base="string", ident="R2")))

    assert [(one.type, one.stem, one.passage) for one in reading.drafts()] == [
        ("single_choice", "Câu a?", "Đoạn văn."),
        ("short_answer", "Câu b:", "Đoạn văn."),
    ]


@pytest.mark.parametrize(
    "name",
    [
        "hottextInteraction", "hotspotInteraction", "sliderInteraction", "uploadInteraction",
        "drawingInteraction", "graphicGapMatchInteraction", "graphicOrderInteraction",
        "graphicAssociateInteraction", "selectPointInteraction", "positionObjectInteraction",
        "mediaInteraction", "customInteraction", "portableCustomInteraction",
    ],
)  # fmt: skip
def test_what_has_no_type_here_is_named_with_its_place(name):
    content = item(f'<p>Chọn.</p><{name} responseIdentifier="RESPONSE"/>', response())

    assert qti.read(content).drafts() == []
    assert said(content) == [
        f"“Câu một” was left out: questions of the kind “{name}” have no type here."
    ]


def test_a_part_that_has_no_type_here_does_not_take_the_rest_with_it():
    content = item(choice("m", "n") + '<sliderInteraction responseIdentifier="S"/>', response("A"))

    assert only(content).key == (0,)
    assert codes(content) == ["left-out"]


def test_an_item_that_computes_its_values_is_named():
    content = item(choice("m", "n"), response("A")).replace(
        b"<itemBody>", b"<templateProcessing/><itemBody>"
    )

    assert qti.read(content).drafts() == []
    assert codes(content) == ["left-out"]


def test_an_item_that_asks_nothing_is_named():
    assert said(item("<p>Chào mừng.</p>")) == ["“Câu một” was left out: it asks nothing."]


def test_an_adaptive_item_is_asked_in_one_step_and_says_so():
    content = item(choice("m", "n"), response("A"), adaptive="true")

    assert only(content).key == (0,)
    assert codes(content) == ["adaptive"]


def test_candidates_read_a_rubric_as_a_passage():
    body = '<rubricBlock view="candidate"><p>Đọc kỹ.</p></rubricBlock>' + choice("m", "n")

    assert only(item(body, response("A"))).passage == "Đọc kỹ."


def test_formulas_are_readable():
    body = choice("m", "n").replace(
        "Tỉnh nào?",
        'Tính <m:math xmlns:m="http://www.w3.org/1998/Math/MathML"><m:msup><m:mi>x</m:mi>'
        "<m:mn>2</m:mn></m:msup></m:math> và H<sub>2</sub>O",
    )

    assert only(item(body, response("A"))).stem == "Tính x² và H₂O"


# --- QTI 3 --------------------------------------------------------------------------------------


@pytest.mark.parametrize("prefix", ["", "q:"])
def test_qti_3_reads_as_qti_2_whatever_its_prefix(prefix):
    names = f'xmlns:q="{V30}"' if prefix else f'xmlns="{V30}"'
    p = f"{prefix}qti-"
    content = (
        f'<{p}assessment-item {names} identifier="i" title="Câu" time-dependent="false">'
        f'<{p}response-declaration identifier="RESPONSE" cardinality="multiple"'
        f' base-type="identifier"><{p}correct-response><{p}value>A</{p}value><{p}value>C</{p}value>'
        f"</{p}correct-response></{p}response-declaration><{p}item-body>"
        f'<{p}choice-interaction response-identifier="RESPONSE" max-choices="0" shuffle="true">'
        f"<{p}prompt>Chọn hai.</{p}prompt>"
        f'<{p}simple-choice identifier="A">Một</{p}simple-choice>'
        f'<{p}simple-choice identifier="B">Hai</{p}simple-choice>'
        f'<{p}simple-choice identifier="C" fixed="true">Ba</{p}simple-choice>'
        f"</{p}choice-interaction></{p}item-body>"
        f'<{p}response-processing template="{TEMPLATE}match_correct"/></{p}assessment-item>'
    ).encode()

    found = only(content)

    assert (found.type, found.stem, found.options, found.key) == (
        "multiple_choice",
        "Chọn hai.",
        ("Một", "Hai", "Ba"),
        (0, 2),
    )


def test_pairs_that_earn_unequally_are_named():
    pairs = ["a y", "b x"]
    entries = "".join(
        f'<mapEntry mapKey="{pair}" mappedValue="{worth}"/>'
        for pair, worth in zip(pairs, (3, 1), strict=True)
    )

    found = _match(
        {"a": "Thu", "b": "Chi"}, {"x": "ra", "y": "vào"}, pairs, f"<mapping>{entries}</mapping>"
    )

    assert codes(found) == ["uneven"]


def test_gaps_that_earn_unequally_keep_what_they_earn():
    declared = "".join(
        response(text, base="string", ident=name, mapping=mapped(**{text: worth}))
        for name, text, worth in (("A", "Huế", "3"), ("B", "Hương", "1"))
    )
    fields = [f'<textEntryInteraction responseIdentifier="{name}"/>' for name in "AB"]
    steps = (
        '<responseProcessing><setOutcomeValue identifier="SCORE"><sum><mapResponse identifier="A"/>'
        '<mapResponse identifier="B"/></sum></setOutcomeValue></responseProcessing>'
    )

    found = only(item(f"<p>Cố đô {fields[0]} bên sông {fields[1]}</p>", declared, steps))

    assert [gap["points"] for gap in found.content["gaps"]] == ["3", "1"]
