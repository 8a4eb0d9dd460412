"""How firmly a result stands: without each judge, under other rules, by chance."""

from decimal import Decimal
from random import Random

import pytest
from hypothesis import given

from contest.rules.judging import combining, stability
from contest.rules.judging.table import Table
from contest.rules.judging.terms import Rule, Terms
from tests.contest.rules.judging.panels import APART, ASTRAY, UNEVEN, tables

MEAN, TRIMMED = Terms(Rule.MEAN), Terms(Rule.TRIMMED)


def test_without_each_judge_the_mean_has_three_different_winners():
    found = stability.without_each(ASTRAY, MEAN)

    assert {one.judge: one.outcome.winners for one in found} == {
        "J1": ["B"],
        "J2": ["C"],
        "J3": ["C"],
        "J4": ["C"],
        "J5": ["A"],
    }
    assert [one.judge for one in found if one.has_new_winners] == ["J1", "J5"]


def test_without_each_judge_tells_who_moves():
    last = stability.without_each(ASTRAY, MEAN)[-1]

    assert last.moved == {"A": 1, "C": 3}
    assert last.changes_prizes


def test_stability_tells_the_chair_what_other_rules_would_give():
    found = stability.stability(ASTRAY, MEAN, seed="2026", rounds=20)

    assert found.declared.winners == ["C"]
    assert not found.is_first_prize_firm
    assert {rule: found.by_rule[rule].winners for rule in (Rule.TRIMMED, Rule.Z_SCORE)} == {
        Rule.TRIMMED: ["A"],
        Rule.Z_SCORE: ["B"],
    }
    assert set(found.disagreeing) >= {Rule.TRIMMED, Rule.MEDIAN, Rule.Z_SCORE, Rule.BORDA}


def test_stability_of_one_opinion_is_firm():
    scores = {entry: {j: Decimal(at) for j in "PQRST"} for at, entry in enumerate("abc")}

    found = stability.stability(Table.of(scores), TRIMMED, 1, rounds=20)

    assert found.is_first_prize_firm
    assert found.disagreeing == []
    assert found.chances == {"a": (0,), "b": (0,), "c": (1,)}


def test_chances_add_up_to_one_for_each_prize():
    for scored, terms in ((ASTRAY, MEAN), (UNEVEN, Terms(Rule.LEAST_SQUARES))):
        found = stability.chances(scored, terms, 3, Random(1), 50)

        assert [sum(row[at] for row in found.values()) for at in range(3)] == pytest.approx([1] * 3)
        assert found == stability.chances(scored, terms, 3, Random(1), 50)


def test_chances_of_an_incomplete_panel_keep_what_least_squares_are_sure_of():
    found = stability.chances(UNEVEN, Terms(Rule.LEAST_SQUARES), 3, Random(1), 100)

    assert found["A"][0] > 0.95
    assert found["D"] == (0, 0, 0)


def test_chances_of_panels_without_a_common_judge_are_not_told():
    assert stability.chances(APART, MEAN, 1, Random(1)) == {}


def test_every_rule_refuses_what_cannot_be_compared_and_gives_the_rest():
    found = stability.every_rule(APART, MEAN)

    refused = {rule for rule, one in found.items() if one.refused}
    assert refused == {Rule.LEAST_SQUARES, Rule.MIXED, Rule.BRADLEY_TERRY, Rule.SKATING}


@given(tables(judges=(2, 4), entries=(2, 4)))
def test_without_each_agrees_with_judging_again(scored):
    for one in stability.without_each(scored, MEAN):
        rows = scored.scores.items()
        rest = {e: {j: s for j, s in row.items() if j != one.judge} for e, row in rows}
        outcome = combining.combined(Table.of(rest), MEAN)

        assert one.outcome.values == outcome.values
        assert one.outcome.order == outcome.order
