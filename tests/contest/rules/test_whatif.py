"""What if: places under other rules, of people who took part and of invented ones."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contest.rules import ranking, whatif
from contest.rules.allowing import Counts
from contest.rules.predicting import Lock, Prediction, Scope, Target
from contest.rules.ranking import Key
from contest.rules.setting import RoundSettings
from contest.rules.standing import Achieved
from contest.rules.whatif import Person, Rules
from questions.rules.filling import Cell

OPENS = datetime(2026, 11, 16, 0, tzinfo=UTC)
MILLION = 1_000_000
CHAIN = ranking.natural(Key.CORRECT_COUNT, Key.PREDICTION_DIFF, Key.DURATION_MS)


def attempt(number=1, *, correct=3, predicted=None, ms=60_000):
    began = OPENS + timedelta(hours=number)
    return Achieved(
        number, correct * MILLION, correct, 3, None if predicted is None else predicted * MILLION,
        ms, began, began + timedelta(milliseconds=ms),
    )  # fmt: skip


def rules(chain=CHAIN, counts=Counts.BEST, **config):
    return Rules(chain, counts, Prediction(**config))


HUNTER = Person("Người nộp lại", [attempt(n, predicted=n) for n in range(1, 9)])
HONEST = Person("Hạnh", [attempt(predicted=2, ms=90_000)])
SLOW = Person("Thiên", [attempt(predicted=5, ms=99_000)])
PEOPLE = [HUNTER, HONEST, SLOW]


def test_other_lock_takes_the_first_place_from_the_hunter():
    open_ = whatif.outcome(rules(lock=Lock.PER_ATTEMPT), PEOPLE)
    fair = whatif.outcome(rules(lock=Lock.PER_ROUND), PEOPLE)

    # Three people have all right: the hunter hit 3, Hạnh is off by 1, Thiên and the first
    # number of the hunter by 2.
    assert (open_.actual, fair.actual) == (3 * MILLION, 3 * MILLION)
    assert open_.places == {0: 1, 1: 2, 2: 3}
    assert fair.places == {1: 1, 0: 2, 2: 3}
    moved = whatif.moves(open_, fair, 1)
    assert [(one.who, one.before, one.after, one.gains, one.loses) for one in moved] == [
        (1, 2, 1, True, False),
        (0, 1, 2, False, True),
    ]


def test_other_chain_and_target_count_anew():
    fast = whatif.outcome(rules(ranking.natural(Key.CORRECT_COUNT, Key.DURATION_MS)), PEOPLE)
    attempts = whatif.outcome(rules(target=Target.ATTEMPTS, lock=Lock.PER_ATTEMPT), PEOPLE)

    assert fast.places == {0: 1, 1: 2, 2: 3}
    # Ten attempts in all.
    assert attempts.actual == 10 * MILLION


def test_block_is_ranked_apart_with_its_own_number():
    people = [Person(one.name, one.attempts, block=at % 2) for at, one in enumerate(PEOPLE)]

    found = whatif.outcome(rules(scope=Scope.BLOCK), people, 1)

    assert (found.places, found.actual) == ({1: 1}, MILLION)


def test_first_places_include_who_ties_at_the_last():
    people = [Person(str(n), [attempt(1)]) for n in range(3)]
    found = whatif.outcome(rules(ranking.natural(Key.CORRECT_COUNT)), people)

    assert found.first(1) == [0, 1, 2]
    assert found.ties(1) == 2


@given(
    st.lists(st.integers(0, 3), min_size=1, max_size=8),
    st.integers(1, 5),
    st.sampled_from([ranking.natural(Key.CORRECT_COUNT), ranking.natural(Key.STARTED_AT)]),
)
def test_moves_account_for_everybody_in_the_first_places(corrects, most, chain):
    people = [Person(str(at), [attempt(at + 1, correct=one)]) for at, one in enumerate(corrects)]
    before = whatif.outcome(rules(), people)
    after = whatif.outcome(rules(chain), people)
    moved = {one.who: one for one in whatif.moves(before, after, most)}

    assert set(moved) == set(before.first(most)) | set(after.first(most))
    for who, one in moved.items():
        assert one.gains == (one.before > most >= one.after)
        assert one.loses == (one.after > most >= one.before)
        assert (one.before, one.after) == (before.places[who], after.places[who])


def settings(**fields):
    week = {"opens_at": OPENS, "closes_at": OPENS + timedelta(days=7)}
    return RoundSettings("Tuần 1", **week | fields)


def test_invented_people_are_the_same_for_the_same_seed():
    assert whatif.invented(settings(), "a", 40) == whatif.invented(settings(), "a", 40)
    assert whatif.invented(settings(), "a", 40) != whatif.invented(settings(), "b", 40)


@pytest.mark.parametrize("most", [1, 3, None])
def test_invented_people_keep_to_what_the_round_allows(most):
    set_to = settings(max_per_round=most, min_interval_minutes=60)

    people = whatif.invented(set_to, "hạt giống", 200)

    assert max(len(one.attempts) for one in people) <= (most or whatif.MOST_TRIES)
    assert len({one.name for one in people}) == 200
    for one in people:
        starts = [each.started_at for each in one.attempts]
        assert all(b - a >= timedelta(hours=1) for a, b in pairwise(starts))
        assert all(0 <= each.correct <= each.asked == set_to.questions for each in one.attempts)


def test_invented_people_show_that_hunting_pays_only_where_every_attempt_predicts():
    set_to = settings(max_per_round=None, cells=(Cell(None, None, None, 10),))
    people = whatif.invented(set_to, "hạt giống")
    hunters = {at for at, one in enumerate(people) if len(one.attempts) > 4}

    open_, fair = (
        whatif.outcome(rules(lock=lock), people) for lock in (Lock.PER_ATTEMPT, Lock.PER_ROUND)
    )

    assert len(hunters & set(open_.first(5))) > len(hunters & set(fair.first(5)))
