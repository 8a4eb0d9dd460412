"""The organiser's pages of a contest."""

import pytest

from accounts import authenticating
from accounts.models import AuditEntry
from accounts.rules.authorizing import Role, ScopeKind
from contest.models import Contest, ContestState
from core import clock
from core.db import db
from tests import factories


@pytest.fixture
def organizer(app):
    person = factories.account(full_name="Lê Thị Mai")
    factories.grant(person, Role.ORGANIZER)
    return person


@pytest.fixture
def as_organizer(client, organizer):
    return signed_in(client, organizer)


def signed_in(client, account):
    token = authenticating.open_session(account, is_staff=True, device="phép thử", at=clock.now())
    client.set_cookie("sid", token)
    return client


def again(row):
    db.session.rollback()
    return db.session.get(type(row), row.id)


def actions(contest):
    rows = db.session.query(AuditEntry).filter_by(log=contest.log).order_by(AuditEntry.id)
    return [row.action for row in rows]


def test_home_shows_what_is_to_be_done(as_organizer):
    factories.contest(title="Tìm hiểu cải cách hành chính")

    page = as_organizer.get("/quan-ly/")

    assert page.status_code == 200
    assert "Tìm hiểu cải cách hành chính" in page.text
    assert "vong-thi/moi" in page.text


def test_home_of_somebody_without_a_role_is_forbidden(client):
    signed_in(client, factories.account())

    assert client.get("/quan-ly/").status_code == 403


@pytest.mark.parametrize("count", [1, 3])
def test_home_asks_as_many_statements_for_any_number_of_contests(as_organizer, queries, count):
    for _ in range(count):
        factories.round_(contest=factories.contest())
    queries.clear()

    as_organizer.get("/quan-ly/")

    assert len(queries) == 9


def test_a_contest_is_made_from_its_name_alone(as_organizer):
    answer = as_organizer.post(
        "/quan-ly/cuoc-thi/moi", data={"title": "Chung tay cải cách hành chính 2026"}
    )

    db.session.rollback()
    made = db.session.query(Contest).one()
    assert answer.location == f"/quan-ly/cuoc-thi/{made.public_id}/vong-thi/moi"
    assert (made.slug, made.state) == ("chung-tay-cai-cach-hanh-chinh-2026", ContestState.DRAFT)
    assert actions(made) == ["contest.created"]


def test_a_contest_without_a_name_keeps_what_was_typed(as_organizer):
    answer = as_organizer.post("/quan-ly/cuoc-thi/moi", data={"summary": "Hằng tuần trên mạng"})

    assert answer.status_code == 422
    assert "Hằng tuần trên mạng" in answer.text
    assert db.session.query(Contest).count() == 0


def test_an_address_that_is_taken_is_refused_at_its_field(as_organizer):
    factories.contest(slug="tuan-1")

    answer = as_organizer.post("/quan-ly/cuoc-thi/moi", data={"title": "Mới", "slug": "tuan-1"})

    assert answer.status_code == 422
    assert 'id="slug-error"' in answer.text


def test_a_contest_is_missing_for_a_stranger_and_forbidden_for_an_observer(client):
    contest = factories.contest()
    stranger, observer = factories.account(), factories.account()
    factories.grant(observer, Role.OBSERVER, ScopeKind.CONTEST, contest.id)
    address = f"/quan-ly/cuoc-thi/{contest.public_id}"

    signed_in(client, stranger)
    unknown = client.get(address).status_code
    signed_in(client, observer)

    assert (unknown, client.get(address).status_code) == (404, 200)
    assert client.get(f"{address}/sua").status_code == 403
    assert client.post(f"{address}/trang-thai/luu-tru").status_code == 403


def test_nobody_signed_in_is_sent_to_sign_in(client):
    contest = factories.contest()

    answer = client.get(f"/quan-ly/cuoc-thi/{contest.public_id}")

    assert answer.status_code == 303
    assert answer.location.startswith("/dang-nhap")


def test_editing_writes_before_and_after_into_the_trail(as_organizer):
    contest = factories.contest(slug="cu", title="Tên cũ")
    address = f"/quan-ly/cuoc-thi/{contest.public_id}"

    as_organizer.post(f"{address}/sua", data={"title": "Tên mới", "slug": "cu"})
    trail = as_organizer.get(f"{address}/nhat-ky").text

    assert again(contest).title == "Tên mới"
    assert "Tên cũ" in trail
    assert "Tên mới" in trail
    assert "Lê Thị Mai" in trail


def test_a_contest_is_made_public_and_archived(as_organizer):
    contest = factories.contest(state=ContestState.DRAFT)
    address = f"/quan-ly/cuoc-thi/{contest.public_id}/trang-thai"

    as_organizer.post(f"{address}/cong-bo")
    first = again(contest).state
    as_organizer.post(f"{address}/luu-tru")

    assert (first, again(contest).state) == (
        ContestState.PUBLISHED,
        ContestState.ARCHIVED,
    )
    assert as_organizer.post(f"{address}/xoa").status_code == 404


def test_units_are_chosen_by_name_and_an_unknown_name_is_told(as_organizer):
    contest = factories.contest()
    factories.unit(name="Phường Buôn Hồ")
    address = f"/quan-ly/cuoc-thi/{contest.public_id}/don-vi"

    refused = as_organizer.post(
        address, data={"kind": "listed", "listed": "Phường Buôn Hồ\nXã Không Có"}
    )
    as_organizer.post(address, data={"kind": "listed", "listed": "phường buôn hồ"})

    assert refused.status_code == 422
    assert "Xã Không Có" in refused.text
    assert "Phường Buôn Hồ" in as_organizer.get(f"{address}?sort=-rate").text


@pytest.mark.parametrize("count", [1, 3])
def test_units_ask_as_many_statements_for_any_number(as_organizer, queries, count):
    contest = factories.contest()
    for number in range(count):
        factories.unit(name=f"Xã Ea Kar {number}")
    as_organizer.post(f"/quan-ly/cuoc-thi/{contest.public_id}/don-vi", data={"kind": "communes"})
    queries.clear()

    page = as_organizer.get(f"/quan-ly/cuoc-thi/{contest.public_id}/don-vi")

    assert page.text.count("Xã Ea Kar") == count
    assert len(queries) == 8


def test_an_administrator_gives_a_role_in_the_contest_and_takes_it_back(client):
    admin = factories.account()
    factories.grant(admin, Role.ADMIN)
    secretary = factories.account(full_name="Phạm Hùng")
    contest = factories.contest()
    address = f"/quan-ly/cuoc-thi/{contest.public_id}/phan-cong"
    signed_in(client, admin)

    found = client.get(f"{address}?tim=pham hung").text
    client.post(address, data={"account": secretary.public_id, "role": "secretary"})
    given = client.get(address).text
    client.post(f"{address}/2/thu-hoi")

    assert secretary.public_id in found
    assert "Phạm Hùng" in given
    assert "Phạm Hùng" not in client.get(address).text


def test_an_organizer_sees_the_roles_but_may_not_give_them(as_organizer):
    contest = factories.contest()
    address = f"/quan-ly/cuoc-thi/{contest.public_id}/phan-cong"

    answer = as_organizer.post(address, data={"account": "x", "role": "secretary"})

    assert as_organizer.get(address).status_code == 200
    assert answer.status_code == 403
