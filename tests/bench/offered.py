"""Load as people offer it: at set moments, whether or not the one before was answered.

What a request took is counted from the moment at which it was due, so that a server that lets
people wait cannot hide it.
"""

import asyncio
from dataclasses import dataclass, field
from random import Random

from tests.faults.wire import Connection, LostError


@dataclass
class Load:
    """So many requests a second; `make(number)` gives each as (method, path, headers, body)."""

    name: str
    rate: float
    make: object
    right: tuple = (200,)
    took: list = field(default_factory=list)
    failed: int = 0
    answers: list = field(default_factory=list)

    def at(self, part):
        """Return the milliseconds within which that part of the requests was answered."""
        ordered = sorted(self.took)
        return ordered[min(len(ordered) - 1, int(len(ordered) * part))] * 1000 if ordered else 0.0

    def told(self):
        return {
            "offered": len(self.took) + self.failed,
            "failed": self.failed,
            "p50": self.at(0.5),
            "p95": self.at(0.95),
            "p99": self.at(0.99),
        }


class Crowd:
    """Connections that are opened as they are needed and used again."""

    def __init__(self, host, port):
        self.host, self.port = host, port
        self._free = []

    async def ask(self, method, path, headers, body):
        one = self._free.pop() if self._free else Connection(self.host, self.port, timeout=30)
        try:
            return await one.ask(method, path, headers=headers, body=body)
        finally:
            self._free.append(one)

    async def close(self):
        for one in self._free:
            await one.close()


def run(port, loads, *, seconds, seed=1, keep=False):
    """Offer all the loads at once for so many seconds; they keep what they measured."""
    return asyncio.run(_run(port, loads, seconds=seconds, seed=seed, keep=keep))


async def _run(port, loads, *, seconds, seed, keep):
    crowd = Crowd("127.0.0.1", port)
    loop = asyncio.get_running_loop()
    begun = loop.time() + 0.2

    async def one(load, number, due):
        try:
            reply = await crowd.ask(*load.make(number))
        except LostError:
            load.failed += 1
            return
        if reply.status not in load.right:
            load.failed += 1
            return
        load.took.append(loop.time() - due)
        if keep:
            load.answers.append(reply)

    async def offer(load):
        rng, due, number, sent = Random(f"{seed} {load.name}"), begun, 0, []
        while due < begun + seconds:
            await asyncio.sleep(max(0, due - loop.time()))
            sent.append(asyncio.create_task(one(load, number, due)))
            number += 1
            due += rng.expovariate(load.rate)
        await asyncio.gather(*sent)

    await asyncio.gather(*[offer(load) for load in loads])
    await crowd.close()
