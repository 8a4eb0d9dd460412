"""Reading what people upload in a child process with limits, so that a bad file harms nothing."""

import contextlib
import gc
import importlib
import json
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.errors import DomainError
from core.text import N_

ROOT = Path(__file__).resolve().parent.parent
MEGABYTE = 1024 * 1024
_START = "import sys; sys.path.insert(0, sys.argv[1]); from core import sandbox; sandbox.serve()"
# What a reader of files never needs: the network, other programs.
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_APPEND
_FORBIDDEN = ("socket.", "subprocess.", "os.system", "os.exec", "os.fork", "os.posix_spawn")


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of the machine the child may use."""

    memory: int = 512 * MEGABYTE
    seconds: int = 20
    result: int = 64 * MEGABYTE


class ReadingFailed(DomainError):  # noqa: N818 -- refusals are named for what was refused
    """The child did not come back with a result: the file is not what it says, or hostile."""

    status = 422
    message = N_("The file could not be read: it is damaged or is not what its name says.")


class TooHeavy(ReadingFailed):
    """Reading the file took more memory or time than a file of this kind may."""

    message = N_("The file could not be read: reading it took too much time or memory.")


def run(
    function: str, content: bytes, options: Mapping[str, Any], *, limits: Limits | None = None
) -> Any:  # noqa: ANN401 -- whatever JSON holds
    """Return what `function` ("package.module:name") makes of the content, in a child process.

    The function is called as `function(content, **options)`; options and result are JSON.
    Raise `TooHeavy` or `ReadingFailed` if the child dies.
    """
    limits = limits or Limits()
    order = json.dumps({"function": function, "options": options, "limits": vars_of(limits)})
    try:
        done = subprocess.run(  # noqa: S603 -- our own interpreter, our own code
            [sys.executable, "-I", "-B", "-c", _START, str(ROOT)],
            input=order.encode() + b"\n" + content,
            capture_output=True,
            timeout=limits.seconds * 2,
            env={"LANG": "C.UTF-8", "PATH": os.defpath},
            check=False,
        )
    except subprocess.TimeoutExpired as late:
        raise TooHeavy from late
    return _result(done, limits)


def vars_of(limits: Limits) -> dict[str, int]:
    """Return the limits as the child is told them."""
    return {"memory": limits.memory, "seconds": limits.seconds, "result": limits.result}


def _result(done: subprocess.CompletedProcess[bytes], limits: Limits) -> Any:  # noqa: ANN401 -- JSON
    if done.returncode in (-signal.SIGXCPU, -signal.SIGKILL, -signal.SIGXFSZ):
        raise TooHeavy
    if done.returncode != 0 or len(done.stdout) > limits.result:
        raise ReadingFailed
    try:
        answer = json.loads(done.stdout)
    except ValueError as broken:
        raise ReadingFailed from broken
    if answer.get("dead") == "memory":
        raise TooHeavy
    return answer["result"]


def serve() -> None:
    """Be the child: take the order from standard input, answer on standard output."""
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    order = json.loads(sys.stdin.buffer.readline())
    _confine(Limits(**order["limits"]))
    # The child ends with its answer: looking for circles of rubbish would only take time.
    gc.disable()
    try:
        module, name = order["function"].split(":")
        reader = getattr(importlib.import_module(module), name)
        sys.addaudithook(_refuse)
        answer = {"result": reader(sys.stdin.buffer.read(), **order["options"])}
    except MemoryError:
        answer = {"dead": "memory"}
    with contextlib.closing(out):
        out.write(json.dumps(answer, ensure_ascii=False).encode())


def _confine(limits: Limits) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory, limits.memory))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.seconds, limits.seconds + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _refuse(event: str, arguments: tuple[Any, ...]) -> None:
    writes = event == "open" and bool((arguments[2] or 0) & _WRITES)
    if writes or event.startswith(_FORBIDDEN):
        raise PermissionError(event)
