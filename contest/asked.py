"""What the bank asks of contests: how often versions stand in papers, which banks are drawn."""

from collections.abc import Collection

from sqlalchemy import func, select

from contest.models import Round, Slot
from core.db import db
from questions.models import Blueprint

_AT_ONCE = 500


def times(version_ids: Collection[int]) -> dict[int, int]:
    """Return how often each of these versions was asked."""
    wanted = sorted(version_ids)
    found: dict[int, int] = {}
    for start in range(0, len(wanted), _AT_ONCE):
        rows = db.session.execute(
            select(Slot.version_id, func.count())
            .where(Slot.version_id.in_(wanted[start : start + _AT_ONCE]))
            .group_by(Slot.version_id)
        )
        found |= {version_id: count for version_id, count in rows if version_id is not None}
    return found


def banks(contest_ids: Collection[int]) -> set[int]:
    """Return the ids of the banks that the rounds of these contests draw from."""
    return set(
        db.session.scalars(
            select(Blueprint.bank_id)
            .join(Round, Round.blueprint_id == Blueprint.id)
            .where(Round.contest_id.in_(contest_ids))
        )
    )
