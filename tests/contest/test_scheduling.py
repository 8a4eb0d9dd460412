"""Moving a round's hours, and what it does to attempts that run."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contest import adjusting, attempting, scheduling
from contest.attempting import Client
from contest.errors import NeedsSecond, WrongHour
from contest.models import RoundState
from contest.rules import timing
from core.db import atomic, db
from tests import factories


@pytest.fixture
def secretary(app):
    return factories.account(full_name="Phạm Hùng")


def begun(round_, at):
    person = factories.account(full_name="H’Bia Êban")
    enrolment = factories.enrolment(round_.contest, person)
    client = Client(f"máy {person.id}", "phone")
    return attempting.start(round_, enrolment, person, client=client, at=at)


def test_extending_gives_time_to_an_attempt_that_the_closing_would_have_cut(secretary, noon):
    round_ = factories.round_(opens_at=noon, closes_at=noon + timedelta(hours=1))
    cut = begun(round_, noon + timedelta(minutes=55))
    whole = begun(round_, noon + timedelta(minutes=10))

    moved = scheduling.extend(
        round_, noon + timedelta(hours=2), secretary, reason="Nghẽn mạng buổi trưa"
    )

    assert moved == 1
    assert cut.accepts_until == noon + timedelta(minutes=70)
    assert whole.accepts_until == noon + timedelta(minutes=25)
    assert round_.sittings[0].closes_at == round_.closes_at == noon + timedelta(hours=2)


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    started=st.integers(0, 119),
    extra=st.integers(0, 40),
    by=st.integers(1, 600),
)
def test_extending_only_lengthens_and_agrees_with_the_rule(secretary, noon, started, extra, by):
    round_ = factories.round_(opens_at=noon, closes_at=noon + timedelta(hours=2))
    attempt = begun(round_, noon + timedelta(minutes=started))
    adjusting.grant_time(attempt.enrolment, extra * 60, secretary, reason="Theo quy định")
    before = attempt.accepts_until

    scheduling.extend(round_, round_.closes_at + timedelta(minutes=by), secretary, reason="Kéo dài")

    assert attempt.accepts_until >= before
    assert attempt.accepts_until == timing.accepts_until(
        round_.window,
        attempt.seat.sitting.window(),
        attempt.enrolment.allowance,
        attempt.times,
    )


def test_extending_to_an_earlier_end_is_refused(secretary, noon):
    round_ = factories.round_(opens_at=noon)

    with pytest.raises(WrongHour):
        scheduling.extend(round_, noon + timedelta(hours=1), secretary, reason="Nhầm")

    assert round_.closes_at == noon + timedelta(days=7)


def test_closing_early_ends_attempts_and_the_clock_hands_them_in(secretary, noon):
    round_ = factories.round_(opens_at=noon)
    attempt = begun(round_, noon)
    end = noon + timedelta(minutes=3)

    with pytest.raises(NeedsSecond):
        scheduling.close_early(round_, secretary, reason="Lộ đề", at=end)
    scheduling.close_early(round_, secretary, reason="Lộ đề", at=end, second=factories.account())
    closed = attempting.expire_due(at=end + timedelta(seconds=10))

    assert closed == 1
    assert (attempt.submitted_at, attempt.submitted_by) == (end, "clock")


def test_closing_a_round_that_is_not_open_is_refused(secretary, noon):
    round_ = factories.round_(opens_at=noon)

    with pytest.raises(WrongHour):
        scheduling.close_early(round_, secretary, reason="Nhầm", at=noon - timedelta(hours=1))


def test_pausing_keeps_running_attempts_and_stops_new_ones(secretary, noon):
    round_ = factories.round_(opens_at=noon)
    attempt = begun(round_, noon)

    scheduling.pause(round_, secretary, reason="Mất điện")

    with pytest.raises(attempting.CannotStart):
        begun(round_, noon + timedelta(minutes=1))
    assert attempting.is_running(attempt, at=noon + timedelta(minutes=14))
    assert round_.state is RoundState.PAUSED


def test_opening_early_moves_the_sitting_too(secretary, noon):
    round_ = factories.round_(opens_at=noon)
    early = noon - timedelta(hours=2)

    scheduling.open_now(round_, secretary, reason="Theo chỉ đạo", at=early)

    assert (round_.opens_at, round_.sittings[0].opens_at) == (early, early)
    with pytest.raises(WrongHour):
        scheduling.open_now(round_, secretary, reason="Lần nữa", at=noon)


def test_a_final_round_can_not_be_extended_or_paused(secretary, noon):
    round_ = factories.round_(opens_at=noon)
    with atomic():
        db.session.refresh(round_)
        round_.state = RoundState.FINAL

    with pytest.raises(WrongHour):
        scheduling.extend(round_, noon + timedelta(days=9), secretary, reason="Nhầm")
    with pytest.raises(WrongHour):
        scheduling.pause(round_, secretary, reason="Nhầm")
