"""Background jobs."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy.exc import OperationalError

from core import jobs
from core.db import atomic, db
from core.errors import DomainError
from core.jobs import Job, JobState

OWNER = 7


@pytest.fixture
def handlers(app, monkeypatch):
    made = {}
    monkeypatch.setattr(jobs, "HANDLERS", made)
    monkeypatch.setattr(jobs, "PERIODIC", {})
    return made


@pytest.fixture
def queue(handlers, noon):
    @atomic()
    def queue(kind="count", key=None):
        return jobs.enqueue(kind, {"to": 3}, at=noon, key=key, owner=OWNER).id

    return queue


def row(job_id):
    db.session.rollback()
    return db.session.get_one(Job, job_id)


def test_a_job_is_done_once_with_its_progress_and_result(queue, handlers, noon):
    def count(work):
        for done in range(work.payload["to"]):
            work.progress(done + 1, work.payload["to"])
        return {"counted": 3}

    handlers["count"] = count
    job = row(queue())

    ran = [jobs.run_next(at=noon), jobs.run_next(at=noon)]

    assert ran == [True, False]
    assert (job.state, job.done, job.total, job.result) == (JobState.DONE, 3, 3, {"counted": 3})


def test_a_job_cancelled_while_it_runs_stops_at_its_next_progress(queue, handlers, noon):
    seen = []

    def count(work):
        for done in range(3):
            jobs.cancel(row(work.job_id), at=noon)
            work.progress(done, 3)
            seen.append(done)

    handlers["count"] = count
    job = queue()

    jobs.run_next(at=noon)

    assert (row(job).state, seen) == (JobState.CANCELLED, [])


def test_a_job_whose_worker_died_is_claimed_again_after_its_lease(queue, noon):
    job = queue()
    jobs.claim(at=noon)

    early = jobs.claim(at=noon + jobs.LEASE)
    late = jobs.claim(at=noon + jobs.LEASE + timedelta(seconds=1))

    assert (early, late.job_id) == (None, job)


def test_a_refusal_fails_at_once_and_a_fault_is_tried_again(queue, handlers, noon):
    def refuse(work):
        raise DomainError("Tệp trống.")

    def fail(work):
        raise OSError

    handlers |= {"refuse": refuse, "fail": fail}
    refused, failed = queue("refuse"), queue("fail")

    at = noon
    while jobs.run_next(at=at):
        at += timedelta(days=30)

    assert (row(refused).state, row(refused).tries) == (JobState.FAILED, 1)
    assert (row(failed).state, row(failed).tries) == (JobState.FAILED, jobs.TRIES)


def test_a_second_job_of_a_key_is_the_first_while_it_lives(queue, handlers, noon):
    handlers["count"] = lambda work: None
    first, second = queue(key="xuất 1"), queue(key="xuất 1")
    jobs.run_next(at=noon)
    third = queue(key="xuất 1")

    assert first == second
    assert third != first


def test_a_periodic_job_is_queued_again(handlers, noon, monkeypatch):
    times = []
    handlers["tick"] = lambda work: times.append(1)
    monkeypatch.setitem(jobs.PERIODIC, "tick", timedelta(seconds=2))
    jobs.plan_periodic(at=noon)
    jobs.plan_periodic(at=noon)

    ran = jobs.run_next(at=noon)

    waiting = db.session.query(Job).all()
    assert (ran, times) == (True, [1])
    assert [(job.state, job.key) for job in waiting] == [(JobState.QUEUED, "periodic:tick")]
    assert waiting[0].run_at > noon


def test_a_storage_that_is_full_is_waited_for_and_the_jobs_are_done_afterwards(
    queue, handlers, monkeypatch
):
    stopped, done = threading.Event(), []
    handlers["count"] = lambda work: done.append(work.job_id) or stopped.set()
    job_id = queue()
    claims = iter([OperationalError("", {}, Exception("database or disk is full"))] * 2)
    claim = jobs.claim

    def full_twice(*, at):
        fault = next(claims, None)
        if fault:
            raise fault
        return claim(at=at)

    monkeypatch.setattr(jobs, "claim", full_twice)
    jobs.run_until(stopped, pause=0, away=0.01)

    assert done == [job_id]
