"""The end of judging, or of a public vote, moved with a reason; never back into the past."""

from dataclasses import dataclass
from datetime import datetime

from accounts import auditing
from accounts.models import Account
from contest.errors import CannotJudge, CannotVote, RoundFinal
from contest.models import HourMove, JudgedRound, Part, RoundState
from contest.rules.judging.parts import PartKind
from core.db import atomic, db, lock
from core.text import N_


@dataclass(frozen=True, slots=True)
class _Moving:
    """Who moves an end, why, and when."""

    actor: Account
    reason: str
    at: datetime


@atomic()
def prolong(
    judged: JudgedRound, until: datetime, actor: Account, *, reason: str, at: datetime
) -> HourMove:
    """Let the judging of a round end later, also after its hour: sheets take marks again.

    Raise `CannotJudge` without a reason, or for an end that is not later than now and than the
    one that holds; `RoundFinal`.
    """
    round_ = judged.round
    lock(round_)
    if round_.state is RoundState.FINAL:
        raise RoundFinal
    if not reason.strip():
        raise CannotJudge(N_("Say why the end is moved."))
    if until <= max(at, round_.closes_at):
        raise CannotJudge(N_("The new end has to lie ahead, and after the one that holds."))
    was, round_.closes_at = round_.closes_at, until
    move = HourMove(round_id=judged.round_id, was=was, until=until)
    return _kept(judged, move, "judging.prolonged", _Moving(actor, reason, at))


@atomic()
def postpone(part: Part, until: datetime, actor: Account, *, reason: str, at: datetime) -> HourMove:
    """Let a public vote close later. Its counts stay sealed until then.

    Raise `CannotVote` without a reason, once the vote has closed, or for an hour that is not
    later than the one that holds.
    """
    lock(part)
    _check_voted(part)
    if not reason.strip():
        raise CannotVote(N_("Say why the end is moved."))
    if part.closes_at is None or at >= part.closes_at:
        raise CannotVote(N_("The vote has closed: its end does not move any more."))
    if until <= part.closes_at:
        raise CannotVote(N_("The new end has to lie ahead, and after the one that holds."))
    was, part.closes_at = part.closes_at, until
    move = HourMove(round_id=part.round_id, part_id=part.id, was=was, until=until)
    return _kept(part.judged, move, "vote.postponed", _Moving(actor, reason, at))


@atomic()
def close_vote(part: Part, actor: Account, *, reason: str, at: datetime) -> Part:
    """Close a vote before its hour; nothing is known of its counts then. Twice is once.

    Raise `CannotVote` without a reason, or for one that has not opened.
    """
    lock(part)
    _check_voted(part)
    if part.closes_at is None or part.opens_at is None or at >= part.closes_at:
        return part
    if not reason.strip():
        raise CannotVote(N_("Say why the vote closes before its hour."))
    if at <= part.opens_at:
        raise CannotVote(N_("The vote has not begun."))
    was, part.closes_at = part.closes_at, at
    move = HourMove(round_id=part.round_id, part_id=part.id, was=was, until=at)
    _kept(part.judged, move, "vote.closed_early", _Moving(actor, reason, at))
    return part


def _check_voted(part: Part) -> None:
    if part.kind is not PartKind.VOTED:
        raise CannotVote(N_("Nothing is voted on here."))


def _kept(judged: JudgedRound, move: HourMove, act: str, moving: _Moving) -> HourMove:
    move.reason, move.moved_at, move.moved_by_id = moving.reason, moving.at, moving.actor.id
    db.session.add(move)
    db.session.flush()
    told: dict[str, object] = {"was": move.was.isoformat(), "until": move.until.isoformat()}
    if move.part is not None:
        told["part"] = move.part.public_id
    round_ = judged.round
    target, log = f"round:{round_.public_id}", round_.contest.log
    auditing.record(moving.actor, act, target, log=log, reason=moving.reason, **told)
    return move
