"""HTTP as a browser speaks it, on plain asyncio streams: one connection, kept while it lasts."""

import asyncio
import contextlib
import json
from dataclasses import dataclass


class LostError(Exception):
    """No whole answer came: what became of the request is not known."""


@dataclass(frozen=True)
class Reply:
    """An answer that came whole."""

    status: int
    headers: dict
    body: bytes

    @property
    def json(self):
        try:
            found = json.loads(self.body)
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}

    @property
    def text(self):
        return self.body.decode("utf-8", "replace")


class Connection:
    """A connection to one address, opened again where the other side has closed it."""

    def __init__(self, host, port, *, timeout=10):
        self.host, self.port, self.timeout = host, port, timeout
        self._streams = None

    async def ask(self, method, path, *, headers=None, body=b""):
        """Send a request; return its `Reply`. Raise `LostError` when none came whole."""
        head = {
            "Host": f"{self.host}:{self.port}",
            "Content-Length": str(len(body)),
            "User-Agent": "chung-tay-faults",
        } | (headers or {})
        lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in head.items())]
        sent = ("\r\n".join(lines) + "\r\n\r\n").encode() + body
        try:
            async with asyncio.timeout(self.timeout):
                return await self._exchange(sent)
        except (OSError, EOFError, TimeoutError, ValueError) as fault:
            await self.close()
            raise LostError(repr(fault)) from fault

    async def _exchange(self, sent):
        if self._streams is None:
            self._streams = await asyncio.open_connection(self.host, self.port)
        reader, writer = self._streams
        writer.write(sent)
        await writer.drain()
        reply = await read_reply(reader)
        if reply.headers.get("connection", "").lower() == "close":
            await self.close()
        return reply

    async def renew(self):
        """Let go of a connection that the server closed while nobody used it, as browsers do."""
        if self._streams is not None and self._streams[0].at_eof():
            await self.close()

    async def close(self):
        streams, self._streams = self._streams, None
        if streams is not None:
            streams[1].close()
            with contextlib.suppress(OSError):
                await streams[1].wait_closed()


async def read_reply(reader):
    """Read one answer from a stream."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    status = int(head[0].split()[1])
    headers = {}
    for line in head[1:]:
        name, _, value = line.partition(":")
        if name:
            known = headers.get(name.lower())
            headers[name.lower()] = f"{known}\n{value.strip()}" if known else value.strip()
    if headers.get("transfer-encoding", "").lower() == "chunked":
        return Reply(status, headers, await _chunks(reader))
    length = int(headers.get("content-length", 0))
    return Reply(status, headers, await reader.readexactly(length))


async def _chunks(reader):
    body = b""
    while True:
        size = int((await reader.readuntil(b"\r\n")).split(b";")[0], 16)
        body += await reader.readexactly(size)
        await reader.readuntil(b"\r\n")
        if size == 0:
            return body
