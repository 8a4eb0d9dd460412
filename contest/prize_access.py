"""The way for a view to prizes, lists of winners, quotas, and to the units of a contest."""

from dataclasses import dataclass

from accounts import unit_queries
from accounts.access import scope_ids, signed_in
from accounts.models import Unit
from accounts.rules.authorizing import Permission, ScopeKind
from contest import access, award_queries, overviews, quota_queries
from contest.models import Award, AwardList, Contest, Enrolment, PrizeRule, Quota, Round
from core import clock
from core.errors import Forbidden, NotFound
from core.vietnam import civil_day


@dataclass(frozen=True, slots=True)
class Progress:
    """A unit of a contest as the asker may see it: in numbers, or its people by name too."""

    contest: Contest
    unit: Unit
    with_names: bool


def unit_progress(contest_id: str, unit_id: str) -> Progress:
    """Return a unit of a contest to its own officer, or in numbers to who sees progress.

    Names are for the officer of the unit or of one above it: whoever runs the contest counts.
    Raise `SignInNeeded`, `NotFound` or `Forbidden`.
    """
    signed_in()
    contest = overviews.contest_with(contest_id)
    unit = quota_queries.unit_in(contest, unit_id) if contest else None
    with_names = unit is not None and is_officer_of(unit)
    if not with_names:
        contest = access.contest_managed_by(contest_id, Permission.SEE_UNIT_PROGRESS)
    if contest is None or unit is None:
        raise NotFound
    return Progress(contest, unit, with_names)


def is_officer_of(unit: Unit) -> bool:
    """Say whether the asker is the officer of a unit, or of one above it."""
    own = scope_ids(Permission.SEE_UNIT_PROGRESS, ScopeKind.UNIT)
    if not own:
        return False
    above = unit_queries.unit_ancestors([unit.id], on=civil_day(clock.now()))[unit.id]
    return bool(own & {unit.id, *above})


def own_units() -> set[int]:
    """Return the ids of the units that the asker is the officer of.

    Raise `SignInNeeded`, or `Forbidden` for who is none.
    """
    signed_in()
    found = scope_ids(Permission.SEE_UNIT_PROGRESS, ScopeKind.UNIT)
    if not found:
        raise Forbidden
    return found


def round_of(contest: Contest, number: int | None) -> Round | None:
    """Return the round of that number; None for the whole contest, or a number it lacks."""
    return next((one for one in contest.rounds if one.number == number), None)


def quota_of(contest: Contest, public_id: str) -> Quota:
    """Return a quota of this contest. Raise `NotFound`."""
    for quota in quota_queries.quotas_of(contest):
        if quota.public_id == public_id:
            return quota
    raise NotFound


def prizes_managed_by(public_id: str, permission: Permission) -> PrizeRule:
    """Return prizes of a contest in which the asker holds the permission."""
    signed_in()
    rule = award_queries.rule_with(public_id)
    if rule is None:
        raise NotFound
    access.contest_managed_by(rule.contest.public_id, permission)
    return rule


def list_managed_by(public_id: str, permission: Permission) -> AwardList:
    """Return a list of winners of a contest in which the asker holds the permission."""
    signed_in()
    found = award_queries.list_with(public_id)
    if found is None:
        raise NotFound
    access.contest_managed_by(found.rule.contest.public_id, permission)
    return found


def award_of(list_: AwardList, public_id: str) -> Award:
    """Return a prize of this list. Raise `NotFound`."""
    for award in list_.awards:
        if award.public_id == public_id:
            return award
    raise NotFound


def holder_for(rule: PrizeRule, typed: str) -> Enrolment | Unit | None:
    """Return the person of that number (SBD), or the unit of that code or name; None for none."""
    if rule.is_collective:
        return quota_queries.unit_called(rule.contest, typed)
    return award_queries.person_of_number(rule.contest, typed)
