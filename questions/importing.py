"""Taking a file into the bank: what the person accepted, in one transaction, undone as a whole."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update

from accounts import auditing
from accounts.models import Account
from core import ids, jobs, sandbox
from core.archives import FileRefused
from core.db import atomic, db, lock
from core.errors import DomainError
from core.saying import Sentence
from questions import authoring, browsing, previewing, usage
from questions.authoring import NewItem
from questions.errors import ImportClosed, ItemsAsked, NothingToImport
from questions.formats import reading
from questions.formats.reading import KeyFile
from questions.models import Bank, Difficulty, ImportState, Item, ItemImport, ItemVersion
from questions.rules import classifying, drafting, proposing
from questions.rules.drafting import ERROR, Message, Reading
from questions.rules.proposing import Entry, EntryState

JOB_READ = "questions.read"
JOB_WRITE = "questions.write"
# A file beyond this size is read by a job, and more questions than this are written by one.
MOST_BYTES_AT_ONCE = 1024 * 1024
MOST_AT_ONCE = 300
PREFIX = "N"
_FUNCTION = "questions.formats.source:read_as_json"
_TAKEN = (EntryState.READY, EntryState.LOOK)

Told = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Understood:
    """A file as it was read: its questions with their doubts, the remarks, its own lines."""

    drafts: list[Entry]
    messages: list[Any]
    lines: list[Any]


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
        drafts=[],
        messages=[],
        lines=[],
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
    understood = understand(bank, file_name, content, keys=keys)
    with atomic():
        pending = _kept(owner, bank, file_name, content, at)
        _fill(owner, pending, understood)
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
    understood = understand(bank, file_name, content, keys=keys)
    with atomic():
        pending = _kept(None, bank, file_name, content, at)
        _fill(None, pending, understood)
        write(None, pending, at=at)
    return pending


def understand(
    bank: Bank,
    file_name: str,
    content: bytes,
    progress: Told = lambda done, total: None,
    keys: KeyFile | None = None,
) -> Understood:
    """Return what a file says, compared with the bank. Raise `FileRefused` or `ReadingFailed`."""
    content = reading.made_new(file_name, content)
    answer = sandbox.run(_FUNCTION, content, reading.options_of(file_name, keys))
    if answer["refused"] is not None:
        raise FileRefused(answer["refused"]["message"], **answer["refused"]["details"])
    progress(1, 3)
    found = drafting.from_json(answer["reading"])
    drafts = proposing.entries(found)
    topics, documents = browsing.known_topics(), browsing.known_documents()
    for entry in drafts:
        basis = classifying.basis(entry["legal_basis"], documents)
        entry |= {
            "topic_id": classifying.topic(entry["topic"], topics),
            "level": classifying.difficulty(entry["difficulty"]),
            "document_id": basis.document_id,
            "clause": basis.clause,
            "quote": basis.quote,
        }
    proposing.place_lines(drafts, answer["lines"])
    progress(2, 3)
    proposing.find_twins(drafts, browsing.bank_shingles(bank.id))
    return Understood(drafts, answer["reading"]["messages"], answer["lines"])


def _fill(owner: Account | None, pending: ItemImport, understood: Understood) -> None:
    pending.drafts, pending.messages = understood.drafts, understood.messages
    pending.lines, pending.content, pending.state = understood.lines, None, ImportState.OPEN
    auditing.record(
        owner,
        "import.staged",
        f"import:{pending.public_id}",
        file_name=pending.file_name,
        digest=pending.file_digest,
        questions=len(pending.drafts),
    )
    # Whoever locks the row next reads it again.
    db.session.flush()


def _queue(kind: str, pending: ItemImport, owner: Account, *, at: datetime) -> None:
    payload = {"import": pending.id, "owner": owner.id}
    key = f"{kind}:{pending.public_id}"
    pending.job = jobs.enqueue(kind, payload, at=at, key=key, owner=owner.id).public_id


def read(work: jobs.Work, *, at: datetime) -> dict[str, Any]:
    """Read a large file, as the job that `stage` queued; a refusal is kept with the import."""
    pending = db.session.get_one(ItemImport, work.payload["import"])
    if pending.state is not ImportState.READING or pending.content is None:
        return {"questions": len(pending.drafts)}
    work.progress(0, 3)
    try:
        understood = understand(pending.bank, pending.file_name, pending.content, work.progress)
    except DomainError as refused:
        _fail(pending, refused, at=at)
        return {"questions": 0}
    _finish(db.session.get_one(Account, work.payload["owner"]), pending, understood)
    work.progress(3, 3)
    return {"questions": len(understood.drafts)}


@atomic()
def _finish(owner: Account, pending: ItemImport, understood: Understood) -> None:
    lock(pending)
    if pending.state is ImportState.READING:
        _fill(owner, pending, understood)


@atomic()
def _fail(pending: ItemImport, refused: DomainError, *, at: datetime) -> None:
    lock(pending)
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
    count = sum(state in _TAKEN for state in previewing.states_of(pending).values())
    if pending.state is ImportState.OPEN and count > MOST_AT_ONCE:
        _queue(JOB_WRITE, pending, actor, at=at)
    else:
        write(actor, pending, at=at)


def write_later(work: jobs.Work, *, at: datetime) -> dict[str, Any]:
    """Write many questions, as the job that `agree` queued; once only."""
    pending = db.session.get_one(ItemImport, work.payload["import"])
    actor = db.session.get_one(Account, work.payload["owner"])
    total = len(pending.drafts)
    work.progress(0, total)
    written = write(actor, pending, at=at)
    work.progress(total, total)
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
    states = previewing.states_of(pending)
    taken = [entry for entry in pending.drafts if states[entry["number"]] in _TAKEN]
    if not taken:
        raise NothingToImport
    lock(pending.bank)
    codes = authoring.next_codes(pending.bank_id, PREFIX, len(taken))
    items = [_new_item(entry, code) for entry, code in zip(taken, codes, strict=True)]
    authoring.insert_all(
        pending.bank_id, items, at=at, author_id=actor.id if actor else None, import_id=pending.id
    )
    pending.drafts = [entry for entry in pending.drafts if states[entry["number"]] not in _TAKEN]
    pending.state, pending.written, pending.decided_at = ImportState.APPLIED, len(items), at
    auditing.record(
        actor,
        "import.agreed",
        f"import:{pending.public_id}",
        bank=pending.bank.public_id,
        written=len(items),
        left_out=len(pending.drafts),
        digest=pending.file_digest,
    )
    return len(items)


def _new_item(entry: Entry, code: str) -> NewItem:
    return NewItem(
        code=code,
        wording=proposing.as_wording(entry),
        topic_id=entry["topic_id"],
        difficulty=Difficulty(entry["level"]) if entry["level"] else None,
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
    pending.drafts, pending.messages, pending.lines, pending.content = [], [], [], None
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

    Raise `ItemsAsked` when some stand in papers: then nothing is taken away. Raise `ImportClosed`.
    """
    lock(pending)
    if pending.state is not ImportState.APPLIED:
        raise ImportClosed
    count = asked(pending)
    if count:
        raise ItemsAsked(count=count)
    own = select(Item.id).where(Item.import_id == pending.id)
    unlink = update(Item).where(Item.import_id == pending.id).values(current_id=None)
    for statement in (
        unlink,
        delete(ItemVersion).where(ItemVersion.item_id.in_(own)),
        delete(Item).where(Item.import_id == pending.id),
    ):
        db.session.execute(statement.execution_options(synchronize_session=False))
    pending.state, pending.decided_at = ImportState.UNDONE, at
    auditing.record(actor, "import.undone", f"import:{pending.public_id}", items=pending.written)
    return pending.written
