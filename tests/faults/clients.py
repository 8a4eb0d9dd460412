"""A simulated person at an attempt: follows the page's protocol, and writes a journal of it."""

import asyncio
import html
import json
import re
import time
from dataclasses import dataclass, field
from urllib.parse import urlencode

from tests.faults.wire import Connection, LostError

CONFIG = re.compile(
    r'<script type="application/json" id="attempt-config">(.*?)</script>', re.DOTALL
)
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
SHORTEST, LONGEST = 0.1, 1.0
MOST_AT_ONCE = 20


class DisplacedError(Exception):
    """Another tab or device writes this attempt now."""


class ClosedError(Exception):
    """The attempt takes no more answers."""


class PatienceError(Exception):
    """The server did not come back within the time that a person would wait."""


@dataclass
class Entry:
    """A change in the client's own journal, kept until results are out."""

    slot: int
    seq: int
    answer: str
    lease: int
    receipt: str = ""
    epoch: str = ""


@dataclass
class Person:
    """Somebody signed in, by the token of a session, who takes one round."""

    name: str
    token: str
    round: str
    host: str
    port: int
    journal: object
    rng: object
    patience: float = 60
    account: str = ""
    attempt: str = ""
    ticket: str = ""
    lease: int = 0
    epoch: str = ""
    positions: list = field(default_factory=list)
    seqs: dict = field(default_factory=dict)
    written: list = field(default_factory=list)
    cookies: dict = field(default_factory=dict)
    csrf: str = ""
    answers: str = "abcd"

    def __post_init__(self):
        self.cookies["sid"] = self.token
        self.wire = Connection(self.host, self.port)

    # --- One request, and the same again until it is answered ------------------------------

    async def ask(self, method, path, *, headers=None, body=b""):
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        sent = time.monotonic()
        reply = await self.wire.ask(
            method, path, headers={"Cookie": cookie} | (headers or {}), body=body
        )
        for line in reply.headers.get("set-cookie", "").split("\n"):
            name, _, value = line.partition(";")[0].partition("=")
            if name:
                self.cookies[name.strip()] = value
        if reply.status >= 500:
            self._note_fault(method, path, reply)
        told = reply.json
        if "now" in told:
            self.journal.note("clock", sent=sent, now=told["now"])
        self._hear_epoch(told.get("server_epoch"))
        return reply

    def _note_fault(self, method, path, reply):
        self.journal.note(
            "fault",
            method=method,
            path=path,
            status=reply.status,
            request_id=reply.headers.get("x-request-id", ""),
            retry_after=reply.headers.get("retry-after", ""),
            body=reply.text[:4000],
        )

    def _hear_epoch(self, epoch):
        """After a restore everything that was ever acknowledged is sent again."""
        if not epoch or epoch == self.epoch:
            return
        if self.epoch:
            self.journal.note("epoch", before=self.epoch, after=epoch)
            for entry in self.written:
                entry.receipt = ""
        self.epoch = epoch

    async def insist(self, method, path, *, headers=None, body=b"", good=frozenset({200, 303})):
        """Ask until there is an answer that is no fault of the server's."""
        until, pause = time.monotonic() + self.patience, SHORTEST
        while True:
            try:
                reply = await self.ask(method, path, headers=headers, body=body)
            except LostError:
                reply = None
            if reply is not None and reply.status < 500 and reply.status != 429:
                assert not good or reply.status in good, f"{method} {path}: {reply.status}"
                return reply
            if time.monotonic() > until:
                raise PatienceError(f"{self.name}: {method} {path}")
            await asyncio.sleep(pause * (0.5 + self.rng.random()))
            pause = min(LONGEST, 2 * pause)

    # --- The pages ---------------------------------------------------------------------------

    async def begin(self):
        """Start the round, or come back to the attempt that runs."""
        path = f"/thi/vong/{self.round}"
        page = await self.insist("GET", path)
        self.csrf = TOKEN.search(page.text)[1]
        self.journal.note("intent-start", round=self.round)
        body = urlencode({"csrf_token": self.csrf, "honest": "y"}).encode()
        reply = await self.insist("POST", path, headers=FORM, body=body, good={303})
        self.attempt = reply.headers["location"].rpartition("/")[2]
        await self.open()
        self.journal.note("started", attempt=self.attempt, round=self.round, lease=self.lease)
        return self

    async def open(self):
        """Load the page of the attempt, as a reload does; raise `ClosedError` when it is over."""
        reply = await self.insist("GET", f"/thi/bai/{self.attempt}", good={200, 303})
        if reply.status == 303:
            raise ClosedError
        config = json.loads(html.unescape(CONFIG.search(reply.text)[1]))
        self.csrf = TOKEN.search(reply.text)[1]
        self.ticket, self.lease = config["ticket"], config["lease_no"]
        self._hear_epoch(config["server_epoch"])
        self.positions = [slot["position"] for slot in config["slots"]]
        for slot in config["slots"]:
            self.seqs[slot["position"]] = max(self.seqs.get(slot["position"], 0), slot["seq"])
        seen = {str(slot["position"]): slot["seq"] for slot in config["slots"]}
        self.journal.note(
            "seen", attempt=self.attempt, lease=self.lease, ends=config["ends"], seqs=seen
        )
        if not self.ticket:
            raise DisplacedError

    async def take_over(self):
        """Go on here: the other tab or device may only look from now on."""
        body = urlencode({"csrf_token": self.csrf}).encode()
        self.journal.note("intent-takeover", attempt=self.attempt)
        await self.insist(
            "POST", f"/thi/bai/{self.attempt}/lam-o-day", headers=FORM, body=body, good={303}
        )
        await self.open()
        self.journal.note("takeover", attempt=self.attempt, lease=self.lease)

    async def submit(self):
        """Hand in with whatever could not be sent; whoever asks twice has handed in once."""
        pending = json.dumps(
            [
                {"slot": entry.slot, "seq": entry.seq, "answer": entry.answer}
                for entry in self.outbox()
            ]
        )
        body = urlencode({"csrf_token": self.csrf, "pending": pending}).encode()
        self.journal.note("intent-submit", attempt=self.attempt)
        path = f"/thi/bai/{self.attempt}/nop"
        await self.insist("POST", path, headers=FORM, body=body, good={303})
        self.journal.note("submitted", attempt=self.attempt)

    # --- Answers -----------------------------------------------------------------------------

    def change(self, slot, answer):
        """Note a change in the outbox, as the page does before anything is sent."""
        self.seqs[slot] = self.seqs.get(slot, 0) + 1
        self.written.append(Entry(slot, self.seqs[slot], answer, self.lease))

    def outbox(self):
        return [entry for entry in self.written if not entry.receipt]

    def _batch(self):
        """Return the oldest unsent change of each slot, so that each gets its own receipt."""
        first = {}
        for entry in self.outbox():
            first.setdefault(entry.slot, entry)
        return list(first.values())[:MOST_AT_ONCE]

    async def send(self):
        """Send what is not acknowledged until it is. Raise `DisplacedError` or `ClosedError`."""
        until, pause = time.monotonic() + self.patience, SHORTEST
        while self.outbox():
            try:
                reply = await self._put(self._batch())
            except LostError:
                reply = None
            if reply is not None and reply.status == 200:
                pause = SHORTEST
                continue
            if reply is not None:
                await self._face(reply)
            if time.monotonic() > until:
                raise PatienceError(f"{self.name}: {len(self.outbox())} answers unsent")
            await asyncio.sleep(pause * (0.5 + self.rng.random()))
            pause = min(LONGEST, 2 * pause)

    async def _put(self, entries):
        """Send a batch; note what was meant before, and what was acknowledged after."""
        answers = [
            {"slot": entry.slot, "seq": entry.seq, "answer": entry.answer} for entry in entries
        ]
        self.journal.note("intent", attempt=self.attempt, lease=self.lease, answers=answers)
        sent = time.monotonic()
        body = json.dumps({"ticket": self.ticket, "answers": answers}).encode()
        headers = {"Content-Type": "application/json", "X-Requested-With": "chungtay"}
        path = f"/thi/bai/{self.attempt}/tra-loi"
        lease = self.lease
        reply = await self.ask("PUT", path, headers=headers, body=body)
        slots = reply.json.get("slots", {}) if reply.status in {200, 409} else {}
        for entry in entries:
            told = slots.get(str(entry.slot))
            # An older change is answered with the state that has come to stand since.
            if told and told["seq"] >= entry.seq and reply.status == 200:
                entry.receipt, entry.epoch, entry.lease = told["receipt"], self.epoch, lease
            if told and told["seq"] == entry.seq:
                self.acknowledged(entry, told["receipt"], lease, sent, reply.status)
        return reply

    def acknowledged(self, entry, receipt, lease, sent, status):
        self.journal.note(
            "ack",
            attempt=self.attempt,
            lease=lease,
            slot=entry.slot,
            seq=entry.seq,
            answer=entry.answer,
            receipt=receipt,
            epoch=self.epoch,
            sent=sent,
            status=status,
        )

    async def _face(self, reply):
        """Do what the page does about a refusal."""
        error = reply.json.get("error", "")
        if reply.status == 409 and error == "displaced":
            self.journal.note("displaced", attempt=self.attempt, lease=self.lease)
            raise DisplacedError
        if reply.status == 409:
            self.journal.note("closed", attempt=self.attempt)
            raise ClosedError
        if reply.status == 401:
            await self.open()
        elif reply.status == 429:
            await asyncio.sleep(float(reply.headers.get("retry-after", 1)))
        else:
            assert reply.status >= 500, f"PUT tra-loi: {reply.status} {reply.text[:200]}"

    async def replay(self, share=0.3):
        """Send some of what was acknowledged once more: the same answers with the same numbers."""
        for entry in [one for one in self.written if self.rng.random() < share]:
            if entry.lease == self.lease:
                with_receipt, entry.receipt = entry.receipt, ""
                await self.send()
                assert entry.receipt or with_receipt

    async def sit(self, changes, *, pause=0.08):
        """Start, answer at random so many times, send now and then, and leave the rest unsent."""
        await self.begin()
        await self.go_on(changes, pause=pause)
        return self

    async def go_on(self, changes, *, pause=0.08):
        for _ in range(changes):
            self.change(self.rng.choice(self.positions), self.rng.choice(self.answers))
            if self.rng.random() < 0.8:
                await self.send()
            await asyncio.sleep(pause * 2 * self.rng.random())
        await self.send()
