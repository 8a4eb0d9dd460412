"""Changes of a round that take two people: one person proposes, another confirms."""

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from accounts import auditing
from accounts.models import Account
from contest import arranging, finalizing, scheduling, sitting_queries
from contest.errors import OnlySecond
from contest.models import Proposal, Round
from core import ids
from core.db import atomic, db, lock
from core.text import N_

CLOSE_EARLY = "close_early"
MOVE_SITTING = "move_sitting"
REOPEN = "reopen"
ACTS = {
    CLOSE_EARLY: N_("Close the round early"),
    MOVE_SITTING: N_("Move the hours of a sitting"),
    REOPEN: N_("Take the finalizing of the results back"),
}


@atomic()
def propose(
    round_: Round,
    act: str,
    details: dict[str, object],
    actor: Account,
    *,
    reason: str,
    at: datetime,
) -> Proposal:
    """Ask a second person to confirm a change; the same one already asked for is returned."""
    lock(round_)
    for waiting in waiting_in(round_):
        if waiting.act == act and waiting.details == details:
            return waiting
    proposal = Proposal(
        public_id=ids.public_id(),
        round_id=round_.id,
        act=act,
        details=details,
        reason=reason,
        proposed_by=actor.id,
        proposed_at=at,
    )
    db.session.add(proposal)
    db.session.flush()
    _record(round_, actor, "proposal.made", proposal)
    return proposal


@atomic()
def confirm(proposal: Proposal, actor: Account, *, at: datetime) -> int:
    """Carry a change out as the second person; return how many running attempts it moved.

    Raise `OnlySecond` for whoever proposed it, and whatever the change itself refuses. One that
    was decided already does nothing.
    """
    lock(proposal)
    if proposal.decided_at is not None:
        return 0
    if proposal.proposed_by == actor.id:
        raise OnlySecond
    moved = _CARRY_OUT[proposal.act](proposal, actor, at)
    proposal.decided_by, proposal.decided_at, proposal.is_accepted = actor.id, at, True
    _record(proposal.round, actor, "proposal.confirmed", proposal)
    return moved


@atomic()
def turn_down(proposal: Proposal, actor: Account, *, at: datetime) -> None:
    """Let a proposed change be; whoever proposed it may take it back this way too."""
    lock(proposal)
    if proposal.decided_at is None:
        proposal.decided_by, proposal.decided_at, proposal.is_accepted = actor.id, at, False
        _record(proposal.round, actor, "proposal.turned_down", proposal)


def waiting_in(round_: Round) -> Sequence[Proposal]:
    """Return the changes of a round that nobody has decided, with who proposed them."""
    return db.session.scalars(
        select(Proposal)
        .where(Proposal.round_id == round_.id, Proposal.decided_at.is_(None))
        .options(joinedload(Proposal.proposer))
        .order_by(Proposal.id)
    ).all()


def _close_early(proposal: Proposal, actor: Account, at: datetime) -> int:
    return scheduling.close_early(
        proposal.round, actor, reason=proposal.reason, at=at, second=proposal.proposer
    )


def _move_sitting(proposal: Proposal, actor: Account, at: datetime) -> int:
    sitting = sitting_queries.sitting_with(str(proposal.details["sitting"]))
    if sitting is None:
        return 0
    settings = arranging.settings_from(proposal.details["settings"])
    return arranging.edit_sitting(sitting, settings, actor, at=at, second=proposal.proposer)


def _reopen(proposal: Proposal, actor: Account, at: datetime) -> int:
    finalizing.reopen(proposal.round, actor, reason=proposal.reason, second=proposal.proposer)
    return 0


_CARRY_OUT: dict[str, Callable[[Proposal, Account, datetime], int]] = {
    CLOSE_EARLY: _close_early,
    MOVE_SITTING: _move_sitting,
    REOPEN: _reopen,
}


def _record(round_: Round, actor: Account, action: str, proposal: Proposal) -> None:
    target = f"round:{round_.public_id}"
    told = {"act": proposal.act, "details": proposal.details, "reason": proposal.reason}
    auditing.record(actor, action, target, log=round_.contest.log, **told)
