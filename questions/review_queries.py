"""What the pages of the review read: what waits for whom, who decided, who wrote, who looked."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, true, union
from sqlalchemy.orm import joinedload

from accounts.models import Account, Grant
from accounts.rules import contacting
from accounts.rules.authorizing import Permission, ScopeKind, roles_with
from core.db import db
from core.saying import Unreadable
from core.text import search_key
from questions.browsing import with_current
from questions.models import (
    Bank,
    Item,
    ItemEditor,
    ItemState,
    ItemVersion,
    ItemView,
    KeptBasis,
    Review,
    ReviewTask,
    ViewPlace,
)
from questions.rules.reviewing import WAITING, Step, Verdict

_MOST = 200
_LAST_VIEWS = 50
_PEOPLE = 12

BankIds = Collection[int] | None


def authors_of(item_id: int) -> set[int]:
    """Return who wrote any version of the item, brought it in, or changed it otherwise."""
    version = select(ItemVersion.created_by_id).where(ItemVersion.item_id == item_id)
    first = select(Item.author_id).where(Item.id == item_id)
    editor = select(ItemEditor.account_id).where(ItemEditor.item_id == item_id)
    rows = db.session.scalars(union(version, first, editor))
    return {account_id for account_id in rows if account_id is not None}


def reviewers_of(version_id: int) -> set[int]:
    """Return who has passed this version at the step of reviewing."""
    return set(
        db.session.scalars(
            select(Review.account_id).where(
                Review.version_id == version_id,
                Review.step == Step.REVIEW,
                Review.verdict == Verdict.PASSED,
            )
        )
    )


def open_task(item_id: int) -> ReviewTask | None:
    """Return what the item waits for, with the people it names."""
    return db.session.scalar(
        select(ReviewTask)
        .where(ReviewTask.item_id == item_id, ReviewTask.done_at.is_(None))
        .options(joinedload(ReviewTask.assigned_to), joinedload(ReviewTask.asked_by))
    )


def kept_basis(version_id: int) -> KeptBasis | None:
    """Return why the version stays although its document has ended, if somebody said so."""
    return db.session.get(KeptBasis, version_id)


@dataclass(frozen=True, slots=True)
class Verdicts:
    """A verdict in the story of an item: of which version, by whom."""

    review: Review
    number: int
    name: str


def verdicts_of(item_id: int) -> list[Verdicts]:
    """Return the verdicts on an item, the newest first."""
    rows = db.session.execute(
        select(Review, ItemVersion.number, Account.full_name)
        .join(ItemVersion, ItemVersion.id == Review.version_id)
        .join(Account, Account.id == Review.account_id)
        .where(ItemVersion.item_id == item_id)
        .order_by(Review.id.desc())
    )
    return [Verdicts(*row) for row in rows]


def views_of(item_id: int) -> list[tuple[ItemView, str]]:
    """Return who looked at an item while it was locked, the newest first."""
    rows = db.session.execute(
        select(ItemView, Account.full_name)
        .outerjoin(Account, Account.id == ItemView.account_id)
        .where(ItemView.item_id == item_id, ItemView.place != ViewPlace.REVIEW)
        .order_by(ItemView.id.desc())
        .limit(_LAST_VIEWS)
    )
    return [(view, name or "") for view, name in rows]


# --- The queue ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Asker:
    """Who looks at the queue: the person, and where the person may review and approve."""

    account_id: int
    reviews: BankIds
    approves: BankIds


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of the queue is looked for."""

    bank_id: int | None = None
    step: Step | None = None
    is_mine: bool = False
    overdue_on: date | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """An item that waits for the person who looks, and whether that person has opened it."""

    task: ReviewTask
    item: Item
    bank: Bank
    asked_by: str
    is_opened: bool


def queue(asker: Asker, wanted: Wanted) -> list[Line]:
    """Return what waits for this person, what is due first first; one statement."""
    opened = (
        select(ItemView.id)
        .where(
            ItemView.version_id == ReviewTask.version_id,
            ItemView.account_id == asker.account_id,
            ItemView.place == ViewPlace.REVIEW,
        )
        .exists()
    )
    columns = select(ReviewTask, Item, Bank, Account.full_name, opened)
    rows = db.session.execute(
        _waiting(columns, asker, wanted)
        .outerjoin(Account, Account.id == ReviewTask.asked_by_id)
        .options(*with_current(), joinedload(ReviewTask.assigned_to))
        .order_by(ReviewTask.due_on.is_(None), ReviewTask.due_on, ReviewTask.id)
        .limit(_MOST)
    )
    return [
        Line(task, item, bank, name or "", bool(is_opened))
        for task, item, bank, name, is_opened in rows
    ]


def count_waiting(asker: Asker) -> int:
    """Return how many items wait for this person."""
    return db.session.scalar(_waiting(select(func.count()), asker, Wanted())) or 0


def places(asker: Asker, wanted: Wanted) -> list[str]:
    """Return the public ids of what waits for this person, in the order of the queue."""
    found = _waiting(select(Item.public_id), asker, wanted).order_by(
        ReviewTask.due_on.is_(None), ReviewTask.due_on, ReviewTask.id
    )
    return list(db.session.scalars(found.limit(_MOST)))


def _waiting(columns: Select, asker: Asker, wanted: Wanted) -> Select:  # type: ignore[type-arg]  # -- any columns
    """Lay what waits under the columns: only what this person may take the step of."""
    found = (
        columns.select_from(ReviewTask)
        .join(Item, Item.id == ReviewTask.item_id)
        .join(Bank, Bank.id == Item.bank_id)
        .where(
            ReviewTask.done_at.is_(None),
            Item.current_id == ReviewTask.version_id,
            or_(_may(Step.REVIEW, asker.reviews), _may(Step.APPROVAL, asker.approves)),
            ~_wrote(asker.account_id),
            or_(ReviewTask.step == Step.REVIEW, ~_reviewed(asker.account_id)),
        )
    )
    if wanted.bank_id is not None:
        found = found.where(Item.bank_id == wanted.bank_id)
    if wanted.step is not None:
        found = found.where(ReviewTask.step == wanted.step)
    if wanted.is_mine:
        found = found.where(ReviewTask.assigned_to_id == asker.account_id)
    if wanted.overdue_on is not None:
        found = found.where(ReviewTask.due_on < wanted.overdue_on)
    return found


def _may(step: Step, bank_ids: BankIds) -> ColumnElement[bool]:
    state = next(ItemState(state) for state, waits_for in WAITING.items() if waits_for is step)
    within = true() if bank_ids is None else Item.bank_id.in_(bank_ids)
    return and_(ReviewTask.step == step, Item.state == state, within)


def _wrote(account_id: int) -> ColumnElement[bool]:
    version = select(ItemVersion.id).where(
        ItemVersion.item_id == Item.id, ItemVersion.created_by_id == account_id
    )
    editor = select(ItemEditor.item_id).where(
        ItemEditor.item_id == Item.id, ItemEditor.account_id == account_id
    )
    by = func.coalesce(Item.author_id, 0) == account_id
    return or_(by, version.exists(), editor.exists())


def _reviewed(account_id: int) -> ColumnElement[bool]:
    return (
        select(Review.id)
        .where(
            Review.version_id == ReviewTask.version_id,
            Review.account_id == account_id,
            Review.step == Step.REVIEW,
            Review.verdict == Verdict.PASSED,
        )
        .exists()
    )


def opened_by(account_id: int, version_ids: Collection[int]) -> set[int]:
    """Return which of the versions the person has opened while they waited."""
    return set(
        db.session.scalars(
            select(ItemView.version_id).where(
                ItemView.version_id.in_(version_ids),
                ItemView.account_id == account_id,
                ItemView.place == ViewPlace.REVIEW,
            )
        )
    )


def items_with(public_ids: Collection[str]) -> Sequence[Item]:
    """Return items by their public ids, in the order of their writing."""
    return db.session.scalars(
        select(Item).where(Item.public_id.in_(public_ids)).order_by(Item.id)
    ).all()


# --- Who works in a bank -----------------------------------------------------------------------


def grants_in(bank_id: int, *, at: datetime) -> Sequence[Grant]:
    """Return the roles that people hold in a bank now."""
    return db.session.scalars(
        select(Grant)
        .join(Account, Account.id == Grant.account_id)
        .where(
            Grant.scope_kind == ScopeKind.BANK,
            Grant.scope_id == bank_id,
            _holds(at),
        )
        .options(joinedload(Grant.account).joinedload(Account.unit))
        .order_by(Grant.role, Account.sort_key)
    ).all()


def people_with(bank_id: int, permission: Permission, *, at: datetime) -> Sequence[Account]:
    """Return who holds the permission in the bank itself or everywhere, in the order of lists."""
    here = (Grant.scope_kind == ScopeKind.BANK) & (Grant.scope_id == bank_id)
    holds = select(Grant.account_id).where(
        Grant.role.in_(roles_with(permission)),
        or_(Grant.scope_kind == ScopeKind.PLATFORM, here),
        _holds(at),
    )
    return db.session.scalars(
        select(Account)
        .where(Account.id.in_(holds), Account.deactivated_at.is_(None))
        .order_by(Account.sort_key)
    ).all()


def _holds(at: datetime) -> ColumnElement[bool]:
    return and_(Grant.valid_from <= at, or_(Grant.valid_to.is_(None), Grant.valid_to > at))


def people_found(words: str) -> Sequence[Account]:
    """Return accounts to give a role to: the staff by words of the name, others by the number.

    Whoever never held a role is found only by the whole phone number or e-mail address: the
    names of those who take part are not for everybody who keeps a bank.
    """
    wanted = search_key(words).split()
    if not wanted:
        return []
    named = and_(
        Account.id.in_(select(Grant.account_id)),
        *(Account.search_text.contains(word, autoescape=True) for word in wanted),
    )
    reached = or_(Account.phone == _phone(words), Account.email == words.strip().lower())
    return db.session.scalars(
        select(Account)
        .where(Account.deactivated_at.is_(None), Account.erased_at.is_(None), or_(named, reached))
        .options(joinedload(Account.unit))
        .order_by(Account.sort_key)
        .limit(_PEOPLE)
    ).all()


def _phone(words: str) -> str:
    try:
        return contacting.read_phone(words)
    except Unreadable:
        return ""
