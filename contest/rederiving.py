"""What `verify` asks of prizes and quotas: winners derived anew, two people, the radar by hand."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select

from accounts.models import AuditEntry
from contest import allotting, award_queries, quota_queries, unit_figures
from contest.models import Attempt, AttemptKind, Award, AwardList, Contest, Enrolment, PrizeRule
from contest.rules import awards
from contest.rules.awards import Change, ListState
from contest.rules.collective import figures_from
from contest.rules.prizes import Seat
from core.db import db

PROPOSED = ("awards.proposed", "awards.revocation_proposed")
Told = Mapping[tuple[str, str], tuple[int | None, str]]


def faults(contest: Contest) -> list[str]:
    """Return what is wrong with the prizes and the quotas of a contest, naming the row."""
    found = _settings_faults(contest)
    told = _told(contest)
    rules = award_queries.rules_of(contest)
    holding = award_queries.lists_that_hold(rules)
    for rule in rules:
        held = holding.get(rule.id)
        if held is not None and held.rule_then != rule.rule:
            found.append(f"awards {held.public_id}: the rule of its prizes is another one by now")
        for one in award_queries.lists_of(rule):
            found += _people_faults(one, told)
            if not one.revokes:
                found += _derived_faults(rule, one)
    return found + _radar_faults(contest)


def _told(contest: Contest) -> Told:
    """Return who did what with which list by the trail: (list, act) → (actor, digest)."""
    acts = (*PROPOSED, "awards.agreed", "awards.refused")
    rows = db.session.scalars(
        select(AuditEntry)
        .where(AuditEntry.log == contest.log, AuditEntry.action.in_(acts))
        .order_by(AuditEntry.id)
    )
    found = {}
    for row in rows:
        if row.record is None:
            continue
        details = json.loads(row.record)["details"]
        act = "proposed" if row.action in PROPOSED else row.action.removeprefix("awards.")
        found[str(details["list"]), act] = (row.actor_id, str(details["awards"]))
    return found


def _people_faults(one: AwardList, told: Told) -> list[str]:
    """Return what is wrong with who decided: two people, as the trail tells of them."""
    if one.state not in (ListState.AGREED, ListState.REFUSED):
        return []
    name = f"awards {one.public_id}"
    found = []
    if one.proposed_by_id is None or one.decided_by_id is None:
        found.append(f"{name}: decided without two people")
    elif one.proposed_by_id == one.decided_by_id:
        found.append(f"{name}: proposed and decided by the same person")
    digest = award_queries.digest_of(one)
    for act, actor in (("proposed", one.proposed_by_id), (one.state.value, one.decided_by_id)):
        if told.get((one.public_id, act)) != (actor, digest):
            found.append(f"{name}: the trail does not tell of it being {act} so")
    return found


def _derived_faults(rule: PrizeRule, one: AwardList) -> list[str]:
    name = f"awards {one.public_id}"
    kept = awards.seats_from(one.derived)
    if one.state is not ListState.DRAFT and awards.differs(kept, _derived(rule, one)):
        return [f"{name}: the rule proposes other winners from the same results"]
    seats = {(seat.level, seat.number): seat for seat in kept}
    return [
        f"{name}: prize {award.title} {award.number} is not as proposed, without a reason"
        for award in one.awards
        if not _is_explained(award, seats.get((award.level, award.number)))
    ]


def _derived(rule: PrizeRule, one: AwardList) -> list[Seat]:
    if rule.is_collective:
        figures = [figures_from(kept) for kept in one.basis["figures"]]
        return list(allotting.derived_units(rule, figures, one.basis["runs"]).seats)
    return allotting.derived_people(rule.public_id, one.basis["lists"])


def _is_explained(award: Award, seat: Seat | None) -> bool:
    if award.change is not Change.NONE:
        return bool(award.reason)
    holder = award.enrolment or award.unit
    return seat is not None and seat.who == (holder.public_id if holder else None)


# --- What was set ------------------------------------------------------------------------------


def _settings_faults(contest: Contest) -> list[str]:
    """Return the prizes and quotas that are not set as the trail tells."""
    prizes_told: dict[str, Mapping[str, object]] = {}
    asked: list[Mapping[str, object]] = []
    for action, target, details in _set_by(contest):
        if action in ("prizes.added", "prizes.edited"):
            prizes_told[target] = details["after"]
        elif action == "quotas.added":
            asked += details["quotas"]
        else:
            asked = [one for one in asked if one != details["before"]]
            asked += [details["after"]] if action == "quotas.edited" else []
    found = []
    for rule in award_queries.rules_of(contest):
        told, now = prizes_told.get(f"prizes:{rule.public_id}"), rule.written()
        if told is None or any(now.get(key) != value for key, value in told.items()):
            found.append(f"prizes {rule.public_id}: the trail tells of other prizes")
    rows = quota_queries.quotas_of(contest)
    found += [
        f"quota {row.public_id}: the trail tells of other quotas"
        for row in rows
        if row.asked.written() not in asked
    ]
    if len(rows) != len(asked):
        found.append(f"contest {contest.public_id}: the trail tells of {len(asked)} quotas")
    return found


def _set_by(contest: Contest) -> Iterable[tuple[str, str, Mapping[str, Any]]]:
    """Yield what the trail tells of setting prizes and quotas, in order."""
    acts = ("prizes.added", "prizes.edited", "quotas.added", "quotas.edited", "quotas.removed")
    rows = db.session.execute(
        select(AuditEntry.action, AuditEntry.target, AuditEntry.record)
        .where(AuditEntry.log == contest.log, AuditEntry.action.in_(acts))
        .order_by(AuditEntry.id)
    )
    for action, target, record in rows:
        if record is not None:
            yield action, target, json.loads(record)["details"]


# --- The radar ---------------------------------------------------------------------------------


def _radar_faults(contest: Contest) -> list[str]:
    """Return the quotas whose figures are not those of a count person by person."""
    if not quota_queries.quotas_of(contest):
        return []
    at = contest.created_at
    radar = quota_queries.radar(contest, at=at)
    people = list(_who_took_part(contest))
    into = unit_figures.folding_of(contest)
    found = []
    for unit in radar.units:
        mine = [
            one
            for one in people
            if into.get(one.counted_unit_id or one.unit_id or 0, 0) == unit.unit.id
        ]
        for quota, cell in zip(unit.asked, unit.cells, strict=True):
            meant = quota.asked
            counted = sum(meant.counts(one.category, one_stop=one.one_stop) for one in mine)
            if counted != cell.taken:
                found.append(
                    f"quota {quota.public_id} of unit {unit.unit.public_id}:"
                    f" {counted} took part, not {cell.taken}"
                )
    return found


def _who_took_part(contest: Contest) -> Iterable[Enrolment]:
    official = select(Attempt.enrolment_id).where(
        Attempt.kind == AttemptKind.OFFICIAL, Attempt.submitted_at.is_not(None)
    )
    took = set(db.session.scalars(official.distinct()))
    rows = db.session.scalars(select(Enrolment).where(Enrolment.contest_id == contest.id))
    return [row for row in rows if row.id in took and not row.is_test and not row.is_hidden]
