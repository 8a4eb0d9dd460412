"""Changes to results as plain values."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contest.rules import changing
from contest.rules.changing import Change, ChangeKind
from contest.rules.marking import Ruling, RulingKind

CHANGES = st.lists(
    st.builds(
        Change,
        st.sampled_from(ChangeKind),
        st.text("abc", max_size=3),
        st.lists(st.text(max_size=4), max_size=3).map(tuple),
    )
)


@given(CHANGES)
def test_what_was_written_is_read_again(changes):
    assert changing.read([one.written() for one in changes]) == changes


@given(CHANGES)
def test_of_changes_about_the_same_thing_the_last_one_stays(changes):
    kept = []
    for one in changes:
        kept = changing.with_change(kept, one)

    assert {one.about: one for one in changes} == {one.about: one for one in kept}
    assert len(kept) == len({one.about for one in kept})
    assert all(kept[place].about for place in range(len(kept)))


def test_an_empty_proposal_and_one_that_contradicts_itself_are_refused():
    twice = [Change(ChangeKind.ANNUL, "x"), Change(ChangeKind.RESTORE, "x")]

    assert [one.message for one in changing.problems([])] == [
        "A proposal needs at least one change."
    ]
    assert [one.message for one in changing.problems(twice)] == [
        "Two changes are about the same thing."
    ]
    assert changing.problems(twice[:1]) == []


def test_a_kind_that_does_not_exist_is_not_read():
    with pytest.raises(ValueError, match="praise"):
        changing.read([{"kind": "praise", "subject": "x"}])


def test_only_changes_of_questions_rule():
    assert Change(ChangeKind.VOID_OUT, "7", ("b",)).ruling == Ruling(RulingKind.OUT)
    assert Change(ChangeKind.KEY, "7", ("b", "c")).ruling == Ruling(RulingKind.KEY, ("b", "c"))
    assert Change(ChangeKind.LIFT, "7").ruling is None
    assert Change(ChangeKind.ANNUL, "7").ruling is None


def test_every_kind_has_a_name_and_is_about_something():
    assert set(changing.NAMES) == set(changing.ABOUT) == set(ChangeKind)
