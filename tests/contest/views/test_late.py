"""The pages of answers that came late: who sees what, and how two people decide there."""

from datetime import timedelta

import pytest

from accounts import authenticating
from accounts.rules.authorizing import Role, ScopeKind
from contest import attempting
from contest.attempting import Client
from contest.saving import Answer, save, ticket_of
from core import clock
from core.db import db
from tests import factories

ANSWERS = {"rule": "replace", "reason": "Mất điện phòng máy 2"}


def signed_in(app, role, contest, name):
    person = factories.account(full_name=name)
    factories.grant(person, role, ScopeKind.CONTEST, contest.id)
    return browser(app, person, is_staff=True)


def browser(app, person, *, is_staff):
    client = app.test_client()
    token = authenticating.open_session(
        person, is_staff=is_staff, device="phép thử", at=clock.now()
    )
    client.set_cookie("sid", token)
    return client


@pytest.fixture
def case(app):
    return late_attempt(clock.now())


def late_attempt(now, round_=None):
    """An attempt that is over, with one answer in time and two that came four minutes late."""
    began = now - timedelta(minutes=20)
    person = factories.account(full_name="Nguyễn Thị Hạnh")
    round_ = round_ or factories.round_(opens_at=began)
    enrolment = factories.enrolment(round_.contest, person)
    attempt = attempting.start(round_, enrolment, person, client=Client("máy"), at=began)
    ticket, ends = ticket_of(attempt), began + timedelta(minutes=15)
    save(ticket, [Answer(1, 1, "a")], at=began + timedelta(minutes=1))
    attempting.submit(attempt, None, at=ends + timedelta(seconds=6))
    save(ticket, [Answer(1, 2, "b", 71_000), Answer(2, 1, "b")], at=ends + timedelta(minutes=4))
    return attempt


def again(row):
    db.session.rollback()
    return db.session.get(type(row), row.id)


def test_the_lane_lists_late_attempts_masked(app, case):
    secretary = signed_in(app, Role.SECRETARY, case.round.contest, "Phạm Hùng")

    page = secretary.get(f"/quan-ly/vong/{case.round.public_id}/den-muon").text

    assert "Nguyễn Thị H***" in page
    assert "Nguyễn Thị Hạnh" not in page
    assert "chưa quyết định" in page


def test_the_page_shows_when_and_why_and_never_what(app, case):
    secretary = signed_in(app, Role.SECRETARY, case.round.contest, "Phạm Hùng")

    page = secretary.get(f"/quan-ly/bai/{case.public_id}/den-muon").text.replace("\xa0", " ")

    assert "sau khi hết giờ 4 phút" in page
    assert "1 phút 11 giây ở câu này" in page
    assert "Phương án" not in page
    assert "điểm" not in page.partition("<main")[2].lower()


def test_two_people_decide_and_the_owner_reads_it_on_the_receipt(app, case):
    contest = case.round.contest
    first = signed_in(app, Role.SECRETARY, contest, "Phạm Hùng")
    second = signed_in(app, Role.ORGANIZER, contest, "Lê Thị Mai")
    owner = browser(app, case.enrolment.account, is_staff=False)
    address = f"/quan-ly/bai/{case.public_id}/den-muon"

    first.post(address, data=ANSWERS)
    waiting = second.get(address).text
    agree = waiting.partition('/dong-y"')[0].rpartition('"')[2] + "/dong-y"
    refused = first.post(agree, data={"reason": "Tôi đồng ý với tôi"})
    done = second.post(agree, data={"reason": "Đúng như biên bản"})
    receipt = owner.get(f"/thi/bai/{case.public_id}/bien-nhan").text

    assert (refused.status_code, done.status_code) == (409, 303)
    assert again(case).correct == 2
    assert "Số câu trả lời đến muộn: 2" in receipt
    assert "Mất điện phòng máy 2" in receipt
    assert "2/3" in receipt


def test_the_receipt_of_who_was_in_time_says_nothing_of_late_answers(app):
    now = clock.now()
    person = factories.account()
    round_ = factories.round_(opens_at=now - timedelta(minutes=20))
    enrolment = factories.enrolment(round_.contest, person)
    attempt = attempting.start(round_, enrolment, person, client=Client("máy"), at=now)
    attempting.submit(attempt, person, at=now)

    page = browser(app, person, is_staff=False).get(f"/thi/bai/{attempt.public_id}/bien-nhan").text

    assert "muộn" not in page


def test_a_proposal_without_a_reason_is_not_made(app, case):
    secretary = signed_in(app, Role.SECRETARY, case.round.contest, "Phạm Hùng")

    answer = secretary.post(f"/quan-ly/bai/{case.public_id}/den-muon", data={"rule": "fill"})

    assert answer.status_code == 422
    assert "Đang chờ" not in answer.text


def test_pages_of_the_lane_send_as_many_statements_whatever_comes(app, case, queries):
    secretary = signed_in(app, Role.SECRETARY, case.round.contest, "Phạm Hùng")
    addresses = [
        f"/quan-ly/vong/{case.round.public_id}/den-muon",
        f"/quan-ly/bai/{case.public_id}/den-muon",
    ]
    few = counted(secretary, addresses, queries)

    for _ in range(4):
        late_attempt(clock.now(), case.round)
    ticket = ticket_of(again(case))
    for seq in range(3, 9):
        save(ticket, [Answer(3, seq, "c")], at=clock.now())

    assert counted(secretary, addresses, queries) == few


def counted(client, addresses, queries):
    found = []
    for address in addresses:
        client.get(address)
        queries.clear()
        assert client.get(address).status_code == 200
        found.append(len(queries))
    return found
