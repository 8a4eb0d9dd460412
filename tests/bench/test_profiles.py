"""The load profiles, very small: what must hold whatever the machine, and no time."""

import pytest

from tests.bench import profiles
from tests.postgresql import server

pytestmark = pytest.mark.slow
SCALE, SECONDS = 0.03, 1
# What happens in each of them, by the seed; the exam begins and ends with everybody.
HAPPENS = {
    "A": {"start", "save", "hand in", "board", "sign-in", "register", "static file"},
    "B": {"waiting room", "sealed paper", "start, prepared", "save", "beat", "hand in"},
}


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request):
    if request.param == "sqlite":
        yield ""
        return
    with server() as made:
        yield made.database("chungtay_profiles")


def test_a_week_and_an_exam_under_load_keep_every_invariant_and_refuse_nobody(database):
    stage = profiles.staged(list(HAPPENS), seconds=SECONDS, scale=SCALE, database=database)

    with stage as (run, parts):
        outcomes = {
            name: profiles.perform(run, name, people, seconds=SECONDS, scale=SCALE)
            for name, people in zip(HAPPENS, parts, strict=True)
        }
        broken = run.broken()

    measured = {
        name: {one.name for one in outcome.kinds() if one.took}
        for name, outcome in outcomes.items()
    }
    exam = outcomes["B"].company.tally.kinds
    people = len(parts[1])
    assert broken == []
    assert {name: one.failed() for name, one in outcomes.items()} == {"A": {}, "B": {}}
    assert {name: HAPPENS[name] - kinds for name, kinds in measured.items()} == {
        "A": set(),
        "B": set(),
    }
    assert len(exam["start, prepared"].took) == len(exam["hand in"].took) == people
