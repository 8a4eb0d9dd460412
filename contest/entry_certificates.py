"""What certificates follow: the run of a round, and the people of entries that won prizes."""

from collections.abc import Iterator

from contest import certificate_queries, honouring, run_queries
from contest.errors import RoundNotReady
from contest.models import (
    CertificateDesign,
    JudgedRound,
    MemberRole,
    ResultRun,
    Round,
    RoundKind,
)
from core import ids
from core.db import db
from core.text import N_


def basis(round_: Round) -> tuple[int, ResultRun | None]:
    """Return the number of the run that certificates follow; of a judged round there is no other.

    Raise `RoundNotReady` before the results are computed, or a judged round's prizes given.
    """
    if round_.kind is RoundKind.JUDGED:
        held = honouring.held_of(db.session.get_one(JudgedRound, round_.id))
        if held is None:
            raise RoundNotReady(N_("Give the prizes before issuing certificates."))
        return held.run.number, None
    run = run_queries.current_run(round_)
    if run is None or run.is_provisional:
        raise RoundNotReady(N_("Compute the results before issuing certificates."))
    return run.number, run


def winning(row: CertificateDesign, round_: Round, honour: str) -> Iterator[dict[str, object]]:
    """Yield the people of entries with a prize, one sheet each, for the highest; no mentors."""
    held = honouring.held_of(db.session.get_one(JudgedRound, round_.id))
    done = certificate_queries.member_holders(row, round_)
    for prize in held.prizes if held is not None else ():
        entry = prize.entry
        for person in entry.members if entry is not None else ():
            if person.role is MemberRole.MENTOR or person.id in done or not person.full_name:
                continue
            done.add(person.id)
            unit = person.unit or (entry.unit if entry is not None else None)
            yield {
                "code": ids.public_id(),
                "member_id": person.id,
                "honour": f"Đạt {prize.named}, {honour}"[:200],
                "name": person.full_name,
                "unit": unit.name if unit is not None else "",
            }
