"""What the pages of paper sets read: sets, their papers, and which items stand in them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from accounts.models import Account
from core.db import db
from questions.models import (
    Item,
    ItemVersion,
    Media,
    Paper,
    PaperSet,
    PaperSetState,
    PrintedSlot,
)
from questions.usage import Exposure

_AT_ONCE = 500
_DRAWN = (PaperSetState.DRAFT, PaperSetState.APPROVED, PaperSetState.LOCKED)


# --- Pages -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SetLine:
    """A paper set in a list, with who drew it."""

    paper_set: PaperSet
    maker: str


def sets_of(bank_id: int) -> list[SetLine]:
    """Return the paper sets of a bank, the newest first; one statement."""
    rows = db.session.execute(
        select(PaperSet, Account.full_name)
        .outerjoin(Account, Account.id == PaperSet.made_by_id)
        .where(PaperSet.bank_id == bank_id)
        .order_by(PaperSet.id.desc())
    )
    return [SetLine(row, name or "") for row, name in rows]


def set_with(public_id: str) -> PaperSet | None:
    """Return a paper set with its bank."""
    return db.session.scalar(
        select(PaperSet).where(PaperSet.public_id == public_id).options(joinedload(PaperSet.bank))
    )


def papers_of(set_id: int) -> Sequence[Paper]:
    """Return the papers of a set with all that stands in them, in a fixed number of statements."""
    version = selectinload(Paper.slots).joinedload(PrintedSlot.version)
    return db.session.scalars(
        select(Paper)
        .where(Paper.set_id == set_id)
        .options(
            version.joinedload(ItemVersion.stimulus),
            version.joinedload(ItemVersion.document),
            version.joinedload(ItemVersion.item).joinedload(Item.topic),
        )
        .order_by(Paper.number)
        .execution_options(populate_existing=True)
    ).all()


def name_of(account_id: int | None) -> str:
    """Return a person's name; nothing for nobody."""
    return db.session.scalar(select(Account.full_name).where(Account.id == account_id)) or ""


def pictures(bank_id: int, ids: Collection[str]) -> dict[str, tuple[str, bytes]]:
    """Return the type and the bytes of the bank's pictures by public id."""
    if not ids:
        return {}
    rows = db.session.execute(
        select(Media.public_id, Media.mime, Media.content).where(
            Media.bank_id == bank_id, Media.public_id.in_(ids), Media.mime.startswith("image/")
        )
    )
    return {public_id: (mime, content) for public_id, mime, content in rows}


# --- What was used -----------------------------------------------------------------------------


def times(version_ids: Collection[int]) -> dict[int, int]:
    """Return in how many printed papers each version stands."""
    wanted, found = sorted(version_ids), dict[int, int]()
    for start in range(0, len(wanted), _AT_ONCE):
        rows = db.session.execute(
            select(PrintedSlot.version_id, func.count())
            .where(PrintedSlot.version_id.in_(wanted[start : start + _AT_ONCE]))
            .group_by(PrintedSlot.version_id)
        )
        found |= dict(rows.all())
    return found


def in_sets(bank_id: int, count: int, before: datetime) -> frozenset[int]:
    """Return the items that stand in the last `count` paper sets made before the moment."""
    if not count:
        return frozenset()
    last = (
        select(PaperSet.id)
        .where(PaperSet.bank_id == bank_id, PaperSet.made_at < before, PaperSet.state.in_(_DRAWN))
        .order_by(PaperSet.made_at.desc(), PaperSet.id.desc())
        .limit(count)
    )
    return frozenset(
        db.session.scalars(
            select(ItemVersion.item_id)
            .join(PrintedSlot, PrintedSlot.version_id == ItemVersion.id)
            .join(Paper, Paper.id == PrintedSlot.paper_id)
            .where(Paper.set_id.in_(last.subquery().select()))
            .distinct()
        )
    )


def exposure(bank_id: int, before: datetime) -> Exposure:
    """Return in how many papers of sets made before the moment each item stands."""
    mine = (PaperSet.bank_id == bank_id) & (PaperSet.made_at < before)
    rows = db.session.execute(
        select(ItemVersion.item_id, func.count())
        .join(PrintedSlot, PrintedSlot.version_id == ItemVersion.id)
        .join(Paper, Paper.id == PrintedSlot.paper_id)
        .join(PaperSet, PaperSet.id == Paper.set_id)
        .where(mine)
        .group_by(ItemVersion.item_id)
    )
    papers = select(func.count(Paper.id)).join(PaperSet, PaperSet.id == Paper.set_id).where(mine)
    return Exposure(dict(rows.all()), db.session.scalar(papers) or 0)


def no_rounds(_bank_id: int, _count: int, _before: datetime) -> frozenset[int]:
    """Return nothing: paper sets are no rounds."""
    return frozenset()
