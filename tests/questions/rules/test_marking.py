from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from questions.rules import marking
from questions.types import options

KINDS = sorted(marking.TYPES)


@st.composite
def contents(draw):
    count = draw(st.integers(2, 8))
    key = draw(st.lists(st.integers(0, count - 1), min_size=1, max_size=count, unique=True))
    return options.content([f"Phương án {place}" for place in range(count)], key)


@given(st.sampled_from(KINDS), contents(), st.none() | st.text(max_size=20))
def test_mark_of_any_answer_is_total_bounded_and_always_the_same(kind, content, answer):
    mark = marking.mark(kind, content, answer)

    assert Decimal(0) <= mark <= Decimal(1)
    assert marking.mark(kind, content, answer) == mark


@given(st.sampled_from(KINDS), contents(), st.sets(st.sampled_from("abcdefgh")))
def test_mark_is_full_only_for_just_the_key(kind, content, ids):
    mark = marking.mark(kind, content, options.answer(sorted(ids)))

    assert mark == (Decimal(1) if ids == set(content["key"]) else Decimal(0))


def test_mark_of_no_answer_is_nothing():
    assert marking.mark("single_choice", options.content(["một", "hai"], [0]), None) == Decimal(0)


def test_mark_of_an_unknown_type_is_a_mistake_of_the_caller():
    with pytest.raises(ValueError, match="essay"):
        marking.mark("essay", {}, "a")
