"""Anyone's pages: what strangers see, how people enter, and what is not told."""

import re
from datetime import date, timedelta

import pytest

from accounts import authenticating
from accounts.models import Account, Headcount
from accounts.rules.authorizing import Role
from accounts.rules.staff import StaffCategory
from contest import attempting, board_lines, publishing
from contest.attempting import Client
from contest.models import ContestState, ContestUnit, Enrolment, RoundState
from core import clock
from core.db import db
from core.keeping import Kept
from core.vietnam import civil_day
from tests import factories

HERE = Client("phiên 1", "phone")
PASSWORD = "mười hai con trâu qua suối"
SAID = {
    "full_name": "H’Linh Mlô",
    "phone": "0905 000 123",
    "password": PASSWORD,
    "take_part": "y",
}


@pytest.fixture
def round_(app):
    return factories.round_(opens_at=clock.now() - timedelta(hours=2))


def signed_in(client, account):
    token = authenticating.open_session(account, is_staff=False, device="phép thử", at=clock.now())
    client.set_cookie("sid", token)
    return client


def submitted(round_, name="Nguyễn Thị Hạnh", **fields):
    """Somebody who has submitted an attempt by the same way as everybody."""
    enrolment = factories.enrolment(round_.contest, factories.account(full_name=name), **fields)
    begun = round_.opens_at + timedelta(minutes=1)
    attempt = attempting.start(round_, enrolment, enrolment.account, client=HERE, at=begun)
    return attempting.submit(attempt, enrolment.account, at=begun + timedelta(minutes=2))


def at(round_, rest=""):
    return f"/cuoc-thi/{round_.contest.slug}{rest}"


def enrolments():
    db.session.rollback()
    return db.session.query(Enrolment).order_by(Enrolment.id).all()


# --- Contests ----------------------------------------------------------------------------------


def test_home_lists_published_contests_the_open_one_first(client, round_):
    factories.contest(title="Tìm hiểu chuyển đổi số")
    factories.contest(title="Cuộc thi đang soạn", state=ContestState.DRAFT)

    page = client.get("/").text

    assert page.index("Thanh niên Đắk Lắk") < page.index("Tìm hiểu chuyển đổi số")
    assert "Cuộc thi đang soạn" not in page


@pytest.mark.parametrize("count", [1, 3])
def test_home_takes_the_same_statements_for_any_number_of_contests(client, queries, count):
    for number in range(count):
        factories.contest(title=f"Cuộc thi {number}")
    db.session.rollback()
    queries.clear()

    client.get("/")

    assert len(queries) == 2


def test_contest_offers_strangers_registration_and_participants_the_round(client, round_):
    stranger = client.get(at(round_)).text
    person = factories.enrolment(round_.contest).account

    known = signed_in(client, person).get(at(round_)).text

    assert at(round_, "/dang-ky") in stranger
    assert f"/thi/vong/{round_.public_id}" in known
    assert at(round_, "/dang-ky") not in known


def test_contest_with_an_attempt_that_runs_offers_to_carry_on(client, round_):
    enrolment = factories.enrolment(round_.contest)
    attempt = attempting.start(round_, enrolment, enrolment.account, client=HERE, at=clock.now())

    page = signed_in(client, enrolment.account).get(at(round_)).text

    assert "Làm tiếp" in page
    assert f"/thi/bai/{attempt.public_id}" in page


def test_contest_that_is_a_draft_is_not_there(client):
    draft = factories.contest(state=ContestState.DRAFT)

    for rest in ("", "/the-le", "/bang-xep-hang", "/don-vi", "/dang-ky", "/ma-qr"):
        assert client.get(f"/cuoc-thi/{draft.slug}{rest}").status_code == 404


def test_contest_without_rounds_or_units_is_a_whole_page(client):
    bare = factories.contest()

    pages = [client.get(f"/cuoc-thi/{bare.slug}{rest}") for rest in ("", "/bang-xep-hang")]

    assert [page.status_code for page in pages] == [200, 200]
    assert "Chưa có bảng xếp hạng" in pages[1].text


@pytest.mark.parametrize("count", [1, 3])
def test_contest_takes_the_same_statements_for_any_number_of_rows(client, queries, count):
    contest = factories.contest(headcount_on=civil_day(clock.now()))
    for number in range(1, count + 1):
        opens = clock.now() - timedelta(days=number)
        round_ = factories.round_(contest=contest, number=number, opens_at=opens)
        unit = factories.unit()
        factories.saved(ContestUnit(contest_id=contest.id, unit_id=unit.id))
        submitted(round_, counted_unit_id=unit.id)
    slug = contest.slug
    db.session.rollback()
    queries.clear()

    client.get(f"/cuoc-thi/{slug}")

    assert len(queries) == 9


def test_rules_print_what_was_written_and_what_the_rounds_are_set_to(client):
    contest = factories.contest(rules_text="## Điều 1. Mục đích\n\nTuyên truyền cải cách.")
    factories.round_(contest=contest, minutes=15)

    page = client.get(f"/cuoc-thi/{contest.slug}/the-le").text

    assert "Điều 1. Mục đích" in page
    assert "15" in page
    assert "Xếp hạng theo số câu đúng." in page


# --- Boards ------------------------------------------------------------------------------------


def test_newest_board_leads_to_the_round_that_began_last(client, round_):
    later = clock.now() + timedelta(days=7)
    factories.round_(contest=round_.contest, number=2, opens_at=later)

    answer = client.get(at(round_, "/bang-xep-hang"))

    assert answer.location == at(round_, "/bang-xep-hang/1")


def test_board_masks_names_and_says_that_it_is_provisional(client, round_):
    submitted(round_, publishes_name=True)

    page = client.get(at(round_, "/bang-xep-hang/1")).text

    assert "Nguyễn Thị H***" in page
    assert "Nguyễn Thị Hạnh" not in page
    assert "Tạm tính" in page


def test_board_of_a_computed_round_names_who_agreed(client):
    round_ = factories.round_(opens_at=clock.now() - timedelta(days=8))
    submitted(round_, publishes_name=True)
    submitted(round_, "Trần Quốc Bảo")
    publishing.compute(round_, None, reason="", at=clock.now())

    page = client.get(at(round_, "/bang-xep-hang/1")).text

    assert "Nguyễn Thị Hạnh" in page
    assert "Trần Quốc B***" in page


def test_board_that_is_not_public_shows_no_row(client):
    long_ago = clock.now() - timedelta(days=8)
    round_ = factories.round_(opens_at=long_ago, live_board=False, public_results_at=None)
    submitted(round_)

    page = client.get(at(round_, "/bang-xep-hang/1")).text

    assert "Nguyễn Thị H" not in page


def test_board_of_a_draft_or_missing_round_is_not_there(client, round_):
    factories.round_(contest=round_.contest, number=2, state=RoundState.DRAFT)

    codes = [client.get(at(round_, f"/bang-xep-hang/{n}")).status_code for n in (2, 3, 99999)]

    assert codes == [404, 404, 404]


@pytest.mark.parametrize("count", [1, 3])
def test_board_takes_three_statements(client, round_, queries, count):
    for _ in range(count):
        submitted(round_)
    address = at(round_, "/bang-xep-hang/1")
    db.session.rollback()
    queries.clear()

    client.get(address)

    assert len(queries) == 3


def test_board_takes_three_statements_whoever_looks(client, round_, queries):
    mine = submitted(round_)
    submitted(round_, "Trần Quốc Bảo")
    account, address = mine.enrolment.account, at(round_, "/bang-xep-hang/1")
    signed_in(client, account)
    client.get(address)
    db.session.rollback()
    board_lines.kept.forget()
    queries.clear()

    client.get(address)

    assert len(queries) == 3


def test_board_is_the_same_for_all_who_are_signed_in_and_offers_each_the_own_row(client, round_):
    mine, other = submitted(round_), submitted(round_, "Trần Quốc Bảo")
    address = at(round_, "/bang-xep-hang/1")

    pages = [signed_in(client, one.enrolment.account).get(address).text for one in (mine, other)]

    times = [re.sub(r"\d\d:\d\d:\d\d", "", page) for page in pages]
    assert times[0] == times[1]
    assert "Đến dòng của tôi" in pages[0]
    assert "Nguyễn Thị Hạnh" not in pages[0]
    assert "csrf" not in pages[0]


def test_board_that_has_not_changed_is_not_sent_again(client, round_):
    submitted(round_)
    first = client.get(at(round_, "/bang-xep-hang/1"))

    again = client.get(
        at(round_, "/bang-xep-hang/1"), headers={"If-None-Match": first.headers["ETag"]}
    )
    submitted(round_, "Trần Quốc Bảo")
    board_lines.kept.forget()
    changed = client.get(
        at(round_, "/bang-xep-hang/1"), headers={"If-None-Match": first.headers["ETag"]}
    )

    assert [one.status_code for one in (first, again, changed)] == [200, 304, 200]
    assert again.data == b""


def test_board_is_read_once_however_many_look_at_it(client, round_, queries, monkeypatch):
    monkeypatch.setattr(board_lines, "kept", Kept(60))
    submitted(round_)
    address = at(round_, "/bang-xep-hang/1")
    client.get(address)
    db.session.rollback()
    queries.clear()

    again = client.get(address)

    assert queries == []
    assert "Nguyễn Thị H***" in again.text


def test_board_shows_my_row_and_why_it_stands_there(client, round_):
    mine = submitted(round_)
    submitted(round_, "Trần Quốc Bảo")

    page = (
        signed_in(client, mine.enrolment.account).get(at(round_, "/bang-xep-hang/1?cua-toi=1")).text
    )

    assert 'id="toi"' in page
    assert "Vì sao xếp hạng này" in page
    assert "Trần Quốc Bảo" not in page


def test_my_row_leads_to_the_board_at_my_row(client, round_):
    mine = submitted(round_)

    answer = signed_in(client, mine.enrolment.account).get(
        at(round_, "/bang-xep-hang/1/dong-cua-toi")
    )

    assert answer.location == at(round_, "/bang-xep-hang/1?cua-toi=1#toi")


def test_my_row_asks_strangers_to_sign_in(client, round_):
    answer = client.get(at(round_, "/bang-xep-hang/1/dong-cua-toi"))

    assert answer.location.startswith("/dang-nhap?next=")


def test_board_search_that_finds_nobody_says_how_to_search(client, round_):
    submitted(round_)

    page = client.get(at(round_, "/bang-xep-hang/1?tim=Kpă")).text

    assert "Tên ở đây được che một phần" in page


@pytest.mark.parametrize(
    "query", ["?after=x", "?before=%01", "?khoi=9999999999999999999999", "?tim=%01%25_'"]
)
def test_board_of_a_nonsense_address_is_a_page(client, round_, query):
    submitted(round_)

    assert client.get(at(round_, f"/bang-xep-hang/1{query}")).status_code == 200


# --- Units -------------------------------------------------------------------------------------


def test_units_show_people_attempts_headcount_and_rate(client):
    today = civil_day(clock.now())
    contest = factories.contest(headcount_on=today)
    round_ = factories.round_(contest=contest, max_per_round=2)
    unit = factories.unit(name="Sở Y tế")
    factories.saved(ContestUnit(contest_id=contest.id, unit_id=unit.id))
    factories.saved(
        Headcount(
            unit_id=unit.id, category=StaffCategory.CIVIL_SERVANT, counted_on=today, people=3,
            source="Báo cáo số 12/BC-SYT",
        )
    )  # fmt: skip
    submitted(round_, counted_unit_id=unit.id)

    page = client.get(f"/cuoc-thi/{contest.slug}/don-vi").text

    assert "Sở Y tế" in page.replace("\xa0", " ")
    assert "33,33%" in page


def test_units_are_found_without_marks_and_sorted(client):
    contest = factories.contest()
    for name in ("Sở Y tế", "Sở Tư pháp", "Phường Ea Kao"):
        factories.saved(ContestUnit(contest_id=contest.id, unit_id=factories.unit(name=name).id))

    page = client.get(f"/cuoc-thi/{contest.slug}/don-vi?tim=so&sort=-name").text

    said = page.replace("\xa0", " ")
    assert said.index("Sở Y tế") < said.index("Sở Tư pháp")
    assert "Phường Ea Kao" not in said


# --- Entering ----------------------------------------------------------------------------------


def test_register_signs_in_and_leads_to_the_start(client, round_):
    unit = factories.unit(name="Xã Cư M’gar")

    answer = client.post(at(round_, "/dang-ky"), data=SAID | {"unit": unit.public_id})

    made = enrolments()
    start = client.get(answer.location)
    assert answer.location == f"/thi/vong/{round_.public_id}"
    assert start.status_code == 200
    assert [(one.account.full_name, one.account.phone, one.unit.name) for one in made] == [
        ("H’Linh Mlô", "+84905000123", "Xã Cư M’gar")
    ]


def test_register_page_has_six_fields_and_ticks_nothing(client):
    contest = factories.contest(min_age=16, fields=["birth_date", "category"])
    factories.round_(contest=contest)

    page = client.get(f"/cuoc-thi/{contest.slug}/dang-ky").text

    names = ("full_name", "phone", "password", "unit_text", "birth_date", "category")
    assert [name for name in names if f'name="{name}"' in page] == list(names)
    assert " checked" not in page


def test_register_by_a_unit_s_link_has_the_unit_filled_in(client, round_):
    unit = factories.unit(name="Sở Y tế", code="SYT")

    page = client.get(at(round_, "/dang-ky?dv=SYT")).text

    assert f'value="{unit.public_id}"' in page
    assert 'value="Sở Y tế"' in page


@pytest.fixture
def grown_up(app):
    contest = factories.contest(min_age=16, fields=["birth_date"])
    return factories.round_(contest=contest, opens_at=clock.now() - timedelta(hours=2))


@pytest.mark.parametrize(
    ("typed", "remark"),
    [
        ("05/03/2020", "Cuộc thi dành cho người từ 16 tuổi trở lên."),
        ("5-3-99", "“5-3-99” không phải là ngày. Ghi ngày, tháng và đủ 4 chữ số của năm"),
    ],
)
def test_register_with_a_wrong_day_of_birth_keeps_what_was_typed(client, grown_up, typed, remark):
    said = SAID | {"unit_text": "Tổ 4", "unit_missing": "y", "birth_date": typed}

    answer = client.post(at(grown_up, "/dang-ky"), data=said)

    assert answer.status_code == 422
    assert remark in answer.text.replace("\xa0", " ")
    assert f'value="{typed}"' in answer.text
    assert enrolments() == []


def test_register_reads_a_day_of_eight_digits(client, grown_up):
    said = SAID | {"unit_text": "Tổ 4", "unit_missing": "y", "birth_date": "05031999"}

    client.post(at(grown_up, "/dang-ky"), data=said)

    assert [one.account.birth_date for one in enrolments()] == [date(1999, 3, 5)]


def test_register_without_the_consent_says_so_and_makes_nobody(client, round_):
    said = {name: value for name, value in SAID.items() if name != "take_part"}

    answer = client.post(
        at(round_, "/dang-ky"), data=said | {"unit_text": "x", "unit_missing": "y"}
    )

    assert answer.status_code == 422
    assert db.session.query(Account).count() == 0


def test_register_with_a_unit_not_chosen_offers_those_that_match(client, round_):
    unit = factories.unit(name="Phường Ea Kao")

    answer = client.post(at(round_, "/dang-ky"), data=SAID | {"unit_text": "ea kao"})

    assert answer.status_code == 422
    assert f'type="radio" name="unit" value="{unit.public_id}"' in answer.text


def test_register_without_a_script_can_search_the_unit(client, round_):
    factories.unit(name="Phường Ea Kao")

    answer = client.post(
        at(round_, "/dang-ky"), data=SAID | {"unit_text": "ea kao", "unit_find": "1"}
    )

    assert answer.status_code == 200
    assert "Phường Ea Kao" in answer.text
    assert enrolments() == []


def test_register_with_a_unit_that_is_not_there_takes_part_meanwhile(client, round_):
    said = SAID | {"unit_text": "Chi đoàn buôn Akô Dhông", "unit_missing": "y"}

    client.post(at(round_, "/dang-ky"), data=said)

    assert [one.account.unit_claim for one in enrolments()] == ["Chi đoàn buôn Akô Dhông"]


def test_register_with_a_number_that_is_taken_offers_to_sign_in(client, round_):
    factories.account(phone="+84905000123")
    unit = factories.unit()

    answer = client.post(at(round_, "/dang-ky"), data=SAID | {"unit": unit.public_id})

    assert answer.status_code == 422
    assert "/dang-nhap?name=" in answer.text
    assert enrolments() == []


def test_register_sent_twice_enters_once_and_signs_in_both_times(client, round_):
    said = SAID | {"unit": factories.unit().public_id}
    client.post(at(round_, "/dang-ky"), data=said)
    client.delete_cookie("sid")

    answer = client.post(at(round_, "/dang-ky"), data=said)

    assert answer.location == f"/thi/vong/{round_.public_id}"
    assert len(enrolments()) == 1


def test_register_with_a_password_that_tells_of_the_person_is_refused(client, round_):
    answer = client.post(
        at(round_, "/dang-ky"),
        data=SAID | {"password": "0905000123", "unit": factories.unit().public_id},
    )

    assert answer.status_code == 422


def test_register_for_a_contest_that_is_over_is_refused(client):
    round_ = factories.round_(opens_at=clock.now() - timedelta(days=8))

    assert client.get(at(round_, "/dang-ky")).status_code == 409


def test_entry_of_who_has_an_account_asks_for_the_consents_only(client, round_):
    person = factories.account(unit_id=factories.unit(name="Sở Y tế").id)
    signed_in(client, person)

    page = client.get(at(round_, "/dang-ky")).text
    answer = client.post(at(round_, "/dang-ky"), data={"take_part": "y", "publish_name": "y"})

    assert 'name="phone"' not in page
    assert 'name="unit_text"' not in page
    assert answer.location == f"/thi/vong/{round_.public_id}"
    assert [one.publishes_name for one in enrolments()] == [True]


def test_entry_of_who_has_entered_leads_to_the_start(client, round_):
    person = factories.enrolment(round_.contest).account

    answer = signed_in(client, person).get(at(round_, "/dang-ky"))

    assert answer.location == f"/thi/vong/{round_.public_id}"


def test_entry_of_an_organiser_is_refused_with_the_reason(client, round_):
    person = factories.account(unit_id=factories.unit().id)
    factories.grant(person, Role.ORGANIZER)

    answer = signed_in(client, person).post(at(round_, "/dang-ky"), data={"take_part": "y"})

    assert answer.status_code == 409
    assert enrolments() == []


# --- Posters, receipts, personal data ----------------------------------------------------------


def test_poster_prints_the_link_of_the_unit(client, round_):
    factories.unit(name="Sở Y tế", code="SYT")

    page = client.get(at(round_, "/ma-qr?dv=SYT")).text

    assert f"http://localhost{at(round_, '/dang-ky')}?dv=SYT" in page
    assert "Sở Y tế" in page


def test_receipt_says_the_round_and_not_whose_it_is(client, round_):
    attempt = submitted(round_)

    answer = client.get(f"/bien-nhan?ma={attempt.receipt_code.lower()}")

    assert "Biên nhận hợp lệ." in answer.text
    assert "Tuần 1" in answer.text.replace("\xa0", " ")
    assert "Hạnh" not in answer.text


@pytest.mark.parametrize("code", ["7F2K-92QD-M4XC", "khong-co", "x" * 60])
def test_receipt_of_a_code_that_nobody_was_given_is_not_found(client, app, code):
    answer = client.get(f"/bien-nhan?ma={code}")

    assert answer.status_code == 404
    assert "Không có biên nhận nào mang mã này." in answer.text


def test_privacy_says_each_purpose(client):
    page = client.get("/du-lieu-ca-nhan").text

    assert "Đăng họ tên đầy đủ nếu được giải" in page
