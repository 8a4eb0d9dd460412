"""The people of a contest, and what is decided about one of them."""

import pytest

from accounts import authenticating
from accounts.rules.authorizing import Role, ScopeKind
from contest import attempting
from contest.attempting import Client
from core import clock
from core.db import db
from tests import factories


@pytest.fixture
def secretary(client):
    person = factories.account(full_name="Phạm Hùng")
    factories.grant(person, Role.SECRETARY)
    return signed_in(client, person)


def signed_in(client, account):
    token = authenticating.open_session(account, is_staff=True, device="phép thử", at=clock.now())
    client.set_cookie("sid", token)
    return client


def entered(contest, name="Nguyễn Thị Hạnh", **fields):
    person = factories.account(full_name=name, phone=f"+8490{factories.ids.public_id()[:7]}")
    return factories.enrolment(contest, person, **fields)


def again(row):
    db.session.rollback()
    return db.session.get(type(row), row.id)


def test_people_are_found_without_marks_and_masked(secretary):
    contest = factories.contest()
    entered(contest, "Nguyễn Thị Hạnh")
    entered(contest, "Y Thiên Niê")
    address = f"/quan-ly/cuoc-thi/{contest.public_id}/nguoi-du-thi"

    page = secretary.get(f"{address}?tim=hanh").text

    assert "Nguyễn Thị H***" in page
    assert "Nguyễn Thị Hạnh" not in page
    assert "Y Thiên" not in page


def test_names_are_in_full_with_the_permission(client):
    contest = factories.contest()
    entered(contest, "Nguyễn Thị Hạnh")
    person = factories.account()
    factories.grant(person, Role.SECRETARY, ScopeKind.CONTEST, contest.id)
    factories.grant(person, Role.DATA_VIEWER, ScopeKind.CONTEST, contest.id)
    signed_in(client, person)

    page = client.get(f"/quan-ly/cuoc-thi/{contest.public_id}/nguoi-du-thi").text

    assert "Nguyễn Thị Hạnh" in page


def test_people_are_filtered_by_mark_and_number(secretary):
    contest = factories.contest()
    entered(contest, "Nguyễn Thị Hạnh", number=41, is_test=True)
    entered(contest, "Y Thiên Niê", number=42)
    address = f"/quan-ly/cuoc-thi/{contest.public_id}/nguoi-du-thi"

    test, number = (
        secretary.get(f"{address}?loc=test").text,
        secretary.get(f"{address}?tim=42").text,
    )

    assert ("Hạnh" in test or "H***" in test, "Y Thiên" in test) == (True, False)
    assert ("H***" in number, "Y Thiên" in number) == (False, True)


def test_pages_of_people_lead_forth_and_back(secretary):
    contest = factories.contest()
    for number in range(51):
        entered(contest, f"Trần Văn Nam {number:02}", number=number + 1)
    address = f"/quan-ly/cuoc-thi/{contest.public_id}/nguoi-du-thi"

    first = secretary.get(address).text
    after = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    second = secretary.get(after).text
    before = second.split('rel="prev" href="')[1].split('"')[0].replace("&amp;", "&")

    assert (first.count("/nguoi-du-thi/"), second.count("/nguoi-du-thi/")) == (50, 1)
    assert secretary.get(before).text.count("/nguoi-du-thi/") == 50


@pytest.mark.parametrize("count", [1, 3])
def test_people_ask_as_many_statements_for_any_number(secretary, queries, count):
    contest = factories.contest()
    for number in range(count):
        entered(contest, number=number + 1, unit_id=factories.unit().id)
    queries.clear()

    secretary.get(f"/quan-ly/cuoc-thi/{contest.public_id}/nguoi-du-thi")

    assert len(queries) == 7


def test_a_person_is_missing_for_a_stranger_and_forbidden_for_an_observer(client):
    contest = factories.contest()
    address = f"/quan-ly/nguoi-du-thi/{entered(contest).public_id}"
    stranger, observer = factories.account(), factories.account()
    factories.grant(observer, Role.OBSERVER, ScopeKind.CONTEST, contest.id)

    signed_in(client, stranger)
    unknown = client.get(address).status_code
    signed_in(client, observer)

    assert (unknown, client.get(address).status_code) == (404, 403)
    assert client.post(f"{address}/huy-tu-cach", data={"reason": "x"}).status_code == 403


def test_extra_time_needs_a_reason_and_lengthens_a_running_attempt(secretary):
    round_ = factories.round_()
    enrolment = entered(round_.contest)
    attempt = attempting.start(
        round_, enrolment, enrolment.account, client=Client("máy", "phone"), at=clock.now()
    )
    before = attempt.accepts_until
    address = f"/quan-ly/nguoi-du-thi/{enrolment.public_id}"

    refused = secretary.post(f"{address}/them-gio", data={"minutes": "5"})
    secretary.post(f"{address}/them-gio", data={"minutes": "5", "reason": "Mất điện 5 phút"})

    assert refused.status_code == 422
    assert (again(attempt).accepts_until - before).total_seconds() == 300
    assert "+5" in secretary.get(address).text


def test_marks_disqualification_and_its_undoing(secretary):
    enrolment = entered(factories.contest())
    address = f"/quan-ly/nguoi-du-thi/{enrolment.public_id}"

    secretary.post(f"{address}/danh-dau", data={"is_test": "y", "reason": "Máy thử"})
    marked = again(enrolment).is_test
    secretary.post(f"{address}/huy-tu-cach", data={"reason": "Thi hộ"})
    gone = again(enrolment).disqualified_for
    page = secretary.get(address).text
    secretary.post(f"{address}/khoi-phuc", data={"reason": "Xác minh lại"})

    assert (marked, gone, again(enrolment).disqualified_at) == (True, "Thi hộ", None)
    assert "Thi hộ" in page
