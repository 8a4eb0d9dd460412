"""Group commit: works that wait for the disk at the same moment share one durable transaction.

Who finds nobody writing leads: it writes for all that wait, and hands the lead to the next. No
thread is started; each caller returns once its work is on disk. On PostgreSQL, which gathers
commits itself, each work is a transaction of its own.
"""

import threading
from collections.abc import Callable, Sequence
from typing import Any, TypeVar, cast
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, event

from core import faultpoints, storage
from core.db import WRITES, db
from core.gathering import Queue, Waiting
from core.turns import is_writing, side_lock

T = TypeVar("T")
# What is to be done, and whether within a savepoint of its own.
_Work = tuple[Callable[[Connection], Any], bool]


class Writer:
    """The one who writes for a process, as far as fast paths write at all."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.queue: Queue[_Work] = Queue(self._write)
        # Its own, so that its statements stay compiled; whoever leads uses it.
        self._connection: Connection | None = None
        event.listen(engine, "engine_disposed", self._close)

    def _write(self, batch: Sequence[Waiting[_Work]]) -> None:
        if self._connection is None:
            self._connection = self._engine.connect().execution_options(**{WRITES: True})
            # Not the pool's: closing it closes the file.
            self._connection.detach()
        try:
            with side_lock(self._engine), self._connection.begin():
                for one in batch:
                    _do(one, self._connection)
                faultpoints.reach("write.done")
        except BaseException:
            self._close()
            raise
        faultpoints.reach("write.kept")

    def _close(self, *_: object) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


_writers: WeakKeyDictionary[Engine, Writer] = WeakKeyDictionary()
_making = threading.Lock()


def run(work: Callable[[Connection], T], *, apart: bool = True) -> T:
    """Do the work in a durable transaction, perhaps with others, and return once it is on disk.

    A work that fails is undone and raises its own fault; the others stand. `apart=False` saves
    the savepoint that this takes: for a work of a single statement. Only outside `atomic()`.
    """
    engine = db.engine
    if engine.dialect.name != "sqlite":
        return _run_alone(engine, work, apart=apart)
    if is_writing():
        raise RuntimeError("a transaction that writes is already open in this thread")
    return cast("T", _writer_of(engine).queue.ask((work, apart)))


def _run_alone(engine: Engine, work: Callable[[Connection], T], *, apart: bool) -> T:
    options: dict[str, Any] = {WRITES: True}
    if not apart:
        # One statement is a transaction by itself, and takes one journey to the server.
        options["isolation_level"] = "AUTOCOMMIT"
    with engine.connect().execution_options(**options) as connection, connection.begin():
        given = work(connection)
        faultpoints.reach("write.done")
    faultpoints.reach("write.kept")
    return given


def _writer_of(engine: Engine) -> Writer:
    found = _writers.get(engine)
    if found is None:
        with _making:
            found = _writers.setdefault(engine, Writer(engine))
    return found


def _do(one: Waiting[_Work], connection: Connection) -> None:
    work, apart = one.wanted
    try:
        if not apart:
            one.given = work(connection)
            return
        with connection.begin_nested():
            one.given = work(connection)
    except Exception as fault:  # its caller gets it, the others go on
        one.fault = fault
        with storage.driver_of(connection) as driver:
            if not driver.in_transaction:
                # A full disk, say: the database has undone the works of all.
                raise
