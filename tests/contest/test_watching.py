"""What a watched attempt shows beside its answers: noted sparingly, and erased by schedule."""

from datetime import timedelta

import pytest

from accounts import upholding
from contest import attempting, jobs, watching
from contest.attempting import Client
from contest.models import Presence
from contest.watching import EVERY
from core import clock
from core.db import db
from core.jobs import Work
from tests import factories

SECOND = timedelta(seconds=1)
HERE = {"here": 3, "left": 0, "address": "10.20.1.7"}


@pytest.fixture(autouse=True)
def nothing_noted():
    watching.forget()


@pytest.fixture
def attempt(app, noon):
    return sat(noon)


def sat(noon, **fields):
    round_ = factories.round_(opens_at=noon, closes_at=noon + timedelta(hours=2))
    room = factories.room(round_.sittings[0])
    person = factories.account(full_name="Y Thiên Niê")
    enrolment = factories.enrolment(round_.contest, person)
    factories.seat(round_.sittings[0], enrolment, **{"room": room} | fields)
    return attempting.start(round_, enrolment, person, client=Client("máy"), at=noon)


def kept(attempt):
    db.session.rollback()
    return db.session.get(Presence, attempt.id)


def test_an_attempt_in_a_room_is_watched_and_others_are_not(app, noon):
    assert watching.is_watched(sat(noon))
    assert not watching.is_watched(sat(noon, room=None))


def test_the_same_news_is_written_once_in_ten_seconds(attempt, noon):
    written = [
        watching.note(attempt.id, **HERE, at=noon + after)
        for after in (0 * SECOND, 5 * SECOND, EVERY - SECOND, EVERY)
    ]

    assert written == [True, False, False, True]
    assert kept(attempt).seen_at == noon + EVERY


def test_other_news_is_written_at_once_but_once_a_second(attempt, noon):
    watching.note(attempt.id, **HERE, at=noon)

    written = [
        watching.note(attempt.id, **HERE | {"here": here}, at=noon + SECOND * after)
        for here, after in ((4, 0.5), (4, 1), (5, 1.2), (5, 2.5))
    ]

    assert written == [False, True, False, True]
    assert kept(attempt).here == 5


def test_leaving_the_page_adds_up_over_devices(attempt, noon):
    for after, left in enumerate((2, 3, 0, 1)):
        watching.note(attempt.id, **HERE | {"left": left}, at=noon + 2 * after * SECOND)

    assert kept(attempt).times_left == 4


def test_older_news_of_another_process_changes_nothing(attempt, noon):
    watching.note(attempt.id, **HERE | {"here": 9}, at=noon + 5 * SECOND)
    watching.forget()

    watching.note(attempt.id, **HERE | {"here": 1}, at=noon)

    assert kept(attempt).here == 9


def test_an_address_is_kept_only_as_a_mark_of_its_day(attempt, noon):
    watching.note(attempt.id, **HERE, at=noon)
    first = kept(attempt)
    mark = first.address_mark

    watching.note(attempt.id, **HERE | {"address": "10.20.1.8"}, at=noon + EVERY)

    assert mark == watching.mark_of("10.20.1.7", noon)
    assert mark != watching.mark_of("10.20.1.7", noon + timedelta(days=1))
    assert "10.20" not in mark
    assert kept(attempt).address_changes == 1


def test_noting_sends_one_statement(attempt, noon, queries):
    number = attempt.id
    watching.note(number, **HERE, at=noon)
    queries.clear()

    watching.note(number, **HERE, at=noon + EVERY)

    assert len(queries) == 1


@pytest.mark.parametrize(("days", "is_there"), [(29, True), (31, False)])
def test_traces_are_erased_when_their_days_are_over(app, attempt, noon, days, is_there):
    watching.note(attempt.id, **HERE, at=noon)
    closes = attempt.round.closes_at

    watching.erase_due(at=closes + timedelta(days=days), days=30)

    assert (kept(attempt) is not None) == is_there
    assert db.session.get(type(attempt), attempt.id) is not None


def test_the_job_erases_by_the_setting_and_leaves_the_newer_ones(app):
    past, now = clock.now() - timedelta(days=40), clock.now()
    old, new = sat(past), sat(now - timedelta(minutes=5))
    watching.note(old.id, **HERE, at=past)
    watching.note(new.id, **HERE, at=now)

    told = jobs.erase_presence(Work(0, {}))

    assert told == {"erased": 1}
    assert (kept(old), kept(new) is not None) == (None, True)


def test_a_person_gets_and_loses_what_is_kept(attempt, noon):
    watching.note(attempt.id, **HERE, at=noon)
    account = attempt.enrolment.account
    db.session.rollback()

    told = upholding.collect(account)["presence"]
    upholding.erase(account, account, at=noon)

    assert [(one["question"], one["page_left"]) for one in told] == [(3, 0)]
    assert kept(attempt) is None
