"""The servers that are compared: ours and the yardstick, under the same server and settings."""

import contextlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from core.config import ROOT
from tests.faults import processes
from tests.faults.processes import Site, free_port, until

HERE = Path(__file__).parent
CONNECTIONS = 50
HOW = "No wrk was found. Install it: apt-get install wrk (Debian, Ubuntu)."


def wrk():
    """Return the load tool; fail with how to get it."""
    if shutil.which("wrk") is None and not os.geteuid() and shutil.which("apt-get"):
        subprocess.run(["apt-get", "install", "-y", "-qq", "wrk"], stdout=subprocess.DEVNULL)
    found = shutil.which("wrk")
    if found is None:
        raise SystemExit(HOW)
    return found


def load(address, script, *words, seconds=5, connections=CONNECTIONS):
    """Load an address with as many requests as it answers; return what the script said."""
    done = subprocess.run(
        [
            *(wrk(), "-t1", f"-c{connections}", f"-d{seconds}s", "-s", str(HERE / script)),
            *(address, "--", *map(str, words)),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(next(line for line in done.stdout.splitlines() if line.startswith("{")))


def command(port, threads, *application):
    """Return the server's command, as `core.serving` has it."""
    return [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(port)),
        *("--workers", "2", "--blocking-threads", str(threads), "--no-ws"),
        *("--log-level", "error", *application),
    ]


@contextlib.contextmanager
def yardstick(folder, *, threads, sync="FULL"):
    """Serve the yardstick from a fresh database; give its address."""
    folder.mkdir(parents=True, exist_ok=True)
    port = free_port()
    there = {"YARD_DB": str(folder / "yard.db"), "YARD_SYNC": sync}
    environment = os.environ | there
    # Its workers would both make the table.
    subprocess.run(
        [sys.executable, "-c", "import yardstick"], cwd=HERE, env=environment, check=True
    )
    process = subprocess.Popen(command(port, threads, "yardstick:app"), cwd=HERE, env=environment)
    site = Site(folder, "", {}, port, {}, process)
    try:
        until(lambda: site.answers("/fixed"), seconds=30, what="the yardstick")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=20)


@contextlib.contextmanager
def ours(folder, wish, *, database="", **settings):
    """Serve our application with a crowd in it; give the site, which knows what was made."""
    folder.mkdir(parents=True, exist_ok=True)
    settings = {"CHUNGTAY_LOG_LEVEL": "WARNING", **settings}
    site = Site(folder, database, {}, free_port(), settings)
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.crowd", json.dumps(wish)],
        cwd=ROOT,
        env=site.environment(),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    site.made = json.loads(done.stdout.splitlines()[-1])
    site.start()
    try:
        yield site
    finally:
        site.stop()


def address(site):
    return f"http://127.0.0.1:{site.port}"


__all__ = ["address", "command", "load", "ours", "processes", "wrk", "yardstick"]
