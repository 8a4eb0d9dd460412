"""What other clocks say: a time server on the network (SNTP), and the database server."""

import secrets
import socket
import struct
from contextlib import suppress

from sqlalchemy import text

from core.clock import SECOND, Timekeeper
from core.db import db

# Seconds from 1900, where NTP begins to count, to 1970.
FROM_1900 = 2_208_988_800
PORT = 123
TIMEOUT = 2.0
_SIZE = 48
_ASK = 0x23  # version 4, client


def reference_ahead(server: str, keeper: Timekeeper) -> int | None:
    """Return by how many nanoseconds our time is ahead of a time server's; None without answer."""
    host, _colon, port = server.partition(":")
    with suppress(OSError, ValueError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
        asked.settimeout(TIMEOUT)
        asked.connect((host, int(port or PORT)))
        mark = secrets.token_bytes(8)
        sent = keeper.now_ns()
        asked.send(bytes([_ASK]) + bytes(39) + mark)
        answer = asked.recv(512)
        return _ahead(answer, mark, sent, keeper.now_ns())
    return None


def _ahead(answer: bytes, mark: bytes, sent: int, received: int) -> int | None:
    """Return how far ahead we are, by the four moments of SNTP; None for a bad answer."""
    # A server that knows no time itself says stratum 0 or 16, or that its clock is not set.
    if len(answer) < _SIZE or answer[24:32] != mark:
        return None
    if not 0 < answer[1] < 16 or answer[0] >> 6 == 3:
        return None
    there, back = _moment(answer[32:40]), _moment(answer[40:48])
    return ((sent - there) + (received - back)) // 2


def _moment(field: bytes) -> int:
    seconds, parts = struct.unpack("!II", field)
    return int((seconds - FROM_1900) * SECOND + (parts * SECOND >> 32))


def database_ahead(keeper: Timekeeper) -> int | None:
    """Return by how many nanoseconds our time is ahead of PostgreSQL's; None for SQLite."""
    if db.engine.dialect.name != "postgresql":
        return None
    with db.engine.connect() as connection:
        connection.execute(text("SELECT 1"))
        sent = keeper.now_ns()
        asked = text("SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS BIGINT)")
        there = int(connection.execute(asked).scalar_one()) * 1000
        return (sent + keeper.now_ns()) // 2 - there
