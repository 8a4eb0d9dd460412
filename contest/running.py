"""Result runs: written beside the run that counts, a little at a time, and made current at once.

Nobody waits for a run of many thousands: its rows are written in short transactions while it is
unfinished, where nothing looks at it. One short transaction then makes it the current one. What a
work that was stopped removes what it has written; what one leaves behind that was killed is swept.
"""

import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import TypeVar

from sqlalchemy import delete, func, insert, select

from accounts.models import Account
from contest import computing, measuring, placing
from contest.computing import Computed, Person
from contest.errors import RoundNotReady
from contest.models import UNFINISHED, ResultRun, Round, Standing
from contest.rules.progressing import Progress, unwatched
from contest.rules.standing import Stood
from contest.rules.timing import Audience
from core.db import atomic, db, lock, survey
from core.text import N_

T = TypeVar("T")
# Who saves meanwhile waits for so many at most.
ROWS_AT_ONCE = 250
TRIES = 3
# Longer than any run takes to be written: one that is still unfinished then was left behind.
LEFT_BEHIND = timedelta(hours=1)


class RoundMoved(Exception):  # noqa: N818 -- nobody is told of it: the work is done once more
    """The round is not any more as it was when its results were computed."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A run that is written and not finished."""

    run_id: int
    computed: Computed
    audiences: Sequence[Audience]


def once_more(act: Callable[[], T], holding: Round | None = None) -> T:
    """Do it, and again where the round moved meanwhile; at last with the round held still.

    Raise `RoundNotReady` if even then it goes on.
    """
    with suppress(RoundMoved):
        for _ in range(TRIES):
            with suppress(RoundMoved):
                return act()
        if holding is not None:
            with atomic():
                lock(holding)
                return act()
    raise RoundNotReady(N_("The round keeps changing while its results are computed: try later."))


def first(round_: Round, *, at: datetime) -> ResultRun:
    """Begin the provisional run of a round; the caller's transaction."""
    run = _new(round_, _next_number(round_), None, reason="", at=at)
    round_.current_run_id = run.id
    return run


def write(
    round_: Round,
    computed: Computed,
    actor: Account | None,
    *,
    reason: str,
    at: datetime,
    progress: Progress = unwatched,
) -> Draft:
    """Write computed results as an unfinished run, in short transactions.

    Whatever ends it early, `progress` included, leaves nothing behind.
    """
    draft = _begun(round_, computed, actor, reason=reason, at=at)
    rows = len(computed.stood) * len(draft.audiences)
    try:
        for turn, audience in enumerate(draft.audiences):
            for done in write_standings(draft.run_id, audience, computed.stood):
                progress(turn * len(computed.stood) + done, rows)
    except Exception:
        discard(draft.run_id)
        raise
    return draft


@atomic()
def _begun(
    round_: Round, computed: Computed, actor: Account | None, *, reason: str, at: datetime
) -> Draft:
    # Others may be writing one of the same round.
    number = -secrets.randbelow(2**31 - 1)
    run = _new(round_, number, actor, reason=reason, at=at)
    run.inputs_digest, run.board_digest = computed.inputs_digest, computed.board_digest
    return Draft(run.id, computed, _audiences(round_, at))


def _audiences(round_: Round, at: datetime) -> Sequence[Audience]:
    """Return who sees a run of the round that is made now."""
    is_due = round_.public_results_at is not None and round_.public_results_at <= at
    return placing.audiences(live=is_due and round_.frozen_run_id is None)


def write_standings(
    run_id: int, audience: Audience, stood: Mapping[Person, Stood]
) -> Iterator[int]:
    """Write standings, some in a transaction; yield after each how many there are."""
    people, done = iter(stood.items()), 0
    while part := list(islice(people, ROWS_AT_ONCE)):
        own = {"run_id": run_id, "audience": audience}
        rows = [own | {"enrolment_id": who[0]} | placing.columns(one) for who, one in part]
        with atomic():
            db.session.execute(insert(Standing), rows)
        done += len(rows)
        yield done


def finish(draft: Draft, round_: Round, actor: Account | None, *, at: datetime) -> ResultRun:
    """Make a written run the current one; the transaction, in which the round is locked, is the
    caller's, who also records it.

    Raise `RoundMoved` where the run is gone, or is for others than it was written for.
    """
    run = db.session.get(ResultRun, draft.run_id, populate_existing=True)
    if run is None or draft.audiences != _audiences(round_, at):
        raise RoundMoved
    run.number, run.is_provisional = _next_number(round_), False
    computing.fix_actuals(run, round_, draft.computed.actuals)
    round_.current_run_id = run.id
    survey(Standing)
    # Who is annulled or excluded by now says nothing about the questions any more.
    measuring.queue(round_, actor, at=at)
    return run


def sweep_all(*, at: datetime) -> int:
    """Remove unfinished runs that nobody writes any more; return how many."""
    left = select(ResultRun.id).where(UNFINISHED, ResultRun.made_at < at - LEFT_BEHIND)
    old = db.session.scalars(left).all()
    for run_id in old:
        discard(run_id)
    return len(old)


def discard(run_id: int) -> None:
    """Remove an unfinished run and its standings, some in a transaction."""
    some = select(Standing.id).where(Standing.run_id == run_id).limit(ROWS_AT_ONCE)
    left = True
    while left:
        with atomic():
            run = db.session.get(ResultRun, run_id, populate_existing=True)
            if run is None or run.number > 0:
                return
            numbers = db.session.scalars(some).all()
            db.session.execute(delete(Standing).where(Standing.id.in_(numbers)))
            left = bool(numbers)
            if not left:
                db.session.execute(delete(ResultRun).where(ResultRun.id == run_id))


def _next_number(round_: Round) -> int:
    newest = select(func.max(ResultRun.number)).where(ResultRun.round_id == round_.id)
    return 1 + (db.session.scalar(newest) or 0)


def _new(
    round_: Round, number: int, actor: Account | None, *, reason: str, at: datetime
) -> ResultRun:
    run = ResultRun(
        round_id=round_.id,
        number=number,
        rule=round_.rule_of_results,
        reason=reason,
        made_at=at,
        made_by_id=actor.id if actor else None,
    )
    db.session.add(run)
    db.session.flush()
    return run
