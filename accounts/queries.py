"""What the pages about people read."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from accounts.models import BrowserSession, Grant
from core.db import db


def session_of(digest: str) -> BrowserSession | None:
    """Return the signed-in browser with its account and unit, in one statement."""
    return db.session.scalar(
        select(BrowserSession)
        .where(BrowserSession.digest == digest)
        .options(joinedload(BrowserSession.account))
    )


def grants_of(account_id: int, *, at: datetime) -> Sequence[Grant]:
    """Return the grants an account holds at that moment."""
    return db.session.scalars(
        select(Grant).where(
            Grant.account_id == account_id,
            Grant.valid_from <= at,
            or_(Grant.valid_to.is_(None), Grant.valid_to > at),
        )
    ).all()
