"""Bodies of requests that come slowly: only some threads may wait for them.

The embedded server hands a request over before its body is there, and reading it holds a thread.
Hundreds of senders who dribble would hold all of them.
"""

from collections import deque
from typing import Any

from flask import Flask

from core.errors import Busy

CHUNK = 64 * 1024
RETRY_AFTER = 2


class Readers:
    """Those who read bodies of one kind in this process: so many at once, and no more."""

    def __init__(self, most: int) -> None:
        # Taken and given back without a lock: each of a deque's steps is one.
        self._places = deque(range(most))

    def read(self, stream: Any, size: int) -> bytes:  # noqa: ANN401 -- the server's own stream
        """Read so many bytes. Raise `Busy` at once if too many are waiting for theirs."""
        try:
            place = self._places.pop()
        except IndexError:
            raise Busy(retry_after=RETRY_AFTER) from None
        try:
            found: bytes = stream.read(size)
        finally:
            self._places.append(place)
        return found


class Guarded:
    """A body that is read by `Readers`, chunk by chunk; it has ended once nobody could read it."""

    def __init__(self, stream: Any, readers: Readers) -> None:  # noqa: ANN401 -- as above
        self._stream, self._readers = stream, readers
        self._rest = b""
        self._is_over = False

    def read(self, size: int | None = -1) -> bytes:
        """Read so many bytes, or all there are."""
        wanted = -1 if size is None else size
        while not self._is_over and (wanted < 0 or len(self._rest) < wanted):
            missing = CHUNK if wanted < 0 else min(CHUNK, wanted - len(self._rest))
            self._take(missing)
        end = len(self._rest) if wanted < 0 else wanted
        found, self._rest = self._rest[:end], self._rest[end:]
        return found

    def readline(self, size: int | None = -1) -> bytes:
        """Read up to the end of the line."""
        while not self._is_over and b"\n" not in self._rest:
            self._take(CHUNK)
        end = self._rest.find(b"\n") + 1 or len(self._rest)
        return self.read(end if size is None or size < 0 else min(size, end))

    def _take(self, size: int) -> None:
        try:
            found = self._readers.read(self._stream, size)
        except Busy:
            # Who answers may ask for the body once more: there is none.
            self._is_over = True
            raise
        self._rest += found
        self._is_over = len(found) < size


def init_app(app: Flask) -> None:
    """Say how many threads may wait: of the hot addresses' bodies, and of all others."""
    threads = app.config["THREADS"]
    app.extensions["bodies"] = (Readers(max(1, threads // 2)), Readers(max(1, threads // 4)))
