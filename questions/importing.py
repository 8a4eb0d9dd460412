"""Taking a file into the bank: what the person accepted, in one transaction, undone as a whole."""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update

from accounts import auditing
from accounts.models import Account
from core import ids, jobs
from core.db import atomic, db, lock
from core.errors import DomainError
from core.saying import Sentence
from questions import authoring, previewing, staged, staging, usage
from questions.authoring import NewItem
from questions.errors import ImportClosed, ItemLocked, ItemsAsked, NothingToImport
from questions.formats import splitting
from questions.models import (
    Bank,
    Difficulty,
    ImportEntry,
    ImportState,
    Item,
    ItemEditor,
    ItemImport,
    ItemState,
    ItemVersion,
    ItemView,
    KeptBasis,
    Review,
    ReviewTask,
)
from questions.rules import drafting, proposing
from questions.rules.drafting import ERROR, Message, Reading
from questions.rules.proposing import EntryState
from questions.staging import Part

JOB_READ = "questions.read"
JOB_WRITE = "questions.write"
# A file beyond this size is read by a job, and more questions than this are written by one.
MOST_BYTES_AT_ONCE = 1024 * 1024
MOST_AT_ONCE = 300
PREFIX = "N"
_TAKEN = (EntryState.READY, EntryState.LOOK)

# --- Reading -----------------------------------------------------------------------------------


def _kept(
    owner: Account | None, bank: Bank, file_name: str, content: bytes, at: datetime
) -> ItemImport:
    pending = ItemImport(
        public_id=ids.public_id(),
        bank_id=bank.id,
        account_id=owner.id if owner else None,
        file_name=file_name[-200:],
        file_digest=hashlib.sha256(content).hexdigest(),
        state=ImportState.READING,
        messages=[],
        created_at=at,
    )
    db.session.add(pending)
    db.session.flush()
    return pending


def stage(
    owner: Account, bank: Bank, file_name: str, content: bytes, *, at: datetime
) -> ItemImport:
    """Read a file and keep what was understood for the preview; the bank is not touched.

    A large file is read by a job. Raise `FileRefused` or `ReadingFailed`: nothing is kept then.
    """
    if len(content) > MOST_BYTES_AT_ONCE:
        return _stage_later(owner, bank, file_name, content, at=at)
    parts = list(staging.understand(file_name, content))
    with atomic():
        pending = _kept(owner, bank, file_name, content, at)
        _fill(owner, pending, parts)
    staging.find_twins(pending)
    return pending


@atomic()
def _stage_later(
    owner: Account, bank: Bank, file_name: str, content: bytes, *, at: datetime
) -> ItemImport:
    pending = _kept(owner, bank, file_name, content, at)
    pending.content = content
    _queue(JOB_READ, pending, owner, at=at)
    return pending


def take_in(bank: Bank, file_name: str, content: bytes, *, at: datetime) -> ItemImport:
    """Read a file and write its questions without faults at once: what the shell asks for.

    Raise `FileRefused`, `ReadingFailed` or `NothingToImport`; the bank is then as before.
    """
    with atomic():
        pending = _kept(None, bank, file_name, content, at)
    try:
        messages: list[Any] = []
        for part in staging.understand(file_name, content, limits=staging.JOB_LIMITS):
            staging.keep(pending, part.rows)
            messages += part.messages
        _write_at_once(pending, messages, at=at)
    except DomainError:
        _remove(pending)
        raise
    return pending


@atomic()
def _write_at_once(pending: ItemImport, messages: list[Any], *, at: datetime) -> None:
    _open(None, pending, messages, sum(staged.counts(pending).values()))
    write(None, pending, at=at)


@atomic()
def _remove(pending: ItemImport) -> None:
    staging.forget(pending)
    db.session.delete(pending)


def _fill(owner: Account | None, pending: ItemImport, parts: list[Part]) -> None:
    for part in parts:
        staging.keep(pending, part.rows)
    messages = [message for part in parts for message in part.messages]
    _open(owner, pending, messages, sum(len(part.rows) for part in parts))


def _open(owner: Account | None, pending: ItemImport, messages: list[Any], count: int) -> None:
    pending.messages, pending.content, pending.state = messages, None, ImportState.OPEN
    auditing.record(
        owner,
        "import.staged",
        f"import:{pending.public_id}",
        file_name=pending.file_name,
        digest=pending.file_digest,
        questions=count,
    )
    # Whoever locks the row next reads it again.
    db.session.flush()


def _queue(kind: str, pending: ItemImport, owner: Account, *, at: datetime) -> None:
    payload = {"import": pending.id, "owner": owner.id}
    key = f"{kind}:{pending.public_id}"
    pending.job = jobs.enqueue(kind, payload, at=at, key=key, owner=owner.id).public_id


def read(work: jobs.Work, *, at: datetime) -> dict[str, Any]:
    """Read a large file, as the job that `stage` queued; a refusal is kept with the import.

    Entries are kept part by part; a job that was broken off begins again from the first.
    """
    pending = db.session.get_one(ItemImport, work.payload["import"])
    if pending.state is not ImportState.READING or pending.content is None:
        return {"questions": sum(staged.counts(pending).values())}
    content = pending.content
    staging.forget(pending)
    try:
        count = _read_parts(work, pending, content)
    except DomainError as refused:
        if isinstance(refused, jobs.JobCancelled):
            raise
        _fail(pending, refused, at=at)
        return {"questions": 0}
    return {"questions": count}


def _read_parts(work: jobs.Work, pending: ItemImport, content: bytes) -> int:
    """Keep the entries of a file, and how far the reading is; return how many there are."""
    name, total = pending.file_name, len(splitting.parts(pending.file_name, content)) + 1
    messages: list[Any] = []
    count = 0
    work.progress(0, total)
    understood = staging.understand(name, content, limits=staging.JOB_LIMITS)
    for done, part in enumerate(understood, start=1):
        staging.keep(pending, part.rows)
        messages += part.messages
        count += len(part.rows)
        work.progress(done, total)
    staging.find_twins(pending)
    _finish(db.session.get_one(Account, work.payload["owner"]), pending, messages, count)
    work.progress(total, total)
    return count


@atomic()
def _finish(owner: Account, pending: ItemImport, messages: list[Any], count: int) -> None:
    lock(pending)
    if pending.state is ImportState.READING:
        _open(owner, pending, messages, count)


@atomic()
def _fail(pending: ItemImport, refused: DomainError, *, at: datetime) -> None:
    lock(pending)
    staging.forget(pending)
    message = Message(None, ERROR, "refused", Sentence(refused.message, refused.details))
    pending.messages = drafting.to_json(Reading(messages=(message,)))["messages"]
    pending.state, pending.content, pending.decided_at = ImportState.FAILED, None, at


# --- Deciding ----------------------------------------------------------------------------------


@atomic()
def agree(actor: Account, pending: ItemImport, *, at: datetime) -> None:
    """Write the questions without faults into the bank; many of them are written by a job.

    Raise `ImportClosed` or `NothingToImport`.
    """
    lock(pending)
    counted = staged.counts(pending)
    count = sum(counted[state] for state in _TAKEN)
    if pending.state is ImportState.OPEN and count > MOST_AT_ONCE:
        _queue(JOB_WRITE, pending, actor, at=at)
    else:
        write(actor, pending, at=at)


def write_later(work: jobs.Work, *, at: datetime) -> dict[str, Any]:
    """Write many questions, as the job that `agree` queued; once only."""
    pending = db.session.get_one(ItemImport, work.payload["import"])
    actor = db.session.get_one(Account, work.payload["owner"])
    work.progress(0, 1)
    written = write(actor, pending, at=at)
    work.progress(1, 1)
    return {"written": written}


@atomic()
def write(actor: Account | None, pending: ItemImport, *, at: datetime) -> int:
    """Write the questions without faults in one transaction; return how many.

    What is left out stays with the import, so that it can be named. A second call writes nothing.
    Raise `ImportClosed` or `NothingToImport`.
    """
    lock(pending)
    if pending.state is ImportState.APPLIED:
        return pending.written
    previewing.lock_open(pending)
    lock(pending.bank)
    number = authoring.next_number(pending.bank_id, PREFIX)
    written = 0
    for rows in staged.batches(pending, _TAKEN):
        items = [
            _new_item(row, authoring.code_of(PREFIX, number + written + n))
            for n, row in enumerate(rows)
        ]
        item_ids = authoring.insert_all(
            pending.bank_id,
            items,
            at=at,
            author_id=actor.id if actor else None,
            import_id=pending.id,
        )
        _note_hands(pending, zip(item_ids, rows, strict=True))
        written += len(items)
    if not written:
        raise NothingToImport
    staging.forget(pending, _TAKEN)
    pending.state, pending.written, pending.decided_at = ImportState.APPLIED, written, at
    auditing.record(
        actor,
        "import.agreed",
        f"import:{pending.public_id}",
        bank=pending.bank.public_id,
        written=written,
        left_out=sum(staged.counts(pending).values()),
        digest=pending.file_digest,
    )
    return written


def _note_hands(pending: ItemImport, written: Iterable[tuple[int, ImportEntry]]) -> None:
    """Count who brought the file and who corrected a question among the authors of its items."""
    brought = {pending.account_id} if pending.account_id is not None else set()
    rows = [
        {"item_id": item_id, "account_id": account_id}
        for item_id, row in written
        for account_id in sorted(brought.union(row.entry.get("hands", ())))
    ]
    if rows:
        db.session.execute(insert(ItemEditor), rows)


def _new_item(row: ImportEntry, code: str) -> NewItem:
    return NewItem(
        code=code,
        wording=proposing.as_wording(previewing.proposed(row)),
        topic_id=row.topic_id,
        difficulty=Difficulty(row.level) if row.level else None,
        shingles=row.shingles,
    )


@atomic()
def drop(actor: Account, pending: ItemImport, *, at: datetime) -> None:
    """Forget an import that was not agreed to; the bank has nothing of it. Raise `ImportClosed`."""
    lock(pending)
    if pending.state is ImportState.DROPPED:
        return
    if pending.state not in (ImportState.OPEN, ImportState.READING, ImportState.FAILED):
        raise ImportClosed
    pending.state, pending.decided_at = ImportState.DROPPED, at
    pending.messages, pending.content = [], None
    staging.forget(pending)
    auditing.record(actor, "import.dropped", f"import:{pending.public_id}")


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
    versions = select(ItemVersion.id).where(ItemVersion.item_id.in_(own))
    unlink = update(Item).where(Item.import_id == pending.id).values(current_id=None)
    for statement in (
        unlink,
        delete(Review).where(Review.version_id.in_(versions)),
        delete(KeptBasis).where(KeptBasis.version_id.in_(versions)),
        *(delete(one).where(one.item_id.in_(own)) for one in (ReviewTask, ItemEditor, ItemView)),
        delete(ItemVersion).where(ItemVersion.item_id.in_(own)),
        delete(Item).where(Item.import_id == pending.id),
    ):
        db.session.execute(statement.execution_options(synchronize_session=False))
    pending.state, pending.decided_at = ImportState.UNDONE, at
    auditing.record(actor, "import.undone", f"import:{pending.public_id}", items=pending.written)
    return pending.written
