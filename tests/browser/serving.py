"""The whole site, served by its own server with a small demo in it, for a browser to visit."""

import os
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from core.config import ROOT

SLUG = "chung-tay-cchc-2026"


@dataclass(frozen=True)
class Site:
    """The site as it is served: its address, its folder, and the demo's codes by role."""

    address: str
    folder: Path
    codes: dict = field(default_factory=dict)

    def run(self, *command):
        """Run one of the application's commands on the site's database; return what it said."""
        done = subprocess.run(
            [sys.executable, "-m", "flask", "--app", "app", *command],
            cwd=ROOT,
            env=environment(self.folder),
            capture_output=True,
            text=True,
        )
        return done.returncode, done.stdout + done.stderr

    def rows(self, statement, *values):
        """Read the site's database file beside the server."""
        path = f"file:{self.folder / 'chungtay.db'}?mode=ro"
        with closing(sqlite3.connect(path, uri=True)) as connection:
            return connection.execute(statement, values).fetchall()

    def change(self, statement, *values):
        """Change the site's database file beside the server, as if it had come to be so."""
        path = self.folder / "chungtay.db"
        with closing(sqlite3.connect(path, timeout=30)) as connection, connection:
            connection.execute(statement, values)

    def value(self, statement, *values):
        """Return the first column of the first row, or None."""
        found = self.rows(statement, *values)
        return found[0][0] if found else None


def environment(folder, port=8000):
    own = {name: value for name, value in os.environ.items() if not name.startswith("CHUNGTAY_")}
    return own | {
        "CHUNGTAY_INSTANCE": str(folder),
        "CHUNGTAY_DEMO": "on",
        "CHUNGTAY_PORT": str(port),
        "CHUNGTAY_LOG_LEVEL": "ERROR",
    }


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def wait_for(address, process):
    for _ in range(900):
        assert process.poll() is None, "the server ended by itself"
        try:
            urllib.request.urlopen(address, timeout=2).close()
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.1)
        else:
            return
    raise AssertionError(f"no answer at {address}")


@contextmanager
def serve(folder, *, people):
    """Serve the site from a folder of its own, with a demo of so many people."""
    port = free_port()
    made = Site(f"http://127.0.0.1:{port}", folder)
    status, said = made.run("core", "upgrade")
    assert status == 0, said
    status, said = made.run("contest", "demo", "--people", str(people))
    assert status == 0, said
    lines = [line for line in said.splitlines() if line.startswith("  ")]
    codes = {line.rpartition("(")[2].rstrip(")"): line.split()[0] for line in lines}
    process = subprocess.Popen(
        [sys.executable, "app.py"], cwd=ROOT, env=environment(folder, port), start_new_session=True
    )
    try:
        wait_for(f"{made.address}/dang-nhap", process)
        yield Site(made.address, folder, codes)
    finally:
        process.terminate()
        process.wait(timeout=30)
