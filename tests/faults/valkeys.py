"""A Valkey (or Redis) server that holds nothing for long, to be killed, stopped and filled."""

import contextlib
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

from tests import system
from tests.faults import processes


class Server:
    """One server on a port of its own, with its folder."""

    def __init__(self, folder):
        self.folder, self.port = folder, processes.free_port()
        self.process = None

    @property
    def url(self):
        return f"valkey://127.0.0.1:{self.port}/0"

    @property
    def client(self):
        import valkey

        return valkey.Valkey(port=self.port, socket_timeout=5)

    def start(self):
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [system.valkey(), "--port", str(self.port), "--save", "", "--bind", "127.0.0.1"],
                cwd=self.folder,
                stdout=log,
                stderr=log,
            )
        processes.until(self.answers, seconds=20, what="an answer of Valkey")
        return self

    def answers(self):
        import valkey

        try:
            return self.client.ping()
        except valkey.ValkeyError:
            return False

    def kill(self):
        self.process.kill()
        self.process.wait()

    def hang(self):
        """Take connections and answer nothing."""
        self.process.send_signal(signal.SIGSTOP)

    def go_on(self):
        self.process.send_signal(signal.SIGCONT)

    def fill(self):
        """Be full: whoever writes is refused."""
        self.client.config_set("maxmemory", 1)

    def empty(self):
        self.client.config_set("maxmemory", 0)
        self.client.flushall()

    def names(self):
        return sorted(key.decode() for key in self.client.scan_iter("*"))


@contextlib.contextmanager
def server():
    """Give a server of its own; nothing is left of it afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="chungtay-valkey-"))
    made = Server(folder)
    try:
        yield made.start()
    finally:
        made.kill()
        shutil.rmtree(folder, ignore_errors=True)
