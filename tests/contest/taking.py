"""Answers to the questions of an attempt, saved as a browser would save them."""

from contest.models import Response, SlotKind
from core.db import atomic, db


@atomic()
def answered(attempt, letter, *, at):
    """Store the same answer to every question of an attempt."""
    for slot in attempt.slots:
        if slot.kind is SlotKind.ITEM:
            db.session.add(
                Response(
                    attempt_id=attempt.id,
                    position=slot.position,
                    lease_no=attempt.lease_no,
                    seq=1,
                    answer=letter,
                    received_at=at,
                    receipt="",
                    key_id="",
                )
            )
