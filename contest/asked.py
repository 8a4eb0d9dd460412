"""What the bank asks about papers: how often versions stand in them, who may see their media."""

from collections.abc import Collection

from sqlalchemy import exists, func, select

from contest.models import AskedMedia, Attempt, Enrolment, Slot
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


def may_see(account_id: int, media: str) -> bool:
    """Say whether a paper of the person holds this picture or sound; in one indexed statement."""
    held = exists().where(
        Enrolment.account_id == account_id,
        Attempt.enrolment_id == Enrolment.id,
        Slot.attempt_id == Attempt.id,
        AskedMedia.version_id == Slot.version_id,
        AskedMedia.media == media,
    )
    return bool(db.session.scalar(select(held)))
