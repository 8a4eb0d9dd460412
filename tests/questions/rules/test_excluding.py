"""What is kept out of a draw: for which reason, how many, and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.saying import Sentence
from questions.rules import excluding
from questions.rules.drawing import Candidate
from questions.rules.excluding import Exclusions, Past, Reason, Stocked


def stocked(number, **more):
    return Stocked(Candidate(f"c{number:02}", number, "a", "NB", "single_choice"), number, **more)


stock = st.lists(st.tuples(st.booleans(), st.booleans()), max_size=12).map(
    lambda rows: [stocked(n, is_locked=a, has_basis=b) for n, (a, b) in enumerate(rows)]
)
some = st.frozensets(st.integers(0, 12))
pasts = st.builds(
    Past, some, some, st.dictionaries(st.integers(0, 12), st.integers(0, 9)), st.integers(0, 20)
)
limit = st.none() | st.integers(0, 100)
exclusions = st.builds(
    Exclusions, st.integers(0, 3), st.integers(0, 3), limit, limit, st.booleans(), st.booleans()
)


@given(stock, exclusions, pasts)
def test_every_item_is_drawn_from_or_counted_once(stock, exclusions, past):
    left = excluding.sift(stock, exclusions, past)

    assert len(left.pool) + sum(left.taken.values()) == len(stock)
    assert left.everything == [one.candidate for one in stock]
    for one in stock:
        if one.candidate in left.pool:
            assert one.item_id not in past.in_rounds | past.in_sets
            assert one.is_locked or not exclusions.locked_only
            assert one.has_basis or not exclusions.based_only


@given(exclusions)
def test_what_is_written_is_read_again(exclusions):
    assert Exclusions.read(exclusions.written()) == exclusions


def test_nothing_is_kept_out_unless_that_is_asked():
    stock = [stocked(1), stocked(2)]
    often = Past(times={1: 1000}, papers=10)

    assert excluding.sift(stock, Exclusions(), often).taken == {}
    assert Exclusions().written() == {}
    assert not Exclusions().looks_back


@pytest.mark.parametrize(
    ("exclusions", "past", "reason"),
    [
        (Exclusions(rounds=1), Past(in_rounds=frozenset({1})), Reason.ROUNDS),
        (Exclusions(sets=1), Past(in_sets=frozenset({1})), Reason.SETS),
        (Exclusions(most_asked=2), Past(times={1: 3, 2: 2}), Reason.EXPOSURE),
        (Exclusions(most_share=25), Past(times={1: 26, 2: 25}, papers=100), Reason.EXPOSURE),
    ],
)
def test_one_of_two_items_is_kept_out_for_its_reason(exclusions, past, reason):
    left = excluding.sift([stocked(1), stocked(2)], exclusions, past)

    assert ([one.item for one in left.pool], left.taken) == (["c02"], {reason: 1})


def test_exclusions_say_themselves():
    said = Exclusions(2, 1, 0, 30, locked_only=True, based_only=True).say()

    assert said == [
        Sentence("not asked in the last %(count)s rounds", {"count": 2}),
        Sentence("not in the last %(count)s paper sets", {"count": 1}),
        Sentence("asked %(count)s times at most until now", {"count": 0}),
        Sentence("in %(count)s%% of all papers at most until now", {"count": 30}),
        Sentence("locked questions only"),
        Sentence("questions with a legal basis only"),
    ]
