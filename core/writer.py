"""Group commit: works that wait for the disk at the same moment share one durable transaction.

Who finds nobody writing leads: it writes for all that wait, and hands the lead to the next. No
thread is started; each caller returns once its work is on disk. On PostgreSQL, which gathers
commits itself, each work is a transaction of its own.
"""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar, cast
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, event

from core import faultpoints
from core.db import WRITES, db, is_writing, side_lock

T = TypeVar("T")
MOST = 200


class _Waiting(Generic[T]):
    """A work, what came of it, and the lock that its caller waits at."""

    __slots__ = ("apart", "fault", "given", "is_done", "ready", "work")

    def __init__(self, work: Callable[[Connection], T], *, apart: bool) -> None:
        self.work = work
        self.apart = apart
        self.ready = threading.Lock()
        self.ready.acquire()
        self.is_done = False
        self.given: T | None = None
        self.fault: BaseException | None = None


class Writer:
    """The one who writes for a process, as far as fast paths write at all."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._guard = threading.Lock()
        self._waiting: deque[_Waiting[Any]] = deque()
        self._is_led = False
        # Its own, so that its statements stay compiled; whoever leads uses it.
        self._connection: Connection | None = None
        event.listen(engine, "engine_disposed", self._close)

    def run(self, work: Callable[[Connection], T], *, apart: bool) -> T:
        """Do the work with others; see `run`."""
        mine = _Waiting(work, apart=apart)
        with self._guard:
            self._waiting.append(mine)
            leads = not self._is_led
            self._is_led = True
        if not leads:
            mine.ready.acquire()
        if not mine.is_done:
            self._lead()
        if mine.fault is not None:
            raise mine.fault
        return cast("T", mine.given)

    def _lead(self) -> None:
        with self._guard:
            batch = [self._waiting.popleft() for _ in range(min(MOST, len(self._waiting)))]
        try:
            self._write(batch)
        except BaseException as fault:  # noqa: BLE001 -- handed to everybody who waits
            for one in batch:
                one.fault = fault
        for one in batch:
            one.is_done = True
            one.ready.release()
        with self._guard:
            heir = self._waiting[0] if self._waiting else None
            self._is_led = heir is not None
        if heir is not None:
            heir.ready.release()

    def _write(self, batch: Sequence[_Waiting[Any]]) -> None:
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
    return _writer_of(engine).run(work, apart=apart)


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


def _do(one: _Waiting[Any], connection: Connection) -> None:
    if not one.apart:
        one.given = one.work(connection)
        return
    try:
        with connection.begin_nested():
            one.given = one.work(connection)
    except Exception as fault:  # noqa: BLE001 -- its caller gets it, the others go on
        one.fault = fault
