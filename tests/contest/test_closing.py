"""Closing attempts by statements built once."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from accounts.models import AuditEntry
from contest import attempting, closing, saving, verifying
from contest.attempting import Client
from contest.models import Attempt, Standing
from contest.saving import Answer
from core import writer
from core.db import atomic, db, lock
from tests import factories


@pytest.fixture
def attempt(app, noon):
    return begun(factories.round_(opens_at=noon), noon)


def begun(round_, at, **fields):
    enrolment = factories.enrolment(round_.contest, **fields)
    here = Client("phiên 1", "phone")
    return attempting.start(round_, enrolment, enrolment.account, client=here, at=at)


def standings():
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Standing))


def test_hand_in_marks_places_and_records(attempt, noon):
    saving.save(saving.ticket_of(attempt), [Answer(1, 1, "b"), Answer(2, 1, "a")], at=noon)

    closed = closing.hand_in(attempt.id, lease_no=1, at=noon + timedelta(seconds=90))

    db.session.rollback()
    assert closed == closing.Closed(attempt.public_id)
    assert (attempt.correct, attempt.asked, attempt.submitted_by) == (1, 3, "person")
    assert attempt.duration_ms == 90_000
    assert [slot.mark for slot in attempt.slots] == [1_000_000, 0, 0]
    assert standings() == 2
    kept = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "attempt.submitted"))
    assert [one.actor_id for one in kept] == [attempt.enrolment.account_id]
    assert verifying.verify(attempt.round.contest).faults == []


def test_hand_in_twice_is_the_same_as_once(attempt, noon):
    closing.hand_in(attempt.id, lease_no=1, at=noon)
    db.session.rollback()
    code = attempt.receipt_code

    closing.hand_in(attempt.id, lease_no=1, at=noon + timedelta(seconds=5))

    db.session.rollback()
    assert (attempt.receipt_code, attempt.submitted_at) == (code, noon)


def test_hand_in_from_a_tab_that_lost_its_lease_closes_nothing(attempt, noon):
    attempting.take_over(attempt, attempt.enrolment.account, session="phiên 2", at=noon)

    closed = closing.hand_in(attempt.id, lease_no=1, at=noon)

    db.session.rollback()
    assert not closed.is_ours
    assert attempt.submitted_at is None


@pytest.mark.parametrize(("count", "people"), [(3, 1), (6, 1), (3, 5)])
def test_closing_takes_as_many_statements_however_long_the_paper_and_however_many_people(
    app, noon, queries, count, people
):
    bank = factories.bank()
    for number in range(1, 8):
        factories.item(bank, number=number)
    round_ = factories.round_(opens_at=noon, blueprint=factories.blueprint(bank, count))
    wishes = [closing.Wish(begun(round_, noon).id, noon) for _ in range(people)]
    db.session.rollback()
    queries.clear()

    writer.run(lambda on: closing.close_all(on, wishes))

    sent = [one for one in queries if "SAVEPOINT" not in one]
    assert len(sent) == 9
    assert standings() == 2 * people


def test_two_processes_that_close_what_is_overdue_close_each_once(app, noon):
    round_ = factories.round_(opens_at=noon)
    attempts = [begun(round_, noon) for _ in range(25)]
    late = noon + timedelta(hours=1)

    def close_all():
        with app.app_context():
            attempting.expire_due(at=late)
            db.session.remove()

    threads = [threading.Thread(target=close_all) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    db.session.rollback()
    assert {one.submitted_at for one in attempts} == {noon + timedelta(minutes=15)}
    recorded = select(func.count()).where(AuditEntry.action == "attempt.submitted")
    assert db.session.scalar(recorded) == 25
    assert standings() == 50


def test_an_answer_that_comes_between_reading_and_closing_counts(attempt, noon, monkeypatch):
    ticket = saving.ticket_of(attempt)
    saving.save(ticket, [Answer(1, 1, "a")], at=noon)
    attempt_id = attempt.id
    db.session.rollback()
    plain = closing._read

    def read_and_then(*given, **told):
        found = plain(*given, **told)
        monkeypatch.setattr(closing, "_read", plain)
        return found

    def run(work):
        # The last moment before the transaction of the closing begins.
        monkeypatch.setattr(closing.writer, "run", kept)
        saving.save(ticket, [Answer(1, 2, "b")], at=noon)
        return kept(work)

    kept = closing.writer.run
    monkeypatch.setattr(closing, "_read", read_and_then)
    monkeypatch.setattr(closing.writer, "run", run)
    closing.hand_in(attempt_id, lease_no=1, at=noon)

    db.session.rollback()
    assert attempt.correct == 1
    assert verifying.verify(attempt.round.contest).faults == []


def test_those_who_hand_in_together_each_get_their_own(app, noon):
    round_ = factories.round_(opens_at=noon)
    one, other, closed, taken = [begun(round_, noon) for _ in range(4)]
    for number, attempt in enumerate((one, other, closed)):
        saving.save(saving.ticket_of(attempt), [Answer(1, 1, "ab"[number % 2])], at=noon)
    closing.hand_in(closed.id, lease_no=1, at=noon)
    attempting.take_over(taken, taken.enrolment.account, session="phiên 2", at=noon)
    at = noon + timedelta(seconds=9)
    wishes = [closing.Wish(it.id, at, lease_no=1) for it in (one, other, closed, taken, one)]
    db.session.rollback()

    told = closing._hand_in_all(wishes)

    db.session.rollback()
    assert [it.public_id for it in told] == [
        it.public_id for it in (one, other, closed, taken, one)
    ]
    assert [it.is_ours for it in told] == [True, True, True, False, True]
    assert [it.correct for it in (one, other, closed, taken)] == [0, 1, 0, None]
    assert (closed.submitted_at, taken.submitted_at) == (noon, None)
    assert verifying.verify(round_.contest).faults == []


def test_attempt_that_a_restore_took_away_is_none_and_nobody_elses_is_closed(app, noon):
    round_ = factories.round_(opens_at=noon)
    mine, other = begun(round_, noon), begun(round_, noon)
    names = ((mine, mine.public_id), (other, "0" * 20))
    wishes = [closing.Wish(it.id, noon, lease_no=1, public_id=name) for it, name in names]
    wishes.append(closing.Wish(other.id + 99, noon, lease_no=1, public_id="1" * 20))
    db.session.rollback()

    told = closing._hand_in_all(wishes)

    db.session.rollback()
    assert [(it.public_id, it.is_there) for it in told] == [
        (mine.public_id, True),
        ("0" * 20, False),
        ("1" * 20, False),
    ]
    assert (mine.is_submitted, other.is_submitted) == (True, False)


def test_hand_in_waits_for_whoever_is_changing_the_attempt(attempt, app, noon):
    attempt_id, got = attempt.id, []

    def ask():
        with app.app_context():
            got.append(closing.hand_in(attempt_id, lease_no=1, at=noon))

    asking = threading.Thread(target=ask)
    with atomic():
        lock(db.session.get(Attempt, attempt_id))
        asking.start()
        asking.join(0.3)
        assert got == []
    asking.join()

    db.session.rollback()
    assert attempt.submitted_at == noon
