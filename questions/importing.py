"""Taking a file into the bank: what the person accepted, in one transaction, undone as a whole."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import insert

from accounts import auditing
from accounts.models import Account
from core import ids, jobs
from core.db import atomic, db, lock
from core.errors import DomainError
from core.saying import Sentence
from questions import authoring, illustrating, previewing, staged, staging
from questions.authoring import NewItem
from questions.errors import ImportClosed, NothingToImport
from questions.formats import splitting
from questions.formats.reading import KeyFile
from questions.models import (
    Bank,
    Difficulty,
    ImportEntry,
    ImportState,
    ItemEditor,
    ItemImport,
    Stimulus,
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
    owner: Account,
    bank: Bank,
    file_name: str,
    content: bytes,
    *,
    at: datetime,
    keys: KeyFile | None = None,
) -> ItemImport:
    """Read a file and keep what was understood for the preview; the bank is not touched.

    A large file is read by a job, unless its keys stand in a file of their own.
    Raise `FileRefused` or `ReadingFailed`: nothing is kept then.
    """
    if len(content) > MOST_BYTES_AT_ONCE and keys is None:
        return _stage_later(owner, bank, file_name, content, at=at)
    parts = list(staging.understand(file_name, content, keys=keys))
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


def take_in(
    bank: Bank, file_name: str, content: bytes, *, at: datetime, keys: KeyFile | None = None
) -> ItemImport:
    """Read a file and write its questions without faults at once: what the shell asks for.

    Raise `FileRefused`, `ReadingFailed` or `NothingToImport`; the bank is then as before.
    """
    with atomic():
        pending = _kept(None, bank, file_name, content, at)
    try:
        messages: list[Any] = []
        understood = staging.understand(file_name, content, keys=keys, limits=staging.JOB_LIMITS)
        for part in understood:
            _keep(pending, part.rows)
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
        _keep(pending, part.rows)
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


@atomic()
def _keep(pending: ItemImport, rows: list[dict[str, Any]]) -> None:
    """Keep entries, and the pictures and sounds that they show: by public id from now on."""
    at, by = pending.created_at, pending.account_id
    for row in rows:
        listed = row["entry"].get("media") or ()
        row["entry"]["media"] = [_kept_medium(pending.bank_id, one, at, by) for one in listed]
    staging.keep(pending, rows)


def _kept_medium(bank_id: int, one: dict[str, Any], at: datetime, by: int | None) -> dict[str, str]:
    row = illustrating.keep(bank_id, one, one["name"], at=at, by=by)
    return {"id": row.public_id, "kind": row.kind.value, "alt": one["alt"], "at": one["at"]}


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
        _keep(pending, part.rows)
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
    passages: dict[str, int] = {}
    for rows in staged.batches(pending, _TAKEN):
        passages |= _passages(pending, rows, passages, at=at)
        items = [
            _new_item(row, authoring.code_of(PREFIX, number + written + n), passages)
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


def _passages(
    pending: ItemImport, rows: Iterable[ImportEntry], known: Mapping[str, int], *, at: datetime
) -> dict[str, int]:
    """Write each passage of the rows once; return their ids by their words."""
    texts = dict.fromkeys(row.entry["passage"] for row in rows if row.entry["passage"])
    made = [
        Stimulus(
            public_id=ids.public_id(),
            bank_id=pending.bank_id,
            text=text,
            created_at=at,
            created_by_id=pending.account_id,
        )
        for text in texts
        if text not in known
    ]
    db.session.add_all(made)
    db.session.flush()
    return {one.text: one.id for one in made}


def _new_item(row: ImportEntry, code: str, passages: Mapping[str, int]) -> NewItem:
    wording = proposing.as_wording(previewing.proposed(row))
    return NewItem(
        code=code,
        wording=replace(wording, stimulus_id=passages.get(row.entry["passage"])),
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
