"""Deciding about answers that came late: one person proposes, another one agrees or refuses."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert

from accounts import auditing
from accounts.models import Account
from contest import change_queries, closing, essay_queries, late_queries, placing, publishing
from contest.errors import (
    AlreadyDecided,
    CannotDecide,
    EssayAlreadyMarked,
    NothingLate,
    RoundFinal,
    SamePerson,
)
from contest.models import (
    Attempt,
    CountedLate,
    DecisionState,
    EssayClaim,
    LateDecision,
    ResultRun,
    Round,
    RoundState,
)
from contest.rules import combining, lateness
from contest.rules.lateness import LateRule
from contest.rules.marking import Given
from core import ids
from core.db import atomic, db, lock
from core.text import N_


@atomic()
def propose(
    attempt: Attempt, actor: Account, rule: LateRule, *, reason: str, at: datetime
) -> LateDecision:
    """Propose what becomes of the late answers that are there by now; nothing changes yet.

    Raise `CannotDecide` while the attempt runs, for one's own attempt, or while another proposal
    waits, `NothingLate` where every answer came in time, `RoundFinal` after finalizing.
    """
    _lock(attempt)
    _check(attempt, actor)
    if late_queries.waiting_of(attempt.id) is not None:
        raise CannotDecide(N_("A proposal about this attempt is waiting for a second person."))
    late = late_queries.late_of(attempt.id)
    if not late:
        raise NothingLate
    chosen = _chosen(attempt, rule, late)
    made = LateDecision(
        public_id=ids.public_id(),
        attempt=attempt,
        rule=rule,
        seen=len(late),
        answers=[[one.position, one.lease_no, one.seq] for one in chosen],
        reason=reason,
        proposed_by_id=actor.id,
        proposed_at=at,
    )
    db.session.add(made)
    db.session.flush()
    _record(made, actor, "attempt.late_proposed", reason, rule=rule, seen=len(late))
    return made


@atomic()
def withdraw(decision: LateDecision, actor: Account) -> LateDecision:
    """Take the own proposal back, as long as nobody has decided.

    Raise `CannotDecide` for somebody else's, `AlreadyDecided` once it was decided.
    """
    _lock_decision(decision)
    if decision.proposed_by_id != actor.id:
        raise CannotDecide(N_("Only who made a proposal can take it back."))
    if decision.state is DecisionState.WITHDRAWN:
        return decision
    _check_waits(decision)
    decision.state = DecisionState.WITHDRAWN
    _record(decision, actor, "attempt.late_withdrawn", "")
    return decision


@atomic()
def refuse(decision: LateDecision, actor: Account, *, reason: str, at: datetime) -> LateDecision:
    """Refuse somebody else's proposal; the late answers wait for another one.

    Raise `SamePerson` for one's own, `AlreadyDecided` once it was decided.
    """
    _lock_decision(decision)
    _check_second(decision, actor)
    _check_waits(decision)
    _settle(decision, DecisionState.REFUSED, actor, reason, at)
    _record(decision, actor, "attempt.late_refused", reason)
    return decision


@atomic()
def agree(decision: LateDecision, actor: Account, *, reason: str, at: datetime) -> LateDecision:
    """Agree to somebody else's proposal: the attempt is marked anew and placed at once.

    What it was worth before stays with the decision. Results that were computed are computed
    again. Raise `SamePerson`, `AlreadyDecided`, `CannotDecide`, `EssayAlreadyMarked`,
    `RoundFinal`.
    """
    adopt(decision, actor, reason=reason, at=at)
    _place(decision.attempt, actor, reason=reason, at=at)
    return decision


@atomic()
def adopt(decision: LateDecision, actor: Account, *, reason: str, at: datetime) -> LateDecision:
    """Do what `agree` does, and leave the placing to the change that this is a part of."""
    _lock_decision(decision)
    _check_second(decision, actor)
    _check_waits(decision)
    attempt = decision.attempt
    _check(attempt, actor)
    decision.before = _worth(attempt)
    _count(decision)
    _mark_anew(attempt)
    decision.after = _worth(attempt)
    _settle(decision, DecisionState.AGREED, actor, reason, at)
    told = {"rule": decision.rule, "before": decision.before, "after": decision.after}
    _record(decision, actor, "attempt.late_agreed", reason, answers=attempt.answers_digest, **told)
    return decision


def _lock(attempt: Attempt) -> None:
    lock(attempt.round)
    lock(attempt)


def _lock_decision(decision: LateDecision) -> None:
    """Keep others out, in the order that everybody keeps: round, attempt, decision."""
    _lock(decision.attempt)
    lock(decision)


def _check(attempt: Attempt, actor: Account) -> None:
    if attempt.round.state is RoundState.FINAL:
        raise RoundFinal
    if attempt.submitted_at is None:
        raise CannotDecide(N_("The attempt is still running: decide once it is over."))
    if attempt.enrolment.account_id == actor.id:
        raise CannotDecide(N_("Nobody decides about an own attempt."))


def _check_second(decision: LateDecision, actor: Account) -> None:
    if decision.proposed_by_id == actor.id:
        raise SamePerson


def _check_waits(decision: LateDecision) -> None:
    if decision.state is not DecisionState.PROPOSED:
        raise AlreadyDecided


def _chosen(attempt: Attempt, rule: LateRule, late: list[Given]) -> list[Given]:
    """Return the late answers that count by the rule; of essays being marked none is touched."""
    in_time = late_queries.in_time_of(attempt.id)
    chosen = lateness.counting(rule, in_time, late)
    counted = {one.position: one for one in late_queries.counted_of(attempt.id)}
    for position in essay_queries.marked_positions(attempt.id):
        chosen.pop(position, None)
        if position in counted:
            chosen[position] = counted[position]
    return [chosen[position] for position in sorted(chosen)]


def _count(decision: LateDecision) -> None:
    """Write down which late answers count from now on."""
    attempt = decision.attempt
    before = {(one.position, one.lease_no, one.seq) for one in late_queries.counted_of(attempt.id)}
    after = {(position, lease, seq) for position, lease, seq in decision.answers}
    changed = {position for position, *_ in before ^ after}
    if changed & essay_queries.marked_positions(attempt.id):
        raise EssayAlreadyMarked
    db.session.execute(
        delete(EssayClaim).where(
            EssayClaim.attempt_id == attempt.id, EssayClaim.position.in_(changed)
        )
    )
    db.session.execute(delete(CountedLate).where(CountedLate.attempt_id == attempt.id))
    rows = [
        {"attempt_id": attempt.id, "position": position, "lease_no": lease, "seq": seq}
        | {"decision_id": decision.id}
        for position, lease, seq in sorted(after)
    ]
    if rows:
        db.session.execute(insert(CountedLate), rows)


def _mark_anew(attempt: Attempt) -> None:
    """Mark the attempt with the answers that count now; what people gave essays stays."""
    db.session.flush()
    closing.mark_again(db.session.connection(), attempt.id)
    db.session.expire_all()
    marks = essay_queries.points_given([attempt.id])
    round_ = attempt.round
    ruled = change_queries.void_versions(round_)
    for slot in attempt.slots:
        if slot.version_id in ruled:
            continue
        final = combining.final(
            marks.get((attempt.id, slot.position), []),
            slot.points,
            markers=round_.markers,
            percent=round_.deviation_percent,
        )
        if final is not None:
            slot.mark = final
            attempt.unmarked -= 1
            attempt.score = (attempt.score or 0) + final
            attempt.correct = (attempt.correct or 0) + (final == slot.points)


def _place(attempt: Attempt, actor: Account, *, reason: str, at: datetime) -> None:
    """Write the standing anew; results that were computed are computed again."""
    db.session.flush()
    run = _current_run(attempt.round)
    if run is None or run.is_provisional:
        placing.place(attempt)
        return
    publishing.compute_again(attempt.round, actor, reason=reason, at=at)


def _current_run(round_: Round) -> ResultRun | None:
    return db.session.get(ResultRun, round_.current_run_id) if round_.current_run_id else None


def _worth(attempt: Attempt) -> dict[str, Any]:
    return {
        "score": attempt.score,
        "correct": attempt.correct,
        "predicted": attempt.predicted,
        "unmarked": attempt.unmarked,
        "answers": attempt.answers_digest,
    }


def _settle(
    decision: LateDecision, state: DecisionState, actor: Account, reason: str, at: datetime
) -> None:
    decision.decided_by_id, decision.decided_at = actor.id, at
    decision.state, decision.decided_for = state, reason


def _record(
    decision: LateDecision, actor: Account, action: str, reason: str, **told: object
) -> None:
    attempt = decision.attempt
    details: Mapping[str, object] = {"decision": decision.public_id, "reason": reason} | told
    target = f"attempt:{attempt.public_id}"
    auditing.record(actor, action, target, log=attempt.round.contest.log, **details)
