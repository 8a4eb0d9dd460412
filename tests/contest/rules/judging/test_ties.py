"""Ties taken apart step by step, judges too far apart, and who goes on to the next round."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contest.rules import ranking
from contest.rules.judging import averaging, deviating, drawing, promoting, table, ties
from contest.rules.judging.deviating import Case, DeviationRule, Remedy, State, Third
from contest.rules.judging.promoting import Equals, PromotionRule, Why
from contest.rules.judging.ties import ChainStep, Known, TieStep
from tests.contest.rules.judging.panels import ASTRAY, panel, tables

NOON = datetime(2026, 11, 20, 5, tzinfo=UTC)
MAIN = ChainStep(TieStep.CRITERION, "content")
MEDIAN, HEADS = ChainStep(TieStep.MEDIAN), ChainStep(TieStep.HEAD_TO_HEAD)
EARLIER, CHAIR, LOT = (ChainStep(step) for step in (TieStep.EARLIER, TieStep.CHAIR, TieStep.LOT))
# Three with a mean of 8; A has the higher median, B and C differ only in when they were frozen.
EQUAL = panel("A 6 9 9 8 8\nB 8 8 8 8 8\nC 8 8 8 8 8\nD 1 1 1 1 1")


def known(**fields):
    return Known(**({"scores": EQUAL} | fields))


def test_resolved_goes_down_the_chain_and_records_each_step():
    given_ = known(
        marks={"content": {"A": Decimal(7), "B": Decimal(7), "C": Decimal(6)}},
        frozen_at={"A": NOON, "B": NOON - timedelta(hours=1)},
    )

    found = ties.resolved([["A", "B", "C"], ["D"]], [MAIN, MEDIAN, EARLIER], given_)

    assert found.order == (("B",), ("A",), ("C",), ("D",))
    assert found.places == {"B": 1, "A": 2, "C": 3, "D": 4}
    assert [(one.step, one.tied, one.groups) for one in found.steps] == [
        (MAIN, ("A", "B", "C"), (("A", "B"), ("C",))),
        (MEDIAN, ("A", "B"), (("A", "B"),)),
        (EARLIER, ("A", "B"), (("B",), ("A",))),
    ]
    assert found.steps[0].values == {"A": 7, "B": 7, "C": 6}
    assert found.explains("C") == [found.steps[0]]


def test_resolved_says_which_step_decided():
    found = ties.resolved([["A", "B"]], [MEDIAN, EARLIER], known(frozen_at={"A": NOON}))

    assert [one.has_separated for one in found.steps] == [False, True]
    assert found.steps[1].says().values == {"step": ties.name(EARLIER)}
    assert found.order == (("A",), ("B",))


def test_resolved_counts_heads_among_the_equals_only():
    scores = panel("A 9 9 1 5 5\nB 8 8 2 5 5\nC 0 0 9 9 9", ("1", "2", "3", "4", "5"))

    found = ties.resolved([["A", "B"]], [HEADS], Known(scores))

    assert found.order == (("A",), ("B",))
    assert found.steps[0].values == {"A": 1, "B": -1}


def test_resolved_by_the_chair_follows_the_recorded_vote():
    found = ties.resolved([["A", "B"]], [CHAIR], known(chair={"B": 1, "A": 2}))

    assert found.order == (("B",), ("A",))


def test_resolved_by_lot_can_be_drawn_again_from_the_seed():
    one = ties.resolved([["A", "B", "C"]], [LOT], known(seed=b"2026"))

    lots = {entry: ranking.lot(b"2026", entry) for entry in "ABC"}
    assert [group[0] for group in one.order] == sorted("ABC", key=lots.get)
    assert one.steps[0].values == lots


def test_resolved_without_a_step_left_shares_the_place():
    found = ties.resolved([["B", "C"], ["D"]], [MEDIAN, HEADS], known())

    assert found.places == {"B": 1, "C": 1, "D": 3}


def test_problems_of_a_chain_are_told():
    assert len(ties.problems([LOT, MEDIAN, MEDIAN, ChainStep(TieStep.CRITERION)])) == 3
    assert ties.problems([MAIN, MEDIAN, LOT]) == []
    assert ties.read(ties.written([MAIN, LOT])) == (MAIN, LOT)


@given(tables(entries=(2, 6)), st.lists(st.sampled_from([MEDIAN, HEADS, LOT]), unique=True))
def test_resolved_keeps_the_order_and_only_takes_equals_apart(scored, chain):
    order = table.groups(averaging.mean(scored))

    found = ties.resolved(order, chain, Known(scored, seed=b"x"))

    before, after = table.places(order), found.places
    assert sorted(after) == list(scored.entries)
    for one in scored.entries:
        for other in scored.entries:
            if before[one] < before[other]:
                assert after[one] < after[other]
    if LOT in chain:
        assert sorted(after.values()) == list(range(1, len(after) + 1))


# --- Judges too far apart ----------------------------------------------------------------------

TEN = DeviationRule(Decimal(10), remedy=Remedy.THIRD_MARKER)


def case(*scores, wanted=2, **fields):
    return Case({f"j{at}": Decimal(score) for at, score in enumerate(scores)}, wanted, **fields)


@pytest.mark.parametrize(
    ("rule", "one", "where", "final"),
    [
        (TEN, case(70), State.WAITING, None),
        (TEN, case(70, 80), State.AGREED, 75),
        (TEN, case(70, "80.25"), State.THIRD_NEEDED, None),
        (TEN, case(70, 81, third=Decimal(78)), State.SETTLED, 78),
        (DeviationRule(Decimal(10)), case(70, 81), State.DISCUSSION_NEEDED, None),
        (DeviationRule(Decimal(10)), case(70, 81, after={"j0": Decimal(77)}), State.SETTLED, 79),
    ],
)
def test_state_of_two_scores_and_what_counts(rule, one, where, final):
    assert deviating.state(rule, one) is where
    assert deviating.final(rule, one) == final


@pytest.mark.parametrize(
    ("third", "counted"),
    [(Third.ALONE, [78]), (Third.NEAREST_TWO, [78, 81]), (Third.ALL, [70, 81, 78])],
)
def test_counting_with_a_third_marker_goes_by_the_declared_way(third, counted):
    rule = DeviationRule(Decimal(10), remedy=Remedy.THIRD_MARKER, third=third)

    assert deviating.counting(rule, case(70, 81, third=Decimal(78))) == counted


def test_deviates_measures_by_the_scale():
    of_ten = DeviationRule(Decimal(20), Decimal(0), Decimal(10))

    assert not of_ten.deviates([Decimal(6), Decimal(8)])
    assert of_ten.deviates([Decimal(6), Decimal("8.25"), Decimal(7)])
    assert of_ten.deviates(list(ASTRAY.scores["A"].values()))


def test_open_cases_stand_widest_apart_first():
    cases = {"a": case(70, 82), "b": case(60, 90), "c": case(70, 71), "d": case(50)}

    assert deviating.open_cases(TEN, cases) == {
        "b": State.THIRD_NEEDED,
        "a": State.THIRD_NEEDED,
        "d": State.WAITING,
    }


def test_nearest_two_of_equally_near_scores_are_the_higher():
    assert deviating.nearest_two([Decimal(1), Decimal(3), Decimal(5)]) == (3, 5)


def test_deviation_rule_reads_what_it_wrote():
    assert deviating.read(TEN.written()) == TEN
    assert TEN.problems() == []
    assert len(DeviationRule(Decimal(0), Decimal(5), Decimal(5)).problems()) == 2


# --- Going on ----------------------------------------------------------------------------------

ORDER = [["a"], ["b", "c"], ["d"], ["e"]]
SCORES = {"a": Decimal(9), "b": Decimal(8), "c": Decimal(8), "d": Decimal(6), "e": Decimal(4)}
UNITS = {"a": "Buôn Hồ", "b": "Buôn Hồ", "c": "Ea Kar", "d": "Ea Kar", "e": "Lắk"}


def going(rule, **fields):
    return [one.entry for one in promoting.promoted(rule, ORDER, SCORES, **fields) if one.goes_on]


@pytest.mark.parametrize(
    ("rule", "entries"),
    [
        (PromotionRule(count=1), "a"),
        (PromotionRule(count=2), "abc"),
        (PromotionRule(count=2, equals=Equals.NONE), "a"),
        (PromotionRule(count=3), "abc"),
        (PromotionRule(percent=Decimal(50)), "abc"),
        (PromotionRule(percent=Decimal(61)), "abcd"),
        (PromotionRule(least=Decimal(6)), "abcd"),
        (PromotionRule(count=4, least=Decimal(7)), "abc"),
        (PromotionRule(count=4, per_group=1), "ace"),
        (PromotionRule(count=1, from_each=1), "ace"),
        (PromotionRule(count=1, from_each=1, least=Decimal(5)), "ac"),
    ],
)
def test_promoted_by_rule(rule, entries):
    assert "".join(going(rule, groups=UNITS)) == entries


def test_promoted_says_why():
    rule = PromotionRule(count=2, equals=Equals.NONE, least=Decimal(5), from_each=1)

    lines = promoting.promoted(rule, ORDER, SCORES, UNITS, {"e": "Chủ tịch hội đồng đề nghị"})

    assert [(one.entry, one.place, one.why) for one in lines] == [
        ("a", 1, Why.PLACE),
        ("b", 2, Why.EQUALS_ON_THE_EDGE),
        ("c", 2, Why.GROUP),
        ("d", 4, Why.BELOW),
        ("e", 5, Why.WILD_CARD),
    ]
    assert lines[-1].reason == "Chủ tịch hội đồng đề nghị"


def test_promotion_rules_that_cannot_be_are_told():
    bad = PromotionRule(count=3, percent=Decimal(120), per_group=1, from_each=2)

    assert len(bad.problems()) == 3
    assert len(PromotionRule().problems()) == 1
    assert PromotionRule(count=3).problems() == []


@given(
    st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 4).map(Decimal), min_size=1),
    st.integers(1, 8),
    st.sampled_from(Equals),
)
def test_promoted_never_passes_over_somebody_better(scores, count, equals):
    order = table.groups(scores)

    lines = promoting.promoted(PromotionRule(count=count, equals=equals), order, scores)

    inside = [scores[one.entry] for one in lines if one.goes_on]
    outside = [scores[one.entry] for one in lines if not one.goes_on]
    assert not inside or not outside or min(inside) > max(outside)
    assert len(inside) <= count or equals is Equals.ALL
    assert len(inside) >= min(count, len(scores)) or equals is Equals.NONE


def test_carried_weighs_the_round_before():
    assert promoting.carried(Decimal(80), Decimal(90), Decimal("0.3")) == 87
    assert promoting.added([(Decimal(62), Decimal(1)), (Decimal(24), Decimal("0.5"))]) == 74


# --- Order of appearance -----------------------------------------------------------------------


def test_order_is_drawn_from_the_seed_and_nothing_else():
    drawn = drawing.order(b"seed", ["d", "a", "c", "b"])

    assert drawn == drawing.order(b"seed", ["a", "b", "c", "d"])
    assert sorted(drawn) == ["a", "b", "c", "d"]
    assert len({tuple(drawing.order(str(n).encode(), "abcd")) for n in range(400)}) == 24


def test_turned_lets_each_judge_begin_elsewhere():
    entries = [f"e{at}" for at in range(12)]

    found = drawing.turned(b"seed", dict.fromkeys("PQRS", entries))

    assert [sorted(own) for own in found.values()] == [sorted(entries)] * 4
    assert len({own[0] for own in found.values()}) == 4
    assert len({own[-1] for own in found.values()}) == 4
