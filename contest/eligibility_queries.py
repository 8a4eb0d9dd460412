"""Who may take a round: asked of one person with the reason, or of everybody in one condition."""

from datetime import date

from sqlalchemy import ColumnElement, and_, false, func, literal, or_, select, true
from sqlalchemy.orm import aliased

from accounts.models import Account
from accounts.rules.staff import STAFF
from contest.models import Audience, Contest, Enrolment, ResultRun, Round, Standing
from contest.rules import qualifying
from contest.rules.grouping import Members
from contest.rules.qualifying import Taker
from core.db import db
from core.saying import Sentence
from core.vietnam import civil_day


def entitled(round_: Round) -> ColumnElement[bool]:
    """Return the condition that somebody enrolled may take a round, as `refusal` says it."""
    asked = round_.eligibility
    found: list[ColumnElement[bool]] = [true()]
    is_staff = Enrolment.category.in_(STAFF)
    if asked.members is Members.STAFF:
        found.append(is_staff)
    elif asked.members is Members.CITIZENS:
        found.append(or_(Enrolment.category.is_(None), ~is_staff))
    if asked.min_age is not None:
        latest = qualifying.born_by(_day(round_), asked.min_age)
        old = select(Account.id).where(
            Account.id == Enrolment.account_id, Account.birth_date <= latest
        )
        found.append(old.correlate(Enrolment).exists())
    if asked.blocks:
        found.append(Enrolment.block_id.in_(asked.blocks))
    if asked.first is not None:
        found.append(_place(asked.after) <= asked.first)
    if asked.must_pass:
        found.append(_passes(asked.after))
    return and_(*found)


def kept_out(round_: Round) -> ColumnElement[bool]:
    """Return the condition that somebody enrolled may not take a round; never NULL."""
    if round_.eligibility.is_open:
        return false()
    return ~func.coalesce(entitled(round_), false())


def refusal(round_: Round, enrolment: Enrolment) -> Sentence | None:
    """Say what keeps somebody out of a round; nothing for who may take it. One statement."""
    asked = round_.eligibility
    if asked.is_open:
        return None
    place, passed = literal(None), literal(value=False)
    row = db.session.execute(
        select(
            Account.birth_date,
            (_place(asked.after) if asked.first is not None else place).label("place"),
            (_passes(asked.after) if asked.must_pass else passed).label("passed"),
        )
        .select_from(Enrolment)
        .join(Account, Account.id == Enrolment.account_id)
        .where(Enrolment.id == enrolment.id)
    ).one()
    is_staff = enrolment.category is not None and enrolment.category.is_staff
    who = Taker(is_staff, row.birth_date, enrolment.block_id, row.place, bool(row.passed))
    return qualifying.refusal(asked, who, on=_day(round_))


def rounds_before(contest: Contest, round_: Round | None) -> list[Round]:
    """Return the rounds of a contest that may decide who enters another one."""
    number = round_.number if round_ is not None else len(contest.rounds) + 1
    return [one for one in contest.rounds if one.number < number]


def said(round_: Round) -> list[Sentence]:
    """Say who may take a round."""
    contest, asked = round_.contest, round_.eligibility
    return qualifying.says(
        asked,
        blocks={one.id: one.title for one in contest.blocks} if asked.blocks else {},
        rounds={one.id: one.title for one in contest.rounds},
    )


def _day(round_: Round) -> date:
    return civil_day(round_.opens_at)


def _final(round_id: int | None) -> ColumnElement[bool]:
    """Return the condition that a standing is of the run of a round that counts."""
    run = (
        select(Round.current_run_id)
        .join(ResultRun, ResultRun.id == Round.current_run_id)
        .where(Round.id == round_id, ResultRun.is_provisional.is_(False))
        .scalar_subquery()
    )
    return Standing.run_id == run


def _place(round_id: int | None) -> ColumnElement[int]:
    """Return the place that somebody enrolled reached in the own block; NULL for none."""
    above = aliased(Standing)
    smaller = (
        select(func.count())
        .where(
            above.run_id == Standing.run_id,
            above.audience == Audience.PARTICIPANT,
            above.sort_key < Standing.sort_key,
            above.block_id.is_not_distinct_from(Standing.block_id),
        )
        .correlate(Standing)
        .scalar_subquery()
    )
    return (
        select(1 + smaller)
        .where(
            _final(round_id),
            Standing.audience == Audience.PARTICIPANT,
            Standing.enrolment_id == Enrolment.id,
        )
        .correlate(Enrolment)
        .scalar_subquery()
    )


def _passes(round_id: int | None) -> ColumnElement[bool]:
    before = aliased(Round)
    return (
        select(Standing.id)
        .join(before, before.id == round_id)
        .where(
            _final(round_id),
            Standing.audience == Audience.PARTICIPANT,
            Standing.enrolment_id == Enrolment.id,
            Standing.score >= before.pass_mark,
        )
        .correlate(Enrolment)
        .exists()
    )
