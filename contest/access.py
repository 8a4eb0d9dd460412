"""The only way for a view to get hold of a contest's rows."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from accounts.access import grants, may, scope_ids, signed_in
from accounts.models import Account
from accounts.rules.authorizing import Permission, Role, ScopeKind
from contest import (
    appeal_queries,
    ceremony_queries,
    certificate_queries,
    change_queries,
    essay_queries,
    late_queries,
    overviews,
    papers,
    queries,
    sitting_queries,
    total_queries,
    watch_queries,
)
from contest.models import (
    Appeal,
    Attempt,
    Block,
    Ceremony,
    CertificateDesign,
    Contest,
    ContestState,
    Enrolment,
    EssayClaim,
    Incident,
    LateDecision,
    Minutes,
    OverallRun,
    OverallTable,
    Proposal,
    ResultChange,
    Room,
    Round,
    RoundKind,
    RoundState,
    Seat,
    Sitting,
)
from contest.sitting_queries import Stand
from core.errors import Forbidden, NotFound

T = TypeVar("T")

# Either lets somebody watch the rooms of a round.
WATCHES = (Permission.PROCTOR_SITTINGS, Permission.MANAGE_ROUND)


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody sits in a sitting; the seat may be missing where there is only one."""

    sitting: Sitting
    enrolment: Enrolment
    stand: Stand


def own_attempt(account: Account, public_id: str) -> Attempt:
    """Return the attempt if it is this account's own.

    Somebody else's attempt is answered like a missing one, so that ids cannot be probed.
    """
    attempt = papers.attempt_by_public_id(public_id)
    if attempt is None or attempt.enrolment.account_id != account.id:
        raise NotFound
    return attempt


def open_contest(slug: str) -> Contest:
    """Return a contest that the public may know of."""
    contest = queries.contest_by_slug(slug)
    if contest is None or contest.state is ContestState.DRAFT:
        raise NotFound
    return contest


def own_round(account: Account, public_id: str) -> tuple[Round, Enrolment]:
    """Return a round and the account's enrolment in its contest."""
    round_ = queries.round_by_public_id(public_id)
    if round_ is None or round_.state is RoundState.DRAFT or round_.kind is not RoundKind.QUIZ:
        raise NotFound
    if round_.contest.state is ContestState.DRAFT:
        raise NotFound
    enrolment = queries.enrolment_of(account.id, round_.contest_id)
    if enrolment is None:
        raise NotFound
    return round_, enrolment


def own_sitting(account: Account, public_id: str) -> Place:
    """Return a sitting and where the account sits in it; of several, only the one it sits in."""
    sitting = sitting_queries.sitting_with(public_id)
    if sitting is None or sitting.round.state is RoundState.DRAFT:
        raise NotFound
    if sitting.round.contest.state is ContestState.DRAFT:
        raise NotFound
    enrolment = queries.enrolment_of(account.id, sitting.round.contest_id)
    stand = sitting_queries.stand_of(sitting.round, enrolment.id) if enrolment else None
    if enrolment is None or stand is None or stand.sitting.id != sitting.id:
        raise NotFound
    return Place(sitting, enrolment, stand)


def contest_managed_by(public_id: str, permission: Permission) -> Contest:
    """Return a contest in which the asker holds the permission.

    To somebody without any part in it, it does not exist. Raise `SignInNeeded`, `NotFound` or
    `Forbidden`.
    """
    signed_in()
    contest = overviews.contest_with(public_id)
    if contest is None:
        raise NotFound
    _check((ScopeKind.CONTEST, contest.id), permission=permission)
    return contest


def design_managed_by(public_id: str, permission: Permission) -> CertificateDesign:
    """Return a design of certificates in whose contest the asker holds the permission."""
    signed_in()
    design = certificate_queries.design_with(public_id)
    if design is None:
        raise NotFound
    _check((ScopeKind.CONTEST, design.contest_id), permission=permission)
    return design


def round_managed_by(public_id: str, permission: Permission) -> Round:
    """Return a round in which the asker holds the permission; see `contest_managed_by`."""
    signed_in()
    round_ = overviews.round_with(public_id)
    if round_ is None:
        raise NotFound
    scopes = ((ScopeKind.CONTEST, round_.contest_id), (ScopeKind.ROUND, round_.id))
    _check(*scopes, permission=permission)
    return round_


def sitting_managed_by(public_id: str, permission: Permission) -> Sitting:
    """Return a sitting in whose round the asker holds the permission."""
    return _managed(sitting_queries.sitting_with, public_id, lambda one: one.round, permission)


def room_managed_by(public_id: str, permission: Permission) -> Room:
    """Return a room in whose round the asker holds the permission."""
    return _managed(sitting_queries.room_with, public_id, lambda one: one.sitting.round, permission)


def incident_managed_by(public_id: str, permission: Permission) -> Incident:
    """Return an incident in whose round the asker holds the permission."""
    return _managed(
        sitting_queries.incident_with, public_id, lambda one: one.sitting.round, permission
    )


def proposal_managed_by(public_id: str, permission: Permission) -> Proposal:
    """Return a proposed change in whose round the asker holds the permission."""
    return _managed(sitting_queries.proposal_with, public_id, lambda one: one.round, permission)


def block_in(contest: Contest, block_id: int) -> Block:
    """Return a block of this contest. Raise `NotFound`."""
    found = next((one for one in contest.blocks if one.id == block_id), None)
    if found is None:
        raise NotFound
    return found


def table_managed_by(public_id: str, permission: Permission) -> OverallTable:
    """Return an overall table of a contest in which the asker holds the permission."""
    signed_in()
    table = total_queries.table_with(public_id)
    if table is None:
        raise NotFound
    _check((ScopeKind.CONTEST, table.contest_id), permission=permission)
    return table


def open_table(slug: str, public_id: str, *, at: datetime) -> tuple[OverallTable, OverallRun]:
    """Return an overall table and the run of it that the public may see. Raise `NotFound`."""
    table = total_queries.table_with(public_id)
    run = total_queries.public_run(table, at=at) if table is not None else None
    if table is None or run is None or table.contest.slug != slug:
        raise NotFound
    return table, run


def entered_in(contest: Contest, public_id: str) -> Enrolment:
    """Return somebody's enrolment in this contest. Raise `NotFound`."""
    enrolment = sitting_queries.enrolment_in(contest.id, public_id)
    if enrolment is None:
        raise NotFound
    return enrolment


def _managed(
    find: Callable[[str], T | None],
    public_id: str,
    round_of: Callable[[T], Round],
    permission: Permission,
) -> T:
    """Return a row in whose round the asker holds the permission. Raise `NotFound`."""
    signed_in()
    found = find(public_id)
    if found is None:
        raise NotFound
    _check_round(round_of(found), permission)
    return found


def _check_round(round_: Round, permission: Permission) -> None:
    scopes = ((ScopeKind.CONTEST, round_.contest_id), (ScopeKind.ROUND, round_.id))
    _check(*scopes, permission=permission)


def claim_of(account: Account, public_id: str) -> EssayClaim:
    """Return the answer that this account is marking; anybody else's is not there.

    Raise `NotFound` also once it was marked, or given to somebody else.
    """
    claim = essay_queries.claim_with(public_id)
    if claim is None or claim.marker_id != account.id:
        raise NotFound
    round_ = claim.attempt.round
    scopes = ((ScopeKind.CONTEST, round_.contest_id), (ScopeKind.ROUND, round_.id))
    _check(*scopes, permission=Permission.MARK_ESSAYS)
    return claim


def attempt_managed_by(public_id: str, permission: Permission) -> Attempt:
    """Return somebody's attempt at a round in which the asker holds the permission."""
    signed_in()
    attempt = papers.attempt_by_public_id(public_id)
    if attempt is None:
        raise NotFound
    round_ = attempt.round
    scopes = ((ScopeKind.CONTEST, round_.contest_id), (ScopeKind.ROUND, round_.id))
    _check(*scopes, permission=permission)
    return attempt


def late_decision_managed_by(public_id: str, permission: Permission) -> LateDecision:
    """Return a decision about late answers in a round where the asker holds the permission."""
    signed_in()
    decision = late_queries.decision_with(public_id)
    if decision is None:
        raise NotFound
    round_ = decision.attempt.round
    scopes = ((ScopeKind.CONTEST, round_.contest_id), (ScopeKind.ROUND, round_.id))
    _check(*scopes, permission=permission)
    return decision


def change_managed_by(public_id: str) -> ResultChange:
    """Return a change of results in whose round the asker may compute results."""
    return _managed(
        change_queries.change_with, public_id, lambda one: one.round, Permission.COMPUTE_RESULTS
    )


def ceremony_managed_by(public_id: str, permission: Permission) -> Ceremony:
    """Return a reveal ceremony in whose round the asker holds the permission."""
    return _managed(ceremony_queries.ceremony_with, public_id, lambda one: one.round, permission)


def appeal_managed_by(public_id: str) -> Appeal:
    """Return an appeal in whose round the asker may compute results."""
    return _managed(
        appeal_queries.appeal_with,
        public_id,
        lambda one: one.attempt.round,
        Permission.COMPUTE_RESULTS,
    )


def enrolment_managed_by(public_id: str, permission: Permission) -> Enrolment:
    """Return somebody's enrolment in a contest where the asker holds the permission."""
    signed_in()
    enrolment = overviews.enrolment_with(public_id)
    if enrolment is None:
        raise NotFound
    _check((ScopeKind.CONTEST, enrolment.contest_id), permission=permission)
    return enrolment


def room_watched(public_id: str) -> Room:
    """Return a room that the asker proctors, or whose round the asker manages.

    To somebody without any part in the contest, it does not exist.
    """
    signed_in()
    room = watch_queries.room_with(public_id)
    if room is None:
        raise NotFound
    _check_watches(room.sitting.round)
    return room


def seat_watched(room_public_id: str, enrolment_public_id: str) -> Seat:
    """Return a person's seat in a room that the asker watches."""
    room = room_watched(room_public_id)
    seat = watch_queries.seat_in(room, enrolment_public_id)
    if seat is None:
        raise NotFound
    return seat


def minutes_watched(public_id: str) -> Minutes:
    """Return minutes of a room that the asker watches."""
    signed_in()
    minutes = watch_queries.minutes_with(public_id)
    if minutes is None:
        raise NotFound
    _check_watches(minutes.room.sitting.round)
    return minutes


def minutes_managed(public_id: str) -> Minutes:
    """Return minutes of a round that the asker manages."""
    minutes = minutes_watched(public_id)
    if not may_in_round(minutes.room.sitting.round, Permission.MANAGE_ROUND):
        raise Forbidden
    return minutes


def watched_scopes() -> tuple[bool, set[int], set[int]]:
    """Return whether the asker watches everywhere, and else in which contests and rounds.

    Raise `SignInNeeded`, or `Forbidden` for who watches nowhere.
    """
    signed_in()
    everywhere = any(may(one) for one in WATCHES)
    contests = {id_ for one in WATCHES for id_ in scope_ids(one, ScopeKind.CONTEST)}
    rounds = {id_ for one in WATCHES for id_ in scope_ids(one, ScopeKind.ROUND)}
    if not (everywhere or contests or rounds):
        raise Forbidden
    return everywhere, contests, rounds


def names_in_full(round_: Round) -> bool:
    """Say whether the asker reads the names in the rooms of a round in full.

    Proctors do: they check who sits there. Others need the right to see personal data.
    """
    scopes = {(ScopeKind.CONTEST, round_.contest_id), (ScopeKind.ROUND, round_.id)}
    proctors = any(
        one.role is Role.PROCTOR and (one.scope_kind, one.scope_id) in scopes for one in grants()
    )
    return proctors or may_in_round(round_, Permission.SEE_PERSONAL_DATA)


def _check_watches(round_: Round) -> None:
    scopes = ((ScopeKind.CONTEST, round_.contest_id), (ScopeKind.ROUND, round_.id))
    if not may(Permission.SEE_CONTEST, *scopes):
        raise NotFound
    if not any(may(one, *scopes) for one in WATCHES):
        raise Forbidden


def may_in(contest: Contest, permission: Permission) -> bool:
    """Say whether the asker holds the permission in the contest."""
    return may(permission, (ScopeKind.CONTEST, contest.id))


def may_in_round(round_: Round, permission: Permission) -> bool:
    """Say whether the asker holds the permission in the contest or in this round alone."""
    return may(permission, (ScopeKind.CONTEST, round_.contest_id), (ScopeKind.ROUND, round_.id))


def _check(*scopes: tuple[ScopeKind, int], permission: Permission) -> None:
    if not may(Permission.SEE_CONTEST, *scopes):
        raise NotFound
    if not may(permission, *scopes):
        raise Forbidden
