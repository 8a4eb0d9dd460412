"""The organiser's pages of sittings, seats, the timetable, interruptions and clocks."""

import io
from datetime import timedelta

import pytest

from accounts import authenticating
from accounts.rules.authorizing import Role, ScopeKind
from contest import attempting, interrupting, proposing, sitting_queries, timetabling
from contest.attempting import Client
from contest.interrupting import Scope
from contest.models import Room, Seat, Sitting
from contest.rules.timing import Clock
from core import clock, clock_watching, vietnam
from core.clock_rows import MachineClock
from core.db import atomic, db
from tests import factories

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def organizer(app):
    person = factories.account(full_name="Lê Thị Mai")
    factories.grant(person, Role.ORGANIZER)
    return person


@pytest.fixture
def page(client, organizer):
    return signed_in(client, organizer)


@pytest.fixture
def round_(app):
    return factories.round_(minutes=30, participant_results_at=None)


def signed_in(client, account):
    token = authenticating.open_session(account, is_staff=True, device="phép thử", at=clock.now())
    client.set_cookie("sid", token)
    return client


def again(row):
    db.session.rollback()
    return db.session.get(type(row), row.id)


def begun(round_, enrolment=None):
    person = enrolment or factories.enrolment(round_.contest)
    client = Client(session="phiên")
    return attempting.start(round_, person, person.account, client=client, at=clock.now())


def typed(sitting, **fields):
    """What the form of a sitting sends."""
    usual = {
        "title": sitting.title or "Ca 1",
        "opens_at": vietnam.say_moment(sitting.opens_at),
        "closes_at": vietnam.say_end(sitting.closes_at),
        "clock": sitting.clock.value,
    }
    return usual | fields


# --- Sittings and rooms ------------------------------------------------------------------------


def test_sitting_is_added_with_its_hours_and_rule(page, round_):
    opens = vietnam.parse_moment("07h00 12/12/2040")
    with atomic():
        round_.closes_at = round_.sittings[0].closes_at = opens + timedelta(days=9)

    answer = page.post(
        f"/quan-ly/vong/{round_.public_id}/ca-thi/moi",
        data={
            "title": "Ca 2, sáng 12/12",
            "opens_at": "07h00 12/12/2040",
            "closes_at": "08h00 12/12/2040",
            "clock": "fixed",
            "late_minutes": "5",
            "late_basis": "Thông tư 22/2025/TT-BNV",
        },
    )

    db.session.rollback()
    made = db.session.query(Sitting).filter_by(title="Ca 2, sáng 12/12").one()
    assert answer.status_code == 303
    assert (made.opens_at, made.closes_at, made.clock) == (opens, opens + HOUR, Clock.FIXED)
    assert (made.late_minutes, made.late_basis) == (5, "Thông tư 22/2025/TT-BNV")


@pytest.mark.parametrize(("minutes", "said"), [(30, "5 phút"), (60, "10 phút"), (45, "hội đồng")])
def test_form_says_the_law_of_arriving_late_for_a_paper_of_that_length(page, round_, minutes, said):
    with atomic():
        round_.minutes = minutes

    shown = page.get(f"/quan-ly/vong/{round_.public_id}/ca-thi/moi").text

    assert said in shown


def test_shortening_while_somebody_writes_asks_for_a_reason_and_waits(page, round_):
    attempt = begun(round_)
    sitting = round_.sittings[0]
    address = f"/quan-ly/ca-thi/{sitting.public_id}"
    sooner = typed(sitting, closes_at=vietnam.say_end(clock.now() + timedelta(days=1)))
    before = attempt.accepts_until

    unsaid = page.post(address, data=sooner)
    asked = page.post(address, data=sooner | {"reason": "Hội trường phải trả sớm"})
    index = page.get(f"/quan-ly/vong/{round_.public_id}/ca-thi").text

    waiting = proposing.waiting_in(again(round_))
    assert (unsaid.status_code, asked.status_code) == (422, 303)
    assert [one.act for one in waiting] == ["move_sitting"]
    assert again(attempt).accepts_until == before
    assert "Hội trường phải trả sớm" in index
    assert "Bạn là người đề nghị" in index


def test_second_organiser_confirms_what_the_first_proposed(page, client, round_):
    begun(round_)
    address = f"/quan-ly/vong/{round_.public_id}/viec/dong-som"
    page.post(address, data={"reason": "Lộ đề"})
    waiting = proposing.waiting_in(again(round_))[0]
    confirm = f"/quan-ly/de-nghi/{waiting.public_id}/xac-nhan"

    own = page.post(confirm)
    other = factories.account()
    factories.grant(other, Role.ORGANIZER)
    done = signed_in(client, other).post(confirm)

    assert (own.status_code, done.status_code) == (409, 303)
    assert again(round_).closes_at <= clock.now()


def test_room_is_added_edited_and_taken_away(page, round_):
    sitting = round_.sittings[0]
    data = {"title": "Phòng máy 1", "capacity": "24", "code": "P1", "networks": "10.20.0.0/16"}

    page.post(f"/quan-ly/ca-thi/{sitting.public_id}/phong/moi", data=data)
    db.session.rollback()
    room = db.session.query(Room).one()
    page.post(f"/quan-ly/phong-thi/{room.public_id}", data=data | {"capacity": "30"})
    edited = (again(room).capacity, again(room).networks)
    page.post(f"/quan-ly/phong-thi/{room.public_id}/xoa")

    db.session.rollback()
    assert edited == (30, ["10.20.0.0/16"])
    assert db.session.query(Room).count() == 0


def test_network_that_is_none_is_told_at_its_field(page, round_):
    answer = page.post(
        f"/quan-ly/ca-thi/{round_.sittings[0].public_id}/phong/moi",
        data={"title": "Phòng 1", "networks": "mạng nhà"},
    )

    assert answer.status_code == 422
    assert "không phải dải mạng" in answer.text


def test_index_says_what_keeps_the_round_from_being_ready(page, round_):
    sitting = round_.sittings[0]
    with atomic():
        sitting.clock, sitting.closes_at = Clock.FIXED, sitting.opens_at + 10 * MINUTE

    shown = page.get(f"/quan-ly/vong/{round_.public_id}/ca-thi").text

    assert "Phải sửa" in shown
    assert "chưa hết 30" in shown


def test_sittings_of_another_contest_are_not_there(client, round_):
    person = factories.account()
    factories.grant(person, Role.ORGANIZER, ScopeKind.CONTEST, factories.contest().id)
    stranger = signed_in(client, person)
    room = factories.room(round_.sittings[0])

    answers = [
        stranger.get(f"/quan-ly/ca-thi/{round_.sittings[0].public_id}").status_code,
        stranger.get(f"/quan-ly/phong-thi/{room.public_id}").status_code,
        stranger.get(f"/quan-ly/vong/{round_.public_id}/ca-thi").status_code,
    ]

    assert answers == [404, 404, 404]


# --- Seats -------------------------------------------------------------------------------------


def test_everybody_is_seated_in_order(page, round_):
    room = factories.room(round_.sittings[0], capacity=2)
    people = [factories.enrolment(round_.contest, number=n) for n in (12, 7, 9)]

    answer = page.post(
        f"/quan-ly/vong/{round_.public_id}/cho-ngoi/xep", data={"into": "", "order": "number"}
    )

    db.session.rollback()
    where = {one.enrolment.number: one.place for one in db.session.query(Seat)}
    assert answer.status_code == 303
    assert where == {7: "01", 9: "02"}
    assert again(room).id
    assert len(people) == 3


def test_filling_without_any_room_says_so(page, round_):
    answer = page.post(
        f"/quan-ly/vong/{round_.public_id}/cho-ngoi/xep", data={"into": "", "order": "number"}
    )

    assert answer.status_code == 422


def test_list_from_a_file_is_shown_first_and_written_then(page, round_):
    factories.room(round_.sittings[0], title="Phòng 1")
    factories.enrolment(round_.contest, number=101)
    address = f"/quan-ly/vong/{round_.public_id}/cho-ngoi/danh-sach"
    sheet = "SBD;Phòng;Chỗ\n101;Phòng 1;07\n"

    seen = page.post(
        address,
        data={"sheet": (io.BytesIO(sheet.encode()), "cho-ngoi.csv")},
        content_type="multipart/form-data",
    )
    before = db.session.query(Seat).count()
    page.post(address, data={"listed": sheet, "act": "write"})

    db.session.rollback()
    assert (seen.status_code, before) == (200, 0)
    assert "Danh sách có 1 người" in seen.text
    assert [one.place for one in db.session.query(Seat)] == ["07"]


def test_faulty_list_is_not_written_even_when_told_to(page, round_):
    address = f"/quan-ly/vong/{round_.public_id}/cho-ngoi/danh-sach"

    answer = page.post(address, data={"listed": "999;Ca 1", "act": "write"})

    assert answer.status_code == 422
    assert "999" in answer.text
    assert db.session.query(Seat).count() == 0


def test_combobox_finds_people_without_marks_and_masks_them(page, round_):
    contest = round_.contest
    factories.enrolment(contest, factories.account(full_name="Đặng Thị Lan"), number=31)
    factories.enrolment(factories.contest(), factories.account(full_name="Đặng Thị Liên"))
    address = f"/quan-ly/vong/{round_.public_id}/cho-ngoi/tim-nguoi"

    found = page.get(f"{address}?q=dang").json["groups"]
    by_number = page.get(f"{address}?q=31").json["groups"]

    assert [one["text"] for one in found[0]["options"]] == ["31 Đặng Thị L***"]
    assert by_number == found


def test_combobox_of_rooms_says_how_full_they_are(page, round_):
    sitting = round_.sittings[0]
    room = factories.room(sitting, title="Phòng 1", capacity=2)
    factories.seat(sitting, factories.enrolment(round_.contest), room_id=room.id)

    found = page.get(f"/quan-ly/vong/{round_.public_id}/cho-ngoi/tim-phong?q=phong+1").json

    (option,) = found["groups"][0]["options"]
    assert (option["id"], option["note"]) == (f"room:{room.public_id}", "đã xếp 1/2 chỗ")


def test_one_person_is_seated_by_hand_and_a_taken_place_is_told(page, round_):
    sitting = round_.sittings[0]
    room = factories.room(sitting)
    one, other = (factories.enrolment(round_.contest) for _ in range(2))
    address = f"/quan-ly/vong/{round_.public_id}/cho-ngoi/mot-nguoi"
    spot = {"spot": f"room:{room.public_id}", "place": "03"}

    first = page.post(address, data=spot | {"person": one.public_id})
    second = page.post(address, data=spot | {"person": other.public_id})

    assert (first.status_code, second.status_code) == (303, 409)
    assert "Chỗ 03" in second.text


# --- The timetable -----------------------------------------------------------------------------


def test_timetable_prints_the_close_time_of_each_line(page, round_):
    opens = vietnam.parse_moment("07h00 12/12/2040")
    with atomic():
        round_.opens_at, round_.closes_at = opens, opens + 5 * HOUR
        sitting = round_.sittings[0]
        sitting.opens_at, sitting.closes_at = opens, opens + HOUR
        sitting.clock, sitting.title = Clock.FIXED, "Ca 1"
    room = factories.room(sitting, title="Phòng máy 1")
    person = factories.enrolment(round_.contest, number=7, extra_percent=25, delay_seconds=300)
    factories.seat(sitting, person, room_id=room.id, place="01")
    address = f"/quan-ly/vong/{round_.public_id}/lich-thi"

    shown, printed = page.get(address).text, page.get(f"{address}/in").text
    table = page.post(f"{address}/xuat", data={"form": "csv"})
    book = page.post(f"{address}/xuat", data={"form": "xlsx"})

    # 07h05 with 37 minutes and a half: a quarter more than thirty.
    assert "07:42:30" in shown
    assert "07:42:30" in printed
    assert "LỊCH THI" in printed
    (line,) = table.data.decode("utf-8-sig").splitlines()[1:]
    assert line.split(";")[1:6] == ["Ca 1", "Phòng máy 1", "01", "", "7"]
    assert book.data[:2] == b"PK"


def test_timetable_shows_a_hundred_lines_a_page(page, round_):
    factories.room(round_.sittings[0])
    for number in range(1, 104):
        factories.enrolment(round_.contest, number=number)

    second = page.get(f"/quan-ly/vong/{round_.public_id}/lich-thi?trang=2").text

    assert "trang 2/2" in second
    assert second.count('<td class="r num">10') == 3


# --- Interruptions -----------------------------------------------------------------------------


def test_pause_of_one_room_is_begun_and_ended_on_its_page(page, round_):
    sitting = round_.sittings[0]
    room = factories.room(sitting)
    person = factories.enrolment(round_.contest)
    factories.seat(sitting, person, room_id=room.id)
    attempt = begun(round_, person)
    address = f"/quan-ly/vong/{round_.public_id}/su-co"

    page.post(
        address,
        data={"kind": "pause", "where": f"room:{room.public_id}", "reason": "Mất điện"},
    )
    stands = again(attempt).halted_until is not None
    shown = page.get(address).text
    (incident,) = interrupting.incidents_in(again(round_))
    page.post(f"/quan-ly/su-co/{incident.public_id}/cho-thi-tiep")

    assert stands
    assert "Cho thi tiếp" in shown
    assert again(attempt).halted_until is None
    assert again(incident).ends_at is not None


def test_minutes_are_given_back_to_one_person(page, round_):
    attempt = begun(round_)
    before = attempt.accepts_until

    page.post(
        f"/quan-ly/vong/{round_.public_id}/su-co",
        data={
            "kind": "credit",
            "minutes": "4",
            "person": attempt.enrolment.public_id,
            "reason": "Đổi máy",
        },
    )

    assert again(attempt).accepts_until - before == 4 * MINUTE


@pytest.mark.parametrize(
    "data",
    [
        {"kind": "pause", "reason": "Mất điện"},
        {"kind": "pause", "where": "room:không-có", "reason": "Mất điện"},
        {"kind": "credit", "reason": "Mất điện"},
        {"kind": "pause"},
    ],
    ids=["nowhere", "no such room", "no minutes", "no reason"],
)
def test_interruption_that_is_not_whole_is_told_so(page, round_, data):
    answer = page.post(f"/quan-ly/vong/{round_.public_id}/su-co", data=data)

    assert answer.status_code == 422
    assert list(interrupting.incidents_in(again(round_))) == []


# --- Extra time --------------------------------------------------------------------------------


@pytest.mark.parametrize(("percent", "minutes"), [("25", 37.5), ("50", 45), ("100", 60)])
def test_share_of_extra_time_reaches_the_attempt_that_runs(page, round_, percent, minutes):
    attempt = begun(round_)

    page.post(
        f"/quan-ly/nguoi-du-thi/{attempt.enrolment.public_id}/them-gio",
        data={"percent": percent, "minutes": "0", "reason": "Khuyết tật vận động"},
    )

    assert again(attempt).accepts_until - attempt.started_at == minutes * MINUTE


def test_delay_moves_the_own_beginning(page, round_):
    person = factories.enrolment(round_.contest)

    page.post(
        f"/quan-ly/nguoi-du-thi/{person.public_id}/them-gio",
        data={"percent": "0", "minutes": "0", "delay": "20", "reason": "Xe hỏng, bất khả kháng"},
    )
    plan = timetabling.plan_of(again(round_))

    assert [line.allowance.delay_seconds for line in plan.lines] == [1200]


# --- The clocks --------------------------------------------------------------------------------


@pytest.fixture
def stepped(app):
    """A machine whose clock is an hour ahead of the time that decisions use."""
    clock_watching.forget()
    with atomic():
        db.session.add(MachineClock(machine="may-chu-1", seen_at=clock.now(), offset_ms=3_600_000))
    clock_watching.notice("may-chu-1", 3_600_000_000_000, at=clock.now())
    yield
    clock_watching.forget()


def test_step_is_shown_on_the_staffs_pages_and_can_be_taken_over(page, stepped, round_):
    banner = page.get("/quan-ly/").text

    answer = page.post("/quan-ly/dong-ho", data={"machine": "may-chu-1", "reason": "Máy đúng"})

    row = db.session.query(MachineClock).one()
    db.session.refresh(row)
    assert "Đồng hồ máy may-chu-1 bị chỉnh +3600,0 giây" in banner
    assert (answer.status_code, row.take_over_at is None) == (303, False)


def test_taking_over_while_people_write_wants_the_box_ticked(page, stepped, round_):
    begun(round_)
    data = {"machine": "may-chu-1", "reason": "Máy đúng"}

    refused = page.post("/quan-ly/dong-ho", data=data)
    done = page.post("/quan-ly/dong-ho", data=data | {"despite": "y"})

    assert (refused.status_code, done.status_code) == (409, 303)


def test_step_is_not_shown_to_those_who_hold_no_round(client, stepped):
    person = factories.account()
    factories.grant(person, Role.OBSERVER)

    shown = signed_in(client, person).get("/quan-ly/").text

    assert "may-chu-1" not in shown


def test_dashboard_tells_of_a_step_during_the_round(page, stepped, round_):
    shown = page.get(f"/quan-ly/vong/{round_.public_id}").text

    assert "Đồng hồ máy chủ bị chỉnh trong lúc vòng thi mở" in shown


def test_seat_knows_the_scope_of_its_interruptions(app, round_):
    sitting = round_.sittings[0]
    rooms = [factories.room(sitting, title=f"Phòng {n}") for n in (1, 2)]
    seat = factories.seat(sitting, factories.enrolment(round_.contest), room_id=rooms[0].id)
    wanted = [
        factories.incident(sitting),
        factories.incident(sitting, room_id=rooms[0].id),
        factories.incident(sitting, seat_id=seat.id),
    ]
    factories.incident(sitting, room_id=rooms[1].id)

    found = [
        {one.id for one in sitting_queries.incidents_at(seat.id)},
        {one.id for one in sitting_queries.incidents_of(sitting.id, seat)},
        {one.id for one in sitting_queries.taken_out(round_.id).of(seat)},
    ]

    assert found == [{one.id for one in wanted}] * 3
    assert Scope(sitting, seat=seat).name.startswith("enrolment:")
