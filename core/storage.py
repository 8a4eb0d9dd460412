"""What a fault of the storage means: the process ends, the ballast is given up, or it passes.

The ballast is a file that only takes up room. When the disk is full it goes at once, so that what
is under way can be finished while somebody makes more room.
"""

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, ExceptionContext, event
from sqlalchemy.exc import DBAPIError, OperationalError

# Primary result codes of SQLite after which nothing that this process believes can be trusted:
# an input or output error, a malformed file, a file that is no database.
FATAL = frozenset({10, 11, 26})
FULL = 13
# What PostgreSQL says of a full disk.
DISK_FULL = "53100"
FAILED = 70
BALLAST = "ballast"
MEGABYTE = 2**20
log = logging.getLogger("chungtay")
_folders: WeakKeyDictionary[Engine, Path] = WeakKeyDictionary()


def status_of(fault: BaseException) -> int:
    """Return the status that says why nothing was written: 507 for a full disk, else 503."""
    return 507 if is_full(fault) else 503


def is_full(fault: BaseException) -> bool:
    """Say whether the disk had no room left."""
    cause = _cause(fault)
    return _code(cause) == FULL or getattr(cause, "sqlstate", "") == DISK_FULL


def concerns_all(fault: BaseException) -> bool:
    """Say whether the database itself failed, and not only what it was asked."""
    cause = _cause(fault)
    return isinstance(fault, OperationalError) and not getattr(cause, "sqlstate", None)


def end_if_fatal(fault: BaseException) -> None:
    """End the process after a fault of storage: what it reads or writes then is worth nothing.

    A database that is busy or full is no such fault. Whoever watches the process starts it anew.
    """
    if _code(_cause(fault)) in FATAL:
        log.critical("storage failed", exc_info=fault)
        os._exit(FAILED)


def watch(engine: Engine, folder: Path) -> None:
    """Face every fault of the engine as it comes up, whoever asked."""

    @event.listens_for(engine, "handle_error")
    def note(context: ExceptionContext) -> None:
        _face(context.original_exception, folder)

    _folders[engine] = folder


@contextmanager
def driver_of(connection: Connection) -> Iterator[Any]:
    """Give the driver's own connection; its faults are told as SQLAlchemy tells them."""
    own: Any = connection.connection.dbapi_connection
    errors: type[Exception] = connection.dialect.loaded_dbapi.Error
    try:
        yield own
    except errors as fault:
        if connection.engine in _folders:
            _face(fault, _folders[connection.engine])
        if connection.dialect.is_disconnect(fault, own, None):  # type: ignore[arg-type]  # -- the driver's own
            connection.invalidate(fault)
        raise DBAPIError.instance(
            None, None, fault, errors, hide_parameters=True, dialect=connection.dialect
        ) from fault


def keep_ballast(folder: Path, megabytes: int) -> bool:
    """Take up the room where it can be spared; return whether the ballast is there."""
    path, size = folder / BALLAST, megabytes * MEGABYTE
    if path.exists() or not size:
        return path.exists()
    made = folder / f".{BALLAST}-{os.getpid()}"
    try:
        with made.open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, size)
        made.rename(path)
    except OSError:
        with suppress(OSError):
            made.unlink(missing_ok=True)
        return False
    return True


def give_up_ballast(folder: Path) -> bool:
    """Make room at once; return whether there was any to make."""
    try:
        (folder / BALLAST).unlink()
    except OSError:
        return False
    log.critical("disk full: ballast given up")
    return True


def _face(fault: BaseException, folder: Path) -> None:
    if is_full(fault):
        give_up_ballast(folder)
    end_if_fatal(fault)


def _cause(fault: BaseException) -> BaseException:
    return getattr(fault, "orig", None) or fault


def _code(cause: BaseException) -> int:
    code = getattr(cause, "sqlite_errorcode", 0)
    return code & 0xFF if isinstance(code, int) else 0
