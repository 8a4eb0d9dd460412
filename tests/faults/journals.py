"""What each simulated client did, written down where no fault of the tested disk reaches.

A line for each thing that happened, `intent` before something is sent and `ack` after its reply,
with the monotonic clock that all processes of this machine share.
"""

import json
import shutil
import tempfile
import time
from pathlib import Path

from core import clock

MEMORY = Path("/dev/shm")


def folder():
    """Make a folder in memory for the journals of a run."""
    assert MEMORY.is_dir(), "The fault tests keep journals in /dev/shm, which this machine lacks."
    return Path(tempfile.mkdtemp(prefix="chungtay-journals-", dir=MEMORY))


def remove(path):
    shutil.rmtree(path, ignore_errors=True)


class Journal:
    """The journal of one client: lines are only ever added."""

    def __init__(self, path):
        self.path = path
        self._file = path.open("a", buffering=1)

    def note(self, kind, **told):
        """Add a line that says what happens now."""
        line = {"kind": kind, "t": time.monotonic(), "at": clock.now().isoformat()} | told
        self._file.write(json.dumps(line, ensure_ascii=False) + "\n")

    def close(self):
        self._file.close()


def read(folder):
    """Return all lines of all journals, each with the name of its client, in order of time.

    A line that is just being written has not happened yet.
    """
    lines = []
    for path in sorted(Path(folder).glob("*.jsonl")):
        for text in path.read_bytes().split(b"\n")[:-1]:
            lines.append({"client": path.stem} | json.loads(text))
    return sorted(lines, key=lambda line: line["t"])


def count(folder, kind):
    """Return how many lines of a kind there are, without reading what they say."""
    wanted = json.dumps({"kind": kind})[:-1].encode()
    return sum(path.read_bytes().count(wanted) for path in Path(folder).glob("*.jsonl"))


def of_kind(lines, *kinds):
    return [line for line in lines if line["kind"] in kinds]
