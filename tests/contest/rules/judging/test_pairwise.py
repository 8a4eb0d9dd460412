"""Comparison in pairs: published fits, another algorithm, and the vectors of Crowd-BT."""

from decimal import Decimal
from itertools import permutations
from math import exp, log

import numpy as np  # noqa: TID253 -- what is tested is compared with arrays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contest.rules.judging import crowd, pairwise
from contest.rules.judging.crowd import Belief, Trust
from contest.rules.judging.levelling import Disconnected
from tests.contest.rules.judging.panels import APART, ASTRAY

BASEBALL = """
    0 7 9 7 7 9 11
    6 0 7 5 11 9 9
    4 6 0 7 7 8 12
    6 8 6 0 6 7 10
    6 2 6 7 0 7 12
    4 4 5 6 6 0 6
    2 4 1 3 1 7 0
"""


def matrix(text):
    return np.array([list(map(float, row.split())) for row in text.strip().splitlines()])


def strengths(wins):
    found = pairwise.fitted([str(at) for at in range(len(wins))], wins)
    return [exp(found.logs[str(at)]) for at in range(len(wins))]


def test_fitted_of_a_beating_b_beating_c():
    wins = matrix("0 3 2\n1 0 3\n0 1 0")

    assert strengths(wins) == pytest.approx([3.6494, 1, 0.2740], abs=5e-5)
    assert log(strengths(wins)[0]) == pytest.approx(1.2946, abs=5e-5)


def test_fitted_of_the_matrix_of_wikipedia():
    found = strengths(matrix("0 2 0 1\n3 0 5 0\n0 3 0 1\n4 0 3 0"))

    shares = [one / sum(found) for one in found]
    assert shares == pytest.approx([0.1387, 0.2262, 0.1430, 0.4921], abs=5e-5)


def test_fitted_of_the_american_league_gives_the_published_abilities():
    logs = np.log(strengths(matrix(BASEBALL)))

    expected = [1.5814, 1.4364, 1.2945, 1.2476, 1.1077, 0.6839, 0]
    assert list(logs - logs[-1]) == pytest.approx(expected, abs=5e-5)


def test_fitted_where_one_never_loses_needs_an_invented_opponent():
    found = pairwise.fitted("AB", matrix("0 2\n0 0"))

    assert found.by_phantom
    assert [exp(one) for one in found.logs.values()] == pytest.approx([2.7511, 0.3635], abs=5e-5)
    assert not pairwise.fitted("ABC", matrix("0 3 2\n1 0 3\n0 1 0")).by_phantom


def by_minorization(wins):
    """Fit by the slow and simple iteration of Zermelo."""
    strength = np.ones(len(wins))
    for _ in range(400):
        met = (wins + wins.T) / (strength[:, None] + strength[None, :])
        strength = wins.sum(axis=1) / met.sum(axis=1)
        strength /= np.exp(np.log(strength).mean())
    return list(strength)


@given(st.lists(st.integers(1, 9), min_size=12, max_size=12))
def test_fitted_agrees_with_the_iteration_of_zermelo(counts):
    wins = np.zeros((4, 4))
    wins[~np.eye(4, dtype=bool)] = counts

    assert strengths(wins) == pytest.approx(by_minorization(wins), rel=1e-6)


def test_bradley_terry_of_scores_puts_the_majority_first():
    assert pairwise.bradley_terry(ASTRAY).values["A"] > pairwise.bradley_terry(ASTRAY).values["B"]


def test_bradley_terry_of_panels_without_a_common_judge_is_refused():
    with pytest.raises(Disconnected):
        pairwise.bradley_terry(APART)


# --- Which pair to ask about next --------------------------------------------------------------


def test_learnt_from_the_first_decision():
    after = crowd.learnt(Trust(), Belief(), Belief())

    assert after.winner.mean == pytest.approx(0.4090909, abs=5e-8)
    assert after.loser.mean == pytest.approx(-0.4090909, abs=5e-8)
    assert after.winner.variance == after.loser.variance == pytest.approx(0.8326446, abs=5e-8)
    assert (after.judge.right, after.judge.wrong) == pytest.approx((10, 1))


def test_gain_of_a_fresh_pair():
    assert crowd.gain(Trust(), Belief(), Belief()) == pytest.approx(0.1831483, abs=5e-8)


VOTES = ["AB", "BC", "AC", "CA", "BC"]


def believed(votes):
    beliefs, trust = {name: Belief() for name in "ABC"}, Trust()
    for winner, loser in votes:
        beliefs, trust = crowd.decided(beliefs, trust, winner, loser)
    return [beliefs[name].mean for name in "ABC"]


def test_decided_depends_on_the_order_of_votes_so_it_is_not_published():
    assert believed(VOTES) == pytest.approx([0.2469, 0.2455, -0.5718], abs=5e-5)
    assert believed(VOTES[::-1]) == pytest.approx([0.3336, 0.2772, -0.5527], abs=5e-5)


def test_decided_in_every_order_puts_now_one_and_now_another_first():
    orders = {
        "".join(sorted("ABC", key=lambda name: -means["ABC".index(name)]))
        for means in map(believed, permutations(VOTES))
    }

    assert {"ABC", "BAC"} <= orders


def test_fitted_of_the_same_votes_does_not_depend_on_their_order():
    wins = np.zeros((3, 3))
    for winner, loser in VOTES:
        wins["ABC".index(winner), "ABC".index(loser)] += 1

    found = pairwise.fitted("ABC", wins)

    assert found.values["A"] == found.values["B"] > found.values["C"]
    assert sum(found.values.values()) == pytest.approx(Decimal(0), abs=Decimal("1e-8"))
