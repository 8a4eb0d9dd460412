"""Ranking: the sortable key, places, and the rule in words."""

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contest.rules import ranking
from contest.rules.allowing import Counts
from contest.rules.ranking import Direction, Key, Merits, RankingKey, RankingRule
from core.saying import Sentence

NOON = datetime(2026, 11, 18, 5, tzinfo=UTC)
USUAL = ranking.natural(Key.CORRECT_COUNT, Key.PREDICTION_DIFF, Key.DURATION_MS, Key.SUBMITTED_AT)

moments = st.integers(0, 5).map(lambda n: NOON + timedelta(milliseconds=400 * n))
merits = st.builds(
    Merits,
    score=st.none() | st.decimals(-2, 2, places=1),
    correct_count=st.none() | st.integers(0, 3),
    prediction_diff=st.none() | st.decimals(0, 1, places=1),
    duration_ms=st.none() | st.integers(0, 5).map(lambda n: n * 400),
    submitted_at=st.none() | moments,
    started_at=st.none() | moments,
    perfect_attempts=st.none() | st.integers(0, 2),
    lot=st.none() | st.integers(0, 2),
)
rules = st.lists(
    st.builds(RankingKey, st.sampled_from(Key), st.sampled_from(Direction), st.booleans()),
    max_size=4,
    unique_by=lambda ranked: ranked.key,
).map(lambda keys: RankingRule(tuple(keys)))
people = st.lists(merits, max_size=12)


def seconds(key, value):
    if key is Key.DURATION_MS:
        return value // 1000
    return value.replace(microsecond=0) if isinstance(value, datetime) else value


def is_above(rule, one, other):
    """Compare two key by key, as a person would on paper."""
    for ranked in rule.keys:
        a, b = getattr(one, ranked.key), getattr(other, ranked.key)
        if ranked.whole_seconds and a is not None and b is not None:
            a, b = seconds(ranked.key, a), seconds(ranked.key, b)
        if a == b:
            continue
        if a is None or b is None:
            return b is None
        return a < b if ranked.direction is Direction.ASC else a > b
    return False


@given(rules, merits, merits)
def test_sort_key_orders_as_the_rule_compares(rule, one, other):
    keys = rule.sort_key(one), rule.sort_key(other)

    assert (keys[0] < keys[1]) == is_above(rule, one, other)
    assert (keys[1] < keys[0]) == is_above(rule, other, one)


@given(rules, merits)
def test_sort_key_has_one_width_and_only_hexadecimal_digits(rule, one):
    key = rule.sort_key(one)

    assert len(key) == 16 * len(rule.keys)
    assert set(key) <= set("0123456789abcdef")


@given(rules, people)
def test_places_are_one_more_than_the_number_above(rule, group):
    pairs = [(rule.sort_key(m), at) for at, m in enumerate(group)]

    placed = ranking.places(pairs)

    brute = {at: 1 + sum(is_above(rule, o, m) for o in group) for at, m in enumerate(group)}
    assert {at: place for place, at in placed} == brute
    assert [place for place, _ in placed] == sorted(brute.values())


@given(rules, people, st.randoms(use_true_random=False))
def test_places_do_not_depend_on_the_order_given(rule, group, random):
    pairs = [(rule.sort_key(m), at) for at, m in enumerate(group)]
    shuffled = random.sample(pairs, len(pairs))

    assert set(ranking.places(pairs)) == set(ranking.places(shuffled))


@given(rules, merits, merits, merits)
def test_is_above_is_a_total_preorder_through_decides(rule, one, two, three):
    for a, b in combinations((one, two, three), 2):
        assert rule.decides(a, b) == rule.decides(b, a)
        assert (rule.decides(a, b) is None) == (rule.sort_key(a) == rule.sort_key(b))
    ordered = sorted((one, two, three), key=rule.sort_key)
    assert not is_above(rule, ordered[2], ordered[0])


@given(rules)
def test_read_gives_back_what_was_written(rule):
    shared = replace(rule, shares_prizes=True)

    assert [ranking.read(r.written()) for r in (rule, shared)] == [rule, shared]


def test_places_of_ties_skip_the_next():
    group = [("b", "Y Thiên Niê"), ("a", "Lê Hoàng Yến"), ("b", "H’Bia Kbuôr"), ("c", "Trần Bảo")]

    assert ranking.places(group) == [
        (1, "Lê Hoàng Yến"),
        (2, "Y Thiên Niê"),
        (2, "H’Bia Kbuôr"),
        (4, "Trần Bảo"),
    ]


def test_sort_key_of_decimals_tells_a_millionth_apart():
    rule = ranking.natural(Key.SCORE)

    keys = [rule.sort_key(Merits(score=Decimal(n))) for n in ("7.500001", "7.5", "-0.25", "-1")]

    assert keys == sorted(set(keys))


def test_sort_key_of_a_missing_value_is_last_in_both_directions():
    for direction in Direction:
        rule = RankingRule((RankingKey(Key.PREDICTION_DIFF, direction),))
        worst = Decimal(0 if direction is Direction.DESC else 999_999_999)

        assert rule.sort_key(Merits(prediction_diff=worst)) < rule.sort_key(Merits())


def test_sort_key_in_whole_seconds_does_not_see_milliseconds():
    rule = RankingRule((RankingKey(Key.DURATION_MS, Direction.ASC, whole_seconds=True),))

    keys = [rule.sort_key(Merits(duration_ms=n)) for n in (598_000, 598_999, 599_000)]

    assert keys[0] == keys[1] < keys[2]


def test_sort_key_of_a_value_out_of_proportion_is_a_mistake_of_the_caller():
    with pytest.raises(ValueError, match="proportion"):
        ranking.natural(Key.LOT).sort_key(Merits(lot=1 << 62))


def test_without_a_key_is_provisional_and_orders_by_the_rest():
    near = Merits(correct_count=20, prediction_diff=Decimal(2), duration_ms=500_000)
    fast = Merits(correct_count=20, prediction_diff=Decimal(9), duration_ms=300_000)

    provisional = USUAL.without(Key.PREDICTION_DIFF, Key.LOT)

    assert (provisional.is_provisional, USUAL.is_provisional) == (True, False)
    assert provisional.left_out == (Key.PREDICTION_DIFF,)
    assert provisional.uses(Key.PREDICTION_DIFF)
    assert USUAL.sort_key(near) < USUAL.sort_key(fast)
    assert provisional.sort_key(fast) < provisional.sort_key(near)


def test_decides_names_the_first_key_that_differs():
    one = Merits(correct_count=20, prediction_diff=Decimal(16), duration_ms=598_000)
    other = replace(one, duration_ms=601_000)

    assert USUAL.decides(one, other) is Key.DURATION_MS
    assert USUAL.decides(one, one) is None


def test_reason_says_what_decides_with_both_values():
    one = Merits(correct_count=20, prediction_diff=Decimal(16), duration_ms=598_000)
    slower = replace(one, duration_ms=601_000)
    silent = replace(one, prediction_diff=None)
    message = "What decides is %(key)s: %(one)s against %(other)s."

    reasons = [USUAL.reason(one, other) for other in (slower, silent, one)]

    assert reasons == [
        Sentence(
            message,
            {
                "key": Sentence("time taken"),
                "one": timedelta(seconds=598),
                "other": timedelta(seconds=601),
            },
        ),
        Sentence(
            message,
            {
                "key": Sentence("distance of the prediction"),
                "one": Decimal(16),
                "other": Sentence("none"),
            },
        ),
        None,
    ]


@pytest.mark.parametrize(
    ("counts", "index"), [(Counts.BEST, 1), (Counts.FIRST, 0), (Counts.LAST, 3)]
)
def test_counted_attempt(counts, index):
    attempts = [Merits(correct_count=n) for n in (15, 20, 20, 12)]

    assert ranking.counted(ranking.natural(Key.CORRECT_COUNT), counts, attempts) == index


def test_counted_without_attempts_is_a_mistake_of_the_caller():
    with pytest.raises(ValueError, match="without an attempt"):
        ranking.counted(USUAL, Counts.BEST, [])


def test_lot_follows_from_the_published_seed():
    seed = hashlib.sha256("Xổ số kiến thiết Đắk Lắk 17/11/2026".encode()).digest()

    lots = {ranking.lot(seed, f"SBD {n}") for n in range(1000)}

    assert len(lots) == 1000
    assert ranking.lot(seed, "SBD 1") == ranking.lot(seed, "SBD 1")
    assert ranking.lot(b"other", "SBD 1") not in lots


def test_problems_of_a_rule_name_what_is_wrong():
    twice = ranking.natural(Key.SCORE, Key.LOT, Key.SCORE)

    found = [
        RankingRule(()).problems(),
        twice.problems(),
        replace(ranking.natural(Key.SCORE, Key.LOT), shares_prizes=True).problems(),
        USUAL.problems(),
    ]

    assert found == [
        [Sentence("The ranking needs at least one criterion.")],
        [
            Sentence("“%(key)s” stands in the ranking twice.", {"key": Sentence("score")}),
            Sentence("After drawing lots nothing is left to decide."),
        ],
        [Sentence("Either lots are drawn or equal people share: not both.")],
        [],
    ]


def test_says_the_usual_rule_in_two_sentences():
    then = "%(one)s, then %(rest)s"
    last = {"one": Sentence("less time taken"), "rest": Sentence("handing in earlier")}
    rest = {"one": Sentence("the closer prediction"), "rest": Sentence(then, last)}

    assert USUAL.says() == [
        Sentence("Places go by %(first)s.", {"first": Sentence("number of correct answers")}),
        Sentence("Among equals, what counts is %(rest)s.", {"rest": Sentence(then, rest)}),
    ]


def test_says_what_is_shared_and_what_is_left_out():
    rule = replace(ranking.natural(Key.SCORE, Key.PREDICTION_DIFF), shares_prizes=True)

    assert rule.without(Key.PREDICTION_DIFF).says() == [
        Sentence("Places go by %(first)s.", {"first": Sentence("score")}),
        Sentence("Who is equal in all this shares the place and the prize."),
        Sentence(
            "The places are provisional: %(keys)s is still left out.",
            {"keys": Sentence("distance of the prediction")},
        ),
    ]


def test_says_an_unusual_direction_as_it_is():
    rule = RankingRule((RankingKey(Key.SCORE, Direction.ASC),))

    assert rule.says() == [
        Sentence("Places go by %(first)s.", {"first": Sentence("the lower score")})
    ]


def test_lines_say_each_key():
    assert USUAL.lines() == [
        Sentence("Correct answers: more stands higher"),
        Sentence("Prediction: closer to the actual number stands higher"),
        Sentence("Time taken: shorter stands higher"),
        Sentence("Handing in: earlier stands higher"),
    ]


def test_lines_exist_for_every_key_and_direction():
    every = [RankingKey(key, direction) for key in Key for direction in Direction]

    assert len(RankingRule(tuple(every)).lines()) == 16


@given(st.lists(st.tuples(st.sampled_from("abcd"), st.none() | st.integers(1, 2)), max_size=12))
def test_places_apart_are_counted_in_each_block_and_among_all_for_who_is_in_none(rows):
    ordered = sorted(
        ((key, block, who) for who, (key, block) in enumerate(rows)), key=lambda row: row[0]
    )

    placed = {who: place for place, who in ranking.placed_apart(ordered)}

    assert placed == {
        who: 1 + sum(other < key for other, its in rows if block is None or its == block)
        for who, (key, block) in enumerate(rows)
    }
