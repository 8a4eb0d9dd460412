"""Group commit: works that wait for the disk at the same moment share one durable transaction.

Who finds nobody writing leads: it writes for all that wait, and hands the lead to the next. No
thread is started; each caller returns once its work is on disk. On PostgreSQL, which gathers
commits itself, each work is a transaction of its own, and only what one statement can do for
many is joined.
"""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar, cast
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import DBAPIError

from core import faultpoints, storage
from core.db import WRITES, db, is_writing, side_lock

T = TypeVar("T")
I = TypeVar("I")  # noqa: E741 -- what a caller wants
Act = Callable[[Connection, Sequence[I]], Sequence[T]]
MOST = 200


class _Waiting(Generic[T]):
    """What a caller wants done, what came of it, and the lock that the caller waits at."""

    __slots__ = ("apart", "fault", "given", "is_done", "ready", "wanted")

    def __init__(self, wanted: Any, *, apart: bool) -> None:  # noqa: ANN401 -- as each queue has it
        self.wanted = wanted
        self.apart = apart
        self.ready = threading.Lock()
        self.ready.acquire()
        self.is_done = False
        self.given: T | None = None
        self.fault: BaseException | None = None


class _Queue:
    """Callers who wait together: the first leads, writes for all, and hands the lead on."""

    def __init__(self, engine: Engine, **options: object) -> None:
        self._engine = engine
        self._options = {WRITES: True, **options}
        self._guard = threading.Lock()
        self._waiting: deque[_Waiting[Any]] = deque()
        self._is_led = False
        # Its own, so that its statements stay compiled; whoever leads uses it.
        self._connection: Connection | None = None
        event.listen(engine, "engine_disposed", self._close)

    def run(self, wanted: object, *, apart: bool = False) -> Any:  # noqa: ANN401 -- what the caller wants
        """Have it done with what others want, and return what came of it."""
        mine: _Waiting[Any] = _Waiting(wanted, apart=apart)
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
        return mine.given

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
            self._connection = self._engine.connect().execution_options(**self._options)
            # Not the pool's: closing it closes the file or the line.
            self._connection.detach()
        try:
            with side_lock(self._engine), self._connection.begin():
                self._do(batch, self._connection)
                faultpoints.reach("write.done")
        except BaseException:
            self._close()
            raise
        faultpoints.reach("write.kept")

    def _do(self, batch: Sequence[_Waiting[Any]], connection: Connection) -> None:
        raise NotImplementedError

    def _close(self, *_: object) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


class Writer(_Queue):
    """The one who writes for a process, as far as fast paths write at all: works, in turn."""

    def _do(self, batch: Sequence[_Waiting[Any]], connection: Connection) -> None:
        for one in batch:
            _work(one, connection)


class _Joint(_Queue):
    """What is done for many callers by one statement, which is a transaction by itself."""

    def __init__(self, engine: Engine, act: Act[Any, Any]) -> None:
        super().__init__(engine, isolation_level="AUTOCOMMIT")
        self._act = act

    def _write(self, batch: Sequence[_Waiting[Any]]) -> None:
        try:
            super()._write(batch)
        except DBAPIError as fault:
            if fault.connection_invalidated or len(batch) == 1:
                raise
            self._each_alone(batch)

    def _each_alone(self, batch: Sequence[_Waiting[Any]]) -> None:
        """Find out whose wish was refused; the others stand."""
        for one in batch:
            try:
                super()._write([one])
            except Exception as fault:  # noqa: BLE001 -- its caller gets it
                one.fault = fault

    def _do(self, batch: Sequence[_Waiting[Any]], connection: Connection) -> None:
        given = self._act(connection, [one.wanted for one in batch])
        for one, what in zip(batch, given, strict=True):
            one.given = what


_writers: WeakKeyDictionary[Engine, Writer] = WeakKeyDictionary()
_joints: WeakKeyDictionary[Engine, dict[Act[Any, Any], _Joint]] = WeakKeyDictionary()
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
    return cast("T", _writer_of(engine).run(work, apart=apart))


def join(act: Act[I, T], wanted: I) -> T:
    """Have `act` do what is wanted, on PostgreSQL by one statement with what others want.

    `act` is given a connection and what each wants, does it by a single statement, and returns
    what came of each. When that is refused each is done alone. Only outside `atomic()`.
    """
    engine = db.engine
    if engine.dialect.name == "sqlite":
        return run(lambda connection: act(connection, [wanted])[0], apart=False)
    return cast("T", _joint_of(engine, act).run(wanted))


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


def _joint_of(engine: Engine, act: Act[Any, Any]) -> _Joint:
    with _making:
        known = _joints.setdefault(engine, {})
        if act not in known:
            known[act] = _Joint(engine, act)
        return known[act]


def _work(one: _Waiting[Any], connection: Connection) -> None:
    try:
        if not one.apart:
            one.given = one.wanted(connection)
            return
        with connection.begin_nested():
            one.given = one.wanted(connection)
    except Exception as fault:
        one.fault = fault
        with storage.driver_of(connection) as driver:
            if not driver.in_transaction:
                # A full disk, say: the database has undone the works of all.
                raise
