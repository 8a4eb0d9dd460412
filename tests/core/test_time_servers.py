"""Other clocks: a time server asked over the network, and the database server."""

import socket
import struct
import threading

import pytest

from core import time_servers
from core.clock import SECOND, Timekeeper
from core.db import db
from core.time_servers import FROM_1900
from tests.core.test_clock import START, Machine

ANSWER = 48


class Server:
    """A time server of one answer, on this machine; `ahead` nanoseconds before our time."""

    def __init__(self, ahead=0, *, stratum=2, leap=0, cut=ANSWER, echoes=True):
        self.time, self.stratum, self.leap = START + ahead, stratum, leap
        self.cut, self.echoes = cut, echoes
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self.socket.getsockname()[1]}"
        threading.Thread(target=self.answer, daemon=True).start()

    def answer(self):
        with self.socket:
            self.reply(*self.socket.recvfrom(512))

    def reply(self, asked, client):
        seconds, rest = divmod(self.time, SECOND)
        stamp = struct.pack("!II", seconds + FROM_1900, (rest << 32) // SECOND)
        mark = asked[40:48] if self.echoes else bytes(8)
        head = bytes([self.leap << 6 | 0x24, self.stratum]) + bytes(22)
        self.socket.sendto((head + mark + stamp + stamp)[: self.cut], client)


@pytest.fixture
def keeper():
    machine = Machine()
    return Timekeeper(read=machine.read, boot_id=lambda: "boot")


@pytest.mark.parametrize("ahead", [0, 3 * SECOND, -SECOND // 4, 86_400 * SECOND])
def test_time_server_says_how_far_ahead_we_are(keeper, ahead):
    found = time_servers.reference_ahead(Server(ahead).address, keeper)

    assert abs(found + ahead) < 1000


@pytest.mark.parametrize(
    "faulty",
    [{"stratum": 0}, {"stratum": 16}, {"leap": 3}, {"cut": 40}, {"echoes": False}],
    ids=["no stratum", "no source", "not set", "cut short", "not ours"],
)
def test_answer_that_cannot_be_believed_is_none(keeper, faulty):
    assert time_servers.reference_ahead(Server(**faulty).address, keeper) is None


@pytest.mark.parametrize("server", ["127.0.0.1:9", "127.0.0.1:x", "không.có.máy.invalid"])
def test_server_that_does_not_answer_is_none(keeper, monkeypatch, server):
    monkeypatch.setattr(time_servers, "TIMEOUT", 0.1)

    assert time_servers.reference_ahead(server, keeper) is None


def test_database_server_is_asked_only_where_there_is_one(app):
    found = time_servers.database_ahead(Timekeeper())

    if db.engine.dialect.name == "postgresql":
        assert abs(found) < SECOND
    else:
        assert found is None
