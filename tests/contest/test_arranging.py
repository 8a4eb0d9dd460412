"""Sittings and rooms of a round, and the second person where somebody would lose time."""

from dataclasses import replace
from datetime import timedelta

import pytest

from contest import arranging, attempting, proposing, scheduling
from contest.attempting import Client
from contest.errors import CannotStart, NameTaken, NeedsSecond, OnlySecond, SittingTaken, WrongHour
from contest.models import Sitting
from contest.rules.arranging import RoomSettings, SittingSettings
from contest.rules.timing import Clock
from core.db import atomic, db
from tests import factories

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
CLIENT = Client(session="phiên")


@pytest.fixture
def organizer(app):
    return factories.account(full_name="Lê Thị Mai")


@pytest.fixture
def second(app):
    return factories.account(full_name="Võ Minh Tâm")


@pytest.fixture
def round_(app, noon):
    return factories.round_(opens_at=noon, closes_at=noon + 6 * HOUR, minutes=30)


def second_sitting(round_):
    return SittingSettings("Ca 2", round_.opens_at + 3 * HOUR, round_.opens_at + 4 * HOUR)


def begun(round_, at):
    person = factories.enrolment(round_.contest)
    return attempting.start(round_, person, person.account, client=CLIENT, at=at)


def test_added_sitting_makes_a_seat_needed_to_start(round_, organizer, noon):
    arranging.add_sitting(round_, second_sitting(round_), organizer)

    with pytest.raises(CannotStart, match="no place in a sitting"):
        begun(round_, noon + MINUTE)


def test_seat_says_which_sitting_somebody_starts_in(round_, organizer, noon):
    later = arranging.add_sitting(round_, second_sitting(round_), organizer)
    person = factories.enrolment(round_.contest)
    factories.seat(later, person)

    with pytest.raises(CannotStart) as early:
        attempting.start(round_, person, person.account, client=CLIENT, at=noon + MINUTE)
    attempt = attempting.start(
        round_, person, person.account, client=CLIENT, at=noon + 3 * HOUR + 40 * MINUTE
    )

    assert early.value.message
    assert (attempt.seat.sitting_id, attempt.accepts_until) == (later.id, noon + 4 * HOUR)


def test_seatless_start_in_the_only_sitting_makes_the_seat(round_, noon):
    attempt = begun(round_, noon + MINUTE)

    assert attempt.seat.sitting_id == round_.sittings[0].id


def test_start_takes_no_more_statements_with_many_sittings_seats_and_incidents(
    round_, organizer, noon, queries
):
    def cost(sitting):
        person = factories.enrolment(round_.contest)
        factories.seat(sitting, person)
        account = person.account
        db.session.rollback()
        queries.clear()
        attempting.start(round_, person, account, client=CLIENT, at=noon + MINUTE)
        return len(queries)

    for _ in range(20):  # until every question of the bank has been drawn once and is known
        cost(round_.sittings[0])
    few = cost(round_.sittings[0])
    for number in range(8):
        other = factories.sitting(round_, title=f"Ca {number + 2}")
        factories.room(other)
        factories.incident(other, begins_at=noon, ends_at=noon)
        factories.incident(round_.sittings[0], begins_at=noon, ends_at=noon)
        factories.seat(other, factories.enrolment(round_.contest))

    assert cost(round_.sittings[0]) == few


@pytest.mark.parametrize(
    ("opens", "closes"), [(-1, 2), (1, 7), (2, 2), (3, 1)], ids=["early", "late", "empty", "turned"]
)
def test_sitting_that_does_not_lie_within_the_round_is_refused(round_, organizer, opens, closes):
    hours = round_.opens_at + opens * HOUR, round_.opens_at + closes * HOUR

    with pytest.raises(WrongHour):
        arranging.add_sitting(round_, SittingSettings("Ca 2", *hours), organizer)


def test_longer_sitting_gives_time_to_those_who_write_at_once(round_, organizer, noon):
    sitting = round_.sittings[0]
    with atomic():
        sitting.closes_at = noon + 20 * MINUTE
    attempt = begun(round_, noon + MINUTE)
    longer = replace(arranging.settings_of(sitting), closes_at=noon + 28 * MINUTE)

    moved = arranging.edit_sitting(sitting, longer, organizer, at=noon + 2 * MINUTE)

    assert (moved, attempt.accepts_until) == (1, noon + 28 * MINUTE)


@pytest.mark.parametrize(
    "change",
    [
        {"closes_at": 10 * MINUTE},
        {"clock": Clock.FIXED},
        {"opens_at": MINUTE},
    ],
    ids=["closes earlier", "another clock", "opens at another hour"],
)
def test_shorter_sitting_needs_a_second_person_while_somebody_writes(
    round_, organizer, noon, change
):
    sitting = round_.sittings[0]
    begun(round_, noon + MINUTE)
    moved = {
        name: value if isinstance(value, Clock) else noon + value for name, value in change.items()
    }
    settings = replace(arranging.settings_of(sitting), **moved)

    with pytest.raises(NeedsSecond):
        arranging.edit_sitting(sitting, settings, organizer, at=noon + 2 * MINUTE)

    assert arranging.settings_of(db.session.get(Sitting, sitting.id)) != settings


def test_sitting_where_nobody_writes_is_moved_by_one_person(round_, organizer, noon):
    sitting = round_.sittings[0]
    shorter = replace(arranging.settings_of(sitting), closes_at=noon + HOUR)

    arranging.edit_sitting(sitting, shorter, organizer, at=noon + MINUTE)

    assert sitting.closes_at == noon + HOUR


def test_two_people_may_shorten_what_people_write(round_, organizer, second, noon):
    sitting, attempt = round_.sittings[0], begun(round_, noon + MINUTE)
    shorter = replace(arranging.settings_of(sitting), closes_at=noon + 10 * MINUTE)
    details = {"sitting": sitting.public_id, "settings": arranging.written(shorter)}
    proposal = proposing.propose(
        round_, proposing.MOVE_SITTING, details, organizer, reason="Lộ đề", at=noon + 2 * MINUTE
    )

    with pytest.raises(OnlySecond):
        proposing.confirm(proposal, organizer, at=noon + 3 * MINUTE)
    moved = proposing.confirm(proposal, second, at=noon + 3 * MINUTE)
    again = proposing.confirm(proposal, second, at=noon + 4 * MINUTE)

    assert (moved, again, attempt.accepts_until) == (1, 0, noon + 10 * MINUTE)
    assert (proposal.decided_by, proposal.is_accepted) == (second.id, True)


def test_closing_early_while_people_write_waits_for_the_second_person(
    round_, organizer, second, noon
):
    attempt = begun(round_, noon + MINUTE)

    with pytest.raises(NeedsSecond):
        scheduling.close_early(round_, organizer, reason="Lộ đề", at=noon + 2 * MINUTE)
    proposal = proposing.propose(
        round_, proposing.CLOSE_EARLY, {}, organizer, reason="Lộ đề", at=noon + 2 * MINUTE
    )
    before = attempt.accepts_until
    proposing.confirm(proposal, second, at=noon + 5 * MINUTE)

    assert before == noon + 31 * MINUTE
    assert attempt.accepts_until == round_.stopped_at == noon + 5 * MINUTE


def test_closing_early_ends_also_those_whose_clock_had_stood(round_, organizer, second, noon):
    attempt = begun(round_, noon + MINUTE)
    factories.incident(round_.sittings[0], begins_at=noon + 2 * MINUTE, ends_at=noon + 9 * MINUTE)

    scheduling.close_early(round_, organizer, reason="Lộ đề", at=noon + 12 * MINUTE, second=second)

    assert attempt.accepts_until == noon + 12 * MINUTE


def test_change_that_was_turned_down_is_not_made(round_, organizer, second, noon):
    attempt = begun(round_, noon + MINUTE)
    proposal = proposing.propose(
        round_, proposing.CLOSE_EARLY, {}, organizer, reason="Lộ đề", at=noon + 2 * MINUTE
    )

    proposing.turn_down(proposal, second, at=noon + 3 * MINUTE)
    done = proposing.confirm(proposal, second, at=noon + 4 * MINUTE)

    assert (done, attempt.accepts_until) == (0, noon + 31 * MINUTE)
    assert list(proposing.waiting_in(round_)) == []


def test_asking_twice_for_one_change_is_one_proposal(round_, organizer, noon):
    asked = [
        proposing.propose(round_, proposing.CLOSE_EARLY, {}, organizer, reason="?", at=noon)
        for _ in range(2)
    ]

    assert asked[0].id == asked[1].id


def test_extending_moves_the_last_sitting_and_not_those_before_it(round_, organizer, noon):
    with atomic():
        round_.sittings[0].closes_at = noon + HOUR
    last = arranging.add_sitting(
        round_, SittingSettings("Ca 2", noon + 5 * HOUR, noon + 6 * HOUR), organizer
    )
    db.session.expire_all()

    scheduling.extend(round_, noon + 7 * HOUR, organizer, reason="Xin thêm")

    ends = [one.closes_at for one in round_.sittings]
    assert (ends, last.closes_at) == ([noon + HOUR, noon + 7 * HOUR], noon + 7 * HOUR)


def test_sitting_with_people_stays_and_an_empty_one_goes(round_, organizer):
    other = arranging.add_sitting(round_, second_sitting(round_), organizer)
    seated = factories.seat(other, factories.enrolment(round_.contest))

    with pytest.raises(SittingTaken):
        arranging.remove_sitting(other, organizer)
    with atomic():
        db.session.delete(seated)
    arranging.add_room(other, RoomSettings("Phòng 1"), organizer)
    db.session.expire_all()
    arranging.remove_sitting(other, organizer)

    assert [one.title for one in db.session.query(Sitting)] == [""]


def test_last_sitting_stays(round_, organizer):
    with pytest.raises(SittingTaken):
        arranging.remove_sitting(round_.sittings[0], organizer)


def test_second_room_of_one_name_is_refused(round_, organizer):
    sitting = round_.sittings[0]
    arranging.add_room(sitting, RoomSettings("Phòng 1"), organizer)
    other = arranging.add_room(sitting, RoomSettings("Phòng 2"), organizer)

    with pytest.raises(NameTaken):
        arranging.add_room(sitting, RoomSettings("Phòng 1"), organizer)
    with pytest.raises(NameTaken):
        arranging.edit_room(other, RoomSettings("Phòng 1"), organizer)


def test_room_in_which_somebody_began_stays(round_, organizer, noon):
    room = arranging.add_room(round_.sittings[0], RoomSettings("Phòng 1"), organizer)
    person = factories.enrolment(round_.contest)
    factories.seat(round_.sittings[0], person, room_id=room.id)
    attempting.start(round_, person, person.account, client=CLIENT, at=noon + MINUTE)

    with pytest.raises(SittingTaken):
        arranging.remove_room(room, organizer)


def test_people_of_a_room_that_is_taken_away_keep_their_sitting(round_, organizer):
    room = arranging.add_room(round_.sittings[0], RoomSettings("Phòng 1"), organizer)
    seat = factories.seat(
        round_.sittings[0], factories.enrolment(round_.contest), room_id=room.id, place="01"
    )

    emptied = arranging.remove_room(room, organizer)

    db.session.expire_all()
    assert (emptied, seat.room_id, seat.place) == (1, None, "")
