"""The embedded server's supervisor."""

import os
import signal
import subprocess
import sys
import time

import pytest

from core.config import ROOT

SUPERVISOR = """
import os, sys, time
from functools import partial
from core import serving
def act(path):
    open(path, "a").write(str(os.getpid()) + chr(10))
    time.sleep(60)
sys.exit(serving.watch([partial(act, path) for path in sys.argv[1:]]))
"""


def pids(path, number):
    for _ in range(200):
        found = path.read_text().split() if path.exists() else []
        if len(found) >= number:
            return [int(pid) for pid in found]
        time.sleep(0.05)
    raise AssertionError(f"{path.name}: {number} processes did not start")


def is_alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.slow
def test_a_process_killed_is_started_again_and_all_end_with_the_supervisor(tmp_path):
    web, work = tmp_path / "web", tmp_path / "work"
    supervisor = subprocess.Popen([sys.executable, "-c", SUPERVISOR, web, work], cwd=ROOT)
    first, worker = pids(web, 1)[0], pids(work, 1)[0]

    os.kill(first, signal.SIGKILL)
    second = pids(web, 2)[1]
    supervisor.terminate()
    status = supervisor.wait(timeout=20)

    assert first != second
    assert status == 0
    assert [is_alive(pid) for pid in (second, worker)] == [False, False]


def test_a_web_process_told_to_end_while_it_loads_ends():
    # As the server forks it: whoever it was forked from only notes the signal.
    told = """
import os, signal, sys
for name in (signal.SIGINT, signal.SIGTERM):
    signal.signal(name, lambda *_: None)
from core import serving
serving.import_module = lambda name: os.kill(os.getpid(), int(sys.argv[1]))
serving.create_app()
"""
    for name in (signal.SIGINT, signal.SIGTERM):
        done = subprocess.run([sys.executable, "-c", told, str(int(name))], cwd=ROOT)

        assert done.returncode == -name
