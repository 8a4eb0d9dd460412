"""Choosing which pair a judge is shown next: Crowd-BT (Chen et al. 2013), judge by judge.

What it believes depends on the order of the decisions, so it serves to ask, never to publish:
results are a batch fit of the same decisions (`pairwise`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import exp, lgamma, log

# Weight of what is learnt about the judge; least share of a variance that may be left.
_OF_JUDGE = 0.1
_LEAST = 1e-4
_FEW = 6


@dataclass(frozen=True, slots=True)
class Belief:
    """What is believed of an entry's log strength: normal, with mean and variance."""

    mean: float = 0.0
    variance: float = 1.0


@dataclass(frozen=True, slots=True)
class Trust:
    """What is believed of a judge's chance to decide rightly: a beta distribution."""

    right: float = 10.0
    wrong: float = 1.0


@dataclass(frozen=True, slots=True)
class Learnt:
    """Beliefs after one decision."""

    judge: Trust
    winner: Belief
    loser: Belief


def learnt(judge: Trust, winner: Belief, loser: Belief) -> Learnt:
    """Return what to believe once `judge` put `winner` before `loser`."""
    trust, _ = _judged(judge, winner, loser)
    odds = exp(winner.mean - loser.mean)
    plain = odds / (1 + odds)
    trusted = judge.right * odds / (judge.right * odds + judge.wrong)
    pull = trusted - plain
    bend = trusted * (1 - trusted) - plain * (1 - plain)
    return Learnt(trust, _moved(winner, pull, bend), _moved(loser, -pull, bend))


def gain(judge: Trust, one: Belief, other: Belief) -> float:
    """Return the information (nats) to be expected from asking `judge` about this pair."""
    _, chance = _judged(judge, one, other)
    first, second = learnt(judge, one, other), learnt(judge, other, one)
    by_first = (
        _apart(first.winner, one) + _apart(first.loser, other) + _OF_JUDGE * _news(first, judge)
    )
    by_second = (
        _apart(second.loser, one) + _apart(second.winner, other) + _OF_JUDGE * _news(second, judge)
    )
    return chance * by_first + (1 - chance) * by_second


def decided(
    beliefs: Mapping[str, Belief], judge: Trust, winner: str, loser: str
) -> tuple[dict[str, Belief], Trust]:
    """Return all beliefs after one decision, and what is believed of the judge."""
    after = learnt(judge, beliefs[winner], beliefs[loser])
    return {**beliefs, winner: after.winner, loser: after.loser}, after.judge


def _judged(judge: Trust, winner: Belief, loser: Belief) -> tuple[Trust, float]:
    """Return the trust after a decision, matched by moments, and the chance of the decision."""
    plain = 1 / (1 + exp(loser.mean - winner.mean))
    spread = winner.variance + loser.variance
    truly = plain + spread / 2 * plain * (1 - plain) * (1 - 2 * plain)
    right, wrong = judge.right, judge.wrong
    total = right + wrong
    chance = (truly * right + (1 - truly) * wrong) / total
    first = right * (truly * (right + 1) + (1 - truly) * wrong) / (chance * total * (total + 1))
    second = right * (right + 1) * (truly * (right + 2) + (1 - truly) * wrong)
    second /= chance * total * (total + 1) * (total + 2)
    known = (first - second) / (second - first**2)
    return Trust(first * known, (1 - first) * known), chance


def _moved(belief: Belief, pull: float, bend: float) -> Belief:
    return replace(
        belief,
        mean=belief.mean + belief.variance * pull,
        variance=belief.variance * max(1 + belief.variance * bend, _LEAST),
    )


def _apart(new: Belief, old: Belief) -> float:
    """Return how far a normal distribution is from another (Kullback-Leibler)."""
    ratio = new.variance / old.variance
    return ((new.mean - old.mean) ** 2 / old.variance + ratio - 1 - log(ratio)) / 2


def _news(after: Learnt, judge: Trust) -> float:
    """Return how far the trust in a judge moved (Kullback-Leibler of beta distributions)."""
    new = after.judge
    total, before = new.right + new.wrong, judge.right + judge.wrong
    return (
        lgamma(total)
        - lgamma(before)
        + sum(lgamma(old) for old in (judge.right, judge.wrong))
        - sum(lgamma(one) for one in (new.right, new.wrong))
        + (new.right - judge.right) * (_digamma(new.right) - _digamma(total))
        + (new.wrong - judge.wrong) * (_digamma(new.wrong) - _digamma(total))
    )


def _digamma(x: float) -> float:
    """Return the derivative of log gamma, by recurrence and the asymptotic series."""
    shift = 0.0
    while x < _FEW:
        shift -= 1 / x
        x += 1
    square = 1 / (x * x)
    series = square * (1 / 12 - square * (1 / 120 - square * (1 / 252 - square / 240)))
    return shift + log(x) - 1 / (2 * x) - series
