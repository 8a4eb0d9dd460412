"""Prizes for units: formulas, who is left out, rounding."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contest.rules import collective
from contest.rules.collective import CollectiveRule, Figures, Measure, Out
from contest.rules.prizes import Level, Ties
from contest.rules.unit_groups import UnitGroup

FIRST = (Level("Nhất", 1, 5_000_000),)


def rule(*weights, **fields):
    return CollectiveRule(FIRST, tuple((m, Decimal(w)) for m, w in weights), **fields)


def totals(found):
    return {one.figures.who: None if one.total is None else str(one.total) for one in found}


def test_rate_is_people_of_the_headcount_with_the_decimals_declared():
    units = [Figures("a", people=23, headcount=98), Figures("b", people=1, headcount=3)]

    found = collective.rank(rule((Measure.RATE, 1), decimals=3), units)

    assert totals(found) == {"b": "33.333", "a": "23.469"}


def test_half_is_rounded_up():
    found = collective.score(rule((Measure.RATE, 1)), Figures("a", people=1, headcount=800))

    assert str(found.total) == "0.13"


def test_unit_of_one_person_does_not_win_with_its_hundred_percent():
    units = [Figures("one", people=1, headcount=1), Figures("many", people=90, headcount=100)]

    found = collective.rank(rule((Measure.RATE, 1)), units)

    assert totals(found) == {"many": "90.00", "one": None}
    assert found[1].out is Out.SMALL
    assert [s.who for s in collective.allot_units(rule((Measure.RATE, 1)), found)] == ["many"]


@pytest.mark.parametrize("headcount", [0, None])
def test_rate_without_a_headcount_leaves_the_unit_out(headcount):
    found = collective.score(rule((Measure.RATE, 1)), Figures("a", people=5, headcount=headcount))

    assert (found.total, found.out) == (None, Out.NO_HEADCOUNT)


def test_people_alone_need_no_headcount_where_no_size_is_asked_for():
    by_people = rule((Measure.PEOPLE, 1), least_headcount=0, decimals=0)

    assert collective.score(by_people, Figures("a", people=7)).total == 7


def test_too_few_people_and_quotas_not_met_leave_a_unit_out():
    strict = rule((Measure.PEOPLE, 1), least_people=3, needs_quotas=True)

    outs = [
        collective.score(strict, Figures("a", people=2, headcount=9)).out,
        collective.score(strict, Figures("b", people=3, headcount=9, quotas=4, quotas_met=3)).out,
        collective.score(strict, Figures("c", people=3, headcount=9, quotas=4, quotas_met=4)).out,
    ]

    assert outs == [Out.FEW, Out.QUOTAS, None]


def test_percent_of_pupils_and_converted_prizes_add_up_as_in_quang_nam_2022():
    """62,5 % took part (as points); two first prizes, one second: 10 + 10 + 8."""
    quang_nam = rule(
        (Measure.RATE, 1),
        (Measure.PRIZE_POINTS, 1),
        points=(("Nhất", Decimal(10)), ("Nhì", Decimal(8)), ("Ba", Decimal(6))),
    )
    school = Figures("a", people=250, headcount=400, prizes={"Nhất": 2, "Nhì": 1, "Phụ": 3})

    found = collective.score(quang_nam, school)

    assert (found.parts, found.total) == ((Decimal("62.50"), Decimal("28.00")), Decimal("90.50"))


def test_mean_score_and_quotas_are_weighed():
    weighed = rule((Measure.MEAN_SCORE, "0.7"), (Measure.QUOTAS, "0.03"))
    unit = Figures("a", people=3, headcount=9, scores=Decimal(50), scored=3, quotas=4, quotas_met=3)

    # 16,67 × 0,7 + 75,00 × 0,03 = 11,669 + 2,25
    assert str(collective.score(weighed, unit).total) == "13.92"


def test_mean_score_of_nobody_is_nothing():
    found = collective.score(rule((Measure.MEAN_SCORE, 1)), Figures("a", people=1, headcount=5))

    assert str(found.total) == "0.00"


units = st.lists(
    st.builds(
        Figures,
        st.uuids().map(str),
        people=st.integers(0, 30),
        headcount=st.one_of(st.none(), st.integers(0, 30)),
        quotas_met=st.integers(0, 4),
        quotas=st.just(4),
        scores=st.integers(0, 600).map(Decimal),
        scored=st.integers(0, 30),
        prizes=st.dictionaries(st.sampled_from(["Nhất", "Nhì"]), st.integers(0, 3)),
    ),
    max_size=12,
    unique_by=lambda one: one.who,
)
rules = st.builds(
    CollectiveRule,
    st.just((Level("Nhất", 2), Level("Nhì", 3))),
    st.lists(
        st.tuples(st.sampled_from(Measure), st.integers(1, 9).map(Decimal)),
        min_size=1,
        max_size=3,
        unique_by=lambda pair: pair[0],
    ).map(tuple),
    points=st.just((("Nhất", Decimal(10)), ("Nhì", Decimal(8)))),
    least_headcount=st.integers(0, 5),
    least_people=st.integers(0, 5),
    decimals=st.integers(0, 4),
    ties=st.just(Ties.COMMITTEE),
)


def half_up(value, decimals):
    """Round a fraction half up, in whole numbers."""
    scaled = value * 10**decimals
    return Fraction((2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)) / (
        10**decimals
    )


def by_hand(one, given_rule):
    """Return the total in exact fractions, or None."""
    asks = any(m is Measure.RATE for m, _ in given_rule.weights) or given_rule.least_headcount > 1
    if asks and not one.headcount:
        return None
    if one.headcount is not None and one.headcount < given_rule.least_headcount:
        return None
    if one.people < given_rule.least_people:
        return None
    values = {
        Measure.PEOPLE: Fraction(one.people),
        Measure.RATE: Fraction(100 * one.people, one.headcount or 1),
        Measure.QUOTAS: Fraction(100 * one.quotas_met, 4),
        Measure.MEAN_SCORE: Fraction(int(one.scores), one.scored) if one.scored else Fraction(0),
        Measure.PRIZE_POINTS: Fraction(
            10 * one.prizes.get("Nhất", 0) + 8 * one.prizes.get("Nhì", 0)
        ),
    }
    whole = sum(half_up(values[m], given_rule.decimals) * int(w) for m, w in given_rule.weights)
    return half_up(whole, given_rule.decimals)


@given(rules, units, st.randoms(use_true_random=False))
def test_rank_equals_a_count_by_hand_and_does_not_depend_on_the_order(given_rule, drawn, rng):
    found = collective.rank(given_rule, drawn)

    expected = {one.who: by_hand(one, given_rule) for one in drawn}
    got = {o.figures.who: None if o.total is None else Fraction(o.total) for o in found}
    assert got == expected
    order = [o.total for o in found if o.total is not None]
    assert order == sorted(order, reverse=True)
    assert collective.rank(given_rule, rng.sample(drawn, len(drawn))) == found


@given(rules, units)
def test_units_with_more_points_never_stand_behind(given_rule, drawn):
    scored = collective.rank(given_rule, drawn)

    seats = collective.allot_units(given_rule, scored)

    total = {one.figures.who: one.total for one in scored}
    best = [total[seat.who] for seat in seats if seat.who]
    assert None not in best
    assert best == sorted(best, reverse=True)


@given(st.lists(st.decimals(0, 10**9, places=6), min_size=2, max_size=2))
def test_sort_key_sorts_as_the_points_do(pair):
    one, other = pair

    assert (collective.sort_key(one) < collective.sort_key(other)) is (one > other)


def test_collective_rule_reads_back_as_it_was_written():
    kept = rule(
        (Measure.RATE, "0.6"),
        (Measure.PRIZE_POINTS, "0.4"),
        groups=(UnitGroup.COMMUNE,),
        points=(("Nhất", Decimal("10")),),
        needs_quotas=True,
        ties=Ties.LOT,
    )
    figures = Figures("a", 3, 9, 1, 4, Decimal("12.5"), 2, {"Nhất": 1})

    assert collective.collective_from(kept.written()) == kept
    assert collective.figures_from(figures.written()) == figures


def test_problems_want_a_measure_points_and_more_than_one_person():
    wrong = rule((Measure.RATE, 1), (Measure.PRIZE_POINTS, 1), least_headcount=1)

    assert [one.message for one in collective.problems(wrong)] == [
        "Say how many points an individual prize gives.",
        "A unit of one person reaches 100 %: ask for a headcount of at least 2.",
    ]
    assert [one.message for one in collective.problems(rule())] == [
        "Choose at least one measure by which units are compared."
    ]
