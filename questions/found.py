"""What is found in a bank: a page of it with the number of all, and by whom it was written."""

from bisect import bisect_left, bisect_right
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select

from accounts.models import Account
from core.db import db
from core.text import search_key
from core.web import Page
from questions import browsing
from questions.browsing import Filters
from questions.models import Item


@dataclass(frozen=True, slots=True)
class Found:
    """A page of the items looked for, and how many there are in all."""

    page: Page[Item]
    total: int


def search(
    bank_id: int, wanted: Filters, *, after: int | None = None, before: int | None = None
) -> Found:
    """Return a page of the items looked for and their number, in two statements.

    Words are looked for in one pass over the bank: it finds all items at once, so that a page
    and the number cost the same as the number alone.
    """
    if not search_key(wanted.text):
        page = browsing.items(bank_id, wanted, after=after, before=before)
        return Found(page, browsing.count_items(bank_id, wanted))
    ids = sorted(browsing.item_ids(bank_id, wanted))
    begin = bisect_left(ids, before) - browsing.PAGE if before else bisect_right(ids, after or 0)
    begin = max(0, begin)
    shown = ids[begin : begin + browsing.PAGE]
    rows = db.session.scalars(
        select(Item).where(Item.id.in_(shown)).options(*browsing.with_current()).order_by(Item.id)
    ).all()
    more = begin + browsing.PAGE < len(ids)
    first = str(shown[0]) if shown and begin else None
    return Found(Page(list(rows), first, str(shown[-1]) if more else None), len(ids))


def authors_of(bank_id: int) -> list[tuple[str, str]]:
    """Return who wrote items of the bank: public id and name, by name."""
    rows = db.session.execute(
        select(Account.public_id, Account.full_name)
        .where(Account.id.in_(select(Item.author_id).where(Item.bank_id == bank_id)))
        .order_by(Account.full_name)
    )
    return [(public_id, name) for public_id, name in rows]


def author_with(public_id: str) -> int | None:
    """Return the id of a person who may have written items."""
    return db.session.scalar(select(Account.id).where(Account.public_id == public_id))


def ids_of(bank_id: int, public_ids: Collection[str]) -> list[int]:
    """Return the ids of items of a bank by their public ids."""
    rows = select(Item.id).where(Item.bank_id == bank_id, Item.public_id.in_(public_ids))
    return list(db.session.scalars(rows.order_by(Item.id)))
