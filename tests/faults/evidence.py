"""What a run left behind: the journals of the clients, joined with the rows of the database."""

from collections import defaultdict
from dataclasses import dataclass, field

from sqlalchemy import inspect, select

from accounts.models import AuditEntry
from contest import overviews, verifying
from contest.models import Attempt, Contest, Enrolment, Response, Round
from core.backups import Installation
from core.db import db
from tests.faults.journals import of_kind

MOVES = ("round.closed_early", "attempt.shortened", "sitting.moved")


@dataclass
class Evidence:
    """Everything the invariants are judged by."""

    lines: list
    # By public id.
    attempts: dict
    rounds: dict
    # By (attempt's public id, position, lease, seq).
    responses: dict
    enrolments: list
    audit: list
    epoch: str
    # What `contest verify` finds wrong.
    found: list
    unique: list
    log: str | None = None
    # Receipts that a restore is known to have lost, by (attempt, position, lease, seq).
    missing: set = field(default_factory=set)

    def acks(self):
        return of_kind(self.lines, "ack")

    def counted(self):
        """Return the answer that counts in each slot, by (attempt, position)."""
        newest = {}
        for key in sorted(self.responses):
            if not self.responses[key].is_late:
                newest[key[:2]] = key[2:]
        return newest


def gather(lines, *, log=None, missing=()):
    """Read the database that the application is connected to."""
    names = dict(db.session.execute(select(Attempt.id, Attempt.public_id)).all())
    responses = {
        (names[row.attempt_id], row.position, row.lease_no, row.seq): row
        for row in db.session.scalars(select(Response))
    }
    epoch = db.session.get(Installation, "epoch")
    found = [
        fault
        for line in overviews.contests()
        for fault in verifying.verify(db.session.get_one(Contest, line.contest.id)).faults
    ]
    return Evidence(
        lines=lines,
        attempts={row.public_id: row for row in db.session.scalars(select(Attempt))},
        rounds={row.id: row for row in db.session.scalars(select(Round))},
        responses=responses,
        enrolments=list(db.session.scalars(select(Enrolment))),
        audit=list(db.session.scalars(select(AuditEntry).order_by(AuditEntry.id))),
        epoch=epoch.value if epoch else "",
        found=found,
        unique=[
            tuple(sorted(one["column_names"]))
            for one in inspect(db.engine).get_unique_constraints("attempt")
        ],
        log=log,
        missing=set(missing),
    )


def by_attempt(lines):
    """Return lines by the attempt that they are about."""
    found = defaultdict(list)
    for line in lines:
        found[line["attempt"]].append(line)
    return found
