"""What the pages about people read: who is signed in, accounts, sessions, consents, the trail."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, select, tuple_
from sqlalchemy.orm import joinedload

from accounts.models import (
    Account,
    AuditEntry,
    AuditTree,
    BrowserSession,
    Consent,
    DataRequest,
    Grant,
    SecondFactor,
    SignInSlip,
    Unit,
)
from accounts.rules.authorizing import STAFF
from accounts.unit_queries import find_units as find_units
from accounts.unit_queries import headcounts as headcounts
from accounts.unit_queries import nearest_counted as nearest_counted
from accounts.unit_queries import unit_ancestors as unit_ancestors
from core.db import db
from core.text import search_key
from core.web import Page, whole_or

PAGE = 50


def session_of(digest: str) -> BrowserSession | None:
    """Return the signed-in browser with its account and unit, in one statement."""
    return db.session.scalar(
        select(BrowserSession)
        .where(BrowserSession.digest == digest)
        .options(joinedload(BrowserSession.account).joinedload(Account.unit))
    )


def grants_of(account_id: int, *, at: datetime) -> Sequence[Grant]:
    """Return the grants an account holds at that moment."""
    return db.session.scalars(
        select(Grant).where(
            Grant.account_id == account_id,
            Grant.valid_from <= at,
            or_(Grant.valid_to.is_(None), Grant.valid_to > at),
        )
    ).all()


def account_with(public_id: str) -> Account | None:
    """Return the account of that public id with its unit."""
    return db.session.scalar(
        select(Account).where(Account.public_id == public_id).options(joinedload(Account.unit))
    )


def account_of_phone(phone: str) -> Account | None:
    """Return the account with that stored phone number."""
    return db.session.scalar(select(Account).where(Account.phone == phone))


def account_of_email(email: str) -> Account | None:
    """Return the account with that stored e-mail address."""
    return db.session.scalar(select(Account).where(Account.email == email))


def second_factor_of(account_id: int) -> SecondFactor | None:
    """Return the second factor of an account, confirmed or not."""
    return db.session.scalar(select(SecondFactor).where(SecondFactor.account_id == account_id))


def sessions_of(account_id: int) -> Sequence[BrowserSession]:
    """Return the browsers in which an account is signed in, the last seen first."""
    return db.session.scalars(
        select(BrowserSession)
        .where(BrowserSession.account_id == account_id)
        .order_by(BrowserSession.seen_at.desc())
    ).all()


def consents_of(account_id: int) -> Sequence[Consent]:
    """Return what an account agreed to, the newest first."""
    return db.session.scalars(
        select(Consent)
        .where(Consent.account_id == account_id)
        .order_by(Consent.given_at.desc(), Consent.id.desc())
    ).all()


def requests_of(account_id: int) -> Sequence[DataRequest]:
    """Return what a person asked to be done with the data about them, the newest first."""
    return db.session.scalars(
        select(DataRequest)
        .where(DataRequest.account_id == account_id)
        .order_by(DataRequest.asked_at.desc(), DataRequest.id.desc())
    ).all()


def open_requests() -> Sequence[DataRequest]:
    """Return the requests about data that are not done, the most urgent first."""
    return db.session.scalars(
        select(DataRequest)
        .where(DataRequest.done_at.is_(None))
        .options(joinedload(DataRequest.account))
        .order_by(DataRequest.answer_by, DataRequest.id)
    ).all()


def slips_of(account_id: int, *, at: datetime) -> Sequence[SignInSlip]:
    """Return the slips of an account that can still be used."""
    return db.session.scalars(
        select(SignInSlip)
        .where(
            SignInSlip.account_id == account_id,
            SignInSlip.expires_at > at,
            or_(SignInSlip.uses_left.is_(None), SignInSlip.uses_left > 0),
        )
        .order_by(SignInSlip.issued_at.desc())
    ).all()


def names_of(account_ids: set[int]) -> dict[int, str]:
    """Return the full name of each account."""
    if not account_ids:
        return {}
    found = db.session.execute(
        select(Account.id, Account.full_name).where(Account.id.in_(account_ids))
    )
    return {row.id: row.full_name for row in found}


def holders_among(account_ids: set[int]) -> set[int]:
    """Return which of the accounts hold a role or have held one."""
    if not account_ids:
        return set()
    held = select(Grant.account_id).where(Grant.account_id.in_(account_ids))
    return set(db.session.scalars(held))


# --- Lists of people ---------------------------------------------------------------------------


def accounts_page(
    words: str = "",
    *,
    unit_id: int | None = None,
    state: str = "active",
    after: str | None = None,
    before: str | None = None,
) -> Page[Account]:
    """Return one page of accounts in the order of lists, found by words without marks."""
    wanted: list[ColumnElement[bool]] = [*_matches(words), *_states(state)]
    if unit_id is not None:
        wanted.append(Account.unit_id == unit_id)
    return _keyset_page(wanted, after=after, before=before)


def _matches(words: str) -> list[ColumnElement[bool]]:
    return [
        Account.search_text.contains(word, autoescape=True) for word in search_key(words).split()
    ]


def _states(state: str) -> list[ColumnElement[bool]]:
    if state == "inactive":
        return [or_(Account.deactivated_at.is_not(None), Account.erased_at.is_not(None))]
    if state == "staff":
        return [Account.id.in_(select(Grant.account_id))]
    return [Account.deactivated_at.is_(None), Account.erased_at.is_(None)]


def _keyset_page(
    wanted: Sequence[ColumnElement[bool]], *, after: str | None, before: str | None
) -> Page[Account]:
    """Return the page after or before a mark, which is a sort key and an id."""
    place = tuple_(Account.sort_key, Account.id)
    statement = select(Account).where(and_(True, *wanted)).options(joinedload(Account.unit))
    if before:
        statement = statement.where(place < tuple_(*_mark_of(before)))
        statement = statement.order_by(Account.sort_key.desc(), Account.id.desc())
    else:
        if after:
            statement = statement.where(place > tuple_(*_mark_of(after)))
        statement = statement.order_by(Account.sort_key, Account.id)
    rows = list(db.session.scalars(statement.limit(PAGE + 1)))
    has_more = len(rows) > PAGE
    rows = rows[:PAGE]
    if before:
        rows.reverse()
    is_first = not (has_more if before else after)
    is_last = not (before or has_more)
    return Page(
        rows,
        before=None if is_first or not rows else _mark(rows[0]),
        after=None if is_last or not rows else _mark(rows[-1]),
    )


def _mark(account: Account) -> str:
    return f"{account.id}~{account.sort_key}"


def _mark_of(mark: str) -> tuple[str, int]:
    number, _, key = mark.partition("~")
    return key, whole_or(number, 0)


def people_of_unit(unit_id: int) -> Sequence[Account]:
    """Return the people of a unit who have not left, in the order of lists."""
    return db.session.scalars(
        select(Account)
        .where(Account.unit_id == unit_id, *_states("active"))
        .order_by(Account.sort_key, Account.id)
    ).all()


def staff_in_unit(unit_id: int, *, at: datetime) -> set[int]:
    """Return the ids of the people of a unit who hold a role of the staff at that moment."""
    return set(
        db.session.scalars(
            select(Grant.account_id)
            .join(Account, Account.id == Grant.account_id)
            .where(
                Account.unit_id == unit_id,
                Grant.role.in_(STAFF),
                Grant.valid_from <= at,
                or_(Grant.valid_to.is_(None), Grant.valid_to > at),
            )
        )
    )


# --- The trail ---------------------------------------------------------------------------------


def trail_page(
    *, log: str = "", words: str = "", actor_id: int | None = None, before: int | None = None
) -> Page[AuditEntry]:
    """Return one page of the audit trail, the newest entry first."""
    statement = select(AuditEntry).order_by(AuditEntry.id.desc()).limit(PAGE + 1)
    if log:
        statement = statement.where(AuditEntry.log == log)
    if words:
        about = AuditEntry.target.contains(words, autoescape=True)
        statement = statement.where(or_(AuditEntry.action.contains(words, autoescape=True), about))
    if actor_id is not None:
        statement = statement.where(AuditEntry.actor_id == actor_id)
    if before is not None:
        statement = statement.where(AuditEntry.id < before)
    rows = list(db.session.scalars(statement))
    return Page(rows[:PAGE], after=str(rows[PAGE - 1].id) if len(rows) > PAGE else None)


def trail_entry(entry_id: int) -> AuditEntry | None:
    """Return one entry of the trail."""
    return db.session.get(AuditEntry, entry_id)


def moments_of(target: str, action: str) -> list[datetime]:
    """Return when something was done to a thing, by the trail."""
    found = select(AuditEntry.at).where(AuditEntry.target == target, AuditEntry.action == action)
    return list(db.session.scalars(found.order_by(AuditEntry.id)))


def trees() -> Sequence[AuditTree]:
    """Return the tree of every log."""
    return db.session.scalars(select(AuditTree).order_by(AuditTree.log)).all()


def units_named(unit_ids: set[int]) -> dict[int, Unit]:
    """Return units by id."""
    if not unit_ids:
        return {}
    return {row.id: row for row in db.session.scalars(select(Unit).where(Unit.id.in_(unit_ids)))}
