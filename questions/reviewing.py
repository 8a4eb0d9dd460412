"""Reviewing items: submit, pass on, give back.

Whoever wrote any part of an item never passes it, and whoever reviewed it does not approve it
as well: this holds for the person, whatever roles that person has.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import insert, select, update

from accounts import auditing
from accounts.models import Account
from core.db import atomic, db, lock
from core.vietnam import civil_day
from questions import authoring, browsing, review_queries
from questions.errors import (
    ItemChanged,
    NoReviewHere,
    NotADraft,
    NotOpened,
    NotWaiting,
    OwnItem,
    OwnReview,
    ReasonNeeded,
)
from questions.models import (
    Bank,
    Item,
    ItemState,
    ItemVersion,
    KeptBasis,
    LegalDocument,
    Review,
    ReviewSteps,
    ReviewTask,
)
from questions.rules import reviewing as rules
from questions.rules.reviewing import Objection, Step, Verdict

# How long a step may take when nobody says otherwise.
USUAL_DAYS = timedelta(days=5)
_ACTS = {
    (Step.REVIEW, Verdict.PASSED): "item.reviewed",
    (Step.APPROVAL, Verdict.PASSED): "item.approved",
}


@dataclass(frozen=True, slots=True)
class Looked:
    """What a person has looked at: the version by its number, and the step it waited for."""

    number: int
    step: Step


# --- Asking for it -----------------------------------------------------------------------------


@atomic()
def submit(actor: Account, item: Item, *, number: int, at: datetime, note: str = "") -> None:
    """Let the version of this number wait for a reviewer; one that waits already goes on waiting.

    Raise `NoReviewHere`, `ItemChanged`, `NotADraft`, `ItemRefused` or `DocumentNotInForce`.
    """
    lock(item)
    if not rules.is_reviewed(browsing.bank_of(item).review_steps):
        raise NoReviewHere
    version = current(item, number)
    if item.state in rules.WAITING:
        return
    if item.state not in rules.MAY_BE_SUBMITTED:
        raise NotADraft(code=item.code)
    authoring.check_basis(version, at=at)
    authoring.check(authoring.wording_of(version))
    authoring.stop_waiting([item.id], at=at)
    item.state, item.reason = ItemState.SUBMITTED, ""
    db.session.add(_task(item, Step.REVIEW, actor, at=at, note=note))
    auditing.record(
        actor, "item.submitted", f"item:{item.public_id}", code=item.code, version=number, note=note
    )


@atomic()
def submit_many(actor: Account, bank: Bank, item_ids: Sequence[int], *, at: datetime) -> int:
    """Let all drafts among these items of a bank wait for a reviewer; return how many do.

    One whose document has ended stays a draft. Raise `NoReviewHere`.
    """
    lock(bank)
    if not rules.is_reviewed(bank.review_steps):
        raise NoReviewHere
    drafts = _ready_drafts(bank, item_ids, civil_day(at))
    if not drafts:
        return 0
    own = [item_id for item_id, _, _ in drafts]
    for start in range(0, len(own), 500):
        authoring.stop_waiting(own[start : start + 500], at=at)
        db.session.execute(
            update(Item)
            .where(Item.id.in_(own[start : start + 500]))
            .values(state=ItemState.SUBMITTED, reason="")
            .execution_options(synchronize_session=False)
        )
    db.session.execute(
        insert(ReviewTask),
        [_task_row(item_id, version_id, actor, at) for item_id, version_id, _ in drafts],
    )
    codes = [code for _, _, code in drafts]
    auditing.record(actor, "item.submitted", f"bank:{bank.public_id}", codes=codes)
    return len(drafts)


def _ready_drafts(
    bank: Bank, item_ids: Sequence[int], today: date
) -> list[tuple[int, int | None, str]]:
    wanted = set(item_ids)
    rows = db.session.execute(
        select(Item.id, Item.current_id, Item.code, LegalDocument, KeptBasis.version_id)
        .join(ItemVersion, ItemVersion.id == Item.current_id)
        .outerjoin(LegalDocument, LegalDocument.id == ItemVersion.document_id)
        .outerjoin(KeptBasis, KeptBasis.version_id == ItemVersion.id)
        .where(Item.bank_id == bank.id, Item.state == ItemState.DRAFT)
        .order_by(Item.id)
    )
    return [
        (item_id, version_id, code)
        for item_id, version_id, code, document, kept in rows
        if item_id in wanted and (kept or document is None or document.is_in_force(today))
    ]


def _task_row(
    item_id: int, version_id: int | None, actor: Account, at: datetime
) -> dict[str, object]:
    return {
        "item_id": item_id,
        "version_id": version_id,
        "step": Step.REVIEW,
        "due_on": civil_day(at + USUAL_DAYS),
        "asked_by_id": actor.id,
        "asked_at": at,
    }


def _task(
    item: Item, step: Step, actor: Account | None, *, at: datetime, note: str = ""
) -> ReviewTask:
    return ReviewTask(
        item_id=item.id,
        version_id=item.current_id,
        step=step,
        due_on=civil_day(at + USUAL_DAYS),
        note=note,
        asked_by_id=actor.id if actor else None,
        asked_at=at,
    )


@atomic()
def take_back(actor: Account, item: Item, *, at: datetime) -> None:
    """Make an item that waits a draft again; one that is a draft stays one. Raise `NotWaiting`."""
    lock(item)
    if item.state is ItemState.DRAFT:
        return
    if item.state not in rules.WAITING:
        raise NotWaiting(code=item.code)
    item.state = ItemState.DRAFT
    authoring.stop_waiting([item.id], at=at)
    auditing.record(actor, "item.taken_back", f"item:{item.public_id}", code=item.code)


@atomic()
def assign(actor: Account, item: Item, to: Account | None, due_on: date | None) -> None:
    """Say who takes the step that an item waits for, and until when; nobody: whoever may.

    Raise `NotWaiting`, or `OwnItem` or `OwnReview` when that person must not take it.
    """
    lock(item)
    task = review_queries.open_task(item.id)
    step = rules.step_of(item.state)
    if task is None or step is None:
        raise NotWaiting(code=item.code)
    if to is not None:
        _check_person(to, item, step)
    task.assigned_to_id, task.due_on = to.id if to else None, due_on
    auditing.record(
        actor,
        "item.assigned",
        f"item:{item.public_id}",
        to=to.public_id if to else None,
        due=due_on.isoformat() if due_on else None,
    )


# --- Deciding ----------------------------------------------------------------------------------


@atomic()
def accept(actor: Account, item: Item, seen: Looked, *, at: datetime, reason: str = "") -> None:
    """Pass an item on: to whoever approves it, or into papers after the last step.

    Raise `NotWaiting`, `ItemChanged`, `OwnItem`, `OwnReview` or `DocumentNotInForce`.
    """
    version = _check_turn(actor, item, seen)
    state = rules.state_after(browsing.bank_of(item).review_steps, seen.step, Verdict.PASSED)
    if state == rules.USABLE:
        authoring.check_basis(version, at=at)
    _decide(actor, item, seen, Verdict.PASSED, reason, at=at)
    item.state = ItemState(state)
    if state == rules.REVIEWED:
        db.session.flush()
        db.session.add(_task(item, Step.APPROVAL, actor, at=at))


@atomic()
def give_back(actor: Account, item: Item, seen: Looked, reason: str, *, at: datetime) -> None:
    """Return an item to its author, saying why.

    Raise `ReasonNeeded`, `NotWaiting`, `ItemChanged`, `OwnItem` or `OwnReview`.
    """
    if not reason:
        raise ReasonNeeded
    _check_turn(actor, item, seen)
    _decide(actor, item, seen, Verdict.RETURNED, reason, at=at)
    item.state = ItemState(rules.state_after("", seen.step, Verdict.RETURNED))


@atomic()
def accept_all(actor: Account, items: Sequence[tuple[Item, Looked]], *, at: datetime) -> int:
    """Pass several items that the person has opened; all of them or none. Return how many.

    Raise `NotOpened` naming those that were not, and what `accept` raises.
    """
    versions = [item.current_id for item, _ in items if item.current_id is not None]
    opened = review_queries.opened_by(actor.id, versions)
    unread = [item.code for item, _ in items if item.current_id not in opened]
    if unread:
        raise NotOpened(codes=", ".join(unread))
    for item, seen in items:
        accept(actor, item, seen, at=at)
    return len(items)


def _check_turn(actor: Account, item: Item, seen: Looked) -> ItemVersion:
    """Keep others from the item, and return the version that the person may decide on now."""
    lock(item)
    if rules.step_of(item.state) is not seen.step:
        raise NotWaiting(code=item.code)
    version = current(item, seen.number)
    _check_person(actor, item, seen.step)
    return version


def _check_person(person: Account, item: Item, step: Step) -> None:
    authors = review_queries.authors_of(item.id)
    reviewers = review_queries.reviewers_of(item.current_id or 0)
    found = rules.objection(person.id, step, authors, reviewers)
    if found is Objection.AUTHOR:
        raise OwnItem(code=item.code)
    if found is Objection.REVIEWER:
        raise OwnReview(code=item.code)


def current(item: Item, number: int) -> ItemVersion:
    """Return the current version. Raise `ItemChanged` unless the person has seen that one."""
    version = db.session.get_one(ItemVersion, item.current_id)
    if version.number != number:
        raise ItemChanged
    return version


def _decide(
    actor: Account, item: Item, seen: Looked, verdict: Verdict, reason: str, *, at: datetime
) -> None:
    review = Review(
        version_id=item.current_id,
        step=seen.step,
        verdict=verdict,
        reason=reason,
        account_id=actor.id,
        at=at,
    )
    db.session.add(review)
    authoring.stop_waiting([item.id], at=at)
    auditing.record(
        actor,
        _ACTS.get((seen.step, verdict), "item.returned"),
        f"item:{item.public_id}",
        code=item.code,
        version=seen.number,
        step=seen.step.value,
        reason=reason,
    )


# --- The bank ----------------------------------------------------------------------------------


@atomic()
def set_steps(actor: Account, bank: Bank, steps: ReviewSteps, *, at: datetime) -> int:
    """Say how many people see an item of the bank before it is drawn; return how many move.

    What waits begins again at the first step, or is a draft where nobody looks any more. What
    was let in stays in: from now on, a change of it is looked at.
    """
    lock(bank)
    if bank.review_steps is steps:
        return 0
    before, bank.review_steps = bank.review_steps, steps
    waiting = db.session.scalars(
        select(Item).where(
            Item.bank_id == bank.id, Item.state.in_([ItemState(one) for one in rules.WAITING])
        )
    ).all()
    for item in waiting:
        authoring.stop_waiting([item.id], at=at)
        item.state = ItemState(rules.state_after_steps(item.state, steps))
        if item.state is ItemState.SUBMITTED:
            db.session.add(_task(item, Step.REVIEW, actor, at=at))
    auditing.record(
        actor,
        "bank.steps_changed",
        f"bank:{bank.public_id}",
        before=before.value,
        after=steps.value,
        moved=sorted(item.code for item in waiting),
    )
    return len(waiting)
