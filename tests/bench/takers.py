"""Simulated people whose every request is timed from the moment at which it was due.

They are those of the fault tests, and hand in and wait as the page's script does.
"""

import asyncio
import html
import json
import re
from collections import defaultdict
from dataclasses import dataclass, field
from hashlib import sha256

from core import sealing
from tests.bench.offered import Took
from tests.faults.clients import Person
from tests.faults.wire import LostError

OURS = {"Content-Type": "application/json", "X-Requested-With": "chungtay"}
ROOM = re.compile(r'id="waiting-config">([^<]+)<')
KINDS = (
    ("GET", re.compile(r"/thi/vong/[^/]+"), "start page"),
    ("POST", re.compile(r"/thi/vong/[^/]+"), "start"),
    ("GET", re.compile(r"/thi/ca/[^/]+/phong-cho"), "waiting room"),
    ("GET", re.compile(r"/thi/ca/[^/]+/de"), "sealed paper"),
    ("PUT", re.compile(r"/thi/ca/[^/]+/bat-dau"), "start, prepared"),
    ("GET", re.compile(r"/thi/bai/[^/]+"), "attempt page"),
    ("PUT", re.compile(r"/thi/bai/[^/]+/tra-loi"), "save"),
    ("PUT", re.compile(r"/thi/bai/[^/]+/nhip"), "beat"),
    ("PUT", re.compile(r"/thi/bai/[^/]+/nop"), "hand in"),
    ("GET", re.compile(r"/thi/bai/[^/]+/ket-qua"), "result"),
)


def kind_of(method, path):
    """Return what kind of request it is, as a table of figures names it."""
    return next(name for asked, known, name in KINDS if asked == method and known.fullmatch(path))


class Tally:
    """What all requests took, by kind."""

    def __init__(self):
        self.kinds = {}
        self.refused = defaultdict(int)

    def of(self, name):
        return self.kinds.setdefault(name, Took(name))

    def clear(self):
        """Forget what was measured while people came in."""
        self.kinds.clear()


@dataclass
class Taker(Person):
    """Somebody at an attempt; what they are due to do at once, they do in turn."""

    tally: object = None
    # The moment at which the next request was due; nothing: now.
    due: float | None = None
    turn: object = field(default_factory=asyncio.Lock)
    has_left: bool = False
    room: dict = field(default_factory=dict)
    sealed: bytes = b""

    async def ask(self, method, path, **more):
        """Ask; a request that has to be sent again is counted from when it was first due."""
        loop, name = asyncio.get_running_loop(), kind_of(method, path)
        due = loop.time() if self.due is None else self.due
        await self.wire.renew()
        try:
            reply = await super().ask(method, path, **more)
        except LostError:
            self._fail(name, "lost", due)
            raise
        if reply.status >= 400:
            self._fail(name, reply.status, due)
        else:
            self.due = None
            self.tally.of(name).took.append(loop.time() - due)
        return reply

    def _fail(self, name, status, due):
        self.due = due
        self.tally.of(name).failed += 1
        self.tally.refused[name, status] += 1

    # --- What is due at a moment ----------------------------------------------------------------

    async def come(self, due):
        async with self.turn:
            self.due = due
            await self.begin()

    async def answer(self, due):
        """Change the answer to some question and see it kept; say whether there was still time."""
        async with self.turn:
            if self.has_left:
                return False
            self.due = due
            self.change(self.rng.choice(self.positions), self.rng.choice(self.answers))
            await self.send()
            return True

    async def beat(self, due):
        """Tell the server that the page is open, as one does that has nothing to save."""
        async with self.turn:
            if self.has_left:
                return
            self.due = due
            body = json.dumps({"ticket": self.ticket, "here": 1, "left": 0}).encode()
            path = f"/thi/bai/{self.attempt}/nhip"
            await self.insist("PUT", path, headers=OURS, body=body, good={200})

    async def hand_in(self, due):
        """Hand in without leaving the page, as its script does."""
        async with self.turn:
            self.due, self.has_left = due, True
            left = [
                {"slot": one.slot, "seq": one.seq, "answer": one.answer} for one in self.outbox()
            ]
            body = json.dumps({"ticket": self.ticket, "answers": left}).encode()
            self.journal.note("intent-submit", attempt=self.attempt)
            path = f"/thi/bai/{self.attempt}/nop"
            reply = await self.insist("PUT", path, headers=OURS, body=body, good={200})
            assert reply.json["receipt"].startswith(f"/thi/bai/{self.attempt}/")
            self.journal.note("submitted", attempt=self.attempt)
            await self.wire.close()

    async def look(self, due):
        """Look at the own result."""
        async with self.turn:
            self.due = due
            await self.insist("GET", f"/thi/bai/{self.attempt}/ket-qua", good={200})

    # --- Starting together ----------------------------------------------------------------------

    async def wait_for_start(self, sitting, due):
        """Enter the waiting room and fetch the sealed paper."""
        async with self.turn:
            self.due = due
            page = await self.insist("GET", f"/thi/ca/{sitting}/phong-cho", good={200})
            self.room = json.loads(html.unescape(ROOM.search(page.text)[1]))
            reply = await self.insist("GET", self.room["sealed"], good={200})
            self.sealed = reply.body
            assert sha256(self.sealed).hexdigest() == self.room["digest"]

    async def open_sealed(self, due):
        """Start, and open the paper with the key that the server gives."""
        async with self.turn:
            self.due = due
            self.journal.note("intent-start", round=self.round)
            body = json.dumps({"ticket": self.room["ticket"]}).encode()
            reply = await self.insist(
                "PUT", self.room["start"], headers=OURS, body=body, good={200}
            )
            told = reply.json
            paper = json.loads(sealing.unseal(self.sealed, told["key"], self.room["paper"]))
            self.attempt, self.ticket, self.lease = (
                told[name] for name in ("attempt", "ticket", "lease_no")
            )
            assert self.attempt == self.room["paper"] == paper["config"]["attempt"]
            self.positions = [one["position"] for one in paper["config"]["slots"]]
            own = {"attempt": self.attempt, "lease": self.lease}
            self.journal.note("seen", **own, ends=told["ends"], seqs={})
            self.journal.note("started", **own, round=self.round)
