"""Quotas of participation: setting them, and what was taken out of the radar."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select

from accounts import auditing
from accounts.models import Account
from contest import quota_queries
from contest.errors import QuotaWrong
from contest.models import Contest, Quota, Round
from contest.rules import quotas
from core import ids
from core.db import atomic, db, lock


@atomic()
def add(contest: Contest, asked: Sequence[quotas.Quota], actor: Account) -> list[Quota]:
    """Add quotas to a contest; one that is there already is not added twice. Raise `QuotaWrong`."""
    lock(contest)
    kept = [one.asked for one in quota_queries.quotas_of(contest)]
    new = [one for one in dict.fromkeys(asked) if one not in kept]
    for one in new:
        _refuse_faulty(one)
    newest = db.session.scalar(
        select(func.max(Quota.position)).where(Quota.contest_id == contest.id)
    )
    rows = []
    for position, one in enumerate(new, start=1 + (newest or 0)):
        row = Quota(public_id=ids.public_id(), contest_id=contest.id, position=position)
        _set(row, one)
        rows.append(row)
    if rows:
        db.session.add_all(rows)
        _record(contest, actor, "quotas.added", quotas=[one.written() for one in new])
    return rows


@atomic()
def edit(contest: Contest, row: Quota, asked: quotas.Quota, actor: Account) -> Quota:
    """Set a quota anew. Raise `QuotaWrong`."""
    lock(contest)
    _refuse_faulty(asked)
    before = row.asked
    if before != asked:
        _set(row, asked)
        _record(contest, actor, "quotas.edited", before=before.written(), after=asked.written())
    return row


@atomic()
def remove(contest: Contest, row: Quota, actor: Account) -> None:
    """Take a quota out of a contest."""
    lock(contest)
    _record(contest, actor, "quotas.removed", before=row.asked.written())
    db.session.delete(row)


@atomic()
def record_export(contest: Contest, round_: Round | None, actor: Account, *, at: datetime) -> None:
    """Write down that somebody took the radar out."""
    _record(contest, actor, "quotas.exported", round=round_.number if round_ else None, at=at)


def _refuse_faulty(asked: quotas.Quota) -> None:
    for problem in quotas.problems(asked):
        raise QuotaWrong(problem.message, **problem.values)


def _set(row: Quota, asked: quotas.Quota) -> None:
    row.title, row.one_stop, row.basis = asked.title, asked.one_stop, asked.basis
    row.count, row.percent = asked.count, asked.percent
    row.groups = [group.value for group in asked.groups]
    row.categories = [category.value for category in asked.categories]


def _record(contest: Contest, actor: Account, action: str, **told: object) -> None:
    auditing.record(actor, action, f"contest:{contest.public_id}", log=contest.log, **told)
