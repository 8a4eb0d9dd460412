"""The processes of an installation, started as `core.serving` starts them, watched and killed."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from core import serving
from core.config import ROOT

PROC = Path("/proc")


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def until(true, *, seconds, what, every=0.05):
    """Wait until it is true; what comes back is what it gave. A bound on liveness, no measure."""
    end = time.monotonic() + seconds
    while True:
        found = true()
        if found:
            return found
        assert time.monotonic() < end, f"not within {seconds} s: {what}"
        time.sleep(every)


def children(pid):
    """Return the ids of a process's own children."""
    found = []
    for path in (PROC / str(pid) / "task").glob("*/children"):
        try:
            found += [int(one) for one in path.read_text().split()]
        except (FileNotFoundError, ProcessLookupError):
            continue
    return found


def tree(pid):
    """Return the ids of a process and of all below it."""
    return [pid] + [below for child in children(pid) for below in tree(child)]


def command(pid):
    try:
        return (PROC / str(pid) / "cmdline").read_bytes().replace(b"\0", b" ").decode()
    except (FileNotFoundError, ProcessLookupError):
        return ""


def called(pid):
    """Return the name under which a process runs."""
    try:
        return (PROC / str(pid) / "comm").read_text().strip()
    except (FileNotFoundError, ProcessLookupError):
        return ""


def is_alive(pid):
    """Say whether a process runs; one that ended and was not waited for does not."""
    try:
        return (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def kill(pid):
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


@dataclass
class Site:
    """An installation in a folder: its settings, its server, its commands."""

    folder: Path
    database: str
    made: dict
    port: int
    settings: dict
    process: subprocess.Popen | None = None

    def environment(self, **more):
        own = {name: text for name, text in os.environ.items() if not name.startswith("CHUNGTAY_")}
        return own | {
            "CHUNGTAY_INSTANCE": str(self.folder),
            "CHUNGTAY_DATABASE_URL": self.database,
            "CHUNGTAY_PORT": str(self.port),
            "CHUNGTAY_LOG_LEVEL": "WARNING",
            **self.settings,
            **more,
        }

    @property
    def file(self):
        """The file of the embedded database."""
        return self.folder / "chungtay.db"

    @property
    def url(self):
        return self.database or f"sqlite:///{self.file}"

    @property
    def log(self):
        return self.folder.parent / f"{self.folder.name}.log"

    def run(self, *words, check=True):
        """Run one of the application's commands; return what it said."""
        done = subprocess.run(
            [sys.executable, "-m", "flask", "--app", "app", *words],
            cwd=ROOT,
            env=self.environment(),
            capture_output=True,
            text=True,
        )
        said = done.stdout + done.stderr
        assert done.returncode == 0 or not check, said
        return said

    def start(self, *before, wait=True, **more):
        """Start the server; `before` is a command that it is run under."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*before, sys.executable, "-m", "flask", "--app", "app", "core", "serve"],
                cwd=ROOT,
                env=self.environment(**more),
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        if wait:
            self.wait()
        return self

    def wait(self, *, seconds=60):
        """Wait until the server answers and both of its web processes are there."""
        until(self.answers, seconds=seconds, what=f"an answer\n{self.said()}")
        number = int(self.environment().get("CHUNGTAY_WORKERS", 2))
        until(lambda: len(self.workers()) >= number, seconds=seconds, what="the web processes")

    def answers(self, path="/dang-nhap"):
        """Say whether the server answers at all."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=5):
                return True
        except urllib.error.HTTPError as error:
            error.close()
            return True
        except (OSError, EOFError):
            return False

    def said(self, last=2000):
        return self.log.read_text("utf-8", "replace")[-last:] if self.log.exists() else ""

    def told_of(self, faults):
        """Return what the log tells of these faults."""
        names = {line["request_id"] for line in faults}
        lines = self.log.read_text("utf-8", "replace").splitlines()
        return "\n".join(one for one in lines if any(name in one for name in names))

    def web(self):
        """Return the id of the process that watches the web processes."""
        return next((one for one in children(self.process.pid) if called(one) == serving.WEB), 0)

    def workers(self):
        """Return the ids of the web processes."""
        web = self.web()
        return [one for one in children(web) if called(one) == serving.WEB] if web else []

    def jobs(self):
        """Return the id of the job process."""
        return next((one for one in children(self.process.pid) if called(one) == serving.WORK), 0)

    def kill_all(self):
        """Kill the whole tree at once, as when the machine goes down."""
        whole = tree(self.process.pid)
        for pid in whole:
            kill(pid)
        self.process.wait()
        until(lambda: not any(map(is_alive, whole)), seconds=20, what="the end of the tree")
        self.process = None

    def stop(self):
        """Ask the server to end, and see that nothing of it is left."""
        if self.process is None:
            return
        whole = tree(self.process.pid)
        self.process.terminate()
        try:
            self.process.wait(timeout=40)
        finally:
            for pid in whole:
                kill(pid)
            self.process = None

    def memories(self):
        """Return what each process is and how many KB of memory are its own or shared with it."""
        whole = [pid for pid in tree(self.process.pid) if is_alive(pid)]
        return [(self._called(pid), _number(_status(pid), "VmRSS")) for pid in whole]

    def _called(self, pid):
        if pid in self.workers():
            return "web process"
        names = {self.process.pid: "watcher", self.web(): "web watcher", self.jobs(): "jobs"}
        return names.get(pid) or ("hasher" if "hashing" in command(pid) else "other")

    def resources(self):
        """Return how many processes there are, and their memory, descriptors and threads."""
        whole = [pid for pid in tree(self.process.pid) if is_alive(pid)]
        status = [_status(pid) for pid in whole]
        return {
            "processes": len(whole),
            "rss_kb": sum(_number(text, "VmRSS") for text in status),
            "threads": sum(_number(text, "Threads") for text in status),
            "files": sum(len(list((PROC / str(pid) / "fd").iterdir())) for pid in whole),
        }


def _status(pid):
    return (PROC / str(pid) / "status").read_text()


def _number(status, name):
    line = next((one for one in status.splitlines() if one.startswith(f"{name}:")), f"{name}: 0")
    return int(line.split()[1])
