"""On stage: lots are drawn, entries are called, their clock runs, the screen follows."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import select

from accounts import auditing
from accounts.models import Account
from contest import stage_queries
from contest.errors import CannotJudge
from contest.models import (
    DeductionLine,
    JudgedRound,
    Part,
    Performance,
    RoundEntry,
    SceneShown,
    Stage,
)
from contest.rules.judging import drawing
from contest.rules.scoring import to_millionths
from core.db import atomic, db, lock
from core.saying import Sentence
from core.text import N_

_SECOND_MS = 1000


@atomic()
def draw(judged: JudgedRound, actor: Account, *, at: datetime) -> Stage:
    """Draw the running order from the sealed seed; who is drawn already keeps their place.

    Entries that came in since are drawn among themselves, and appear after the others. Raise
    `CannotJudge` before the rules are sealed, for then the seed could still be chosen.
    """
    if judged.sealed_at is None:
        raise CannotJudge(N_("Lots are drawn once the rules of judging are sealed."))
    stage = stage_for(judged)
    seed = drawing.order_seed(bytes.fromhex(judged.seed))
    rows = {run.row.entry.code or "": run.row for run in stage_queries.runs_in(judged)}
    waiting = [code for code, row in rows.items() if row.running_order is None]
    if not waiting:
        return stage
    last = _last_place(judged)
    for place, code in enumerate(drawing.order(seed, waiting), start=last + 1):
        rows[code].running_order = place
    stage.order_seed, stage.drawn_at, stage.drawn_by_id = seed.hex(), at, actor.id
    stage.step += 1
    order = [code for code, row in sorted(rows.items(), key=lambda one: one[1].running_order or 0)]
    _record(judged, actor, "stage.drawn", seed=stage.order_seed, order=" ".join(order))
    return stage


@atomic()
def put_last(row: RoundEntry, actor: Account, *, reason: str) -> RoundEntry:
    """Let an entry appear after all others, which keep their places; its lot stays in the trail.

    Raise `CannotJudge` without a reason, before lots were drawn, or once its clock has begun.
    """
    lock(row.judged)
    if not reason.strip():
        raise CannotJudge(N_("Say why the entry appears last."))
    if row.running_order is None or stage_queries.performance_of(row) is not None:
        raise CannotJudge(N_("Only an entry that waits for its turn can be put last."))
    was, row.running_order = row.running_order, _last_place(row.judged) + 1
    stage_for(row.judged).step += 1
    _record_row(row, actor, "stage.put_last", was=was, reason=reason)
    return row


def stage_for(judged: JudgedRound) -> Stage:
    """Return the stage of a round, locked; the first to need it makes it."""
    lock(judged)
    found = stage_queries.stage_of(judged)
    if found is None:
        found = Stage(round_id=judged.round_id)
        db.session.add(found)
        db.session.flush()
    return found


@atomic()
def call(row: RoundEntry, *, seen: int) -> Stage:
    """Bring an entry on; nothing changes for who has not `seen` the last step."""
    stage = stage_for(row.judged)
    if stage.step == seen:
        stage.entry_id, stage.scene, stage.is_dark = row.id, SceneShown.TEAM, False
        stage.step += 1
    return stage


@atomic()
def show(judged: JudgedRound, scene: SceneShown, part: Part | None = None) -> Stage:
    """Show another scene. Raise `CannotJudge` for one that there is nothing for."""
    stage = stage_for(judged)
    if scene in (SceneShown.TEAM, SceneShown.SCORES) and stage.entry_id is None:
        raise CannotJudge(N_("Call an entry first."))
    if scene is SceneShown.VOTE and part is None:
        raise CannotJudge(N_("The round has no public vote."))
    stage.scene, stage.is_dark = scene, False
    stage.part_id = part.id if part is not None else stage.part_id
    stage.step += 1
    return stage


@atomic()
def darken(judged: JudgedRound, *, is_dark: bool) -> Stage:
    """Make the screen dark, or show again what is there."""
    stage = stage_for(judged)
    stage.is_dark = is_dark
    stage.step += 1
    return stage


# --- The clock ---------------------------------------------------------------------------------


@atomic()
def begin(row: RoundEntry, actor: Account, *, at: datetime) -> Performance:
    """Start the clock of an entry, or let it go on after a pause; twice is once.

    Raise `CannotJudge` once it was stopped for good.
    """
    stage = stage_for(row.judged)
    clock = stage_queries.performance_of(row)
    if clock is None:
        clock = Performance(round_entry_id=row.id, begun_at=at, begun_by_id=actor.id)
        db.session.add(clock)
        _record_row(row, actor, "stage.begun")
    if clock.ended_at is not None:
        raise CannotJudge(N_("This performance is over. Set its clock back to begin anew."))
    if clock.running_since is None:
        clock.running_since = at
        stage.step += 1
    return clock


@atomic()
def pause(row: RoundEntry, actor: Account, *, at: datetime) -> Performance:
    """Hold the clock of an entry; what passes from now on does not count."""
    stage, clock = stage_for(row.judged), _clock(row)
    if clock.running_since is not None:
        clock.kept_ms, clock.running_since = clock.elapsed_ms(at), None
        stage.step += 1
        _record_row(row, actor, "stage.paused", seconds=clock.kept_ms // _SECOND_MS)
    return clock


@atomic()
def stop(
    row: RoundEntry, actor: Account, *, say: Callable[[Sentence], str], at: datetime
) -> Performance:
    """Stop the clock for good: what it took is kept, and the rule of time takes its points off.

    Seconds are whole and cut, in favour of who performs. `say` puts the reason of the deduction
    into words. Stopping again changes nothing. Raise `CannotJudge` for a clock that never began.
    """
    stage, clock = stage_for(row.judged), _clock(row)
    if clock.ended_at is not None:
        return clock
    clock.kept_ms, clock.running_since, clock.ended_at = clock.elapsed_ms(at), None, at
    row.seconds = clock.kept_ms // _SECOND_MS
    rule = row.judged.declared.time
    taken = None if rule is None else rule.deduction(row.seconds)
    if taken is not None:
        line = DeductionLine(
            round_entry_id=row.id,
            points=to_millionths(taken.points),
            reason=say(taken.reason),
            recorded_by_id=actor.id,
            recorded_at=at,
        )
        db.session.add(line)
        db.session.flush()
        clock.line_id = line.id
    stage.step += 1
    points = "0" if taken is None else str(taken.points)
    _record_row(row, actor, "stage.stopped", seconds=row.seconds, points=points)
    return clock


@atomic()
def set_back(row: RoundEntry, actor: Account, *, reason: str, at: datetime) -> Performance:
    """Set a clock back to nothing, its deduction with it; both stay written, with the reason.

    Raise `CannotJudge` without a reason, for a clock that never began, and while the scores of
    the entry stand revealed.
    """
    stage, clock = stage_for(row.judged), _clock(row)
    if not reason.strip():
        raise CannotJudge(N_("Say why the clock is set back."))
    if stage_queries.reveal_of(row) is not None:
        raise CannotJudge(N_("The scores of this entry are revealed: take them back first."))
    clock.kept_ms, clock.running_since = clock.elapsed_ms(at), None
    clock.void_at, clock.void_by_id, clock.void_for = at, actor.id, reason
    line = db.session.get(DeductionLine, clock.line_id) if clock.line_id else None
    if line is not None and line.cancelled_at is None:
        line.cancelled_at, line.cancelled_for = at, reason
    was, row.seconds = row.seconds, None
    stage.step += 1
    _record_row(row, actor, "stage.set_back", was=was, reason=reason)
    return clock


def _clock(row: RoundEntry) -> Performance:
    clock = stage_queries.performance_of(row)
    if clock is None:
        raise CannotJudge(N_("The clock of this entry has not begun."))
    return clock


def _last_place(judged: JudgedRound) -> int:
    places = db.session.scalars(
        select(RoundEntry.running_order).where(
            RoundEntry.round_id == judged.round_id, RoundEntry.running_order.is_not(None)
        )
    )
    return max([0, *(place for place in places if place is not None)])


def _record(judged: JudgedRound, actor: Account, act: str, **told: object) -> None:
    target = f"round:{judged.round.public_id}"
    auditing.record(actor, act, target, log=judged.round.contest.log, **told)


def _record_row(row: RoundEntry, actor: Account, act: str, **told: object) -> None:
    _record(row.judged, actor, act, entry=row.entry.code, **told)
