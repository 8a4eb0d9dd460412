"""Items of a bank beside each other: those that say nearly the same, and where keys stand."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from core.db import db
from questions import browsing
from questions.models import Item, ItemState, ItemVersion
from questions.rules import comparing

_MOST = 5


@dataclass(frozen=True, slots=True)
class TwinLine:
    """An item that is like another, and which share of both is common to them."""

    item: Item
    share: float

    @property
    def percent(self) -> int:
        """The share in percent."""
        return round(100 * self.share)


def twins_of(item: Item) -> list[TwinLine]:
    """Return the items of the same bank most like this one, in two statements."""
    packed = browsing.bank_shingles(item.bank_id) | {item.id: item.shingles}
    pairs = comparing.alike(packed, [item.id])
    shares = dict(comparing.twins(pairs).get(item.id, [])[:_MOST])
    if not shares:
        return []
    found = db.session.scalars(
        select(Item).where(Item.id.in_(shares)).options(joinedload(Item.current))
    )
    lines = [TwinLine(other, shares[other.id]) for other in found]
    return sorted(lines, key=lambda line: (-line.share, line.item.code))


def contents_of(bank_id: int) -> list[tuple[str, dict[str, Any]]]:
    """Return type and content of the items of a bank that are not retired, in one statement."""
    rows = db.session.execute(
        select(ItemVersion.type, ItemVersion.content)
        .join(Item, Item.current_id == ItemVersion.id)
        .where(Item.bank_id == bank_id, Item.state != ItemState.RETIRED)
    )
    return [(kind.value, content) for kind, content in rows]
