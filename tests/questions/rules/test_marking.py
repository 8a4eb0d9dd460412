from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from questions.rules import marking
from questions.types import answers, options
from tests.questions.contents import CONTENTS, SOUND, STEMS, any_item

ids = st.sampled_from(["a", "b", "c", "1", "2", "3", "h", "z26", ""])
given_answers = st.one_of(
    st.none(),
    st.text(max_size=40),
    st.lists(ids, max_size=5).map(",".join),
    st.dictionaries(ids, st.one_of(ids, st.text(max_size=5)), max_size=6).map(answers.keyed),
    st.from_regex(r"[+-]?[\d.,]{1,15}%?", fullmatch=True),
)


@given(any_item, given_answers)
def test_mark_of_any_answer_is_total_bounded_and_always_the_same(item, answer):
    kind, content = item

    mark = marking.mark(kind, content, answer)

    assert 0 <= mark <= 1
    assert mark == marking.mark(kind, content, answer)
    assert isinstance(mark, Decimal)


@given(any_item)
def test_the_right_answer_earns_everything_but_for_an_essay(item):
    kind, content = item
    if content.get("scoring") == "weights":
        return

    mark = marking.mark(kind, content, marking.right(kind, content))

    assert mark == (0 if kind in marking.MARKED_BY_PEOPLE else 1)


@given(any_item, given_answers)
def test_say_tells_of_any_answer_what_is_right_there(item, answer):
    kind, content = item

    said = marking.say(kind, content, answer)

    assert all(isinstance(line.given, str) and isinstance(line.right, str) for line in said)


@pytest.mark.parametrize("kind", sorted(marking.TYPES))
def test_every_type_finds_its_own_example_sound(kind):
    assert marking.check(kind, STEMS[kind], SOUND[kind]) == []


@given(any_item)
def test_no_answer_earns_nothing(item):
    kind, content = item

    assert marking.mark(kind, content, None) == 0
    assert marking.mark(kind, content, "") == 0


@given(any_item)
def test_what_is_pinned_is_among_what_may_be_shuffled(item):
    listed, pinned = marking.shuffled_ids(*item)

    assert len(set(listed)) == len(listed)
    assert set(pinned) <= set(listed)


def test_mark_of_an_unknown_type_is_refused():
    with pytest.raises(ValueError, match="no such type"):
        marking.mark("riddle", {}, "a")


@given(CONTENTS["single_choice"], st.sets(st.sampled_from("abcdefgh")))
def test_mark_of_one_key_is_full_only_for_just_the_key(content, chosen):
    mark = marking.mark("single_choice", content, options.answer(sorted(chosen)))

    assert mark == (1 if chosen == set(content["key"]) else 0)
