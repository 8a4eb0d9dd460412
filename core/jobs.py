"""Background and periodic jobs: rows that any process claims, with lease, progress and cancel."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, String, Text, or_, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Mapped, mapped_column

from core import clock, hub, ids
from core.db import Model, after_commit, atomic, db
from core.errors import DomainError
from core.logs import logger
from core.text import N_

LEASE = timedelta(seconds=30)
TRIES = 3
BELL = "jobs"


class JobState(StrEnum):
    """Where a job stands."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Job(Model):
    """Work to be done outside a request; whoever holds the lease does it."""

    __table_args__ = (Index("ix_job_waiting", "state", "run_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(24), unique=True)
    kind: Mapped[str] = mapped_column(String(60))
    # A second job of the same key is not queued while the first is alive.
    key: Mapped[str | None] = mapped_column(String(120), unique=True)
    payload: Mapped[dict[str, Any]]
    state: Mapped[JobState] = mapped_column(default=JobState.QUEUED)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    result: Mapped[dict[str, Any] | None]
    fault: Mapped[str] = mapped_column(Text, default="")
    tries: Mapped[int] = mapped_column(default=0)
    owner_id: Mapped[int | None]
    created_at: Mapped[datetime]
    run_at: Mapped[datetime]
    leased_until: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    is_cancelled: Mapped[bool] = mapped_column(default=False)

    @property
    def is_over(self) -> bool:
        """Say whether nothing more will happen to it."""
        return self.state in {JobState.DONE, JobState.FAILED, JobState.CANCELLED}


class JobCancelled(DomainError):  # noqa: N818 -- a refusal
    """The person who asked for the work has asked to stop it."""

    message = N_("The work was cancelled.")


@dataclass(frozen=True, slots=True)
class Work:
    """A claimed job in the hands of its handler."""

    job_id: int
    payload: dict[str, Any]

    def progress(self, done: int, total: int) -> None:
        """Say how far the work is, and keep the lease; raise `JobCancelled` when asked to stop."""
        with atomic():
            job = db.session.get_one(Job, self.job_id, with_for_update=True)
            if job.is_cancelled:
                raise JobCancelled
            job.done, job.total = done, total
            job.leased_until = clock.now() + LEASE


Handler = Callable[[Work], dict[str, Any] | None]
HANDLERS: dict[str, Handler] = {}
PERIODIC: dict[str, timedelta] = {}


def handles(kind: str, *, every: timedelta | None = None) -> Callable[[Handler], Handler]:
    """Register the function that does jobs of this kind; `every` repeats it for ever."""

    def register(handler: Handler) -> Handler:
        HANDLERS[kind] = handler
        if every is not None:
            PERIODIC[kind] = every
        return handler

    return register


def enqueue(
    kind: str, payload: dict[str, Any], *, at: datetime, key: str | None = None, owner: int | None
) -> Job:
    """Queue a job in the caller's transaction; one already alive under the key is returned."""
    if key is not None:
        alive = db.session.scalar(select(Job).where(Job.key == key))
        if alive is not None:
            return alive
    job = Job(
        public_id=ids.public_id(),
        kind=kind,
        key=key,
        payload=payload,
        owner_id=owner,
        created_at=at,
        run_at=at,
    )
    db.session.add(job)
    db.session.flush()
    bell = hub.here()
    if bell.is_set:
        after_commit(lambda: bell.ring(BELL))
    return job


def owned(public_id: str, owner: int) -> Job | None:
    """Return the job when this account asked for it."""
    return db.session.scalar(select(Job).where(Job.public_id == public_id, Job.owner_id == owner))


@atomic()
def cancel(job: Job, *, at: datetime) -> None:
    """Ask a job to stop: one that waits is over at once, one that runs at its next progress."""
    job.is_cancelled = True
    if job.state is JobState.QUEUED:
        job.state, job.finished_at, job.key = JobState.CANCELLED, at, None


@atomic()
def claim(*, at: datetime) -> Work | None:
    """Take the job that has waited longest, or one whose worker has died."""
    due = (Job.state == JobState.QUEUED) & (Job.run_at <= at)
    orphaned = (Job.state == JobState.RUNNING) & (Job.leased_until < at)
    job = db.session.scalar(
        select(Job)
        .where(or_(due, orphaned))
        .order_by(Job.run_at)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    if job is None:
        return None
    job.state, job.leased_until, job.tries = JobState.RUNNING, at + LEASE, job.tries + 1
    return Work(job.id, job.payload)


def run_next(*, at: datetime) -> bool:
    """Claim one job and do it; return whether there was one."""
    work = claim(at=at)
    if work is None:
        return False
    kind = db.session.get_one(Job, work.job_id).kind
    try:
        result = HANDLERS[kind](work)
    except JobCancelled:
        _finish(work, JobState.CANCELLED, at=clock.now())
    except DomainError as refusal:
        _finish(work, JobState.FAILED, fault=refusal.message, at=clock.now())
    except Exception:  # noqa: BLE001 -- a fault in one job must not end the worker
        logger.exception("job failed", extra={"kind": kind, "job": work.job_id})
        _retry(work, at=clock.now())
    else:
        _finish(work, JobState.DONE, result=result, at=clock.now())
    return True


@atomic()
def _finish(
    work: Work,
    state: JobState,
    *,
    at: datetime,
    result: dict[str, Any] | None = None,
    fault: str = "",
) -> None:
    job = db.session.get_one(Job, work.job_id, with_for_update=True)
    job.state, job.result, job.fault, job.finished_at = state, result, fault, at
    if job.kind in PERIODIC:
        job.state, job.run_at, job.tries = JobState.QUEUED, at + PERIODIC[job.kind], 0
    else:
        job.key = None


@atomic()
def _retry(work: Work, *, at: datetime) -> None:
    job = db.session.get_one(Job, work.job_id, with_for_update=True)
    if job.tries < TRIES or job.kind in PERIODIC:
        job.state, job.run_at = JobState.QUEUED, at + timedelta(seconds=2**job.tries)
        job.tries = min(job.tries, TRIES)
    else:
        job.state, job.fault = JobState.FAILED, N_("The work failed. The fault has been logged.")
        job.finished_at, job.key = at, None


@atomic()
def plan_periodic(*, at: datetime) -> None:
    """Make the rows of the jobs that repeat, where they are missing."""
    for kind in PERIODIC:
        enqueue(kind, {}, at=at, key=f"periodic:{kind}", owner=None)


def run_until(stopped: threading.Event, *, pause: float = 0.5, away: float = 5) -> None:
    """Do jobs as they come, until told to stop.

    A storage that is full, busy or away is asked again after `away` seconds: a process that
    ended and was started anew each time would take the machine from those who save.
    """
    is_planned = False
    while not stopped.is_set():
        try:
            if not is_planned:
                plan_periodic(at=clock.now())
                is_planned = True
            if not run_next(at=clock.now()):
                db.session.remove()
                hub.here().wait(BELL, stopped, pause)
        except OperationalError as fault:
            logger.warning("jobs wait for the storage", extra={"fault": str(fault.orig)})
            db.session.remove()
            stopped.wait(away)
