"""Appeals: made by the owner of an attempt while there is time, claimed and answered by staff."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from accounts import auditing
from accounts.models import Account
from contest import appeal_queries, revising
from contest.errors import AlreadyDecided, AppealRefused, CannotDecide, RoundFinal, WrongHour
from contest.models import Appeal, AppealState, Attempt, Enrolment, Round, RoundState
from contest.rules import appealing
from contest.rules.appealing import AppealStage, AppealWindow
from core import ids
from core.db import atomic, db, lock
from core.text import N_

_REFUSALS = {
    AppealStage.NONE: N_("There are no appeals in this round."),
    AppealStage.UPCOMING: N_("The time for appeals has not begun yet."),
    AppealStage.OVER: N_("The time for appeals is over."),
}


@atomic()
def set_window(round_: Round, window: AppealWindow, actor: Account) -> Round:
    """Say whether a round allows appeals, and between which hours.

    Raise `WrongHour` for hours that cannot be, `RoundFinal` after finalizing.
    """
    lock(round_)
    _check_open(round_)
    found = appealing.problems(window)
    if found:
        raise WrongHour(found[0].message, **found[0].values)
    before = round_.appeal_window
    wanted = (window.regime, window.opens_at, window.closes_at)
    if (before.regime, before.opens_at, before.closes_at) != wanted:
        round_.appeal_regime, round_.appeals_from, round_.appeals_until = wanted
        told = {"regime": window.regime, "from": window.opens_at, "until": window.closes_at}
        _record(round_, f"round:{round_.public_id}", actor, "round.appeals_set", **told)
    return round_


@atomic()
def make(
    attempt: Attempt, actor: Account, reason: str, positions: Sequence[int], *, at: datetime
) -> Appeal:
    """Appeal against the result of an own attempt, once; a second time returns the first.

    Raise `AppealRefused` outside of the time for it, or for an attempt that counts nowhere.
    """
    lock(attempt)
    kept = appeal_queries.of_attempt(attempt.id)
    if kept is not None:
        return kept
    stage = appealing.stage(at, attempt.round.appeal_window)
    if stage is not AppealStage.OPEN or attempt.round.state is RoundState.FINAL:
        raise AppealRefused(_REFUSALS.get(stage, _REFUSALS[AppealStage.OVER]))
    if attempt.submitted_at is None or attempt.enrolment.account_id != actor.id:
        raise AppealRefused(N_("Only the owner of an attempt that was handed in can appeal."))
    asked = {slot.position for slot in attempt.slots if slot.version_id is not None}
    made = Appeal(
        public_id=ids.public_id(),
        round_id=attempt.round_id,
        attempt_id=attempt.id,
        reason=reason,
        positions=sorted(asked & set(positions)),
        made_at=at,
        score_before=attempt.score,
        correct_before=attempt.correct,
    )
    db.session.add(made)
    db.session.flush()
    _record_of(made, actor, "appeal.made", words=_digest(reason), positions=made.positions)
    return made


@atomic()
def withdraw(appeal: Appeal, actor: Account) -> Appeal:
    """Take the own appeal back, as long as nobody has answered."""
    lock(appeal)
    if appeal.attempt.enrolment.account_id != actor.id:
        raise CannotDecide(N_("Only who made an appeal can take it back."))
    if appeal.state is AppealState.WITHDRAWN:
        return appeal
    _check_waits(appeal)
    appeal.state = AppealState.WITHDRAWN
    _record_of(appeal, actor, "appeal.withdrawn")
    return appeal


@atomic()
def claim(appeal: Appeal, actor: Account, *, at: datetime) -> Appeal:
    """Take an appeal to answer; whoever takes it later takes it over. Raise `AlreadyDecided`."""
    _lock(appeal, actor)
    if appeal.claimed_by_id != actor.id:
        appeal.claimed_by_id, appeal.claimed_at = actor.id, at
        _record_of(appeal, actor, "appeal.claimed")
    return appeal


@atomic()
def answer(appeal: Appeal, actor: Account, words: str, *, changes: bool, at: datetime) -> Appeal:
    """Answer an appeal: the result is kept, or a change to it is drafted for two people.

    Raise `CannotDecide` for whoever has not claimed it, `AlreadyDecided`, `RoundFinal`.
    """
    _lock(appeal, actor)
    if appeal.claimed_by_id != actor.id:
        raise CannotDecide(N_("Take the appeal first: somebody else may be answering it."))
    appeal.state = AppealState.CHANGED if changes else AppealState.KEPT
    appeal.answered_by_id, appeal.answered_at, appeal.answer = actor.id, at, words
    if changes:
        appeal.change_id = revising.draft(appeal.attempt.round, actor, at=at).id
    told = {"changes": changes, "words": _digest(words)}
    _record_of(appeal, actor, "appeal.answered", **told)
    return appeal


def erase_of(account_id: int) -> None:
    """Take away what an erased person wrote; that there was an appeal, and its outcome, stay."""
    mine = select(Attempt.id).join(Enrolment).where(Enrolment.account_id == account_id)
    db.session.execute(
        update(Appeal).where(Appeal.attempt_id.in_(mine)).values(reason="", answer="")
    )


def kept_of(account_id: int) -> list[dict[str, Any]]:
    """Return what is kept of a person's appeals, for the person's own download."""
    rows = db.session.scalars(
        select(Appeal)
        .join(Attempt, Attempt.id == Appeal.attempt_id)
        .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
        .where(Enrolment.account_id == account_id)
        .order_by(Appeal.id)
    )
    return [
        {
            "made_at": one.made_at.isoformat(),
            "reason": one.reason,
            "positions": one.positions,
            "state": one.state.value,
            "answer": one.answer,
        }
        for one in rows
    ]


def _lock(appeal: Appeal, actor: Account) -> None:
    lock(appeal.attempt.round)
    lock(appeal)
    _check_open(appeal.attempt.round)
    _check_waits(appeal)
    if appeal.attempt.enrolment.account_id == actor.id:
        raise CannotDecide(N_("Nobody decides about an own attempt."))


def _check_open(round_: Round) -> None:
    if round_.state is RoundState.FINAL:
        raise RoundFinal


def _check_waits(appeal: Appeal) -> None:
    if appeal.state is not AppealState.OPEN:
        raise AlreadyDecided


def _digest(words: str) -> str:
    """Return what proves the words: the trail outlives the person's data."""
    return hashlib.sha256(words.encode()).hexdigest()


def _record_of(appeal: Appeal, actor: Account, action: str, **told: object) -> None:
    attempt = appeal.attempt
    target = f"attempt:{attempt.public_id}"
    _record(attempt.round, target, actor, action, appeal=appeal.public_id, **told)


def _record(round_: Round, target: str, actor: Account, action: str, **told: object) -> None:
    auditing.record(actor, action, target, log=round_.contest.log, **told)
