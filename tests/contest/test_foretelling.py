"""Predictions sent after handing in: once, before the lock, placed, and checked."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from accounts.models import AuditEntry
from contest import attempting, closing, foretelling, papers, publishing, verifying
from contest.errors import CannotPredict
from contest.models import Attempt, Contest, Round, SentPrediction, SlotKind
from contest.rules.predicting import Asked, Lock, Prediction, Target
from contest.rules.ranking import Key, natural
from contest.rules.timing import Audience
from core.db import atomic, db
from tests import factories
from tests.contest.judged import one_paper, take

MINUTE = timedelta(minutes=1)
MILLION = 1_000_000


def asking(lock=Lock.PER_ROUND, **more):
    told = {"target": Target.PARTICIPANTS, "asked": Asked.AFTER_SUBMIT, "lock": lock} | more
    return Prediction(**told).written()


@pytest.fixture
def round_(app, noon):
    return factories.round_(
        opens_at=noon,
        closes_at=noon + 120 * MINUTE,
        blueprint=one_paper(),
        prediction=asking(),
        ranking=natural(Key.CORRECT_COUNT, Key.PREDICTION_DIFF, Key.DURATION_MS).written(),
        max_per_round=3,
    )


def handed_in(round_, at, **who):
    attempt = take(round_, "bbb", at=at, **who)
    attempting.submit(attempt, attempt.enrolment.account, at=at + MINUTE)
    return db.session.get_one(Attempt, attempt.id)


def send(attempt, typed, at):
    return foretelling.send(attempt, typed, attempt.enrolment.account, at=at)


def faults(round_):
    db.session.expire_all()
    return verifying.verify(db.session.get_one(Contest, round_.contest_id)).faults


def test_the_paper_asks_no_prediction_and_it_is_sent_afterwards(round_, noon):
    attempt = handed_in(round_, noon)
    assert [slot.kind for slot in attempt.slots] == [SlotKind.ITEM] * 3
    assert attempt.predicted is None

    sent = send(attempt, "1.350", noon + 5 * MINUTE)

    assert (sent.answer, attempt.predicted) == ("1350", 1350 * MILLION)
    assert faults(round_) == []


def test_the_nearer_prediction_stands_higher_and_none_stands_last(round_, noon):
    near, far, none = (handed_in(round_, noon + n * MINUTE) for n in range(3))
    send(far, "30", noon + 10 * MINUTE)
    send(near, "4", noon + 11 * MINUTE)
    attempting.expire_due(at=noon + 130 * MINUTE)

    run = publishing.compute(round_, None, reason="", at=noon + 130 * MINUTE)

    places = [
        papers.place_of(one.enrolment_id, round_, Audience.PARTICIPANT).place
        for one in (near, far, none)
    ]
    assert (run.prediction_actual, places) == (3 * MILLION, [1, 2, 3])
    assert faults(round_) == []


@pytest.mark.parametrize("typed", ["", "rất nhiều", "-3", "4,5"])
def test_what_is_no_such_number_is_refused(round_, noon, typed):
    attempt = handed_in(round_, noon)

    with pytest.raises(CannotPredict):
        send(attempt, typed, noon + 5 * MINUTE)

    assert db.session.query(SentPrediction).count() == 0


def test_once_sent_it_is_locked(round_, noon):
    attempt = handed_in(round_, noon)
    send(attempt, "5", noon + 5 * MINUTE)

    with pytest.raises(CannotPredict):
        send(attempt, "6", noon + 6 * MINUTE)

    assert attempt.predicted == 5 * MILLION
    assert foretelling.open_until(attempt, at=noon + 6 * MINUTE) is None


def test_it_is_open_until_the_round_closes_and_not_a_moment_longer(round_, noon):
    attempt = handed_in(round_, noon)
    closes = noon + 120 * MINUTE
    assert foretelling.open_until(attempt, at=closes - timedelta(microseconds=1)) == closes

    with pytest.raises(CannotPredict):
        send(attempt, "5", closes)

    with atomic():
        db.session.get_one(Round, round_.id).stopped_at = noon + 60 * MINUTE
    assert foretelling.open_until(attempt, at=noon + 60 * MINUTE) is None


def test_before_handing_in_nothing_is_predicted(round_, noon):
    attempt = take(round_, "bbb", at=noon)

    with pytest.raises(CannotPredict):
        send(attempt, "5", noon + MINUTE)


@pytest.mark.parametrize(
    ("lock", "second_may"),
    [(Lock.PER_ROUND, False), (Lock.FIRST_ATTEMPT, False), (Lock.PER_ATTEMPT, True)],
)
def test_a_second_attempt_predicts_as_the_lock_says(round_, noon, lock, second_may):
    with atomic():
        db.session.get_one(Round, round_.id).prediction = asking(lock)
    first = handed_in(round_, noon)
    send(first, "5", noon + 5 * MINUTE)
    second = handed_in(round_, noon + 20 * MINUTE, enrolment=first.enrolment)

    assert (foretelling.open_until(second, at=noon + 30 * MINUTE) is not None) is second_may


def test_in_the_fair_mode_the_number_may_come_with_any_attempt_but_once(round_, noon):
    first = handed_in(round_, noon)
    second = handed_in(round_, noon + 20 * MINUTE, enrolment=first.enrolment)
    send(second, "5", noon + 30 * MINUTE)

    with pytest.raises(CannotPredict):
        send(first, "6", noon + 31 * MINUTE)


def test_the_trail_tells_of_it_and_a_marking_anew_keeps_it(round_, noon):
    attempt = handed_in(round_, noon)
    sent = send(attempt, "5", noon + 5 * MINUTE)

    with atomic():
        closing.mark_again(db.session.connection(), attempt.id)

    record = db.session.scalars(
        select(AuditEntry.record).where(AuditEntry.action == "prediction.sent")
    ).one()
    told = json.loads(record)["details"]
    assert (told["prediction"], told["receipt"]) == ("5", sent.receipt)
    db.session.expire_all()
    assert db.session.get_one(Attempt, attempt.id).predicted == 5 * MILLION


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE sent_prediction SET answer = '3'", "its prediction was changed"),
        ("DELETE FROM sent_prediction", "prediction differ"),
        ("UPDATE attempt SET predicted = 3000000", "prediction differ"),
    ],
)
def test_verify_names_a_prediction_that_was_altered(round_, noon, statement, words):
    send(handed_in(round_, noon), "5", noon + 5 * MINUTE)
    with atomic():
        db.session.execute(text(statement))

    found = faults(round_)

    assert any(words in one for one in found), found
