"""Saving answers: one statement that checks and writes, one durable commit, and a receipt each.

Nothing is marked here and no row is loaded: the ticket says who may write which attempt.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import Any

from sqlalchemy import Connection, Executable, Integer, text

from contest import watching
from contest.models import Attempt
from core import gathering, signing, storage, writer
from core.db import UTCDateTime, db, reading
from questions.types import answers as written_answers

TICKET = "ticket"
RECEIPT = "receipt"
# A ticket outlives the paper, so that what comes late can still be kept as evidence.
TICKET_OUTLIVES = timedelta(hours=12)
LONGEST_ANSWER = written_answers.LONGEST
MOST_ANSWERS = 60

_INSERT = """
INSERT INTO response (attempt_id, position, lease_no, seq, answer, elapsed_ms, received_at,
                      is_late, receipt, key_id)
SELECT a.id, s.position, {lease_no}, sent.seq, sent.answer, sent.elapsed_ms, {received_at},
       {is_late}, sent.receipt, {key_id}
FROM attempt AS a JOIN slot AS s ON s.attempt_id = a.id JOIN {sent} ON sent.position = s.position
WHERE a.id = {attempt_id} AND a.public_id = {public_id} AND {condition}
{lock}ON CONFLICT DO NOTHING
"""
# The answers sent, as one parameter or as one for each column.
_SENT = {
    "sqlite": """(SELECT value ->> 0 AS position, value ->> 1 AS seq, value ->> 2 AS answer,
       value ->> 3 AS elapsed_ms, value ->> 4 AS receipt FROM json_each(:answers)) AS sent""",
    "postgresql": """unnest(%(positions)s::integer[], %(seqs)s::integer[], %(texts)s::text[],
       %(times)s::integer[], %(receipts)s::text[])
       AS sent (position, seq, answer, elapsed_ms, receipt)""",
}
_JOINED = (
    *("attempts", "names", "leases", "cutoffs", "moments"),
    *("positions", "seqs", "texts", "times", "receipts"),
)
# What many people sent, on PostgreSQL. An attempt that somebody is changing is passed over.
_JOINT = """
INSERT INTO response (attempt_id, position, lease_no, seq, answer, elapsed_ms, received_at,
                      is_late, receipt, key_id)
SELECT a.id, s.position, sent.lease_no, sent.seq, sent.answer, sent.elapsed_ms, sent.received_at,
       false, sent.receipt, %(key_id)s
FROM unnest(%(attempts)s::integer[], %(names)s::text[], %(leases)s::integer[],
            %(cutoffs)s::timestamptz[], %(moments)s::timestamptz[], %(positions)s::integer[],
            %(seqs)s::integer[], %(texts)s::text[], %(times)s::integer[], %(receipts)s::text[])
     AS sent (attempt_id, public_id, lease_no, cutoff, received_at, position, seq, answer,
              elapsed_ms, receipt)
JOIN attempt AS a ON a.id = sent.attempt_id AND a.public_id = sent.public_id
JOIN slot AS s ON s.attempt_id = a.id AND s.position = sent.position
WHERE a.lease_no <= sent.lease_no AND a.submitted_at IS NULL AND a.accepts_until > sent.cutoff
FOR SHARE OF a SKIP LOCKED
ON CONFLICT DO NOTHING
RETURNING attempt_id, receipt
"""
# A lease above the stored one was given before an older backup was restored: it still counts.
_IN_TIME = "a.lease_no <= {lease_no} AND a.submitted_at IS NULL AND a.accepts_until > {cutoff}"
_ALWAYS = "1 = 1"
_BEAT = """
SELECT lease_no, accepts_until, grace_seconds AS grace, submitted_at, halted_from, halted_until,
       (SELECT max(r.lease_no) FROM response AS r
        WHERE r.attempt_id = :attempt_id AND NOT r.is_late) AS answered
FROM attempt WHERE id = :attempt_id AND public_id = :public_id
"""
# As SQLAlchemy writes moments to SQLite.
_STORED = "%Y-%m-%d %H:%M:%S.%f"
_PARAMETERS = ("attempt_id", "public_id", "lease_no", "received_at", "cutoff", "is_late", "key_id")
_STATE = """
SELECT a.lease_no, a.submitted_at, a.accepts_until, r.position, r.seq, r.receipt, r.is_late
FROM attempt AS a
LEFT JOIN response AS r ON r.attempt_id = a.id AND r.lease_no = :lease_no
WHERE a.id = :attempt_id AND a.public_id = :public_id
"""


@dataclass(frozen=True, slots=True)
class Ticket:
    """The right to write one attempt under one lease; `grace` is in seconds.

    Of a `watched` attempt, one in a room that somebody supervises, the heartbeats are noted.
    """

    attempt_id: int
    # Numbers are given anew after a restore, names are not.
    public_id: str
    lease_no: int
    grace: int
    expires_at: datetime
    watched: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer as a client sends it; `seq` counts the changes of its slot."""

    position: int
    seq: int
    text: str
    elapsed_ms: int | None = None


@dataclass(frozen=True, slots=True)
class _Sent:
    """What one request brought: the answers, the receipt of each, and when it arrived."""

    ticket: Ticket
    answers: Sequence[Answer]
    receipts: Sequence[str]
    at: datetime

    @property
    def cutoff(self) -> datetime:
        """Until when the attempt must have taken answers for these to be in time."""
        return self.at - timedelta(seconds=self.ticket.grace)


class Outcome(StrEnum):
    """What became of the answers sent."""

    SAVED = "saved"
    CLOSED = "closed"
    DISPLACED = "displaced"
    # There is no such attempt: it was started after the backup that was restored.
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of the answers, and the receipt of each slot that counts: (seq, receipt).

    `late` are slots whose answer came too late before, and would be taken now if given anew.
    """

    outcome: Outcome
    receipts: dict[int, tuple[int, str]]
    late: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class State:
    """What a heartbeat says of an attempt; grace in seconds."""

    lease_no: int
    accepts_until: datetime
    grace: int
    submitted_at: datetime | None
    halted_from: datetime | None
    halted_until: datetime | None
    # The newest lease under which answers came in time; after a restore it may be ahead.
    answered: int | None = None

    @property
    def newest_lease(self) -> int:
        """Return the lease whose answers count before those of all others."""
        return max(self.lease_no, self.answered or 0)

    def paused_until(self, *, at: datetime) -> datetime | None:
        """Return until when the person's clock stands still at a moment; None when it runs."""
        if self.halted_from is None or self.halted_until is None:
            return None
        return self.halted_until if self.halted_from <= at < self.halted_until else None

    def is_running(self, *, at: datetime) -> bool:
        """Say whether the attempt still takes answers."""
        return self.submitted_at is None and at < self.accepts_until + timedelta(seconds=self.grace)


def state_of(ticket: Ticket) -> State | None:
    """Return how the ticket's attempt stands; nothing when there is no such attempt any more."""
    with reading() as connection:
        found = connection.execute(
            _beat(), {"attempt_id": ticket.attempt_id, "public_id": ticket.public_id}
        ).first()
    return State(*found) if found else None


def is_behind(ticket: Ticket) -> bool:
    """Say whether answers under a newer lease hide what this ticket would write."""
    found = state_of(ticket)
    return found is not None and found.newest_lease > ticket.lease_no


def ticket_of(attempt: Attempt) -> Ticket:
    """Return the right to write the attempt under its present lease."""
    expires = attempt.accepts_until + TICKET_OUTLIVES
    watched = watching.is_watched(attempt)
    own = (attempt.id, attempt.public_id)
    return Ticket(*own, attempt.lease_no, attempt.grace_seconds, expires, watched)


def written(ticket: Ticket) -> str:
    """Return the ticket as a signed text for the attempt's page."""
    own = {"a": ticket.attempt_id, "p": ticket.public_id}
    content = own | {"l": ticket.lease_no, "g": ticket.grace}
    if ticket.watched:
        content["w"] = 1
    return signing.sign(TICKET, content | {"x": int(ticket.expires_at.timestamp())})


def read_ticket(signed: str, *, at: datetime) -> Ticket | None:
    """Return what a ticket says, or nothing when it is not ours or has expired."""
    content = signing.unsign(TICKET, signed)
    if content is None or content["x"] <= at.timestamp():
        return None
    own = (content["a"], content["p"])
    expires = datetime.fromtimestamp(content["x"], tz=at.tzinfo)
    return Ticket(*own, content["l"], content["g"], expires, "w" in content)


def receipt_of(  # noqa: PLR0913 -- everything that a receipt is bound to
    attempt_id: int,
    position: int,
    lease_no: int,
    seq: int,
    answer: str,
    received_at: datetime,
    *,
    key: str | None = None,
) -> str:
    """Return the 16 digits that prove what was received when; raise `KeyError` for a lost key."""
    stamp = int(received_at.timestamp() * 1_000_000)
    message = f"{attempt_id}|{position}|{lease_no}|{seq}|{stamp}|{answer}"
    return signing.mac(RECEIPT, message, key=key)


def save(ticket: Ticket, answers: Sequence[Answer], *, at: datetime) -> Saved:
    """Keep the answers and say so once they are on disk.

    `at` is when the request arrived. The same answer sent again gets the same receipt. What
    comes after deadline and grace, or from a tab that lost its lease, is kept in the late lane.
    """
    # Of a change that is sent twice the first counts.
    changes: dict[tuple[int, int], Answer] = {}
    for one in answers:
        changes.setdefault((one.position, one.seq), one)
    answers = list(changes.values())
    receipts = _receipts(ticket, answers, at=at)
    sent = _Sent(ticket, answers, receipts, at)
    if _new(sent) == len(answers):
        # Of two changes of a slot in one request the newer counts, in whatever order they came.
        found = sorted(zip(answers, receipts, strict=True), key=lambda pair: pair[0].seq)
        return Saved(Outcome.SAVED, {one.position: (one.seq, receipt) for one, receipt in found})
    return writer.run(lambda connection: _explain(connection, ticket, answers, at=at))


def _receipts(ticket: Ticket, answers: Sequence[Answer], *, at: datetime) -> list[str]:
    attempt, lease = ticket.attempt_id, ticket.lease_no
    return [receipt_of(attempt, one.position, lease, one.seq, one.text, at) for one in answers]


def _explain(
    connection: Connection, ticket: Ticket, answers: Sequence[Answer], *, at: datetime
) -> Saved:
    """Say why not every row was written: sent before, too late, or the lease is another's."""
    found = connection.execute(
        _state(),
        {
            "attempt_id": ticket.attempt_id,
            "public_id": ticket.public_id,
            "lease_no": ticket.lease_no,
        },
    ).all()
    if not found:
        return Saved(Outcome.GONE, {})
    first = found[0]
    if first.lease_no > ticket.lease_no:
        outcome = Outcome.DISPLACED
    elif first.submitted_at or first.accepts_until <= at - timedelta(seconds=ticket.grace):
        outcome = Outcome.CLOSED
    else:
        outcome = Outcome.SAVED
    kept = {(row.position, row.seq): row for row in found if row.position is not None}
    missing = [answer for answer in answers if (answer.position, answer.seq) not in kept]
    if missing and outcome is not Outcome.SAVED:
        receipts = _receipts(ticket, missing, at=at)
        _add(connection, _Sent(ticket, missing, receipts, at), is_late=True)
    ordered = sorted(answers, key=lambda answer: answer.seq)
    here = [(one, kept[one.position, one.seq]) for one in ordered if one not in missing]
    known = {one.position: (one.seq, str(row.receipt)) for one, row in here if not row.is_late}
    late = [one.position for one, row in here if row.is_late and outcome is Outcome.SAVED]
    return Saved(outcome, known, tuple(late))


def _new(sent: _Sent) -> int:
    """Add what came in time; return how many answers were new."""
    new = 0
    if db.engine.dialect.name == "postgresql":
        new = gathering.gather(_add_together, sent)
        if new == len(sent.answers):
            return new
        # Passed over perhaps: now it waits for whoever changes the attempt.
    return new + writer.run(lambda on: _add(on, sent, is_late=False), apart=False)


def _add_together(sent: Sequence[_Sent]) -> list[int]:
    return writer.run(lambda connection: _add_all(connection, sent), apart=False)


def _add_all(connection: Connection, sent: Sequence[_Sent]) -> list[int]:
    """Add what many requests brought in one statement; return how many were new of each."""
    rows: dict[tuple[Any, ...], tuple[Any, ...]] = {}
    for one in sent:
        own = (one.ticket.attempt_id, one.ticket.public_id, one.ticket.lease_no)
        for answer, receipt in zip(one.answers, one.receipts, strict=True):
            key = (*own, answer.position, answer.seq)
            # Of what was sent twice the first counts: a statement has no order.
            rows.setdefault(
                key, (*own, one.cutoff, one.at, *key[3:], answer.text, answer.elapsed_ms, receipt)
            )
    # In the same order everywhere, so that two who send the same do not wait for each other.
    ordered = [rows[key] for key in sorted(rows)]
    columns = dict(zip(_JOINED, map(list, zip(*ordered, strict=True)), strict=True))
    with storage.driver_of(connection) as driver:
        done = driver.execute(_JOINT, columns | {"key_id": signing.key_id(RECEIPT)})
        new = set(done.fetchall())
    # Of the same answer sent twice at once only one is new: its receipt says which.
    return [sum((one.ticket.attempt_id, got) in new for got in one.receipts) for one in sent]


def _add(connection: Connection, sent: _Sent, *, is_late: bool) -> int:
    """Add the answers in one statement, by the driver itself; return how many were new."""
    dialect = connection.dialect.name
    shared = {
        "attempt_id": sent.ticket.attempt_id,
        "public_id": sent.ticket.public_id,
        "lease_no": sent.ticket.lease_no,
        "received_at": sent.at,
        "cutoff": sent.cutoff,
        "is_late": is_late,
        "key_id": signing.key_id(RECEIPT),
    }
    statement = _insert(dialect, _ALWAYS if is_late else _IN_TIME)
    values = shared | _columns(dialect, sent.answers, sent.receipts)
    if dialect == "sqlite":
        values = _stored(values)
    with storage.driver_of(connection) as driver:
        return int(driver.execute(statement, values).rowcount)


def _columns(dialect: str, answers: Sequence[Answer], receipts: Sequence[str]) -> dict[str, object]:
    pairs = list(zip(answers, receipts, strict=True))
    if dialect == "sqlite":
        rows = [(one.position, one.seq, one.text, one.elapsed_ms, got) for one, got in pairs]
        return {"answers": json.dumps(rows, ensure_ascii=False)}
    return {
        "positions": [one.position for one in answers],
        "seqs": [one.seq for one in answers],
        "texts": [one.text for one in answers],
        "times": [one.elapsed_ms for one in answers],
        "receipts": list(receipts),
    }


def _stored(sent: dict[str, Any]) -> dict[str, Any]:
    """Return the parameters as SQLite takes them: moments as text in UTC."""
    moments = {name: sent[name].strftime(_STORED) for name in ("received_at", "cutoff")}
    return sent | moments


@cache
def _insert(dialect: str, condition: str) -> str:
    """Return the one statement; PostgreSQL keeps submit and takeover out while it looks."""
    is_server = dialect == "postgresql"
    named = {name: f"%({name})s" if is_server else f":{name}" for name in _PARAMETERS}
    return _INSERT.format(
        condition=condition.format(**named),
        lock="FOR SHARE OF a\n" if is_server else "",
        sent=_SENT[dialect],
        **named,
    )


@cache
def _beat() -> Executable:
    return text(_BEAT).columns(
        lease_no=Integer,
        accepts_until=UTCDateTime(),
        grace=Integer,
        submitted_at=UTCDateTime(),
        halted_from=UTCDateTime(),
        halted_until=UTCDateTime(),
        answered=Integer,
    )


@cache
def _state() -> Executable:
    return text(_STATE).columns(submitted_at=UTCDateTime(), accepts_until=UTCDateTime())
