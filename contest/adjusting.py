"""What organisers decide about one person: extra time, test account, exclusion and its undoing."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import delete, select

from accounts import auditing
from accounts.models import Account
from contest import placing, queries, scheduling
from contest.errors import RoundFinal, WrongHour
from contest.models import (
    Attempt,
    AttemptKind,
    Enrolment,
    ResultRun,
    Round,
    RoundState,
    Standing,
)
from contest.rules.timing import Allowance, Audience
from core.db import atomic, db, lock
from core.text import N_

MOST_EXTRA_SECONDS = 4 * 3600
MOST_EXTRA_PERCENT = 300
MOST_DELAY_SECONDS = 24 * 3600


@atomic()
def grant_time(
    enrolment: Enrolment,
    seconds: int,
    actor: Account,
    *,
    reason: str,
    percent: int | None = None,
    delay_seconds: int | None = None,
) -> int:
    """Give a person extra time for every attempt; return how many running ones gained.

    It is a share of each round's time limit, and seconds on top; a delay moves the person's own
    start. What is None stays. A running attempt never loses time. Raise `WrongHour` for less than
    none or more than can be meant.
    """
    lock(enrolment)
    before = enrolment.allowance
    after = replace(
        before,
        extra_seconds=seconds,
        extra_percent=before.extra_percent if percent is None else percent,
        delay_seconds=before.delay_seconds if delay_seconds is None else delay_seconds,
    )
    _check_grant(after)
    if after == before:
        return 0
    enrolment.extra_seconds, enrolment.extra_percent = after.extra_seconds, after.extra_percent
    enrolment.delay_seconds = after.delay_seconds
    db.session.flush()
    moved = sum(
        scheduling.rewrite(round_, at_least=max, enrolment=enrolment)
        for round_ in _rounds(enrolment)
    )
    told = {"before": _granted(before), "after": _granted(after), "attempts": moved}
    _record(enrolment, actor, "enrolment.time_granted", reason, **told)
    return moved


def _check_grant(wanted: Allowance) -> None:
    if not 0 <= wanted.extra_seconds <= MOST_EXTRA_SECONDS:
        raise WrongHour(N_("Extra time is between 0 and 240 minutes."))
    if not 0 <= wanted.extra_percent <= MOST_EXTRA_PERCENT:
        raise WrongHour(N_("Extra time is at most four times the time limit."))
    if not 0 <= wanted.delay_seconds <= MOST_DELAY_SECONDS:
        raise WrongHour(N_("A delay is between 0 and 24 hours."))


def _granted(allowance: Allowance) -> int | dict[str, int]:
    """Return what was granted as the trail keeps it: seconds alone, or all three."""
    if not allowance.extra_percent and not allowance.delay_seconds:
        return allowance.extra_seconds
    return {
        "percent": allowance.extra_percent,
        "seconds": allowance.extra_seconds,
        "delay": allowance.delay_seconds,
    }


@atomic()
def mark(
    enrolment: Enrolment, actor: Account, *, is_test: bool, is_hidden: bool, reason: str
) -> None:
    """Say whether the account is for testing only, and whether the person is kept off boards.

    Raise `RoundFinal` for somebody who took a round whose results are final.
    """
    placing.hold_boards(Round.contest_id == enrolment.contest_id)
    lock(enrolment)
    before = {"test": enrolment.is_test, "hidden": enrolment.is_hidden}
    after = {"test": is_test, "hidden": is_hidden}
    if before == after:
        return
    if _final_runs(enrolment):
        raise RoundFinal
    enrolment.is_test, enrolment.is_hidden = is_test, is_hidden
    place_again(enrolment)
    _record(enrolment, actor, "enrolment.marked", reason, before=before, after=after)


@atomic()
def disqualify(enrolment: Enrolment, actor: Account, *, reason: str, at: datetime) -> None:
    """Take a person out of the contest; attempts that run end now and count nowhere."""
    placing.hold_boards(Round.contest_id == enrolment.contest_id)
    lock(enrolment)
    if enrolment.disqualified_at is not None:
        return
    enrolment.disqualified_at, enrolment.disqualified_for = at, reason
    for attempt in _running(enrolment):
        attempt.accepts_until = max(attempt.started_at, min(attempt.accepts_until, at))
    place_again(enrolment)
    _record(enrolment, actor, "enrolment.disqualified", reason)


@atomic()
def reinstate(enrolment: Enrolment, actor: Account, *, reason: str) -> None:
    """Take a disqualification back: the person stands again where the attempts put them.

    Raise `RoundFinal` where it had kept the person out of results that are final.
    """
    placing.hold_boards(Round.contest_id == enrolment.contest_id)
    lock(enrolment)
    if enrolment.disqualified_at is None:
        return
    if any(enrolment.disqualified_at <= one.made_at for one in _final_runs(enrolment)):
        raise RoundFinal
    before = enrolment.disqualified_for
    enrolment.disqualified_at, enrolment.disqualified_for = None, ""
    db.session.flush()
    for round_ in _rounds(enrolment):
        scheduling.rewrite(round_, at_least=max, enrolment=enrolment)
    place_again(enrolment)
    _record(enrolment, actor, "enrolment.reinstated", reason, before=before)


def _final_runs(enrolment: Enrolment) -> Sequence[ResultRun]:
    """Return the runs that are final and in which the person has, or had, an attempt."""
    taken = select(Attempt.id).where(
        Attempt.round_id == Round.id,
        Attempt.enrolment_id == enrolment.id,
        Attempt.kind == AttemptKind.OFFICIAL,
    )
    return db.session.scalars(
        select(ResultRun)
        .join(Round, Round.current_run_id == ResultRun.id)
        .where(Round.state == RoundState.FINAL, taken.exists())
    ).all()


def _rounds(enrolment: Enrolment) -> list[Round]:
    rounds = select(Round).where(Round.contest_id == enrolment.contest_id).order_by(Round.number)
    return list(db.session.scalars(rounds))


def _running(enrolment: Enrolment) -> list[Attempt]:
    return list(
        db.session.scalars(
            select(Attempt)
            .where(Attempt.enrolment_id == enrolment.id, Attempt.submitted_at.is_(None))
            .with_for_update()
        )
    )


def place_again(enrolment: Enrolment) -> None:
    """Write the person's standings in the provisional runs anew, or take them out."""
    provisional = (
        select(ResultRun.id)
        .join(Round, Round.current_run_id == ResultRun.id)
        .where(Round.contest_id == enrolment.contest_id, ResultRun.is_provisional.is_(True))
    )
    frozen = select(Round.frozen_run_id).where(Round.frozen_run_id.is_not(None))
    db.session.execute(
        delete(Standing).where(
            Standing.enrolment_id == enrolment.id,
            Standing.run_id.in_(provisional),
            (Standing.audience != Audience.PUBLIC) | Standing.run_id.not_in(frozen),
        )
    )
    db.session.flush()
    newest = {one.round_id: one for one in queries.attempts_of(enrolment.id)}
    for attempt in newest.values():
        placing.place(attempt)


def _record(enrolment: Enrolment, actor: Account, action: str, reason: str, **told: object) -> None:
    target = f"enrolment:{enrolment.public_id}"
    auditing.record(actor, action, target, log=enrolment.contest.log, reason=reason, **told)
