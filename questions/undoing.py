"""Undoing an import: everything it wrote is taken out of the bank again, or nothing is."""

from datetime import datetime

from sqlalchemy import delete, select, update

from accounts import auditing
from accounts.models import Account
from core.db import atomic, db, lock
from questions import usage
from questions.errors import ImportClosed, ItemLocked, ItemsAsked
from questions.models import (
    ImportState,
    Item,
    ItemComment,
    ItemEditor,
    ItemImport,
    ItemState,
    ItemVersion,
    ItemView,
    KeptBasis,
    Review,
    ReviewTask,
    Stimulus,
)


def asked(pending: ItemImport) -> int:
    """Return how many items of the import stand in papers."""
    versions = db.session.execute(
        select(ItemVersion.id, ItemVersion.item_id)
        .join(Item, Item.id == ItemVersion.item_id)
        .where(Item.import_id == pending.id)
    )
    item_of = dict(versions.all())
    return len({item_of[version_id] for version_id in usage.times_asked(item_of)})


@atomic()
def undo(actor: Account, pending: ItemImport, *, at: datetime) -> int:
    """Take all items of an import out of the bank again; return how many.

    Raise `ItemsAsked` when some stand in papers, `ItemLocked` when one is locked: then nothing is
    taken away. Raise `ImportClosed`.
    """
    lock(pending)
    if pending.state is not ImportState.APPLIED:
        raise ImportClosed
    count = asked(pending)
    if count:
        raise ItemsAsked(count=count)
    own = select(Item.id).where(Item.import_id == pending.id)
    locked = db.session.scalar(
        select(Item.code).where(Item.import_id == pending.id, Item.state == ItemState.LOCKED)
    )
    if locked is not None:
        raise ItemLocked(code=locked)
    passages = _passages_of(pending)
    versions = select(ItemVersion.id).where(ItemVersion.item_id.in_(own))
    unlink = update(Item).where(Item.import_id == pending.id).values(current_id=None)
    for statement in (
        delete(ItemComment).where(ItemComment.item_id.in_(own)),
        unlink,
        delete(Review).where(Review.version_id.in_(versions)),
        delete(KeptBasis).where(KeptBasis.version_id.in_(versions)),
        *(delete(one).where(one.item_id.in_(own)) for one in (ReviewTask, ItemEditor, ItemView)),
        delete(ItemVersion).where(ItemVersion.item_id.in_(own)),
        delete(Item).where(Item.import_id == pending.id),
    ):
        db.session.execute(statement.execution_options(synchronize_session=False))
    _forget_passages(passages)
    pending.state, pending.decided_at = ImportState.UNDONE, at
    auditing.record(actor, "import.undone", f"import:{pending.public_id}", items=pending.written)
    return pending.written


def _passages_of(pending: ItemImport) -> list[int]:
    """Return the passages that the items of an import ask about."""
    found = (
        select(ItemVersion.stimulus_id)
        .join(Item, Item.id == ItemVersion.item_id)
        .where(Item.import_id == pending.id, ItemVersion.stimulus_id.is_not(None))
        .distinct()
    )
    return [passage for passage in db.session.scalars(found) if passage is not None]


def _forget_passages(passages: list[int]) -> None:
    """Take away those of the passages that no item asks about any more."""
    asked_about = select(ItemVersion.stimulus_id).where(ItemVersion.stimulus_id.is_not(None))
    db.session.execute(
        delete(Stimulus)
        .where(Stimulus.id.in_(passages), Stimulus.id.not_in(asked_about))
        .execution_options(synchronize_session=False)
    )
