"""Keep what is dear to compute for a short while, computed anew by one thread at a time."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Generic, TypeVar, cast

T = TypeVar("T")


@dataclass(slots=True)
class _Place(Generic[T]):
    """One kept value, and the lock of whoever computes it."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    value: T | None = None
    made_at: datetime | None = None


class Kept(Generic[T]):
    """Values by key, each good for `seconds`; of more than `most` the oldest ones go.

    While one thread makes a value anew, the others get the old one for `stale` seconds more. A
    value must not hold rows: it outlives the session that read it.
    """

    def __init__(self, seconds: int, *, most: int = 200, stale: int = 0) -> None:
        self._lasts = timedelta(seconds=seconds)
        self._stale = timedelta(seconds=stale if seconds else 0)
        self._most = most
        self._lock = threading.Lock()
        self._places: OrderedDict[Hashable, _Place[T]] = OrderedDict()

    def get(self, key: Hashable, make: Callable[[], T], *, at: datetime) -> T:
        """Return the value kept for `key`, or make it; others who want it then wait for it."""
        place = self._place(key)
        kept = place.value
        if kept is not None and self._is_good(place, at):
            return kept
        waits = kept is None or not self._is_good(place, at, self._stale)
        if not place.lock.acquire(blocking=waits):
            return cast("T", kept)
        try:
            if place.value is None or not self._is_good(place, at):
                place.value, place.made_at = make(), at
            return place.value
        finally:
            place.lock.release()

    def forget(self) -> None:
        """Forget everything."""
        with self._lock:
            self._places.clear()

    def _place(self, key: Hashable) -> _Place[T]:
        with self._lock:
            place = self._places.setdefault(key, _Place())
            self._places.move_to_end(key)
            while len(self._places) > self._most:
                self._places.popitem(last=False)
            return place

    def _is_good(self, place: _Place[T], at: datetime, more: timedelta = timedelta()) -> bool:
        made = place.made_at
        return made is not None and made <= at < made + self._lasts + more
