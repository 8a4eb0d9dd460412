"""Where and how often the item versions of the bank stand in the papers of attempts."""

from collections.abc import Collection

from sqlalchemy import func, select

from contest.models import Attempt, Contest, Round, Slot
from core.db import db
from questions.usage import Use

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


def rounds(version_ids: Collection[int]) -> list[Use]:
    """Return the rounds in whose papers these versions stand, with how often, in one statement."""
    rows = db.session.execute(
        select(Slot.version_id, Contest.title, Round.title, Round.public_id, func.count())
        .join(Attempt, Attempt.id == Slot.attempt_id)
        .join(Round, Round.id == Attempt.round_id)
        .join(Contest, Contest.id == Round.contest_id)
        .where(Slot.version_id.in_(sorted(version_ids)[:_AT_ONCE]))
        .group_by(Slot.version_id, Contest.title, Round.title, Round.public_id)
        .order_by(Contest.title, Round.title, Slot.version_id)
    )
    return [
        Use(version_id, f"{contest}: {round_}", "rounds.dashboard", {"public_id": public_id}, times)
        for version_id, contest, round_, public_id, times in rows
        if version_id is not None
    ]
