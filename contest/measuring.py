"""Item statistics of a round: its answers gathered, analysed, and given to the bank to keep."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from accounts import auditing
from accounts.models import Account
from contest import domains, queries
from contest.domains import Sums
from contest.models import (
    Attempt,
    AttemptKind,
    CountedLate,
    Enrolment,
    Response,
    Round,
    RoundKind,
    RoundState,
    Slot,
)
from core import jobs
from core.db import atomic, db
from core.jobs import Job
from questions import calibrating
from questions.calibrating import Occasion
from questions.models import ItemVersion, TestStatistic
from questions.rules import analysing, tabulating
from questions.rules.tabulating import Answers, Form

JOB = "contest.statistics"
ATTEMPTS_AT_ONCE = 500
_MILLION = 1_000_000


@dataclass(slots=True)
class Gathered:
    """The answers of a round that count, and how often each version stood in a paper."""

    answers: Answers = field(default_factory=Answers)
    forms: Mapping[int, Form] = field(default_factory=dict)
    asked: Mapping[int, int] = field(default_factory=dict)
    attempts: int = 0
    domains: Sums = field(default_factory=dict)

    @property
    def papers(self) -> dict[int, tuple[int, int]]:
        """For each version: in how many papers it stood, and how many answers count."""
        counted = Counter(self.answers.versions)
        return {version: (times, counted[version]) for version, times in self.asked.items()}


def queue(round_: Round, actor: Account | None, *, at: datetime) -> Job:
    """Let a job compute the statistics of a round anew; part of the caller's transaction."""
    payload = {"round": round_.public_id, "actor": actor.id if actor else None}
    owner = actor.id if actor else None
    return jobs.enqueue(JOB, payload, at=at, key=f"{JOB}:{round_.public_id}", owner=owner)


@atomic()
def order(round_: Round, actor: Account, *, at: datetime) -> Job:
    """Let a job compute the statistics of a round because somebody asks for it."""
    job = queue(round_, actor, at=at)
    auditing.record(
        actor, "statistics.ordered", f"round:{round_.public_id}", log=round_.contest.log
    )
    return job


@atomic()
def queue_due(*, at: datetime) -> int:
    """Queue the rounds that are over and have no statistics yet; return how many."""
    running = select(Attempt.id).where(Attempt.round_id == Round.id, Attempt.submitted_at.is_(None))
    rounds = db.session.scalars(
        select(Round)
        .outerjoin(TestStatistic, TestStatistic.occasion == Round.public_id)
        .where(
            TestStatistic.id.is_(None),
            Round.kind == RoundKind.QUIZ,
            Round.state != RoundState.DRAFT,
            Round.closes_at <= at,
            ~running.exists(),
        )
    ).all()
    for round_ in rounds:
        queue(round_, None, at=at)
    return len(rounds)


def compute(
    round_: Round,
    actor: Account | None,
    *,
    at: datetime,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> int:
    """Compute a round's statistics and keep them in place of earlier ones; return the attempts.

    The reading is many short transactions: a round that is over does not change under it.
    """
    occasion = Occasion(round_.public_id, name_of(round_), round_.closes_at, round_.contest.log)
    gathered = gather(round_.id, progress)
    measured = analysing.measure(gathered.answers, gathered.forms)
    calibrating.store(
        occasion,
        measured,
        gathered.papers,
        more={"attempts": gathered.attempts, "domains": domains.written(gathered.domains)},
        actor=actor,
        at=at,
    )
    return gathered.attempts


def name_of(round_: Round) -> str:
    """Return how the round is called where its contest is not in sight."""
    return f"{round_.contest.title}: {round_.title}"


def gather(round_id: int, progress: Callable[[int, int], None]) -> Gathered:
    """Return what everybody answered in the first attempt that stands.

    Whoever takes the round again has seen questions before; test accounts, hidden and
    disqualified people and annulled attempts say nothing about the questions.
    """
    attempts = counting(round_id)
    asked = _asked(round_id)
    found = Gathered(forms=_forms(sorted(asked)), asked=asked, attempts=len(attempts))
    for start in range(0, len(attempts), ATTEMPTS_AT_ONCE):
        progress(start, len(attempts))
        some = attempts[start : start + ATTEMPTS_AT_ONCE]
        domains.add(found.domains, some)
        for row in _marks(some, found.forms):
            found.answers.add(*row)
    progress(len(attempts), len(attempts))
    return found


def counting(round_id: int) -> Sequence[int]:
    """Return the attempts that the statistics of a round are about: one of each person."""
    return db.session.scalars(
        select(func.min(Attempt.id))
        .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
        .where(
            Attempt.round_id == round_id,
            Attempt.kind == AttemptKind.OFFICIAL,
            Attempt.submitted_at.is_not(None),
            Attempt.annulled_at.is_(None),
            Enrolment.is_test.is_(False),
            Enrolment.is_hidden.is_(False),
            Enrolment.disqualified_at.is_(None),
        )
        .group_by(Attempt.enrolment_id)
        .order_by(func.min(Attempt.id))
    ).all()


def _asked(round_id: int) -> dict[int, int]:
    rows = db.session.execute(
        select(Slot.version_id, func.count())
        .join(Attempt, Attempt.id == Slot.attempt_id)
        .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
        .where(
            Attempt.round_id == round_id,
            Attempt.kind == AttemptKind.OFFICIAL,
            Enrolment.is_test.is_(False),
            Slot.version_id.is_not(None),
        )
        .group_by(Slot.version_id)
    )
    return {version: times for version, times in rows if version is not None}


def _forms(versions: Sequence[int]) -> dict[int, Form]:
    found = dict[int, Form]()
    for start in range(0, len(versions), ATTEMPTS_AT_ONCE):
        rows = db.session.execute(
            select(ItemVersion.id, ItemVersion.type, ItemVersion.content).where(
                ItemVersion.id.in_(versions[start : start + ATTEMPTS_AT_ONCE])
            )
        )
        found |= {version: tabulating.form_of(kind, content) for version, kind, content in rows}
    return found


def _marks(
    attempts: Sequence[int], forms: Mapping[int, Form]
) -> Iterator[tuple[int, int, float, float, int]]:
    """Yield what each attempt earned in each slot that is marked, and the options it chose."""
    newest = {
        (attempt, position): answer
        for attempt, position, answer in db.session.execute(
            select(Response.attempt_id, Response.position, Response.answer)
            .outerjoin(CountedLate, queries.counts_late())
            .where(
                Response.attempt_id.in_(attempts),
                Response.is_late.is_(False) | CountedLate.attempt_id.is_not(None),
            )
            .order_by(
                Response.attempt_id,
                Response.position,
                CountedLate.attempt_id.is_not(None),
                Response.lease_no,
                Response.seq,
            )
        )
    }
    rows = db.session.execute(
        select(Slot.attempt_id, Slot.position, Slot.version_id, Slot.points, Slot.mark)
        .where(Slot.attempt_id.in_(attempts), Slot.version_id.is_not(None), Slot.mark.is_not(None))
        .order_by(Slot.attempt_id, Slot.position)
    )
    for attempt, position, version, points, mark in rows:
        if version is not None and version in forms and mark is not None:
            mask = forms[version].mask(newest.get((attempt, position)))
            yield attempt, version, points / _MILLION, mark / _MILLION, mask


def of_job(payload: Mapping[str, Any]) -> tuple[Round, Account | None]:
    """Return the round that a job is about, and who asked for it."""
    round_ = db.session.scalars(select(Round).where(Round.public_id == payload["round"])).one()
    asker = payload["actor"]
    return round_, None if asker is None else db.session.get(Account, asker)


def alive(round_: Round) -> Job | None:
    """Return the job that computes the round's statistics by now; None if none does."""
    key = f"{JOB}:{round_.public_id}"
    return db.session.scalar(select(Job).where(Job.key == key))
