"""Marking a paper by what was ruled about its questions."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contest.rules import marking, scoring
from contest.rules.marking import Asked, Ruling, RulingKind
from questions.rules import marking as item_marking
from questions.rules import rekeying
from questions.types.answers import keyed, parts
from tests.questions.contents import CONTENTS, SOUND

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


WEIGHTED = {
    "options": [
        {"id": "a", "text": "Pa nô", "weight": "0.75"},
        {"id": "b", "text": "Tờ gấp", "weight": "0.25"},
        {"id": "c", "text": "Đa cấp", "weight": "-1"},
    ],
    "key": ["a", "b"],
    "scoring": "weights",
}
CLOSED = {kind: content for kind, content in SOUND.items() if kind != "essay"} | {
    "multiple_choice weighted": WEIGHTED
}


@pytest.mark.parametrize("name", sorted(CLOSED))
def test_the_key_there_is_as_the_new_key_earns_all_and_changes_no_mark(name):
    kind, content = name.split()[0], CLOSED[name]
    key, right = rekeying.key_of(kind, content), item_marking.right(kind, content)

    assert rekeying.problems(kind, content, [key]) == []
    assert rekeying.mark(kind, content, [key], right) == 1
    assert rekeying.mark(kind, content, [key], "") == 0


@pytest.mark.parametrize("kind", ["matching", "ordering", "statements", "single_choice"])
@given(st.data())
def test_the_key_there_is_marks_any_answer_as_before(kind, data):
    content = data.draw(CONTENTS[kind])
    right = parts(item_marking.right(kind, content))
    mixed = dict(zip(right, data.draw(st.permutations(list(right.values()))), strict=True))
    answer = keyed(mixed) or data.draw(st.sampled_from(["a", "b", "a,b", ""]))

    found = rekeying.mark(kind, content, [rekeying.key_of(kind, content)], answer)

    assert found == item_marking.mark(kind, content, answer)


def test_the_key_of_an_essay_cannot_be_changed():
    assert len(rekeying.problems("essay", SOUND["essay"], ["Kính gửi"])) == 1


ROWS = {one["text"]: one["id"] for one in SOUND["matching"]["rows"]}
CHOICES = {one["text"]: one["id"] for one in SOUND["matching"]["choices"]}
STEPS = {one["text"]: one["id"] for one in SOUND["ordering"]["parts"]}


def pairs(first, second):
    return keyed(dict(zip(ROWS.values(), (CHOICES[first], CHOICES[second]), strict=True)))


def order(*steps):
    return keyed({STEPS[step]: str(place) for place, step in enumerate(steps, start=1)})


def test_a_row_may_be_joined_to_another_choice_and_to_either_of_two():
    new = [pairs("Sở Tài chính", "Báo Đắk Lắk")]
    both = [*new, pairs("Tỉnh Đoàn", "Báo Đắk Lắk")]

    def earned(accepted, answer):
        return rekeying.mark("matching", SOUND["matching"], accepted, answer)

    assert earned(new, pairs("Sở Tài chính", "Báo Đắk Lắk")) == 1
    assert earned(new, pairs("Tỉnh Đoàn", "Báo Đắk Lắk")) == Decimal("0.5")
    assert earned(both, pairs("Tỉnh Đoàn", "Báo Đắk Lắk")) == 1
    assert earned(both, pairs("Tỉnh Đoàn", "Sở Tài chính")) == Decimal("0.5")


def test_another_order_earns_what_its_places_earn():
    new = [order("Chuyển xử lý", "Tiếp nhận", "Trả kết quả")]

    def earned(answer):
        return rekeying.mark("ordering", SOUND["ordering"], new, answer)

    assert earned(order("Chuyển xử lý", "Tiếp nhận", "Trả kết quả")) == 1
    assert earned(order("Tiếp nhận", "Chuyển xử lý", "Trả kết quả")) == Decimal(1) / 3


def test_a_gap_takes_other_answers_and_the_gaps_left_out_keep_theirs():
    accepted = [keyed({"2": "2017\n2018"})]

    def earned(year, place="a"):
        answer = keyed({"1": "Sở Thông tin và Truyền thông", "2": year, "3": place})
        return rekeying.mark("cloze", SOUND["cloze"], accepted, answer)

    assert earned("2018") == earned("2017") == 1
    assert earned("2016") == earned("2018", "b") == Decimal(2) / 3


def test_other_weights_earn_what_is_written_beside_the_options():
    accepted = [keyed({"a": "0.5", "b": "-1", "c": "0.5"})]

    def earned(answer):
        return rekeying.mark("multiple_choice", WEIGHTED, accepted, answer)

    assert [earned("a"), earned("a,c"), earned("a,b"), earned("c")] == [
        Decimal("0.5"),
        1,
        0,
        Decimal("0.5"),
    ]


@pytest.mark.parametrize(
    ("kind", "content", "answer"),
    [
        ("matching", SOUND["matching"], keyed({"1": "a"})),
        ("matching", SOUND["matching"], keyed({"1": "a", "2": "z"})),
        ("matching", SOUND["matching"], ""),
        ("ordering", SOUND["ordering"], keyed({"a": "1", "b": "1", "c": "2"})),
        ("ordering", SOUND["ordering"], keyed({"a": "1", "b": "2"})),
        ("ordering", SOUND["ordering"], keyed({"a": "1", "b": "2", "c": "4"})),
        ("cloze", SOUND["cloze"], keyed({"9": "2017"})),
        ("cloze", SOUND["cloze"], keyed({"2": "hai nghìn"})),
        ("cloze", SOUND["cloze"], keyed({"3": "h"})),
        ("cloze", SOUND["cloze"], ""),
        ("multiple_choice", WEIGHTED, keyed({"a": "0.5", "b": "0.4"})),
        ("multiple_choice", WEIGHTED, keyed({"a": "một", "b": "1"})),
        ("multiple_choice", WEIGHTED, keyed({"a": "0.5", "z": "0.5"})),
        ("multiple_choice", WEIGHTED, "a,b"),
        ("statements", SOUND["statements"], keyed({"a": "T"})),
    ],
)
def test_a_key_of_several_parts_that_is_not_whole_is_refused(kind, content, answer):
    assert rekeying.problems(kind, content, [answer]) != []


@pytest.mark.parametrize("accepted", [[], ["z"], ["b", "b"], ["a,b"]])
def test_a_key_that_the_question_does_not_have_is_refused(accepted):
    assert rekeying.problems("single_choice", CHOICE, accepted) != []
