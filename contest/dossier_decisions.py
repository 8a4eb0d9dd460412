"""The whole file of a contest, third part: prizes, quotas, changes of results, and the trail."""

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import aliased

from accounts.models import Account, AuditEntry, Unit
from accounts.rules import acts
from contest import quota_queries
from contest.dossier_scope import Scope, Values, as_json, batches, decimal
from contest.models import (
    Appeal,
    Attempt,
    Award,
    AwardList,
    Block,
    Certificate,
    Contest,
    Enrolment,
    PrizeRule,
    QuestionRuling,
    ResultChange,
    ResultRun,
    Round,
)
from core.db import db
from questions.models import Item, ItemVersion


def prize_rules(scope: Scope) -> Iterator[Values]:
    """Yield the prizes that were set; of a single round only its own."""
    rows = db.session.execute(
        select(PrizeRule, Block.title)
        .outerjoin(Block, Block.id == PrizeRule.block_id)
        .where(PrizeRule.contest_id == scope.contest_id)
        .where(scope.holds(PrizeRule.round_id))
        .order_by(PrizeRule.position)
    )
    for one, block in rows:
        named = (one.public_id, scope.number(one.round_id), one.title, one.kind.value, block)
        yield *named, as_json(one.rule), one.seed


def awards(scope: Scope) -> Iterator[Values]:
    """Yield every award of every list."""
    rows = db.session.execute(
        select(Award, AwardList, PrizeRule.public_id, Account.public_id, Unit.code)
        .join(AwardList, AwardList.id == Award.list_id)
        .join(PrizeRule, PrizeRule.id == AwardList.rule_id)
        .outerjoin(Enrolment, Enrolment.id == Award.enrolment_id)
        .outerjoin(Account, Account.id == Enrolment.account_id)
        .outerjoin(Unit, Unit.id == Award.unit_id)
        .where(PrizeRule.contest_id == scope.contest_id)
        .where(scope.holds(PrizeRule.round_id))
        .order_by(PrizeRule.position, AwardList.number, Award.level, Award.number)
    )
    for one, held, rule, account, unit in rows:
        place = (rule, held.number, held.state.value, one.level, one.number, one.title, one.value)
        yield *place, one.place, scope.code(account), unit, one.change.value, one.reason


def certificates(scope: Scope) -> Iterator[Values]:
    """Yield every certificate that was issued."""
    statement = (
        select(Certificate.id, Certificate, Account.public_id)
        .join(Enrolment, Enrolment.id == Certificate.enrolment_id)
        .join(Account, Account.id == Enrolment.account_id)
    )
    mine = (Certificate.contest_id == scope.contest_id) & scope.holds(Certificate.round_id)
    for _id, one, account in batches(statement, Certificate.id, mine):
        yield (
            one.number,
            scope.number(one.round_id),
            scope.code(account),
            one.name,
            one.code,
            one.honour,
            one.dated_on,
            one.issued_at,
            one.withdrawn_at,
        )


# --- Quotas ------------------------------------------------------------------------------------


def quotas(scope: Scope) -> Iterator[Values]:
    """Yield the quotas of the contest."""
    for one in quota_queries.quotas_of(db.session.get_one(Contest, scope.contest_id)):
        whom = (", ".join(one.groups), ", ".join(one.categories), one.one_stop)
        yield one.position, one.title, *whom, one.count, one.percent, one.basis.value


def quota_cells(scope: Scope) -> Iterator[Values]:
    """Yield each unit against each quota that concerns it."""
    of = db.session.get_one(Contest, scope.contest_id)
    only = None if scope.is_whole else db.session.get_one(Round, next(iter(scope.rounds)))
    for unit in quota_queries.radar(of, round_=only, at=scope.at).units:
        for quota, cell in zip(unit.asked, unit.cells, strict=True):
            counted = (cell.taken, cell.of, cell.need, cell.lacking, cell.status.value)
            yield unit.unit.code, quota.position, *counted


# --- Changes -----------------------------------------------------------------------------------


def changes(scope: Scope) -> Iterator[Values]:
    """Yield every change of results that was drafted, whatever became of it."""
    decider = aliased(Account)
    rows = db.session.execute(
        select(ResultChange, Account.public_id, decider.public_id, ResultRun.number)
        .join(Account, Account.id == ResultChange.made_by_id)
        .outerjoin(decider, decider.id == ResultChange.decided_by_id)
        .outerjoin(ResultRun, ResultRun.id == ResultChange.run_id)
        .where(ResultChange.round_id.in_(scope.rounds))
        .order_by(ResultChange.id)
    )
    for one, maker, second, run in rows:
        yield (
            one.public_id,
            scope.number(one.round_id),
            one.state.value,
            as_json(one.entries),
            one.reason,
            scope.code(maker),
            one.made_at,
            scope.code(second),
            one.decided_at,
            one.decided_for,
            run,
        )


def rulings(scope: Scope) -> Iterator[Values]:
    """Yield what was ruled about questions."""
    rows = db.session.execute(
        select(QuestionRuling, Item.code, ItemVersion.number, ResultChange.public_id)
        .join(ItemVersion, ItemVersion.id == QuestionRuling.version_id)
        .join(Item, Item.id == ItemVersion.item_id)
        .join(ResultChange, ResultChange.id == QuestionRuling.change_id)
        .where(QuestionRuling.round_id.in_(scope.rounds))
        .order_by(QuestionRuling.id)
    )
    for one, code, version, change in rows:
        asked = (scope.number(one.round_id), code, version, one.kind.value)
        yield *asked, as_json(one.accepted), change, one.lifted_by_id is not None


def appeals(scope: Scope) -> Iterator[Values]:
    """Yield every appeal with its answer."""
    statement = (
        select(Appeal.id, Appeal, Attempt.public_id, Account.public_id)
        .join(Attempt, Attempt.id == Appeal.attempt_id)
        .outerjoin(Account, Account.id == Appeal.answered_by_id)
    )
    mine = Appeal.round_id.in_(scope.rounds)
    for _id, one, attempt, second in batches(statement, Appeal.id, mine):
        yield (
            scope.number(one.round_id),
            scope.code(attempt),
            one.state.value,
            one.reason,
            ", ".join(str(position) for position in one.positions),
            one.made_at,
            scope.code(second),
            one.answered_at,
            one.answer,
            decimal(one.score_before),
        )


# --- The trail ---------------------------------------------------------------------------------


def trail(scope: Scope) -> Iterator[Values]:
    """Yield the trail of the contest in the order in which it was written."""
    statement = select(
        AuditEntry.id,
        AuditEntry.position,
        AuditEntry.at,
        Account.public_id,
        Account.full_name,
        AuditEntry.action,
        AuditEntry.target,
        AuditEntry.record,
        AuditEntry.salt,
        AuditEntry.leaf,
    ).outerjoin(Account, Account.id == AuditEntry.actor_id)
    for _id, position, at, account, name, action, target, *sealed in batches(
        statement, AuditEntry.id, AuditEntry.log == scope.log
    ):
        said = scope.say(acts.NAMES[action]) if action in acts.NAMES else action
        yield position, at, scope.code(account), name, action, said, scope.target(target), *sealed
