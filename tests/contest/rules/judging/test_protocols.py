"""Published scoring protocols, reckoned by the declared rule: panels, roundings and totals.

Figures are facts of the sources that each section names. What a sport multiplies by (difficulty,
factor) is the weight of its criterion here; `whole` is what full marks come to.
"""

import csv
import io
import json
import runpy
from decimal import Decimal
from pathlib import Path

import pytest

from contest.rules.judging import combining, exported, table
from contest.rules.judging.rubric import Criterion, Rubric
from contest.rules.judging.sealing import Protocol
from contest.rules.judging.table import Rounding
from contest.rules.judging.terms import Basis, RoundingStep, Rule, Stage, Terms

check = runpy.run_path(str(Path(__file__).parents[4] / "docs/check_judged.py"))
ENTRY = "bài"


def rubric_of(count, *, most, whole, least=0):
    ids = [f"c{at}" for at in range(count)]
    criteria = [Criterion(id_, id_, least=Decimal(least), most=Decimal(most)) for id_ in ids]
    return Rubric(tuple(criteria), whole=Decimal(whole))


def sheets_of(rows):
    """Return the sheets of one entry from one line of judges' marks for each criterion."""
    found = {}
    for at, row in enumerate(rows):
        for judge, mark in enumerate(row.split()):
            found.setdefault((ENTRY, f"J{judge + 1}"), {})[f"c{at}"] = Decimal(mark)
    return found


def given(rows, rubric, declared):
    """Return the result by the rules, once the independent checker has found the same."""
    sheets = sheets_of(rows)
    value = combining.of_sheets(sheets, rubric, declared).values[ENTRY]
    protocol = json.loads(exported.protocol_file(Protocol(rubric, declared)))
    lines = csv.DictReader(io.StringIO(exported.marks_file(sheets, {}).decode()))
    assert check["results"](protocol, lines)[ENTRY] == value
    return value


def rounding(**places):
    return tuple(RoundingStep(Stage(stage), number) for stage, number in places.items())


# --- Figure skating ----------------------------------------------------------------------------
# ISU, judges' details of the Grand Prix Final 2017 (gpf2017_protocol.pdf, as the data set
# "figure-skating-scores" of BuzzFeed News has it): nine judges, one mark dropped at each end, the
# panel's mark of a component and its product with the factor each rounded to two places.

COMPONENTS = {
    "junior pairs, short, first": (
        "0.8",
        [
            "6.00 7.00 6.75 6.75 6.75 7.25 7.00 6.25 6.25",
            "5.75 7.00 6.25 6.75 6.50 6.75 6.75 6.00 6.25",
            "6.00 7.00 6.50 7.25 7.25 7.00 7.00 6.25 6.00",
            "6.25 6.75 6.75 6.50 6.50 7.00 7.00 6.25 6.50",
            "5.75 6.75 6.25 6.75 6.75 7.25 7.00 6.25 6.00",
        ],
        ["6.68", "6.46", "6.71", "6.61", "6.54"],
        "26.40",
    ),
    "junior pairs, short, second": (
        "0.8",
        [
            "6.25 7.50 7.00 7.50 6.50 7.25 7.00 7.00 6.50",
            "5.50 7.50 7.25 6.75 6.25 6.75 6.50 6.50 6.75",
            "6.25 7.50 7.25 7.25 6.50 7.00 6.75 6.75 6.75",
            "6.00 7.25 7.25 6.75 6.75 6.75 6.50 6.75 6.50",
            "5.50 7.00 7.25 7.00 6.25 7.25 6.50 6.50 6.00",
        ],
        ["6.96", "6.68", "6.89", "6.75", "6.64"],
        "27.13",
    ),
    "junior pairs, short, third": (
        "0.8",
        [
            "6.50 7.00 7.50 6.75 6.75 7.00 7.00 6.75 7.00",
            "6.25 7.75 7.50 6.75 6.75 6.75 6.75 6.50 6.50",
            "6.25 7.00 7.00 6.25 6.50 7.00 6.75 6.50 6.75",
            "6.00 7.50 7.50 7.00 6.50 6.75 7.00 6.75 7.00",
            "6.00 7.25 7.75 6.50 6.25 7.25 7.00 6.75 6.50",
        ],
        ["6.89", "6.79", "6.68", "6.93", "6.79"],
        "27.25",
    ),
    "pairs, free, fifth": (
        "1.6",
        [
            "9.00 9.25 8.75 9.25 8.50 8.75 9.50 8.75 9.25",
            "8.75 9.00 9.00 8.50 8.75 8.00 9.25 8.50 8.75",
            "8.75 9.00 8.75 8.50 8.25 7.75 9.50 8.50 8.50",
            "9.25 9.50 9.00 8.75 8.75 8.25 9.50 8.75 9.00",
            "9.25 9.25 8.75 8.75 8.75 8.50 9.50 8.50 8.75",
        ],
        ["9.00", "8.75", "8.61", "9.00", "8.86"],
        "70.76",
    ),
}
ISU = Terms(Rule.TRIMMED, Basis.CRITERION, roundings=rounding(criterion=2, part=2), drop=1)


@pytest.mark.parametrize(("factor", "rows", "marks", "total"), COMPONENTS.values(), ids=COMPONENTS)
def test_components_of_skating_rounded_one_by_one_give_the_published_total(
    factor, rows, marks, total
):
    rubric = rubric_of(5, most=10, whole=50 * Decimal(factor))

    assert given(rows, rubric, ISU) == Decimal(total)
    for row, mark in zip(rows, marks, strict=True):
        assert given([row], rubric_of(1, most=10, whole=10), ISU) == Decimal(mark)


@pytest.mark.parametrize(
    ("which", "total"), [("junior pairs, short, second", "27.14"), ("pairs, free, fifth", "70.75")]
)
def test_components_of_skating_rounded_only_at_the_end_miss_the_published_total(which, total):
    factor, rows, *_ = COMPONENTS[which]
    late = Terms(Rule.TRIMMED, Basis.CRITERION, roundings=rounding(criterion=2, result=2), drop=1)

    assert given(rows, rubric_of(5, most=10, whole=50 * Decimal(factor)), late) == Decimal(total)


# The seven elements of the first of the junior pairs: base value, points for each grade, the nine
# judges' grades, and the points that the protocol shows for the element.
ELEMENTS = [
    ("6.2", "0.7", "1 2 2 1 2 2 2 2 2", "7.50"),
    ("2.1", "0.3", "0 1 0 0 0 1 1 0 0", "2.19"),
    ("5.0", "0.7", "2 2 1 1 3 2 2 2 2", "6.30"),
    ("3.5", "0.7", "1 1 1 0 2 1 1 -1 2", "4.20"),
    ("3.3", "0.5", "1 2 1 1 2 2 1 1 0", "3.94"),
    ("4.5", "0.5", "1 1 1 2 2 2 2 1 1", "5.21"),
    ("4.5", "0.5", "0 2 1 2 1 2 1 1 0", "5.07"),
]


def test_elements_of_skating_rounded_one_by_one_give_the_published_score():
    # Points for grades lie between -3 and 3, so each element stands 3 higher until it is read.
    worth = [
        " ".join(str(Decimal(grade) * Decimal(each)) for grade in grades.split())
        for _base, each, grades, _points in ELEMENTS
    ]
    one, all_of_them = (rubric_of(n, least=-3, most=3, whole=6 * n) for n in (1, len(ELEMENTS)))

    found = [given([row], one, ISU) - 3 for row in worth]

    bases = [Decimal(base) for base, *_ in ELEMENTS]
    published = [Decimal(points) for *_, points in ELEMENTS]
    assert [base + points for base, points in zip(bases, found, strict=True)] == published
    assert given(worth, all_of_them, ISU) - 3 * len(ELEMENTS) + sum(bases) == Decimal("34.41")


def test_grades_of_synchronized_skating_give_the_published_element():
    # synchrocenter.com: base value 4.00, a tenth of it for each grade.
    value = given(["3 3 2 2 1 2 2"], rubric_of(1, most=5, whole=2), ISU)

    assert value == Decimal("0.88")
    assert 4 + value == Decimal("4.88")


# --- Diving ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("marks", "difficulty", "points"),
    [
        # KSBY, "Diving 101: Scoring".
        ("7.5 8.0 7.0 7.5 8.5 7.0 8.0", "3.5", "80.50"),
        # Open Source Sports, "Diving (World Aquatics)", 6.2.
        ("7.5 7.0 7.5 7.0 7.5 8.0 6.5", "3.0", "66.0"),
        # wikiHow, "How to Calculate Diving Scores".
        ("6.5 7.0 7.0 7.5 7.5 8.0 8.0", "2.8", "61.6"),
    ],
)
def test_dive_of_seven_judges_drops_two_at_each_end_and_weighs_by_difficulty(
    marks, difficulty, points
):
    rubric = rubric_of(1, most=10, whole=30 * Decimal(difficulty))

    assert given([marks], rubric, Terms(Rule.TRIMMED, drop=2)) == Decimal(points)


def test_dive_by_the_older_rule_drops_one_at_each_end_and_takes_six_tenths():
    # The Straight Dope, "Scoring Olympic diving": 8, five sevens, 6.5; difficulty 2.0.
    rubric = rubric_of(1, most=10, whole=50 * 2 * Decimal("0.6"))

    found = given(["8 7 7 7 7 7 6.5"], rubric, Terms(Rule.TRIMMED, drop=1))

    assert found == Decimal("42.0")


# --- Trampoline, ski jumping, rope skipping, dressage ------------------------------------------


def test_execution_on_the_trampoline_adds_the_three_marks_in_the_middle():
    # "Trampoline 101: Scoring": 14.8 difficulty, 25.1 execution, 16.475 time of flight.
    found = given(
        ["8.4 8.5 8.3 8.3 8.4"], rubric_of(1, most=10, whole=30), Terms(Rule.TRIMMED, drop=1)
    )

    assert found == Decimal("25.1")
    assert found + Decimal("14.8") + Decimal("16.475") == Decimal("56.375")


def test_style_of_a_jump_is_full_when_four_of_five_judges_say_so():
    # Liquisearch, "Ski jumping: scoring": such a jump to the K line of a K-120 hill has 120 points.
    found = given(["20 20 17.5 20 20"], rubric_of(1, most=20, whole=60), Terms(Rule.TRIMMED))

    assert found + 60 == 120


def test_average_of_five_judges_of_rope_skipping_is_rounded_to_two_places():
    # IJRU, technical manual 3.0.0, "Calculation of scores and results": averaging.
    declared = Terms(Rule.TRIMMED, roundings=rounding(result=2))

    found = given(["112 115 118 119 121"], rubric_of(1, most=200, whole=200), declared)

    assert found == Decimal("117.33")


def test_dressage_rounds_each_judges_percentage_and_then_their_mean():
    # RK3DE, "Eventing: dressage": both to two places. Two judges' sums of 240 marks, as invented:
    # 66.67 and 65.42 have a mean of 66.045; of 66.666… and 65.416… it would be 66.0416….
    declared = Terms(Rule.MEAN, roundings=rounding(sheet=2, result=2))
    late = Terms(Rule.MEAN, roundings=rounding(result=2))
    rubric = rubric_of(1, most=240, whole=100)

    assert given(["160 157"], rubric, declared) == Decimal("66.05")
    assert given(["160 157"], rubric, late) == Decimal("66.04")


def test_difficulty_of_aerobic_gymnastics_is_cut_and_not_rounded():
    # FIG Aerobic, 8.1.3: 6.6 divided by 1.8 is given as 3.666.
    cut = RoundingStep(Stage.RESULT, 3, Rounding.DOWN)
    rubric = rubric_of(1, most=18, whole=10)

    assert given(["6.6"], rubric, Terms(Rule.MEAN, roundings=(cut,))) == Decimal("3.666")
    assert table.rounded(Decimal("3.666666667"), 3) == Decimal("3.667")
