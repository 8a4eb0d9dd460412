"""The table of faults says what is: its tests are there, and whoever tries less says why."""

import re

import pytest

from core.config import ROOT

FAULTS = [f"F-{n:02}" for n in (*range(1, 15), 16, 17, 34, 35, 36, 37, 40, 41, 43, 46)]
ROWS = {
    cells[0]: cells[1:]
    for line in (ROOT / "docs/faults.md").read_text("utf-8").partition("\n## ")[0].splitlines()
    if line.startswith("| F-")
    for cells in [[one.strip() for one in line.strip("|").split("|")]]
}


def test_every_fault_that_was_promised_has_its_row():
    assert list(ROWS) == FAULTS


@pytest.mark.parametrize("fault", FAULTS)
def test_what_is_tried_of_a_fault_is_there_and_enough_or_explained(fault):
    _what, planned, pushed, nightly, tests, other = ROWS[fault]
    named = re.findall(r"`([^`]+)::(\w+)`", tests)

    assert named
    for path, name in named:
        assert re.search(rf"^def {name}\(", (ROOT / path).read_text("utf-8"), re.MULTILINE), name
    least = [int(number) for number in planned.split("/")]
    fewer = int(pushed) < least[0] or int(nightly) < least[1]
    assert other or not fewer
