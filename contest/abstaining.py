"""Judges who do not judge an entry: what units and people show, recorded by whoever organises."""

from datetime import datetime

from accounts.models import Account
from contest import judging, panel_queries
from contest.models import Entry, JudgedRound, Recusal
from contest.rules.judging.conflicts import Cause
from core.db import atomic, lock


@atomic()
def bar(judged: JudgedRound, actor: Account, *, at: datetime) -> int:
    """Record every conflict that bars by itself; return how many. Doing it again finds none."""
    lock(judged)
    found = [one for one in panel_queries.conflicts_in(judged, at=at) if one.conflict.bars]
    for one in found:
        judging.recuse(one.entry, one.judge, actor, one.conflict.cause, note="", at=at)
    return len(found)


def decide(
    entry: Entry, judge: Account, actor: Account, cause: Cause, *, note: str, at: datetime
) -> Recusal:
    """Record a conflict that somebody decided about; see `judging.recuse`."""
    return judging.recuse(entry, judge, actor, cause, note=note, at=at)
