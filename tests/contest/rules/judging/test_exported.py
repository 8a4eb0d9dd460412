"""The independent checker reckons every result again from what is exported."""

import csv
import io
import json
import runpy
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from contest.rules.judging import combining, exported
from contest.rules.judging.rubric import Criterion, Rubric
from contest.rules.judging.sealing import Protocol
from contest.rules.judging.table import Rounding
from contest.rules.judging.terms import Basis, Missing, RoundingStep, Rule, Stage, Terms

CHECKER = Path(__file__).parents[4] / "docs/check_judged.py"
check = runpy.run_path(str(CHECKER))
RUBRIC = Rubric(
    (
        Criterion("new", "Tính mới", Decimal(30)),
        Criterion("use", "Hiệu quả", Decimal(40), least=Decimal(1), most=Decimal(5)),
        Criterion("rest", "Còn lại", Decimal(30), parts=(Criterion("a", "A"), Criterion("b", "B"))),
    )
)
SHEETS = {
    (entry, judge): {"new": Decimal(at), "use": Decimal(at) / 2, "a": Decimal(7), "b": Decimal(at)}
    for entry, begins in (("BT-1", 3), ("BT-2", 4))
    for at, judge in enumerate(("GK1", "GK2", "GK3", "GK4", "GK5"), start=begins)
}

quarters = st.integers(4, 20).map(lambda n: Decimal(n) / 4)
JUDGES = ["K1", "K2", "K3", "K4", "K5", "K6"]
seats = st.tuples(st.sampled_from(["BT-1", "BT-2", "BT-3"]), st.sampled_from(JUDGES))
filled = st.fixed_dictionaries(dict.fromkeys(("new", "use", "a", "b"), quarters))
# Few sheets with many holes, or so many that scores are dropped.
sheets_given = st.sampled_from([1, 14]).flatmap(
    lambda least: st.dictionaries(seats, filled, min_size=least)
)
steps = st.lists(
    st.builds(RoundingStep, st.sampled_from(Stage), st.integers(0, 3), st.sampled_from(Rounding)),
    unique_by=lambda step: step.stage,
    max_size=4,
).map(tuple)
plain = st.sampled_from([Rule.MEAN, Rule.TRIMMED, Rule.MEDIAN])


def checked(protocol, sheets):
    rows = csv.DictReader(io.StringIO(exported.marks_file(sheets, {}).decode()))
    written = json.loads(exported.protocol_file(protocol))
    return {entry: Decimal(float(one)) for entry, one in check["results"](written, rows).items()}


@given(sheets_given, plain, st.sampled_from(Basis), steps)
def test_checker_finds_the_same_results_to_the_last_digit(sheets, rule, basis, roundings):
    terms = Terms(rule, basis, Missing.REST, roundings, drop=None)

    outcome = combining.of_sheets(sheets, RUBRIC, terms)

    found = checked(Protocol(RUBRIC, terms), sheets)
    assert {entry: float(one) for entry, one in found.items()} == {
        entry: float(value) for entry, value in outcome.values.items()
    }


@given(sheets_given)
def test_checker_finds_the_same_severity_of_judges(sheets):
    terms = Terms(Rule.LEAST_SQUARES, missing=Missing.REST)
    outcome = combining.of_sheets(sheets, RUBRIC, terms)
    assume(outcome.refused is None)

    found = checked(Protocol(RUBRIC, terms), sheets)

    values = {entry: float(value) for entry, value in outcome.values.items()}
    assert {e: float(one) for e, one in found.items()} == pytest.approx(values, abs=1e-6)


def run(folder, seal):
    protocol = Protocol(RUBRIC, Terms(Rule.TRIMMED))
    (folder / "protocol.json").write_bytes(exported.protocol_file(protocol))
    (folder / "marks.csv").write_bytes(exported.marks_file(SHEETS, {}))
    files = [str(folder / "protocol.json"), str(folder / "marks.csv")]
    return subprocess.run(
        [sys.executable, "-I", str(CHECKER), *files, seal or protocol.digest],
        capture_output=True,
        text=True,
        check=False,
    )


def test_checker_runs_alone_and_prints_the_results(tmp_path):
    outcome = combining.of_sheets(SHEETS, RUBRIC, Terms(Rule.TRIMMED))

    found = run(tmp_path, seal=None)

    assert found.returncode == 0
    assert [line.split("\t") for line in found.stdout.splitlines()] == [
        [entry, str(outcome.values[entry])] for entry in ("BT-2", "BT-1")
    ]


def test_checker_refuses_another_protocol_than_was_sealed(tmp_path):
    found = run(tmp_path, seal="0" * 64)

    assert (found.returncode, found.stdout) == (1, "")
    assert "seal" in found.stderr
