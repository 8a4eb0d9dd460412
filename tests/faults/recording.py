"""What the recorder wrote, read back, and the disk as it would be after a power cut at any point.

Everything that was synced is there. Of what was written since the last sync of its file, any part
may be there: each write wholly, not at all, or torn at a sector; in any order.
"""

import os
import shutil
import struct
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

HEAD = struct.Struct("<IIIIQ")
WRITE, SYNC, TRUNCATE, UNLINK, RENAME, OPEN, ACK, FAILED = range(1, 9)
SECTOR = 512
HOW = "No C compiler was found. Install one: apt-get install gcc libc6-dev (Debian, Ubuntu)."
HERE = Path(__file__).parent


def compiled(folder, name="recorder"):
    """Compile the recorder, or another library of this folder; return its path."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    assert compiler, HOW
    library = folder / f"{name}.so"
    done = subprocess.run(
        [compiler, "-shared", "-fPIC", "-O2", "-w", "-o", library, HERE / f"{name}.c", "-ldl"],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return library


class Marks:
    """Writes a mark into the log for each acknowledgement; every client has the same one."""

    def __init__(self, path):
        self._handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        self.lines = []

    def note(self, kind, **told):
        """Take the place of a journal."""
        if kind == "ack" and told["status"] == 200:
            os.write(self._handle, HEAD.pack(ACK, 0, 0, 0, len(self.lines)))
        self.lines.append({"kind": kind, "t": time.monotonic()} | told)

    def close(self):
        if self._handle is not None:
            os.close(self._handle)
        self._handle = None


@dataclass(frozen=True)
class Act:
    kind: int
    path: str
    at: int
    content: bytes


def read(path):
    """Return everything recorded, in order."""
    text, place, acts = path.read_bytes(), 0, []
    while place < len(text):
        kind, name, size, _, at = HEAD.unpack_from(text, place)
        place += HEAD.size
        named = text[place : place + name].decode()
        acts.append(Act(kind, named, at, text[place + name : place + name + size]))
        place += name + size
    return acts


class Disk:
    """The files as far as they are synced, and what was done to each since."""

    def __init__(self, files):
        self.synced = {name: bytearray(content) for name, content in files.items()}
        self.waiting = {}

    def do(self, act):
        if act.kind == SYNC:
            content = self.synced.setdefault(act.path, bytearray())
            for one in self.waiting.pop(act.path, ()):
                apply(content, one)
        elif act.kind == FAILED:
            # The kernel has told of it once and calls the pages clean: no later sync writes them.
            self.waiting.pop(act.path, None)
        elif act.kind in {WRITE, TRUNCATE}:
            self.waiting.setdefault(act.path, []).append(act)
        elif act.kind == UNLINK:
            self.synced.pop(act.path, None)
            self.waiting.pop(act.path, None)
        elif act.kind == RENAME:
            self.synced[act.content.decode()] = self.synced.pop(act.path, bytearray())
        elif act.kind == OPEN:
            self.synced.setdefault(act.path, bytearray())

    def after_power_cut(self, rng):
        """Return the files as they may be found: unsynced writes kept, lost or torn."""
        found = {}
        for name in self.synced.keys() | self.waiting.keys():
            content = bytearray(self.synced.get(name, b""))
            for one in self.waiting.get(name, ()):
                fate = rng.random()
                if fate < 0.4:
                    apply(content, one)
                elif fate < 0.6:
                    apply(content, torn(one, rng))
            found[name] = content
        return found


def apply(content, act):
    if act.kind == TRUNCATE:
        del content[act.at :]
        content.extend(bytes(act.at - len(content)))
        return
    if len(content) < act.at:
        content.extend(bytes(act.at - len(content)))
    content[act.at : act.at + len(act.content)] = act.content


def torn(act, rng):
    """Return the beginning of a write, up to some sector."""
    if act.kind == TRUNCATE:
        return act
    sectors = len(act.content) // SECTOR
    kept = rng.randint(0, sectors) * SECTOR if sectors else rng.randint(0, len(act.content))
    return Act(act.kind, act.path, act.at, act.content[:kept])
