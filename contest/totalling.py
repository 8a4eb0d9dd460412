"""Overall tables: made, changed, computed from the current runs of their rounds, and checked."""

import json
import secrets
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select

from accounts import auditing
from accounts.models import Account, AuditEntry
from contest import total_queries
from contest.errors import RoundNotReady, WrongTable
from contest.models import (
    Audience,
    Contest,
    Enrolment,
    OverallPart,
    OverallRun,
    OverallStanding,
    OverallTable,
    ResultRun,
    Round,
    Standing,
)
from contest.rules import ranking, totalling
from contest.rules.ranking import Key
from contest.rules.setting import commitment
from contest.rules.standing import Stood, board_digest
from contest.rules.totalling import OverallTerms, Result, Total
from core import ids
from core.db import atomic, db, lock, survey
from core.text import N_

ROWS_AT_ONCE = 2000
# Id and public id of an enrolment, and its block.
Who = tuple[int, str, int | None]
_NOTHING: Mapping[int, Mapping[str, Stood]] = {}


@dataclass(frozen=True, slots=True)
class TableSettings:
    """What organisers set an overall table to; weights in millionths by the id of the round."""

    title: str
    terms: OverallTerms

    @property
    def rounds(self) -> tuple[int, ...]:
        """The rounds that are put together."""
        return tuple(sorted(self.terms.weights))


def settings_of(table: OverallTable) -> TableSettings:
    """Return what a table is set to."""
    weights = {part.round_id: part.weight for part in table.parts}
    rule = ranking.read(table.ranking)
    return TableSettings(table.title, OverallTerms(table.rule, rule, weights, table.min_rounds))


@atomic()
def create(
    contest: Contest, settings: TableSettings, actor: Account, *, at: datetime
) -> OverallTable:
    """Add an overall table to a contest; its seed is committed to. Raise `WrongTable`."""
    lock(contest)
    table = OverallTable(
        public_id=ids.public_id(), contest_id=contest.id, seed=secrets.token_hex(32), created_at=at
    )
    _set(table, contest, settings)
    db.session.add(table)
    db.session.flush()
    auditing.record(
        actor,
        "overall.created",
        f"overall:{table.public_id}",
        log=contest.log,
        title=settings.title,
        terms=settings.terms.written(),
        seed_commitment=commitment(table.seed),
    )
    return table


@atomic()
def edit(table: OverallTable, settings: TableSettings, actor: Account) -> OverallTable:
    """Set a table anew; what was computed stays until it is computed again. Raise `WrongTable`."""
    lock(table)
    before = settings_of(table)
    if before != settings:
        _set(table, table.contest, settings)
        auditing.record(
            actor,
            "overall.edited",
            f"overall:{table.public_id}",
            log=table.contest.log,
            before={"title": before.title} | before.terms.written(),
            after={"title": settings.title} | settings.terms.written(),
        )
    return table


def _set(table: OverallTable, contest: Contest, settings: TableSettings) -> None:
    terms, own = settings.terms, {one.id for one in contest.rounds}
    problems = terms.problems(settings.rounds)
    if problems or not own.issuperset(settings.rounds):
        said = problems[0] if problems else None
        raise WrongTable(said.message, **said.values) if said else WrongTable
    table.title, table.rule, table.min_rounds = settings.title, terms.rule, terms.min_rounds
    table.ranking = terms.ranking.written()
    kept = {part.round_id: part for part in table.parts}
    table.parts = [
        kept.get(round_id) or OverallPart(round_id=round_id) for round_id in settings.rounds
    ]
    for part in table.parts:
        part.weight = terms.weights[part.round_id]


# --- Computing -----------------------------------------------------------------------------------


@atomic()
def compute(table: OverallTable, actor: Account, *, reason: str, at: datetime) -> OverallRun:
    """Compute a table from the current runs of its rounds; earlier runs of it stay.

    Raise `RoundNotReady` while a round has no results that are computed.
    """
    lock(table)
    runs = [_run_of(part.round) for part in table.parts]
    terms = settings_of(table).terms
    totals = _totals(terms, runs, table.seed)
    run = OverallRun(
        table_id=table.id,
        number=1 + (total_queries.newest_number(table.id) or 0),
        terms=terms.written(),
        inputs=[{"run": one.id, "round": one.round_id, "board": one.board_digest} for one in runs],
        board_digest=_digest(totals),
        reason=reason,
        made_at=at,
        made_by_id=actor.id,
    )
    db.session.add(run)
    db.session.flush()
    rows = [{"run_id": run.id} | _columns(who, one) for who, one in totals.items()]
    for begin in range(0, len(rows), ROWS_AT_ONCE):
        db.session.execute(insert(OverallStanding), rows[begin : begin + ROWS_AT_ONCE])
    survey(OverallStanding)
    auditing.record(
        actor,
        "overall.computed",
        f"overall:{table.public_id}",
        log=table.contest.log,
        run=run.number,
        board=run.board_digest,
        inputs=run.inputs,
        reason=reason,
    )
    return run


def supposed(table: OverallTable, instead: Mapping[int, Mapping[str, Stood]]) -> dict[Who, Total]:
    """Return who would stand in a table if others stood in these runs, by id; none is written.

    The other rounds count as their current runs say; nothing is returned while one has none.
    """
    try:
        runs = [_run_of(part.round) for part in table.parts]
    except RoundNotReady:
        return {}
    return _totals(settings_of(table).terms, runs, table.seed, instead)


def _run_of(round_: Round) -> ResultRun:
    run = db.session.get(ResultRun, round_.current_run_id) if round_.current_run_id else None
    if run is None or run.is_provisional:
        raise RoundNotReady(N_("Compute the results of “%(round)s” first."), round=round_.title)
    return run


def _digest(totals: Mapping[Who, Total]) -> str:
    return board_digest((one.sort_key, who) for (_, who, _), one in totals.items())


def _columns(who: Who, one: Total) -> dict[str, object]:
    return {
        "enrolment_id": who[0],
        "block_id": who[2],
        "rounds": one.rounds,
        "best_place": one.best_place,
        "kept_round_id": one.kept,
        "score": one.score,
        "correct": one.correct,
        "prediction_off": one.off,
        "duration_ms": one.duration_ms,
        "sort_key": one.sort_key,
    }


def _totals(
    terms: OverallTerms,
    runs: Sequence[ResultRun],
    seed: str,
    instead: Mapping[int, Mapping[str, Stood]] = _NOTHING,
) -> dict[Who, Total]:
    """Return everybody's standing from these runs; one statement for each of them."""
    results: dict[Who, list[Result]] = defaultdict(list)
    for run in runs:
        found = _results(run) if run.id not in instead else _supposed(run, instead[run.id])
        for who, one in found:
            results[who].append(one)
    draws = terms.ranking.uses(Key.LOT)
    totals = {
        who: totalling.total(
            terms, mine, lot=ranking.lot(bytes.fromhex(seed), who[1]) if draws else None
        )
        for who, mine in results.items()
    }
    return {who: one for who, one in totals.items() if one is not None}


def _results(run: ResultRun) -> Iterator[tuple[Who, Result]]:
    rows = db.session.execute(
        select(Standing, Enrolment.public_id)
        .join(Enrolment, Enrolment.id == Standing.enrolment_id)
        .where(Standing.run_id == run.id, Standing.audience == Audience.PARTICIPANT)
        .order_by(Standing.sort_key, Standing.enrolment_id)
    )
    asks = run.rule.get("prediction") is not None
    ordered = ((one.sort_key, one.block_id, (one, who)) for one, who in rows)
    for place, (one, who) in ranking.placed_apart(ordered):
        yield (
            (one.enrolment_id, who, one.block_id),
            Result(
                run.round_id,
                place,
                one.score,
                one.correct,
                one.asked,
                one.prediction_off,
                asks,
                one.duration_ms,
                one.started_at,
                one.submitted_at,
            ),
        )


def _supposed(run: ResultRun, stood: Mapping[str, Stood]) -> Iterator[tuple[Who, Result]]:
    ids_ = dict(
        db.session.execute(
            select(Enrolment.public_id, Enrolment.id).where(
                Enrolment.contest_id == run.round.contest_id
            )
        ).all()
    )
    asks = run.rule.get("prediction") is not None
    order = sorted(stood.items(), key=lambda pair: (pair[1].sort_key, ids_[pair[0]]))
    placed = ranking.placed_apart((one.sort_key, one.block, (who, one)) for who, one in order)
    for place, (who, one) in placed:
        done = one.attempt
        yield (
            (ids_[who], who, one.block),
            Result(
                run.round_id,
                place,
                done.score,
                done.correct,
                done.asked,
                one.off,
                asks,
                done.duration_ms,
                done.started_at,
                done.submitted_at,
            ),
        )


# --- Checking ------------------------------------------------------------------------------------


def faults(contest: Contest) -> list[str]:
    """Return what does not agree in the newest run of each overall table with its inputs."""
    found = []
    for table in total_queries.tables_of(contest.id):
        found += _settings_faults(table)
        run = total_queries.newest_run(table.id)
        if run is not None:
            found += _run_faults(table, run)
    return found


def _settings_faults(table: OverallTable) -> list[str]:
    """Return whether a table is set otherwise than the trail tells."""
    record = db.session.scalar(
        select(AuditEntry.record)
        .where(
            AuditEntry.log == table.contest.log,
            AuditEntry.target == f"overall:{table.public_id}",
            AuditEntry.action.in_(("overall.created", "overall.edited")),
        )
        .order_by(AuditEntry.id.desc())
        .limit(1)
    )
    details = json.loads(record or "{}").get("details", {})
    told = details.get("after", details.get("terms"))
    now = settings_of(table).terms.written()
    if told is not None and all(told.get(key) == value for key, value in now.items()):
        return []
    return [f"overall table {table.public_id}: the trail tells of other terms"]


def _run_faults(table: OverallTable, run: OverallRun) -> list[str]:
    name = f"run {run.number} of overall table {table.public_id}"
    inputs = [db.session.get(ResultRun, one["run"]) for one in run.inputs]
    told = [one["board"] for one in run.inputs]
    runs = [one for one in inputs if one is not None]
    if [one.board_digest for one in runs] != told:
        return [f"{name}: the results of a round that it was made from have changed"]
    totals = _totals(totalling.read(run.terms), runs, table.seed)
    expected = {who[0]: (who[1], _columns(who, one)) for who, one in totals.items()}
    faults_ = [] if run.board_digest == _digest(totals) else [f"{name}: board digest differs"]
    seen = 0
    for row in db.session.scalars(select(OverallStanding).where(OverallStanding.run_id == run.id)):
        seen += 1
        who, wanted = expected.get(row.enrolment_id, ("", None))
        if wanted is None or any(getattr(row, key) != value for key, value in wanted.items()):
            faults_.append(f"{name}: standing of enrolment {who or row.enrolment_id} differs")
    if seen != len(expected):
        faults_.append(f"{name}: {len(expected)} people should stand, not {seen}")
    return faults_
