"""Who takes part: self-registration, and entering a contest with an account one has."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    CompoundSelect,
    TextClause,
    func,
    or_,
    select,
    union,
)

from accounts import auditing, consenting, registering
from accounts import queries as people
from accounts.models import Account, Grant, Unit
from accounts.registering import Applicant
from accounts.rules.consents import Purpose
from accounts.rules.staff import StaffCategory
from contest import planning, queries
from contest.errors import CannotEnter, EntryClosed, Excluded, TooYoung, WrongBlock
from contest.models import Block, Contest, ContestState, ContestUnit, Enrolment, Round
from contest.rules import grouping
from core import ids
from core.db import atomic, db, lock
from core.text import N_
from core.vietnam import civil_day
from questions.models import Item, ItemVersion, Review


@dataclass(frozen=True, slots=True)
class Entry:
    """What a person says on entering; `consents` are the words ticked, by purpose."""

    unit: Unit | None = None
    # What the person wrote where the unit was not found.
    unit_claim: str = ""
    category: StaffCategory | None = None
    one_stop: bool = False
    block: Block | None = None
    birth_date: date | None = None
    consents: Mapping[Purpose, str] = field(default_factory=dict)


@atomic()
def register(contest: Contest, applicant: Applicant, entry: Entry, *, at: datetime) -> Enrolment:
    """Make an account for somebody new and enter it: both, or neither.

    Raise `PhoneTaken` when there is an account, `ConsentMissing`, and what `enrol` raises.
    """
    check_takes_entries(contest, at=at)
    account = registering.register(
        replace(
            applicant,
            unit=entry.unit,
            unit_claim=entry.unit_claim,
            category=entry.category,
            one_stop=entry.one_stop,
            birth_date=entry.birth_date,
        ),
        at=at,
    )
    return enrol(contest, account, entry, at=at)


@atomic()
def enrol(contest: Contest, account: Account, entry: Entry, *, at: datetime) -> Enrolment:
    """Enter a contest with an account; who has entered it already keeps that enrolment.

    The unit, category and block are written down as they are now. Raise `EntryClosed`,
    `Excluded`, `TooYoung`, `CannotEnter` or `ConsentMissing`.
    """
    lock(contest)
    kept = queries.enrolment_of(account.id, contest.id)
    if kept is not None:
        return kept
    check_takes_entries(contest, at=at)
    check_not_excluded(contest, account, at=at)
    _complete(account, entry)
    _check_age(contest, account, at=at)
    _check_block(contest, account, entry, at=at)
    consenting.give_all(account, entry.consents, at=at, subject=contest.log)
    enrolment = Enrolment(
        public_id=ids.public_id(),
        contest_id=contest.id,
        account_id=account.id,
        number=_next_number(contest),
        unit=account.unit,
        counted_unit_id=_counted_unit(contest, account.unit, at=at),
        category=account.category,
        one_stop=account.one_stop,
        block=entry.block,
        publishes_name=Purpose.PUBLISH_NAME in entry.consents,
        enrolled_at=at,
    )
    db.session.add(enrolment)
    db.session.flush()
    auditing.record(
        account,
        "enrolment.entered",
        f"enrolment:{enrolment.public_id}",
        log=contest.log,
        number=enrolment.number,
        unit=account.unit.public_id if account.unit else None,
    )
    return enrolment


def check_takes_entries(contest: Contest, *, at: datetime) -> None:
    """Raise `EntryClosed` unless the contest is public and has a round to come or open."""
    if contest.state is not ContestState.PUBLISHED:
        raise EntryClosed
    last = db.session.scalar(
        select(func.max(Round.closes_at)).where(Round.contest_id == contest.id)
    )
    if last is not None and last <= at:
        raise EntryClosed


def check_not_excluded(contest: Contest, account: Account, *, at: datetime) -> None:
    """Raise `Excluded` for who holds the contest, and who may have seen its questions.

    These are whoever may read a bank that the contest draws from: everywhere, in the bank, or in
    another contest that draws from it too; and whoever wrote or reviewed a question of it. A role
    that ended while the contest stood excludes as well: what was read is not forgotten.
    """
    barred = barring(contest.id, account.id, contest.created_at, at)
    if db.session.scalar(select(barred)):
        raise Excluded


def barring(
    contest_id: int | BindParameter[int],
    account_id: int | BindParameter[int],
    since: datetime | BindParameter[datetime],
    at: datetime | BindParameter[datetime],
) -> ColumnElement[bool]:
    """Return the condition that `check_not_excluded` asks; the contest stands `since`."""
    return barred(contest_id, lambda column: column == account_id, since, at).exists()


def barred(
    contest_id: int | BindParameter[int],
    among: Callable[[Any], ColumnElement[bool] | TextClause],
    since: datetime | BindParameter[datetime],
    at: datetime | BindParameter[datetime],
) -> CompoundSelect[int]:
    """Return the ids of those accounts of whom `barring` holds, among these."""
    own = Item.bank_id.in_(planning.bank_ids(Round.contest_id == contest_id))
    holds = select(Grant.account_id).where(
        among(Grant.account_id),
        planning.excluding(contest_id),
        Grant.valid_from <= at,
        or_(Grant.valid_to.is_(None), Grant.valid_to > since),
    )
    wrote = select(Item.author_id).where(among(Item.author_id), own)
    changed = select(ItemVersion.created_by_id).join(Item, Item.id == ItemVersion.item_id)
    reviewed = select(Review.account_id).join(ItemVersion, ItemVersion.id == Review.version_id)
    return union(
        holds,
        wrote,
        changed.where(among(ItemVersion.created_by_id), own),
        reviewed.join(Item, Item.id == ItemVersion.item_id).where(among(Review.account_id), own),
    )


def _complete(account: Account, entry: Entry) -> None:
    """Write down of the person what the account does not say yet."""
    if account.birth_date is None:
        account.birth_date = entry.birth_date
    claims_more = entry.unit_claim not in ("", account.unit_claim)
    if account.unit is None and (entry.unit is not None or claims_more):
        registering.place(
            account,
            account,
            entry.unit,
            category=entry.category or account.category,
            one_stop=entry.one_stop or account.one_stop,
            claim=entry.unit_claim or account.unit_claim,
        )
    elif account.category is None:
        account.category, account.one_stop = entry.category, entry.one_stop


def _check_age(contest: Contest, account: Account, *, at: datetime) -> None:
    if contest.min_age is None:
        return
    if account.birth_date is None:
        raise CannotEnter(N_("Enter the date of birth: the rules of this contest set an age."))
    if age(account.birth_date, civil_day(at)) < contest.min_age:
        raise TooYoung(age=contest.min_age)


def age(born: date, on: date) -> int:
    """Return how many birthdays somebody has had by that day; of 29/02 on 01/3 of most years."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def _check_block(contest: Contest, account: Account, entry: Entry, *, at: datetime) -> None:
    block = entry.block
    if block is None:
        return
    if block.contest_id != contest.id:
        raise CannotEnter(N_("This group is not one of the contest’s."))
    said = grouping.refusal(
        block.members,
        block.min_age,
        is_staff=account.category is not None and account.category.is_staff,
        age=age(account.birth_date, civil_day(at)) if account.birth_date else None,
    )
    if said is not None:
        raise WrongBlock(said.message, **said.values)


def _next_number(contest: Contest) -> int:
    """Return the next number (số báo danh); the caller holds the lock of the contest."""
    highest = select(func.max(Enrolment.number)).where(Enrolment.contest_id == contest.id)
    return 1 + (db.session.scalar(highest) or 0)


def _counted_unit(contest: Contest, unit: Unit | None, *, at: datetime) -> int | None:
    """Return the contest's unit that the person counts for: the own one or the nearest above."""
    if unit is None:
        return None
    taking = select(ContestUnit.unit_id).where(ContestUnit.contest_id == contest.id)
    counted = set(db.session.scalars(taking))
    return people.nearest_counted([unit.id], counted, on=civil_day(at)).get(unit.id)
