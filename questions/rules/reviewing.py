"""Who may pass an item on: the steps of a bank's review, and why somebody may not take one."""

from collections.abc import Collection
from enum import StrEnum


class Step(StrEnum):
    """A look that another person takes at an item before it may be drawn."""

    REVIEW = "review"
    APPROVAL = "approval"


class Verdict(StrEnum):
    """What came of a look."""

    PASSED = "passed"
    RETURNED = "returned"


class Objection(StrEnum):
    """Why a person may not take a step, whatever roles that person holds."""

    # Who wrote any part of an item never judges it.
    AUTHOR = "author"
    # Who reviewed it does not approve it as well.
    REVIEWER = "reviewer"


NONE, ONE, TWO = "none", "one", "two"
DRAFT, SUBMITTED, REVIEWED, USABLE = "draft", "submitted", "reviewed", "usable"
QUARANTINED, LOCKED = "quarantined", "locked"
# An item that is written or put right, and may be handed to somebody else.
MAY_BE_SUBMITTED = frozenset({DRAFT, QUARANTINED})
WAITING = {SUBMITTED: Step.REVIEW, REVIEWED: Step.APPROVAL}


def is_reviewed(steps: str) -> bool:
    """Say whether items of a bank with these steps need another person."""
    return steps != NONE


def first_state(wanted: str, steps: str) -> str:
    """Return where a new item stands: a reviewed bank has it as a draft before it is drawn."""
    return DRAFT if is_reviewed(steps) and wanted in (USABLE, LOCKED) else wanted


def state_after_change(state: str, steps: str) -> str:
    """Return where an item stands once it was changed: what was passed has to be passed anew."""
    passed = state in (USABLE, LOCKED, *WAITING)
    return DRAFT if is_reviewed(steps) and passed else state


def step_of(state: str) -> Step | None:
    """Return the step that an item in this state waits for, if it waits."""
    return WAITING.get(state)


def state_after(steps: str, step: Step, verdict: Verdict) -> str:
    """Return where an item stands after a verdict."""
    if verdict is Verdict.RETURNED:
        return DRAFT
    return REVIEWED if step is Step.REVIEW and steps == TWO else USABLE


def state_after_steps(state: str, steps: str) -> str:
    """Return where an item stands once its bank has other steps.

    What waits begins again at the first step, or is a draft where nobody looks any more; what
    was let in stays in.
    """
    if state not in WAITING:
        return state
    return SUBMITTED if is_reviewed(steps) else DRAFT


def objection(
    account_id: int, step: Step, authors: Collection[int], reviewers: Collection[int]
) -> Objection | None:
    """Return why this person may not take the step, or None."""
    if account_id in authors:
        return Objection.AUTHOR
    if step is Step.APPROVAL and account_id in reviewers:
        return Objection.REVIEWER
    return None
