"""The script of a large contest at a fiftieth of its size: what comes out, never how long."""

import io
import zipfile

import pytest
from sqlalchemy import func, select

from contest import computing, demo, previewing, publishing, run_queries, verifying
from contest.models import (
    UNFINISHED,
    Attempt,
    Certificate,
    ChangeState,
    ContestUnit,
    Enrolment,
    ResultRun,
    Standing,
)
from contest.rules.timing import Audience
from core import clock, jobs
from core.db import db
from core.jobs import Job, JobState
from tests.bench import contests

SHARE = 50
PEOPLE, ATTEMPTS = contests.PEOPLE // SHARE, contests.ATTEMPTS // SHARE
# The documents of a round in the forms that each can be had in.
FILES = 21


def count(model, *which):
    return db.session.scalar(select(func.count()).select_from(model).where(*which))


def done(script, step):
    """Order a step and let the jobs be done; return its job."""
    public_id = script.order(step)
    while jobs.run_next(at=clock.now()):
        pass
    db.session.rollback()
    return db.session.scalars(select(Job).where(Job.public_id == public_id)).one()


@pytest.mark.slow
def test_script_of_a_large_contest_holds_from_the_first_run_to_the_certificates(app):
    contest, (round_,) = contests.large(people=PEOPLE, attempts=ATTEMPTS)
    contests.settled(round_)
    script = contests.Script(round_)
    ranked = count(Enrolment, Enrolment.id.in_(select(Attempt.enrolment_id)))

    assert (count(Attempt), count(ContestUnit), count(Enrolment)) == (ATTEMPTS, 168, PEOPLE)
    assert verifying.verify(contest).faults == []

    folder = app.config["INSTANCE"] / "exports"
    _results_hold(script, ranked, folder)
    _papers_hold(script, folder)

    db.session.expire_all()
    assert count(ResultRun, UNFINISHED) == 0
    assert verifying.verify(script.round.contest).faults == []


def _results_hold(script, ranked, folder):
    ran = done(script, "run")
    assert (ran.state, ran.result, ran.done, ran.total) == (JobState.DONE, {"run": 2}, 100, 100)
    assert run_queries.ranked_people(run_queries.current_run(script.round)) == ranked

    previewed = done(script, "preview")
    assert previewed.state is JobState.DONE, previewed.fault
    expected = previewing.read(previewing.file_of(folder, script.change)).moved
    before = board(script.round)
    applied = done(script, "apply")
    assert (applied.state, applied.result) == (JobState.DONE, {"run": 3})
    assert script.change.state is ChangeState.AGREED
    after = board(script.round)
    moved = {who: (before[who], after[who]) for who in after if before[who] != after[who]}
    assert moved == {
        one.who: ((one.place_before, one.score_before), (one.place_after, one.score_after))
        for one in expected
    }
    assert before.keys() == after.keys()
    assert any(now[1] > then[1] for then, now in moved.values())


def _papers_hold(script, folder):
    written = done(script, "documents")
    assert (written.state, written.done) == (JobState.DONE, written.total)
    with zipfile.ZipFile(io.BytesIO((folder / written.result["file"]).read_bytes())) as archive:
        assert len(archive.namelist()) == FILES
        assert archive.testzip() is None

    printed = done(script, "certificates")
    assert printed.state is JobState.DONE, printed.fault
    assert count(Certificate) == printed.total >= contests.CERTIFICATES // SHARE
    assert (folder / printed.result["file"]).read_bytes().startswith(b"%PDF-")


def board(round_):
    """Where everybody stands: place and score, by enrolment."""
    rows = db.session.execute(
        select(
            Standing.enrolment_id,
            func.rank().over(order_by=Standing.sort_key),
            Standing.score,
        ).where(Standing.run_id == round_.current_run_id, Standing.audience == Audience.PARTICIPANT)
    )
    return {who: (place, score) for who, place, score in rows}


def test_computing_asks_and_writes_as_often_for_many_as_for_few(app, queries):
    counted = []
    for people, attempts in ((40, 100), (120, 300)):
        if demo.existing():
            demo.put_away(demo.existing())
        _contest, (round_,) = contests.large(people=people, attempts=attempts)
        db.session.rollback()
        queries.clear()
        publishing.compute(round_, None, reason="Lần đầu", at=clock.now())
        counted.append(len(queries))

    assert counted[0] == counted[1]


def test_attempts_are_read_some_at_a_time_and_all_the_same(app, monkeypatch):
    _contest, (round_,) = contests.large(people=40, attempts=100)
    whole = computing.achieved_in(round_)

    monkeypatch.setattr(computing, "ATTEMPTS_AT_ONCE", 7)

    assert computing.achieved_in(round_) == whole
    assert sum(map(len, whole.values())) == 100
