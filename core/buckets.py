"""Token buckets kept in the memory of one process: a limit that costs no query."""

import threading
from collections import OrderedDict

from core import clock

MOST_KEYS = 50_000


class Buckets:
    """One bucket for each key: `burst` at once, then `per_minute` on average."""

    def __init__(self, *, per_minute: int, burst: int) -> None:
        self._rate = per_minute / 60
        self._burst = burst
        self._levels: OrderedDict[object, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def wait(self, key: object) -> int:
        """Take one token; return 0, or the whole seconds until there is one again."""
        now = clock.ticks()
        with self._lock:
            level, seen = self._levels.pop(key, (float(self._burst), now))
            level = min(self._burst, level + (now - seen) * self._rate)
            taken = level >= 1
            self._levels[key] = (level - 1 if taken else level, now)
            if len(self._levels) > MOST_KEYS:
                self._levels.popitem(last=False)
        return 0 if taken else 1 + int((1 - level) / self._rate)
