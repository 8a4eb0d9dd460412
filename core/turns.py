"""Turns to write to the embedded database: fair, and never upon what may not be on disk.

PostgreSQL needs none of this.
"""

import fcntl
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain

from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from core import storage

_KEPT_FREE = 8
_held = threading.local()
# By the database's path: handles of the file to wait at that nobody uses now, and the one handle
# of the file that tells others that this process is there.
_free: dict[str, list[int]] = {}
_there: dict[str, int] = {}


@contextmanager
def side_lock(engine: Engine) -> Iterator[None]:
    """Queue fairly for the right to write.

    SQLite's own waiting starves whoever comes second: a blocking lock on a file beside
    the database serves writers of all processes in turn.
    """
    path = engine.url.database
    if engine.dialect.name != "sqlite" or not path or path == ":memory:":
        yield
        return
    if is_writing():
        raise RuntimeError("a transaction that writes is already open in this thread")
    with _handle(path) as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        _held.by = path
        try:
            if path not in _there:
                _settle(path)
            yield
        finally:
            _held.by = None
            fcntl.flock(file, fcntl.LOCK_UN)


def is_writing() -> bool:
    """Say whether this thread has a transaction open that writes to the embedded database."""
    return getattr(_held, "by", None) is not None


@contextmanager
def _handle(path: str) -> Iterator[int]:
    """Give a handle of the file to wait at that nobody else uses meanwhile.

    Writers exclude each other by their handles, threads as processes.
    """
    free = _free.setdefault(path, [])
    try:
        file = free.pop()
    except IndexError:
        file = _opened(f"{path}.lock")
    try:
        yield file
    finally:
        if len(free) < _KEPT_FREE:
            free.append(file)
        else:
            os.close(file)


def _settle(path: str) -> None:
    """Before a process writes first: let all that it may have read be on disk.

    After a sync that failed, a kernel shows what it could not write and calls it clean. The log's
    end may be of that kind, and is taken for committed once all who knew better are gone. So
    whoever finds nobody else there writes the log again as it is found, and syncs it.
    """
    file = _opened(f"{path}.there")
    try:
        if _is_alone(file):
            _write_again(f"{path}-wal")
        fcntl.flock(file, fcntl.LOCK_SH)
    except OSError as fault:
        os.close(file)
        # Nothing may be written; it is tried again at the next turn.
        raise OperationalError(None, None, fault) from fault
    _there[path] = file


def _is_alone(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _write_again(path: str) -> None:
    """Write a file's content over itself, so that a sync has something to write."""
    try:
        file = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    try:
        at = 0
        while piece := os.pread(file, storage.MEGABYTE, at):
            at += os.pwrite(file, piece, at)
        os.fdatasync(file)
    finally:
        os.close(file)


def _opened(path: str) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


def _leave_handles_to_the_parent() -> None:
    """Close what was taken along by a fork: what a handle locks is locked for all who share it."""
    for file in chain(_there.values(), *_free.values()):
        os.close(file)
    _there.clear()
    _free.clear()


os.register_at_fork(after_in_child=_leave_handles_to_the_parent)
