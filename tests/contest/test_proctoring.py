"""What a proctor does for one seat, and what stays as it was."""

from datetime import timedelta

import pytest

from accounts import issuing
from accounts.models import AuditEntry
from accounts.rules.authorizing import Role
from contest import attempting, proctoring, queries
from contest.attempting import Client
from contest.errors import CannotStart, WrongHour, WrongSeat
from contest.models import Seat
from contest.saving import Answer, Outcome, save, ticket_of
from core.db import db
from tests import factories

MINUTE = timedelta(minutes=1)


@pytest.fixture
def proctor(app):
    return factories.account(full_name="Võ Minh Tâm")


@pytest.fixture
def seat(app, noon):
    return seated(noon)


def seated(noon, **fields):
    round_ = factories.round_(opens_at=noon, closes_at=noon + timedelta(hours=2), minutes=60)
    sitting = round_.sittings[0]
    person = factories.account(full_name="H’Hen Niê")
    enrolment = factories.enrolment(round_.contest, person)
    room = factories.room(sitting)
    return factories.seat(sitting, enrolment, room=room, place="07", **fields)


def begin(seat, at, session="máy 7"):
    enrolment = seat.enrolment
    return attempting.start(
        seat.sitting.round, enrolment, enrolment.account, client=Client(session), at=at
    )


def acts():
    return [row.action for row in db.session.query(AuditEntry).order_by(AuditEntry.id)]


def limit(seat, minutes):
    db.session.rollback()
    with factories.atomic():
        seat.sitting.late_minutes = minutes


def test_time_given_back_to_a_seat_moves_its_end_and_nobody_elses(seat, proctor, noon):
    mine = begin(seat, noon)
    other = seated(noon)
    theirs = begin(other, noon)

    proctoring.give_time(seat, 5, proctor, reason="Đổi bàn phím", at=noon + MINUTE)

    assert mine.accepts_until == noon + 65 * MINUTE
    assert theirs.accepts_until == noon + 60 * MINUTE
    assert acts()[-1] == "incident.given_back"


def test_who_is_let_in_late_begins_after_the_limit(seat, proctor, noon):
    limit(seat, 10)
    late = noon + 15 * MINUTE
    with pytest.raises(CannotStart):
        begin(seat, late)

    proctoring.admit(seat, proctor, reason="Tắc đường do ngập", at=late)

    assert begin(seat, late).started_at == late
    assert "seat.admitted" in acts()


def test_nobody_is_let_in_who_has_begun_or_when_the_sitting_is_over(seat, proctor, noon):
    other = seated(noon)
    begin(seat, noon)

    with pytest.raises(WrongSeat):
        proctoring.admit(seat, proctor, reason="Muộn", at=noon + MINUTE)
    with pytest.raises(WrongHour):
        proctoring.admit(other, proctor, reason="Muộn", at=noon + timedelta(hours=3))

    assert db.session.get(Seat, other.id).admitted_at is None


def test_a_code_moves_somebody_to_another_machine_with_everything_kept(seat, proctor, noon):
    attempt = begin(seat, noon)
    save(ticket_of(attempt), [Answer(1, 1, "b")], at=noon + MINUTE)
    old = ticket_of(attempt)

    issued = proctoring.move(seat, proctor, reason="Máy hỏng", at=noon + 2 * MINUTE)
    account, resets = issuing.use(issued.code, at=noon + 3 * MINUTE)
    attempting.take_over(attempt, account, session="máy 9", at=noon + 3 * MINUTE)
    save(ticket_of(attempt), [Answer(2, 1, "c")], at=noon + 4 * MINUTE)
    shut_out = save(old, [Answer(3, 1, "a")], at=noon + 5 * MINUTE)
    db.session.rollback()

    assert (account.id, resets) == (seat.enrolment.account_id, False)
    assert shut_out.outcome is Outcome.DISPLACED
    assert {place: one.answer for place, one in queries.answers_of(attempt.id).items()} == {
        1: "b",
        2: "c",
    }


def test_until_the_move_is_done_the_old_machine_may_still_send(seat, proctor, noon):
    attempt = begin(seat, noon)
    proctoring.move(seat, proctor, reason="Máy chậm", at=noon + MINUTE)

    saved = save(ticket_of(attempt), [Answer(1, 1, "b")], at=noon + 2 * MINUTE)

    assert saved.outcome is Outcome.SAVED


def test_a_code_is_good_once_and_for_ten_minutes(seat, proctor, noon):
    begin(seat, noon)
    first = proctoring.move(seat, proctor, reason="Máy hỏng", at=noon).code
    second = proctoring.move(seat, proctor, reason="Mất giấy", at=noon + MINUTE).code

    for code, at in ((first, noon + 2 * MINUTE), (second, noon + 12 * MINUTE)):
        with pytest.raises(issuing.SlipRefused):
            issuing.use(code, at=at)


def test_a_proctor_gets_no_code_of_the_staff(seat, proctor, noon):
    held = factories.grant(seat.enrolment.account, Role.ADMIN)
    with factories.atomic():
        held.valid_from = noon - MINUTE

    with pytest.raises(WrongSeat):
        proctoring.move(seat, proctor, reason="Máy hỏng", at=noon)


def test_no_code_is_given_long_before_the_sitting(seat, proctor, noon):
    with pytest.raises(WrongHour):
        proctoring.move(seat, proctor, reason="Sớm", at=noon - timedelta(hours=2))
