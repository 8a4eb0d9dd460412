"""What a run of results says as a whole: counted by a job, and kept beside the run."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from accounts import auditing
from accounts.models import Account
from contest import domains, run_queries, unit_figures
from contest.domains import Sums
from contest.models import (
    Attempt,
    Audience,
    Enrolment,
    ResultRun,
    Round,
    RunAnalysis,
    Standing,
)
from contest.rules import figuring, participating
from contest.rules.figuring import Figures, Known, Spread
from contest.rules.participating import BandName
from core import jobs
from core.db import atomic, db
from core.jobs import Job
from core.vietnam import VIETNAM

JOB = "contest.analysis"
ATTEMPTS_AT_ONCE = 500
Progress = Callable[[int, int], None]


def _key(run_id: int) -> str:
    return f"{JOB}:{run_id}"


def queue(run: ResultRun, *, at: datetime, owner: int | None = None) -> Job:
    """Let a job count the figures of a run; part of the caller's transaction."""
    return jobs.enqueue(JOB, {"run_id": run.id}, at=at, key=_key(run.id), owner=owner)


@atomic()
def order(round_: Round, run: ResultRun, actor: Account, *, at: datetime) -> Job:
    """Let a job count the figures of a run because somebody asks for it."""
    job = queue(run, at=at, owner=actor.id)
    auditing.record(
        actor,
        "analysis.ordered",
        f"round:{round_.public_id}",
        log=round_.contest.log,
        run=run.number,
    )
    return job


@atomic()
def record(round_: Round | None, log: str, target: str, actor: Account, told: str) -> None:
    """Write down that somebody takes figures out: which table, in which form."""
    more = {} if round_ is None else {"round": round_.number}
    auditing.record(actor, "analysis.exported", target, log=log, table=told, **more)


@atomic()
def queue_due(*, at: datetime) -> int:
    """Queue the computed runs that count and have no figures yet; return how many."""
    runs = db.session.scalars(
        select(ResultRun)
        .join(Round, Round.current_run_id == ResultRun.id)
        .outerjoin(RunAnalysis, RunAnalysis.run_id == ResultRun.id)
        .where(RunAnalysis.run_id.is_(None), ResultRun.is_provisional.is_(False))
    ).all()
    for run in runs:
        queue(run, at=at)
    return len(runs)


def alive(run: ResultRun | None) -> Job | None:
    """Return the job that counts the figures of a run by now; None if none does."""
    if run is None:
        return None
    return db.session.scalar(select(Job).where(Job.key == _key(run.id)))


def compute(run_id: int, *, at: datetime, progress: Progress = lambda done, total: None) -> bool:
    """Count the figures of a run and keep them; return whether the run still counted then.

    Attempts are marked anew by later runs, so an earlier run cannot be counted any more.
    """
    run = db.session.get_one(ResultRun, run_id)
    round_ = db.session.get_one(Round, run.round_id)
    figures = count(round_, run, progress)
    return _keep(run_id, figures, at=at)


@atomic()
def _keep(run_id: int, figures: Figures, *, at: datetime) -> bool:
    run = db.session.get_one(ResultRun, run_id)
    if db.session.get_one(Round, run.round_id, with_for_update=True).current_run_id != run_id:
        return False
    kept = db.session.get(RunAnalysis, run_id)
    if kept is None:
        db.session.add(RunAnalysis(run_id=run_id, figures=figures.written(), computed_at=at))
    else:
        kept.figures, kept.computed_at = figures.written(), at
    return True


def count(round_: Round, run: ResultRun, progress: Progress) -> Figures:
    """Return a run in figures; the number of statements grows with every 500 people."""
    table = _table(round_, run)
    ranked = table[table.correct.notna()]
    return Figures(
        people=len(ranked),
        attempts=len(table),
        bands=_bands(ranked),
        spread=_spread(ranked),
        minutes=_counts(ranked.duration.floordiv(60_000)),
        days={day.date(): number for day, number in _counts(table.moment.dt.normalize()).items()},
        hours=_counts(table.moment.dt.hour),
        devices=_counts(table.device),
        domains=_domains(ranked.attempt.tolist(), progress),
        passed=run_queries.passed_in(run),
    )


def _table(round_: Round, run: ResultRun) -> Any:  # noqa: ANN401 -- pandas is imported late
    """Return the attempts that count as taking part, with what those that are ranked achieved."""
    import pandas  # type: ignore[import-untyped]  # -- it ships no types

    stands = (
        (Standing.attempt_id == Attempt.id)
        # Runs are indexed by people: without this line each attempt would read its whole run.
        & (Standing.enrolment_id == Attempt.enrolment_id)
        & (Standing.run_id == run.id)
        & (Standing.audience == Audience.PARTICIPANT)
    )
    rows = db.session.execute(
        select(
            Attempt.id,
            Attempt.submitted_at,
            Attempt.device,
            Standing.correct,
            Standing.asked,
            Standing.duration_ms,
        )
        .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
        .outerjoin(Standing, stands)
        .where(*unit_figures.took_part(round_.contest, round_))
        .order_by(Attempt.id)
    ).all()
    names = ["attempt", "moment", "device", "correct", "asked", "duration"]
    table = pandas.DataFrame(rows, columns=names)
    table["moment"] = pandas.to_datetime(table["moment"], utc=True).dt.tz_convert(VIETNAM)
    for name in ("correct", "asked", "duration"):
        table[name] = table[name].astype("Int64")
    return table


def _counts(column: Any) -> dict[Any, int]:  # noqa: ANN401 -- pandas is imported late
    found = column.groupby(column).size()
    return {
        value.item() if hasattr(value, "item") else value: int(number)
        for value, number in found.items()
    }


def _bands(ranked: Any) -> dict[BandName, int]:  # noqa: ANN401 -- pandas is imported late
    found = dict.fromkeys(BandName, 0)
    for (correct, asked), number in ranked.groupby(["correct", "asked"]).size().items():
        found[participating.band(int(correct), int(asked))] += int(number)
    return found


def _spread(ranked: Any) -> Spread | None:  # noqa: ANN401 -- pandas is imported late
    if not len(ranked):
        return None
    seconds = ranked.duration.astype("float64") / 1000
    quarters = [round(float(seconds.quantile(part))) for part in (0.25, 0.5, 0.75)]
    return Spread(round(float(seconds.mean())), *quarters)


def _domains(attempts: list[int], progress: Progress) -> Mapping[figuring.Who, Known]:
    sums: Sums = {}
    for start in range(0, len(attempts), ATTEMPTS_AT_ONCE):
        progress(start, len(attempts))
        domains.add(sums, attempts[start : start + ATTEMPTS_AT_ONCE])
    progress(len(attempts), len(attempts))
    return {who: Known(*counted) for who, counted in sums.items()}


# --- What the pages read -----------------------------------------------------------------------


def kept_of(run: ResultRun | None) -> RunAnalysis | None:
    """Return the figures of a run, if they were counted; one statement."""
    return db.session.get(RunAnalysis, run.id) if run is not None else None


def kept_in(contest_id: int) -> list[RunAnalysis]:
    """Return the figures of the runs that count in a contest, by round; one statement."""
    return list(
        db.session.scalars(
            select(RunAnalysis)
            .join(Round, Round.current_run_id == RunAnalysis.run_id)
            .join(RunAnalysis.run)
            .where(Round.contest_id == contest_id)
            .order_by(Round.number)
        )
    )


def waiting_in(contest_id: int) -> int:
    """Return how many computed runs of a contest have no figures yet; one statement."""
    found = (
        select(func.count())
        .select_from(Round)
        .join(ResultRun, ResultRun.id == Round.current_run_id)
        .outerjoin(RunAnalysis, RunAnalysis.run_id == ResultRun.id)
        .where(
            Round.contest_id == contest_id,
            ResultRun.is_provisional.is_(False),
            RunAnalysis.run_id.is_(None),
        )
    )
    return db.session.scalar(found) or 0
