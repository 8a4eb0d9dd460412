import re

import pyotp
import pytest

from accounts import issuing, queries, securing
from core import clock
from core.db import db
from core.jobs import Job
from tests import factories
from tests.accounts.conftest import PASSWORD, again

PHONE = "+84914223456"


@pytest.fixture
def person(password_hash):
    return factories.account(phone=PHONE, email="an@daklak.gov.vn", password_hash=password_hash)


def sign_in(client, name="0914223456", password=PASSWORD, **more):
    return client.post("/dang-nhap", data={"name": name, "password": password, **more})


def test_sign_in_page_asks_for_name_and_password(client):
    page = client.get("/dang-nhap")

    assert (page.status_code, "Số điện thoại hoặc thư điện tử" in page.text) == (200, True)


def test_sign_in_opens_a_session_and_goes_on(client, person):
    answer = sign_in(client, next="/tai-khoan")

    cookie = client.get_cookie("sid")
    assert (answer.status_code, answer.location) == (303, "/tai-khoan")
    assert (cookie.http_only, cookie.same_site) == (True, "Lax")
    assert len(queries.sessions_of(person.id)) == 1


def test_signing_in_writes_only_the_session_and_its_record(client, person, queries):
    sign_in(client)

    written = re.findall(r"(?:INSERT INTO|UPDATE|DELETE FROM) (\w+)", "\n".join(queries))
    assert written == ["browser_session", "audit_entry"]
    assert len(queries) <= 9, queries


def test_sign_in_never_leads_to_another_site(client, person):
    assert sign_in(client, next="//evil.example/").location == "/thi/"


def test_wrong_password_says_nothing_of_which_was_wrong(client, person):
    wrong = sign_in(client, password="sai mật khẩu rồi")
    unknown = sign_in(client, name="0905999999", password="sai mật khẩu rồi")

    words = "Tên đăng nhập và mật khẩu hoặc mã không khớp."
    assert [(p.status_code, words in p.text) for p in (wrong, unknown)] == [(422, True)] * 2
    assert queries.sessions_of(person.id) == []


def test_short_phone_number_is_told_to_the_person(client):
    page = sign_in(client, name="0914 223 45")

    assert page.status_code == 422
    assert "Số điện thoại cần đủ 10 chữ số, bạn mới nhập 9." in page.text


def test_staff_without_a_second_factor_set_it_up_before_they_are_in(client, admin, password_hash):
    with_password(admin, password_hash)
    answer = sign_in(client, name="0905000001", next="/quan-tri/nguoi")
    setting_up = client.get(answer.location)
    secret = re.search(r"\b[A-Z2-7]{32}\b", setting_up.text)[0]

    done = client.post(answer.location, data={"code": pyotp.TOTP(secret).now()})

    assert answer.location == "/dang-nhap/thiet-lap"
    assert (done.status_code, "/quan-tri/nguoi" in done.text) == (200, True)
    assert client.get("/quan-tri/nguoi").status_code == 200
    assert client.get_cookie("sid").same_site == "Strict"


def with_password(account, hashed):
    from accounts import registering

    registering._keep_password(account, hashed, None)


def test_staff_in_a_demo_may_do_without_the_second_factor(client, app, admin, password_hash):
    with_password(admin, password_hash)
    app.config["DEMO"] = True

    try:
        answer = sign_in(client, name="0905000001")
    finally:
        app.config["DEMO"] = False

    assert (answer.location, len(queries.sessions_of(admin.id))) == ("/quan-ly/", 1)


def test_second_factor_is_asked_for_and_checked(client, person, at):
    secret = securing.offered(person, securing.offer(person))
    codes = securing.confirm(person, secret, pyotp.TOTP(secret).at(at), at=at)

    first = sign_in(client)
    wrong = client.post(first.location, data={"code": "000000"})
    right = client.post(first.location, data={"code": codes[0]})

    assert (first.location, wrong.status_code, right.status_code) == ("/dang-nhap/ma", 422, 303)
    assert len(queries.sessions_of(person.id)) == 1


def test_second_step_without_the_first_leads_back(client):
    assert client.get("/dang-nhap/ma").location.startswith("/dang-nhap?next=")


def test_slip_address_signs_nobody_in_until_the_button(client, admin, at):
    account = factories.account()
    issued = issuing.issue(admin, account, at=at)

    page = client.get(f"/phieu?ma={issued.code}")
    before = len(queries.sessions_of(account.id))
    answer = client.post("/phieu", data={"code": issued.code})

    again()
    assert (issued.code in page.text, before, answer.status_code) == (True, 0, 303)
    assert len(queries.sessions_of(account.id)) == 1


def test_resetting_slip_leads_to_a_new_password(client, admin, at):
    issued = issuing.issue(admin, factories.account(), at=at, resets=True)

    answer = client.post("/phieu", data={"code": issued.code})

    assert answer.location == "/mat-khau"
    assert client.get("/mat-khau").status_code == 200


def test_used_slip_is_refused_with_words(client, admin, at):
    issued = issuing.issue(admin, factories.account(), at=at)
    client.post("/phieu", data={"code": issued.code})
    client.delete_cookie("sid")

    page = client.post("/phieu", data={"code": issued.code})

    assert (page.status_code, "Xin phiếu mới" in page.text) == (422, True)


def test_slip_of_staff_still_asks_for_the_second_factor(client, admin, at):
    issued = issuing.issue(None, admin, at=at)

    answer = client.post("/phieu", data={"code": issued.code})

    assert answer.location == "/dang-nhap/thiet-lap"
    assert queries.sessions_of(admin.id) == []


def test_forgotten_password_without_mail_names_who_helps(client):
    page = client.get("/quen-mat-khau")

    assert ("Đầu mối đơn vị hoặc Tổ Thư ký" in page.text, 'name="email"' in page.text) == (
        True,
        False,
    )


def test_forgotten_password_by_mail_queues_one_message_for_a_known_address(client, app, person):
    app.config["MAIL_URL"] = "smtp://localhost:25"

    try:
        known = client.post("/quen-mat-khau", data={"email": "an@daklak.gov.vn"})
        unknown = client.post("/quen-mat-khau", data={"email": "khong@daklak.gov.vn"})
    finally:
        app.config["MAIL_URL"] = ""

    assert [known.status_code, unknown.status_code] == [303, 303]
    assert len(db.session.query(Job).filter_by(kind="mail.send").all()) == 1


def test_sign_out_ends_the_session(client, person, entered):
    entered(person)

    answer = client.post("/dang-xuat")

    assert (answer.status_code, client.get_cookie("sid")) == (303, None)
    assert queries.sessions_of(person.id) == []


def test_step_up_needs_the_password_and_renews_the_session(client, person, entered):
    entered(person, stale=True)
    before = client.get_cookie("sid").value
    asked = client.get("/tai-khoan/lien-he")

    wrong = client.post("/xac-nhan", data={"password": "sai mật khẩu rồi"})
    right = client.post("/xac-nhan", data={"password": PASSWORD, "next": "/tai-khoan/lien-he"})

    assert asked.location == "/xac-nhan?next=/tai-khoan/lien-he"
    assert (wrong.status_code, right.location) == (422, "/tai-khoan/lien-he")
    assert client.get_cookie("sid").value != before
    assert client.get("/tai-khoan/lien-he").status_code == 200


def test_step_up_without_a_password_takes_a_slip_of_one_s_own(client, admin, entered):
    person, other = factories.account(), factories.account()
    entered(person, stale=True)
    now = clock.now()
    own = issuing.issue(admin, person, at=now).code
    foreign = issuing.issue(admin, other, at=now).code

    asked = client.get("/xac-nhan?next=/mat-khau").text
    wrong = client.post("/xac-nhan", data={"code": foreign})
    right = client.post("/xac-nhan", data={"code": own, "next": "/mat-khau"})

    assert "Tài khoản chưa có mật khẩu." in asked
    assert (wrong.status_code, right.location) == (422, "/mat-khau")
    assert client.get("/mat-khau").status_code == 200
    assert issuing.use(foreign, at=now)[0] == other


def test_stranger_is_sent_to_sign_in_before_the_step_up(client):
    assert client.get("/xac-nhan").location.startswith("/dang-nhap?next=")
