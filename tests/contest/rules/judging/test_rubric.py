"""Rubrics and deductions: the score of a sheet, what is wrong with a mark, time over and under."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contest.rules.judging import deducting, rubric, table
from contest.rules.judging.deducting import Deduction, TimeRule
from contest.rules.judging.rubric import Criterion, Level, Rubric
from core.saying import Sentence


def leaf(id_, weight=1, **fields):
    return Criterion(id_, id_.title(), weight=Decimal(weight), **fields)


WEIGHED = Rubric((leaf("new", 30), leaf("useful", 40), leaf("clear", 30)))
# A flower contest of ten points: the product 6 (4 + 2), the presentation 4 (1 + 2 + 1).
FLOWERS = rubric.points(
    [
        leaf("product", parts=(leaf("beauty", most=Decimal(4)), leaf("skill", most=Decimal(2)))),
        leaf(
            "speech",
            parts=(
                leaf("manner", most=Decimal(1)),
                leaf("meaning", most=Decimal(2)),
                leaf("time", most=Decimal(1)),
            ),
        ),
    ]
)


def marked(**marks):
    return {id_: Decimal(str(mark)) for id_, mark in marks.items()}


def test_score_of_the_worked_example():
    assert rubric.score(WEIGHED, marked(new=8, useful="7.5", clear=9)) == 81


def test_points_are_added_up_as_the_rules_of_contests_say():
    full = marked(beauty=4, skill=2, manner=1, meaning=2, time=1)

    assert FLOWERS.whole == 10
    assert rubric.score(FLOWERS, full) == 10
    assert rubric.score(FLOWERS, full | marked(beauty="3.25", time="0.5")) == Decimal("8.75")


def test_score_of_a_criterion_that_does_not_apply_leaves_its_weight_to_the_others():
    assert rubric.score(WEIGHED, marked(new=8, clear=9)) == 85
    assert rubric.score(WEIGHED, {}) == 0


def test_score_does_not_count_a_criterion_without_weight():
    with_another = Rubric((*WEIGHED.criteria, leaf("charm", 0)))

    assert rubric.score(with_another, marked(new=8, useful="7.5", clear=9, charm=1)) == 81


def test_score_counts_from_the_least_mark():
    lifted = Rubric((leaf("one", least=Decimal(5)), leaf("two")))

    assert rubric.score(lifted, marked(one=5, two=10)) == 50
    assert rubric.score(lifted, marked(one="7.5", two=0)) == 25


def test_leaves_are_those_of_the_category():
    of_fields = Rubric((leaf("all"), leaf("video", categories=frozenset({"clip"}))))

    assert [one.id for one in of_fields.leaves("clip")] == ["all", "video"]
    assert [one.id for one in of_fields.leaves("text")] == ["all"]
    assert rubric.missing(of_fields, {}, category="text") == ["all"]


def test_missing_names_only_required_criteria():
    given_ = Rubric((leaf("one"), leaf("two", is_required=False)))

    assert rubric.missing(given_, {}) == ["one"]
    assert rubric.missing(given_, marked(one=1)) == []


@pytest.mark.parametrize(
    ("mark", "values"),
    [
        ("7.25", None),
        ("0", None),
        ("10", None),
        ("10.25", {"title": "One", "least": Decimal(0), "most": Decimal(10)}),
        ("-1", {"title": "One", "least": Decimal(0), "most": Decimal(10)}),
        ("7.1", {"title": "One", "step": Decimal("0.25")}),
    ],
)
def test_fault_tells_what_is_wrong_with_a_mark(mark, values):
    found = rubric.fault(leaf("one"), Decimal(mark))

    assert (found and found.values) == values


def test_level_is_the_highest_that_is_reached():
    levels = (Level(Decimal(0), "yếu"), Level(Decimal(5), "đạt"), Level(Decimal(8), "tốt"))
    described = leaf("one", levels=levels)

    assert rubric.level(described, Decimal("7.75")).text == "đạt"
    assert rubric.level(described, Decimal(8)).text == "tốt"
    assert rubric.level(leaf("one"), Decimal(8)) is None


def test_problems_tell_what_cannot_be():
    bad = Rubric(
        (
            leaf("one", 0, step=Decimal("0.3")),
            leaf("one", 0, least=Decimal(10)),
            leaf("two", -1, levels=(Level(Decimal(11), "quá"),)),
        )
    )

    assert [dict(one.values) for one in bad.problems()] == [
        {"id": "one"},
        {},
        {"title": "One"},
        {"title": "One"},
        {"title": "Two"},
        {"title": "Two"},
    ]
    assert WEIGHED.problems() == FLOWERS.problems() == []


def test_rubric_reads_what_it_wrote():
    described = leaf("one", levels=(Level(Decimal(5), "đạt"),), categories=frozenset({"clip"}))
    whole = Rubric((described, leaf("two", parts=(leaf("three", panel="kỹ thuật"),))), Decimal(20))

    assert rubric.read(rubric.written(whole)) == whole


tenths = st.integers(0, 40).map(lambda quarters: Decimal(quarters) / 4)


@given(st.lists(st.tuples(st.integers(1, 50), tenths), min_size=1, max_size=6))
def test_score_agrees_with_the_formula(rows):
    whole = Rubric(tuple(leaf(str(at), weight) for at, (weight, _) in enumerate(rows)))
    marks = {str(at): mark for at, (_, mark) in enumerate(rows)}
    parts = sum(weight * Fraction(mark) / 10 for weight, mark in rows)

    exact = 100 * parts / sum(weight for weight, _ in rows)

    assert rubric.score(whole, marks) == table.of_fraction(exact)


@given(st.lists(st.tuples(st.integers(1, 50), tenths), min_size=1, max_size=6), st.data())
def test_score_never_falls_when_a_mark_rises(rows, data):
    whole = Rubric(tuple(leaf(str(at), weight) for at, (weight, _) in enumerate(rows)))
    marks = {str(at): mark for at, (_, mark) in enumerate(rows)}
    raised = data.draw(st.sampled_from(sorted(marks)))
    higher = marks | {raised: min(Decimal(10), marks[raised] + 1)}

    assert rubric.score(whole, higher) >= rubric.score(whole, marks)
    assert 0 <= rubric.score(whole, marks) <= 100


# --- Deductions --------------------------------------------------------------------------------

TIME = TimeRule(
    limit=1200,
    grace=30,
    step=60,
    per_step=Decimal("0.5"),
    most=Decimal(2),
    least_seconds=900,
    too_short=Decimal(1),
)


@pytest.mark.parametrize(
    ("seconds", "points"),
    [
        (1200, None),
        (1230, None),
        (1231, "-0.5"),
        (1290, "-0.5"),
        (1291, "-1.0"),
        (1800, "-2"),
        (900, None),
        (899, "-1"),
    ],
)
def test_deduction_for_time_counts_steps_begun(seconds, points):
    found = TIME.deduction(seconds)

    assert (found and found.points) == (points and Decimal(points))


def test_settled_adds_lines_and_stops_at_nothing():
    lines = [Deduction(Decimal("-1.5"), Sentence("quá giờ")), Deduction(Decimal(2), Sentence("+"))]

    assert deducting.settled(Decimal(80), lines) == Decimal("80.5")
    assert deducting.settled(Decimal(1), lines[:1]) == 0


def test_time_rule_reads_what_it_wrote():
    assert deducting.time_rule_from(TIME.written()) == TIME
    assert TIME.problems() == []
    assert len(TimeRule(60, step=0, least_seconds=90, per_step=Decimal(-1)).problems()) == 3
