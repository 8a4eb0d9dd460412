"""What organisers decide about one person."""

from datetime import timedelta

import pytest

from contest import adjusting, attempting
from contest.attempting import Client
from contest.errors import WrongHour
from contest.models import Standing
from core.db import db
from tests import factories


@pytest.fixture
def secretary(app):
    return factories.account(full_name="Phạm Hùng")


@pytest.fixture
def attempt(app, noon):
    person = factories.account(full_name="Y Thiên Niê")
    round_ = factories.round_(opens_at=noon)
    enrolment = factories.enrolment(round_.contest, person)
    return attempting.start(round_, enrolment, person, client=Client("máy", "phone"), at=noon)


def standing_ids():
    return [row.enrolment_id for row in db.session.query(Standing)]


def test_extra_time_lengthens_the_attempt_that_runs(attempt, secretary, noon):
    moved = adjusting.grant_time(attempt.enrolment, 300, secretary, reason="Khuyết tật vận động")

    assert moved == 1
    assert attempt.accepts_until == noon + timedelta(minutes=20)


def test_less_extra_time_takes_nothing_from_an_attempt_that_runs(attempt, secretary, noon):
    adjusting.grant_time(attempt.enrolment, 300, secretary, reason="Khuyết tật vận động")

    adjusting.grant_time(attempt.enrolment, 60, secretary, reason="Ghi nhầm")

    assert attempt.accepts_until == noon + timedelta(minutes=20)
    assert attempt.enrolment.extra_seconds == 60


def test_extra_time_beyond_four_hours_is_refused(attempt, secretary):
    with pytest.raises(WrongHour):
        adjusting.grant_time(attempt.enrolment, 5 * 3600, secretary, reason="Nhầm")


def test_a_test_account_leaves_the_board_and_comes_back(attempt, secretary, noon):
    attempting.submit(attempt, attempt.enrolment.account, at=noon + timedelta(minutes=5))
    before = standing_ids()

    adjusting.mark(attempt.enrolment, secretary, is_test=True, is_hidden=False, reason="Máy thử")
    during = standing_ids()
    adjusting.mark(attempt.enrolment, secretary, is_test=False, is_hidden=False, reason="Nhầm")

    assert (len(before), during, standing_ids()) == (2, [], before)


def test_disqualifying_ends_the_attempt_and_reinstating_gives_it_back(attempt, secretary, noon):
    at = noon + timedelta(minutes=2)

    adjusting.disqualify(attempt.enrolment, secretary, reason="Thi hộ", at=at)
    ended = attempt.accepts_until
    adjusting.reinstate(attempt.enrolment, secretary, reason="Xác minh lại")

    assert ended == at
    assert attempt.accepts_until == noon + timedelta(minutes=15)
    assert attempt.enrolment.disqualified_at is None


def test_disqualifying_takes_the_person_from_the_board_at_once(attempt, secretary, noon):
    attempting.submit(attempt, attempt.enrolment.account, at=noon + timedelta(minutes=5))

    adjusting.disqualify(attempt.enrolment, secretary, reason="Khai sai", at=noon)
    during = standing_ids()
    adjusting.reinstate(attempt.enrolment, secretary, reason="Đã đính chính")

    assert during == []
    assert standing_ids() == [attempt.enrolment_id] * 2
