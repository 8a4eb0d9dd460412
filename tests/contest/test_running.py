"""Runs are written beside the one that counts: seen whole or not, stopped without a trace."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from contest import computing, publishing, revising, run_queries, running, verifying
from contest.errors import RoundNotReady
from contest.models import (
    UNFINISHED,
    ChangeState,
    QuestionRuling,
    ResultRun,
    Round,
    Slot,
    Standing,
)
from contest.rules.changing import Change, ChangeKind
from contest.rules.progressing import part
from core import clock, jobs
from core.db import atomic, db
from core.jobs import Job, JobCancelled, JobState
from tests import factories
from tests.contest.judged import computed, one_paper

MINUTE = timedelta(minutes=1)
SHEETS = ("bbb", "bba", "baa", "aab")


@pytest.fixture
def board(app):
    return [factories.account(full_name=name) for name in ("Phạm Hùng", "Lê Thị Lan")]


@pytest.fixture
def judged(app, noon, monkeypatch):
    made = computed(noon, SHEETS, blueprint=one_paper())
    monkeypatch.setattr(running, "ROWS_AT_ONCE", 1)
    monkeypatch.setattr(computing, "ATTEMPTS_AT_ONCE", 1)
    monkeypatch.setattr(computing, "PEOPLE_AT_ONCE", 1)
    return made


@pytest.fixture
def later(noon):
    return noon + 90 * MINUTE


def proposed(round_, attempts, board, at):
    made = revising.draft(round_, board[0], at=at)
    version = attempts[0].slots[0].version_id
    revising.add(made, Change(ChangeKind.VOID_FULL, str(version)), board[0])
    return revising.propose(made, board[0], reason="Theo biên bản số 3", at=at)


def rows():
    """All that a run, or a change, would write."""
    db.session.rollback()
    return {
        "runs": [(one.id, one.number) for one in db.session.query(ResultRun)],
        "standings": [(one.run_id, one.enrolment_id) for one in db.session.query(Standing)],
        "marks": [one.mark for one in db.session.query(Slot)],
        "rulings": db.session.query(QuestionRuling).count(),
        "current": [one.current_run_id for one in db.session.query(Round)],
    }


def stopper(at):
    """A progress that is told to stop at its `at`-th time; it keeps what it was told."""
    told = []

    def progress(done, total):
        told.append((done, total))
        if len(told) == at:
            raise JobCancelled

    return progress, told


def watched(act):
    """Do it; return what was told of how far it is."""
    told = []
    act(lambda done, total: told.append((done, total)))
    return told


def test_part_tells_its_share_of_the_whole():
    told = []

    tell = part(lambda *so_far: told.append(so_far), 50, 70)
    tell(0, 4)
    tell(2, 4)
    tell(9, 4)
    tell(0, 0)

    assert told == [(50, 100), (60, 100), (70, 100), (50, 100)]


def test_run_that_is_stopped_anywhere_leaves_nothing(judged, later):
    round_, _attempts = judged
    before = rows()
    times = len(
        watched(
            lambda progress: publishing.compute(
                round_, None, reason="", at=later, progress=progress
            )
        )
    )
    with atomic():
        run = db.session.get_one(ResultRun, round_.current_run_id)
        round_.current_run_id = before["current"][0]
        db.session.query(Standing).filter_by(run_id=run.id).delete()
        db.session.delete(run)

    for at in range(1, times + 1):
        progress, _told = stopper(at)
        with pytest.raises(JobCancelled):
            publishing.compute(round_, None, reason="", at=later, progress=progress)
        assert rows() == before


def test_change_that_is_stopped_anywhere_leaves_nothing(judged, board, later):
    round_, attempts = judged
    made = proposed(round_, attempts, board, later)
    before, at, stopped = rows(), 0, True

    while stopped:
        at += 1
        progress, told = stopper(at)
        try:
            revising.agree(made, board[1], reason="Nhất trí", at=later, progress=progress)
        except JobCancelled:
            assert rows() == before
            assert made.state is ChangeState.PROPOSED
        stopped = len(told) == at

    # Marks, attempts, people, and a row of each of them for either audience.
    assert at > 4 * len(SHEETS)
    assert verifying.verify(round_.contest).faults == []
    assert [one.number for one in run_queries.runs_of(round_)] == [3, 2, 1]


def test_nobody_sees_a_run_while_it_is_written(judged, later):
    round_, _attempts = judged
    seen = []

    def look(done, total):
        db.session.rollback()
        unfinished = db.session.query(ResultRun).filter(UNFINISHED).count()
        runs = [one.number for one in run_queries.runs_of(round_)]
        current = run_queries.current_run(round_).number
        seen.append((unfinished, runs, current, verifying.verify(round_.contest).faults))

    publishing.compute(round_, None, reason="", at=later, progress=look)

    assert {(runs, current) for _, (*runs,), current, _ in seen for runs in [tuple(runs)]} == {
        ((2, 1), 2)
    }
    assert {unfinished for unfinished, *_ in seen} == {0, 1}
    assert [faults for *_, faults in seen if faults] == []


def left_behind(round_, at):
    """Leave a run as a killed process does: begun, some of it written."""
    found = computing.computed_in(round_, at=at)
    return running.write(round_, found, None, reason="", at=at).run_id


def test_run_that_was_killed_stands_in_nobodys_way_until_it_is_swept(judged, later):
    round_, _attempts = judged
    left_behind(round_, later)

    run = publishing.compute(round_, None, reason="Lần hai", at=later)

    assert run.number == 3
    assert verifying.verify(round_.contest).faults == []
    assert running.sweep_all(at=later + 61 * MINUTE) == 1
    assert [one.number for one in db.session.query(ResultRun).order_by(ResultRun.id)] == [1, 2, 3]


def test_run_that_was_killed_is_swept_by_the_clock_once_nobody_writes_it(judged, later):
    round_, _attempts = judged
    before = rows()
    left_behind(round_, later)

    early = running.sweep_all(at=later + MINUTE)
    late = running.sweep_all(at=later + 61 * MINUTE)

    assert (early, late) == (0, 1)
    assert rows() == before


def test_run_that_somebody_else_swept_is_written_again(judged, later):
    round_, _attempts = judged
    swept = []

    def sweep(done, total):
        if done == total and not swept:
            swept.append(running.sweep_all(at=later + 61 * MINUTE))

    run = publishing.compute(round_, None, reason="", at=later, progress=sweep)

    assert swept == [1]
    assert run.number == 3
    assert verifying.verify(round_.contest).faults == []


def test_round_that_never_rests_is_given_up(judged, later):
    round_, attempts = judged

    def meddle(done, total):
        with atomic():
            first = db.session.get_one(type(attempts[0]), attempts[0].id)
            first.predicted = (first.predicted or 0) + 1

    with pytest.raises(RoundNotReady):
        publishing.compute(round_, None, reason="", at=later, progress=meddle)

    assert db.session.query(ResultRun).filter(UNFINISHED).count() == 0


def test_results_are_ordered_once_and_the_job_tells_how_far_it_is(judged, board):
    round_, _attempts = judged

    job = publishing.order(round_, board[0], reason="Lần hai", at=clock.now())
    again = publishing.order(round_, board[0], reason="Lần ba", at=clock.now())
    assert publishing.alive(round_).id == job.id == again.id
    while jobs.run_next(at=clock.now()):
        pass

    db.session.rollback()
    kept = db.session.scalars(select(Job).where(Job.kind == publishing.JOB)).one()
    assert (kept.state, kept.done, kept.total) == (JobState.DONE, 100, 100)
    assert kept.result == {"run": 3}
    assert publishing.alive(round_) is None
    assert publishing.last_fault(round_) == ""


def test_job_that_is_stopped_while_it_computes_leaves_the_run_that_counts(
    judged, board, monkeypatch
):
    round_, _attempts = judged
    before = rows()
    job = publishing.order(round_, board[0], reason="Lần hai", at=clock.now())
    write = running.write

    def stopped_meanwhile(*told, **more):
        jobs.cancel(db.session.get_one(Job, job.id), at=clock.now())
        return write(*told, **more)

    monkeypatch.setattr(running, "write", stopped_meanwhile)
    while jobs.run_next(at=clock.now()):
        pass

    assert rows() == before
    assert db.session.get_one(Job, job.id).state is JobState.CANCELLED
