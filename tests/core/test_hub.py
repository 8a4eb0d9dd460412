"""What servers tell each other through Valkey, and what becomes of it when that is away."""

import socket
import threading

import pytest

from core import hub
from core.hub import Hub


@pytest.fixture
def away():
    """An address at which nobody answers: connections are taken and nothing is said."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield Hub(f"valkey://127.0.0.1:{listening.getsockname()[1]}/0")


def test_without_an_address_everybody_goes_on_alone():
    alone = Hub("")

    alone.put("trang", b"1", 5)
    alone.ring("việc")

    assert (alone.is_set, alone.get("trang")) == (False, None)
    assert alone.attempt(lambda client: "shared", lambda: "own") == "own"


def test_who_does_not_answer_is_asked_once_and_then_left_alone_for_a_while(away, monkeypatch):
    asked = []

    def act(client):
        asked.append(1)
        return client.get("x")

    found = [away.attempt(act, lambda: "own") for _ in range(5)]
    monkeypatch.setattr(hub.clock, "ticks", lambda: away._rests_until + 1)
    found.append(away.attempt(act, lambda: "own"))

    assert found == ["own"] * 6
    assert len(asked) == 2


def test_waiting_at_a_bell_that_is_away_ends_when_told_to_stop(away):
    stopped = threading.Event()
    stopped.set()

    away.wait("jobs", stopped, 3600)

    assert away.get("x") is None


def test_a_fault_of_the_act_itself_is_not_hidden(away):
    def wrong(client):
        raise LookupError

    with pytest.raises(LookupError):
        away.attempt(wrong, lambda: "own")
