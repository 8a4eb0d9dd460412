"""F-03: the power is cut at any point of the writing, and nothing acknowledged is lost."""

import pytest

from core.config import ROOT
from tests.faults.power import lost_at
from tests.faults.running import cases, prepare

pytestmark = pytest.mark.slow
# Python runs this at its start where its folder is on the path: every connection of the
# application then waits for the disk only when it tidies up, as many installations are set.
NORMAL = """
from sqlalchemy import event
from sqlalchemy.pool import Pool

@event.listens_for(Pool, "checkout")
def loosen(driver, *rest):
    driver.execute("PRAGMA synchronous=NORMAL")
"""


def test_power_cut_anywhere_loses_nothing_that_was_acknowledged(tmp_path):
    with prepare(301, people=6) as run:
        faults = lost_at(run, tmp_path, cases(300, 3000))

    assert faults == []


def test_the_same_power_cuts_do_lose_answers_where_commits_do_not_wait_for_the_disk(tmp_path):
    loose = tmp_path / "loose"
    loose.mkdir()
    (loose / "sitecustomize.py").write_text(NORMAL)

    with prepare(302, people=6) as run:
        faults = lost_at(run, tmp_path, cases(60, 300), PYTHONPATH=f"{loose}:{ROOT}")

    assert any(lost for _, _, lost in faults), "the test would not notice a lost answer"
