"""Changing results: one person drafts and proposes changes, another agrees, and a run is made."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import bindparam, insert, update

from accounts import auditing
from accounts.models import Account
from contest import adjusting, change_queries, deciding, publishing, recomputing, running
from contest.errors import (
    AlreadyDecided,
    CannotDecide,
    RoundFinal,
    RoundNotReady,
    SamePerson,
    WrongChange,
)
from contest.models import (
    Attempt,
    ChangeState,
    QuestionRuling,
    ResultChange,
    ResultRun,
    Round,
    RoundState,
    Slot,
)
from contest.recomputing import Named, WouldBe
from contest.rules import changing, predicting
from contest.rules.changing import Change, ChangeKind
from contest.rules.comparing import Lines
from contest.rules.effects import Worth
from contest.rules.progressing import WHOLE, Progress, part, unwatched
from contest.running import Draft, RoundMoved
from core import ids
from core.db import atomic, db, lock
from core.text import N_

_SLOT: Any = Slot.__table__
_ATTEMPT: Any = Attempt.__table__
_MARK = (
    update(_SLOT)
    .where(
        _SLOT.c.attempt_id == bindparam("of_attempt"), _SLOT.c.position == bindparam("of_position")
    )
    .values(mark=bindparam("to_mark"))
)
_WORTH = (
    update(_ATTEMPT)
    .where(_ATTEMPT.c.id == bindparam("of_attempt"))
    .values(
        score=bindparam("to_score"),
        correct=bindparam("to_correct"),
        asked=bindparam("to_asked"),
        unmarked=bindparam("to_unmarked"),
    )
)


@atomic()
def draft(round_: Round, actor: Account, *, at: datetime) -> ResultChange:
    """Begin a change of a round's results; a draft of the same person is taken up again.

    Raise `RoundFinal` after finalizing.
    """
    lock(round_)
    _check_open(round_)
    for one in change_queries.changes_of(round_):
        if one.state is ChangeState.DRAFT and one.made_by_id == actor.id:
            return one
    made = ResultChange(
        public_id=ids.public_id(), round_id=round_.id, made_by_id=actor.id, made_at=at, lines=[]
    )
    db.session.add(made)
    db.session.flush()
    _record(made, actor, "change.drafted", "")
    return made


@atomic()
def add(change: ResultChange, added: Change, actor: Account) -> ResultChange:
    """Add one change to an own draft; an earlier one about the same thing makes way.

    Raise `WrongChange` for one that cannot be, `CannotDecide` for somebody else's draft.
    """
    _lock_draft(change, actor)
    changes = changing.with_change(change.changes, added)
    recomputing.effects_of(change.round, [added])
    _write_entries(change, changes, actor)
    return change


@atomic()
def remove(change: ResultChange, about: tuple[str, str], actor: Account) -> ResultChange:
    """Take what is about this thing out of an own draft."""
    _lock_draft(change, actor)
    _write_entries(change, [one for one in change.changes if one.about != about], actor)
    return change


@atomic()
def draw_lines(change: ResultChange, lines: Lines, actor: Account) -> ResultChange:
    """Say which lines of prizes and of passing the preview of an own draft looks at."""
    _lock_draft(change, actor)
    if change.lines_that_matter != lines:
        change.lines, change.passing = list(lines.places), lines.passing
        told = {"lines": change.lines, "passing": change.passing}
        _record(change, actor, "change.edited", "", **told)
    return change


def _write_entries(change: ResultChange, changes: Sequence[Change], actor: Account) -> None:
    written = [one.written() for one in changes]
    if written != change.entries:
        change.entries = written
        _record(change, actor, "change.edited", "", entries=written)


@atomic()
def propose(change: ResultChange, actor: Account, *, reason: str, at: datetime) -> ResultChange:
    """Ask a second person to agree to an own draft.

    Raise `WrongChange`, and `CannotDecide` while another proposal about the round waits.
    """
    if change.state is ChangeState.PROPOSED and change.made_by_id == actor.id:
        return change
    _lock_draft(change, actor)
    if change_queries.waiting_in(change.round) is not None:
        raise CannotDecide(N_("A change to these results is waiting for a second person."))
    found = changing.problems(change.changes)
    if found:
        raise WrongChange(found[0].message, **found[0].values)
    recomputing.effects_of(change.round, change.changes)
    _check_not_own(change, actor)
    change.state, change.reason, change.proposed_at = ChangeState.PROPOSED, reason, at
    _record(change, actor, "change.proposed", reason, entries=change.entries)
    return change


@atomic()
def withdraw(change: ResultChange, actor: Account) -> ResultChange:
    """Take an own draft or proposal back, as long as nobody has decided. Raise `CannotDecide`."""
    _lock(change)
    if change.made_by_id != actor.id:
        raise CannotDecide(N_("Only who made a proposal can take it back."))
    if change.state is ChangeState.WITHDRAWN:
        return change
    if change.state not in (ChangeState.DRAFT, ChangeState.PROPOSED):
        raise AlreadyDecided
    change.state = ChangeState.WITHDRAWN
    _record(change, actor, "change.withdrawn", "")
    return change


@atomic()
def refuse(change: ResultChange, actor: Account, *, reason: str, at: datetime) -> ResultChange:
    """Refuse somebody else's proposal. Raise `SamePerson` for one's own, `AlreadyDecided`."""
    _lock(change)
    check_second(change, actor)
    _settle(change, ChangeState.REFUSED, actor, reason, at)
    _record(change, actor, "change.refused", reason)
    return change


def agree(
    change: ResultChange,
    actor: Account,
    *,
    reason: str,
    at: datetime,
    progress: Progress = unwatched,
) -> ResultRun:
    """Carry somebody else's proposal out: marks are written anew, and a run of its own is made.

    All is computed and written before others are kept from writing, and once more only where
    something has changed meanwhile. Raise `SamePerson`, `AlreadyDecided`, `WrongChange`,
    `CannotDecide`, `RoundFinal`, and `RoundNotReady` while attempts may still come in.
    """
    act = partial(_agree, change, actor, reason, at, progress)
    return running.once_more(act, holding=change.round)


def _agree(
    change: ResultChange, actor: Account, reason: str, at: datetime, progress: Progress
) -> ResultRun:
    round_ = change.round
    check_second(change, actor)
    publishing.check_ready(round_, at=at)
    computes, writes = part(progress, 0, 70), part(progress, 70, WHOLE)
    would = recomputing.would_be(round_, change.changes, at=at, progress=computes)
    draft = running.write(
        round_, would.computed, actor, reason=change.reason, at=at, progress=writes
    )
    try:
        return _carry_out(change, actor, would, draft, reason=reason, at=at)
    except Exception:
        running.discard(draft.run_id)
        raise


@atomic()
def _carry_out(
    change: ResultChange,
    actor: Account,
    would: WouldBe,
    draft: Draft,
    *,
    reason: str,
    at: datetime,
) -> ResultRun:
    _lock(change)
    check_second(change, actor)
    _check_not_own(change, actor)
    round_, rows = change.round, recomputing.named(change.round, change.changes)
    for other in rows.rounds.values():
        lock(other)
    publishing.check_ready(round_, at=at)
    if would.stamp != recomputing.stamp(round_):
        raise RoundMoved
    _rule(change, would)
    _write_marks(would)
    for one in change.changes:
        _do(one, change, rows, actor, at)
    db.session.flush()
    if would.may_wait_for_marks:
        publishing.check_marked(round_)
    run = running.finish(draft, round_, actor, at=at)
    change.run_id = run.id
    _settle(change, ChangeState.AGREED, actor, reason, at)
    told = {"run": run.number, "board": run.board_digest, "inputs": run.inputs_digest}
    _record(change, actor, "change.agreed", reason, entries=change.entries, **told)
    for other in rows.rounds.values():
        publishing.compute_again(other, actor, reason=change.reason, at=at)
    return run


def _rule(change: ResultChange, would: WouldBe) -> None:
    """Write what is ruled about questions: earlier rulings are lifted and stay readable."""
    holding = change_queries.rulings_in(change.round)
    for version in would.effects.rulings:
        if version in holding:
            holding[version].lifted_by_id = change.id
    db.session.flush()
    rows = [
        {"round_id": change.round_id, "version_id": version, "change_id": change.id}
        | {"kind": ruling.kind, "accepted": list(ruling.accepted)}
        for version, ruling in would.effects.rulings.items()
        if ruling is not None
    ]
    if rows:
        db.session.execute(insert(QuestionRuling), rows)


def _write_marks(would: WouldBe) -> None:
    """Write the marks and scores of the attempts that hold a question ruled about."""
    late = would.effects.late
    connection = db.session.connection()
    marks = [
        {"of_attempt": attempt, "of_position": position, "to_mark": mark}
        for (attempt, position), mark in would.remarked.marks.items()
        if attempt not in late
    ]
    worths = [
        _worth(attempt, would.remarked.worths[attempt])
        for attempt in sorted(would.remarked.moved)
        if attempt not in late
    ]
    if marks:
        connection.execute(_MARK, marks)
    if worths:
        connection.execute(_WORTH, worths)
    db.session.expire_all()


def _worth(attempt: int, one: Worth) -> dict[str, int]:
    return {
        "of_attempt": attempt,
        "to_score": one.score,
        "to_correct": one.correct,
        "to_asked": one.asked,
        "to_unmarked": one.unmarked,
    }


def _do(one: Change, change: ResultChange, rows: Named, actor: Account, at: datetime) -> None:
    """Do what is not about a question: attempts, people, the actual value, late answers."""
    reason, kind = change.reason, one.kind
    if kind is ChangeKind.ANNUL:
        attempt = rows.attempts[one.subject]
        attempt.annulled_at, attempt.annulled_for = at, reason
    elif kind is ChangeKind.RESTORE:
        attempt = rows.attempts[one.subject]
        attempt.annulled_at, attempt.annulled_for = None, ""
    elif kind is ChangeKind.DISQUALIFY:
        adjusting.disqualify(rows.people[one.subject], actor, reason=reason, at=at)
    elif kind is ChangeKind.REINSTATE:
        adjusting.reinstate(rows.people[one.subject], actor, reason=reason)
    elif kind in (ChangeKind.ACTUAL, ChangeKind.COUNTED):
        fixed = recomputing.effects_of(change.round, [one]).fixed(change.round.actuals_by_hand)
        change.round.fixed_actuals = predicting.written_values(fixed)
    elif kind is ChangeKind.LATE:
        deciding.adopt(rows.late[one.subject], actor, reason=reason, at=at)


def _lock(change: ResultChange) -> None:
    """Keep others out, in the order that everybody keeps: round, then change."""
    lock(change.round)
    lock(change)
    _check_open(change.round)


def _lock_draft(change: ResultChange, actor: Account) -> None:
    _lock(change)
    if change.made_by_id != actor.id:
        raise CannotDecide(N_("This draft is somebody else’s."))
    if change.state is not ChangeState.DRAFT:
        raise AlreadyDecided


def _check_open(round_: Round) -> None:
    if round_.state is RoundState.FINAL:
        raise RoundFinal
    if round_.state is RoundState.DRAFT:
        raise RoundNotReady(N_("The round is still being prepared."))


def check_second(change: ResultChange, actor: Account) -> None:
    """Raise `SamePerson` for who proposed the change, `AlreadyDecided` once it does not wait."""
    if change.made_by_id == actor.id:
        raise SamePerson
    if change.state is not ChangeState.PROPOSED:
        raise AlreadyDecided


def _check_not_own(change: ResultChange, actor: Account) -> None:
    """Raise `CannotDecide` where the actor is among those whom a change is about."""
    rows = recomputing.named(change.round, change.changes)
    owners = {one.enrolment.account_id for one in rows.attempts.values()}
    owners |= {one.account_id for one in rows.people.values()}
    if actor.id in owners:
        raise CannotDecide(N_("Nobody decides about an own attempt."))


def _settle(
    change: ResultChange, state: ChangeState, actor: Account, reason: str, at: datetime
) -> None:
    change.decided_by_id, change.decided_at = actor.id, at
    change.state, change.decided_for = state, reason


def _record(change: ResultChange, actor: Account, action: str, reason: str, **told: object) -> None:
    details = {"change": change.public_id, "reason": reason} | told
    target = f"round:{change.round.public_id}"
    auditing.record(actor, action, target, log=change.round.contest.log, **details)
