"""Items of a bank beside each other: those that say nearly the same, and where keys stand."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from core.db import db
from core.text import search_key
from questions.models import Item, ItemState, ItemVersion
from questions.rules import marking
from questions.rules.likening import THRESHOLD, likeness, shingles

_WORDS = 3
_PHRASES = 6
_CANDIDATES = 2000
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
    """Return the items of the same bank most like this one, in one statement.

    Only those that have one of a few phrases of its stem are compared: two that are alike
    enough to matter have most of them.
    """
    if item.current is None:
        return []
    own = shingles(item.current.stem, marking.texts(item.type, item.current.content))
    found = []
    for other in _candidates(item, _phrases(item.current.stem)):
        if other.current is None:
            continue
        theirs = shingles(other.current.stem, marking.texts(other.type, other.current.content))
        share = likeness(own, theirs)
        if share >= THRESHOLD:
            found.append(TwinLine(other, share))
    return sorted(found, key=lambda line: (-line.share, line.item.code))[:_MOST]


def contents_of(bank_id: int) -> list[tuple[str, dict[str, Any]]]:
    """Return type and content of the items of a bank that are not retired, in one statement."""
    rows = db.session.execute(
        select(ItemVersion.type, ItemVersion.content)
        .join(Item, Item.current_id == ItemVersion.id)
        .where(Item.bank_id == bank_id, Item.state != ItemState.RETIRED)
    )
    return [(kind.value, content) for kind, content in rows]


def _phrases(stem: str) -> list[str]:
    """Return phrases spread over the stem."""
    words = search_key(stem).split()
    last = max(0, len(words) - _WORDS)
    starts = sorted({round(n * last / (_PHRASES - 1)) for n in range(_PHRASES)})
    return [phrase for start in starts if (phrase := " ".join(words[start : start + _WORDS]))]


def _candidates(item: Item, phrases: list[str]) -> list[Item]:
    if not phrases:
        return []
    has_one = or_(*(Item.search_text.contains(one, autoescape=True) for one in phrases))
    in_bank = (Item.bank_id == item.bank_id) & (Item.id != item.id)
    return list(
        db.session.scalars(
            select(Item)
            .where(in_bank, Item.state != ItemState.RETIRED, has_one)
            .options(joinedload(Item.current))
            .order_by(Item.id)
            .limit(_CANDIDATES)
        )
    )
