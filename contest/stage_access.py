"""The way for a view to judged rounds on stage, their parts, and the public votes."""

from accounts.access import signed_in
from accounts.rules.authorizing import Permission
from contest import access, ballot_queries, parting
from contest.models import ContestState, Part, PartCount
from contest.rules.judging.parts import PartKind
from core.errors import NotFound


def part_with(public_id: str, permission: Permission) -> Part:
    """Return a part in whose round the asker holds the permission."""
    signed_in()
    part = ballot_queries.part_with(public_id)
    if part is None:
        raise NotFound
    access.round_managed_by(part.judged.round.public_id, permission)
    return part


def part_managed_by(public_id: str, permission: Permission, kind: PartKind) -> Part:
    """Return a part of this kind in whose round the asker holds the permission."""
    part = part_with(public_id, permission)
    if part.kind is not kind:
        raise NotFound
    return part


def count_managed_by(public_id: str, permission: Permission) -> PartCount:
    """Return a count with its picture, in whose round the asker holds the permission."""
    signed_in()
    count = parting.count_with(public_id)
    if count is None or not count.evidence_digest:
        raise NotFound
    access.round_managed_by(count.part.judged.round.public_id, permission)
    return count


def open_vote(public_id: str) -> Part:
    """Return a public vote that anybody may know of. Raise `NotFound`."""
    part = ballot_queries.part_with(public_id)
    if part is None or part.kind is not PartKind.VOTED or part.judged.sealed_at is None:
        raise NotFound
    if part.judged.round.contest.state is ContestState.DRAFT:
        raise NotFound
    return part
