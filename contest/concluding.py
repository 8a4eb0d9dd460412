"""Concluding a judged round: its results written down as a run, made final by a second person."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from accounts import auditing
from accounts.models import Account
from contest import judged_results
from contest.errors import AlreadyDecided, CannotDecide, RoundFinal, RoundNotReady, SamePerson
from contest.judged_results import Results
from contest.models import (
    Contest,
    Entry,
    JudgedRound,
    JudgedRun,
    JudgedRunState,
    Round,
    RoundEntry,
    RoundState,
)
from contest.rules.judging import sealing
from core import ids
from core.db import atomic, db, lock
from core.saying import Sentence
from core.text import N_


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that has to be done before the results are closed, and whether it is."""

    name: str
    says: Sentence
    is_done: bool


def lines(results: Results) -> list[Line]:
    """Return everything that has to be done before a judged round is closed, in order."""
    judged = results.read.judged
    missing, deviating = len(results.missing), len(results.open_deviations)
    refusal = results.refused or Sentence(N_("There is a result for the declared rule"))
    return [
        Line(
            "sealed", Sentence(N_("The rules of judging are sealed")), judged.sealed_at is not None
        ),
        Line("intact", Sentence(N_("The sealed rules are unchanged")), judged.is_intact),
        Line("entries", Sentence(N_("The round has entries")), bool(results.rows)),
        Line(
            "sheets",
            Sentence(N_("Scoresheets still to be handed in: %(count)s"), {"count": missing}),
            not missing,
        ),
        Line(
            "deviations",
            Sentence(N_("Scores too far apart that wait: %(count)s"), {"count": deviating}),
            not deviating,
        ),
        Line("result", refusal, results.refused is None and bool(results.outcome.values)),
    ]


def run_of(judged: JudgedRound) -> JudgedRun | None:
    """Return the run that holds: the newest that two people made final."""
    return _run_in(judged, JudgedRunState.FINAL)


def waiting_in(judged: JudgedRound) -> JudgedRun | None:
    """Return the run that waits for a second person."""
    return _run_in(judged, JudgedRunState.PROPOSED)


def _run_in(judged: JudgedRound, state: JudgedRunState) -> JudgedRun | None:
    return db.session.scalar(
        select(JudgedRun).where(JudgedRun.round_id == judged.round_id, JudgedRun.state == state)
    )


def runs_of(judged: JudgedRound) -> list[JudgedRun]:
    """Return every run of a judged round, the newest first."""
    return list(
        db.session.scalars(
            select(JudgedRun)
            .where(JudgedRun.round_id == judged.round_id)
            .order_by(JudgedRun.number.desc())
        )
    )


@atomic()
def propose(judged: JudgedRound, actor: Account, *, reason: str, at: datetime) -> JudgedRun:
    """Write the results down as a run that a second person makes final.

    Raise `RoundNotReady` with the first thing that is still to be done, `CannotDecide` while
    another run waits, `RoundFinal`.
    """
    lock(judged)
    if judged.round.state is RoundState.FINAL:
        raise RoundFinal
    if waiting_in(judged) is not None:
        raise CannotDecide(N_("A result of this round is waiting for a second person."))
    results = judged_results.results(judged)
    waiting = [one for one in lines(results) if not one.is_done]
    if waiting:
        raise RoundNotReady(waiting[0].says.message, **waiting[0].says.values)
    rows = judged_results.written(results)
    newest = select(func.max(JudgedRun.number)).where(JudgedRun.round_id == judged.round_id)
    run = JudgedRun(
        public_id=ids.public_id(),
        round_id=judged.round_id,
        number=1 + (db.session.scalar(newest) or 0),
        protocol_digest=judged.digest,
        inputs_digest=judged_results.inputs_digest(results),
        digest=sealing.digest(rows),
        rows=rows,
        reason=reason,
        computed_at=at,
        computed_by_id=actor.id,
    )
    db.session.add(run)
    db.session.flush()
    _record(run, actor, "judged.proposed", reason)
    return run


@atomic()
def agree(run: JudgedRun, actor: Account, *, reason: str, at: datetime) -> JudgedRun:
    """Make somebody else's run final: it holds from now on, the one before is kept.

    Raise `SamePerson`, `AlreadyDecided`, and `CannotDecide` where a sheet, a line or a decision
    has changed since it was computed.
    """
    _lock_waiting(run)
    _check_second(run, actor)
    results = judged_results.results(run.judged)
    if judged_results.inputs_digest(results) != run.inputs_digest:
        raise CannotDecide(N_("Something has changed since: refuse this result and close anew."))
    earlier = run_of(run.judged)
    if earlier is not None:
        earlier.state = JudgedRunState.EARLIER
        db.session.flush()
    _settle(run, JudgedRunState.FINAL, actor, reason, at)
    round_ = run.judged.round
    lock(round_)
    round_.state, round_.finalized_at = RoundState.FINAL, at
    _record(run, actor, "judged.final", reason)
    return run


@atomic()
def refuse(run: JudgedRun, actor: Account, *, reason: str, at: datetime) -> JudgedRun:
    """Refuse somebody else's run. Raise `SamePerson`, `AlreadyDecided`."""
    _lock_waiting(run)
    _check_second(run, actor)
    _settle(run, JudgedRunState.REFUSED, actor, reason, at)
    _record(run, actor, "judged.refused", reason)
    return run


@atomic()
def withdraw(run: JudgedRun, actor: Account, *, at: datetime) -> JudgedRun:
    """Take the own run back, as long as nobody has decided. Raise `CannotDecide`."""
    _lock_waiting(run)
    if run.computed_by_id != actor.id:
        raise CannotDecide(N_("Only who made a proposal can take it back."))
    run.state, run.decided_at = JudgedRunState.WITHDRAWN, at
    _record(run, actor, "judged.withdrawn", "")
    return run


@atomic()
def set_moments(
    judged: JudgedRound,
    actor: Account,
    *,
    entrants: datetime | None,
    public: datetime | None,
) -> Round:
    """Say from when entrants and the public see the results; None is not at all.

    Raise `CannotDecide` before the results are final, or where the public would be first.
    """
    round_ = judged.round
    lock(round_)
    if run_of(judged) is None:
        raise CannotDecide(N_("Close the round first: results are shown once two people agreed."))
    if public is not None and (entrants is None or entrants > public):
        raise CannotDecide(N_("Entrants see their results before everybody does."))
    before = [round_.participant_results_at, round_.public_results_at]
    round_.participant_results_at, round_.public_results_at = entrants, public
    auditing.record(
        actor,
        "judged.moments_set",
        f"round:{round_.public_id}",
        log=round_.contest.log,
        before=[_said(one) for one in before],
        after=[_said(entrants), _said(public)],
    )
    return round_


def _said(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment is not None else None


def is_shown(judged: JudgedRound, *, at: datetime, everybody: bool) -> bool:
    """Say whether results are shown by now: to everybody, or to entrants only."""
    round_ = judged.round
    moment = round_.public_results_at if everybody else round_.participant_results_at
    return moment is not None and moment <= at and run_of(judged) is not None


def shown_to(entry: Entry, *, at: datetime) -> list[JudgedRound]:
    """Return the rounds of an entry whose results its entrants may see by now."""
    rounds = db.session.scalars(
        select(JudgedRound)
        .join(RoundEntry, RoundEntry.round_id == JudgedRound.round_id)
        .where(RoundEntry.entry_id == entry.id)
        .options(joinedload(JudgedRound.round))
        .order_by(JudgedRound.round_id)
    ).all()
    return [one for one in rounds if is_shown(one, at=at, everybody=False)]


# --- Verifying ---------------------------------------------------------------------------------


def faults(contest: Contest) -> list[str]:
    """Return what does not hold of the judged rounds of a contest: seals, runs, commitments."""
    rounds = db.session.scalars(
        select(JudgedRound)
        .join(Round, Round.id == JudgedRound.round_id)
        .where(Round.contest_id == contest.id)
        .order_by(JudgedRound.round_id)
    ).all()
    return [fault for one in rounds for fault in _faults(one)]


def _faults(judged: JudgedRound) -> list[str]:
    name = f"judged round {judged.round.public_id}"
    found = [] if judged.is_intact else [f"{name}: its protocol is not the one that was sealed"]
    results = judged_results.results(judged)
    found += _sheet_faults(results, name)
    for run in runs_of(judged):
        if sealing.digest(run.rows) != run.digest:
            found.append(f"{name}: the rows of run {run.number} are not those written down")
    held = run_of(judged)
    if held is None or judged.round.state is not RoundState.FINAL:
        return found
    if judged_results.inputs_digest(results) != held.inputs_digest:
        found.append(f"{name}: sheets, lines or decisions are not those of run {held.number}")
    elif judged_results.written(results) != held.rows:
        found.append(f"{name}: recomputed, run {held.number} comes out differently")
    return found


def _sheet_faults(results: Results, name: str) -> list[str]:
    """Return the locked sheets whose score or commitment does not fit their marks."""
    found, read = [], results.read
    accounts = {key: one.account_id for key, one in read.judges.items()}
    rows = db.session.execute(
        select(Account.id, Account.public_id).where(Account.id.in_(accounts.values()))
    )
    people: dict[int, str] = dict(rows.all())
    for (entry, judge), cell in sorted(read.cells.items()):
        for version in cell.versions:
            public_id = read.entries[entry].entry.public_id
            if not sealing.was_committed(
                version.commitment,
                bytes.fromhex(version.nonce),
                public_id,
                people[accounts[judge]],
                version.points,
            ):
                found.append(f"{name}: sheet of {judge} for {entry} is not what was committed")
    return found


def _lock_waiting(run: JudgedRun) -> None:
    lock(run.judged)
    lock(run)
    if run.state is not JudgedRunState.PROPOSED:
        raise AlreadyDecided


def _check_second(run: JudgedRun, actor: Account) -> None:
    if run.computed_by_id == actor.id:
        raise SamePerson


def _settle(
    run: JudgedRun, state: JudgedRunState, actor: Account, reason: str, at: datetime
) -> None:
    run.state, run.decided_by_id, run.decided_at, run.decided_for = state, actor.id, at, reason


def _record(run: JudgedRun, actor: Account, act: str, reason: str) -> None:
    round_ = run.judged.round
    auditing.record(
        actor,
        act,
        f"round:{round_.public_id}",
        log=round_.contest.log,
        run=run.number,
        rows=run.digest,
        inputs=run.inputs_digest,
        reason=reason,
    )
