"""Judges who do not judge an entry: what units and people show, recorded by whoever organises."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select

from accounts import auditing
from accounts.models import Account
from contest import judging, panel_queries
from contest.errors import CannotJudge
from contest.models import ConflictDismissal, Entry, JudgedRound, JudgeTie, Recusal
from contest.rules.judging.conflicts import BARRING, Cause
from contest.rules.judging.relations import Relation
from core.db import atomic, db, lock
from core.text import N_


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


@atomic()
def dismiss(
    entry: Entry, judge: Account, actor: Account, cause: Cause, *, reason: str, at: datetime
) -> ConflictDismissal:
    """Write down that a conflict that was found is none. Once dismissed it stays so.

    Raise `CannotJudge` for a cause that bars by itself: nobody decides about it.
    """
    lock(entry)
    if cause in BARRING:
        raise CannotJudge(N_("This conflict bars by itself; it cannot be dismissed."))
    known = db.session.scalar(
        select(ConflictDismissal).where(
            ConflictDismissal.entry_id == entry.id,
            ConflictDismissal.account_id == judge.id,
            ConflictDismissal.cause == cause,
        )
    )
    if known is not None:
        return known
    made = ConflictDismissal(
        entry_id=entry.id,
        account_id=judge.id,
        cause=cause,
        reason=reason,
        decided_by_id=actor.id,
        decided_at=at,
    )
    db.session.add(made)
    target, log = f"entry:{entry.public_id}", entry.contest.log
    told = {"judge": judge.public_id, "cause": cause.value}
    auditing.record(actor, "entry.conflict_dismissed", target, log=log, **told)
    return made


@atomic()
def relate(judged: JudgedRound, actor: Account, wanted: Sequence[Relation], *, at: datetime) -> int:
    """Replace the list of people near to judges of a round; return how many lines it has.

    The trail says how many, and no name: those people have no part in it.
    """
    lock(judged)
    judges = {one.public_id: one.id for one in panel_queries.judging_in(judged)}
    db.session.execute(delete(JudgeTie).where(JudgeTie.round_id == judged.round_id))
    for one in wanted:
        db.session.add(
            JudgeTie(
                round_id=judged.round_id,
                account_id=judges[one.judge],
                name=one.name,
                place=one.place,
                recorded_at=at,
            )
        )
    target, log = f"round:{judged.round.public_id}", judged.round.contest.log
    auditing.record(actor, "round.ties_listed", target, log=log, count=len(wanted))
    return len(wanted)


def erase_of(account_id: int) -> None:
    """Forget who is near to a judge who is erased."""
    db.session.execute(delete(JudgeTie).where(JudgeTie.account_id == account_id))
