"""A proxy between people and server that loses replies, as a bad network does."""

import asyncio
import contextlib


class Proxy:
    """Passes on every request, and swallows a share of the replies after they were given."""

    def __init__(self, port, rng, share):
        self.target, self.rng, self.share = port, rng, share
        self.swallowed = 0
        self.port = 0
        self._server = None
        self._tasks, self._writers = [], []

    async def __aenter__(self):
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_):
        self._server.close()
        for writer in self._writers:
            writer.close()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()

    async def _serve(self, reader, writer):
        self._tasks.append(asyncio.current_task())
        self._writers.append(writer)
        with contextlib.suppress(OSError):
            inner, out = await asyncio.open_connection("127.0.0.1", self.target)
            self._writers.append(out)
            sending = asyncio.create_task(_pass_on(reader, out))
            await self._replies(inner, writer)
            writer.close()
            await sending
            out.close()
            await out.wait_closed()

    async def _replies(self, reader, writer):
        while True:
            content = await reader.read(65536)
            if not content:
                return
            if content.startswith(b"HTTP/1.1") and self.rng.random() < self.share:
                self.swallowed += 1
                return
            writer.write(content)
            await writer.drain()


async def _pass_on(reader, writer):
    with contextlib.suppress(OSError, RuntimeError):
        while content := await reader.read(65536):
            writer.write(content)
            await writer.drain()
