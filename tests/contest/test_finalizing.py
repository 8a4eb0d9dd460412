"""Results that are final: what stands in the way, that nothing moves then, and the way back."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from contest import (
    adjusting,
    appealing,
    arranging,
    attempting,
    deciding,
    finalizing,
    freezing,
    grading,
    interrupting,
    organizing,
    planning,
    preparing,
    proctoring,
    proposing,
    publishing,
    revising,
    run_queries,
    scheduling,
    seating,
    verifying,
    voiding,
)
from contest.attempting import Client
from contest.errors import OnlySecond, RoundFinal, RoundNotReady
from contest.interrupting import Scope
from contest.models import MinutesKind, RoundState, Seat
from contest.rules.appealing import AppealRegime, AppealWindow
from contest.rules.arranging import RoomSettings
from contest.rules.changing import Change, ChangeKind
from contest.rules.lateness import LateRule
from contest.voiding import Told
from core.db import atomic, db
from core.errors import DomainError
from tests import factories
from tests.contest.judged import computed, one_paper

MINUTE = timedelta(minutes=1)
SHEETS = ("bbb", "bba", "baa")


@pytest.fixture
def board(app):
    return [factories.account(full_name=name) for name in ("Phạm Hùng", "Lê Thị Lan")]


@pytest.fixture
def later(noon):
    return noon + 90 * MINUTE


@pytest.fixture
def judged(app, noon):
    return computed(noon, SHEETS, blueprint=one_paper())


def waiting(round_, at):
    return [one.name for one in finalizing.blockers(round_, at=at)]


def rows():
    """Everything that is stored, to be compared before and after."""
    db.session.rollback()
    return {
        table.name: sorted(map(repr, db.session.execute(select(table)).all()))
        for table in db.metadata.sorted_tables
    }


# --- What stands in the way --------------------------------------------------------------------


def test_a_computed_round_without_anything_open_can_be_final(judged, board, later):
    round_, _ = judged
    assert waiting(round_, later) == []

    finalizing.finalize(round_, board[0], reason="Đã rà soát", at=later)

    assert (round_.state, round_.finalized_at) == (RoundState.FINAL, later)


def test_a_running_round_names_all_that_is_missing(app, noon, board):
    round_ = factories.round_(opens_at=noon, closes_at=noon + 60 * MINUTE)
    enrolment = factories.enrolment(round_.contest)
    attempting.start(round_, enrolment, enrolment.account, client=Client("máy"), at=noon)

    assert waiting(round_, noon + MINUTE) == ["window", "run", "open"]
    with pytest.raises(RoundNotReady):
        finalizing.finalize(round_, board[0], reason="", at=noon + MINUTE)


def test_an_unanswered_appeal_and_time_for_appeals_stand_in_the_way(judged, board, later):
    round_, attempts = judged
    window = AppealWindow(AppealRegime.CONTEST, later, later + 60 * MINUTE)
    appealing.set_window(round_, window, board[0])
    assert waiting(round_, later) == ["appeal_window"]

    owner = attempts[0].enrolment.account
    appeal = appealing.make(attempts[0], owner, "Câu 2 có hai đáp án.", [2], at=later)
    assert waiting(round_, later + 60 * MINUTE) == ["appeals"]

    appealing.claim(appeal, board[0], at=later)
    appealing.answer(appeal, board[0], "Giữ nguyên kết quả.", changes=False, at=later)
    assert waiting(round_, later + 60 * MINUTE) == []


def test_a_waiting_change_a_frozen_board_and_a_later_exclusion_stand_in_the_way(
    judged, board, later
):
    round_, attempts = judged
    made = revising.draft(round_, board[0], at=later)
    revising.add(made, Change(ChangeKind.ANNUL, attempts[0].public_id), board[0])
    revising.propose(made, board[0], reason="Thi hộ", at=later)
    with atomic():
        round_.frozen_run_id = round_.current_run_id
    adjusting.disqualify(attempts[1].enrolment, board[0], reason="Thi hộ", at=later)

    assert waiting(round_, later) == ["changes", "stale", "frozen"]


def test_every_line_says_whether_it_is_done(judged, later):
    round_, _ = judged

    lines = finalizing.lines(round_, at=later)

    assert {one.name for one in lines} == set(finalizing._REFUSALS)
    assert all(one.is_done for one in lines)


# --- Immutable ---------------------------------------------------------------------------------


def walk(round_, attempts, board, at):
    """Every activity that could change something of a round, as (name, call)."""
    first, second = board
    attempt, sitting = attempts[0], round_.sittings[0]
    enrolment = attempt.enrolment
    seat = attempt.seat
    put = factories.room(sitting)
    with atomic():
        seat.room = put
    scope = Scope(sitting)
    room = RoomSettings(title="Phòng 2", place="", capacity=20)
    settings = planning.settings_of(round_)
    annul = Change(ChangeKind.ANNUL, attempt.public_id)
    hours = AppealWindow(AppealRegime.CONTEST, at, at + MINUTE)
    told = Told(MinutesKind.REPRIMAND, "Nói chuyện trong phòng thi.")
    outsider = factories.enrolment(round_.contest)
    return {
        "compute": lambda: publishing.compute(round_, first, reason="", at=at),
        "draft": lambda: revising.draft(round_, first, at=at),
        "add": lambda: revising.add(_kept["draft"], annul, first),
        "propose": lambda: revising.propose(_kept["draft"], first, reason="", at=at),
        "withdraw": lambda: revising.withdraw(_kept["draft"], first),
        "freeze": lambda: freezing.freeze(round_, first, reason="", at=at),
        "reveal": lambda: freezing.reveal(round_, first, reason="", at=at),
        "appeals": lambda: appealing.set_window(round_, hours, first),
        "appeal": lambda: appealing.make(attempt, enrolment.account, "Xin xem lại", [], at=at),
        "late": lambda: deciding.propose(attempt, first, LateRule.REPLACE, reason="", at=at),
        "extend": lambda: scheduling.extend(round_, at + MINUTE, first, reason=""),
        "open": lambda: scheduling.open_now(round_, first, reason="", at=at),
        "close": lambda: scheduling.close_early(round_, first, reason="", at=at),
        "pause": lambda: scheduling.pause(round_, first, reason=""),
        "resume": lambda: scheduling.resume(round_, first, reason=""),
        "edit": lambda: organizing.edit_round(round_, settings, first, at=at),
        "ready": lambda: organizing.make_ready(round_, first, at=at),
        "back": lambda: organizing.make_draft(round_, first),
        "sitting": lambda: arranging.add_sitting(round_, arranging.settings_of(sitting), first),
        "move": lambda: arranging.edit_sitting(
            sitting, arranging.settings_of(sitting), first, at=at
        ),
        "remove": lambda: arranging.remove_sitting(sitting, first),
        "room": lambda: arranging.add_room(sitting, room, first),
        "edit room": lambda: arranging.edit_room(seat.room, room, first),
        "remove room": lambda: arranging.remove_room(seat.room, first),
        "fill": lambda: seating.fill_sitting(round_, sitting, first, by_name=True),
        "seat": lambda: seating.seat(outsider, sitting, None, first),
        "unseat": lambda: seating.unseat(round_, outsider, first),
        "empty": lambda: seating.empty(round_, first),
        "listed": lambda: seating.seat_listed(round_, [], first),
        "halt": lambda: interrupting.pause(scope, first, reason="", at=at),
        "give back": lambda: interrupting.give_back(scope, 5, first, reason="", at=at),
        "give time": lambda: proctoring.give_time(seat, 5, first, reason="", at=at),
        "admit": lambda: proctoring.admit(seat, first, reason="", at=at),
        "move seat": lambda: proctoring.move(seat, first, reason="", at=at),
        "minutes": lambda: voiding.write(seat, first, told, at=at),
        "papers": lambda: preparing.order(sitting, first, at=at),
        "claim": lambda: grading.claim(round_, first, at=at),
        "mark": lambda: adjusting.mark(enrolment, first, is_test=True, is_hidden=False, reason=""),
        "start": lambda: attempting.start(
            round_, outsider, outsider.account, client=Client("máy"), at=at
        ),
        "take over": lambda: attempting.take_over(attempt, enrolment.account, session="x", at=at),
        "submit": lambda: attempting.submit(attempt, enrolment.account, at=at),
        "finalize": lambda: finalizing.finalize(round_, second, reason="", at=at),
        "rebuild": lambda: publishing.rebuild_provisional(round_),
        "open run": lambda: publishing.open_run(round_, at=at),
    }


_kept = {}
# They find nothing to do, and say so by doing nothing.
QUIET = {
    "finalize",
    "rebuild",
    "open run",
    "resume",
    "ready",
    "submit",
}


def test_after_finalizing_every_activity_refuses_or_does_nothing(judged, board, later):
    round_, attempts = judged
    _kept["draft"] = revising.draft(round_, board[0], at=later)
    finalizing.finalize(round_, board[0], reason="Đã rà soát", at=later)
    acts = walk(round_, attempts, board, later + MINUTE)
    before = rows()

    passed = set()
    for name, act in acts.items():
        try:
            act()
        except DomainError:
            db.session.rollback()
        else:
            passed.add(name)
        assert rows() == before, name

    assert passed == QUIET


def test_what_later_exclusions_say_does_not_touch_final_results(judged, board, later):
    round_, attempts = judged
    run = run_queries.current_run(round_)
    finalizing.finalize(round_, board[0], reason="Đã rà soát", at=later)
    person = attempts[0].enrolment

    adjusting.disqualify(person, board[0], reason="Vi phạm ở tuần 2", at=later + MINUTE)

    assert run_queries.ranked_people(run) == 3
    assert verifying.verify(round_.contest).faults == []
    adjusting.reinstate(person, board[0], reason="Nhầm người")
    assert verifying.verify(round_.contest).faults == []


def test_an_exclusion_that_final_results_rest_on_is_not_taken_back(judged, board, later):
    round_, attempts = judged
    person = attempts[0].enrolment
    adjusting.disqualify(person, board[0], reason="Thi hộ", at=later)
    publishing.compute(round_, board[0], reason="Loại một người", at=later + MINUTE)
    finalizing.finalize(round_, board[0], reason="Đã rà soát", at=later + 2 * MINUTE)

    with pytest.raises(RoundFinal):
        adjusting.reinstate(person, board[0], reason="Nhầm")

    assert verifying.verify(round_.contest).faults == []


# --- The way back ------------------------------------------------------------------------------


def test_finalizing_is_taken_back_only_by_two_people(judged, board, later):
    round_, _ = judged
    finalizing.finalize(round_, board[0], reason="Đã rà soát", at=later)
    asked = proposing.propose(
        round_, proposing.REOPEN, {}, board[0], reason="Sót đơn phúc khảo", at=later
    )

    with pytest.raises(OnlySecond):
        proposing.confirm(asked, board[0], at=later)
    assert round_.state is RoundState.FINAL

    proposing.confirm(asked, board[1], at=later)
    assert (round_.state, round_.finalized_at) == (RoundState.READY, None)
    publishing.compute(round_, board[0], reason="Tính lại", at=later + MINUTE)


def test_finalizing_twice_is_once(judged, board, later):
    round_, _ = judged
    finalizing.finalize(round_, board[0], reason="Đã rà soát", at=later)
    before = rows()

    finalizing.finalize(round_, board[1], reason="Lại", at=later + MINUTE)

    assert rows() == before
    assert db.session.query(Seat).count() == 3
