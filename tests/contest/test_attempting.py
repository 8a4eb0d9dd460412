"""Taking a round: start, take over, submit, expire."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from accounts import consenting
from accounts.models import AuditEntry
from accounts.rules.consents import Purpose
from contest import attempting, papers, queries, saving
from contest.attempting import Client
from contest.errors import AttemptClosed, CannotStart, ConsentWithdrawn, NotEnoughItems
from contest.models import Attempt, AttemptKind, Slot, Standing
from contest.rules.predicting import Asked, Lock, Scope, Target
from contest.rules.timing import Audience
from contest.saving import Answer
from core.db import db
from tests import factories
from tests.counting import plan_of

HERE = Client("phiên 1", "phone")
PREDICTION = {
    "target": Target.FULLY_CORRECT_PEOPLE,
    "scope": Scope.ROUND,
    "decimals": 0,
    "asked": Asked.WITH_QUIZ,
    "lock": Lock.PER_ROUND,
    "not_over": False,
}


@pytest.fixture
def round_(app, noon):
    return factories.round_(opens_at=noon)


def start(round_, enrolment, at):
    return attempting.start(round_, enrolment, enrolment.account, client=HERE, at=at)


def answer_all(attempt, answer, at):
    answers = [Answer(slot.position, 1, answer) for slot in queries.slots_of(attempt.id)]
    saving.save(saving.ticket_of(attempt), answers, at=at)


def actions(app):
    db.session.rollback()
    return list(db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))


def test_start_freezes_a_paper_with_a_deadline(round_, noon):
    attempt = start(round_, factories.enrolment(round_.contest), noon)

    slots = queries.slots_of(attempt.id)
    assert attempt.accepts_until == noon + timedelta(minutes=15)
    assert [slot.position for slot in slots] == [1, 2, 3]
    assert [sorted(slot.option_order) for slot in slots] == [["a", "b", "c", "d"]] * 3
    assert len({slot.version_id for slot in slots}) == 3


def test_start_ends_with_the_round_when_that_is_sooner(round_, noon):
    late = round_.closes_at - timedelta(minutes=2)

    attempt = start(round_, factories.enrolment(round_.contest), late)

    assert attempt.accepts_until == round_.closes_at


def test_start_twice_gives_the_same_attempt(round_, noon):
    enrolment = factories.enrolment(round_.contest)
    first = start(round_, enrolment, noon)

    again = start(round_, enrolment, noon + timedelta(seconds=2))

    assert again.id == first.id
    assert actions(round_) == ["attempt.started"]


def test_start_before_opening_and_after_closing_is_refused_with_the_reason(round_, noon):
    enrolment = factories.enrolment(round_.contest)

    for at in (noon - timedelta(seconds=1), round_.closes_at):
        with pytest.raises(CannotStart):
            start(round_, enrolment, at)

    assert db.session.scalar(select(func.count()).select_from(Attempt)) == 0


def test_start_again_after_the_only_attempt_is_refused(round_, noon):
    enrolment = factories.enrolment(round_.contest)
    attempting.submit(start(round_, enrolment, noon), enrolment.account, at=noon)

    with pytest.raises(CannotStart) as refused:
        start(round_, enrolment, noon + timedelta(hours=1))

    assert refused.value.details == {"count": 1}


def test_start_after_the_consent_was_withdrawn_is_refused(round_, noon):
    enrolment = factories.enrolment(round_.contest)
    given = consenting.give(
        enrolment.account, Purpose.TAKE_PART, "Chấm thi", at=noon, subject=round_.contest.log
    )
    consenting.withdraw(enrolment.account, given, at=noon)

    with pytest.raises(ConsentWithdrawn):
        start(round_, enrolment, noon)

    consenting.give(enrolment.account, Purpose.TAKE_PART, "Chấm thi", at=noon)
    assert start(round_, enrolment, noon).number == 1


def test_start_with_too_few_items_is_refused_and_leaves_nothing(app, noon):
    bank = factories.bank()
    factories.item(bank)
    round_ = factories.round_(opens_at=noon, blueprint=factories.blueprint(bank, count=3))

    with pytest.raises(Exception, match="3 > 1"):
        start(round_, factories.enrolment(round_.contest), noon)

    assert db.session.scalar(select(func.count()).select_from(Slot)) == 0


def test_practice_draws_practice_items_only_and_counts_nowhere(app, noon):
    bank = factories.bank()
    for number in range(1, 5):
        factories.item(bank, number=number)
    shown = {factories.item(bank, number=9, purpose="practice").current_id}
    round_ = factories.round_(opens_at=noon, blueprint=factories.blueprint(bank))
    enrolment = factories.enrolment(round_.contest)

    attempt = attempting.practise(round_, enrolment, enrolment.account, client=HERE, at=noon)
    attempting.submit(attempt, enrolment.account, at=noon)

    assert attempt.kind is AttemptKind.PRACTICE
    assert {slot.version_id for slot in queries.slots_of(attempt.id)} == shown
    assert papers.place_of(enrolment.id, round_, Audience.PARTICIPANT) is None
    assert start(round_, enrolment, noon).number == 1


def test_practice_without_practice_items_is_refused(round_, noon):
    enrolment = factories.enrolment(round_.contest)

    with pytest.raises(NotEnoughItems):
        attempting.practise(round_, enrolment, enrolment.account, client=HERE, at=noon)


def test_submit_marks_the_newest_answers_and_places_the_person(round_, noon):
    enrolment = factories.enrolment(round_.contest)
    attempt = start(round_, enrolment, noon)
    answer_all(attempt, "a", noon)
    saving.save(saving.ticket_of(attempt), [Answer(1, 2, "b")], at=noon + timedelta(seconds=9))

    attempting.submit(attempt, enrolment.account, at=noon + timedelta(minutes=4))

    standing = papers.place_of(enrolment.id, round_, Audience.PARTICIPANT)
    assert (attempt.score, attempt.correct, attempt.asked) == (1_000_000, 1, 3)
    assert [slot.mark for slot in queries.slots_of(attempt.id)] == [1_000_000, 0, 0]
    assert (attempt.duration_ms, attempt.submitted_by) == (240_000, "person")
    assert (standing.place, standing.people, standing.standing.correct) == (1, 1, 1)


def test_submit_twice_records_one_entry(round_, noon):
    enrolment = factories.enrolment(round_.contest)
    attempt = start(round_, enrolment, noon)
    attempting.submit(attempt, enrolment.account, at=noon)
    code = attempt.receipt_code

    attempting.submit(attempt, enrolment.account, at=noon + timedelta(minutes=1))

    assert (attempt.submitted_at, attempt.receipt_code) == (noon, code)
    assert actions(round_) == ["attempt.started", "attempt.submitted"]


def test_submit_after_the_deadline_is_dated_at_the_deadline(round_, noon):
    enrolment = factories.enrolment(round_.contest)
    attempt = start(round_, enrolment, noon)

    attempting.submit(attempt, None, at=attempt.accepts_until + timedelta(minutes=5))

    assert attempt.submitted_at == attempt.accepts_until
    assert attempt.submitted_by == "clock"


def test_submit_leaves_out_what_came_late(round_, noon):
    enrolment = factories.enrolment(round_.contest)
    attempt = start(round_, enrolment, noon)
    late = attempt.accepts_until + timedelta(seconds=6)
    answer_all(attempt, "b", late)

    attempting.submit(attempt, None, at=late)

    assert (attempt.correct, queries.answers_of(attempt.id)) == (0, {})


def test_expire_closes_what_is_overdue_once_and_leaves_the_rest(round_, noon):
    overdue = start(round_, factories.enrolment(round_.contest), noon)
    running = start(round_, factories.enrolment(round_.contest), noon + timedelta(minutes=10))
    at = overdue.accepts_until + timedelta(seconds=5)

    closed = (attempting.expire_due(at=at), attempting.expire_due(at=at))

    assert closed == (1, 0)
    assert (overdue.is_submitted, running.is_submitted) == (True, False)


def test_overdue_attempts_are_found_by_an_index_of_those_that_run(round_, queries, noon):
    start(round_, factories.enrolment(round_.contest), noon)
    queries.clear()
    attempting.expire_due(at=noon)
    where = "submitted_at IS NULL AND attempt.accepts_until <="
    assert where in queries[0]
    question = f"SELECT id FROM attempt WHERE {where} '2026-11-18' ORDER BY accepts_until LIMIT 9"

    assert "ix_attempt_running" in plan_of(question)


def test_take_over_moves_the_lease(round_, noon):
    enrolment = factories.enrolment(round_.contest)
    attempt = start(round_, enrolment, noon)

    attempting.take_over(attempt, enrolment.account, session="phiên 2", at=noon)

    assert (attempt.lease_no, attempt.holder) == (2, "phiên 2")
    after = attempt.accepts_until + timedelta(seconds=5)
    with pytest.raises(AttemptClosed):
        attempting.take_over(attempt, enrolment.account, session="phiên 3", at=after)


def test_prediction_is_asked_once_a_round_and_counts_for_every_attempt(app, noon):
    round_ = factories.round_(opens_at=noon, prediction=PREDICTION, max_per_round=2)
    enrolment = factories.enrolment(round_.contest)
    first = start(round_, enrolment, noon)
    saving.save(saving.ticket_of(first), [Answer(4, 1, "1.350")], at=noon)
    attempting.submit(first, enrolment.account, at=noon + timedelta(minutes=1))

    second = start(round_, enrolment, noon + timedelta(minutes=2))

    assert first.predicted == 1_350_000_000
    assert [slot.kind for slot in queries.slots_of(first.id)][-1] == "prediction"
    assert [slot.kind for slot in queries.slots_of(second.id)] == ["item"] * 3


def test_the_best_attempt_counts_and_the_standing_says_how_many(app, noon):
    round_ = factories.round_(opens_at=noon, max_per_round=3)
    enrolment = factories.enrolment(round_.contest)
    for minutes, option in ((0, "b"), (20, "a")):
        at = noon + timedelta(minutes=minutes)
        attempt = start(round_, enrolment, at)
        answer_all(attempt, option, at)
        attempting.submit(attempt, enrolment.account, at=at + timedelta(minutes=1))

    standing = papers.place_of(enrolment.id, round_, Audience.PARTICIPANT).standing
    assert (standing.correct, standing.attempts) == (3, 2)


def test_a_hidden_or_test_person_is_not_placed(round_, noon):
    enrolment = factories.enrolment(round_.contest, is_test=True)
    attempt = start(round_, enrolment, noon)

    attempting.submit(attempt, enrolment.account, at=noon)

    assert attempt.score == 0
    assert db.session.scalar(select(func.count()).select_from(Standing)) == 0


def test_points_of_the_blueprint_weigh_the_score(app, noon):
    bank = factories.bank()
    for number in range(1, 4):
        factories.item(bank, number=number)
    blueprint = factories.blueprint(bank, count=2)
    blueprint.rows[0].points = 2_500_000
    factories.saved(blueprint)
    round_ = factories.round_(opens_at=noon, blueprint=blueprint)
    enrolment = factories.enrolment(round_.contest)
    attempt = start(round_, enrolment, noon)
    answer_all(attempt, "b", noon)

    attempting.submit(attempt, enrolment.account, at=noon)

    assert Decimal(attempt.score) / 1_000_000 in (Decimal(2), Decimal(5))
    assert attempt.correct == 2
