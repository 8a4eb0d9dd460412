"""Bodies of requests that come slowly: who waits for one leaves their place to somebody else.

The embedded server hands a request over before its body is there, and reading it holds a thread.
So there are many more threads than may work at once, and hundreds of senders who dribble hold only
such as do nothing.
"""

from collections import deque
from threading import BoundedSemaphore
from typing import Any

from flask import Flask

from core.errors import Busy

CHUNK = 64 * 1024
RETRY_AFTER = 2


class Readers:
    """Those who wait for bodies of one kind in this process: so many at once, and no more."""

    def __init__(self, most: int, works: BoundedSemaphore) -> None:
        # Taken and given back without a lock: each of a deque's steps is one.
        self._places, self._works = deque(range(most)), works

    def read(self, stream: Any, size: int) -> bytes:  # noqa: ANN401 -- the server's own stream
        """Read so many bytes. Raise `Busy` at once if too many are waiting for theirs.

        The caller holds a place of the works, and holds one again afterwards.
        """
        try:
            place = self._places.pop()
        except IndexError:
            raise Busy(retry_after=RETRY_AFTER) from None
        try:
            self._works.release()
            try:
                found: bytes = stream.read(size)
            finally:
                self._works.acquire()
        finally:
            self._places.append(place)
        return found


class Guarded:
    """A body that is read by `Readers`, chunk by chunk; it has ended once nobody could read it."""

    def __init__(self, stream: Any, readers: Readers, rest: Readers) -> None:  # noqa: ANN401 -- as above
        self._stream, self._readers, self._others = stream, readers, rest
        self._rest = b""
        self._is_over = False
        self._fault: Busy | None = None

    def begin(self) -> "Guarded":
        """Wait for the first chunk, before anything is held for who sends it but a thread.

        Whoever asks for it afterwards is told if nobody could.
        """
        self._take(CHUNK)
        self._readers = self._others
        return self

    def whole(self) -> bytes | None:
        """Return a body that is there already and leave it to be read; nothing if there is more."""
        return self._rest if self._is_over and self._fault is None else None

    def read(self, size: int | None = -1) -> bytes:
        """Read so many bytes, or all there are."""
        self._tell()
        wanted = -1 if size is None else size
        while not self._is_over and (wanted < 0 or len(self._rest) < wanted):
            missing = CHUNK if wanted < 0 else min(CHUNK, wanted - len(self._rest))
            self._take(missing)
            self._tell()
        end = len(self._rest) if wanted < 0 else wanted
        found, self._rest = self._rest[:end], self._rest[end:]
        return found

    def readline(self, size: int | None = -1) -> bytes:
        """Read up to the end of the line."""
        self._tell()
        while not self._is_over and b"\n" not in self._rest:
            self._take(CHUNK)
            self._tell()
        end = self._rest.find(b"\n") + 1 or len(self._rest)
        return self.read(end if size is None or size < 0 else min(size, end))

    def _tell(self) -> None:
        """Raise what nobody has been told of; whoever answers may ask once more: there is none."""
        fault, self._fault = self._fault, None
        if fault is not None:
            self._is_over = True
            raise fault

    def _take(self, size: int) -> None:
        try:
            found = self._readers.read(self._stream, size)
        except Busy as fault:
            self._fault = fault
            return
        self._rest += found
        self._is_over = len(found) < size


class Rooms:
    """Who works in this process, and who waits for bodies.

    The hot addresses have room of their own: an answer never waits for pages. `threads` may work on
    either, half as many on pages; `waiting` bodies are waited for, most of them answers.
    """

    def __init__(self, threads: int, waiting: int) -> None:
        self.hot, self.works = BoundedSemaphore(threads), BoundedSemaphore(max(2, threads // 2))
        others = max(1, waiting // 4)
        self.answers = Readers(max(1, waiting - others), self.hot)
        self._forms = Readers(others, self.works)
        # The rest of a large body, for which a connection of the database may be held.
        self._rest = Readers(max(1, threads // 4), self.works)
        # Pieces of files, for which nothing is held: many come slowly at once before a deadline.
        self._pieces = Readers(max(1, waiting // 8), self.works)

    def guard(self, stream: Any, *, is_piece: bool) -> Guarded:  # noqa: ANN401 -- the server's own stream
        """Return the body of a form, or of a piece of a file, its beginning read."""
        rest = self._pieces if is_piece else self._rest
        return Guarded(stream, self._forms, rest).begin()


def init_app(app: Flask) -> None:
    """Say how many may work, and how many may wait."""
    app.extensions["bodies"] = Rooms(app.config["THREADS"], app.config["SENDERS"])
