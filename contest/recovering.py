"""After a restore: which receipts that people hold the database does not know any more."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from contest.models import Attempt, Response
from core.db import db

AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Claim:
    """A receipt that somebody holds: of which attempt, slot, lease and change."""

    attempt: str
    slot: int
    lease: int
    seq: int
    receipt: str
    # Where the claim tells it: an answer sent again after a restore has a new receipt.
    answer: str | None = None

    def __str__(self) -> str:
        """Return the claim as a line that programs read, too."""
        place = f"attempt={self.attempt} slot={self.slot} lease={self.lease} seq={self.seq}"
        return f"{place} receipt={self.receipt}"


def read_claims(lines: Iterable[str]) -> Iterator[Claim]:
    """Read claims from lines of JSON, as journals of clients hold them; pass over other lines."""
    for line in lines:
        try:
            told = json.loads(line)
            yield Claim(
                str(told["attempt"]),
                int(told["slot"]),
                int(told["lease"]),
                int(told["seq"]),
                str(told["receipt"]),
                told.get("answer"),
            )
        except (ValueError, KeyError, TypeError, AttributeError):
            continue


def missing(claims: Sequence[Claim]) -> list[Claim]:
    """Return the claims whose answer is not stored, nor stored again since, each once."""
    found = []
    names = sorted({claim.attempt for claim in claims})
    for begin in range(0, len(names), AT_ONCE):
        batch = set(names[begin : begin + AT_ONCE])
        rows = db.session.execute(
            select(Attempt.public_id, Response.position, Response.seq, Response.receipt)
            .add_columns(Response.answer)
            .join(Response, Response.attempt_id == Attempt.id)
            .where(Attempt.public_id.in_(batch))
        ).all()
        receipts = {(row.public_id, row.position, row.seq, row.receipt) for row in rows}
        answers = {(row.public_id, row.position, row.seq, row.answer) for row in rows}
        for claim in claims:
            place = claim.attempt, claim.slot, claim.seq
            is_kept = (*place, claim.receipt) in receipts or (*place, claim.answer) in answers
            if claim.attempt in batch and not is_kept:
                found.append(claim)
    return list(dict.fromkeys(found))
