"""Offering prizes: which there are, for whom, and by which rule they are given."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from accounts import auditing
from accounts.models import Account
from contest import award_queries
from contest.errors import CannotAward, PrizesGiven
from contest.models import AwardList, Contest, PrizeKind, PrizeRule
from contest.rules import collective, prizes
from contest.rules.awards import ListState
from core import ids
from core.db import atomic, db, lock


@dataclass(frozen=True, slots=True)
class RuleSettings:
    """What organisers set prizes to; `rule` is written as its rule writes itself."""

    title: str
    kind: PrizeKind
    rule: dict[str, Any]
    round_id: int | None = None
    block_id: int | None = None
    table_id: int | None = None


@atomic()
def add_rule(
    contest: Contest, settings: RuleSettings, actor: Account, *, at: datetime
) -> PrizeRule:
    """Add prizes to a contest, behind those that are there. Raise `CannotAward`."""
    lock(contest)
    _refuse_faulty(settings)
    newest = db.session.scalar(
        select(func.max(PrizeRule.position)).where(PrizeRule.contest_id == contest.id)
    )
    rule = PrizeRule(
        public_id=ids.public_id(),
        contest=contest,
        position=1 + (newest or 0),
        kind=settings.kind,
        seed=secrets.token_hex(32),
        created_at=at,
    )
    _set(rule, settings)
    db.session.add(rule)
    db.session.flush()
    _record(rule, actor, "prizes.added", after=_told(settings))
    return rule


@atomic()
def edit_rule(rule: PrizeRule, settings: RuleSettings, actor: Account) -> PrizeRule:
    """Set prizes anew; a draft of winners is dropped.

    Raise `PrizesGiven` once winners were proposed or decided, `CannotAward`.
    """
    lock(rule)
    _refuse_faulty(settings)
    before = settings_of(rule)
    if before == settings:
        return rule
    _refuse_given(rule)
    _set(rule, settings)
    _record(rule, actor, "prizes.edited", before=_told(before), after=_told(settings))
    return rule


@atomic()
def remove_rule(rule: PrizeRule, actor: Account) -> None:
    """Take prizes out of a contest. Raise `PrizesGiven` once winners were proposed or decided."""
    lock(rule)
    _refuse_given(rule)
    if db.session.scalar(select(AwardList.id).where(AwardList.rule_id == rule.id).limit(1)):
        raise PrizesGiven
    _record(rule, actor, "prizes.removed", before=_told(settings_of(rule)))
    db.session.delete(rule)


def settings_of(rule: PrizeRule) -> RuleSettings:
    """Return what prizes are set to."""
    return RuleSettings(
        rule.title, rule.kind, rule.rule, rule.round_id, rule.block_id, rule.table_id
    )


def _set(rule: PrizeRule, settings: RuleSettings) -> None:
    rule.title, rule.rule = settings.title, settings.rule
    rule.round_id, rule.block_id = settings.round_id, settings.block_id
    rule.table_id = settings.table_id


def _refuse_faulty(settings: RuleSettings) -> None:
    found = prizes.problems(prizes.levels_from(settings.rule["levels"]))
    if settings.kind is PrizeKind.COLLECTIVE:
        found += collective.problems(collective.collective_from(settings.rule))
    if found:
        raise CannotAward(found[0].message, **found[0].values)


def _refuse_given(rule: PrizeRule) -> None:
    waiting = award_queries.open_list(rule)
    if waiting is not None and waiting.state is ListState.DRAFT:
        db.session.delete(waiting)
        db.session.flush()
        waiting = None
    if waiting is not None or award_queries.lists_that_hold([rule]):
        raise PrizesGiven


def _told(settings: RuleSettings) -> dict[str, object]:
    return {
        "title": settings.title,
        "kind": settings.kind,
        "rule": settings.rule,
        "round": settings.round_id,
        "block": settings.block_id,
        "table": settings.table_id,
    }


def _record(rule: PrizeRule, actor: Account, action: str, **told: object) -> None:
    auditing.record(actor, action, f"prizes:{rule.public_id}", log=rule.contest.log, **told)
