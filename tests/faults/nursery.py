"""A process that has the application imported, and forks a child for each thing to be done with it.

Building an installation and checking what a run left behind take processes of their own, with
the settings of that installation; most of their time would go into the imports.
"""

import atexit
import json
import os
import subprocess
import sys
import tempfile
from functools import cache

from core.config import ROOT


class Nursery:
    """The process, started with the first thing that it is asked for."""

    def __init__(self):
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.nursery"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def run(self, module, *words, environment):
        """Run a module as if by `python -m`; return its exit status, and what it said."""
        asked = {"module": module, "words": list(map(str, words)), "environment": environment}
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        told = json.loads(self._process.stdout.readline())
        return told["status"], told["said"], told["complained"]

    def close(self):
        """Let it end: nobody will ask any more."""
        self._process.stdin.close()
        self._process.wait()


@cache
def nursery():
    """Return the one of this process; it ends with whoever started it."""
    made = Nursery()
    atexit.register(made.close)
    return made


def _child(main, asked, out, errors):
    """Be another process: with its settings, its output, and nothing of the parent's."""
    os.environ.clear()
    os.environ.update(asked["environment"])
    for stream, number in ((out, 1), (errors, 2)):
        os.dup2(stream.fileno(), number)
    status = 1
    try:
        status = main(asked["words"]) or 0
    except Exception as fault:  # noqa: BLE001 -- told to whoever asked
        sys.excepthook(type(fault), fault, fault.__traceback__)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def _run(mains, asked):
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as errors:
        pid = os.fork()
        if pid == 0:
            _child(mains[asked["module"]], asked, out, errors)
        _, status = os.waitpid(pid, 0)
        texts = []
        for stream in (out, errors):
            stream.seek(0)
            texts.append(stream.read().decode("utf-8", "replace"))
    said, complained = texts
    return {"status": os.waitstatus_to_exitcode(status), "said": said, "complained": complained}


def main():
    from tests.bench import stage
    from tests.faults import building, checker

    mains = {"building": building.main, "checker": checker.main, "stage": stage.main}
    for line in sys.stdin:
        sys.stdout.write(json.dumps(_run(mains, json.loads(line))) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
