"""The pages of supervision: a room while people write, one seat, minutes, and who may see them."""

from datetime import timedelta

import pytest

from accounts import authenticating
from accounts.models import SignInSlip
from accounts.rules.authorizing import Role, ScopeKind
from contest import attempting, interrupting, watching
from contest.attempting import Client
from contest.interrupting import Scope
from contest.models import Minutes, Seat
from contest.saving import Answer, save, ticket_of
from core import clock
from core.db import atomic, db
from tests import factories

NAMES = ("Nguyễn Thị Hạnh", "Y Thiên Niê", "Trần Văn Long")


@pytest.fixture(autouse=True)
def nothing_noted():
    watching.forget()


@pytest.fixture
def room(app):
    now = clock.now()
    round_ = factories.round_(
        opens_at=now - timedelta(minutes=10), closes_at=now + timedelta(hours=2), minutes=60
    )
    made = factories.room(round_.sittings[0])
    for number, name in enumerate(NAMES, start=1):
        seated(made, name, f"{number:02}")
    return made


def seated(room, name, place):
    person = factories.account(full_name=name)
    enrolment = factories.enrolment(room.sitting.round.contest, person)
    return factories.seat(room.sitting, enrolment, room=room, place=place)


def seats(room):
    return db.session.query(Seat).filter_by(room_id=room.id).order_by(Seat.place).all()


def begin(seat, minutes_ago=5):
    at = clock.now() - timedelta(minutes=minutes_ago)
    person = seat.enrolment
    return attempting.start(seat.sitting.round, person, person.account, client=Client("máy"), at=at)


def proctor(app, room, name="Võ Minh Tâm", role=Role.PROCTOR):
    person = factories.account(full_name=name)
    factories.grant(person, role, ScopeKind.CONTEST, room.sitting.round.contest_id)
    return browser(app, person, is_staff=True)


def browser(app, person, *, is_staff):
    client = app.test_client()
    token = authenticating.open_session(
        person, is_staff=is_staff, device="phép thử", at=clock.now()
    )
    client.set_cookie("sid", token)
    return client


def at(room, rest=""):
    return f"/coi-thi/phong/{room.public_id}{rest}"


def of(room, number, rest=""):
    return at(room, f"/cho/{seats(room)[number].enrolment.public_id}{rest}")


def test_the_list_shows_the_rooms_of_the_day_that_one_watches(app, room):
    elsewhere = factories.room(factories.round_().sittings[0], title="Phòng máy 9")
    with atomic():
        elsewhere.sitting.round.title = "Vòng khác"

    page = proctor(app, room).get("/coi-thi/").text

    assert "Phòng máy 1" in page
    assert "Phòng máy 9" not in page


def test_a_room_says_who_is_where_and_never_an_answer(app, room):
    attempt = begin(seats(room)[0])
    save(ticket_of(attempt), [Answer(1, 1, "b"), Answer(2, 1, "")], at=clock.now())
    watching.note(attempt.id, here=2, left=3, address="10.0.0.7", at=clock.now())

    told = proctor(app, room).get(at(room, "/bang")).json["seats"]

    first, second, _third = (told[one.enrolment.public_id] for one in seats(room))
    assert (first["state"], first["here"], first["answered"]) == ("đang làm", "2", "1/3")
    assert first["flags"] == "rời trang: 3"
    assert (second["state"], second["answered"]) == ("chưa vào", "–")
    assert {"name", "ends", "left"} <= set(first)
    assert "answer" not in first


def test_names_are_whole_to_proctors_and_masked_to_those_who_only_manage(app, room):
    begin(seats(room)[0])
    chief = proctor(app, room, "Lê Thị Mai", Role.ORGANIZER)
    addresses = [at(room), at(room, "/bang"), of(room, 0), of(room, 1)]

    whole = [proctor(app, room).get(one).text for one in addresses]
    masked = [chief.get(one).text for one in addresses]

    assert all("Nguyễn Thị Hạnh" in page for page in whole)
    assert all("Nguyễn Thị Hạnh" not in page for page in masked)
    assert "Nguyễn Thị H***" in masked[0]


def test_an_attempt_without_a_word_for_half_a_minute_has_lost_contact(app, room):
    begin(seats(room)[0])

    told = proctor(app, room).get(at(room, "/bang")).json

    assert told["seats"][seats(room)[0].enrolment.public_id]["state"] == "mất liên lạc"
    assert told["counts"]["lost"] == "1"


def test_two_places_behind_one_address_are_marked(app, room):
    now = clock.now()
    for seat in seats(room)[:2]:
        watching.note(begin(seat).id, here=1, left=0, address="10.0.0.7", at=now)

    page = proctor(app, room).get(at(room)).text

    assert page.count("trùng địa chỉ với chỗ khác") == 2
    assert "10.0.0.7" not in page


def test_the_same_state_is_answered_with_304(app, room):
    watcher = proctor(app, room)
    tag = watcher.get(at(room, "/bang")).headers["ETag"]

    same = watcher.get(at(room, "/bang"), headers={"If-None-Match": tag})
    begin(seats(room)[0])
    other = watcher.get(at(room, "/bang"), headers={"If-None-Match": tag})

    assert (same.status_code, same.data, other.status_code) == (304, b"", 200)


def test_pages_send_as_many_statements_however_many_sit_there(app, room, queries):
    watcher, now = proctor(app, room), clock.now()
    addresses = ["/coi-thi/", at(room), at(room, "/bang"), of(room, 0)]
    watching.note(begin(seats(room)[0]).id, here=1, left=0, address="a", at=now)
    few = counted(watcher, addresses, queries)

    for number in range(10, 16):
        attempt = begin(seated(room, f"Thí sinh {number}", str(number)))
        save(ticket_of(attempt), [Answer(1, 1, "b")], at=now)
        watching.note(attempt.id, here=1, left=0, address="b", at=now)

    assert counted(watcher, addresses, queries) == few


def counted(client, addresses, queries):
    found = []
    for address in addresses:
        client.get(address)
        queries.clear()
        assert client.get(address).status_code == 200
        found.append(len(queries))
    return found


def test_the_clock_of_a_room_is_stopped_and_goes_on(app, room):
    watcher = proctor(app, room)
    attempt = begin(seats(room)[0])

    unsaid = watcher.post(at(room, "/tam-dung"), data={"reason": ""})
    watcher.post(at(room, "/tam-dung"), data={"reason": "Mất điện"})
    standing = watcher.get(at(room)).text
    db.session.rollback()
    stopped = interrupting.open_incident(Scope(room.sitting, room=room)) is not None
    watcher.post(at(room, "/tiep-tuc"))
    db.session.rollback()

    assert unsaid.status_code == 422
    assert stopped
    assert "Mất điện" in standing
    assert interrupting.open_incident(Scope(room.sitting, room=room)) is None
    assert db.session.get(type(attempt), attempt.id).halted_until is None


def test_time_is_given_back_to_one_seat(app, room):
    watcher = proctor(app, room)
    attempt = begin(seats(room)[0])
    before = attempt.accepts_until

    watcher.post(
        of(room, 0, "/them-gio"), data={"time-minutes": "5", "time-reason": "Đổi bàn phím"}
    )
    page = watcher.get(of(room, 0)).text
    db.session.rollback()

    assert db.session.get(type(attempt), attempt.id).accepts_until - before == timedelta(minutes=5)
    assert "Đổi bàn phím" in page


def test_the_code_for_another_machine_is_shown_once_and_signs_in(app, room):
    watcher = proctor(app, room)
    begin(seats(room)[0])

    page = watcher.post(of(room, 0, "/chuyen-may"), data={"move-reason": "Máy hỏng"}).text
    code = page.partition('lead code">')[2].partition("<")[0]
    other = app.test_client()
    entered = other.post("/phieu", data={"code": code, "next": "/thi/"})
    db.session.rollback()

    assert code
    assert entered.status_code == 303
    assert "Nguyễn Thị Hạnh" in other.get("/thi/").text
    assert code not in watcher.get(of(room, 0)).text
    assert code not in db.session.query(SignInSlip.digest).one()[0]


def test_who_comes_late_is_let_in(app, room):
    with atomic():
        room.sitting.late_minutes = 1
    watcher = proctor(app, room)

    watcher.post(of(room, 2, "/cho-vao"), data={"late-reason": "Ngập đường"})
    db.session.rollback()

    assert begin(seats(room)[2], minutes_ago=0).started_at


MINUTES = {
    "minutes-kind": "void",
    "minutes-happened": "Mở điện thoại tra cứu.",
    "minutes-signed": "no",
}


def test_minutes_take_two_people_and_two_witnesses_and_are_printed(app, room):
    begin(seats(room)[0])
    first, second = proctor(app, room), proctor(app, room, "Phạm Đức Hùng")
    chosen = [seats(room)[n].enrolment.public_id for n in (1, 2)]
    names = {"minutes-first": chosen[0], "minutes-second": chosen[1]}

    made = first.post(of(room, 0, "/bien-ban"), data=MINUTES | names).location
    own = first.post(f"{made}/dong-y", data={"reason": "Đúng"})
    before = seats(room)[0].voided_at
    second.post(f"{made}/dong-y", data={"reason": "Tôi chứng kiến"})
    db.session.rollback()
    paper = second.get(f"{made}/in").text

    assert (own.status_code, before) == (409, None)
    assert seats(room)[0].voided_at is not None
    assert all(name in paper for name in (*NAMES, "Võ Minh Tâm", "Phạm Đức Hùng"))
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in paper
    assert "Mở điện thoại tra cứu." in paper


def test_minutes_without_what_happened_are_not_written(app, room):
    answer = proctor(app, room).post(
        of(room, 0, "/bien-ban"), data=MINUTES | {"minutes-happened": ""}
    )

    assert answer.status_code == 422
    assert db.session.query(Minutes).count() == 0


def test_a_voiding_is_taken_back_by_who_manages_the_round_alone(app, room):
    begin(seats(room)[0])
    first, second = proctor(app, room), proctor(app, room, "Phạm Đức Hùng")
    chief = proctor(app, room, "Lê Thị Mai", Role.ORGANIZER)
    signed = MINUTES | {"minutes-signed": "yes"}
    made = first.post(of(room, 0, "/bien-ban"), data=signed).location
    second.post(f"{made}/dong-y", data={"reason": "Đúng"})

    refused = second.post(f"{made}/khoi-phuc", data={"reason": "Nhầm"})
    lifted = chief.post(f"{made}/khoi-phuc", data={"reason": "Nhầm người"})
    db.session.rollback()

    assert (refused.status_code, lifted.status_code) == (403, 303)
    assert seats(room)[0].voided_at is None


def test_the_page_before_the_start_says_what_is_seen_only_where_it_is(app, room):
    with atomic():
        alone = seats(room)[2]
        alone.room_id = None
    round_ = f"/thi/vong/{room.sitting.round.public_id}"
    people = [seats(room)[0].enrolment.account, alone.enrolment.account]

    watched, unwatched = (browser(app, one, is_staff=False).get(round_).text for one in people)

    assert "Ca thi này có giám thị" in watched
    assert "30 ngày" in watched
    assert "Ca thi này có giám thị" not in unwatched
