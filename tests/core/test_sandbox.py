import os
import socket
import subprocess
from pathlib import Path

import pytest

from core import sandbox
from core.sandbox import Limits, ReadingFailed, TooHeavy

HERE = "tests.core.test_sandbox"


def measure(content, unit):
    return {"size": len(content), "unit": unit}


def swallow_memory(content):
    return len(bytearray(4 * 1024**3))


def spin(content):
    while True:
        pass


def call_out(content):
    return socket.create_connection(("127.0.0.1", 9))


def start_program(content):
    return subprocess.run(["true"], check=True)


def write_file(content):
    Path("sandbox.txt").write_bytes(content)


def chatter(content):
    os.write(1, b"noise")
    return "kept apart"


def test_run_gives_what_the_function_returns():
    found = sandbox.run(f"{HERE}:measure", "Đắk Lắk".encode(), {"unit": "byte"})

    assert found == {"size": 12, "unit": "byte"}


def test_run_keeps_what_the_child_prints_out_of_the_result():
    assert sandbox.run(f"{HERE}:chatter", b"", {}) == "kept apart"


def test_run_beyond_its_memory_is_too_heavy():
    with pytest.raises(TooHeavy):
        sandbox.run(f"{HERE}:swallow_memory", b"", {})


def test_run_beyond_its_time_is_too_heavy():
    with pytest.raises(TooHeavy):
        sandbox.run(f"{HERE}:spin", b"", {}, limits=Limits(seconds=1))


@pytest.mark.parametrize("function", ["call_out", "start_program", "write_file"])
def test_run_lets_the_child_reach_nothing_outside(function):
    with pytest.raises(ReadingFailed):
        sandbox.run(f"{HERE}:{function}", b"content", {})
    assert not Path("sandbox.txt").exists()
