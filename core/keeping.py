"""Keep what is dear to compute for a short while, computed anew by one thread at a time."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(slots=True)
class _Place(Generic[T]):
    """One kept value, and the lock of whoever computes it."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    value: T | None = None
    made_at: datetime | None = None


class Kept(Generic[T]):
    """Values by key, each good for `seconds`; of more than `most` the oldest ones go.

    A value must not hold rows: it outlives the session that read it.
    """

    def __init__(self, seconds: int, *, most: int = 200) -> None:
        self._lasts = timedelta(seconds=seconds)
        self._most = most
        self._lock = threading.Lock()
        self._places: OrderedDict[Hashable, _Place[T]] = OrderedDict()

    def get(self, key: Hashable, make: Callable[[], T], *, at: datetime) -> T:
        """Return the value kept for `key`, or make it; others who want it then wait for it."""
        place = self._place(key)
        with place.lock:
            if place.value is None or not self._is_good(place, at):
                place.value, place.made_at = make(), at
            return place.value

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

    def _is_good(self, place: _Place[T], at: datetime) -> bool:
        return place.made_at is not None and place.made_at <= at < place.made_at + self._lasts
