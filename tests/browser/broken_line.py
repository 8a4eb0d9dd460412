"""A line between a browser and the site that can be cut while bytes are on it."""

import socket
import threading
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit

CHUNK = 64 * 1024


class Line:
    """Passes bytes on to the site until it breaks; then nothing, till it is mended."""

    def __init__(self, address):
        parts = urlsplit(address)
        self._far = (parts.hostname, parts.port)
        self._near = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._near.getsockname()[1]}"
        self.sent, self.cuts, self.is_broken = 0, 0, False
        self._cut_at, self._open, self._lock = None, set(), threading.Lock()
        self._was_cut = threading.Condition(self._lock)
        threading.Thread(target=self._serve, daemon=True).start()

    def mend(self):
        with self._lock:
            self.is_broken = False

    def break_after(self, count):
        """Break once so many bytes more have gone up, in the midst of whatever is sent."""
        with self._lock:
            self._cut_at = self.sent + count

    def wait_for_cut(self, number, patience=60):
        """Wait until the line has been cut so many times, for `patience` seconds at most."""
        with self._was_cut:
            assert self._was_cut.wait_for(lambda: self.cuts >= number, patience), self.sent

    def close(self):
        self._near.close()
        self._break()

    def _serve(self):
        with suppress(OSError):
            while True:
                near, _ = self._near.accept()
                if self.is_broken:
                    near.close()
                    continue
                far = socket.create_connection(self._far)
                with self._lock:
                    self._open |= {near, far}
                for one, other, up in ((near, far, True), (far, near, False)):
                    threading.Thread(target=self._pass, args=(one, other, up), daemon=True).start()

    def _pass(self, one, other, up):
        with suppress(OSError):
            while chunk := one.recv(CHUNK):
                if up and self._counts(len(chunk)):
                    self._break()
                    return
                other.sendall(chunk)
            other.shutdown(socket.SHUT_WR)

    def _counts(self, length):
        with self._lock:
            self.sent += length
            is_due = self._cut_at is not None and self.sent >= self._cut_at
            if is_due:
                self._cut_at, self.cuts, self.is_broken = None, self.cuts + 1, True
                self._was_cut.notify_all()
            return is_due

    def _break(self):
        with self._lock:
            broken, self._open = self._open, set()
        for one in broken:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()


@contextmanager
def between(address):
    made = Line(address)
    try:
        yield made
    finally:
        made.close()
