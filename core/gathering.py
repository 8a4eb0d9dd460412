"""Callers who want the same at the same moment, served together by one of them.

No thread is started: who finds nobody serving serves all that wait, and hands that on.
"""

import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar, cast
from weakref import WeakKeyDictionary

from sqlalchemy import Engine

from core import storage
from core.db import db

W = TypeVar("W")
T = TypeVar("T")
Act = Callable[[Sequence[W]], Sequence[T]]
MOST = 200


class Waiting(Generic[W]):
    """What a caller wants, what came of it, and the lock that the caller waits at."""

    __slots__ = ("fault", "given", "is_done", "ready", "wanted")

    def __init__(self, wanted: W) -> None:
        self.wanted = wanted
        self.ready = threading.Lock()
        self.ready.acquire()
        self.is_done = False
        self.given: Any = None
        self.fault: BaseException | None = None


class Queue(Generic[W]):
    """Those who wait; `serve` is given a batch, and says of each what came of it."""

    def __init__(self, serve: Callable[[Sequence[Waiting[W]]], None]) -> None:
        self._serve = serve
        self._guard = threading.Lock()
        self._waiting: deque[Waiting[W]] = deque()
        self._is_led = False

    def __len__(self) -> int:
        return len(self._waiting)

    def ask(self, wanted: W) -> Any:  # noqa: ANN401 -- what the server gives
        """Wait until it is done, or do it for all that wait; return what came of it."""
        mine = Waiting(wanted)
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
            self._serve(batch)
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


_queues: WeakKeyDictionary[Engine, dict[Act[Any, Any], Queue[Any]]] = WeakKeyDictionary()
_making = threading.Lock()


def gather(act: Act[W, T], wanted: W) -> T:
    """Have `act` do what is wanted, together with what others want of it at this moment.

    `act` does everything or nothing, and returns what came of each. When it is refused each is
    done alone, so that one wish harms no other.
    """
    return cast("T", queue_of(act).ask(wanted))


def queue_of(act: Act[W, T]) -> Queue[W]:
    """Return those who wait for `act` on this application's database."""
    with _making:
        known = _queues.setdefault(db.engine, {})
        if act not in known:
            known[act] = Queue(lambda batch: _do(act, batch))
        return known[act]


def _do(act: Act[W, T], batch: Sequence[Waiting[W]]) -> None:
    try:
        given = act([one.wanted for one in batch])
    except Exception as fault:
        if len(batch) == 1 or storage.concerns_all(fault):
            raise
        for one in batch:
            try:
                one.given = act([one.wanted])[0]
            except Exception as own:  # noqa: BLE001 -- its caller gets it
                one.fault = own
        return
    for one, what in zip(batch, given, strict=True):
        one.given = what
