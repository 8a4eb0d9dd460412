"""Hashing in a process of its own."""

import fcntl
import os
import signal
import threading

import pytest

from accounts import hashing
from accounts.rules import passwords
from core.errors import TooMany

SECRET = "Mùa gặt ở Krông Pắc 2026"


@pytest.fixture
def hasher():
    made = hashing.Hasher()
    yield made
    made.end()


def test_what_was_hashed_is_verified_and_nothing_else_is(hasher):
    stored = hasher.ask("hash", SECRET)

    assert passwords.verify(stored, SECRET)
    assert hasher.ask("verify", stored, SECRET) is True
    assert hasher.ask("verify", stored, SECRET + " ") is False
    assert hasher.ask("verify", None, SECRET) is False


def test_the_child_goes_behind_everything_else_and_ends_with_its_parent(hasher):
    hasher.ask("verify", None, SECRET)
    child = hasher._child

    assert os.getpriority(os.PRIO_PROCESS, child.pid) == min(
        19, os.getpriority(os.PRIO_PROCESS, 0) + hashing.NICENESS
    )
    if os.uname().machine in hashing._SCHED_SETATTR:
        assert os.sched_getscheduler(child.pid) == os.SCHED_BATCH
    child.stdin.close()
    assert child.wait(timeout=10) == 0


def test_a_child_that_died_is_replaced(hasher):
    stored = hasher.ask("hash", SECRET)
    os.kill(hasher._child.pid, signal.SIGKILL)
    hasher._child.wait()

    assert hasher.ask("verify", stored, SECRET) is True


def test_hashing_for_too_many_at_once_is_refused(hasher, monkeypatch):
    monkeypatch.setattr(hashing, "PATIENCE", 0.05)
    with hasher._turn, pytest.raises(TooMany):
        hasher.ask("hash", SECRET)


def test_a_child_that_does_not_answer_is_given_up(hasher, monkeypatch):
    hasher.ask("verify", None, SECRET)
    os.kill(hasher._child.pid, signal.SIGSTOP)
    monkeypatch.setattr(hashing, "PATIENCE", 0.01)

    with pytest.raises(TooMany):
        hasher.ask("verify", None, SECRET)

    monkeypatch.setattr(hashing, "PATIENCE", 30)
    assert hasher.ask("verify", None, SECRET) is False


def test_many_at_once_each_get_their_own_answer(hasher):
    stored, found = hasher.ask("hash", SECRET), {}

    def ask(number):
        found[number] = hasher.ask("verify", stored, SECRET if number % 2 else "khác")

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(hashing.MOST)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert found == {number: bool(number % 2) for number in range(hashing.MOST)}


def test_children_of_an_installation_take_turns(hasher, tmp_path, monkeypatch):
    hasher.folder = tmp_path
    hasher.ask("verify", None, SECRET)
    (turns,) = tmp_path.iterdir()
    monkeypatch.setattr(hashing, "PATIENCE", 0.2)

    with turns.open("ab") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(TooMany):
            hasher.ask("verify", None, SECRET)

    monkeypatch.setattr(hashing, "PATIENCE", 30)
    assert hasher.ask("verify", None, SECRET) is False
