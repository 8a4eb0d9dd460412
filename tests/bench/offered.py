"""Load as people offer it: at set moments, whether or not the one before was answered.

What a request took is counted from the moment at which it was due, so that a server that lets
people wait cannot hide it.
"""

import asyncio
from dataclasses import dataclass, field
from random import Random

from tests.faults.clients import ClosedError, DisplacedError, PatienceError
from tests.faults.wire import Connection, LostError

GIVEN_UP = (LostError, PatienceError, ClosedError, DisplacedError, AssertionError)


@dataclass
class Took:
    """The seconds that one kind of request took, and how many were not answered as they should."""

    name: str
    took: list = field(default_factory=list)
    failed: int = 0

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


@dataclass
class Arrivals(Took):
    """What comes at moments of its own: `rate` a second, or `count` in all, spread by chance.

    It begins `after` seconds and lasts as long as the whole does, or `lasting` seconds.
    """

    rate: float = 0
    count: int | None = None
    after: float = 0
    lasting: float | None = None

    def moments(self, rng, seconds):
        """Give the seconds from the beginning at which each is due, in order."""
        end = seconds if self.lasting is None else min(seconds, self.after + self.lasting)
        if self.count is not None:
            yield from sorted(rng.uniform(self.after, end) for _ in range(self.count))
            return
        due = self.after
        while due < end and self.rate:
            yield due
            due += rng.expovariate(self.rate)


@dataclass
class Load(Arrivals):
    """Requests alone; `make(number)` gives each as (method, path, headers, body)."""

    make: object = None
    right: tuple = (200,)
    keep: bool = False
    answers: list = field(default_factory=list)

    async def meet(self, crowd, number, due):
        reply = await crowd.ask(*self.make(number))
        if reply.status not in self.right:
            self.failed += 1
            return
        self.took.append(asyncio.get_running_loop().time() - due)
        if self.keep:
            self.answers.append(reply)


@dataclass
class Acts(Arrivals):
    """What simulated people do, in several requests: `act(number, due)`, which measures itself.

    Its `failed` are the acts that somebody gave up.
    """

    act: object = None
    faults: list = field(default_factory=list)

    async def meet(self, _crowd, number, due):
        await self.act(number, due)


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


def run(port, loads, *, seconds, seed=1):
    """Offer all the loads at once for so many seconds; they keep what they measured."""
    return asyncio.run(offer(port, loads, seconds=seconds, seed=seed))


async def offer(port, loads, *, seconds, seed=1):
    """Do `run` within a loop that runs; return by how much this tool itself was late."""
    crowd, late = Crowd("127.0.0.1", port), Took("the load tool, late by")
    loop = asyncio.get_running_loop()
    begun = loop.time() + 0.2

    async def one(load, number, due):
        late.took.append(loop.time() - due)
        try:
            await load.meet(crowd, number, due)
        except GIVEN_UP as fault:
            load.failed += 1
            if isinstance(load, Acts):
                load.faults.append(repr(fault)[:300])

    async def all_of(load):
        rng = Random(f"{seed} {load.name}")
        async with asyncio.TaskGroup() as sent:
            for number, moment in enumerate(load.moments(rng, seconds)):
                due = begun + moment
                await asyncio.sleep(max(0, due - loop.time()))
                sent.create_task(one(load, number, due))

    await asyncio.gather(*[all_of(load) for load in loads])
    await crowd.close()
    return late
