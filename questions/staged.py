"""What the pages of an import read: imports, their entries, and how many stand how."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.orm import defer, joinedload

from accounts.models import Account
from core.db import db
from questions.models import ImportEntry, ImportState, ItemImport
from questions.rules.proposing import EntryState

_IMPORTS = 10
# So many cells are shown at once: those around the question that is looked at.
CELLS = 200
_BATCH = 1000


def import_with(public_id: str) -> ItemImport | None:
    """Return an import by its public id, with its bank."""
    return db.session.scalar(
        select(ItemImport)
        .where(ItemImport.public_id == public_id)
        .options(joinedload(ItemImport.bank))
    )


@dataclass(frozen=True, slots=True)
class ImportLine:
    """An import in a list: the file, where it stands, and who brought it."""

    public_id: str
    file_name: str
    state: ImportState
    written: int
    account: str | None
    created_at: datetime | None


def imports_of(bank_id: int, *, own: int | None = None) -> list[ImportLine]:
    """Return the newest imports into a bank, or one person's; their questions are not loaded."""
    whose = true() if own is None else ItemImport.account_id == own
    rows = db.session.execute(
        select(
            ItemImport.public_id,
            ItemImport.file_name,
            ItemImport.state,
            ItemImport.written,
            Account.full_name,
            ItemImport.created_at,
        )
        .outerjoin(Account, Account.id == ItemImport.account_id)
        .where(ItemImport.bank_id == bank_id, ItemImport.state != ImportState.DROPPED, whose)
        .order_by(ItemImport.id.desc())
        .limit(_IMPORTS)
    )
    return [ImportLine(*row) for row in rows]


def applied_before(bank_id: int, digest: str, *, but: int) -> ImportLine | None:
    """Return the newest other import of the same file into the bank that still stands."""
    row = db.session.execute(
        select(
            ItemImport.public_id,
            ItemImport.file_name,
            ItemImport.state,
            ItemImport.written,
            Account.full_name,
            ItemImport.decided_at,
        )
        .outerjoin(Account, Account.id == ItemImport.account_id)
        .where(
            ItemImport.bank_id == bank_id,
            ItemImport.file_digest == digest,
            ItemImport.state == ImportState.APPLIED,
            ItemImport.id != but,
        )
        .order_by(ItemImport.id.desc())
        .limit(1)
    ).first()
    return ImportLine(*row) if row else None


# --- Entries -----------------------------------------------------------------------------------


def _of(pending: ItemImport) -> ColumnElement[bool]:
    return ImportEntry.import_id == pending.id


def counts(pending: ItemImport) -> dict[EntryState, int]:
    """Return how many entries of the import stand how."""
    rows = db.session.execute(
        select(ImportEntry.state, func.count()).where(_of(pending)).group_by(ImportEntry.state)
    )
    return dict.fromkeys(EntryState, 0) | dict(rows.all())


@dataclass(frozen=True, slots=True)
class Tasks:
    """What could be done for many entries at once: those without topic, those repeated."""

    without_topic: int
    repeated: int


def tasks(pending: ItemImport) -> Tasks:
    """Return how many entries have no topic, and how many say what others say."""
    bare = func.count().filter(ImportEntry.topic_id.is_(None))
    again = func.count().filter(ImportEntry.repeated, ImportEntry.skipped.is_(False))
    without_topic, repeated = db.session.execute(select(bare, again).where(_of(pending))).one()
    return Tasks(without_topic, repeated)


def entry(pending: ItemImport, number: int) -> ImportEntry | None:
    """Return one entry of an import."""
    return db.session.get(ImportEntry, (pending.id, number))


def first_to_see(pending: ItemImport) -> int:
    """Return the number of the first entry to look at: a faulty one, a doubtful one, any."""
    return next_to_see(pending, 0) or 1


def next_to_see(pending: ItemImport, number: int) -> int | None:
    """Return the next entry to be looked at: faulty ones first, then doubtful ones."""
    return db.session.scalar(
        select(ImportEntry.number)
        .where(
            _of(pending),
            ImportEntry.state.in_((EntryState.WRONG, EntryState.LOOK)),
            ImportEntry.number != number,
        )
        .order_by(
            ImportEntry.state != EntryState.WRONG,
            ImportEntry.number < number,
            ImportEntry.number,
        )
        .limit(1)
    )


@dataclass(frozen=True, slots=True)
class Cells:
    """The cells around an entry, and the numbers that lead to those before and after."""

    states: list[tuple[int, EntryState]]
    before: int | None
    after: int | None


def cells(pending: ItemImport, number: int, total: int) -> Cells:
    """Return how the entries around one stand, in one statement."""
    begin = (max(1, number) - 1) // CELLS * CELLS + 1
    end = begin + CELLS
    rows = db.session.execute(
        select(ImportEntry.number, ImportEntry.state)
        .where(_of(pending), ImportEntry.number >= begin, ImportEntry.number < end)
        .order_by(ImportEntry.number)
    )
    before = max(1, begin - CELLS) if begin > 1 else None
    return Cells([(n, state) for n, state in rows], before, end if end <= total else None)


def entries_numbered(pending: ItemImport, numbers: Sequence[int]) -> dict[int, ImportEntry]:
    """Return entries of an import by number."""
    rows = db.session.scalars(
        select(ImportEntry).where(_of(pending), ImportEntry.number.in_(numbers))
    )
    return {row.number: row for row in rows}


def batches(pending: ItemImport, states: Sequence[EntryState]) -> Iterator[Sequence[ImportEntry]]:
    """Yield the entries that stand so, in their order, some at a time, none kept in memory."""
    last = 0
    while True:
        rows = db.session.scalars(
            select(ImportEntry)
            .where(_of(pending), ImportEntry.state.in_(states), ImportEntry.number > last)
            .order_by(ImportEntry.number)
            .limit(_BATCH)
            .options(defer(ImportEntry.lines), defer(ImportEntry.messages))
        ).all()
        if not rows:
            return
        last = rows[-1].number
        yield rows
        for row in rows:
            db.session.expunge(row)


def left_out(pending: ItemImport, most: int) -> Sequence[ImportEntry]:
    """Return the first entries that were not written into the bank."""
    return db.session.scalars(
        select(ImportEntry)
        .where(_of(pending), ImportEntry.state.in_((EntryState.WRONG, EntryState.SKIPPED)))
        .order_by(ImportEntry.number)
        .limit(most)
    ).all()


def shingles(pending_id: int) -> dict[int, bytes]:
    """Return what is compared of the entries of an import, by number."""
    rows = db.session.execute(
        select(ImportEntry.number, ImportEntry.shingles).where(
            ImportEntry.import_id == pending_id, ImportEntry.skipped.is_(False)
        )
    )
    return dict(rows.all())
