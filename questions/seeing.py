"""Which items and banks a person sees, as conditions of statements."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, or_, select, true

from core.db import db
from questions.models import Bank, Item, ItemVersion


@dataclass(frozen=True, slots=True)
class Seen:
    """Which items a person sees: of some banks all, of others those that the person wrote."""

    # None: all of every bank.
    whole: frozenset[int] | None
    own: frozenset[int] = frozenset()
    account_id: int = 0

    def is_own_only(self, bank_id: int) -> bool:
        """Say whether of this bank only the own items are seen."""
        return self.whole is not None and bank_id not in self.whole

    def items(self) -> ColumnElement[bool]:
        """Return the condition that an item is seen."""
        if self.whole is None:
            return true()
        own = Item.bank_id.in_(self.own) & written_by(self.account_id)
        return or_(Item.bank_id.in_(self.whole), own)

    def banks(self) -> ColumnElement[bool]:
        """Return the condition that a bank is seen."""
        return true() if self.whole is None else Bank.id.in_(self.whole | self.own)


ALL = Seen(None)


def written_by(account_id: int) -> ColumnElement[bool]:
    """Return the condition that a person wrote the item or a version of it."""
    wrote = select(ItemVersion.id).where(
        ItemVersion.item_id == Item.id, ItemVersion.created_by_id == account_id
    )
    return or_(Item.author_id == account_id, wrote.exists())


def is_by(item_id: int, account_id: int) -> bool:
    """Say whether the person wrote the item or a version of it."""
    found = select(Item.id).where(Item.id == item_id, written_by(account_id))
    return db.session.scalar(found) is not None
