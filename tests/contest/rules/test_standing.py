"""Standings: from a person's attempts to a place, against a recomputation as on paper."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contest.rules import ranking
from contest.rules.allowing import Counts
from contest.rules.predicting import Lock, Prediction, Scope, Target
from contest.rules.ranking import Direction, Key, RankingKey, RankingRule
from contest.rules.standing import Achieved, Terms, stand

OPENS = datetime(2026, 11, 16, 0, tzinfo=UTC)
MILLION = 1_000_000
TIMES = {Key.DURATION_MS, Key.SUBMITTED_AT, Key.STARTED_AT}


def attempt(number=1, *, correct=2, score=None, predicted=None, ms=60_000, began=0):
    """An attempt at three questions that began so many seconds after the opening."""
    start = OPENS + timedelta(seconds=began)
    return Achieved(
        number, (correct * MILLION if score is None else score), correct, 3,
        None if predicted is None else predicted * MILLION, ms, start,
        start + timedelta(milliseconds=ms),
    )  # fmt: skip


attempts = st.builds(
    attempt,
    st.integers(1, 10**6),
    correct=st.integers(0, 3),
    score=st.none() | st.sampled_from([1_000_000, 1_000_001, 1_500_000, 3_000_000]),
    predicted=st.none() | st.integers(0, 4),
    ms=st.integers(0, 4).map(lambda n: n * 400),
    began=st.integers(0, 3),
)
own = st.lists(attempts, min_size=1, max_size=4, unique_by=lambda one: one.attempt_id)
contests = st.lists(own, min_size=1, max_size=7)
keys = st.lists(
    st.builds(RankingKey, st.sampled_from(Key), st.sampled_from(Direction), st.booleans()),
    min_size=1,
    max_size=5,
    unique_by=lambda one: one.key,
)
terms = st.builds(
    Terms,
    keys.map(lambda chosen: RankingRule(tuple(chosen))),
    st.sampled_from(Counts),
    st.builds(Prediction, lock=st.sampled_from(Lock), not_over=st.booleans()),
    st.none().map(lambda _: {}) | st.integers(0, 4).map(lambda n: {None: n * MILLION}),
)


# --- The same once more, written as one would reckon on paper ------------------------------------


def values_of(terms, ordered, at, lot):
    """Return what one attempt of a person brings for each key; None where it is missing."""
    one = ordered[at]
    if terms.prediction.lock is Lock.PER_ATTEMPT:
        said = one.predicted
    elif terms.prediction.lock is Lock.FIRST_ATTEMPT:
        said = ordered[0].predicted
    else:
        said = ([each.predicted for each in ordered if each.predicted is not None] + [None])[0]
    true = terms.actuals.get(None)
    off = None if said is None or true is None else abs(said - true)
    if off is not None and terms.prediction.not_over and said > true:
        off = None
    return {
        Key.SCORE: one.score,
        Key.CORRECT_COUNT: one.correct,
        Key.PREDICTION_DIFF: off,
        Key.DURATION_MS: one.duration_ms,
        Key.SUBMITTED_AT: one.submitted_at,
        Key.STARTED_AT: one.started_at,
        Key.PERFECT_ATTEMPTS: len([each for each in ordered if each.correct == each.asked]),
        Key.LOT: lot,
    }


def beats(terms, mine, other):
    """Say whether one set of values stands above another: key by key, the missing last."""
    for ranked in terms.rule.keys:
        if ranked.key is Key.PREDICTION_DIFF and not terms.actuals:
            continue
        a, b = mine[ranked.key], other[ranked.key]
        if ranked.whole_seconds and ranked.key in TIMES:
            a, b = (each // 1000 if isinstance(each, int) else each.replace(microsecond=0)
                    for each in (a, b))  # fmt: skip
        if a != b:
            if a is None or b is None:
                return b is None
            return a < b if ranked.direction is Direction.ASC else a > b
    return False


def reckoned(terms, people):
    """Return each person's place: one more than how many stand above."""
    best = []
    for lot, given_ in enumerate(people):
        ordered = sorted(given_, key=lambda each: (each.started_at, each.attempt_id))
        all_values = [values_of(terms, ordered, at, lot) for at in range(len(ordered))]
        if terms.counts is Counts.FIRST:
            best.append(all_values[0])
        elif terms.counts is Counts.LAST:
            best.append(all_values[-1])
        else:
            best.append(
                next(one for one in all_values if not any(beats(terms, o, one) for o in all_values))
            )
    return [1 + sum(beats(terms, other, one) for other in best) for one in best]


def computed(terms, people):
    stood = [stand(terms, given_, lot=lot) for lot, given_ in enumerate(people)]
    placed = {who: place for place, who in ranking.places(
        (one.sort_key, who) for who, one in enumerate(stood))}  # fmt: skip
    return [placed[who] for who in range(len(people))]


@given(terms, contests)
def test_places_are_those_of_a_recomputation_on_paper(terms, people):
    assert computed(terms, people) == reckoned(terms, people)


@given(terms, contests, st.randoms(use_true_random=False))
def test_places_do_not_depend_on_the_order_of_people_or_attempts(terms, people, random):
    lots = list(range(len(people)))
    order = random.sample(lots, len(lots))
    shuffled = {who: random.sample(people[who], len(people[who])) for who in order}

    keys = {who: stand(terms, mine, lot=who).sort_key for who, mine in shuffled.items()}

    assert keys == {who: stand(terms, people[who], lot=who).sort_key for who in lots}


@given(terms, own, own, own)
def test_standing_is_a_total_preorder(terms, one, two, three):
    a, b, c = (stand(terms, each, lot=1).sort_key for each in (one, two, three))

    assert a <= b or b <= a
    assert not (a <= b <= c) or a <= c
    assert len(a) == len(b) == len(c)


# --- Named cases ---------------------------------------------------------------------------------

NEAREST = ranking.natural(Key.CORRECT_COUNT, Key.PREDICTION_DIFF, Key.DURATION_MS)


def asked(**fields):
    rule = fields.pop("rule", NEAREST)
    counts = fields.pop("counts", Counts.BEST)
    true = fields.pop("true", None)
    return Terms(rule, counts, Prediction(**fields), {} if true is None else {None: true * MILLION})


def test_prediction_over_the_number_stands_behind_every_one_that_is_not():
    terms = asked(not_over=True, true=100)
    over, far, none = (stand(terms, [attempt(predicted=n)]) for n in (101, 1, None))

    assert far.sort_key < over.sort_key == none.sort_key
    assert (over.off, far.off) == (None, 99 * MILLION)


def test_whole_seconds_make_a_tie_of_the_same_second():
    rule = RankingRule((RankingKey(Key.DURATION_MS, Direction.ASC, whole_seconds=True),))
    terms = Terms(rule, Counts.BEST)
    one, same, later = (stand(terms, [attempt(ms=ms)]) for ms in (60_001, 60_999, 61_000))

    assert one.sort_key == same.sort_key < later.sort_key


def test_earliest_start_decides_and_perfect_attempts_after_it():
    rule = ranking.natural(Key.CORRECT_COUNT, Key.STARTED_AT, Key.PERFECT_ATTEMPTS)
    terms = Terms(rule, Counts.FIRST)
    early = stand(terms, [attempt(correct=3, began=1)])
    twice = stand(terms, [attempt(correct=3, began=2), attempt(2, correct=3, began=90)])
    once = stand(terms, [attempt(correct=3, began=2)])

    assert early.sort_key < twice.sort_key < once.sort_key


def test_lots_separate_who_is_equal_in_all_else():
    rule = ranking.natural(Key.CORRECT_COUNT, Key.LOT)
    lots = [ranking.lot(b"\x5e" * 16, f"SBD {number}") for number in range(20)]
    keys = [stand(Terms(rule, Counts.BEST), [attempt()], lot=lot).sort_key for lot in lots]

    assert len(set(keys)) == 20
    assert [key for _, key in sorted(zip(lots, keys, strict=True))] == sorted(keys)


@pytest.mark.parametrize(("share", "off"), [("87.65432", "0.00001"), ("87.65430", "0.00001")])
def test_decimal_percentages_are_compared_to_the_last_digit(share, off):
    terms = Terms(
        NEAREST,
        Counts.BEST,
        Prediction(Target.PCT_FULLY_CORRECT, decimals=5),
        {None: int(Decimal("87.65431") * MILLION)},
    )
    one = replace(attempt(), predicted=int(Decimal(share) * MILLION))

    assert stand(terms, [one]).merits.prediction_diff == Decimal(off)


def test_each_block_is_held_against_its_own_number():
    terms = replace(asked(scope=Scope.BLOCK), actuals={7: 10 * MILLION, 8: 50 * MILLION})
    here, there, nowhere = (stand(terms, [attempt(predicted=12)], block=b) for b in (7, 8, None))

    assert (here.off, there.off, nowhere.off) == (2 * MILLION, 38 * MILLION, None)
    assert here.sort_key < there.sort_key < nowhere.sort_key


# Việt–Lào 2017: any number of attempts, one each hour. One man submitted the same right answers
# from five in the morning until night, with another number each time, and won the first prize.
HUNTER = [
    attempt(n, correct=3, predicted=1000 + 25 * n, ms=60_000, began=3600 * n) for n in range(1, 18)
]
HONEST = [attempt(99, correct=3, predicted=1210, ms=90_000, began=7200)]


def test_hunting_the_prediction_wins_where_every_attempt_predicts():
    terms = asked(lock=Lock.PER_ATTEMPT, true=1200)

    hunter, honest = stand(terms, HUNTER), stand(terms, HONEST)

    assert (hunter.off, honest.off) == (0, 10 * MILLION)
    assert hunter.sort_key < honest.sort_key


@pytest.mark.parametrize("lock", [Lock.PER_ROUND, Lock.FIRST_ATTEMPT])
def test_hunting_the_prediction_gains_nothing_where_it_is_given_once(lock):
    terms = asked(lock=lock, true=1200)

    hunter, honest = stand(terms, HUNTER), stand(terms, HONEST)

    assert (hunter.off, honest.off) == (175 * MILLION, 10 * MILLION)
    assert honest.sort_key < hunter.sort_key


def test_fair_mode_is_the_usual_one():
    assert Prediction().lock is Lock.PER_ROUND
