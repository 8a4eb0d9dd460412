"""Where rounds stand, and what is to be done next."""

from datetime import timedelta

import pytest

from contest.rules import guiding
from contest.rules.guiding import RoundAt, Stage, Step, StepName
from contest.rules.timing import RoundState
from core.vietnam import parse_moment

NOW = parse_moment("10h00 18/11/2026")
DAY = timedelta(days=1)


def round_at(state=RoundState.READY, opens=-1, closes=1, **fields):
    return RoundAt("Tuần 1", "r1", state, NOW + opens * DAY, NOW + closes * DAY, **fields)


@pytest.mark.parametrize(
    ("one", "stage"),
    [
        (round_at(RoundState.DRAFT), Stage.DRAFT),
        (round_at(RoundState.FINAL), Stage.FINAL),
        (round_at(opens=1, closes=2), Stage.WAITING),
        (round_at(), Stage.OPEN),
        (round_at(RoundState.PAUSED), Stage.PAUSED),
        (round_at(RoundState.CLOSED), Stage.CLOSED),
        (round_at(closes=0), Stage.CLOSED),
        (round_at(RoundState.PAUSED, closes=0), Stage.CLOSED),
        (round_at(closes=0, is_computed=True), Stage.COMPUTED),
        (round_at(closes=0, is_computed=True, is_public=True), Stage.PUBLISHED),
    ],
)
def test_stage_of_a_round(one, stage):
    assert one.stage(NOW) is stage


def test_steps_of_a_contest_just_made():
    found = guiding.steps([], NOW, is_public=False, has_rules=False, units=0, has_day=False)

    assert found == [
        Step(StepName.ADD_ROUND),
        Step(StepName.FILL_RULES),
        Step(StepName.CHOOSE_UNITS),
    ]


def test_steps_put_the_rounds_first():
    rounds = [round_at(RoundState.DRAFT), round_at(closes=0)]

    found = guiding.steps(rounds, NOW, is_public=False, has_rules=True, units=3, has_day=False)

    assert found == [
        Step(StepName.MAKE_READY, "r1", "Tuần 1"),
        Step(StepName.COMPUTE, "r1", "Tuần 1"),
        Step(StepName.PUBLISH_CONTEST),
        Step(StepName.SET_HEADCOUNTS),
    ]


def test_nothing_is_to_be_done_while_all_goes_its_way():
    assert (
        guiding.steps([round_at()], NOW, is_public=True, has_rules=True, units=3, has_day=True)
        == []
    )


def test_steps_of_judged_rounds_are_to_seal_and_to_close_and_no_headcount():
    rounds = [round_at(RoundState.DRAFT, is_judged=True), round_at(closes=0, is_judged=True)]

    found = guiding.steps(rounds, NOW, is_public=True, has_rules=True, units=3, has_day=False)

    assert found == [Step(StepName.SEAL, "r1", "Tuần 1"), Step(StepName.CONCLUDE, "r1", "Tuần 1")]
