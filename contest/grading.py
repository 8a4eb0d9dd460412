"""Essays marked by people: blind, by one or two, a third where two differ too much."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, inspect

from accounts import auditing
from accounts.models import Account
from contest import essay_queries, placing
from contest.errors import ClaimLost, MarkingClosed, WrongMark
from contest.models import Attempt, EssayClaim, EssayMark, ResultRun, Round
from contest.rules import combining
from contest.rules.combining import Criterion
from core import ids
from core.db import atomic, db, lock

# Long enough to read an essay twice; who takes longer still keeps it unless somebody else came.
CLAIM_LASTS = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Told:
    """What a marker gave: millionths by the id of each criterion, and words to the answer."""

    criteria: Mapping[str, int]
    comment: str = ""


@atomic()
def claim(round_: Round, marker: Account, *, at: datetime) -> EssayClaim | None:
    """Give a marker the next answer; nobody else gets it for the same order. None: none is left.

    Whoever holds one already gets it again. Raise `MarkingClosed` once results are computed.
    """
    lock(round_)
    _check_open(round_)
    held = essay_queries.claim_held(round_.id, marker.id, at=at)
    if held is not None:
        held.until = at + CLAIM_LASTS
        return held
    found = essay_queries.next_answer(round_, marker.id, at=at)
    if found is None:
        return None
    attempt_id, position = found
    db.session.execute(
        delete(EssayClaim).where(
            EssayClaim.attempt_id == attempt_id,
            EssayClaim.position == position,
            EssayClaim.until <= at,
        )
    )
    order = min({1, 2, 3} - essay_queries.orders_used(attempt_id, position))
    made = EssayClaim(
        public_id=ids.public_id(),
        attempt_id=attempt_id,
        position=position,
        order=order,
        marker_id=marker.id,
        until=at + CLAIM_LASTS,
    )
    db.session.add(made)
    db.session.flush()
    told = {"position": position, "order": order}
    target = f"attempt:{made.attempt.public_id}"
    auditing.record(marker, "attempt.essay_claimed", target, log=round_.contest.log, **told)
    return made


@atomic()
def give(held: EssayClaim, marker: Account, told: Told, *, at: datetime) -> EssayMark:
    """Write a mark down; the last one that was missing goes into slot, score and standing.

    Raise `ClaimLost` when the answer is no longer this marker's, `WrongMark` for points that the
    rubric does not have, `MarkingClosed` once results are computed.
    """
    kept = _locked(held, marker)
    attempt = kept.attempt
    _check_open(attempt.round)
    criteria = criteria_of(kept)
    given = {one.id: told.criteria.get(one.id, -1) for one in criteria}
    if not combining.fits(criteria, given):
        raise WrongMark
    points = combining.scaled(criteria, given, kept.slot.points)
    mark = EssayMark(
        attempt_id=kept.attempt_id,
        position=kept.position,
        order=kept.order,
        marker_id=marker.id,
        criteria=given,
        points=points,
        comment=told.comment,
        marked_at=at,
    )
    db.session.add(mark)
    db.session.delete(kept)
    db.session.flush()
    final = _settle(attempt, mark.position)
    details = {"position": mark.position, "order": mark.order, "points": points, "final": final}
    target = f"attempt:{attempt.public_id}"
    auditing.record(
        marker, "attempt.essay_marked", target, log=attempt.round.contest.log, **details
    )
    return mark


def _locked(held: EssayClaim, marker: Account) -> EssayClaim:
    """Keep others from round and attempt; return the claim as it is now, if it is still held."""
    (held_id,) = inspect(held).identity or (0,)
    found = db.session.get(EssayClaim, held_id)
    if found is None:
        raise ClaimLost
    lock(found.attempt.round)
    lock(found.attempt)
    kept = db.session.get(EssayClaim, held_id, populate_existing=True)
    if kept is None or kept.marker_id != marker.id:
        raise ClaimLost
    return kept


def criteria_of(held: EssayClaim) -> list[Criterion]:
    """Return what an answer is marked by: its rubric, or else all its points at once."""
    content = held.slot.version.content if held.slot.version else {}
    return combining.criteria(content.get("rubric") or [], held.slot.points)


def _settle(attempt: Attempt, position: int) -> int | None:
    """Put the mark that counts into the slot, and what follows from it; None while one misses."""
    slot = next(one for one in attempt.slots if one.position == position)
    marks = essay_queries.points_given([attempt.id])[attempt.id, position]
    round_ = attempt.round
    final = combining.final(
        marks, slot.points, markers=round_.markers, percent=round_.deviation_percent
    )
    if final is None or slot.mark is not None:
        return final
    slot.mark = final
    attempt.unmarked -= 1
    attempt.score = (attempt.score or 0) + final
    attempt.correct = (attempt.correct or 0) + (final == slot.points)
    placing.place(attempt)
    return final


def _check_open(round_: Round) -> None:
    run = db.session.get(ResultRun, round_.current_run_id) if round_.current_run_id else None
    if run is not None and not run.is_provisional:
        raise MarkingClosed
