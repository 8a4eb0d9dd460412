"""The pages of markers: the queue, one answer without a name, and marks that differ."""

import pytest

from accounts.rules.authorizing import Role, ScopeKind
from contest import grading
from contest.models import Attempt, EssayMark
from core import clock
from core.db import db
from tests import factories
from tests.contest.test_grading import ESSAY, FULL, NONE, essay_place, hand_in, marked, round_of
from tests.contest.views.test_participant import signed_in


@pytest.fixture
def now(app):
    return clock.now()


@pytest.fixture
def round_(now):
    return round_of(now, shows_answers=True)


@pytest.fixture
def judge(round_):
    person = factories.account(full_name="Phan Thị Giám Khảo")
    factories.grant(person, Role.JUDGE, ScopeKind.ROUND, round_.id)
    return person


def queue_of(round_):
    return f"/quan-ly/vong/{round_.public_id}/cham"


def taken(client, round_):
    return client.post(queue_of(round_)).location


def test_marker_takes_the_next_answer_and_gives_points_with_a_comma(client, round_, judge):
    attempt = hand_in(round_)
    address = taken(signed_in(client, judge), round_)
    points = {"criterion-1": "2", "criterion-2": "1,25", "comment": "Có ví dụ"}

    page = client.get(address).text
    answer = client.post(address, data=points)

    db.session.rollback()
    mark = db.session.query(EssayMark).one()
    assert ESSAY in page
    assert "16 từ" in page
    assert answer.location == queue_of(round_)
    assert mark.criteria == {"1": 2_000_000, "2": 1_250_000}
    assert (mark.points, mark.comment, mark.attempt_id) == (6_500_000, "Có ví dụ", attempt.id)


def test_answer_is_shown_without_name_unit_or_the_other_mark(client, round_, judge, now):
    attempt = hand_in(round_)
    marked(round_, FULL, now)
    address = taken(signed_in(client, judge), round_)

    page = client.get(address).text

    person = attempt.enrolment
    for told in (person.account.full_name, attempt.public_id, person.public_id, "3,5 điểm", "7 đ"):
        assert told not in page.replace("từ 0 đến", "")


@pytest.mark.parametrize("points", ["", "2,5", "-1", "hai"])
def test_points_that_there_are_not_are_refused_beside_the_field(client, round_, judge, points):
    hand_in(round_)
    address = taken(signed_in(client, judge), round_)

    answer = client.post(address, data={"criterion-1": points, "criterion-2": "1"})

    assert answer.status_code == 422
    assert "Ghi số điểm từ 0 đến 2." in answer.text.replace("\xa0", " ")
    assert db.session.query(EssayMark).count() == 0


def test_answer_of_another_marker_is_not_there(client, round_, judge, now):
    hand_in(round_)
    held = grading.claim(round_, factories.account(), at=now)

    address = f"/quan-ly/cham/{held.public_id}"

    assert signed_in(client, judge).get(address).status_code == 404
    assert client.post(address, data={}).status_code == 404


def test_judge_of_another_round_may_not_mark(client, round_):
    other = factories.account()
    factories.grant(other, Role.JUDGE, ScopeKind.ROUND, round_.id + 1)

    assert signed_in(client, other).get(queue_of(round_)).status_code == 404


def test_queue_says_how_far_the_marking_is_and_that_nothing_is_left(client, round_, judge, now):
    hand_in(round_)
    for _ in range(2):
        marked(round_, FULL, now)

    page = signed_in(client, judge).get(queue_of(round_)).text
    nothing = client.post(queue_of(round_))

    assert "1/1" in page
    assert "Đã chấm xong tất cả các bài." in page
    assert nothing.location == queue_of(round_)


def test_secretary_sees_marks_that_differ_without_a_name(client, round_, now):
    secretary = factories.account(full_name="Lò Thị Thư Ký")
    factories.grant(secretary, Role.SECRETARY, ScopeKind.CONTEST, round_.contest_id)
    attempt = hand_in(round_)
    marked(round_, FULL, now)
    marked(round_, NONE, now)

    page = signed_in(client, secretary).get(f"{queue_of(round_)}/lech").text

    assert f'<td class="r num">{essay_place(attempt)}</td>' in page
    assert '<td class="r num">7</td><td class="r num">0</td>' in page
    assert attempt.enrolment.account.full_name not in page


@pytest.mark.parametrize("count", [1, 3])
def test_pages_of_marking_take_the_same_statements_for_any_number_of_answers(
    client, round_, judge, queries, now, count
):
    factories.grant(judge, Role.SECRETARY, ScopeKind.CONTEST, round_.contest_id)
    for _ in range(count):
        hand_in(round_)
    for told in [FULL, NONE] * count:
        marked(round_, told, now)
    signed_in(client, judge)
    address = taken(client, round_)
    found = []

    for page in (queue_of(round_), f"{queue_of(round_)}/lech", address):
        db.session.rollback()
        queries.clear()
        found.append((client.get(page).status_code, len(queries)))

    assert found == [(200, 7), (200, 9), (200, 4)]


def test_result_says_that_it_is_not_fully_marked(client, round_):
    attempt = hand_in(round_)

    page = signed_in(client, attempt.enrolment.account).get(f"/thi/bai/{attempt.public_id}/ket-qua")

    assert "Chưa chấm xong." in page.text
    assert ESSAY not in page.text
    assert db.session.query(Attempt).one().unmarked == 1
