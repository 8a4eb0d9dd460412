"""Minutes about a candidate, and the voiding of a place by two people."""

import hashlib
import json
from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from accounts.models import AuditEntry
from contest import attempting, proctoring, publishing, verifying, voiding
from contest.attempting import Client
from contest.errors import AlreadyDecided, CannotDecide, CannotStart, SamePerson, WrongSeat
from contest.models import DecisionState, MinutesKind, Standing
from contest.saving import Answer, Outcome, save, ticket_of
from contest.voiding import Told
from core.db import atomic, db
from tests import factories

MINUTE = timedelta(minutes=1)
VOID = Told(MinutesKind.VOID, "Sử dụng điện thoại trong phòng thi.", "Em chỉ xem giờ.")


@pytest.fixture
def proctors(app):
    return [factories.account(full_name=name) for name in ("Võ Minh Tâm", "Phạm Đức Hùng")]


@pytest.fixture
def room(app, noon):
    round_ = factories.round_(opens_at=noon, closes_at=noon + timedelta(hours=2), minutes=60)
    return factories.room(round_.sittings[0])


def seated(room, place="01"):
    enrolment = factories.enrolment(room.sitting.round.contest)
    return factories.seat(room.sitting, enrolment, room=room, place=place)


def begin(seat, at):
    person = seat.enrolment
    return attempting.start(seat.sitting.round, person, person.account, client=Client("máy"), at=at)


def void(seat, proctors, at, told=VOID):
    made = voiding.write(seat, proctors[0], told, at=at)
    return voiding.agree(made, proctors[1], reason="Đã chứng kiến", at=at)


def standings():
    return db.session.query(Standing).count()


def faults(room):
    return verifying.verify(room.sitting.round.contest).faults


def test_minutes_of_one_proctor_end_nothing(room, proctors, noon):
    seat = seated(room)
    attempt = begin(seat, noon)

    made = voiding.write(seat, proctors[0], VOID, at=noon + MINUTE)
    saved = save(ticket_of(attempt), [Answer(1, 1, "b")], at=noon + 2 * MINUTE)

    assert made.state is DecisionState.PROPOSED
    assert saved.outcome is Outcome.SAVED
    assert (seat.voided_at, attempt.annulled_at) == (None, None)


def test_the_trail_proves_the_minutes_and_does_not_repeat_them(room, proctors, noon):
    made = voiding.write(seated(room), proctors[0], VOID, at=noon)

    entry = db.session.query(AuditEntry).filter_by(action="minutes.written").one()
    told = json.loads(entry.record)["details"]

    digest = hashlib.sha256(f"{made.happened}\n{made.said}".encode()).hexdigest()
    assert (told["written"], told["reason"]) == (digest, "")
    assert "điện thoại" not in entry.record


def test_a_second_proctor_ends_the_attempt_and_takes_it_from_the_board(room, proctors, noon):
    seat = seated(room)
    attempt = begin(seat, noon)
    ticket = ticket_of(attempt)
    save(ticket, [Answer(1, 1, "b")], at=noon + MINUTE)

    void(seat, proctors, noon + 5 * MINUTE)
    after = save(ticket, [Answer(2, 1, "b")], at=noon + 6 * MINUTE)

    assert attempt.submitted_at == attempt.annulled_at == noon + 5 * MINUTE
    assert (attempt.correct, after.outcome) == (1, Outcome.CLOSED)
    assert standings() == 0
    assert faults(room) == []


def test_a_submitted_attempt_is_taken_from_the_board_too(room, proctors, noon):
    seat = seated(room)
    attempt = begin(seat, noon)
    attempting.submit(attempt, seat.enrolment.account, at=noon + MINUTE)
    before = standings()

    void(seat, proctors, noon + 2 * MINUTE)

    assert (before, standings()) == (2, 0)
    assert faults(room) == []


def test_whoever_has_not_begun_cannot_begin_any_more(room, proctors, noon):
    seat = seated(room)

    void(seat, proctors, noon)

    with pytest.raises(CannotStart):
        begin(seat, noon + MINUTE)
    with pytest.raises(WrongSeat):
        proctoring.admit(seat, proctors[0], reason="Muộn", at=noon + MINUTE)


def test_who_wrote_the_minutes_is_not_the_second_person(room, proctors, noon):
    made = voiding.write(seated(room), proctors[0], VOID, at=noon)

    for act in (voiding.agree, voiding.refuse):
        with pytest.raises(SamePerson):
            act(made, proctors[0], reason="Tôi thấy", at=noon)

    with pytest.raises(IntegrityError):
        decided_by_its_author(made)


@atomic()
def decided_by_its_author(minutes):
    minutes.decided_by_id = minutes.written_by_id


def test_refused_minutes_leave_room_for_others_and_are_decided_once(room, proctors, noon):
    seat = seated(room)
    made = voiding.write(seat, proctors[0], VOID, at=noon)
    voiding.refuse(made, proctors[1], reason="Chưa đủ chứng cứ", at=noon)

    with pytest.raises(AlreadyDecided):
        voiding.agree(made, proctors[1], reason="Đổi ý", at=noon)
    void(seat, proctors, noon + MINUTE)

    assert seat.voided_at == noon + MINUTE


def test_minutes_are_taken_back_by_who_wrote_them(room, proctors, noon):
    made = voiding.write(seated(room), proctors[0], VOID, at=noon)

    with pytest.raises(CannotDecide):
        voiding.withdraw(made, proctors[1])
    voiding.withdraw(made, proctors[0])

    assert voiding.withdraw(made, proctors[0]).state is DecisionState.WITHDRAWN


@pytest.mark.parametrize("kind", [MinutesKind.REPRIMAND, MinutesKind.WARNING])
def test_a_reprimand_or_warning_is_written_down_and_ends_nothing(room, proctors, noon, kind):
    seat = seated(room)
    attempt = begin(seat, noon)

    made = voiding.write(seat, proctors[0], Told(kind, "Trao đổi bài."), at=noon)

    assert (made.state, attempt.submitted_at, seat.voided_at) == (
        DecisionState.AGREED,
        None,
        None,
    )


def test_without_a_signature_two_others_of_the_room_are_witnesses(room, proctors, noon):
    seat, others = seated(room), [seated(room, "02").enrolment, seated(room, "03").enrolment]
    unsigned = Told(MinutesKind.WARNING, "Trao đổi bài.", is_signed=False, witnesses=others)

    for short in (others[:1], [seat.enrolment, others[0]], []):
        told = Told(MinutesKind.WARNING, "Trao đổi bài.", is_signed=False, witnesses=short)
        with pytest.raises(WrongSeat):
            voiding.write(seat, proctors[0], told, at=noon)
    made = voiding.write(seat, proctors[0], unsigned, at=noon)

    assert made.witnesses == [one.id for one in others]


def test_taking_a_voiding_back_lets_the_attempt_count_again(room, proctors, noon):
    seat = seated(room)
    attempt = begin(seat, noon)
    save(ticket_of(attempt), [Answer(1, 1, "b")], at=noon + MINUTE)
    made = void(seat, proctors, noon + 2 * MINUTE)

    voiding.lift(made, proctors[1], reason="Nhầm người", at=noon + 9 * MINUTE)
    voiding.lift(made, proctors[1], reason="Nhầm người", at=noon + 9 * MINUTE)

    assert (seat.voided_at, attempt.annulled_at, standings()) == (None, None, 2)
    assert faults(room) == []
    acts = [row.action for row in db.session.query(AuditEntry)]
    assert acts.count("seat.restored") == 1


def test_a_voiding_after_the_results_computes_them_again(room, proctors, noon):
    seat = seated(room)
    attempting.submit(begin(seat, noon), seat.enrolment.account, at=noon + MINUTE)
    round_, closed = room.sitting.round, noon + timedelta(hours=3)
    publishing.compute(round_, proctors[0], reason="Lần 1", at=closed)

    void(seat, proctors, closed)

    assert db.session.query(Standing).filter_by(run_id=round_.current_run_id).count() == 0
    assert faults(room) == []
