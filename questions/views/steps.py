"""What the page of an item says about its review: where it stands, and what the asker may do."""

from dataclasses import dataclass

from accounts.models import Account
from accounts.rules.authorizing import Permission
from core import clock
from questions import access, review_queries
from questions.models import Bank, Item, ItemState, ItemView, KeptBasis, ReviewTask
from questions.review_queries import Verdicts
from questions.rules import reviewing
from questions.rules.reviewing import Objection, Step

NEEDED = {Step.REVIEW: Permission.REVIEW_ITEMS, Step.APPROVAL: Permission.APPROVE_ITEMS}
_PLACES = {
    ItemState.DRAFT: 1,
    ItemState.QUARANTINED: 1,
    ItemState.SUBMITTED: 2,
    ItemState.REVIEWED: 3,
}


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an item stands in the review of its bank, as the asker sees it."""

    is_reviewed: bool
    # How many steps the stepper has, and which is the present one; 0: none of them.
    length: int
    place: int
    step: Step | None
    task: ReviewTask | None
    verdicts: list[Verdicts]
    views: list[tuple[ItemView, str]]
    kept: KeptBasis | None
    objection: Objection | None
    may_decide: bool
    may_submit: bool
    may_take_back: bool
    may_assign: bool
    may_lock: bool
    people: list[Account]


def of(item: Item, bank: Bank) -> Standing:
    """Return where an item stands in the review of its bank."""
    rights, account = access.rights_in(bank.id), access.reader()
    step = reviewing.step_of(item.state)
    authors = review_queries.authors_of(item.id)
    reviewers = review_queries.reviewers_of(item.current_id or 0)
    found = reviewing.objection(account.id, step, authors, reviewers) if step else None
    may_assign = step is not None and (rights["MANAGE_BANK"] or rights["APPROVE_ITEMS"])
    is_reviewed = reviewing.is_reviewed(bank.review_steps)
    ready = is_reviewed and item.state in reviewing.MAY_BE_SUBMITTED
    sees_views = rights["MANAGE_BANK"] or rights["APPROVE_ITEMS"]
    return Standing(
        is_reviewed=is_reviewed,
        length=4 if bank.review_steps == reviewing.TWO else 3,
        place=_place(item, bank),
        step=step,
        task=review_queries.open_task(item.id) if step else None,
        verdicts=review_queries.verdicts_of(item.id),
        views=review_queries.views_of(item.id) if sees_views else [],
        kept=review_queries.kept_basis(item.current_id or 0),
        objection=found,
        may_decide=step is not None and found is None and rights[NEEDED[step].name],
        may_submit=ready and rights["WRITE_ITEMS"],
        may_take_back=step is not None and rights["WRITE_ITEMS"],
        may_assign=may_assign,
        may_lock=rights["APPROVE_ITEMS"],
        people=candidates(bank, step, authors, reviewers) if may_assign and step else [],
    )


def _place(item: Item, bank: Bank) -> int:
    last = 4 if bank.review_steps == reviewing.TWO else 3
    after = {ItemState.USABLE: last, ItemState.LOCKED: last + 1}
    return {**_PLACES, **after}.get(item.state, 0)


def candidates(bank: Bank, step: Step, authors: set[int], reviewers: set[int]) -> list[Account]:
    """Return the people who may take the step of an item that these wrote and reviewed."""
    people = review_queries.people_with(bank.id, NEEDED[step], at=clock.now())
    return [one for one in people if reviewing.objection(one.id, step, authors, reviewers) is None]
