"""Places within categories: each is what it would be if its category stood alone."""

import csv
import io
import json
import runpy
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contest.rules.judging import combining, exported, grouping, sealing, table, ties
from contest.rules.judging.rubric import Criterion, Rubric
from contest.rules.judging.sealing import Protocol
from contest.rules.judging.table import Table
from contest.rules.judging.terms import Missing, Ranking, Rule, Terms
from contest.rules.judging.ties import ChainStep, Known, TieStep
from tests.contest.rules.judging.panels import APART, marks

check = runpy.run_path(str(Path(__file__).parents[4] / "docs/check_judged.py"))
RUBRIC = Rubric((Criterion("a", "A", most=Decimal(10)),), whole=Decimal(10))
MEDIAN = (ChainStep(TieStep.MEDIAN),)


def sheets_of(scores):
    return {(e, j): {"a": mark} for e, row in scores.items() for j, mark in row.items()}


def of(scores, terms, groups, due=None):
    due = due or {entry: list(row) for entry, row in scores.items()}
    return grouping.of_sheets(sheets_of(scores), RUBRIC, terms, due, groups)


def test_panels_without_a_common_judge_are_ranked_where_each_has_its_category():
    groups = {"A": "A", "B": "A", "C": "B", "D": "B"}
    rule = Terms(Rule.LEAST_SQUARES)

    together, apart = of(APART.scores, rule, {}), of(APART.scores, rule, groups)

    assert (together.values, together.refused.values) == ({}, {"count": 2})
    assert apart.refused is None
    assert apart.values == {
        "A": Decimal("8.5"), "B": Decimal("7.5"), "C": Decimal("5.5"), "D": Decimal("6.5"),
    }  # fmt: skip


def test_category_that_is_refused_names_itself_and_holds_the_others_back():
    due = {"A": ["P", "Q"], "B": ["P", "Q"], "C": ["R", "S"], "D": ["R", "S", "T"]}
    groups = {"A": "A", "B": "A", "C": "B", "D": "B"}

    found = of(APART.scores, Terms(Rule.MEAN), groups, due)

    assert found.values == {}
    assert found.refused.values["category"] == "B"
    assert found.refused.values["said"].values == {"count": 1}


def test_places_are_counted_within_each_category_and_ties_only_meet_there():
    values = {"A-1": 8, "A-2": 9, "A-3": 8, "B-1": 8, "B-2": 7, "B-3": 7}
    exact = {entry: Decimal(value) for entry, value in values.items()}
    scores = {"A-1": [7, 8, 9], "A-3": [6, 9, 9], "B-2": [7, 7, 7], "B-3": [7, 7, 7]}
    given_ = Known(
        Table.of({e: dict(zip("xyz", map(Decimal, row), strict=True)) for e, row in scores.items()})
    )
    groups = {entry: entry[0] for entry in values}

    found = grouping.resolved(exact, MEDIAN, given_, groups)

    assert found.order == (("A-2",), ("A-3",), ("A-1",), ("B-1",), ("B-2", "B-3"))
    assert found.places == {"A-2": 1, "A-3": 2, "A-1": 3, "B-1": 1, "B-2": 2, "B-3": 2}
    # and B-1 are equal over the round: B-1 is not compared with the two.
    assert [one.tied for one in found.steps] == [("A-1", "A-3"), ("B-2", "B-3")]


def test_places_over_the_round_are_as_before():
    exact = {"A-1": Decimal(8), "B-1": Decimal(9), "B-2": Decimal(8)}

    found = grouping.resolved(exact, (), Known(Table.of({})), {})

    assert found == ties.resolved([["B-1"], ["A-1", "B-2"]], (), Known(Table.of({})))
    assert found.places == {"B-1": 1, "A-1": 2, "B-2": 2}


def test_protocol_over_the_round_keeps_the_digest_it_had():
    old = {
        "rubric": Protocol(RUBRIC, Terms(Rule.MEAN)).written()["rubric"],
        "terms": Terms(Rule.MEAN).written(),
        "chain": [],
        "deviation": None,
        "time": None,
        "seed_digest": "",
    }

    assert sealing.read(old).ranking is Ranking.ROUND
    assert sealing.read(old).digest == sealing.digest(old)


def test_protocol_within_categories_is_sealed_with_its_choice():
    plain = Protocol(RUBRIC, Terms(Rule.MEAN))
    within = Protocol(RUBRIC, Terms(Rule.MEAN), ranking=Ranking.CATEGORY)

    assert sealing.read(json.loads(json.dumps(within.written()))) == within
    assert within.digest != plain.digest
    assert len(within.says()) == len(plain.says()) + 1


@st.composite
def divided(draw):
    """Invent complete panels of two categories, each with judges of its own."""
    scores, groups = {}, {}
    for group in "AB":
        judges = [f"{group}{at}" for at in range(draw(st.integers(1, 6)))]
        for at in range(draw(st.integers(1, 4))):
            entry = f"{group}-{at}"
            scores[entry] = {judge: draw(marks) for judge in judges}
            groups[entry] = group
    return scores, groups


@given(divided(), st.sampled_from([one for one in Rule if one is not Rule.BRADLEY_TERRY]))
def test_each_category_has_the_results_it_would_have_alone(invented, rule):
    scores, groups = invented
    terms = Terms(rule, missing=Missing.REST)

    found = of(scores, terms, groups)

    for group in "AB":
        own = {entry: row for entry, row in scores.items() if groups[entry] == group}
        alone = combining.of_sheets(sheets_of(own), RUBRIC, terms)
        values = {e: value for e, value in found.values.items() if groups[e] == group}
        assert values == alone.values
        order = table.groups(values, ascending=alone.ascending)
        assert order == alone.order


@pytest.mark.parametrize("rule", [Rule.MEAN, Rule.TRIMMED, Rule.MEDIAN, Rule.LEAST_SQUARES])
@given(divided())
def test_checker_finds_the_results_of_each_category(rule, invented):
    scores, groups = invented
    protocol = Protocol(RUBRIC, Terms(rule), ranking=Ranking.CATEGORY)
    text = exported.marks_file(sheets_of(scores), groups).decode()

    found = check["by_category"](
        json.loads(exported.protocol_file(protocol)), csv.DictReader(io.StringIO(text))
    )

    expected = of(scores, protocol.terms, groups).values
    assert list(found) == ["A", "B"]
    told = {entry: float(value) for own in found.values() for entry, value in own.items()}
    assert told == pytest.approx({e: float(v) for e, v in expected.items()}, abs=1e-6)


def test_checker_prints_each_category_under_its_name(tmp_path, capsys):
    scores = {"A-1": {"x": Decimal(7)}, "B-1": {"y": Decimal(9)}, "B-2": {"y": Decimal(8)}}
    protocol = Protocol(RUBRIC, Terms(Rule.MEAN), ranking=Ranking.CATEGORY)
    (tmp_path / "quy-tac.json").write_bytes(exported.protocol_file(protocol))
    groups = {entry: entry[0] for entry in scores}
    (tmp_path / "diem.csv").write_bytes(exported.marks_file(sheets_of(scores), groups))
    files = (str(tmp_path / "quy-tac.json"), str(tmp_path / "diem.csv"))

    assert check["main"](*files, protocol.digest) == 0

    assert capsys.readouterr().out.splitlines() == [
        "# A", "A-1\t7.000000000", "# B", "B-1\t9.000000000", "B-2\t8.000000000",
    ]  # fmt: skip
