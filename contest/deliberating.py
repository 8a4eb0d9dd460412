"""What a panel decides over the sheets: scores too far apart, lines taken off, votes on equals."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import func, select

from accounts import auditing
from accounts.models import Account
from contest import judged_deviations, judged_results, judging
from contest.errors import CannotDeliberate, RoundFinal
from contest.judged_deviations import Deviation
from contest.judged_results import Results
from contest.models import (
    DeductionLine,
    DeviationDecision,
    JudgedRound,
    PanelMember,
    PanelRole,
    PanelVote,
    RoundEntry,
    RoundState,
    Scoresheet,
)
from contest.rules.judging.deviating import Remedy, Way
from contest.rules.scoring import to_millionths
from core import ids
from core.db import atomic, db, lock
from core.text import N_

MOST_POINTS = 1000


@dataclass(frozen=True, slots=True)
class Decided:
    """What the chair decides about scores too far apart, and whose sheets are opened for it."""

    way: Way
    reason: str
    judges: tuple[str, ...] = ()


@atomic()
def decide(
    judged: JudgedRound, code: str, criteria: str, decided: Decided, chair: Account, *, at: datetime
) -> DeviationDecision:
    """Decide what becomes of the scores of an entry that lie too far apart.

    Kept, they stand. Opened again, each old value stays beside the new one. A third marker gets a
    sheet. Raise `CannotDeliberate` for who does not chair the panel, where nothing deviates, or
    for a way that the sealed rule does not know; `RoundFinal` once the results are final.
    """
    _lock(judged)
    results = judged_results.results(judged)
    deviation = _open(results, code, criteria)
    _check_chair(results, deviation, chair)
    _check_way(judged, decided)
    made = DeviationDecision(
        round_entry=results.read.entries[code],
        criteria=criteria,
        way=decided.way,
        before=judged_deviations.written_scores(deviation.case.before),
        reason=decided.reason,
        decided_by_id=chair.id,
        decided_at=at,
    )
    _carry_out(results, deviation, decided, made, chair, at)
    db.session.add(made)
    db.session.flush()
    told = {"way": decided.way, "before": made.before, "reason": decided.reason}
    _record(
        judged, chair, "deviation.decided", f"entry:{code}", judges=list(decided.judges), **told
    )
    return made


def _open(results: Results, code: str, criteria: str) -> Deviation:
    wanted = (code, criteria)
    found = next((o for o in results.open_deviations if (o.entry, o.criteria) == wanted), None)
    if found is None:
        raise CannotDeliberate(N_("The scores of this entry do not wait for a decision."))
    return found


def _check_chair(results: Results, deviation: Deviation, chair: Account) -> None:
    panels = {results.read.judges[judge].panel_id for judge in deviation.case.before}
    chairs = select(func.count(PanelMember.id)).where(
        PanelMember.panel_id.in_(panels),
        PanelMember.account_id == chair.id,
        PanelMember.role == PanelRole.CHAIR,
        PanelMember.left_at.is_(None),
    )
    if not db.session.scalar(chairs):
        raise CannotDeliberate(N_("Only the chair of the panel decides about this."))


def _check_way(judged: JudgedRound, decided: Decided) -> None:
    if not decided.reason.strip():
        raise CannotDeliberate(N_("Say why it is decided so."))
    rule = judged.declared.deviation
    has_third = rule is not None and rule.remedy is Remedy.THIRD_MARKER
    if (decided.way is Way.THIRD) is not has_third:
        raise CannotDeliberate(N_("The sealed rules settle scores too far apart in another way."))
    if decided.way in (Way.AGAIN, Way.THIRD) and not decided.judges:
        raise CannotDeliberate(N_("Choose the judge whose sheet it is about."))


def _carry_out(
    results: Results,
    deviation: Deviation,
    decided: Decided,
    made: DeviationDecision,
    chair: Account,
    at: datetime,
) -> None:
    if decided.way is Way.KEEP:
        return
    if decided.way is Way.THIRD:
        made.third_sheet = _third_sheet(results, deviation, decided.judges[0])
        return
    for judge in decided.judges:
        cell = results.read.cells.get((deviation.entry, judge))
        if cell is None or judge not in deviation.case.before:
            raise CannotDeliberate(N_("This judge has no sheet for this entry."))
        sheet = db.session.get_one(Scoresheet, cell.sheet_id)
        judging.unlock(sheet, chair, reason=decided.reason, at=at)


def third_markers(results: Results, deviation: Deviation) -> list[str]:
    """Return the keys of the judges who may mark an entry as the third: not recused, no sheet."""
    read = results.read
    return [
        key
        for key, judge in read.judges.items()
        if not judge.has_left
        and judge.criteria == deviation.criteria
        and (deviation.entry, key) not in read.recused
        and (deviation.entry, key) not in read.cells
    ]


def _third_sheet(results: Results, deviation: Deviation, judge: str) -> Scoresheet:
    if judge not in third_markers(results, deviation):
        raise CannotDeliberate(N_("This judge cannot mark the entry as the third."))
    member = results.read.judges[judge].member_id
    last = db.session.scalar(
        select(func.max(Scoresheet.position)).where(Scoresheet.member_id == member)
    )
    made = Scoresheet(
        public_id=ids.public_id(),
        round_entry=results.read.entries[deviation.entry],
        member_id=member,
        position=1 + (last or 0),
    )
    db.session.add(made)
    db.session.flush()
    return made


# --- Lines -------------------------------------------------------------------------------------


@atomic()
def add_line(
    row: RoundEntry, points: Decimal, reason: str, actor: Account, *, at: datetime
) -> DeductionLine:
    """Take points off an entry's result, or add them where they are above nothing.

    Raise `CannotDeliberate` for nothing or too much, `RoundFinal`.
    """
    _lock(row.judged)
    if not points or abs(points) > MOST_POINTS:
        raise CannotDeliberate(N_("A line takes off or adds up to 1,000 points, and not nothing."))
    line = DeductionLine(
        round_entry_id=row.id,
        points=to_millionths(points),
        reason=reason,
        recorded_by_id=actor.id,
        recorded_at=at,
    )
    db.session.add(line)
    db.session.flush()
    told = {"points": str(points), "reason": reason, "line": line.id}
    _record(row.judged, actor, "deduction.added", f"entry:{row.entry.code}", **told)
    return line


@atomic()
def cancel_line(
    row: RoundEntry, line: DeductionLine, reason: str, actor: Account, *, at: datetime
) -> DeductionLine:
    """Take a line back; it stays with its reason. Taking it back again does nothing."""
    _lock(row.judged)
    if line.cancelled_at is not None:
        return line
    if not reason.strip():
        raise CannotDeliberate(N_("Say why the line is taken back."))
    line.cancelled_at, line.cancelled_for = at, reason
    told = {"line": line.id, "reason": reason}
    _record(row.judged, actor, "deduction.cancelled", f"entry:{row.entry.code}", **told)
    return line


# --- Votes -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Motion:
    """What was put to the vote about equal entries: their order, the words, and the count."""

    order: Sequence[str]
    words: str
    votes_for: int
    votes_against: int = 0


@atomic()
def vote(judged: JudgedRound, motion: Motion, actor: Account, *, at: datetime) -> PanelVote:
    """Record the panel's vote on entries that are equal; the newest counts.

    Raise `CannotDeliberate` where the motion was lost, or names entries that are not there.
    """
    _lock(judged)
    known = judged_results.results(judged).read.entries
    if len(motion.order) < 2 or not set(motion.order) <= set(known):
        raise CannotDeliberate(N_("A vote is on two entries of the round at least."))
    if motion.votes_for <= motion.votes_against:
        raise CannotDeliberate(N_("The motion was not carried."))
    made = PanelVote(
        round_id=judged.round_id,
        order=list(motion.order),
        votes_for=motion.votes_for,
        votes_against=motion.votes_against,
        motion=motion.words,
        recorded_by_id=actor.id,
        recorded_at=at,
    )
    db.session.add(made)
    db.session.flush()
    told = {"order": made.order, "for": made.votes_for, "against": made.votes_against}
    target = f"round:{judged.round.public_id}"
    _record(judged, actor, "panel.voted", target, motion=motion.words, **told)
    return made


def _lock(judged: JudgedRound) -> None:
    lock(judged)
    if judged.round.state is RoundState.FINAL:
        raise RoundFinal


def _record(judged: JudgedRound, actor: Account, act: str, target: str, **told: object) -> None:
    auditing.record(actor, act, target, log=judged.round.contest.log, **told)
