"""Overall tables: several rounds made into one standing."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contest.rules import ranking, totalling
from contest.rules.ranking import Key
from contest.rules.totalling import OverallRule, OverallTerms, Result, total

OPENS = datetime(2026, 11, 16, 0, tzinfo=UTC)
MILLION = 1_000_000
CHAIN = ranking.natural(Key.SCORE, Key.DURATION_MS)


def result(round_=1, *, place=1, score=10, off=None, ms=60_000, asks=False, correct=10):
    start = OPENS + timedelta(days=7 * round_)
    return Result(
        round_, place, int(Decimal(str(score)) * MILLION), correct, 10,
        None if off is None else off * MILLION, asks, ms, start, start + timedelta(milliseconds=ms),
    )  # fmt: skip


def terms(rule, chain=CHAIN, weights=None, **more):
    return OverallTerms(rule, chain, weights or {}, **more)


results = st.lists(
    st.builds(
        result,
        st.integers(1, 5),
        place=st.integers(1, 4),
        score=st.sampled_from(["0", "7.5", "7.500001", "10"]),
        off=st.none() | st.integers(0, 3),
        ms=st.sampled_from([400, 800, 60_000]),
        asks=st.booleans(),
        correct=st.integers(0, 10),
    ),
    min_size=1,
    max_size=5,
    unique_by=lambda one: one.round,
)
chains = st.lists(
    st.sampled_from([key for key in Key if key is not Key.LOT]), min_size=1, max_size=4, unique=True
).map(lambda keys: ranking.natural(*keys))
weights = st.dictionaries(st.integers(1, 5), st.sampled_from([1, 333_333, MILLION, 2 * MILLION]))
any_terms = st.builds(OverallTerms, st.sampled_from(OverallRule), chains, weights)


def on_paper(terms, results):
    """Return what decides a person's place, reckoned once more with fractions; less is higher."""
    if terms.rule is OverallRule.KEEP_HIGHER_PRIZE:
        best = min(one.place for one in results)
        one = next(one for one in results if one.place == best)
        return [Fraction(best), *_compared(terms, [one])]
    if terms.rule is OverallRule.BEST:
        return min(_compared(terms, [one]) for one in results)
    return _compared(terms, results)


def _compared(terms, counted):
    asked = [one for one in counted if one.asks_prediction]
    weight = {one.round: Fraction(1) for one in counted}
    if terms.rule is OverallRule.WEIGHTED:
        weight |= {key: Fraction(value, MILLION) for key, value in terms.weights.items()}
    exact = sum(Fraction(one.score) * weight[one.round] for one in counted)
    score = Decimal(exact.numerator) / Decimal(exact.denominator)
    far = Fraction(10**18)
    values = {
        Key.SCORE: -Fraction(score.quantize(Decimal(1), rounding=ROUND_HALF_UP)),
        Key.CORRECT_COUNT: -Fraction(sum(one.correct for one in counted)),
        Key.PREDICTION_DIFF: far
        if not asked or any(one.off is None for one in asked)
        else Fraction(sum(one.off for one in asked)),
        Key.DURATION_MS: Fraction(sum(one.duration_ms for one in counted)),
        Key.SUBMITTED_AT: Fraction(max(one.submitted_at for one in counted).timestamp()),
        Key.STARTED_AT: Fraction(min(one.started_at for one in counted).timestamp()),
        Key.PERFECT_ATTEMPTS: -Fraction(len([one for one in counted if one.correct == 10])),
    }
    return [values[ranked.key] for ranked in terms.ranking.keys]


@given(any_terms, st.lists(results, min_size=2, max_size=6))
def test_places_are_those_of_a_recomputation_on_paper(terms, people):
    placed = ranking.places((total(terms, one).sort_key, who) for who, one in enumerate(people))

    values = [on_paper(terms, one) for one in people]
    brute = {who: 1 + sum(other < one for other in values) for who, one in enumerate(values)}
    assert {who: place for place, who in placed} == brute


@given(any_terms, results, st.randoms(use_true_random=False))
def test_sum_and_weights_do_not_depend_on_the_order_of_rounds(terms, results, random):
    shuffled = random.sample(results, len(results))

    if terms.rule in (OverallRule.SUM, OverallRule.WEIGHTED):
        assert total(terms, results) == total(terms, shuffled)
    else:
        assert total(terms, results).sort_key == total(terms, shuffled).sort_key or (
            terms.rule is OverallRule.KEEP_HIGHER_PRIZE
        )


def test_best_counts_the_round_that_the_chain_puts_highest():
    mine = [result(1, score=9), result(2, score=10, ms=70_000), result(3, score=10, ms=65_000)]

    found = total(terms(OverallRule.BEST), mine)

    assert (found.kept, found.score, found.duration_ms) == (3, 10 * MILLION, 65_000)


def test_sum_adds_up_and_who_misses_a_round_gets_nothing_for_it():
    both, one = [result(1, score=6), result(2, score=5)], [result(1, score=10)]

    found = [total(terms(OverallRule.SUM), mine) for mine in (both, one)]

    assert [each.score for each in found] == [11 * MILLION, 10 * MILLION]
    assert found[0].sort_key < found[1].sort_key


def test_weights_are_exact_to_six_places_and_rounded_once():
    rule = terms(OverallRule.WEIGHTED, weights={1: 333_333, 2: 1_500_000})
    mine = [result(1, score="7.5"), result(2, score="0.000001"), result(3, score="1")]

    # 2,4999975 + 0,0000015 + 1 = 3,499999, where rounding each would give 3,500000.
    assert total(rule, mine).score == 3_499_999


def test_higher_prize_is_kept_and_the_better_score_of_a_lower_place_does_not_count():
    mine = [result(1, place=1, score=8), result(2, place=3, score=10)]
    other = [result(1, place=2, score=10)]

    kept = total(terms(OverallRule.KEEP_HIGHER_PRIZE), mine)

    assert (kept.kept, kept.best_place, kept.score) == (1, 1, 8 * MILLION)
    assert kept.sort_key < total(terms(OverallRule.KEEP_HIGHER_PRIZE), other).sort_key


def test_prediction_missing_where_it_was_asked_leaves_the_sum_missing():
    chain = ranking.natural(Key.PREDICTION_DIFF)
    whole = [result(1, off=40, asks=True), result(2)]
    lacking = [result(1, off=0, asks=True), result(2, off=None, asks=True)]

    found = [total(terms(OverallRule.SUM, chain), mine) for mine in (whole, lacking)]

    assert [each.off for each in found] == [40 * MILLION, None]
    assert found[0].sort_key < found[1].sort_key


def test_too_few_rounds_are_no_standing():
    rule = terms(OverallRule.SUM, min_rounds=2)

    assert total(rule, [result(1)]) is None
    assert total(rule, []) is None
    assert total(rule, [result(1), result(2)]).rounds == 2


@given(any_terms)
def test_read_gives_back_what_was_written(terms):
    assert totalling.read(terms.written()) == terms


@pytest.mark.parametrize(
    ("rounds", "min_rounds", "count"), [([1, 2], 1, 0), ([1], 1, 1), ([1, 2], 3, 1), ([], 1, 1)]
)
def test_problems_name_what_is_wrong(rounds, min_rounds, count):
    assert len(terms(OverallRule.SUM, min_rounds=min_rounds).problems(rounds)) == count


def test_says_what_the_rule_does_before_its_chain():
    rule = replace(terms(OverallRule.BEST), min_rounds=2)

    assert [one.message for one in rule.says()] == [
        "Of several rounds, each person’s best one counts.",
        "Only who took part in at least %(count)s of the rounds is in the table.",
        "Places go by %(first)s.",
        "Among equals, what counts is %(rest)s.",
    ]
