"""The whole file of a contest, first part: the contest itself, its people, attempts and results."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select, tuple_
from sqlalchemy.orm import aliased

from accounts.models import Account, Unit
from contest import overviews
from contest.dossier_scope import AT_ONCE, Scope, Values, as_json, batches, decimal
from contest.models import (
    UNFINISHED,
    Attempt,
    Audience,
    Block,
    Contest,
    Enrolment,
    OverallRun,
    OverallStanding,
    OverallTable,
    ResultRun,
    Round,
    Standing,
)
from contest.rules import ranking
from core.db import db


def contest(scope: Scope) -> Iterator[Values]:
    """Yield the contest."""
    one = db.session.get_one(Contest, scope.contest_id)
    hosts = "; ".join(host["name"] for host in one.hosts)
    day = one.headcount_on
    yield one.public_id, one.title, one.slug, one.state.value, hosts, day, one.created_at


def rounds(scope: Scope) -> Iterator[Values]:
    """Yield the rounds with their settings."""
    rows = db.session.execute(
        select(Round, ResultRun.number)
        .outerjoin(ResultRun, ResultRun.id == Round.current_run_id)
        .where(Round.id.in_(scope.rounds))
        .order_by(Round.number)
    )
    for one, run in rows:
        yield (
            one.number,
            one.title,
            one.state.value,
            one.opens_at,
            one.closes_at,
            one.minutes,
            one.grace_seconds,
            one.max_per_round,
            one.max_per_day,
            one.counts.value,
            decimal(one.pass_mark),
            as_json(one.entry) if one.entry else None,
            as_json(one.prediction),
            as_json(one.ranking),
            one.seed if scope.rounds[one.id].is_over else None,
            run,
        )


def units(scope: Scope) -> Iterator[Values]:
    """Yield the units that take part, with who took part."""
    of = db.session.get_one(Contest, scope.contest_id)
    only = None if scope.is_whole else db.session.get_one(Round, next(iter(scope.rounds)))
    for line in overviews.participation(of, round_=only):
        taken = line.taken
        counted = (taken.people, taken.attempts, taken.headcount, taken.rate)
        yield line.unit.code, line.unit.name, line.unit.kind.value, *counted


def people(scope: Scope) -> Iterator[Values]:
    """Yield everybody who entered the contest, or who has an attempt at the round."""
    statement = (
        select(
            Enrolment.id,
            Account.public_id,
            Enrolment.public_id,
            Enrolment.number,
            Account.full_name,
            Account.birth_date,
            Account.phone,
            Account.email,
            Unit.code,
            Enrolment.category,
            Enrolment.one_stop,
            Block.title,
            Enrolment.is_test,
            Enrolment.is_hidden,
            Enrolment.disqualified_at,
            Enrolment.disqualified_for,
            Enrolment.enrolled_at,
        )
        .join(Account, Account.id == Enrolment.account_id)
        .outerjoin(Unit, Unit.id == Enrolment.counted_unit_id)
        .outerjoin(Block, Block.id == Enrolment.block_id)
    )
    asked = [Enrolment.contest_id == scope.contest_id]
    if not scope.is_whole:
        took = select(Attempt.id).where(
            Attempt.enrolment_id == Enrolment.id, Attempt.round_id.in_(scope.rounds)
        )
        asked.append(took.exists())
    for _id, account, entry, *told in batches(statement, Enrolment.id, *asked):
        told[6] = told[6].value if told[6] else None
        yield scope.code(account), scope.code(entry), *told


def attempts(scope: Scope) -> Iterator[Values]:
    """Yield every attempt."""
    statement = (
        select(
            Attempt.id,
            Attempt.public_id,
            Attempt.round_id,
            Account.public_id,
            Attempt.kind,
            Attempt.number,
            Attempt.started_at,
            Attempt.accepts_until,
            Attempt.submitted_at,
            Attempt.submitted_by,
            Attempt.score,
            Attempt.correct,
            Attempt.asked,
            Attempt.unmarked,
            Attempt.predicted,
            Attempt.duration_ms,
            Attempt.device,
            Attempt.annulled_at,
            Attempt.annulled_for,
            Attempt.receipt_code,
            Attempt.answers_digest,
        )
        .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
        .join(Account, Account.id == Enrolment.account_id)
    )
    mine = Attempt.round_id.in_(scope.rounds)
    for _id, public_id, round_id, account, kind, *told in batches(statement, Attempt.id, mine):
        told[5], told[9] = decimal(told[5]), decimal(told[9])
        named = (scope.code(public_id), scope.number(round_id), scope.code(account), kind.value)
        yield *named, *told


def runs(scope: Scope) -> Iterator[Values]:
    """Yield every run of results."""
    rows = db.session.execute(
        select(ResultRun, Account.public_id)
        .outerjoin(Account, Account.id == ResultRun.made_by_id)
        .where(ResultRun.round_id.in_(scope.rounds), ~UNFINISHED)
        .order_by(ResultRun.round_id, ResultRun.number)
    )
    for run, maker in rows:
        yield (
            scope.number(run.round_id),
            run.number,
            run.id in scope.runs,
            run.is_provisional,
            as_json(run.rule),
            decimal(run.prediction_actual),
            run.inputs_digest,
            run.board_digest,
            run.reason,
            run.made_at,
            scope.code(maker),
        )


# --- Who stands where --------------------------------------------------------------------------


def standings(scope: Scope) -> Iterator[Values]:
    """Yield the standings of the runs that count, in order of rank."""
    titles = _blocks(scope)
    for run_id, round_number in sorted(scope.runs.items(), key=lambda pair: pair[1]):
        run = db.session.get_one(ResultRun, run_id)
        number, mark = run.number, run.rule.get("pass_mark")
        stood = ((row.sort_key, row.block_id, row) for row in _standing_rows(run_id))
        for place, row in ranking.placed_apart(stood):
            yield (
                round_number,
                number,
                place,
                scope.code(row.account),
                scope.code(row.attempt),
                titles.get(row.block_id),
                decimal(row.score),
                row.correct,
                row.asked,
                decimal(row.prediction_off),
                row.duration_ms,
                row.started_at,
                row.submitted_at,
                row.attempts,
                None if mark is None else row.score >= mark,
                row.sort_key,
            )


def _standing_rows(run_id: int) -> Iterator[Any]:
    statement = (
        select(
            Standing.enrolment_id,
            Standing.block_id,
            Account.public_id.label("account"),
            Attempt.public_id.label("attempt"),
            Standing.score,
            Standing.correct,
            Standing.asked,
            Standing.prediction_off,
            Standing.duration_ms,
            Standing.started_at,
            Standing.submitted_at,
            Standing.attempts,
            Standing.sort_key,
        )
        .join(Enrolment, Enrolment.id == Standing.enrolment_id)
        .join(Account, Account.id == Enrolment.account_id)
        .join(Attempt, Attempt.id == Standing.attempt_id)
        .where(Standing.run_id == run_id, Standing.audience == Audience.PARTICIPANT)
    )
    order = (Standing.sort_key, Standing.enrolment_id)
    last: tuple[str, int] | None = None
    while True:
        narrowed = statement if last is None else statement.where(tuple_(*order) > last)
        rows = db.session.execute(narrowed.order_by(*order).limit(AT_ONCE)).all()
        yield from rows
        if len(rows) < AT_ONCE:
            return
        last = (rows[-1].sort_key, rows[-1].enrolment_id)


def _blocks(scope: Scope) -> dict[int | None, str]:
    rows = db.session.execute(
        select(Block.id, Block.title).where(Block.contest_id == scope.contest_id)
    )
    return dict(rows.all())


def totals(scope: Scope) -> Iterator[Values]:
    """Yield the newest run of each overall table; a single round has none."""
    if not scope.is_whole:
        return
    titles = _blocks(scope)
    for title, run in _newest_totals(scope):
        stood = ((row.sort_key, row.block_id, row) for row in _total_rows(run.id))
        named = (title, run.number, run.board_digest)
        for place, row in ranking.placed_apart(stood):
            yield (
                *named,
                place,
                scope.code(row.account),
                titles.get(row.block_id),
                row.rounds,
                decimal(row.score),
                row.correct,
                row.duration_ms,
                row.sort_key,
            )


def _newest_totals(scope: Scope) -> list[tuple[str, OverallRun]]:
    later = aliased(OverallRun)
    newer = select(later.id).where(
        later.table_id == OverallRun.table_id, later.number > OverallRun.number
    )
    rows = db.session.execute(
        select(OverallTable.title, OverallRun)
        .join(OverallRun, OverallRun.table_id == OverallTable.id)
        .where(OverallTable.contest_id == scope.contest_id, ~newer.exists())
        .order_by(OverallTable.id)
    )
    return [(title, run) for title, run in rows]


def _total_rows(run_id: int) -> Iterator[Any]:
    rows = db.session.execute(
        select(
            OverallStanding.block_id,
            Account.public_id.label("account"),
            OverallStanding.rounds,
            OverallStanding.score,
            OverallStanding.correct,
            OverallStanding.duration_ms,
            OverallStanding.sort_key,
        )
        .join(Enrolment, Enrolment.id == OverallStanding.enrolment_id)
        .join(Account, Account.id == Enrolment.account_id)
        .where(OverallStanding.run_id == run_id)
        .order_by(OverallStanding.sort_key, OverallStanding.enrolment_id)
    )
    yield from rows.all()
