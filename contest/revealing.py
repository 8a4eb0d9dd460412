"""Revealing scores on stage: all at once, checked against their seals; taken back in writing."""

from datetime import datetime

from accounts import auditing
from accounts.models import Account
from contest import performing, stage_queries
from contest.errors import CannotJudge
from contest.models import Reveal, RoundEntry, SceneShown
from contest.rules.judging import revealing, sealing, table
from core import ids
from core.db import atomic, db
from core.text import N_


@atomic()
def reveal(row: RoundEntry, actor: Account, *, at: datetime) -> Reveal:
    """Show the hall all scores of an entry at once; doing it twice shows the same.

    What is shown is kept as it was. Raise `CannotJudge` while a sheet is missing or the clock
    runs, and where a score is not the one that its judge sealed.
    """
    stage = performing.stage_for(row.judged)
    known = stage_queries.reveal_of(row)
    if known is None:
        known = _made(row, actor, at)
        db.session.add(known)
        db.session.flush()
        _record(row, actor, "stage.revealed", digest=known.digest)
    stage.entry_id, stage.scene, stage.is_dark = row.id, SceneShown.SCORES, False
    stage.step += 1
    return known


@atomic()
def undo(row: RoundEntry, actor: Account, *, reason: str, at: datetime) -> Reveal:
    """Take revealed scores back: the minutes say what the hall was shown, and why no more.

    Raise `CannotJudge` without a reason, or where nothing stands revealed.
    """
    stage = performing.stage_for(row.judged)
    known = stage_queries.reveal_of(row)
    if known is None:
        raise CannotJudge(N_("Nothing of this entry is revealed."))
    if not reason.strip():
        raise CannotJudge(N_("Say why the scores are taken back: it is written into the minutes."))
    known.undone_at, known.undone_by_id, known.undone_for = at, actor.id, reason
    if stage.entry_id == row.id and stage.scene is SceneShown.SCORES:
        stage.scene = SceneShown.TEAM
    stage.step += 1
    _record(row, actor, "stage.reveal_undone", digest=known.digest, reason=reason)
    return known


def _made(row: RoundEntry, actor: Account, at: datetime) -> Reveal:
    if not stage_queries.slips_of(row).is_full:
        raise CannotJudge(N_("Not every judge has locked their sheet of this entry yet."))
    clock = stage_queries.performance_of(row)
    if clock is not None and clock.ended_at is None:
        raise CannotJudge(N_("The clock of this entry still runs: stop it first."))
    marks, broken = stage_queries.opened(row)
    if broken:
        message = N_("The score of %(judge)s is not the one that was sealed. Nothing is revealed.")
        raise CannotJudge(message, judge=broken[0])
    shown = revealing.shown(marks, stage_queries.lines_of(row), row.judged.declared)
    written = shown.written() | {"entry": row.entry.code}
    return Reveal(
        public_id=ids.public_id(),
        round_entry_id=row.id,
        shown=written,
        digest=sealing.digest(written),
        total=None if shown.total is None else table.to_billionths(shown.total),
        revealed_at=at,
        revealed_by_id=actor.id,
    )


def _record(row: RoundEntry, actor: Account, act: str, **told: object) -> None:
    round_ = row.judged.round
    target = f"round:{round_.public_id}"
    auditing.record(actor, act, target, log=round_.contest.log, entry=row.entry.code, **told)
