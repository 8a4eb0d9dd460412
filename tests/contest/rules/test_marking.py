"""Marking a paper by what was ruled about its questions."""

from decimal import Decimal

import pytest

from contest.rules import marking, scoring
from contest.rules.marking import Asked, Ruling, RulingKind
from questions.rules import marking as item_marking
from questions.rules import rekeying
from tests.questions.contents import SOUND

CHOICE = {
    "options": [{"id": letter, "text": letter, "pinned": False} for letter in "abcd"],
    "key": ["b"],
}


def marks(answers, ruling, points=2_000_000):
    asked = [
        Asked(1, "single_choice", CHOICE, 1_000_000),
        Asked(2, "single_choice", CHOICE, points, ruling=ruling),
    ]
    found = marking.mark_paper(asked, answers)
    total, correct = scoring.total(found.values()), scoring.correct_count(found.values())
    return total, correct, len(found)


def test_a_void_question_gives_everybody_its_points_whatever_they_answered():
    full = Ruling(RulingKind.FULL)

    assert marks({1: "b", 2: "a"}, full) == (Decimal(3), 2, 2)
    assert marks({}, full) == (Decimal(2), 1, 2)


def test_a_question_that_left_the_total_is_not_asked_any_more():
    out = Ruling(RulingKind.OUT)

    assert marks({1: "b", 2: "b"}, out) == (Decimal(1), 1, 1)
    assert marks({1: "a"}, out) == (Decimal(0), 0, 1)


@pytest.mark.parametrize(
    ("answer", "earned"), [("b", Decimal(0)), ("c", Decimal(2)), ("d", Decimal(2)), ("", 0)]
)
def test_a_changed_key_takes_each_of_its_answers_and_no_other(answer, earned):
    total, _, asked = marks({2: answer}, Ruling(RulingKind.KEY, ("c", "d")))

    assert (total, asked) == (earned, 2)


@pytest.mark.parametrize("kind", sorted(rekeying.REKEYED))
def test_the_right_answer_as_the_new_key_earns_all_and_changes_no_key(kind):
    content = SOUND[kind]
    right = item_marking.right(kind, content)

    assert rekeying.problems(kind, content, [right]) == []
    assert rekeying.mark(kind, content, [right], right) == 1
    assert rekeying.mark(kind, content, [right], "") == 0


def test_the_key_of_an_essay_and_of_weighted_options_cannot_be_changed():
    essay = rekeying.problems("essay", SOUND["essay"], ["Kính gửi"])
    weighted = rekeying.problems("multiple_choice", CHOICE | {"scoring": "weights"}, ["a"])

    assert len(essay) == len(weighted) == 1


@pytest.mark.parametrize("accepted", [[], ["z"], ["b", "b"], ["a,b"]])
def test_a_key_that_the_question_does_not_have_is_refused(accepted):
    assert rekeying.problems("single_choice", CHOICE, accepted) != []
