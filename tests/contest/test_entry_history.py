"""What the people of an entry are told of it: each thing once, with its moment and its reasons."""

from datetime import timedelta

import pytest

from contest import entering, entry_history, sifting
from contest.models import Round
from contest.rules.judging.screening import Verdict
from contest.sifting import Finding
from core import clock, i18n
from core.db import atomic, db
from tests import factories
from tests.contest.entering import BAD, FAIL, PASS, again, category, entrant, handed_in, told
from tests.contest.views.test_participant import signed_in
from tests.judged_factories import Scene


@pytest.fixture
def open_(app):
    return category()


@pytest.fixture
def lead(open_):
    return entrant(open_)


@pytest.fixture
def entry(open_, lead):
    return handed_in(open_, lead)


@pytest.fixture
def screeners(app):
    return [factories.account(full_name=name) for name in ("Phan Thị Một", "Lê Văn Hai")]


@pytest.fixture
def words(app):
    """The words of an entry's history, the newest first."""

    def said(entry, at=None):
        with app.test_request_context():
            return [one.text for one in entry_history.of(again(entry), at=at or clock.now())]

    return said


def back(until):
    return Finding(BAD, Verdict.RETURN, "Gửi lại video", until)


def give(entry, screeners, found):
    for who in screeners:
        sifting.give(again(entry), who, found, at=clock.now())


def test_entry_that_was_received_is_told_with_its_code(entry, words):
    assert words(entry) == [f"Đã nhận bài, mã số {entry.code}."]


def test_nothing_is_told_of_screening_while_the_screeners_have_not_agreed(entry, screeners, words):
    sifting.give(again(entry), screeners[0], FAIL, at=clock.now())
    waiting = words(entry)
    sifting.give(again(entry), screeners[1], PASS, at=clock.now())

    assert waiting == words(entry) == [f"Đã nhận bài, mã số {entry.code}."]


def test_returned_entry_is_told_its_deadline_its_reason_and_nobody_who_said_it(
    app, client, lead, entry, screeners, words
):
    until = clock.now() + timedelta(days=3)
    give(entry, screeners, back(until))
    signed_in(client, lead.account)
    page = client.get(f"/thi/bai-du-thi/{entry.public_id}").text

    with app.test_request_context():
        deadline = i18n.deadline(until)
    assert words(entry)[0] == f"Trả lại để sửa, hạn nộp lại đến {deadline}."
    assert "Diễn biến của bài" in page
    assert "Gửi lại video" in page
    assert [one.full_name for one in screeners if one.full_name in page] == []


def test_corrected_and_admitted_entry_keeps_every_step(entry, lead, screeners, words):
    give(entry, screeners, back(clock.now() + timedelta(days=3)))
    entering.save(again(entry), lead.account, told(title="Trợ lý ảo"), at=clock.now())
    entering.hand_in(again(entry), lead.account, at=clock.now())
    give(entry, screeners, PASS)

    code = again(entry).code
    assert words(entry) == [
        "Đạt thẩm định: bài được chuyển đến ban giám khảo.",
        f"Đã nộp lại: phiên bản 2, mã số {code}.",
        "Trả lại để sửa.",
        f"Đã nhận bài, mã số {code}.",
    ]


def test_rejection_and_its_appeal_are_told_with_their_reasons(app, entry, lead, screeners, words):
    give(entry, screeners, FAIL)
    appeal = sifting.appeal(again(entry), lead.account, "Chúng tôi đúng đối tượng", at=clock.now())
    sifting.decide(appeal, factories.account(), admits=True, reason="Đúng", at=clock.now())

    assert words(entry)[:3] == [
        "Khiếu nại được chấp nhận: bài đạt thẩm định.",
        "Đã nhận khiếu nại của bạn.",
        "Không đạt thẩm định.",
    ]
    with app.test_request_context():
        events = entry_history.of(again(entry), at=clock.now())
    assert [list(one.reasons) for one in events[:3]] == [["Đúng"], [], ["Không đúng đối tượng"] * 2]


def test_entry_that_was_not_corrected_in_time_is_told_so(entry, screeners, words):
    give(entry, screeners, back(clock.now() + timedelta(days=3)))
    late = clock.now() + timedelta(days=4)
    sifting.lapse(again(entry), screeners[0], at=late)

    assert "Không đạt thẩm định: bài không được sửa đúng hạn." in words(entry, at=late)


def test_results_are_told_once_entrants_may_see_them_and_not_before(app):
    scene = Scene()
    scene.close()
    before = told_of(app, scene)
    with atomic():
        round_ = db.session.get_one(Round, scene.round.id)
        round_.participant_results_at = clock.now() - timedelta(minutes=1)

    after = told_of(app, scene)

    assert before == []
    url = f"/thi/bai-du-thi/{scene.entries[0].public_id}/phieu-nhan-xet"
    assert after == [("Đã có kết quả “Chung khảo”, kèm phiếu nhận xét.", url)]


def told_of(app, scene):
    """What the history of the first entry says of results."""
    with app.test_request_context():
        events = entry_history.of(again(scene.entries[0]), at=clock.now())
    return [(one.text, one.url) for one in events if one.url]
