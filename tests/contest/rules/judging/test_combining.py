"""All rules over the worked examples, and what must hold of each on any panel."""

from decimal import Decimal
from fractions import Fraction
from statistics import fmean, median, stdev

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contest.rules.judging import averaging, combining, ordinal, table, terms
from contest.rules.judging.rubric import Criterion, Rubric
from contest.rules.judging.table import Rounding, Table
from contest.rules.judging.terms import Basis, Missing, RoundingStep, Rule, Stage, Terms
from tests.contest.rules.judging.panels import (
    APART,
    ASTRAY,
    UNEVEN,
    complete_tables,
    panel,
    tables,
)

EXACT = [rule for rule in Rule if rule not in (Rule.MIXED, Rule.BRADLEY_TERRY)]
rules = st.sampled_from(Rule)


def results(scored, rule, **fields):
    return combining.combined(scored, Terms(rule, missing=Missing.REST, **fields))


def numbers(outcome):
    return [float(outcome.values[entry]) for entry in sorted(outcome.values)]


# --- The panel with a judge astray -------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "fields", "values", "winner"),
    [
        (Rule.MEAN, {}, [8.10, 8.68, 8.70, 7.76], "C"),
        (Rule.TRIMMED, {"drop": 1}, [8.7667, 8.70, 8.5667, 7.7667], "A"),
        (Rule.TRIMMED, {}, [8.7667, 8.70, 8.5667, 7.7667], "A"),
        (Rule.MEDIAN, {}, [8.8, 8.7, 8.5, 7.8], "A"),
        (Rule.Z_SCORE, {"ddof": 1}, [0.4264, 0.4855, 0.1172, -1.0291], "B"),
        (Rule.Z_SCORE, {"ddof": 0}, [0.4924, 0.5606, 0.1353, -1.1883], "B"),
        (Rule.BORDA, {}, [11 / 15, 10 / 15, 8 / 15, 1 / 15], "A"),
        (Rule.SKATING, {}, [1, 2, 3, 4], "A"),
        (Rule.LEAST_SQUARES, {}, [8.10, 8.68, 8.70, 7.76], "C"),
        (Rule.CENTRED, {}, [8.10, 8.68, 8.70, 7.76], "C"),
    ],
)
def test_combined_of_the_panel_with_a_judge_astray(rule, fields, values, winner):
    outcome = results(ASTRAY, rule, **fields)

    assert numbers(outcome) == pytest.approx(values, abs=5e-5)
    assert outcome.winners == [winner]


def test_usual_rule_depends_on_the_panel():
    three = panel("A 1 2 3\nB 2 3 4", ("J1", "J2", "J3"))

    assert combining.usual(ASTRAY) is Rule.TRIMMED
    assert combining.usual(three) is Rule.MEAN
    assert combining.usual(UNEVEN) is Rule.MIXED


def test_usual_rule_of_holes_and_enough_scores_is_least_squares():
    scores = {e: dict(row) for e, row in ASTRAY.scores.items()}
    del scores["A"]["J1"]

    assert combining.usual(Table.of(scores)) is Rule.LEAST_SQUARES


# --- The incomplete panel ----------------------------------------------------------------------


def test_combined_of_an_incomplete_panel_separates_what_means_tie():
    means = results(UNEVEN, Rule.MEAN)
    level = results(UNEVEN, Rule.LEAST_SQUARES)

    assert numbers(means) == [7.55, 7.5, 6.55, 4.45, 7.5]
    assert means.order == [["A"], ["B", "E"], ["C"], ["D"]]
    assert numbers(level) == [8.05625, 7.06875, 6.04375, 4.88125, 7.4625]
    assert level.order == [["A"], ["E"], ["B"], ["C"], ["D"]]


def test_combined_of_an_incomplete_panel_by_z_scores_orders_otherwise():
    assert results(UNEVEN, Rule.Z_SCORE).order == [["A"], ["E"], ["B"], ["C"], ["D"]]


@pytest.mark.parametrize("rule", sorted(terms.LINKED))
def test_combined_of_panels_without_a_common_judge_is_refused(rule):
    outcome = results(APART, rule)

    assert outcome.values == {}
    assert outcome.refused.values == {"count": 2}
    assert [part.entries for part in outcome.parts] == [("A", "B"), ("C", "D")]
    assert [part.judges for part in outcome.parts] == [("P", "Q"), ("R", "S")]


def test_combined_of_panels_without_a_common_judge_warns_of_means():
    assert {"count": 2} in [one.values for one in results(APART, Rule.MEAN).warnings]


# --- Trimming, rounding, missing scores --------------------------------------------------------


def test_trimmed_of_published_grades_gives_the_published_value():
    grades = Table.of(
        {"element": {str(at): Decimal(g) for at, g in enumerate([3, 3, 2, 2, 1, 2, 2])}}
    )

    mean = averaging.trimmed(grades, 1)["element"]

    assert mean == Decimal("2.2")
    assert table.rounded(mean * Decimal("0.4"), 2) == Decimal("0.88")


@pytest.mark.parametrize(("judges", "count"), [(1, 0), (4, 0), (5, 1), (8, 1), (9, 2), (15, 2)])
def test_usual_drop_grows_with_the_panel(judges, count):
    assert averaging.usual_drop(judges) == count


def test_dropped_names_the_judges_whose_scores_are_greyed():
    assert averaging.dropped(ASTRAY.scores["A"], 1) == (["J5"], ["J3"])
    assert averaging.dropped({"x": Decimal(1), "y": Decimal(2), "z": Decimal(3)}, 1) == ([], [])


def test_rounded_goes_the_declared_way():
    half = Decimal("0.125")

    assert table.rounded(half, 2) == Decimal("0.13")
    assert table.rounded(-half, 2) == Decimal("-0.13")
    assert table.rounded(half, 2, Rounding.HALF_EVEN) == Decimal("0.12")
    assert table.rounded(half, 2, Rounding.DOWN) == Decimal("0.12")


CRITERIA = Rubric(
    tuple(Criterion(id_, id_, weight=Decimal(1), most=Decimal(10)) for id_ in ("a", "b", "c")),
    whole=Decimal(30),
)


def sheets(*rows):
    return {
        ("A", f"j{at}"): dict(zip("abc", map(Decimal, row.split()), strict=True))
        for at, row in enumerate(rows)
    }


@pytest.mark.parametrize(
    ("stage", "value"),
    [
        # 7.333… + 7.666… + 7.333… = 22.333…
        (None, "22.333333333"),
        (Stage.CRITERION, "22.3"),
        (Stage.PART, "22.3"),
        (Stage.RESULT, "22.3"),
    ],
)
def test_of_sheets_rounds_each_criterion_before_adding_where_declared(stage, value):
    steps = () if stage is None else (RoundingStep(stage, 1),)
    given = sheets("7 8 7", "7 8 7", "8 7 8")

    outcome = combining.of_sheets(
        given, CRITERIA, Terms(Rule.MEAN, Basis.CRITERION, roundings=steps)
    )

    assert outcome.values == {"A": Decimal(value)}


def test_of_sheets_rounded_by_criterion_and_at_the_end_may_differ():
    given = sheets("7.25 7.25 7.25", "7 7 7", "7 7 7")
    by_criterion = Terms(Rule.MEAN, Basis.CRITERION, roundings=(RoundingStep(Stage.CRITERION, 2),))
    at_the_end = Terms(Rule.MEAN, Basis.CRITERION, roundings=(RoundingStep(Stage.RESULT, 2),))

    assert combining.of_sheets(given, CRITERIA, by_criterion).values == {"A": Decimal("21.24")}
    assert combining.of_sheets(given, CRITERIA, at_the_end).values == {"A": Decimal("21.25")}


def test_of_sheets_rounds_each_judges_score_where_declared():
    given = sheets("7.25 0 0", "7.25 0 0", "0 0 0")
    declared = Terms(Rule.MEAN, roundings=(RoundingStep(Stage.SHEET, 1),))

    assert combining.of_sheets(given, CRITERIA, declared).values == {"A": Decimal("4.866666667")}


def test_of_sheets_by_criterion_takes_each_from_its_own_judges():
    given = {
        ("A", "craft"): {"a": Decimal(8), "b": Decimal(6)},
        ("A", "stage"): {"c": Decimal(9)},
    }

    outcome = combining.of_sheets(given, CRITERIA, Terms(Rule.MEAN, Basis.CRITERION))

    assert outcome.values == {"A": Decimal(23)}


def test_of_sheets_by_criterion_gives_nothing_where_a_criterion_is_not_marked_by_anybody():
    given = {
        ("A", "craft"): {"a": Decimal(8), "b": Decimal(6)},
        ("A", "stage"): {"c": Decimal(9)},
        ("B", "craft"): {"a": Decimal(9), "b": Decimal(9)},
    }
    declared = Terms(Rule.MEAN, Basis.CRITERION, Missing.REST)

    outcome = combining.of_sheets(given, CRITERIA, declared)

    assert outcome.values == {"A": Decimal(23)}
    assert {"count": 1} in [one.values for one in outcome.warnings]


def test_combined_warns_of_entries_that_nobody_scored():
    outcome = combining.combined(
        ASTRAY, Terms(Rule.MEAN, missing=Missing.REST), DUE | {"E": ["J1"]}
    )

    assert [one.values for one in outcome.warnings] == [{"count": 1}]


DUE = {entry: list(row) for entry, row in ASTRAY.scores.items()}


def with_a_hole():
    scores = {entry: dict(row) for entry, row in ASTRAY.scores.items()}
    del scores["D"]["J1"]
    return Table.of(scores)


def test_combined_with_a_missing_score_gives_nothing_where_it_blocks():
    outcome = combining.combined(with_a_hole(), Terms(Rule.MEAN), DUE)

    assert (outcome.values, outcome.refused.values) == ({}, {"count": 1})


def test_combined_with_a_missing_score_takes_the_mean_of_the_rest():
    outcome = combining.combined(with_a_hole(), Terms(Rule.MEAN, missing=Missing.REST), DUE)

    assert outcome.values["D"] == Decimal("7.825")


def test_combined_with_a_missing_score_estimates_it_from_entry_and_judge():
    outcome = combining.combined(with_a_hole(), Terms(Rule.MEAN, missing=Missing.ESTIMATE), DUE)

    # The mean of a completed row is the quality that least squares find.
    assert outcome.values["D"] == results(with_a_hole(), Rule.LEAST_SQUARES).values["D"]


def test_terms_read_what_they_wrote():
    declared = Terms(
        Rule.TRIMMED,
        Basis.CRITERION,
        Missing.REST,
        (RoundingStep(Stage.PART, 2, Rounding.HALF_EVEN),),
        drop=2,
        ddof=0,
        by_load=True,
    )

    assert terms.read(declared.written()) == declared


def test_terms_that_cannot_be_are_told():
    bad = Terms(Rule.BORDA, Basis.CRITERION, Missing.ESTIMATE, (RoundingStep(Stage.PART, 12),) * 2)

    assert len(bad.problems()) == 4
    assert Terms(Rule.TRIMMED, drop=1).problems() == []


def test_terms_say_rule_and_rounding():
    said = Terms(Rule.TRIMMED, drop=1, roundings=(RoundingStep(Stage.RESULT, 2),)).says()

    assert [dict(one.values) for one in said] == [{}, {"count": 1}, {}, {"places": 2}]


# --- What must hold on any panel ---------------------------------------------------------------


def shuffled(scored, chance):
    def mixed(keys):
        keys = list(keys)
        chance.shuffle(keys)
        return keys

    scores = scored.scores
    return Table.of({e: {j: scores[e][j] for j in mixed(scores[e])} for e in mixed(scores)})


@given(tables(), rules, st.randoms(use_true_random=False))
def test_combined_does_not_depend_on_the_order_of_entries_and_judges(scored, rule, chance):
    assert results(shuffled(scored, chance), rule) == results(scored, rule)


@given(
    complete_tables(judges=(1, 5), entries=(2, 5)), st.sampled_from(EXACT), st.permutations("edcba")
)
def test_combined_does_not_look_at_names(scored, rule, names):
    new = dict(zip(scored.entries, names, strict=False))
    renamed = Table.of({new[entry]: row for entry, row in scored.scores.items()})

    found = results(scored, rule).values

    assert results(renamed, rule).values == {new[entry]: value for entry, value in found.items()}


@given(tables(), rules)
def test_combined_orders_every_entry_exactly_once(scored, rule):
    outcome = results(scored, rule)

    if outcome.refused is None:
        assert sorted(entry for group in outcome.order for entry in group) == list(scored.entries)
        for one in scored.entries:
            for other in scored.entries:
                above = outcome.places[one] < outcome.places[other]
                sign = -1 if outcome.ascending else 1
                assert above == (sign * outcome.values[one] > sign * outcome.values[other])


MONOTONE = [Rule.MEAN, Rule.TRIMMED, Rule.MEDIAN, Rule.BORDA, Rule.COPELAND]


@given(complete_tables(judges=(1, 9)), st.sampled_from(MONOTONE), st.data())
def test_combined_never_punishes_a_higher_score(scored, rule, data):
    entry = data.draw(st.sampled_from(scored.entries))
    judge = data.draw(st.sampled_from(scored.judges))
    scores = {e: dict(row) for e, row in scored.scores.items()}
    scores[entry][judge] += data.draw(st.integers(1, 8)) * Decimal("0.25")

    before, after = results(scored, rule), results(Table.of(scores), rule)

    assert after.values[entry] >= before.values[entry]
    assert after.places[entry] <= before.places[entry]


@given(complete_tables(judges=(1, 9)))
def test_averages_agree_with_fractions(scored):
    for entry, row in scored.scores.items():
        order = sorted(map(Fraction, row.values()))
        cut = {5: 1, 6: 1, 7: 1, 8: 1, 9: 2}.get(len(order), 0)
        kept = order[cut : len(order) - cut]

        assert averaging.mean(scored)[entry] == table.of_fraction(sum(order) / len(order))
        assert averaging.trimmed(scored)[entry] == table.of_fraction(sum(kept) / len(kept))
        assert averaging.median(scored)[entry] == table.of_fraction(median(order))


@given(complete_tables())
def test_centred_of_a_complete_panel_is_the_mean(scored):
    assert averaging.centred(scored) == averaging.mean(scored)


@given(tables(), st.integers(1, 5), st.integers(-20, 20))
def test_standardised_does_not_feel_a_judges_scale(scored, by, shift):
    judge = scored.judges[0]
    other = {
        entry: {j: by * score + shift if j == judge else score for j, score in row.items()}
        for entry, row in scored.scores.items()
    }

    assert averaging.standardised(Table.of(other)) == averaging.standardised(scored)


def test_on_the_scale_brings_z_scores_to_points():
    z = averaging.standardised(ASTRAY)

    found = averaging.on_the_scale(z, ASTRAY)

    assert table.groups(found) == table.groups(z)
    every = [float(score) for row in ASTRAY.scores.values() for score in row.values()]
    expected = fmean(every) + float(z["D"]) * stdev(every)
    assert float(found["D"]) == pytest.approx(expected, abs=1e-8)


@given(tables())
def test_copeland_agrees_with_counting_pairs(scored):
    rows, found = scored.scores, {}
    for one, row in rows.items():
        balance = 0
        for beside in rows.values():
            judged = [(row[j] > beside[j]) - (row[j] < beside[j]) for j in row if j in beside]
            balance += (sum(judged) > 0) - (sum(judged) < 0)
        found[one] = Decimal(balance)

    assert ordinal.copeland(scored) == found


@given(tables())
def test_borda_agrees_with_fractions(scored):
    points = {entry: [] for entry in scored.entries}
    for column in scored.columns.values():
        for entry, score in column.items():
            if len(column) > 1:
                better = sum(one > score for one in column.values())
                equal = sum(one == score for one in column.values())
                rank = better + Fraction(equal + 1, 2)
                points[entry].append((len(column) - rank) / (len(column) - 1))
    means = {e: sum(own) / len(own) if own else Fraction(1, 2) for e, own in points.items()}

    assert ordinal.borda(scored) == {e: table.of_fraction(one) for e, one in means.items()}


@given(st.integers(-(10**15), 10**15), st.integers(1, 10**6))
def test_divided_rounds_half_away_from_nothing(numerator, denominator):
    exact = Fraction(numerator, denominator)
    found = table.divided(numerator, denominator)

    assert abs(found - exact) <= Fraction(1, 2)
    assert abs(found) >= abs(exact) or abs(found - exact) < Fraction(1, 2)


def test_places_of_equal_entries_are_shared():
    values = {"a": Decimal(1), "b": Decimal(2), "c": Decimal(2), "d": Decimal(0)}

    assert table.places(table.groups(values)) == {"b": 1, "c": 1, "a": 3, "d": 4}


def test_every_rule_has_a_name_and_a_sentence():
    assert all(terms.name(rule).message for rule in Rule)
    assert len({Terms(rule).says()[0].message for rule in Rule}) == len(Rule)
