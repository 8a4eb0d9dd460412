"""The participant's pages: my rounds, the start, the attempt, the receipt, the result."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from accounts import authenticating
from contest import attempting, publishing, queries, saving, watching
from contest.attempting import Client
from contest.models import Attempt, AttemptKind, ContestUnit, Presence
from core import clock
from core.db import atomic, db
from questions.models import Item, ItemState, Purpose
from tests import factories

ASKED_BY = {"X-Requested-With": "chungtay"}


@pytest.fixture
def round_(app):
    return factories.round_(opens_at=clock.now() - timedelta(hours=2), shows_answers=True)


@pytest.fixture
def person(round_):
    return factories.enrolment(
        round_.contest, factories.account(full_name="Lê Hoàng Yến"), number=42
    )


@pytest.fixture
def mine(client, person):
    return signed_in(client, person.account)


def signed_in(client, account):
    token = authenticating.open_session(account, is_staff=False, device="phép thử", at=clock.now())
    client.set_cookie("sid", token)
    return client


def begun(client, round_):
    """Start an attempt through the page; return its public id."""
    answer = client.post(f"/thi/vong/{round_.public_id}", data={"honest": "y"})
    return answer.location.rpartition("/")[2]


def row(public_id):
    db.session.rollback()
    return db.session.query(Attempt).filter_by(public_id=public_id).one()


def answers(public_id):
    return {one.position: one.answer for one in queries.answers_of(row(public_id).id).values()}


def ticket(public_id):
    return saving.written(saving.ticket_of(row(public_id)))


def put(client, public_id, sent, token):
    return client.put(
        f"/thi/bai/{public_id}/tra-loi",
        json={"ticket": token, "answers": sent},
        headers=ASKED_BY,
    )


def beat(client, public_id, token, **more):
    sent = {"ticket": token, "here": 2, "left": 1} | more
    return client.put(f"/thi/bai/{public_id}/nhip", json=sent, headers=ASKED_BY)


# --- My page -----------------------------------------------------------------------------------


def test_rounds_asks_strangers_to_sign_in(client, app):
    assert client.get("/thi/").location == "/dang-nhap?next=/thi/"


def test_rounds_offers_the_open_round_with_what_is_left(mine, round_):
    page = mine.get("/thi/").text.replace("\xa0", " ")

    assert "Chào Lê Hoàng Yến" in page
    assert "Tuần 1: bạn còn 1 lượt thi" in page
    assert "Số báo danh 00042" in page
    assert f"/thi/vong/{round_.public_id}" in page


def test_rounds_of_who_has_entered_nothing_lists_contests(client, round_):
    page = signed_in(client, factories.account()).get("/thi/").text

    assert "Bạn chưa đăng ký cuộc thi nào" in page
    assert f"/cuoc-thi/{round_.contest.slug}" in page


def test_rounds_with_an_attempt_that_runs_offers_to_carry_on(mine, round_):
    public_id = begun(mine, round_)

    page = mine.get("/thi/").text

    assert "Làm tiếp" in page
    assert f"/thi/bai/{public_id}" in page


def test_rounds_after_submitting_shows_the_result_and_nothing_left(mine, round_):
    public_id = begun(mine, round_)
    mine.post(f"/thi/bai/{public_id}/nop")

    page = mine.get("/thi/").text.replace("\xa0", " ")

    assert "Tuần 1: bạn đã dùng hết lượt thi" in page
    assert f"/thi/bai/{public_id}/ket-qua" in page
    assert "1 / 1" in page


def test_rounds_before_the_results_are_due_shows_no_score(client):
    later = clock.now() + timedelta(days=3)
    round_ = factories.round_(participant_results_at=later)
    enrolment = factories.enrolment(round_.contest)
    public_id = begun(signed_in(client, enrolment.account), round_)
    client.post(f"/thi/bai/{public_id}/nop")

    page = client.get("/thi/").text

    assert f"/thi/bai/{public_id}/bien-nhan" in page
    assert "0/3" not in page


def test_rounds_says_when_the_next_one_opens(client):
    round_ = factories.round_(opens_at=clock.now() + timedelta(days=2))
    enrolment = factories.enrolment(round_.contest)

    page = signed_in(client, enrolment.account).get("/thi/").text.replace("\xa0", " ")

    assert "Tuần 1 sắp mở" in page


def test_rounds_says_that_all_are_over(client):
    round_ = factories.round_(opens_at=clock.now() - timedelta(days=9))
    enrolment = factories.enrolment(round_.contest)

    page = signed_in(client, enrolment.account).get("/thi/").text

    assert "Hiện không có vòng thi nào mở" in page


def test_rounds_shows_the_own_unit_among_the_others(client, round_):
    unit = factories.unit(name="Sở Y tế")
    factories.saved(ContestUnit(contest_id=round_.contest_id, unit_id=unit.id))
    enrolment = factories.enrolment(round_.contest, unit_id=unit.id, counted_unit_id=unit.id)

    page = signed_in(client, enrolment.account).get("/thi/").text

    assert "0 người đã dự thi." in page


@pytest.mark.parametrize("count", [1, 3])
def test_rounds_takes_the_same_statements_for_any_number_of_rounds(client, queries, count):
    contest = factories.contest()
    enrolment = factories.enrolment(contest)
    for number in range(1, count + 1):
        opens = clock.now() - timedelta(days=count - number, hours=3)
        round_ = factories.round_(contest=contest, number=number, opens_at=opens)
        attempt = attempting.start(
            round_, enrolment, enrolment.account, client=Client("p", "phone"), at=opens
        )
        attempting.submit(attempt, enrolment.account, at=opens + timedelta(minutes=1))
    signed_in(client, enrolment.account)
    db.session.rollback()
    queries.clear()

    client.get("/thi/")

    assert len(queries) == 14


# --- Start -------------------------------------------------------------------------------------


def test_start_says_what_comes(mine, round_):
    page = mine.get(f"/thi/vong/{round_.public_id}").text

    assert "Tuần 1" in page.replace("\xa0", " ")
    assert 'name="honest"' in page
    assert " checked" not in page.partition('id="shortcuts"')[0]


def test_start_of_a_contest_not_entered_is_not_there(mine):
    other = factories.round_()

    assert mine.get(f"/thi/vong/{other.public_id}").status_code == 404


def test_begin_without_the_promise_starts_nothing(mine, round_):
    answer = mine.post(f"/thi/vong/{round_.public_id}")

    assert answer.status_code == 422
    assert db.session.query(Attempt).count() == 0


def test_begin_starts_an_attempt_and_a_second_time_leads_to_the_same(mine, round_):
    first, second = begun(mine, round_), begun(mine, round_)

    assert first == second
    assert row(first).number == 1


def test_begin_after_the_only_attempt_is_refused(mine, round_):
    public_id = begun(mine, round_)
    mine.post(f"/thi/bai/{public_id}/nop")

    answer = mine.post(f"/thi/vong/{round_.public_id}", data={"honest": "y"})

    db.session.rollback()
    assert answer.status_code == 409
    assert db.session.query(Attempt).count() == 1


def test_practise_opens_an_attempt_that_counts_nowhere(mine, round_):
    with atomic():
        for item in db.session.query(Item).filter_by(state=ItemState.USABLE).limit(2):
            item.purpose = Purpose.PRACTICE

    page = mine.get(f"/thi/vong/{round_.public_id}/thi-thu")
    answer = mine.post(f"/thi/vong/{round_.public_id}/thi-thu")

    attempt = row(answer.location.rpartition("/")[2])
    assert page.status_code == 200
    assert (attempt.kind, attempt.asked) == (AttemptKind.PRACTICE, 2)


# --- The attempt -------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 3])
def test_attempt_takes_the_same_statements_for_any_number_of_questions(client, queries, count):
    items = factories.bank()
    for number in range(1, 7):
        factories.item(items, number=number)
    round_ = factories.round_(blueprint=factories.blueprint(items, count))
    enrolment = factories.enrolment(round_.contest)
    public_id = begun(signed_in(client, enrolment.account), round_)
    client.get(f"/thi/bai/{public_id}")
    db.session.rollback()
    queries.clear()

    client.get(f"/thi/bai/{public_id}")

    assert len(queries) == 5


def test_attempt_of_somebody_else_is_not_there(mine, client, round_):
    public_id = begun(mine, round_)
    signed_in(client, factories.enrolment(round_.contest).account)

    pages = ["", "/cau/1", "/xem-lai", "/bien-nhan", "/ket-qua"]

    assert {client.get(f"/thi/bai/{public_id}{page}").status_code for page in pages} == {404}


def test_attempt_does_not_tell_the_keys(mine, round_):
    public_id = begun(mine, round_)

    page = mine.get(f"/thi/bai/{public_id}").text

    assert "Theo Kế hoạch năm 2017." not in page
    assert '"key":' not in page


@pytest.mark.parametrize(("answered", "place"), [((), 1), ((1,), 2), ((2,), 1)])
def test_attempt_opens_where_the_person_goes_on(client, answered, place):
    items = factories.bank()
    for number in range(1, 4):
        factories.item(items, number=number)
    round_ = factories.round_(blueprint=factories.blueprint(items, 2))
    person = factories.enrolment(round_.contest).account
    public_id = begun(signed_in(client, person), round_)
    for position in answered:
        client.post(f"/thi/bai/{public_id}/cau/{position}", data={"answer": "a", "go": "next"})

    page = client.get(f"/thi/bai/{public_id}").text

    assert f'data-current="{place}"' in page


def test_question_beyond_the_paper_is_not_there(mine, round_):
    public_id = begun(mine, round_)

    codes = [mine.get(f"/thi/bai/{public_id}/cau/{n}").status_code for n in (0, 1, 3, 4)]

    assert codes == [404, 200, 200, 404]


def test_save_takes_two_statements_and_answers_with_a_receipt(mine, round_, queries):
    public_id = begun(mine, round_)
    token = ticket(public_id)
    put(mine, public_id, [{"slot": 2, "seq": 1, "answer": "a"}], token)
    db.session.rollback()
    queries.clear()

    answer = put(mine, public_id, [{"slot": 1, "seq": 1, "answer": "b"}], token)

    assert len(queries) <= 2
    assert answer.status_code == 200
    assert answer.json["slots"]["1"]["seq"] == 1
    assert re.fullmatch(r"[0-9a-f]{16}", answer.json["slots"]["1"]["receipt"])
    assert answers(public_id) == {1: "b", 2: "a"}


def test_save_writes_the_attempt_of_the_ticket_whatever_the_address(mine, client, round_):
    public_id = begun(mine, round_)
    other = begun(signed_in(client, factories.enrolment(round_.contest).account), round_)

    put(client, public_id, [{"slot": 1, "seq": 1, "answer": "b"}], ticket(other))
    forged = put(client, public_id, [{"slot": 2, "seq": 1, "answer": "b"}], ticket(other)[:-1])

    assert forged.status_code == 401
    assert (answers(public_id), answers(other)) == ({}, {1: "b"})


def test_save_from_another_site_is_refused(mine, round_):
    public_id = begun(mine, round_)
    sent = {"ticket": ticket(public_id), "answers": [{"slot": 1, "seq": 1, "answer": "b"}]}

    answer = mine.put(f"/thi/bai/{public_id}/tra-loi", json=sent)

    assert answer.status_code == 403
    assert answers(public_id) == {}


def test_beat_tells_the_lease_the_end_and_the_time(mine, round_):
    public_id = begun(mine, round_)

    answer = beat(mine, public_id, ticket(public_id))

    assert (answer.json["lease_no"], answer.json["state"]) == (1, "open")
    assert answer.json["ends"] == row(public_id).accepts_until.isoformat(timespec="milliseconds")


def test_beat_without_a_ticket_tells_nothing(mine, round_):
    assert beat(mine, begun(mine, round_), "x.y").status_code == 401


def test_save_form_writes_the_answer_and_goes_on(mine, round_):
    public_id = begun(mine, round_)

    forward = mine.post(f"/thi/bai/{public_id}/cau/1", data={"answer": "b", "go": "next"})
    review = mine.post(f"/thi/bai/{public_id}/cau/2", data={"answer": "c", "go": "review"})
    mine.post(f"/thi/bai/{public_id}/cau/1", data={"answer": "d", "go": "next"})

    assert forward.location == f"/thi/bai/{public_id}/cau/2"
    assert review.location == f"/thi/bai/{public_id}/xem-lai"
    assert answers(public_id) == {1: "d", 2: "c"}


def test_save_form_from_another_browser_writes_nothing(mine, client, round_, person):
    public_id = begun(mine, round_)
    signed_in(client, person.account)

    client.post(f"/thi/bai/{public_id}/cau/1", data={"answer": "b", "go": "next"})

    assert answers(public_id) == {}


def test_after_a_restore_whoever_is_behind_another_s_answers_only_reads_until_they_take_over(
    mine, round_
):
    public_id = begun(mine, round_)
    put(mine, public_id, [{"slot": 1, "seq": 1, "answer": "a"}], ticket(public_id))
    right = replace(saving.ticket_of(row(public_id)), lease_no=2)
    put(mine, public_id, [{"slot": 1, "seq": 2, "answer": "b"}], saving.written(right))

    page = mine.get(f"/thi/bai/{public_id}").text
    mine.post(f"/thi/bai/{public_id}/cau/1", data={"answer": "c", "go": "next"})

    assert '"ticket": ""' in page
    assert beat(mine, public_id, ticket(public_id)).json["lease_no"] == 2
    assert answers(public_id) == {1: "b"}
    mine.post(f"/thi/bai/{public_id}/lam-o-day")
    mine.post(f"/thi/bai/{public_id}/cau/1", data={"answer": "d", "go": "next"})
    assert row(public_id).lease_no == 3
    assert answers(public_id) == {1: "d"}


def test_take_over_lets_the_other_browser_write(mine, client, round_, person):
    public_id = begun(mine, round_)
    old = ticket(public_id)
    signed_in(client, person.account)

    client.post(f"/thi/bai/{public_id}/lam-o-day")
    client.post(f"/thi/bai/{public_id}/cau/1", data={"answer": "b", "go": "next"})
    refused = put(client, public_id, [{"slot": 2, "seq": 1, "answer": "c"}], old)

    assert row(public_id).lease_no == 2
    assert refused.status_code == 409
    assert answers(public_id) == {1: "b"}


def test_review_names_what_is_not_answered(mine, round_):
    public_id = begun(mine, round_)
    mine.post(f"/thi/bai/{public_id}/cau/1", data={"answer": "b", "go": "next"})

    page = mine.get(f"/thi/bai/{public_id}/xem-lai").text.replace("\xa0", " ")

    assert "Còn 2 câu chưa trả lời" in page


# --- Submit, receipt, result -------------------------------------------------------------------


def test_submit_takes_what_was_still_waiting_and_gives_a_receipt(mine, round_):
    public_id = begun(mine, round_)
    waiting = '[{"slot": 1, "seq": 1, "answer": "b", "elapsed_ms": 5}]'

    answer = mine.post(f"/thi/bai/{public_id}/nop", data={"pending": waiting})

    receipt = mine.get(answer.location).text
    attempt = row(public_id)
    assert (attempt.correct, attempt.submitted_by) == (1, "person")
    assert attempt.receipt_code in receipt
    assert "Lê Hoàng Yến" in receipt


def test_submit_twice_leads_to_the_same_receipt(mine, round_):
    public_id = begun(mine, round_)
    mine.post(f"/thi/bai/{public_id}/nop")
    first = row(public_id).receipt_code

    mine.post(f"/thi/bai/{public_id}/nop")

    assert row(public_id).receipt_code == first


def test_submit_of_nonsense_is_refused_and_leaves_the_attempt_open(mine, round_):
    public_id = begun(mine, round_)

    answer = mine.post(f"/thi/bai/{public_id}/nop", data={"pending": "[[["})

    assert answer.status_code == 422
    assert row(public_id).submitted_at is None


def test_receipt_of_a_running_attempt_is_not_there(mine, round_):
    assert mine.get(f"/thi/bai/{begun(mine, round_)}/bien-nhan").status_code == 404


def test_receipt_s_code_leads_to_the_public_check(mine, round_):
    public_id = begun(mine, round_)
    mine.post(f"/thi/bai/{public_id}/nop")

    code = row(public_id).receipt_code

    assert (
        "http://localhost/bien-nhan?ma=" + code in mine.get(f"/thi/bai/{public_id}/bien-nhan").text
    )
    assert "Biên nhận hợp lệ." in mine.get(f"/bien-nhan?ma={code}").text


def test_result_while_the_round_is_open_keeps_the_keys_back(mine, round_):
    public_id = begun(mine, round_)
    mine.post(f"/thi/bai/{public_id}/nop")

    page = mine.get(f"/thi/bai/{public_id}/ket-qua").text

    assert "Theo Kế hoạch năm 2017." not in page


def test_result_after_the_round_shows_score_place_and_what_was_wrong(client):
    begins = clock.now() - timedelta(days=8)
    round_ = factories.round_(opens_at=begins, shows_answers=True)
    enrolment = factories.enrolment(round_.contest)
    attempt = attempting.start(
        round_, enrolment, enrolment.account, client=Client("p", "phone"), at=begins
    )
    attempting.submit(attempt, enrolment.account, at=begins + timedelta(minutes=2))
    publishing.compute(round_, None, reason="", at=clock.now())

    page = (
        signed_in(client, enrolment.account)
        .get(f"/thi/bai/{attempt.public_id}/ket-qua")
        .text.replace("\xa0", " ")
    )

    assert "Hạng 1 trên 1 người" in page
    assert "Theo Kế hoạch năm 2017." in page


def test_result_before_its_date_leads_to_the_receipt(client):
    round_ = factories.round_(participant_results_at=clock.now() + timedelta(days=3))
    enrolment = factories.enrolment(round_.contest)
    public_id = begun(signed_in(client, enrolment.account), round_)
    client.post(f"/thi/bai/{public_id}/nop")

    answer = client.get(f"/thi/bai/{public_id}/ket-qua")

    assert answer.location == f"/thi/bai/{public_id}/bien-nhan"


# --- Handing in by the script ------------------------------------------------------------------


def test_hand_in_by_the_script_saves_what_is_left_and_leads_to_the_receipt(mine, round_):
    public_id = begun(mine, round_)
    sent = {"ticket": ticket(public_id), "answers": [{"slot": 2, "seq": 1, "answer": "b"}]}

    answer = mine.put(f"/thi/bai/{public_id}/nop", json=sent, headers=ASKED_BY)

    assert answer.json["receipt"] == f"/thi/bai/{public_id}/bien-nhan"
    assert answers(public_id) == {2: "b"}
    assert row(public_id).submitted_by == "person"
    assert mine.get(answer.json["receipt"]).status_code == 200


def test_hand_in_without_a_ticket_of_ours_closes_nothing(mine, round_):
    public_id = begun(mine, round_)

    answer = mine.put(f"/thi/bai/{public_id}/nop", json={"ticket": "x.y"}, headers=ASKED_BY)

    assert answer.status_code == 401
    assert row(public_id).submitted_at is None


def test_hand_in_by_a_displaced_tab_says_so(mine, round_):
    public_id = begun(mine, round_)
    old = ticket(public_id)
    mine.post(f"/thi/bai/{public_id}/lam-o-day")

    answer = mine.put(f"/thi/bai/{public_id}/nop", json={"ticket": old}, headers=ASKED_BY)

    assert (answer.status_code, answer.json["error"]) == (409, "displaced")
    assert row(public_id).submitted_at is None


# --- The heartbeat in a room -------------------------------------------------------------------


@pytest.fixture(autouse=True)
def _nothing_noted():
    watching.forget()


def noted(public_id):
    attempt = row(public_id)
    return db.session.query(Presence).filter_by(attempt_id=attempt.id).one_or_none()


def test_beat_of_a_watched_attempt_notes_where_it_is(mine, round_, person):
    room = factories.room(round_.sittings[0])
    factories.seat(round_.sittings[0], person, room_id=room.id)
    public_id = begun(mine, round_)

    assert beat(mine, public_id, ticket(public_id)).json["state"] == "open"

    assert (noted(public_id).here, noted(public_id).left) == (2, 1)
    assert '"watched": true' in mine.get(f"/thi/bai/{public_id}").text


def test_beat_where_nobody_supervises_notes_nothing(mine, round_):
    public_id = begun(mine, round_)

    beat(mine, public_id, ticket(public_id))

    assert noted(public_id) is None


def test_beat_of_what_is_no_number_notes_nothing_wrong(mine, round_, person):
    room = factories.room(round_.sittings[0])
    factories.seat(round_.sittings[0], person, room_id=room.id)
    public_id = begun(mine, round_)

    beat(mine, public_id, ticket(public_id), here="ba", left=-4)

    assert (noted(public_id).here, noted(public_id).left) == (0, 0)


def test_beat_says_until_when_the_clock_stands_still(mine, round_):
    public_id = begun(mine, round_)
    attempt = row(public_id)
    until = clock.now() + timedelta(minutes=5)
    with atomic():
        attempt.halted_from, attempt.halted_until = clock.now() - timedelta(minutes=1), until

    told = beat(mine, public_id, ticket(public_id)).json

    assert told["paused_until"] == until.isoformat(timespec="milliseconds")
