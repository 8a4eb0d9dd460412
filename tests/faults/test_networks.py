"""F-10, F-17: replies that never arrive, and clients that are slow on purpose."""

import asyncio
import contextlib
from random import Random

import pytest

from tests.faults.proxying import Proxy
from tests.faults.running import cases, prepare, together

pytestmark = pytest.mark.slow
SLOW = 400
# How long an ordinary person waits at most while hundreds of others are slow: those are slow for
# as long as they are let.
PATIENCE = 15
# So many looks in a row show the same before nobody else is thought to be going.
CALM = 5


def test_replies_lost_after_the_commit_are_asked_for_again_and_are_the_same(database):
    wanted = cases(20, 1000)
    with prepare(1001, database=database, people=6) as run:
        run.site.start()

        async def act():
            async with Proxy(run.site.port, Random(run.seed), 0.25) as proxy:
                people = run.people(port=proxy.port)
                await together(*(one.begin() for one in people))
                while proxy.swallowed < wanted:
                    await together(*(one.go_on(4) for one in people))
                await together(*(one.replay() for one in people))
                await together(*(one.submit() for one in people))
                await together(*(one.wire.close() for one in people))
                return proxy.swallowed

        swallowed = run.play(act)

        assert swallowed >= wanted
        assert run.broken() == []


async def rested(run):
    """Wait until the server has noticed who is gone, as far as it lets go of what they held."""
    seen = []
    for _ in range(60):
        await asyncio.sleep(0.5)
        seen.append(run.site.resources()["files"])
        if len(seen) > CALM and len(set(seen[-CALM:])) == 1:
            return


HEADS = {
    "head": b"POST /dang-nhap HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ",
    # Asks for much and reads nothing of it.
    "read": b"GET /dang-nhap HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n" * 40,
    "form": b"POST /dang-nhap HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 900\r\n\r\nname=",
    "answer": b"PUT /thi/bai/0123456789abcdef/tra-loi HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    b"Content-Type: application/json\r\nX-Requested-With: chungtay\r\n"
    b"Content-Length: 900\r\n\r\n{",
}


async def crowded(run):
    """Let so many send slowly at once that the server has started all the threads it ever has.

    More than are slow afterwards: which process gets how many of them is chance.
    """
    many = [await asyncio.open_connection("127.0.0.1", run.site.port) for _ in range(SLOW + 200)]
    for _reader, writer in many:
        writer.write(HEADS["answer"])
    await asyncio.sleep(1)
    for _reader, writer in many:
        writer.close()
    await rested(run)


async def slow(kind, port, opened):
    """Be slow in one of these ways, until told to stop or sent away."""
    _reader, writer = await asyncio.open_connection("127.0.0.1", port)
    opened.append(writer)
    writer.write(HEADS[kind])
    with contextlib.suppress(OSError):
        while True:
            await writer.drain()
            await asyncio.sleep(0.5)
            if kind != "read":
                writer.write(b"a")


@pytest.mark.parametrize("number", range(cases(1, 4)))
@pytest.mark.parametrize("kind", list(HEADS))
def test_hundreds_of_slow_clients_keep_nobody_else_waiting(kind, number):
    with prepare(1701 + number, people=6, settings={"CHUNGTAY_BALLAST_MB": "0"}) as run:
        run.site.start()

        async def act():
            people = run.people(patience=PATIENCE)
            await together(*(one.sit(4) for one in people))
            await crowded(run)
            run.measure("before")
            opened = []
            crowd = [asyncio.create_task(slow(kind, run.site.port, opened)) for _ in range(SLOW)]
            while len(opened) < SLOW:
                await asyncio.sleep(0.05)
            await asyncio.sleep(1)
            for one in people:
                one.wire.timeout = PATIENCE
            await together(*(one.go_on(cases(6, 60)) for one in people))
            await together(*(one.open() for one in people))
            for task in crowd:
                task.cancel()
            await asyncio.gather(*crowd, return_exceptions=True)
            for writer in opened:
                writer.close()
            await rested(run)
            await together(*(one.submit() for one in people))
            run.measure("after")

        run.play(act)

        assert run.broken() == []
