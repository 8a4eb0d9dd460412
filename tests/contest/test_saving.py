"""Saving answers."""

import threading
from dataclasses import replace
from datetime import timedelta

import psycopg
import pytest
from sqlalchemy import select

from contest import attempting, saving
from contest.attempting import Client
from contest.models import Attempt, Response
from contest.saving import Answer, Outcome
from core.db import atomic, db, lock
from tests import counting, factories

HERE = Client("phiên 1", "phone")


@pytest.fixture
def attempt(app, noon):
    round_ = factories.round_(opens_at=noon)
    enrolment = factories.enrolment(round_.contest)
    return attempting.start(round_, enrolment, enrolment.account, client=HERE, at=noon)


@pytest.fixture
def heard(attempt, monkeypatch):
    """What the driver itself sends, but for the words that begin a transaction."""
    if db.engine.dialect.name == "sqlite":
        db.session.rollback()
        with counting.heard(db.engine) as sent:
            yield sent
        return
    sent = []
    plain = psycopg.Connection.execute

    def execute(connection, sql, *rest, **more):
        # What is sent outside a transaction is committed with it.
        sent.extend([str(sql).strip(), "COMMIT"] if connection.autocommit else [str(sql).strip()])
        return plain(connection, sql, *rest, **more)

    monkeypatch.setattr(psycopg.Connection, "execute", execute)
    yield sent


def stored(attempt):
    db.session.rollback()  # what this session saw before the save is no longer of interest
    rows = db.session.scalars(
        select(Response).where(Response.attempt_id == attempt.id).order_by(Response.seq)
    )
    return [(row.position, row.seq, row.answer, row.is_late) for row in rows]


def test_save_keeps_the_answer_and_gives_its_receipt(attempt, noon):
    saved = saving.save(saving.ticket_of(attempt), [Answer(1, 1, "b")], at=noon)

    db.session.rollback()
    row = db.session.scalars(select(Response)).one()
    assert (row.position, row.seq, row.answer, row.received_at) == (1, 1, "b", noon)
    assert saved == saving.Saved(Outcome.SAVED, {1: (1, row.receipt)})
    assert row.receipt == saving.receipt_of(attempt.id, 1, 1, 1, "b", noon)


def test_save_the_same_answer_again_gives_the_same_receipt(attempt, noon):
    ticket = saving.ticket_of(attempt)
    first = saving.save(ticket, [Answer(1, 1, "b")], at=noon)

    again = saving.save(ticket, [Answer(1, 1, "b")], at=noon + timedelta(seconds=3))

    assert again == first
    assert stored(attempt) == [(1, 1, "b", False)]


def test_save_a_batch_of_old_and_new_answers_acknowledges_them_all(attempt, noon):
    ticket = saving.ticket_of(attempt)
    saving.save(ticket, [Answer(1, 1, "b")], at=noon)

    saved = saving.save(ticket, [Answer(1, 1, "b"), Answer(2, 1, "c")], at=noon)

    assert saved.outcome is Outcome.SAVED
    assert sorted(saved.receipts) == [1, 2]
    assert stored(attempt) == [(1, 1, "b", False), (2, 1, "c", False)]


@pytest.mark.parametrize(("seconds", "late"), [(4, False), (5, True), (60, True)])
def test_save_counts_until_the_grace_is_over(attempt, seconds, late):
    at = attempt.accepts_until + timedelta(seconds=seconds)

    saved = saving.save(saving.ticket_of(attempt), [Answer(1, 1, "b")], at=at)

    assert saved.outcome is (Outcome.CLOSED if late else Outcome.SAVED)
    assert stored(attempt) == [(1, 1, "b", late)]


def test_answer_that_came_late_and_is_sent_again_once_there_is_time_is_to_be_given_anew(attempt):
    ticket, at = saving.ticket_of(attempt), attempt.accepts_until + timedelta(minutes=1)
    saving.save(ticket, [Answer(1, 1, "b")], at=at)
    with atomic():
        lock(attempt)
        attempt.accepts_until += timedelta(minutes=10)

    saved = saving.save(ticket, [Answer(1, 1, "b"), Answer(2, 1, "c")], at=at)

    assert (saved.outcome, saved.late, list(saved.receipts)) == (Outcome.SAVED, (1,), [2])
    again = saving.save(ticket, [Answer(1, 2, "b")], at=at)
    assert (again.late, list(again.receipts)) == ((), [1])
    assert sorted(stored(attempt)) == [(1, 1, "b", True), (1, 2, "b", False), (2, 1, "c", False)]


def test_save_from_a_displaced_tab_is_kept_in_the_late_lane(attempt, noon):
    old = saving.ticket_of(attempt)
    attempting.take_over(attempt, attempt.enrolment.account, session="phiên 2", at=noon)

    saved = saving.save(old, [Answer(1, 1, "b")], at=noon)

    assert saved == saving.Saved(Outcome.DISPLACED, {})
    assert stored(attempt) == [(1, 1, "b", True)]


def test_save_to_a_slot_that_is_not_on_the_paper_stores_nothing(attempt, noon):
    saved = saving.save(saving.ticket_of(attempt), [Answer(40, 1, "b")], at=noon)

    assert saved == saving.Saved(Outcome.SAVED, {})
    assert stored(attempt) == []


@pytest.mark.parametrize("count", [1, 3])
def test_save_is_one_statement_and_one_commit_however_much_is_sent(attempt, heard, noon, count):
    ticket = saving.ticket_of(attempt)
    saving.save(ticket, [Answer(1, 1, "b")], at=noon)
    heard.clear()

    saving.save(ticket, [Answer(place, 2, "b") for place in range(1, count + 1)], at=noon)

    assert [one.split()[0] for one in heard] == ["INSERT", "COMMIT"]


def test_ticket_altered_by_one_sign_is_refused(attempt, noon):
    signed = saving.written(saving.ticket_of(attempt))
    altered = ("A" if signed[0] != "A" else "B") + signed[1:]

    assert saving.read_ticket(signed, at=noon) == saving.ticket_of(attempt)
    assert saving.read_ticket(altered, at=noon) is None


def test_ticket_outlives_the_paper_and_then_ends(attempt, noon):
    ticket = saving.ticket_of(attempt)
    signed = saving.written(ticket)

    assert saving.read_ticket(signed, at=attempt.accepts_until + timedelta(hours=11)) == ticket
    assert saving.read_ticket(signed, at=attempt.accepts_until + timedelta(hours=12)) is None


def test_ticket_of_an_attempt_that_a_restore_took_away_writes_into_no_other(attempt, noon):
    lost = replace(saving.ticket_of(attempt), public_id="mot-bai-da-mat")

    saved = saving.save(lost, [Answer(1, 1, "b")], at=noon)

    assert saved == saving.Saved(Outcome.GONE, {})
    assert stored(attempt) == []
    assert saving.state_of(lost) is None


def test_the_same_answer_sent_twice_at_once_has_one_row_and_its_own_receipt(attempt, noon):
    ticket, answer = saving.ticket_of(attempt), Answer(1, 1, "b")
    sent = [
        saving._Sent(ticket, [answer], saving._receipts(ticket, [answer], at=moment), moment)
        for moment in (noon, noon + timedelta(seconds=1))
    ]

    if db.engine.dialect.name == "postgresql":
        new = saving._add_together(sent)
    else:
        new = [saving._new(one) for one in sent]

    assert new == [1, 0]
    again = saving.save(ticket, [answer], at=noon + timedelta(seconds=2))
    assert again.receipts == {1: (1, sent[0].receipts[0])}


def test_save_waits_for_whoever_is_changing_the_attempt(attempt, app, noon):
    ticket, got = saving.ticket_of(attempt), []

    def ask():
        with app.app_context():
            got.append(saving.save(ticket, [Answer(1, 1, "b")], at=noon))

    asking = threading.Thread(target=ask)
    with atomic():
        lock(db.session.get(Attempt, ticket.attempt_id))
        asking.start()
        asking.join(0.3)
        assert got == []
    asking.join()

    assert got[0].outcome is Outcome.SAVED
    assert stored(attempt) == [(1, 1, "b", False)]
