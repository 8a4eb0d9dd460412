"""How often the item versions of the bank stand in the papers of attempts."""

from collections.abc import Collection

from sqlalchemy import func, select

from contest.models import Slot
from core.db import db

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
