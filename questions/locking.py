"""Locking items, and keeping in mind who looked at what is locked or waits."""

from collections.abc import Sequence
from datetime import datetime

from accounts import auditing
from accounts.models import Account
from core.db import atomic, db, lock
from questions import review_queries, reviewing
from questions.errors import NotUsable, ReasonNeeded
from questions.models import Item, ItemState, ItemView, ViewPlace


@atomic()
def lock_up(actor: Account, item: Item, *, number: int) -> None:
    """Close a usable item: nobody changes it, and who looks at it is recorded.

    Raise `ItemChanged` or `NotUsable`.
    """
    lock(item)
    reviewing.current(item, number)
    if item.state is ItemState.LOCKED:
        return
    if item.state is not ItemState.USABLE:
        raise NotUsable
    item.state = ItemState.LOCKED
    auditing.record(actor, "item.locked", f"item:{item.public_id}", code=item.code, version=number)


@atomic()
def unlock(actor: Account, item: Item, reason: str) -> None:
    """Let a locked item be changed again; it stays usable. Raise `ReasonNeeded`."""
    if not reason:
        raise ReasonNeeded
    lock(item)
    if item.state is not ItemState.LOCKED:
        return
    item.state = ItemState.USABLE
    auditing.record(actor, "item.unlocked", f"item:{item.public_id}", code=item.code, reason=reason)


def note_views(
    actor: Account | None, items: Sequence[Item], place: ViewPlace, *, at: datetime
) -> int:
    """Record that somebody saw what the locked ones among the items say; return how many.

    Where none is locked nothing is written, and nobody who writes is kept waiting.
    """
    locked = [one for one in items if one.state is ItemState.LOCKED and one.current_id]
    if locked:
        _note(actor, locked, place, at=at)
    return len(locked)


@atomic()
def _note(actor: Account | None, items: Sequence[Item], place: ViewPlace, *, at: datetime) -> None:
    db.session.add_all([_view(actor, one, place, at=at) for one in items])
    for item in items:
        auditing.record(
            actor, "item.seen", f"item:{item.public_id}", code=item.code, place=place.value
        )


def note_opening(actor: Account, item: Item, *, at: datetime) -> None:
    """Remember that the person has opened what waits, so that it can be passed with others."""
    if item.current_id and not review_queries.opened_by(actor.id, [item.current_id]):
        with atomic():
            db.session.add(_view(actor, item, ViewPlace.REVIEW, at=at))


def _view(actor: Account | None, item: Item, place: ViewPlace, *, at: datetime) -> ItemView:
    return ItemView(
        item_id=item.id,
        version_id=item.current_id,
        account_id=actor.id if actor else None,
        place=place,
        at=at,
    )
