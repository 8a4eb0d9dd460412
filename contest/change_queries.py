"""What is read of changes to results: proposals, rulings, and what they can be about."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import contains_eager, joinedload

from accounts.models import Account
from contest.models import (
    Attempt,
    AttemptKind,
    ChangeState,
    DecisionState,
    Enrolment,
    LateDecision,
    QuestionRuling,
    ResultChange,
    ResultRun,
    Round,
    RoundState,
    Slot,
)
from contest.rules.marking import RulingKind
from contest.rules.predicting import Scope
from core.db import db
from core.text import search_key
from core.web import Page, whole_or
from questions.models import Item, ItemVersion

PAGE = 20
FOUND = 20


@dataclass(frozen=True, slots=True)
class Question:
    """An item version that was asked in a round, in how many attempts, and what was ruled."""

    version: ItemVersion
    code: str
    attempts: int
    ruling: QuestionRuling | None


@dataclass(frozen=True, slots=True)
class Taker:
    """Somebody who took a round, with the attempts."""

    enrolment: Enrolment
    attempts: Sequence[Attempt]


def rulings_in(round_: Round) -> dict[int, QuestionRuling]:
    """Return the rulings that hold in a round, by item version."""
    rows = db.session.scalars(
        select(QuestionRuling).where(
            QuestionRuling.round_id == round_.id, QuestionRuling.lifted_by_id.is_(None)
        )
    )
    return {one.version_id: one for one in rows}


def void_versions(round_: Round) -> set[int]:
    """Return the item versions that nobody marks any more in a round."""
    rulings = rulings_in(round_)
    return {one for one, held in rulings.items() if held.kind is not RulingKind.KEY}


def change_with(public_id: str) -> ResultChange | None:
    """Return a change with its round, contest and people."""
    return db.session.scalar(
        select(ResultChange)
        .where(ResultChange.public_id == public_id)
        .options(
            joinedload(ResultChange.round).joinedload(Round.contest),
            joinedload(ResultChange.made_by),
            joinedload(ResultChange.decided_by),
            joinedload(ResultChange.run),
        )
    )


def changes_of(round_: Round) -> Sequence[ResultChange]:
    """Return the changes of a round, the newest first, with people and runs."""
    return db.session.scalars(
        select(ResultChange)
        .where(ResultChange.round_id == round_.id)
        .options(
            joinedload(ResultChange.made_by),
            joinedload(ResultChange.decided_by),
            joinedload(ResultChange.run),
        )
        .order_by(ResultChange.id.desc())
        .limit(100)
    ).all()


def waiting_in(round_: Round) -> ResultChange | None:
    """Return the proposal of a round that waits for a second person."""
    return db.session.scalar(
        select(ResultChange).where(
            ResultChange.round_id == round_.id, ResultChange.state == ChangeState.PROPOSED
        )
    )


def change_of_run(run_id: int) -> ResultChange | None:
    """Return the change that made a run, with its people; None for a plain computation."""
    return db.session.scalar(
        select(ResultChange)
        .where(ResultChange.run_id == run_id)
        .options(joinedload(ResultChange.made_by), joinedload(ResultChange.decided_by))
    )


def rounds_counting(round_: Round) -> Sequence[Round]:
    """Return the other rounds with results whose prediction counts the whole contest."""
    rows = db.session.execute(
        select(Round, ResultRun.is_provisional)
        .join(ResultRun, ResultRun.id == Round.current_run_id)
        .where(Round.contest_id == round_.contest_id, Round.id != round_.id)
        .order_by(Round.id)
    )
    return [
        one
        for one, is_provisional in rows
        if not is_provisional
        and one.state is not RoundState.FINAL
        and one.asked_prediction is not None
        and one.asked_prediction.scope is Scope.CONTEST
        and not one.fixed_actuals
    ]


# --- What changes are about --------------------------------------------------------------------


def attempts_named(round_: Round, names: Sequence[str]) -> dict[str, Attempt]:
    """Return the submitted attempts of a round with these public ids, with their people."""
    rows = db.session.scalars(
        select(Attempt)
        .where(
            Attempt.round_id == round_.id,
            Attempt.kind == AttemptKind.OFFICIAL,
            Attempt.submitted_at.is_not(None),
            Attempt.public_id.in_(list(names)),
        )
        .options(joinedload(Attempt.enrolment).joinedload(Enrolment.account))
    )
    return {one.public_id: one for one in rows}


def people_named(round_: Round, names: Sequence[str]) -> dict[str, Enrolment]:
    """Return the people of the round's contest with these public ids."""
    rows = db.session.scalars(
        select(Enrolment)
        .where(Enrolment.contest_id == round_.contest_id, Enrolment.public_id.in_(list(names)))
        .options(joinedload(Enrolment.account), joinedload(Enrolment.contest))
    )
    return {one.public_id: one for one in rows}


def late_named(round_: Round, names: Sequence[str]) -> dict[str, LateDecision]:
    """Return the proposals about late answers of a round that still wait, by public id."""
    attempt = joinedload(LateDecision.attempt)
    rows = db.session.scalars(
        select(LateDecision)
        .join(Attempt, Attempt.id == LateDecision.attempt_id)
        .where(
            Attempt.round_id == round_.id,
            LateDecision.state == DecisionState.PROPOSED,
            LateDecision.public_id.in_(list(names)),
        )
        .options(
            attempt.joinedload(Attempt.enrolment).joinedload(Enrolment.account),
            attempt.joinedload(Attempt.round).joinedload(Round.contest),
        )
    )
    return {one.public_id: one for one in rows}


def late_waiting(round_: Round) -> Sequence[LateDecision]:
    """Return the proposals about late answers of a round that wait for a second person."""
    attempt = joinedload(LateDecision.attempt)
    return db.session.scalars(
        select(LateDecision)
        .join(Attempt, Attempt.id == LateDecision.attempt_id)
        .where(Attempt.round_id == round_.id, LateDecision.state == DecisionState.PROPOSED)
        .options(
            attempt.joinedload(Attempt.enrolment).joinedload(Enrolment.account),
            joinedload(LateDecision.proposed_by),
        )
        .order_by(LateDecision.id)
        .limit(FOUND)
    ).all()


def versions_named(round_: Round, ids: Sequence[int]) -> dict[int, tuple[ItemVersion, str]]:
    """Return the item versions with these ids that were asked in the round, with their codes."""
    asked = (
        select(Slot.version_id)
        .join(Attempt, Attempt.id == Slot.attempt_id)
        .where(Attempt.round_id == round_.id, Slot.version_id == ItemVersion.id)
    )
    rows = db.session.execute(
        select(ItemVersion, Item.code)
        .join(Item, Item.id == ItemVersion.item_id)
        .where(ItemVersion.id.in_(list(ids)), asked.exists())
        .options(contains_eager(ItemVersion.item))
    )
    return {version.id: (version, code) for version, code in rows}


def questions_of(round_: Round, *, words: str = "", after: str | None = None) -> Page[Question]:
    """Return a page of the questions that submitted attempts of a round hold, found by words."""
    counts = (
        select(Slot.version_id, func.count().label("attempts"))
        .join(Attempt, Attempt.id == Slot.attempt_id)
        .where(
            Attempt.round_id == round_.id,
            Attempt.kind == AttemptKind.OFFICIAL,
            Attempt.submitted_at.is_not(None),
            Slot.version_id.is_not(None),
        )
        .group_by(Slot.version_id)
        .subquery()
    )
    statement = (
        select(ItemVersion, Item.code, counts.c.attempts)
        .join(counts, counts.c.version_id == ItemVersion.id)
        .join(Item, Item.id == ItemVersion.item_id)
        .where(ItemVersion.id > whole_or(after or "", 0))
    )
    for word in search_key(words).split():
        statement = statement.where(Item.search_text.contains(word, autoescape=True))
    rows = db.session.execute(
        statement.order_by(ItemVersion.id).limit(PAGE + 1).options(contains_eager(ItemVersion.item))
    ).all()
    rulings = rulings_in(round_)
    found = [Question(one, code, count, rulings.get(one.id)) for one, code, count in rows[:PAGE]]
    more = str(found[-1].version.id) if len(rows) > PAGE else None
    return Page(found, after=more)


def takers(round_: Round, words: str) -> list[Taker]:
    """Return the first people found by name or receipt who took a round, with their attempts."""
    sought = search_key(words).split()
    if not sought:
        return []
    statement = (
        select(Attempt)
        .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
        .join(Account, Account.id == Enrolment.account_id)
        .where(
            Attempt.round_id == round_.id,
            Attempt.kind == AttemptKind.OFFICIAL,
            Attempt.submitted_at.is_not(None),
        )
        .options(
            joinedload(Attempt.enrolment).joinedload(Enrolment.account),
            joinedload(Attempt.enrolment).joinedload(Enrolment.unit),
        )
    )
    by_name = statement
    for word in sought:
        by_name = by_name.where(Account.search_text.contains(word, autoescape=True))
    by_code = Attempt.receipt_code == words.strip().upper()
    rows = db.session.scalars(statement.where(by_code)).all()
    rows = rows or db.session.scalars(by_name.order_by(Account.sort_key).limit(FOUND)).all()
    found: dict[int, list[Attempt]] = {}
    for one in rows:
        found.setdefault(one.enrolment_id, []).append(one)
    return [Taker(mine[0].enrolment, mine) for mine in found.values()]


def enrolments_found(contest_id: int, words: str) -> set[int]:
    """Return the people of a contest whose name holds the words."""
    statement = (
        select(Enrolment.id)
        .join(Account, Account.id == Enrolment.account_id)
        .where(Enrolment.contest_id == contest_id)
    )
    for word in search_key(words).split():
        statement = statement.where(Account.search_text.contains(word, autoescape=True))
    return set(db.session.scalars(statement))


def people_with(ids: Sequence[int]) -> dict[int, Enrolment]:
    """Return people by the ids of their enrolments, with account and unit."""
    rows = db.session.scalars(
        select(Enrolment)
        .where(Enrolment.id.in_(list(ids)))
        .options(joinedload(Enrolment.account), joinedload(Enrolment.unit))
    )
    return {one.id: one for one in rows}
