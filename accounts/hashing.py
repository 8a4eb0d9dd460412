"""Hashing passwords in a process of its own, behind everything else the machine does.

A thread would not do: while it stands back for others it may hold the interpreter, and with it
everybody who saves an answer at that moment. And of all these processes on a machine only half as
many as it has processors work at once.
"""

import ctypes
import fcntl
import json
import os
import selectors
import struct
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

from accounts.rules import passwords
from core.errors import TooMany

# Nobody waits longer than this for others, nor for the hash; and only so many at once, so that
# threads are left for those who want something else.
PATIENCE = 3
MOST = 8
NICENESS = 15
LONG_TURN = 100_000_000
_SCHED_SETATTR = {"x86_64": 314, "aarch64": 274}
_ROOT = Path(__file__).resolve().parent.parent
_START = (
    "import sys; sys.path.insert(0, sys.argv[1]); from accounts import hashing; hashing.serve()"
)
LOCK = "hashing-{}.lock"
_ACTS: dict[str, Callable[..., str | bool]] = {
    "hash": passwords.hash_password,
    "verify": passwords.verify,
}


class Hasher:
    """The process beside this one that hashes, one password after the other."""

    def __init__(self) -> None:
        # Where the processes of a machine take turns; alone without.
        self.folder: Path | None = None
        self._seats = threading.BoundedSemaphore(MOST)
        self._turn = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None

    def ask(self, act: str, *told: str | None) -> Any:  # noqa: ANN401 -- a hash, or whether it is right
        """Return what the act gives. Raise `TooMany` when it takes too long."""
        if not self._seats.acquire(blocking=False):
            raise TooMany(retry_after=PATIENCE)
        try:
            return self._ask(json.dumps([act, *told]).encode() + b"\n")
        finally:
            self._seats.release()

    def _ask(self, line: bytes) -> Any:  # noqa: ANN401 -- as `ask`
        if not self._turn.acquire(timeout=PATIENCE):
            raise TooMany(retry_after=PATIENCE)
        try:
            # A child that has died in the meantime is replaced, once.
            answer = self._answer(line) or self._answer(line)
        finally:
            self._turn.release()
        if not answer:
            raise TooMany(retry_after=PATIENCE)
        return json.loads(answer)

    def _answer(self, line: bytes) -> bytes:
        """Return the child's line; nothing when it died or took too long, and is gone now."""
        child = self._child = self._child or _started(self.folder)
        if child.stdin is None or child.stdout is None:
            return b""
        try:
            child.stdin.write(line)
            with selectors.DefaultSelector() as ready:
                ready.register(child.stdout, selectors.EVENT_READ)
                answer = child.stdout.readline() if ready.select(PATIENCE) else b""
        except OSError:
            answer = b""
        if not answer.endswith(b"\n"):
            self.end()
            return b""
        return answer

    def end(self) -> None:
        """End the child; the next password starts another."""
        if self._child is not None:
            self._child.kill()
            # Closes both ends, too.
            with suppress(OSError), self._child:
                self._child = None


def _started(folder: Path | None) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603 -- our own interpreter, our own code
        [sys.executable, "-I", "-B", "-c", _START, str(_ROOT), str(folder or "")],
        bufsize=0,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={"LANG": "C.UTF-8", "PATH": os.defpath},
        start_new_session=True,
    )


def serve() -> None:
    """Be the child: a line for an act, a line back, until nobody is left to ask."""
    stand_back()
    with _turns(sys.argv[2]) as turns:
        for line in sys.stdin.buffer:
            act, *told = json.loads(line)
            fcntl.flock(turns, fcntl.LOCK_EX)
            said = _ACTS[act](*told)
            fcntl.flock(turns, fcntl.LOCK_UN)
            sys.stdout.write(json.dumps(said) + "\n")
            sys.stdout.flush()


def _turns(folder: str) -> BinaryIO:
    """Return the file at which this process waits for its turn; one of its own without a folder."""
    places = max(1, (os.cpu_count() or 1) // 2)
    name = Path(folder, LOCK.format(os.getpid() % places))
    return name.open("ab") if folder else os.fdopen(os.memfd_create("turns"), "wb")


def stand_back() -> None:
    """Go behind everybody else: whoever wakes takes the processor at once."""
    os.nice(NICENESS)
    # Where the kernel shares the processor between sessions, a session has a niceness of its own.
    with suppress(OSError):
        Path("/proc/self/autogroup").write_text(str(NICENESS))
    _ask_for_long_turns()


def _ask_for_long_turns() -> None:
    """Ask for turns of 100 ms. Whoever asks for longer ones is stopped for those who do not.

    So the scheduler does it since Linux 6.12; an older one knows no such wish and refuses it, or
    takes no notice. Of `sched_setattr` there is no call but the system's own.
    """
    call = _SCHED_SETATTR.get(os.uname().machine)
    if call is None:
        return
    niceness = os.getpriority(os.PRIO_PROCESS, 0)
    # size, policy, flags, nice, priority, runtime, deadline, period: struct sched_attr.
    wish = struct.pack("=IIQiIQQQ", 48, os.SCHED_BATCH, 0, niceness, 0, LONG_TURN, 0, 0)
    ctypes.CDLL(None).syscall(call, 0, wish, 0)


hasher = Hasher()


def take_turns_in(folder: Path) -> None:
    """Let the processes of the installation in that folder take turns."""
    hasher.folder = folder
