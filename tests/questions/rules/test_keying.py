from questions.rules import keying
from questions.rules.keying import Evidence, Verdict


def question(*marks, said=(), several=False):
    return Evidence(tuple(frozenset(names) for names in marks), said, several)


def test_decide_takes_the_convention_that_gives_one_key_most_often():
    file = [
        question({"bold:label"}, {"bold:label", "underline:label"}),
        question({"bold:label", "underline:label"}, {"bold:label"}),
    ]

    assert [verdict.key for verdict in keying.decide(file)] == [(1,), (0,)]


def test_decide_lets_words_go_before_formatting_and_names_the_difference():
    file = [
        question({"bold:text"}, set(), said=((0,),)),
        question({"bold:text"}, set(), said=((1,),)),
    ]

    assert keying.decide(file) == [Verdict((0,)), Verdict((1,), {keying.DISAGREES: (0,)})]


def test_decide_names_a_rival_convention_where_it_differs():
    file = [
        question({"bold:text", "colour:text"}, set()),
        question({"bold:text", "colour:text"}, set()),
        question({"bold:text"}, {"colour:text"}),
    ]

    assert keying.decide(file)[2].doubts == {keying.LOOKS_DIFFER: (1,)}


def test_decide_gives_no_key_where_all_options_are_marked():
    plain = question({"bold:text"}, set())
    file = [plain, plain, question({"bold:text"}, {"bold:text"})]

    assert keying.decide(file)[2] == Verdict((), {keying.ALL_MARKED: (0, 1)})


def test_decide_takes_several_marks_without_doubt_where_the_stem_asks_for_them():
    file = [question({"star"}, {"star"}, set(), several=True)]

    assert keying.decide(file) == [Verdict((0, 1))]


def test_decide_takes_one_option_in_italics_for_a_foreign_word():
    file = [question({"italic:text"}, set()), question(set(), set())]

    assert [verdict.key for verdict in keying.decide(file)] == [(), ()]


def test_decide_names_two_keys_said_in_words():
    file = [question(set(), set(), said=((0,), (1,)))]

    assert keying.decide(file) == [Verdict((0,), {keying.SAID_TWICE: (1,)})]
