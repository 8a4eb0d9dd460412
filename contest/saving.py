"""Saving answers: one statement that checks and writes, one durable commit, and a receipt each.

Nothing is marked here and no row is loaded: the ticket says who may write which attempt.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import Any

from sqlalchemy import Connection, Executable, Integer, text

from contest.models import Attempt
from core import signing, writer
from core.db import UTCDateTime, db
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
SELECT a.id, s.position, :lease_no, :seq, :answer, :elapsed_ms, :received_at,
       :is_late, :receipt, :key_id
FROM attempt AS a JOIN slot AS s ON s.attempt_id = a.id AND s.position = :position
WHERE a.id = :attempt_id AND {condition}
{lock}ON CONFLICT DO NOTHING
"""
_IN_TIME = "a.lease_no = :lease_no AND a.submitted_at IS NULL AND a.accepts_until > :cutoff"
_BEAT = """
SELECT lease_no, accepts_until, grace_seconds AS grace, submitted_at
FROM attempt WHERE id = :attempt_id AND public_id = :public_id
"""
# As SQLAlchemy writes moments to SQLite.
_STORED = "%Y-%m-%d %H:%M:%S.%f"
_NAMES = re.compile(r":(\w+)")
_STATE = """
SELECT a.lease_no, a.submitted_at, a.accepts_until, r.position, r.seq, r.receipt, r.is_late
FROM attempt AS a
LEFT JOIN response AS r ON r.attempt_id = a.id AND r.lease_no = :lease_no
WHERE a.id = :attempt_id
"""


@dataclass(frozen=True, slots=True)
class Ticket:
    """The right to write one attempt under one lease; `grace` is in seconds."""

    attempt_id: int
    lease_no: int
    grace: int
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer as a client sends it; `seq` counts the changes of its slot."""

    position: int
    seq: int
    text: str
    elapsed_ms: int | None = None


class Outcome(StrEnum):
    """What became of the answers sent."""

    SAVED = "saved"
    CLOSED = "closed"
    DISPLACED = "displaced"


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of the answers, and the receipt of each slot that counts: (seq, receipt)."""

    outcome: Outcome
    receipts: dict[int, tuple[int, str]]


@dataclass(frozen=True, slots=True)
class State:
    """What a heartbeat says of an attempt; grace in seconds."""

    lease_no: int
    accepts_until: datetime
    grace: int
    submitted_at: datetime | None

    def is_running(self, *, at: datetime) -> bool:
        """Say whether the attempt still takes answers."""
        return self.submitted_at is None and at < self.accepts_until + timedelta(seconds=self.grace)


def state_of(ticket: Ticket, public_id: str) -> State | None:
    """Return how the ticket's attempt stands; nothing when the address is another's."""
    with db.engine.connect() as connection:
        found = connection.execute(
            _beat(), {"attempt_id": ticket.attempt_id, "public_id": public_id}
        ).first()
    return State(*found) if found else None


def ticket_of(attempt: Attempt) -> Ticket:
    """Return the right to write the attempt under its present lease."""
    expires = attempt.accepts_until + TICKET_OUTLIVES
    return Ticket(attempt.id, attempt.lease_no, attempt.grace_seconds, expires)


def written(ticket: Ticket) -> str:
    """Return the ticket as a signed text for the attempt's page."""
    content = {"a": ticket.attempt_id, "l": ticket.lease_no, "g": ticket.grace}
    return signing.sign(TICKET, content | {"x": int(ticket.expires_at.timestamp())})


def read_ticket(signed: str, *, at: datetime) -> Ticket | None:
    """Return what a ticket says, or nothing when it is not ours or has expired."""
    content = signing.unsign(TICKET, signed)
    if content is None or content["x"] <= at.timestamp():
        return None
    expires = datetime.fromtimestamp(content["x"], tz=at.tzinfo)
    return Ticket(content["a"], content["l"], content["g"], expires)


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
    rows = [_row(ticket, answer, at=at, is_late=False) for answer in answers]

    def insert(connection: Connection) -> int:
        return _add(connection, rows, _IN_TIME)

    if writer.run(insert, apart=False) == len(rows):
        receipts = {row["position"]: (row["seq"], row["receipt"]) for row in rows}
        return Saved(Outcome.SAVED, receipts)
    return writer.run(lambda connection: _explain(connection, ticket, answers, at=at))


def _row(ticket: Ticket, answer: Answer, *, at: datetime, is_late: bool) -> dict[str, Any]:
    place = (ticket.attempt_id, answer.position, ticket.lease_no, answer.seq)
    return {
        "attempt_id": ticket.attempt_id,
        "position": answer.position,
        "lease_no": ticket.lease_no,
        "seq": answer.seq,
        "answer": answer.text,
        "elapsed_ms": answer.elapsed_ms,
        "received_at": at,
        "cutoff": at - timedelta(seconds=ticket.grace),
        "is_late": is_late,
        "receipt": receipt_of(*place, answer.text, at),
        "key_id": signing.key_id(RECEIPT),
    }


def _explain(
    connection: Connection, ticket: Ticket, answers: Sequence[Answer], *, at: datetime
) -> Saved:
    """Say why not every row was written: sent before, too late, or the lease is another's."""
    found = connection.execute(
        _state(), {"attempt_id": ticket.attempt_id, "lease_no": ticket.lease_no}
    ).all()
    if not found:
        return Saved(Outcome.CLOSED, {})
    first = found[0]
    if first.lease_no != ticket.lease_no:
        outcome = Outcome.DISPLACED
    elif first.submitted_at or first.accepts_until <= at - timedelta(seconds=ticket.grace):
        outcome = Outcome.CLOSED
    else:
        outcome = Outcome.SAVED
    kept = {(row.position, row.seq): row for row in found if row.position is not None}
    missing = [answer for answer in answers if (answer.position, answer.seq) not in kept]
    if missing and outcome is not Outcome.SAVED:
        rows = [_row(ticket, answer, at=at, is_late=True) for answer in missing]
        _add(connection, rows, "1 = 1")
    receipts = {
        answer.position: (answer.seq, str(kept[answer.position, answer.seq].receipt))
        for answer in sorted(answers, key=lambda answer: answer.seq)
        if (answer.position, answer.seq) in kept and not kept[answer.position, answer.seq].is_late
    }
    return Saved(outcome, receipts)


def _add(connection: Connection, rows: Sequence[dict[str, Any]], condition: str) -> int:
    """Add those rows for which the condition holds, by the driver itself; return how many."""
    driver: Any = connection.connection.dbapi_connection
    dialect = connection.dialect.name
    statement = _insert(dialect, condition)
    if dialect == "sqlite":
        return sum(driver.execute(statement, _stored(row)).rowcount for row in rows)
    return sum(driver.execute(statement, row).rowcount for row in rows)


def _stored(row: dict[str, Any]) -> dict[str, Any]:
    """Return the row as SQLite keeps it: moments as text in UTC."""
    moments = {name: row[name].strftime(_STORED) for name in ("received_at", "cutoff")}
    return row | moments


@cache
def _insert(dialect: str, condition: str) -> str:
    """Return the one statement; PostgreSQL keeps submit and takeover out while it looks."""
    if dialect != "postgresql":
        return _INSERT.format(condition=condition, lock="")
    sql = _INSERT.format(condition=condition, lock="FOR SHARE OF a\n")
    return _NAMES.sub(r"%(\1)s", sql)


@cache
def _beat() -> Executable:
    return text(_BEAT).columns(
        lease_no=Integer, accepts_until=UTCDateTime(), grace=Integer, submitted_at=UTCDateTime()
    )


@cache
def _state() -> Executable:
    return text(_STATE).columns(submitted_at=UTCDateTime(), accepts_until=UTCDateTime())
