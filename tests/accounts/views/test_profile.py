import json
import re

import pytest

from accounts import consenting, queries
from accounts.models import DataRight
from accounts.rules.consents import Purpose
from tests import factories
from tests.accounts.conftest import PASSWORD, again

PAGES = (
    "/tai-khoan",
    "/tai-khoan/lien-he",
    "/tai-khoan/don-vi",
    "/mat-khau",
    "/tai-khoan/xac-thuc",
    "/tai-khoan/phien",
    "/tai-khoan/du-lieu",
    "/tai-khoan/du-lieu/tai-ve",
    "/tai-khoan/xoa",
)


@pytest.fixture
def person(app):
    return factories.account(full_name="Lê Hoàng Yến", phone="+84914223456")


@pytest.mark.parametrize("address", PAGES)
def test_own_pages_open_for_their_person_and_send_a_stranger_to_sign_in(
    client, person, entered, address
):
    stranger = client.get(address)
    page = entered(person).get(address)

    assert (stranger.status_code, page.status_code) == (303, 200)


def test_account_shows_name_contact_and_unit(client, entered):
    unit = factories.unit(name="Sở Y tế")
    entered(factories.account(full_name="Lê Hoàng Yến", phone="+84914223456", unit=unit))

    page = client.get("/tai-khoan").text

    assert [words in page for words in ("Lê Hoàng Yến", "0914 223 456", "Sở Y tế")] == [True] * 3


def test_language_chosen_is_kept_with_the_account(client, person, entered):
    entered(person)

    answer = client.post("/tai-khoan/ngon-ngu", data={"locale": "en"})

    again()
    assert (answer.location, queries.account_with(person.public_id).locale) == (
        "/tai-khoan?lang=en",
        "en",
    )


def test_contact_is_changed_and_a_taken_phone_is_refused(client, person, entered):
    factories.account(phone="+84905111222")
    entered(person)

    taken = client.post("/tai-khoan/lien-he", data={"phone": "0905 111 222"})
    none = client.post("/tai-khoan/lien-he", data={"phone": "", "email": ""})
    done = client.post("/tai-khoan/lien-he", data={"phone": "0905 333 444"})

    again()
    assert [taken.status_code, none.status_code, done.status_code] == [422, 422, 303]
    assert "0905 111 222 đã có tài khoản" in taken.text.replace("\xa0", " ")
    assert queries.account_with(person.public_id).phone == "+84905333444"


def test_unit_is_chosen_without_a_script(client, person, entered, daklak):
    entered(person)

    found = client.post("/tai-khoan/don-vi", data={"unit_text": "ea kao", "unit_find": "1"})
    unit = queries.find_units("ea kao")[0]
    done = client.post("/tai-khoan/don-vi", data={"unit": unit.id, "category": "youth_member"})

    again()
    account = queries.account_with(person.public_id)
    assert ("nay thuộc Phường Ea Kao" in found.text, done.status_code) == (True, 303)
    assert (account.unit.name, account.category) == ("Phường Ea Kao", "youth_member")


def test_unit_not_found_is_kept_as_typed(client, person, entered):
    entered(person)

    client.post("/tai-khoan/don-vi", data={"unit_text": "Chi đoàn Buôn Cư Ê Bông", "category": ""})

    again()
    account = queries.account_with(person.public_id)
    assert (account.unit, account.unit_claim) == (None, "Chi đoàn Buôn Cư Ê Bông")


def test_unknown_unit_or_category_is_refused(client, person, entered):
    entered(person)

    answers = [
        client.post("/tai-khoan/don-vi", data={"unit": "khongco"}),
        client.post("/tai-khoan/don-vi", data={"category": "vua"}),
    ]

    assert [answer.status_code for answer in answers] == [422, 422]


def test_password_is_set_and_a_weak_one_refused(client, person, entered):
    entered(person)

    weak = client.post("/mat-khau", data={"password": "12345678", "again": "12345678"})
    other = client.post("/mat-khau", data={"password": PASSWORD, "again": "khác hẳn"})
    done = client.post("/mat-khau", data={"password": PASSWORD, "again": PASSWORD})

    assert [p.status_code for p in (weak, other, done)] == [422, 422, 303]


def test_second_factor_is_set_up_with_spare_codes_shown_once(client, person, entered):
    import pyotp

    entered(person)
    shown = client.get("/tai-khoan/xac-thuc").text
    secret = re.search(r"\b[A-Z2-7]{32}\b", shown)[0]
    again()

    wrong = client.post("/tai-khoan/xac-thuc", data={"code": "000000"})
    done = client.post("/tai-khoan/xac-thuc", data={"code": pyotp.TOTP(secret).now()})
    confirmed = client.get("/tai-khoan/xac-thuc")
    renewed = client.post("/tai-khoan/ma-du-phong")

    assert [wrong.status_code, done.status_code, renewed.status_code] == [422, 200, 200]
    assert (done.text.count('class="code"'), secret in confirmed.text) == (8, False)


def test_session_of_another_browser_is_closed_and_a_strangers_is_not_known(client, person, entered):
    entered(person)
    entered(person)
    entered(factories.account())
    other = queries.sessions_of(person.id)[0].public_id
    refused = client.post(f"/tai-khoan/phien/{other}")
    entered(person)

    done = client.post(f"/tai-khoan/phien/{other}")

    again()
    assert (refused.status_code, done.status_code) == (404, 303)
    assert other not in [row.public_id for row in queries.sessions_of(person.id)]


def test_sign_out_everywhere_else_leaves_this_browser(client, person, entered):
    entered(person)
    entered(person)

    client.post("/tai-khoan/phien")

    again()
    assert len(queries.sessions_of(person.id)) == 1
    assert client.get("/tai-khoan/phien").status_code == 200


def test_consent_is_withdrawn_and_somebody_elses_is_not_known(client, person, entered, at):
    own = consenting.give(person, Purpose.REMIND, "Gửi nhắc nhở", at=at)
    other = consenting.give(factories.account(), Purpose.REMIND, "Gửi nhắc nhở", at=at)
    entered(person)

    refused = client.post(f"/tai-khoan/dong-y/{other.id}")
    done = client.post(f"/tai-khoan/dong-y/{own.id}")

    again()
    page = client.get("/tai-khoan/du-lieu").text
    assert (refused.status_code, done.status_code, "Đã rút lại" in page) == (404, 303, True)
    assert not consenting.has_given(person, Purpose.REMIND)


def test_consent_withdrawn_by_mistake_is_given_again(client, person, entered, at):
    own = consenting.give(person, Purpose.REMIND, "Gửi nhắc nhở", at=at)
    entered(person)
    client.post(f"/tai-khoan/dong-y/{own.id}")

    done = client.post(f"/tai-khoan/dong-y/{own.id}/lai")

    again()
    assert done.status_code == 303
    assert consenting.has_given(person, Purpose.REMIND)


def test_request_about_data_is_recorded_with_its_day(client, person, entered):
    entered(person)

    empty = client.post("/tai-khoan/du-lieu", data={"right": "correction", "words": ""})
    done = client.post("/tai-khoan/du-lieu", data={"right": "correction", "words": "Sai ngày sinh"})

    again()
    assert [empty.status_code, done.status_code] == [422, 303]
    assert [row.right for row in queries.requests_of(person.id)] == [DataRight.CORRECTION]


def test_download_holds_ones_own_data(client, person, entered):
    answer = entered(person).get("/tai-khoan/du-lieu/tai-ve")

    about = json.loads(answer.data)
    assert about["account"]["full_name"] == "Lê Hoàng Yến"
    assert answer.headers["Content-Disposition"].startswith("attachment")


def test_erasing_needs_the_tick_and_signs_out(client, person, entered):
    entered(person)

    unticked = client.post("/tai-khoan/xoa", data={})
    done = client.post("/tai-khoan/xoa", data={"agreed": "y"})

    again()
    assert [unticked.status_code, done.status_code] == [422, 200]
    assert queries.account_with(person.public_id).full_name == "Lê Hoàng Y***"
    assert client.get("/tai-khoan").status_code == 303
