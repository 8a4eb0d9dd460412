"""Files of entries on their way: begun, received piece by piece, looked at, and kept."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import IO, Any

from sqlalchemy import func, select

from accounts import auditing
from accounts.models import Account
from contest import entering, entry_queries
from contest.errors import CannotUpload, EntryShut
from contest.models import Entry, EntryFile, Upload
from contest.rules import entries, file_types
from contest.rules.entries import MEGABYTE, Kind
from contest.rules.file_types import FileType, Group
from core import files, ids, space
from core.db import atomic, db, lock
from core.files import Content
from core.space import Room
from core.text import N_

# No piece is larger; browsers begin with less, and with less still over a bad line.
MOST_PIECE = 4 * MEGABYTE
MOST_FILES = 40
MOST_UNFINISHED = 20
# Who has not gone on for so long begins anew.
KEPT = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Declared:
    """What is said of a file before any of it comes; `redacts` is the file it stands for."""

    name: str
    size: int
    modified: int = 0
    field: str = ""
    redacts: EntryFile | None = None


@dataclass(frozen=True, slots=True)
class _Allowed:
    groups: Collection[Group]
    most: int


@atomic()
def begin(entry: Entry, actor: Account, declared: Declared, *, at: datetime) -> Upload:
    """Begin to send a file, or give back what was begun with the same file.

    Raise `CannotUpload` for what is too large or of no kind that is asked for, `EntryShut`
    once the entry takes no changes.
    """
    lock(entry)
    _check_declared(entry, actor, declared, at)
    begun = entry_queries.unfinished(entry, actor)
    redacts_id = declared.redacts.id if declared.redacts else None
    wanted = (declared.name, declared.size, declared.modified, declared.field, redacts_id)
    for one in begun:
        if (one.name, one.size, one.modified, one.field, one.redacts_id) == wanted:
            return one
    if len(begun) >= MOST_UNFINISHED:
        raise CannotUpload(N_("Too many files are on their way: finish or drop one first."))
    made = Upload(
        public_id=ids.public_id(),
        entry_id=entry.id,
        account_id=actor.id,
        field=declared.field,
        redacts_id=redacts_id,
        name=declared.name,
        size=declared.size,
        modified=declared.modified,
        begun_at=at,
        touched_at=at,
    )
    db.session.add(made)
    db.session.flush()
    return made


def receive(
    upload: Upload,
    offset: int,
    stream: Any,  # noqa: ANN401 -- the request's own stream
    size: int,
    *,
    digest: str = "",
    at: datetime,
) -> int:
    """Take in a piece that begins at `offset`; return how much of the file is here by now.

    A piece that came already, or that comes before its turn, changes nothing. No connection to
    the database is held while the piece comes in, and no lock on the file.
    """
    id_, name, room = upload.id, upload.public_id, upload.size - offset
    if not 0 < size <= min(MOST_PIECE, room) or upload.finished_at is not None:
        return upload.received
    db.session.rollback()
    with files.take(stream, size, digest) as piece, files.held(name) as part:
        received = _received(id_)
        if received != offset:
            return received
        part.put(offset, piece)
        return _advance(id_, offset + size, at)


def _received(upload_id: int) -> int:
    found = db.session.scalar(select(Upload.received).where(Upload.id == upload_id))
    db.session.rollback()
    # Somebody dropped it meanwhile: nothing may be written.
    return -1 if found is None else found


@atomic()
def _advance(upload_id: int, received: int, at: datetime) -> int:
    upload = db.session.get_one(Upload, upload_id)
    upload.received, upload.touched_at = received, at
    return received


def finish(upload: Upload, actor: Account, *, at: datetime) -> EntryFile:
    """Make a file of the entry of what was sent; finishing again gives back the same file.

    Its bytes are hashed and say what it is. Raise `CannotUpload` while some are missing; what
    turns out to be no file that is asked for is thrown away, and has to be sent anew.
    """
    if upload.file is not None:
        return upload.file
    if upload.received != upload.size:
        raise CannotUpload(N_("The file has not come in whole yet."))
    name, size, id_ = upload.public_id, upload.size, upload.id
    db.session.rollback()
    # Reading a large file takes seconds: nobody else waits for the database meanwhile.
    with files.held(name) as part:
        content = part.read(size)
        fault = _fault(upload, content)
        if fault is None:
            part.keep(content.digest)
    if fault is not None:
        drop(upload)
        raise fault
    made = _finish(id_, actor, content, at)
    files.drop(name)
    return made


def _fault(upload: Upload, content: Content) -> CannotUpload | None:
    if content.size != upload.size:
        return CannotUpload(N_("The file came in damaged. Send it once more."))
    found = file_types.recognised(content.head, content.tail)
    allowed = _allowed(upload.entry, upload.field, is_copy=upload.redacts_id is not None)
    said = file_types.fault(found, upload.name, allowed.groups)
    return None if said is None else CannotUpload(said.message, **said.values)


@atomic()
def _finish(upload_id: int, actor: Account, content: Content, at: datetime) -> EntryFile:
    upload = db.session.get_one(Upload, upload_id)
    lock(upload.entry)
    lock(upload)
    if upload.file is not None:
        return upload.file
    told = Declared(upload.name, upload.size, 0, upload.field, upload.redacts)
    upload.file, upload.finished_at = _add(upload.entry, actor, told, content, at), at
    return upload.file


def add_whole(
    entry: Entry, actor: Account, declared: Declared, stream: IO[bytes], *, at: datetime
) -> EntryFile:
    """Make a file of the entry of one that came within a form; see `begin` and `finish`."""
    _check_declared(entry, actor, declared, at)
    name = ids.public_id()
    try:
        with files.held(name) as part:
            part.put(0, stream)
            content = part.read(declared.size)
            found = file_types.recognised(content.head, content.tail)
            groups = _allowed(entry, declared.field, is_copy=declared.redacts is not None).groups
            said = file_types.fault(found, declared.name, groups)
            if said is not None:
                raise CannotUpload(said.message, **said.values)
            part.keep(content.digest)
        return _add_whole(entry, actor, declared, content, at)
    finally:
        files.drop(name)


@atomic()
def _add_whole(
    entry: Entry, actor: Account, declared: Declared, content: Content, at: datetime
) -> EntryFile:
    lock(entry)
    return _add(entry, actor, declared, content, at)


def _add(
    entry: Entry, actor: Account, declared: Declared, content: Content, at: datetime
) -> EntryFile:
    """Write the row of a file whose bytes are kept; the transaction is the caller's."""
    _check_declared(entry, actor, declared, at)
    found: FileType | None = file_types.recognised(content.head, content.tail)
    made = EntryFile(
        public_id=ids.public_id(),
        entry_id=entry.id,
        position=entering.next_position(entry),
        field=declared.field,
        title=declared.name,
        media_type=found.media_type if found else "",
        size=content.size,
        digest=content.digest,
        redacts_id=declared.redacts.id if declared.redacts else None,
        added_at=at,
    )
    db.session.add(made)
    db.session.flush()
    act = "entry.redacted" if declared.redacts else "entry.file_added"
    details = {"file": made.public_id, "size": made.size, "digest": made.digest}
    target = f"entry:{entry.public_id}"
    auditing.record(actor, act, target, log=entry.contest.log, **details)
    return made


@atomic()
def drop(upload: Upload) -> None:
    """Throw away what was sent of a file that is not finished."""
    lock(upload)
    if upload.finished_at is None:
        name = upload.public_id
        db.session.delete(upload)
        db.session.flush()
        files.drop(name)


def erase_of(account_id: int) -> None:
    """Throw away what a person who is erased had on its way; what was finished is the entry's."""
    begun = select(Upload).where(Upload.account_id == account_id, Upload.finished_at.is_(None))
    for one in db.session.scalars(begun).all():
        drop(one)


def sweep(*, at: datetime) -> int:
    """Throw away the uploads that nobody has gone on with; return how many."""
    stale = db.session.scalars(
        select(Upload).where(Upload.touched_at < at - KEPT, Upload.finished_at.is_(None)).limit(200)
    ).all()
    for one in stale:
        drop(one)
    return len(stale)


def _check_declared(entry: Entry, actor: Account, declared: Declared, at: datetime) -> None:
    """Raise unless such a file may come now; a redacted copy is the staff's, at any time."""
    if declared.redacts is None:
        if not entry_queries.is_of(entry, actor) or not entering.can_change(entry, at=at):
            raise EntryShut
        held = (
            select(func.count())
            .select_from(EntryFile)
            .where(EntryFile.entry_id == entry.id, EntryFile.removed_at.is_(None))
        )
        if db.session.scalar(held) >= MOST_FILES:  # type: ignore[operator]  # -- a count is a number
            raise CannotUpload(N_("An entry holds %(most)s files at most."), most=MOST_FILES)
    allowed = _allowed(entry, declared.field, is_copy=declared.redacts is not None)
    if not 0 < declared.size <= allowed.most:
        message = N_("The file is larger than %(megabytes)s MB.")
        if not declared.size:
            message = N_("The file is empty.")
        raise CannotUpload(message, megabytes=allowed.most // MEGABYTE)
    said = file_types.named_fault(declared.name, allowed.groups)
    if said is not None:
        raise CannotUpload(said.message, **said.values)
    if space.here().room is Room.SHORT:
        raise CannotUpload(N_("There is no room for files at the moment. The organisers know."))


def _allowed(entry: Entry, field: str, *, is_copy: bool) -> _Allowed:
    """Return the kinds and the size that a field of the form takes."""
    if is_copy:
        return _Allowed((), entries.MOST_MB * MEGABYTE)
    for one in entry_queries.form_of(entry.category):
        if one.id == field and one.kind is Kind.FILE:
            return _Allowed(one.accepts, one.most_mb * MEGABYTE)
    raise CannotUpload(N_("No file is asked for here."))
