"""Judged rounds where the pages of quizzes are: said as what they are, and never taken as one."""

from datetime import timedelta

import pytest

from contest import access, boards, measuring, presenting, publishing
from contest.errors import RoundNotReady
from contest.models import RoundKind
from core import clock
from core.errors import NotFound
from tests import factories
from tests.contest import judging

DAY = timedelta(days=1)


@pytest.fixture
def contest(app):
    return factories.contest()


def a_round(contest, *, opens, closes, **fields):
    made = judging.judged_round(contest, **fields)
    made.round.opens_at, made.round.closes_at = clock.now() + opens, clock.now() + closes
    return factories.saved(made)


def page(contest):
    return presenting.contest_page(contest, None, at=clock.now())


def test_page_says_which_round_is_judged_and_until_when_entries_come_in(contest, app):
    judging.category(contest, title="Phần mềm", closes_at=clock.now() + 3 * DAY)
    judging.category(
        contest, title="Sáng kiến", position=2, prefix="B", closes_at=clock.now() + DAY
    )
    judged = a_round(contest, opens=-DAY, closes=DAY)
    with app.test_request_context():
        found = page(contest)

    assert (found.judged.now.title, found.judged.hand.title) == (judged.round.title, "Sáng kiến")
    assert found.now is None
    assert found.rates == []


def test_rules_in_short_are_those_of_the_protocol_and_not_of_a_paper(contest, app):
    judging.category(contest, title="Phần mềm")
    judged = a_round(contest, opens=-DAY, closes=DAY)
    with app.test_request_context():
        told = dict(page(contest).rules)

    criteria = [one.title for one in judged.declared.rubric.criteria]
    assert all(any(title in line for line in told["Tiêu chí"]) for title in criteria)
    assert "Bài thi" not in told
    assert told["Bài dự thi"][0].startswith("Phần mềm")


def test_judged_round_is_no_round_to_take_and_has_no_board_of_a_quiz(contest, client):
    judged = a_round(contest, opens=-DAY, closes=DAY)
    with pytest.raises(NotFound):
        access.own_round(factories.enrolment(contest).account, judged.round.public_id)
    assert boards.head(contest.slug, None, at=clock.now()) is None
    assert "Chưa có bảng xếp hạng" in client.get(f"/cuoc-thi/{contest.slug}/bang-xep-hang").text


def test_results_of_a_judged_round_are_not_computed_as_those_of_a_quiz(contest):
    judged = a_round(contest, opens=-2 * DAY, closes=-DAY)

    assert judged.round.kind is RoundKind.JUDGED
    with pytest.raises(RoundNotReady):
        publishing.compute(judged.round, None, reason="", at=clock.now())
    assert measuring.queue_due(at=clock.now()) == 0
