"""The time for appeals."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contest.rules import appealing
from contest.rules.appealing import AppealRegime, AppealStage, AppealWindow

NOON = datetime(2026, 11, 9, 5, tzinfo=UTC)
HOUR = timedelta(hours=1)
WINDOW = AppealWindow(AppealRegime.CONTEST, NOON, NOON + 48 * HOUR, NOON - HOUR)


@given(st.integers(-100, 100))
def test_appeals_come_in_from_the_first_hour_until_just_before_the_last(hours):
    now = NOON + hours * HOUR

    is_open = appealing.stage(now, WINDOW) is AppealStage.OPEN

    assert is_open == (0 <= hours < 48)


def test_nobody_appeals_before_the_result_may_be_seen():
    late = AppealWindow(AppealRegime.CONTEST, NOON, NOON + 48 * HOUR, NOON + 3 * HOUR)

    stages = [appealing.stage(NOON + hours * HOUR, late) for hours in (1, 3)]

    assert stages == [AppealStage.UPCOMING, AppealStage.OPEN]


def test_a_round_without_hours_or_on_computers_knows_no_appeals():
    computer = AppealWindow(AppealRegime.EXAM_COMPUTER, NOON, NOON + HOUR, NOON)

    assert appealing.stage(NOON, AppealWindow()) is AppealStage.NONE
    assert appealing.stage(NOON, computer) is AppealStage.NONE


@pytest.mark.parametrize(
    ("regime", "opens", "closes", "faults"),
    [
        (AppealRegime.CONTEST, None, None, 0),
        (AppealRegime.CONTEST, NOON, NOON + HOUR, 0),
        (AppealRegime.CONTEST, NOON, NOON, 1),
        (AppealRegime.CONTEST, NOON, None, 1),
        (AppealRegime.EXAM_COMPUTER, NOON, NOON + HOUR, 1),
        (AppealRegime.EXAM_WRITTEN, NOON, NOON + 14 * 24 * HOUR, 1),
        (AppealRegime.EXAM_WRITTEN, NOON, NOON + 15 * 24 * HOUR, 0),
    ],
)
def test_wrong_hours_are_named(regime, opens, closes, faults):
    assert len(appealing.problems(AppealWindow(regime, opens, closes))) == faults
