"""Appeals: while there is time, by the owner, once; claimed, answered, led into a change."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from accounts.models import AuditEntry
from contest import appeal_queries, appealing
from contest.errors import AlreadyDecided, AppealRefused, CannotDecide, RoundFinal, WrongHour
from contest.models import Appeal, AppealState, ChangeState, RoundState
from contest.rules.appealing import AppealRegime, AppealWindow
from core.db import atomic, db
from tests import factories
from tests.contest.judged import computed, one_paper

MINUTE = timedelta(minutes=1)
WORDS = "Câu 2 có hai đáp án đúng theo Nghị định số 61/2018/NĐ-CP."


@pytest.fixture
def officers(app):
    return [factories.account(full_name=name) for name in ("Phạm Hùng", "Lê Thị Lan")]


@pytest.fixture
def opens(noon):
    return noon + 90 * MINUTE


@pytest.fixture
def attempt(app, noon, officers, opens):
    round_, attempts = computed(noon, ["bba", "baa"], blueprint=one_paper())
    window = AppealWindow(AppealRegime.CONTEST, opens, opens + 60 * MINUTE)
    appealing.set_window(round_, window, officers[0])
    return attempts[0]


def made(attempt, at, positions=(2,)):
    return appealing.make(attempt, attempt.enrolment.account, WORDS, positions, at=at)


def test_an_appeal_keeps_the_questions_and_what_the_attempt_was_worth(attempt, opens):
    appeal = made(attempt, opens, positions=(3, 2, 99))

    assert (appeal.positions, appeal.reason, appeal.state) == ([2, 3], WORDS, AppealState.OPEN)
    assert (appeal.score_before, appeal.correct_before) == (attempt.score, 2)


@pytest.mark.parametrize("minutes", [-1, 60, 600])
def test_outside_of_its_hours_nobody_appeals(attempt, opens, minutes):
    with pytest.raises(AppealRefused):
        made(attempt, opens + minutes * MINUTE)

    assert db.session.query(Appeal).count() == 0


def test_the_last_moment_is_the_one_before_the_end(attempt, opens):
    appeal = made(attempt, opens + 60 * MINUTE - timedelta(microseconds=1))

    assert appeal.state is AppealState.OPEN


def test_a_second_appeal_is_the_first(attempt, opens):
    first = made(attempt, opens)

    second = appealing.make(attempt, attempt.enrolment.account, "Khác", [], at=opens + MINUTE)

    assert (second.id, second.reason) == (first.id, WORDS)


def test_nobody_appeals_for_somebody_else(attempt, officers, opens):
    with pytest.raises(AppealRefused):
        appealing.make(attempt, officers[0], WORDS, [], at=opens)


def test_an_examination_on_computers_takes_no_hours(attempt, officers, opens):
    window = AppealWindow(AppealRegime.EXAM_COMPUTER, opens, opens + MINUTE)

    with pytest.raises(WrongHour):
        appealing.set_window(attempt.round, window, officers[0])

    appealing.set_window(attempt.round, AppealWindow(AppealRegime.EXAM_COMPUTER), officers[0])
    with pytest.raises(AppealRefused):
        made(attempt, opens)


def test_only_who_claimed_an_appeal_answers_it_and_once(attempt, officers, opens):
    appeal = made(attempt, opens)
    with pytest.raises(CannotDecide):
        appealing.answer(appeal, officers[0], "Giữ nguyên.", changes=False, at=opens)

    appealing.claim(appeal, officers[0], at=opens)
    with pytest.raises(CannotDecide):
        appealing.answer(appeal, officers[1], "Giữ nguyên.", changes=False, at=opens)
    appealing.answer(appeal, officers[0], "Giữ nguyên.", changes=False, at=opens)
    with pytest.raises(AlreadyDecided):
        appealing.answer(appeal, officers[0], "Đổi ý.", changes=True, at=opens)

    assert (appeal.state, appeal.answer) == (AppealState.KEPT, "Giữ nguyên.")
    assert appeal.change_id is None


def test_an_answer_that_changes_the_result_leads_into_a_draft(attempt, officers, opens):
    appeal = made(attempt, opens)
    appealing.claim(appeal, officers[0], at=opens)

    appealing.answer(appeal, officers[0], "Chấp nhận đáp án C.", changes=True, at=opens)

    assert appeal.change.state is ChangeState.DRAFT
    assert appeal.change.made_by_id == officers[0].id
    assert appeal_queries.open_in(attempt.round) == 0


def test_the_owner_takes_an_appeal_back_and_never_answers_it(attempt, opens):
    owner, appeal = attempt.enrolment.account, made(attempt, opens)
    with pytest.raises(CannotDecide):
        appealing.claim(appeal, owner, at=opens)

    appealing.withdraw(appeal, owner)

    assert appeal.state is AppealState.WITHDRAWN
    assert appeal_queries.open_in(attempt.round) == 0


def test_an_answered_appeal_is_not_taken_back(attempt, officers, opens):
    appeal = made(attempt, opens)
    appealing.claim(appeal, officers[0], at=opens)
    appealing.answer(appeal, officers[0], "Giữ nguyên.", changes=False, at=opens)

    with pytest.raises(AlreadyDecided):
        appealing.withdraw(appeal, attempt.enrolment.account)


def test_after_finalizing_no_appeal_is_claimed(attempt, officers, opens):
    appeal = made(attempt, opens)
    with atomic():
        attempt.round.state = RoundState.FINAL

    with pytest.raises(RoundFinal):
        appealing.claim(appeal, officers[0], at=opens)


def test_the_trail_proves_the_words_and_does_not_repeat_them(attempt, officers, opens):
    appeal = made(attempt, opens)
    appealing.claim(appeal, officers[0], at=opens)
    appealing.answer(appeal, officers[0], "Giữ nguyên kết quả.", changes=False, at=opens)

    rows = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action.like("appeal.%")).order_by(AuditEntry.id)
    ).all()

    assert [row.action for row in rows] == ["appeal.made", "appeal.claimed", "appeal.answered"]
    assert not any(WORDS in row.record or "Giữ nguyên" in row.record for row in rows)
    assert json.loads(rows[0].record)["details"]["positions"] == [2]


def test_what_an_erased_person_wrote_is_gone_and_the_outcome_stays(attempt, officers, opens):
    appeal = made(attempt, opens)
    appealing.claim(appeal, officers[0], at=opens)
    appealing.answer(appeal, officers[0], "Giữ nguyên.", changes=False, at=opens)
    owner = attempt.enrolment.account_id
    assert appealing.kept_of(owner)[0]["reason"] == WORDS

    with atomic():
        appealing.erase_of(owner)

    db.session.refresh(appeal)
    assert (appeal.reason, appeal.answer, appeal.state) == ("", "", AppealState.KEPT)
