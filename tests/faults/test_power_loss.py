"""F-03: the power is cut at any point of the writing, and nothing acknowledged is lost."""

import pytest

from tests.faults.power import lost_at, said_to_all
from tests.faults.running import cases, prepare

pytestmark = pytest.mark.slow
# Every connection then waits for the disk only when it tidies up, as many installations are set.
NORMAL = "PRAGMA synchronous=NORMAL"


def test_power_cut_anywhere_loses_nothing_that_was_acknowledged(tmp_path):
    with prepare(301, people=6) as run:
        faults = lost_at(run, tmp_path, cases(300, 3000))

    assert faults == []


def test_the_same_power_cuts_do_lose_answers_where_commits_do_not_wait_for_the_disk(tmp_path):
    with prepare(302, people=6) as run:
        faults = lost_at(run, tmp_path, cases(60, 300), **said_to_all(tmp_path, NORMAL))

    assert any(lost for _, _, lost in faults), "the test would not notice a lost answer"
