"""What the pages read of pictures, sounds and passages."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from core.db import db
from questions.models import Item, ItemState, ItemVersion, Media, Stimulus

_MOST_LISTED = 200
_LABEL = 80


@dataclass(frozen=True, slots=True)
class PassageLine:
    """A passage in a list, with how many items ask about it now."""

    passage: Stimulus
    items: int


def media_in(bank_id: int, public_ids: Collection[str]) -> dict[str, Media]:
    """Return the pictures and sounds of a bank among these, by public id, without content."""
    wanted = (Media.bank_id == bank_id) & Media.public_id.in_(public_ids)
    return {one.public_id: one for one in db.session.scalars(select(Media).where(wanted))}


def medium_like(bank_id: int, digest: str) -> Media | None:
    """Return the picture or sound of a bank with this digest."""
    same = (Media.bank_id == bank_id) & (Media.digest == digest)
    return db.session.scalar(select(Media).where(same))


def passage_with(public_id: str) -> Stimulus | None:
    """Return a passage by its public id."""
    return db.session.scalar(select(Stimulus).where(Stimulus.public_id == public_id))


def passages_of(bank_id: int) -> list[PassageLine]:
    """Return the newest passages of a bank that no later wording replaces, in one statement."""
    replaced = select(Stimulus.replaces_id).where(Stimulus.replaces_id.is_not(None))
    count = (
        select(func.count())
        .select_from(Item)
        .join(ItemVersion, ItemVersion.id == Item.current_id)
        .where(ItemVersion.stimulus_id == Stimulus.id, Item.state != ItemState.RETIRED)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(Stimulus, count)
        .where(Stimulus.bank_id == bank_id, Stimulus.id.not_in(replaced))
        .order_by(Stimulus.id.desc())
        .limit(_MOST_LISTED)
    )
    return [PassageLine(passage, items) for passage, items in rows]


def passage_choices(bank_id: int) -> list[tuple[str, str]]:
    """Return the passages of a bank by public id and the words they are chosen by."""
    return [(line.passage.public_id, called(line.passage)) for line in passages_of(bank_id)]


def called(passage: Stimulus) -> str:
    """Return what a passage is called: its title, or its first words."""
    first = " ".join(passage.text.split())
    short = first if len(first) <= _LABEL else f"{first[:_LABEL].rstrip()}…"
    return passage.title or short


def items_about(stimulus_id: int) -> Sequence[Item]:
    """Return the items whose current version asks about the passage."""
    asks = select(ItemVersion.id).where(ItemVersion.stimulus_id == stimulus_id)
    return db.session.scalars(
        select(Item)
        .where(Item.current_id.in_(asks))
        .options(joinedload(Item.current))
        .order_by(Item.id)
    ).all()
