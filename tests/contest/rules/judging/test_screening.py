"""Screening by several people, and what entrants are told of their marks."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contest.rules.judging import feedback, screening
from contest.rules.judging.screening import Check, Consensus, Verdict

PASS, FAIL, RETURN = Verdict.PASS, Verdict.FAIL, Verdict.RETURN


@pytest.mark.parametrize(
    ("verdicts", "come_to"),
    [
        ([], Consensus.WAITING),
        ([PASS], Consensus.WAITING),
        ([PASS, PASS], Consensus.ADMITTED),
        ([FAIL, FAIL], Consensus.REJECTED),
        ([PASS, FAIL], Consensus.DISAGREED),
        ([RETURN, FAIL], Consensus.DISAGREED),
        ([PASS, RETURN], Consensus.RETURNED),
        ([RETURN, RETURN], Consensus.RETURNED),
    ],
)
def test_consensus_of_two_screeners(verdicts, come_to):
    assert screening.consensus(verdicts, 2) is come_to
    assert screening.consensus(verdicts[::-1], 2) is come_to


def test_missing_are_lines_not_answered_or_failed_without_a_reason():
    checks = {"form": Check(True), "unit": Check(False, "Thiếu dấu"), "file": Check(False, " ")}

    assert screening.missing(["form", "unit", "file", "late"], checks) == ["file", "late"]


def test_entry_that_fails_a_line_cannot_pass():
    assert screening.allowed({"form": Check(True)}) == {PASS}
    assert screening.allowed({"form": Check(True), "unit": Check(False, "Thiếu")}) == {FAIL, RETURN}


def test_correction_is_taken_until_its_last_moment():
    until = datetime(2026, 11, 20, 17, tzinfo=UTC)

    assert screening.is_open_for_correction(until, until)
    assert not screening.is_open_for_correction(until, until + timedelta(seconds=1))
    assert not screening.is_open_for_correction(None, until)


def test_percentiles_of_five_entries():
    values = {entry: Decimal(mark) for entry, mark in zip("abcde", (9, 8, 8, 7, 5), strict=True)}

    assert feedback.percentiles(values) == {"a": 100, "b": 63, "c": 63, "d": 25, "e": 0}
    assert feedback.by_criterion({"new": values}) == {"new": feedback.percentiles(values)}


def test_percentiles_of_few_entries_are_not_told():
    assert feedback.percentiles({entry: Decimal(5) for entry in "abcd"}) == {}


@given(st.lists(st.integers(0, 9).map(Decimal), min_size=5, max_size=20))
def test_percentiles_agree_with_counting(marks):
    values = {str(at): mark for at, mark in enumerate(marks)}

    found = feedback.percentiles(values)

    for entry, mark in values.items():
        others = [one for name, one in values.items() if name != entry]
        share = sum(1 if one < mark else 0.5 if one == mark else 0 for one in others) / len(others)
        assert abs(found[entry] - 100 * share) <= 0.5
