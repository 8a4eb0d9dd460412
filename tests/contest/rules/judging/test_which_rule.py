"""When each rule is right: invented contests with a known truth, as the design simulated them."""

from decimal import Decimal
from itertools import combinations
from random import Random
from statistics import fmean

from contest.rules.judging import combining
from contest.rules.judging.table import Table
from contest.rules.judging.terms import Missing, Rule, Terms

ENTRIES, JUDGES, RUNS = 30, 9, 25


def agreement(truth, values):
    """Kendall's tau between the truth and a result."""
    pairs = list(combinations(sorted(truth), 2))
    return sum(
        (truth[a] > truth[b]) - (truth[a] < truth[b])
        if values[a] > values[b]
        else (truth[a] < truth[b]) - (truth[a] > truth[b])
        if values[a] < values[b]
        else 0
        for a, b in pairs
    ) / len(pairs)


def contest(chance, panel_of, *, anchors=0, rogue=False):
    """Invent one contest: severity .6, noise .7, quality 1; scores in quarters of a point."""
    truth = {f"e{at:02}": chance.gauss(7, 1) for at in range(ENTRIES)}
    severity = {f"j{at}": chance.gauss(0, 0.6) for at in range(JUDGES)}
    by_quality = sorted(truth, key=truth.get)
    shared = by_quality[:: ENTRIES // anchors][:anchors] if anchors else []
    scores = {}
    for place, entry in enumerate(by_quality):
        judges = severity if entry in shared else panel_of(place, chance)
        scores[entry] = {
            judge: Decimal(round(4 * chance.gauss(truth[entry] + severity[judge], 0.7))) / 4
            for judge in judges
        }
        if rogue and chance.random() < 0.3:
            scores[entry]["j0"] += 3 * chance.choice((-1, 1))
    return truth, Table.of(scores)


def mean_agreement(rules, panel_of, **fields):
    chance = Random(2026)
    found = {rule: [] for rule in rules}
    for _ in range(RUNS):
        truth, scored = contest(chance, panel_of, **fields)
        for rule in rules:
            outcome = combining.combined(scored, Terms(rule, missing=Missing.REST))
            found[rule].append(agreement(truth, outcome.values))
    return {rule: fmean(row) for rule, row in found.items()}


def closed(place, _):
    """Three panels, each with a third of the entries, seeded by quality."""
    first = 3 * (place * 3 // ENTRIES)
    return [f"j{at}" for at in range(first, first + 3)]


def mixed(_, chance):
    return [f"j{at}" for at in chance.sample(range(JUDGES), 3)]


def everybody(_, __):
    return [f"j{at}" for at in range(JUDGES)]


def test_z_scores_over_closed_panels_delete_real_differences():
    found = mean_agreement([Rule.MEAN, Rule.Z_SCORE], closed)

    assert found[Rule.MEAN] > found[Rule.Z_SCORE] + 0.2


def test_two_anchor_entries_and_least_squares_beat_the_mean_over_closed_panels():
    found = mean_agreement([Rule.MEAN, Rule.LEAST_SQUARES, Rule.Z_SCORE], closed, anchors=2)

    assert found[Rule.LEAST_SQUARES] > found[Rule.MEAN] > found[Rule.Z_SCORE]


def test_least_squares_beat_the_mean_over_incomplete_panels_that_are_mixed():
    found = mean_agreement([Rule.MEAN, Rule.LEAST_SQUARES, Rule.MIXED], mixed)

    assert found[Rule.LEAST_SQUARES] > found[Rule.MEAN] + 0.02
    assert found[Rule.MIXED] > found[Rule.MEAN] + 0.02


def test_trimmed_mean_beats_the_mean_where_a_judge_goes_astray():
    found = mean_agreement([Rule.MEAN, Rule.TRIMMED], everybody, rogue=True)

    assert found[Rule.TRIMMED] > found[Rule.MEAN]
