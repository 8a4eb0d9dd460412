"""What `verify` asks of decisions about late answers: two people, real rows, a whole chain."""

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from sqlalchemy import select

from accounts.models import AuditEntry
from contest import late_queries
from contest.models import Attempt, Contest, CountedLate, LateDecision, Response
from core.db import db

Place = tuple[int, int, int]
PROPOSED, AGREED = "attempt.late_proposed", "attempt.late_agreed"


class Decided:
    """What was decided about the late answers of some attempts, in three statements."""

    def __init__(self, contest: Contest, attempts: Sequence[Attempt]) -> None:
        ids = [attempt.id for attempt in attempts]
        self._agreed = late_queries.agreed_of(ids)
        self._counted: dict[int, set[Place]] = {}
        for row in db.session.scalars(select(CountedLate).where(CountedLate.attempt_id.in_(ids))):
            place = (row.position, row.lease_no, row.seq)
            self._counted.setdefault(row.attempt_id, set()).add(place)
        self._told = _told(contest, [one for one in attempts if one.id in self._agreed])

    def answers_handed_in(self, attempt: Attempt) -> str | None:
        """Return the digest of the answers as they were when the attempt was handed in."""
        agreed = self._agreed.get(attempt.id)
        return agreed[0].before.get("answers") if agreed else attempt.answers_digest

    def counts(self, row: Response) -> bool:
        """Say whether a late answer counts."""
        return (row.position, row.lease_no, row.seq) in self._counted.get(row.attempt_id, set())

    def faults(self, attempt: Attempt, responses: Sequence[Response]) -> list[str]:
        """Return what is wrong with the decisions about an attempt, naming it."""
        agreed = self._agreed.get(attempt.id, [])
        counted = self._counted.get(attempt.id, set())
        named = (
            {(place[0], place[1], place[2]) for place in agreed[-1].answers} if agreed else set()
        )
        found = []
        if counted != named:
            found.append("late answers count that no two people decided")
        late = {(row.position, row.lease_no, row.seq) for row in responses if row.is_late}
        if not counted <= late:
            found.append("answers count as late that are not")
        for decision in agreed:
            found += self._decision_faults(decision)
        found += _chain_faults(attempt, agreed)
        return [f"attempt {attempt.public_id}: {one}" for one in found]

    def _decision_faults(self, decision: LateDecision) -> Iterator[str]:
        if decision.decided_by_id in (None, decision.proposed_by_id):
            yield f"decision {decision.public_id} is not of two people"
        proposed = self._told.get((PROPOSED, decision.public_id))
        agreed = self._told.get((AGREED, decision.public_id))
        if proposed is None or agreed is None:
            yield f"the trail does not tell of decision {decision.public_id}"
        elif proposed["actor"] == agreed["actor"]:
            yield f"the trail tells of one person in decision {decision.public_id}"
        elif agreed["details"].get("answers") != decision.after.get("answers"):
            yield f"the trail tells of other answers in decision {decision.public_id}"


def _chain_faults(attempt: Attempt, agreed: Sequence[LateDecision]) -> Iterator[str]:
    """Each decision begins with what the one before left; the last left what is there."""
    for before, after in pairwise(agreed):
        if before.after.get("answers") != after.before.get("answers"):
            yield f"decision {after.public_id} begins with other answers"
    if agreed and agreed[-1].after.get("answers") != attempt.answers_digest:
        yield "its answers are not those that were decided"


def _told(
    contest: Contest, attempts: Sequence[Attempt]
) -> Mapping[tuple[str, str], Mapping[str, Any]]:
    """Return what the trail tells of decisions, by act and decision; not what was erased."""
    if not attempts:
        return {}
    rows = db.session.execute(
        select(AuditEntry.action, AuditEntry.record).where(
            AuditEntry.log == contest.log,
            AuditEntry.action.in_((PROPOSED, AGREED)),
            AuditEntry.target.in_([f"attempt:{one.public_id}" for one in attempts]),
            AuditEntry.record.is_not(None),
        )
    )
    found = {}
    for action, record in rows:
        told = json.loads(record or "{}")
        found[str(action), str(told["details"].get("decision"))] = told
    return found
