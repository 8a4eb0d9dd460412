"""A frozen public board stops, the committee's goes on, and revealing is an act."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from accounts.models import AuditEntry
from contest import (
    adjusting,
    attempting,
    boards,
    closing,
    freezing,
    publishing,
    run_queries,
    verifying,
)
from contest.errors import RoundFinal, RoundNotReady
from contest.models import RoundState, Standing
from contest.rules.timing import Audience
from core.db import atomic, db
from tests import factories
from tests.contest.judged import one_paper, take

MINUTE = timedelta(minutes=1)


@pytest.fixture
def actor(app):
    return factories.account(full_name="Phạm Hùng")


@pytest.fixture
def running(app, noon):
    round_ = factories.round_(
        opens_at=noon, closes_at=noon + 60 * MINUTE, blueprint=one_paper(), max_per_round=2
    )
    return round_, [done(round_, "bba", noon), done(round_, "baa", noon + MINUTE)]


def done(round_, sheet, at, **fields):
    attempt = take(round_, sheet, at=at, **fields)
    attempting.submit(attempt, attempt.enrolment.account, at=at + MINUTE)
    return attempt


def board(round_, audience):
    rows = db.session.execute(
        select(Standing.enrolment_id, Standing.correct)
        .where(Standing.run_id == round_.current_run_id, Standing.audience == audience)
        .order_by(Standing.sort_key)
    )
    return [tuple(row) for row in rows]


def shown(round_, at):
    found = boards.head(round_.contest.slug, round_.number, at=at)
    return found.people, found.frozen_at


def faults(round_):
    db.session.expire_all()
    return verifying.verify(round_.contest).faults


def test_a_frozen_board_stays_and_the_other_goes_on(running, actor, noon):
    round_, _ = running
    before = board(round_, Audience.PUBLIC)
    freezing.freeze(round_, actor, reason="Giữ bí mật tới lễ trao giải", at=noon + 5 * MINUTE)

    late = done(round_, "bbb", noon + 6 * MINUTE)

    assert board(round_, Audience.PUBLIC) == before
    assert board(round_, Audience.PARTICIPANT)[0] == (late.enrolment_id, 3)
    assert shown(round_, noon + 9 * MINUTE) == (2, noon + 5 * MINUTE)
    assert faults(round_) == []


def test_whoever_is_taken_out_or_tries_again_does_not_move_a_frozen_board(running, actor, noon):
    round_, (first, second) = running
    before = board(round_, Audience.PUBLIC)
    freezing.freeze(round_, actor, reason="Giữ bí mật", at=noon + 5 * MINUTE)

    done(round_, "bbb", noon + 6 * MINUTE, enrolment=second.enrolment)
    adjusting.disqualify(first.enrolment, actor, reason="Thi hộ", at=noon + 9 * MINUTE)
    publishing.rebuild_provisional(round_)

    assert board(round_, Audience.PUBLIC) == before
    assert board(round_, Audience.PARTICIPANT) == [(second.enrolment_id, 3)]
    assert faults(round_) == []


def test_revealing_shows_the_public_what_the_committee_sees(running, actor, noon):
    round_, _ = running
    freezing.freeze(round_, actor, reason="Giữ bí mật", at=noon + 5 * MINUTE)
    done(round_, "bbb", noon + 6 * MINUTE)

    freezing.reveal(round_, actor, reason="Công bố tại lễ", at=noon + 9 * MINUTE)

    assert board(round_, Audience.PUBLIC) == board(round_, Audience.PARTICIPANT)
    assert shown(round_, noon + 9 * MINUTE) == (3, None)
    assert faults(round_) == []


def test_a_board_frozen_before_the_end_stays_while_results_are_computed(running, actor, noon):
    round_, _ = running
    frozen = round_.current_run_id
    freezing.freeze(round_, actor, reason="Giữ bí mật", at=noon + 5 * MINUTE)
    done(round_, "bbb", noon + 6 * MINUTE)
    after = noon + 70 * MINUTE

    run = publishing.compute(round_, actor, reason="Tính", at=after)

    assert not run_queries.is_public(run)
    assert shown(round_, after) == (2, noon + 5 * MINUTE)
    assert round_ not in run_queries.due_for_publishing(at=after)
    with pytest.raises(RoundNotReady):
        publishing.publish(round_, actor, at=after)

    freezing.reveal(round_, actor, reason="Công bố", at=after)
    assert run_queries.is_public(run)
    assert shown(round_, after) == (3, None)
    assert (round_.frozen_run_id, frozen != run.id) == (None, True)
    assert faults(round_) == []


def test_revealing_before_the_public_date_shows_nothing_computed(running, actor, noon):
    round_, _ = running
    with atomic():
        round_.public_results_at = noon + timedelta(days=3)
    freezing.freeze(round_, actor, reason="Giữ bí mật", at=noon + 5 * MINUTE)
    after = noon + 70 * MINUTE
    run = publishing.compute(round_, actor, reason="Tính", at=after)

    freezing.reveal(round_, actor, reason="Mở lại", at=after)

    assert not run_queries.is_public(run)


def test_there_must_be_a_board_and_the_round_must_not_be_final(app, noon, actor):
    round_ = factories.round_(opens_at=noon, closes_at=noon + 60 * MINUTE, live_board=False)
    with pytest.raises(RoundNotReady):
        freezing.freeze(round_, actor, reason="", at=noon)

    with atomic():
        round_.state = RoundState.FINAL
    with pytest.raises(RoundFinal):
        freezing.freeze(round_, actor, reason="", at=noon)


def test_freezing_and_revealing_are_in_the_trail_once_each(running, actor, noon):
    round_, _ = running
    for _ in range(2):
        freezing.freeze(round_, actor, reason="Giữ bí mật", at=noon + 5 * MINUTE)
    for _ in range(2):
        freezing.reveal(round_, actor, reason="Công bố", at=noon + 6 * MINUTE)

    acts = db.session.scalars(
        select(AuditEntry.action)
        .where(AuditEntry.action.in_(("results.frozen", "results.revealed")))
        .order_by(AuditEntry.id)
    ).all()
    assert acts == ["results.frozen", "results.revealed"]


@pytest.mark.parametrize("acts", [("freeze",), ("freeze", "reveal")])
def test_who_hands_in_while_the_board_is_frozen_or_revealed_stands_where_it_says(
    running, actor, noon, monkeypatch, acts
):
    round_, _ = running
    if "reveal" in acts:
        freezing.freeze(round_, actor, reason="Trước giờ", at=noon + 3 * MINUTE)
    third = take(round_, "bbb", at=noon + 2 * MINUTE)
    attempt_id, lease_no = third.id, third.lease_no
    db.session.rollback()
    kept = closing.writer.run

    def run(work):
        # The last moment before the transaction of the closing begins.
        monkeypatch.setattr(closing.writer, "run", kept)
        getattr(freezing, acts[-1])(round_, actor, reason="Đúng lúc ấy", at=noon + 4 * MINUTE)
        db.session.rollback()
        return kept(work)

    monkeypatch.setattr(closing.writer, "run", run)
    closing.hand_in(attempt_id, lease_no=lease_no, at=noon + 4 * MINUTE)

    db.session.rollback()
    people = [len(board(round_, one)) for one in (Audience.PARTICIPANT, Audience.PUBLIC)]
    assert people == ([3, 2] if acts[-1] == "freeze" else [3, 3])
    assert faults(round_) == []
