"""Pauses and credits: of a sitting, a room and a seat, and what running attempts make of them."""

from datetime import timedelta

import pytest

from accounts.models import AuditEntry
from contest import attempting, interrupting, scheduling, showing, sitting_queries
from contest.attempting import Client
from contest.errors import CannotStart, WrongHour
from contest.interrupting import Scope
from contest.models import Incident, RoundState
from contest.rules import timing
from contest.rules.timing import LONGEST_PAUSE, Clock
from core.db import atomic, db
from tests import factories

MINUTE = timedelta(minutes=1)
CLIENT = Client(session="phiên")


@pytest.fixture
def organizer(app):
    return factories.account(full_name="Lê Thị Mai")


@pytest.fixture
def exam(app, noon):
    """A round on one clock in two rooms; somebody writes in each, since a minute."""
    made = Exam()
    made.round = factories.round_(opens_at=noon, closes_at=noon + 30 * MINUTE, minutes=20)
    made.sitting = made.round.sittings[0]
    with atomic():
        made.sitting.clock = Clock.FIXED
    made.rooms = [factories.room(made.sitting, title=f"Phòng {n}") for n in (1, 2)]
    made.seats, made.attempts = [], []
    for room in made.rooms:
        person = factories.enrolment(made.round.contest)
        made.seats.append(factories.seat(made.sitting, person, room_id=room.id, place="01"))
        made.attempts.append(
            attempting.start(made.round, person, person.account, client=CLIENT, at=noon + MINUTE)
        )
    return made


class Exam:
    """A round with its sitting, rooms, seats and running attempts."""

    def ends(self):
        db.session.expire_all()
        return [one.accepts_until for one in self.attempts]


def agrees(attempt):
    """Say whether what is kept is what the rule says."""
    window = attempt.seat.sitting.window(sitting_queries.incidents_at(attempt.seat_id))
    said = timing.accepts_until(
        attempt.round.window, window, attempt.enrolment.allowance, attempt.times
    )
    return said == attempt.accepts_until


def test_pause_of_a_sitting_gives_everybody_exactly_the_time_it_took(exam, organizer, noon):
    pause = interrupting.pause(
        Scope(exam.sitting), organizer, reason="Mất điện", at=noon + 5 * MINUTE
    )

    moved = interrupting.resume(pause, organizer, at=noon + 12 * MINUTE)

    assert moved == 2
    assert exam.ends() == [noon + 27 * MINUTE] * 2
    assert [agrees(one) for one in exam.attempts] == [True, True]


def test_pause_of_a_room_leaves_the_other_room_alone(exam, organizer, noon):
    scope = Scope(exam.sitting, room=exam.rooms[0])
    pause = interrupting.pause(scope, organizer, reason="Hỏng bộ chia mạng", at=noon + 5 * MINUTE)

    interrupting.resume(pause, organizer, at=noon + 9 * MINUTE)

    assert exam.ends() == [noon + 24 * MINUTE, noon + 20 * MINUTE]


def test_pause_of_one_seat_leaves_the_others_alone(exam, organizer, noon):
    scope = Scope(exam.sitting, seat=exam.seats[1])
    pause = interrupting.pause(scope, organizer, reason="Đổi máy", at=noon + 5 * MINUTE)

    interrupting.resume(pause, organizer, at=noon + 8 * MINUTE)

    assert exam.ends() == [noon + 20 * MINUTE, noon + 23 * MINUTE]


def test_pauses_of_seat_room_and_sitting_that_overlap_count_each_minute_once(exam, organizer, noon):
    scopes = [
        Scope(exam.sitting, seat=exam.seats[0]),
        Scope(exam.sitting, room=exam.rooms[0]),
        Scope(exam.sitting),
    ]
    pauses = [
        interrupting.pause(scope, organizer, reason="Sự cố", at=noon + (5 + n) * MINUTE)
        for n, scope in enumerate(scopes)
    ]

    for n, pause in enumerate(pauses):
        interrupting.resume(pause, organizer, at=noon + (10 + n) * MINUTE)

    assert exam.ends() == [noon + 27 * MINUTE, noon + 25 * MINUTE]
    assert [agrees(one) for one in exam.attempts] == [True, True]


def test_while_a_pause_is_open_the_clock_stands_and_nobody_is_closed(exam, organizer, noon):
    interrupting.pause(Scope(exam.sitting), organizer, reason="Mất điện", at=noon + 5 * MINUTE)

    closed = attempting.expire_due(at=noon + 3 * 60 * MINUTE)
    db.session.expire_all()
    attempt = exam.attempts[0]

    now = noon + 2 * 60 * MINUTE
    assert closed == 0
    assert (attempt.is_halted(now), attempt.seconds_left(now)) == (True, 15 * 60)
    assert attempt.accepts_until == noon + 20 * MINUTE + LONGEST_PAUSE


def test_after_a_pause_the_clock_runs_again(exam, organizer, noon):
    pause = interrupting.pause(
        Scope(exam.sitting), organizer, reason="Mất điện", at=noon + 5 * MINUTE
    )
    interrupting.resume(pause, organizer, at=noon + 12 * MINUTE)
    db.session.expire_all()
    attempt, now = exam.attempts[0], noon + 13 * MINUTE

    assert (attempt.is_halted(now), attempt.seconds_left(now)) == (False, 14 * 60)


def test_page_of_an_attempt_shows_what_is_left_while_the_clock_stands(app, exam, organizer, noon):
    interrupting.pause(Scope(exam.sitting), organizer, reason="Mất điện", at=noon + 5 * MINUTE)
    db.session.expire_all()

    with app.test_request_context():
        paper = showing.paper(exam.attempts[0], session="phiên", current=1, at=noon + 40 * MINUTE)

    assert (paper.halted, paper.seconds_left) == (True, 15 * 60)


def test_pausing_twice_is_once_and_resuming_twice_is_once(exam, organizer, noon):
    scope = Scope(exam.sitting)
    one = interrupting.pause(scope, organizer, reason="Mất điện", at=noon + 5 * MINUTE)
    same = interrupting.pause(scope, organizer, reason="Mất điện", at=noon + 6 * MINUTE)

    first = interrupting.resume(one, organizer, at=noon + 9 * MINUTE)
    second = interrupting.resume(one, organizer, at=noon + 15 * MINUTE)

    assert (one.id, first, second) == (same.id, 2, 0)
    assert exam.ends() == [noon + 24 * MINUTE] * 2


def test_nobody_starts_while_the_clock_stands(exam, organizer, noon):
    person = factories.enrolment(exam.round.contest)
    pause = interrupting.pause(
        Scope(exam.sitting), organizer, reason="Mất điện", at=noon + 5 * MINUTE
    )

    with pytest.raises(CannotStart, match="interrupted"):
        attempting.start(exam.round, person, person.account, client=CLIENT, at=noon + 6 * MINUTE)
    interrupting.resume(pause, organizer, at=noon + 9 * MINUTE)
    begun = attempting.start(
        exam.round, person, person.account, client=CLIENT, at=noon + 9 * MINUTE
    )

    assert begun.accepts_until == noon + 24 * MINUTE


def test_time_given_back_comes_on_top_for_whoever_writes(exam, organizer, noon):
    scope = Scope(exam.sitting, room=exam.rooms[1])

    gained = interrupting.give_back(scope, 6, organizer, reason="Ồn", at=noon + 10 * MINUTE)

    assert (gained, exam.ends()) == (1, [noon + 20 * MINUTE, noon + 26 * MINUTE])
    assert agrees(exam.attempts[1])


def test_time_given_back_does_not_open_what_is_over(exam, organizer, noon):
    attempting.expire_due(at=noon + 21 * MINUTE)

    gained = interrupting.give_back(
        Scope(exam.sitting), 6, organizer, reason="Ồn", at=noon + 22 * MINUTE
    )

    assert (gained, exam.ends()) == (0, [noon + 20 * MINUTE] * 2)


@pytest.mark.parametrize("minutes", [0, 241])
def test_so_much_time_cannot_be_given_back(exam, organizer, noon, minutes):
    with pytest.raises(WrongHour):
        interrupting.give_back(
            Scope(exam.sitting), minutes, organizer, reason="Ồn", at=noon + MINUTE
        )


@pytest.mark.parametrize("state", [RoundState.DRAFT, RoundState.CLOSED, RoundState.FINAL])
def test_time_is_taken_out_only_of_a_round_that_runs(exam, organizer, noon, state):
    with atomic():
        exam.round.state = state

    with pytest.raises(WrongHour):
        interrupting.pause(Scope(exam.sitting), organizer, reason="?", at=noon + MINUTE)


def test_whoever_was_granted_more_than_the_rule_keeps_it_through_a_pause(exam, organizer, noon):
    with atomic():
        exam.attempts[0].accepts_until = noon + 25 * MINUTE
    pause = interrupting.pause(
        Scope(exam.sitting), organizer, reason="Mất điện", at=noon + 5 * MINUTE
    )

    interrupting.resume(pause, organizer, at=noon + 10 * MINUTE)

    assert exam.ends() == [noon + 30 * MINUTE, noon + 25 * MINUTE]


def test_extending_a_round_after_a_pause_keeps_the_pause(exam, organizer, noon):
    pause = interrupting.pause(
        Scope(exam.sitting), organizer, reason="Mất điện", at=noon + 5 * MINUTE
    )
    interrupting.resume(pause, organizer, at=noon + 10 * MINUTE)

    scheduling.extend(exam.round, noon + 60 * MINUTE, organizer, reason="Xin thêm")

    assert exam.ends() == [noon + 25 * MINUTE] * 2
    assert [agrees(one) for one in exam.attempts] == [True, True]


def test_time_taken_out_is_no_part_of_the_time_that_ranks(exam, organizer, noon):
    pause = interrupting.pause(
        Scope(exam.sitting), organizer, reason="Mất điện", at=noon + 5 * MINUTE
    )
    interrupting.resume(pause, organizer, at=noon + 9 * MINUTE)

    person = exam.attempts[0].enrolment.account
    handed_in = attempting.submit(exam.attempts[0], person, at=noon + 15 * MINUTE)

    assert handed_in.duration_ms == 10 * 60 * 1000


def test_incident_leaves_who_why_and_how_many_in_the_trail(exam, organizer, noon):
    pause = interrupting.pause(
        Scope(exam.sitting, room=exam.rooms[0]), organizer, reason="Mất điện", at=noon + MINUTE
    )
    interrupting.resume(pause, organizer, at=noon + 4 * MINUTE)

    told = db.session.query(AuditEntry).filter(AuditEntry.action.startswith("incident.")).all()

    assert [(one.action, one.actor_id, one.target) for one in told] == [
        ("incident.paused", organizer.id, f"room:{exam.rooms[0].public_id}"),
        ("incident.resumed", organizer.id, f"room:{exam.rooms[0].public_id}"),
    ]
    assert '"seconds": 180' in told[1].record or '"seconds":180' in told[1].record


def test_statements_of_a_pause_do_not_grow_with_people_or_incidents(exam, organizer, noon, queries):
    def cost():
        queries.clear()
        scope = Scope(exam.sitting)
        pause = interrupting.pause(scope, organizer, reason="Mất điện", at=noon + 2 * MINUTE)
        interrupting.resume(pause, organizer, at=noon + 3 * MINUTE)
        return len([one for one in queries if not one.lstrip().startswith("UPDATE")])

    cost()
    few = cost()
    for _ in range(6):
        person = factories.enrolment(exam.round.contest)
        factories.seat(exam.sitting, person, room_id=exam.rooms[0].id)
        attempting.start(exam.round, person, person.account, client=CLIENT, at=noon + 3 * MINUTE)
        cost()

    assert cost() == few
    assert db.session.query(Incident).count() == 9
