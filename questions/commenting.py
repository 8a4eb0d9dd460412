"""People talk about an item beside it: they comment, and settle what was asked for."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from accounts import auditing
from accounts.models import Account
from core.db import atomic, db, lock
from questions.models import Item, ItemComment

LONGEST = 2000
MOST = 200


@atomic()
def say(actor: Account, item: Item, text: str, *, at: datetime) -> ItemComment:
    """Comment on what the item says now; the same words again by the same person say it once."""
    number = item.current.number if item.current else 0
    last = db.session.scalar(
        select(ItemComment)
        .where(ItemComment.item_id == item.id)
        .order_by(ItemComment.id.desc())
        .limit(1)
    )
    if last is not None and (last.author_id, last.text, last.number) == (actor.id, text, number):
        return last
    row = ItemComment(
        item_id=item.id, number=number, author_id=actor.id, text=text[:LONGEST], created_at=at
    )
    db.session.add(row)
    db.session.flush()
    auditing.record(actor, "item.commented", f"item:{item.public_id}", comment=row.id)
    return row


@atomic()
def settle(actor: Account, item: Item, comment: ItemComment, *, at: datetime) -> None:
    """Say that what a comment asks for is done; twice is the same as once."""
    lock(comment)
    if comment.resolved_at is not None:
        return
    comment.resolved_at, comment.resolved_by_id = at, actor.id
    auditing.record(actor, "item.comment_settled", f"item:{item.public_id}", comment=comment.id)


def comments_of(item_id: int) -> Sequence[ItemComment]:
    """Return what was said about an item, the oldest first, with who said it; one statement."""
    return db.session.scalars(
        select(ItemComment)
        .where(ItemComment.item_id == item_id)
        .options(joinedload(ItemComment.author))
        .order_by(ItemComment.id)
        .limit(MOST)
    ).all()


def comment_of(item_id: int, comment_id: int) -> ItemComment | None:
    """Return one comment on an item."""
    found = db.session.get(ItemComment, comment_id)
    return found if found is not None and found.item_id == item_id else None


def count_open(item_id: int) -> int:
    """Return how many comments on an item wait to be settled."""
    waiting = (ItemComment.item_id == item_id) & ItemComment.resolved_at.is_(None)
    return db.session.scalar(select(func.count()).select_from(ItemComment).where(waiting)) or 0
