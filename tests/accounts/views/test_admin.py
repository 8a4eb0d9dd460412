from datetime import timedelta

import pytest
from sqlalchemy import select

from accounts import charting, granting, queries, upholding
from accounts.models import AuditEntry, DataRight
from accounts.rules.authorizing import Role, ScopeKind
from accounts.signals import scopes_listed
from core import clock
from core.db import db
from tests import factories
from tests.accounts.conftest import again

PHONE = "+84914223456"
PAGES = ("/quan-tri/nguoi", "/quan-tri/nguoi/moi", "/quan-tri/vai-tro", "/quan-tri/yeu-cau")


@pytest.fixture
def person(app):
    return factories.account(full_name="Nguyễn Thị Hạnh", phone=PHONE)


@pytest.mark.parametrize("address", PAGES)
def test_pages_open_for_the_administrator_only(client, admin, person, entered, address):
    stranger = client.get(address)
    other = entered(person).get(address)
    page = entered(admin).get(address)

    assert (stranger.status_code, other.status_code, page.status_code) == (303, 403, 200)


@pytest.mark.parametrize("people", [1, 3])
def test_list_of_accounts_takes_the_same_statements_for_one_and_three(
    client, admin, entered, people, queries
):
    for number in range(people):
        factories.account(phone=f"+8490511122{number}", unit=factories.unit())
    entered(admin)
    queries.clear()

    page = client.get("/quan-tri/nguoi")

    assert (page.text.count('class="cover"'), len(queries)) == (people + 1, 3)


def test_list_finds_names_without_marks_and_masks_the_contact(client, admin, person, entered):
    factories.account(full_name="Trần Văn Bảo")

    page = entered(admin).get("/quan-tri/nguoi?q=hanh nguyen").text

    assert ["Nguyễn Thị Hạnh" in page, "09xx***456" in page] == [True, True]
    assert ["Trần Văn Bảo" in page, "0914 223 456" in page] == [False, False]


def test_pages_of_the_list_follow_each_other_without_a_gap(client, admin, entered):
    for number in range(120):
        factories.account(full_name=f"Nguyễn Văn {number:03}", sort_key=f"{number:03}")
    seen, page = [], queries.accounts_page("van")
    while page.rows:
        seen += [row.full_name for row in page.rows]
        back = queries.accounts_page("van", before=page.before) if page.before else None
        page = queries.accounts_page("van", after=page.after) if page.after else queries.Page([])

    assert seen == [f"Nguyễn Văn {number:03}" for number in range(120)]
    assert [row.full_name for row in back.rows] == seen[50:100]


def test_new_account_is_made_and_a_taken_phone_refused(client, admin, person, entered):
    entered(admin)

    bad = client.post("/quan-tri/nguoi/moi", data={"full_name": "H", "phone": "0914"})
    taken = client.post(
        "/quan-tri/nguoi/moi",
        data={"full_name": "Trần Bình", "phone": "0914223456", "category": ""},
    )
    made = client.post(
        "/quan-tri/nguoi/moi", data={"full_name": "Trần Bình", "phone": "", "category": "worker"}
    )

    assert [bad.status_code, taken.status_code, made.status_code] == [422, 422, 303]
    assert "Trần Bình" in client.get(made.location).text


def test_unknown_account_is_not_found(client, admin, entered):
    assert entered(admin).get("/quan-tri/nguoi/khongco").status_code == 404


def test_account_of_another_is_not_known_to_a_person(client, admin, person, entered):
    assert entered(person).get(f"/quan-tri/nguoi/{admin.public_id}").status_code == 404


def test_contact_is_shown_in_full_only_with_the_permission_and_recorded(
    client, admin, person, entered
):
    address = f"/quan-tri/nguoi/{person.public_id}/hien"
    refused = entered(admin).post(address, data={"purpose": "Báo kết quả"})
    factories.grant(admin, role=Role.DATA_VIEWER)
    again()

    without = client.post(address, data={"purpose": ""})
    shown = client.post(address, data={"purpose": "Báo kết quả"})

    again()
    entry = db.session.scalar(select(AuditEntry).where(AuditEntry.action == "account.revealed"))
    assert [refused.status_code, without.status_code, shown.status_code] == [404, 422, 200]
    assert ("0914 223 456" in shown.text, "0914 223 456" in without.text) == (True, False)
    assert "Báo kết quả" in entry.record


def test_role_is_given_after_a_fresh_proof_and_taken_back(client, admin, person, entered):
    address = f"/quan-tri/nguoi/{person.public_id}/vai-tro"
    given = {"role": "secretary", "scope": "platform:0"}
    stale = entered(admin, stale=True).post(address, data=given)
    entered(admin)

    done = client.post(address, data=given)
    again()
    grant = queries.grants_of(person.id, at=clock.now())[0]
    taken = client.post(f"{address}/{grant.id}")

    again()
    assert [stale.location, done.status_code, taken.status_code] == ["/xac-nhan?next=/", 303, 303]
    assert queries.grants_of(person.id, at=clock.now()) == []


def test_role_in_a_scope_it_is_not_for_is_refused_with_words(client, admin, person, entered):
    entered(admin)
    address = f"/quan-tri/nguoi/{person.public_id}/vai-tro"

    wrong = client.post(address, data={"role": "unit_officer", "scope": "platform:0"})
    nowhere = client.post(address, data={"role": "unit_officer", "scope": "unit"})

    assert ("không giao được trong phạm vi" in wrong.text, nowhere.status_code) == (True, 422)


def test_role_everywhere_is_not_given_when_a_unit_was_chosen(client, admin, person, entered):
    entered(admin)
    unit = factories.unit(name="Sở Y tế")
    sent = {"role": "secretary", "scope": "platform:0", "unit": unit.public_id}

    page = client.post(f"/quan-tri/nguoi/{person.public_id}/vai-tro", data=sent)

    again()
    assert (page.status_code, "Bên dưới đã chọn đơn vị" in page.text) == (422, True)
    assert queries.grants_of(person.id, at=clock.now()) == []


def test_role_is_given_in_a_unit_and_in_a_thing_of_another_package(client, admin, person, entered):
    entered(admin)
    unit = factories.unit(name="Sở Y tế")
    address = f"/quan-tri/nguoi/{person.public_id}/vai-tro"

    def listen(sender):
        return {(ScopeKind.CONTEST, 7): "Chung tay cải cách hành chính"}

    with scopes_listed.connected_to(listen):
        client.post(address, data={"role": "unit_officer", "scope": "unit", "unit": unit.public_id})
        client.post(
            address, data={"role": "organizer", "scope": "contest:7", "until": "2027-01-31"}
        )
        page = client.get(f"/quan-tri/nguoi/{person.public_id}").text

    assert ["Sở Y tế" in page, "Chung tay cải cách hành chính" in page] == [True, True]
    assert "24h00" in page


def test_account_is_closed_with_a_reason(client, admin, person, entered):
    entered(admin)

    without = client.post(f"/quan-tri/nguoi/{person.public_id}/khoa", data={})
    done = client.post(f"/quan-tri/nguoi/{person.public_id}/khoa", data={"reason": "Nghỉ việc"})

    again()
    assert [without.status_code, done.status_code] == [422, 303]
    assert not queries.account_with(person.public_id).is_active


def test_secretary_may_not_close_or_enter_an_account_of_the_staff(client, admin, entered):
    secretary = factories.account()
    factories.grant(secretary, role=Role.SECRETARY)
    entered(secretary)

    closed = client.post(f"/quan-tri/nguoi/{admin.public_id}/khoa", data={"reason": "Thử"})
    slip = client.post(f"/quan-tri/nguoi/{admin.public_id}/phieu")

    assert [closed.status_code, slip.status_code] == [403, 403]


def test_slip_is_shown_once_with_its_name(client, admin, person, entered):
    page = entered(admin).post(f"/quan-tri/nguoi/{person.public_id}/phieu")

    assert (page.status_code, "Nguyễn Thị Hạnh" in page.text) == (200, True)
    assert page.headers["Cache-Control"] == "no-store"


def test_officer_issues_slips_only_in_the_own_unit_and_below(client, admin, entered, daklak, at):
    office = queries_unit("DLK-SNV")
    room = charting.add_unit(admin, "Phòng Tổ chức", office.kind, parent=office)
    inside, outside = factories.account(unit=room), factories.account(unit=queries_unit("DLK-STC"))
    officer = factories.account(unit=office)
    granting.give(admin, officer, Role.UNIT_OFFICER, (ScopeKind.UNIT, office.id), at=at)
    entered(officer)

    answers = [
        client.post(f"/quan-tri/nguoi/{person.public_id}/phieu") for person in (inside, outside)
    ]

    assert [answer.status_code for answer in answers] == [200, 404]


def queries_unit(code):
    from accounts import unit_queries

    return unit_queries.unit_of_code(code)


def test_table_of_permissions_names_every_role(client, admin, entered):
    page = entered(admin).get("/quan-tri/vai-tro").text

    assert [name in page for name in ("Thư ký", "Giám khảo", "Đầu mối đơn vị")] == [True] * 3


def test_request_about_data_is_answered_and_leaves_the_list_when_done(
    client, admin, person, entered, at
):
    row = upholding.ask(person, DataRight.CORRECTION, "Sai ngày sinh", at=at - timedelta(days=9))
    entered(admin)
    address = f"/quan-tri/yeu-cau/{row.public_id}"
    open_page = client.get("/quan-tri/yeu-cau").text

    bad = client.post(address, data={})
    done = client.post(
        address,
        data={f"{row.public_id}-outcome": "Đã sửa", f"{row.public_id}-state": "done"},
    )

    closed_page = client.get("/quan-tri/yeu-cau").text
    assert ["Sai ngày sinh" in open_page, "Sai ngày sinh" in closed_page] == [True, False]
    assert [bad.status_code, done.status_code] == [422, 303]
