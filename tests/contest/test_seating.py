"""Who sits where: rooms filled in order, lists read against the round, one person by hand."""

from datetime import timedelta

import pytest

from contest import attempting, organizing, seating, timetabling
from contest.attempting import Client
from contest.errors import RoundNotReady, WrongSeat
from contest.models import RoundState, Seat
from contest.rules.timetable import Fault
from contest.rules.timing import Clock
from core.db import atomic, db
from questions.models import Item, ItemState
from tests import factories

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
NAMES = ("Y Bhăm Niê", "Lê Xuân Cường", "Đặng Thị Lan", "H’Nga Mlô", "Trần Văn An")


@pytest.fixture
def organizer(app):
    return factories.account(full_name="Lê Thị Mai")


@pytest.fixture
def exam(app, noon):
    """A round of two sittings, the first with two rooms of two, and five people of it."""
    made = Exam()
    made.round = factories.round_(
        opens_at=noon,
        closes_at=noon + 6 * HOUR,
        minutes=30,
        participant_results_at=None,
        public_results_at=None,
    )
    made.first = made.round.sittings[0]
    with atomic():
        made.first.title, made.first.closes_at = "Ca 1", noon + HOUR
        made.first.clock = Clock.FIXED
    made.second = factories.sitting(
        made.round, opens_at=noon + 2 * HOUR, closes_at=noon + 3 * HOUR, clock=Clock.FIXED
    )
    made.rooms = [factories.room(made.first, title=f"Phòng {n}", capacity=2) for n in (1, 2)]
    made.people = [
        factories.enrolment(
            made.round.contest,
            factories.account(full_name=name, sort_key=name.split()[-1].lower()),
            number=101 + at,
        )
        for at, name in enumerate(NAMES)
    ]
    db.session.expire_all()
    return made


class Exam:
    """A round with its sittings, rooms and people."""

    def where(self):
        """Return (sitting, room, place) by number."""
        db.session.rollback()
        rows = db.session.query(Seat).all()
        return {
            row.enrolment.number: (
                row.sitting.title,
                row.room.title if row.room else None,
                row.place,
            )
            for row in rows
        }


def test_rooms_are_filled_by_number_one_after_the_other(exam, organizer):
    filled = seating.fill(exam.round, exam.rooms, organizer, by_name=False)

    assert (filled.seated, filled.left_over) == (4, 1)
    assert exam.where() == {
        101: ("Ca 1", "Phòng 1", "01"),
        102: ("Ca 1", "Phòng 1", "02"),
        103: ("Ca 1", "Phòng 2", "01"),
        104: ("Ca 1", "Phòng 2", "02"),
    }


def test_rooms_are_filled_by_name_as_vietnamese_sorts_it(exam, organizer):
    seating.fill(exam.round, exam.rooms, organizer, by_name=True)

    where = exam.where()
    assert sorted(where, key=lambda number: where[number][1:]) == [105, 102, 103, 104]


def test_filling_again_leaves_everybody_and_adds_those_who_came(exam, organizer):
    seating.fill(exam.round, exam.rooms, organizer, by_name=False)
    before = exam.where()
    extra = factories.room(exam.second, title="Phòng 1", capacity=None)
    db.session.expire_all()

    filled = seating.fill(exam.round, [*exam.rooms, extra], organizer, by_name=False)

    assert (filled.seated, filled.left_over) == (1, 0)
    assert exam.where() == before | {105: ("Ca 2", "Phòng 1", "01")}


def test_whoever_was_put_into_a_sitting_gets_a_room_of_it(exam, organizer):
    factories.seat(exam.first, exam.people[4])

    seating.fill(exam.round, exam.rooms, organizer, by_name=False)

    assert exam.where()[105] == ("Ca 1", "Phòng 1", "01")
    assert 104 not in exam.where()


def test_disqualified_and_test_people_are_not_seated(exam, organizer, noon):
    with atomic():
        db.session.get(type(exam.people[0]), exam.people[0].id).disqualified_at = noon
        db.session.get(type(exam.people[1]), exam.people[1].id).is_test = True

    filled = seating.fill(exam.round, exam.rooms, organizer, by_name=False)

    assert (filled.seated, sorted(exam.where())) == (3, [103, 104, 105])


def test_list_with_a_heading_in_any_order_seats_people(exam, organizer, noon):
    text = "Phòng thi\tSBD\tCa thi\tMáy\tChỗ ngồi\nphong 2\t101\tca 1\tM7\t09\n\t105\tCa 2\t\t\n"

    reading = seating.look_over(exam.round, text, at=noon)
    count = seating.seat_listed(exam.round, reading.listed, organizer)

    assert (reading.faults, count) == ((), 2)
    assert exam.where() == {101: ("Ca 1", "Phòng 2", "09"), 105: ("Ca 2", None, "")}


def test_list_names_every_line_that_is_wrong_and_writes_nothing(exam, organizer, noon):
    text = (
        "101;Ca 1;Phòng 1;01\n"
        "999;Ca 1;Phòng 1;02\n"
        "102;Ca 9;Phòng 1;02\n"
        "103;Ca 1;Phòng 7;02\n"
        "104;Ca 1;Phòng 1;01\n"
        "101;Ca 1;Phòng 2;01\n"
        "105;Ca 1;;\n"
    )

    reading = seating.look_over(exam.round, text, at=noon)

    assert [told.row for told in reading.faults] == [2, 3, 4, 5, 6, 7]
    assert exam.where() == {}


def test_list_that_fills_a_room_beyond_its_places_is_told_so(exam, noon):
    text = "\n".join(f"{number};Ca 1;Phòng 1;0{at}" for at, number in enumerate((101, 102, 103)))

    reading = seating.look_over(exam.round, text, at=noon)

    assert [told.row for told in reading.faults] == [3]


@pytest.mark.parametrize(
    ("place", "machine", "message"),
    [("01", "", "Place"), ("", "M1", "Machine")],
)
def test_taken_place_or_machine_is_refused(exam, organizer, place, machine, message):
    room = exam.rooms[0]
    seating.seat(exam.people[0], exam.first, room, organizer, place="01", machine="M1")

    with pytest.raises(WrongSeat, match=message):
        seating.seat(exam.people[1], exam.first, room, organizer, place=place, machine=machine)


def test_full_room_takes_nobody_more(exam, organizer):
    for person in exam.people[:2]:
        seating.seat(person, exam.first, exam.rooms[0], organizer)

    with pytest.raises(WrongSeat, match="full"):
        seating.seat(exam.people[2], exam.first, exam.rooms[0], organizer)


def test_somebody_who_has_begun_changes_rooms_but_not_sittings(exam, organizer, noon):
    person = exam.people[0]
    seating.seat(person, exam.first, exam.rooms[0], organizer, place="01")
    client = Client(session="phiên")
    attempting.start(exam.round, person, person.account, client=client, at=noon + MINUTE)

    seating.seat(person, exam.first, exam.rooms[1], organizer, place="02")
    with pytest.raises(WrongSeat, match="begun"):
        seating.seat(person, exam.second, None, organizer)
    with pytest.raises(WrongSeat, match="begun"):
        seating.unseat(exam.round, person, organizer)

    assert seating.empty(exam.round, organizer) == 0
    assert exam.where() == {101: ("Ca 1", "Phòng 2", "02")}


def test_emptying_takes_the_seats_of_all_who_have_not_begun(exam, organizer):
    seating.fill(exam.round, exam.rooms, organizer, by_name=False)

    assert (seating.empty(exam.round, organizer), exam.where()) == (4, {})


# --- The timetable of what is there ------------------------------------------------------------


def faults(round_, noon):
    found = timetabling.inspect(round_, at=noon - HOUR)
    return {(one.fault, one.line) for one in found}


def test_timetable_names_who_has_no_place(exam, organizer, noon):
    seating.fill(exam.round, exam.rooms, organizer, by_name=False)

    assert faults(exam.round, noon) == {(Fault.NO_SEAT, 105)}


def test_round_that_is_set_impossibly_is_not_made_ready(exam, organizer, noon):
    seating.fill(exam.round, exam.rooms, organizer, by_name=False)
    with atomic():
        exam.first.closes_at = noon + 20 * MINUTE
        exam.round.state = RoundState.DRAFT

    with pytest.raises(RoundNotReady, match="cut off"):
        organizing.make_ready(exam.round, organizer, at=noon - HOUR)

    assert exam.round.state is RoundState.DRAFT


def test_round_with_a_question_that_cannot_be_marked_is_not_made_ready(exam, organizer, noon):
    seating.fill(exam.round, exam.rooms, organizer, by_name=False)
    item = factories.item(exam.round.blueprint.bank, number=77, key="z")
    with atomic():
        exam.round.state = RoundState.DRAFT

    with pytest.raises(RoundNotReady, match=r"key is missing") as refused:
        organizing.make_ready(exam.round, organizer, at=noon - HOUR)

    assert refused.value.details["code"] == item.code


def test_round_whose_bank_is_empty_says_so_before_it_opens(exam, organizer, noon):
    seating.fill(exam.round, exam.rooms, organizer, by_name=False)
    with atomic():
        for item in db.session.query(Item):
            item.state = ItemState.RETIRED

    assert (Fault.EMPTY_POOL, None) in faults(exam.round, noon)


def test_excluded_person_in_the_roster_is_named(exam, organizer, noon):
    factories.grant(exam.people[1].account)
    seating.fill(exam.round, exam.rooms, organizer, by_name=False)

    assert (Fault.EXCLUDED_PERSON, 102) in faults(exam.round, noon)


def test_person_who_sits_in_another_round_at_that_hour_is_named(exam, organizer, noon):
    seating.fill(exam.round, exam.rooms, organizer, by_name=False)
    other = factories.round_(contest=exam.round.contest, number=2, opens_at=noon)
    sitting = other.sittings[0]
    with atomic():
        sitting.clock, sitting.closes_at = Clock.FIXED, noon + HOUR
    factories.seat(sitting, exam.people[2])

    assert (Fault.SITS_ELSEWHERE, 103) in faults(exam.round, noon)


def test_names_in_the_timetable_are_masked_unless_asked_for_in_full(exam):
    plans = [timetabling.plan_of(exam.round, in_full=full) for full in (False, True)]

    assert [plan.lines[0].name for plan in plans] == ["Y Bhăm N***", "Y Bhăm Niê"]


def test_public_round_lists_only_those_with_an_allowance(app, noon):
    round_ = factories.round_(opens_at=noon)
    factories.enrolment(round_.contest)
    special = factories.enrolment(round_.contest, extra_percent=50)

    plan = timetabling.plan_of(round_)

    assert [line.number for line in plan.lines] == [special.number]
    assert plan.lines[0].sitting == round_.sittings[0].id


def test_timetable_takes_no_more_statements_with_more_people(exam, organizer, queries):
    seating.fill(exam.round, exam.rooms, organizer, by_name=False)

    def cost():
        db.session.rollback()
        queries.clear()
        timetabling.plan_of(exam.round, with_paper=True)
        return len(queries)

    few = cost()
    for _ in range(12):
        factories.seat(exam.second, factories.enrolment(exam.round.contest))

    assert cost() == few
