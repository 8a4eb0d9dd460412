"""Taking over a machine's own time after a step: who may, when, and what it does to people."""

from datetime import datetime

from sqlalchemy import func, select

from accounts import auditing
from accounts.models import Account
from contest.errors import PeopleWriting
from contest.models import Attempt
from core import clock_watching
from core.db import atomic, db


def writing_now(*, at: datetime) -> int:
    """Return how many attempts run at this moment, in all contests."""
    running = select(func.count(Attempt.id)).where(
        Attempt.submitted_at.is_(None), Attempt.accepts_until > at
    )
    return db.session.scalar(running) or 0


@atomic()
def take_over(
    machine: str, actor: Account, *, reason: str, at: datetime, despite_writing: bool = False
) -> int:
    """Have decisions follow a machine's own clock; return the milliseconds that it jumps.

    Raise `PeopleWriting` while attempts run, unless somebody answers for it: they would lose or
    gain the difference.
    """
    running = writing_now(at=at)
    if running and not despite_writing:
        raise PeopleWriting(count=running)
    jumps = clock_watching.ask_take_over(machine, actor.id, at=at)
    auditing.record(
        actor,
        "clock.taken_over",
        f"machine:{machine}",
        reason=reason,
        jumps_ms=jumps,
        running=running,
    )
    return jumps
