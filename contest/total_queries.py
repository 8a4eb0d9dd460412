"""What is read of overall tables: their runs, who stands where, and whether all may see it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import joinedload, selectinload

from accounts.models import Account, Unit
from accounts.rules import masking
from contest import board_finding, boards
from contest.board_finding import Here, Wanted, write_mark
from contest.boards import Head
from contest.models import (
    Audience,
    Block,
    Contest,
    ContestState,
    Enrolment,
    OverallPart,
    OverallRun,
    OverallStanding,
    OverallTable,
    ResultRun,
    Round,
)
from contest.rules import timing, totalling
from contest.rules.totalling import OverallRule, OverallTerms
from core.db import db
from core.keeping import Kept
from core.web import Page

# So many places count as prizes: the names of those who agreed to it may be published.
PRIZES = 10


@dataclass(frozen=True, slots=True)
class State:
    """An overall table, its newest run, and whether a round was computed again since."""

    table: OverallTable
    run: OverallRun | None
    people: int
    is_outdated: bool
    # Rounds whose results are not computed yet.
    waits_for: Sequence[Round]


@dataclass(frozen=True, slots=True)
class Line:
    """Somebody's row in an overall table; the name as the reader may see it."""

    place: int
    name: str
    number: int
    unit: str
    unit_id: str
    rounds: int
    best_place: int
    score: int
    correct: int
    off: int | None
    duration_ms: int
    mark: str
    account_id: int


def tables_of(contest_id: int) -> Sequence[OverallTable]:
    """Return the overall tables of a contest, the oldest first."""
    return db.session.scalars(
        select(OverallTable)
        .where(OverallTable.contest_id == contest_id)
        .options(selectinload(OverallTable.parts).joinedload(OverallPart.round))
        .order_by(OverallTable.id)
    ).all()


def table_with(public_id: str) -> OverallTable | None:
    """Return the overall table of that public id with contest and rounds."""
    return db.session.scalar(
        select(OverallTable)
        .where(OverallTable.public_id == public_id)
        .options(
            joinedload(OverallTable.contest),
            selectinload(OverallTable.parts).joinedload(OverallPart.round),
        )
    )


def newest_number(table_id: int) -> int | None:
    """Return the number of the newest run of a table; None if it was never computed."""
    newest = select(func.max(OverallRun.number)).where(OverallRun.table_id == table_id)
    return db.session.scalar(newest)


def runs_of(table_id: int) -> Sequence[OverallRun]:
    """Return the runs of a table, the newest first."""
    return db.session.scalars(
        select(OverallRun).where(OverallRun.table_id == table_id).order_by(OverallRun.number.desc())
    ).all()


def newest_run(table_id: int) -> OverallRun | None:
    """Return the run of a table that holds."""
    return next(iter(runs_of(table_id)), None)


def newest_runs(table_ids: Iterable[int]) -> dict[int, OverallRun]:
    """Return the run that holds of each of these tables that was computed; one statement."""
    rows = db.session.scalars(
        select(OverallRun)
        .where(OverallRun.table_id.in_(list(table_ids)))
        .order_by(OverallRun.number)
    )
    return {run.table_id: run for run in rows}


def state_of(table: OverallTable) -> State:
    """Return where a table stands."""
    run = newest_run(table.id)
    current = {part.round_id: part.round.current_run_id for part in table.parts}
    computed = set(
        db.session.scalars(
            select(ResultRun.round_id).where(
                ResultRun.id.in_([one for one in current.values() if one is not None]),
                ResultRun.is_provisional.is_(False),
            )
        )
    )
    used = {one["round"]: one["run"] for one in run.inputs} if run is not None else {}
    return State(
        table,
        run,
        people_in(run.id, None) if run is not None else 0,
        is_outdated=run is not None and used != current,
        waits_for=[part.round for part in table.parts if part.round_id not in computed],
    )


def people_in(run_id: int, block_id: int | None) -> int:
    """Return how many people stand in a run, or in one block of it."""
    counted = select(func.count()).where(OverallStanding.run_id == run_id)
    if block_id is not None:
        counted = counted.where(OverallStanding.block_id == block_id)
    return db.session.scalar(counted) or 0


def public_run(table: OverallTable, *, at: datetime) -> OverallRun | None:
    """Return the run that the public may see: the results of every round in it are public."""
    if table.contest.state is ContestState.DRAFT:
        return None
    if any(not timing.shows_result(at, part.round.window, Audience.PUBLIC) for part in table.parts):
        return None
    run = newest_run(table.id)
    if run is None:
        return None
    rounds = {part.round_id for part in table.parts}
    return run if {one["round"] for one in run.inputs} == rounds else None


def blocks_of(contest: Contest) -> dict[int, str]:
    """Return the blocks of a contest by id."""
    rows = db.session.execute(
        select(Block.id, Block.title).where(Block.contest_id == contest.id).order_by(Block.id)
    )
    return dict(rows.all())


def here(run_id: int, block: int | None = None) -> Here:
    """Return what the rows of a run have in common, in a block or in all."""

    def conditions(kind: Any) -> list[ColumnElement[bool]]:  # noqa: ANN401 -- a model or an alias
        found = [kind.run_id == run_id]
        return [*found, kind.block_id == block] if block else found

    return conditions


def lines(run_id: int, wanted: Wanted, *, in_full: bool = False) -> Page[Line]:
    """Return a page of a run's rows with their places, counted in the block; one statement."""
    picked = board_finding.pick(OverallStanding, here(run_id, wanted.block), wanted)
    one = picked.one
    rows = db.session.execute(
        select(one, Enrolment, Account.full_name, Unit.name, Unit.public_id.label("unit_id"))
        .add_columns(picked.between)
        .join(Enrolment, Enrolment.id == one.enrolment_id)
        .join(Account, Account.id == Enrolment.account_id)
        .outerjoin(Unit, Unit.id == Enrolment.unit_id)
        .order_by(*picked.order)
    ).all()
    return board_finding.paged(rows, wanted, lambda row, place: _line(row, place, in_full=in_full))


def _line(row: Any, place: int, *, in_full: bool) -> Line:  # noqa: ANN401 -- a row of many entities
    one, person, name = row[0], row.Enrolment, row.full_name
    is_named = in_full or (person.publishes_name and place <= PRIZES)
    return Line(
        place=place,
        name=name if is_named else masking.name(name),
        number=person.number,
        unit=row.name or "",
        unit_id=row.unit_id or "",
        rounds=one.rounds,
        best_place=one.best_place,
        score=one.score,
        correct=one.correct,
        off=one.prediction_off,
        duration_ms=one.duration_ms,
        mark=write_mark(one.sort_key, one.enrolment_id),
        account_id=person.account_id,
    )


@dataclass(frozen=True, slots=True)
class Board:
    """What a public overall table is made of: the table and its run, the head, a page of rows."""

    head: Head
    title: str
    public_id: str
    run_id: int
    number: int
    made_at: datetime
    digest: str
    terms: OverallTerms
    weighs: bool
    # Title, number and weight of each of its rounds.
    parts: Sequence[tuple[str, int, int]]
    people: int
    page: Page[Line]


kept: Kept[Board | None] = Kept(1)
# Apart, so that what many search for drives no board out.
sought: Kept[Page[Line]] = Kept(1)


def board(slug: str, public_id: str, asked: Wanted, *, at: datetime) -> Board | None:
    """Return an overall table as the public may see it; nothing where it may not.

    Read and refused as `board_lines.board` is; eight statements.
    """
    first = replace(asked, words="", unit="", after=None, before=None)
    if not asked.is_filtered:
        return kept.get((slug, public_id, asked), lambda: _read(slug, public_id, asked, at), at=at)
    whole = kept.get((slug, public_id, first), lambda: _read(slug, public_id, first, at), at=at)
    if whole is None:
        return None
    wanted = replace(asked, block=_block_of(whole.head, asked.block))
    if not asked.words:
        return replace(whole, page=lines(whole.run_id, wanted))
    with board_finding.one_of_few():
        page = sought.get((whole.run_id, wanted), lambda: lines(whole.run_id, wanted), at=at)
    return replace(whole, page=page)


def _read(slug: str, public_id: str, asked: Wanted, at: datetime) -> Board | None:
    table = table_with(public_id)
    run = public_run(table, at=at) if table is not None else None
    if table is None or run is None or table.contest.slug != slug:
        return None
    head = boards.head(slug, table.parts[0].round.number, at=at)
    if head is None:
        return None
    return _board(table, run, head, replace(asked, block=_block_of(head, asked.block)))


def mark_above(run: OverallRun, account_id: int) -> tuple[str, int] | None:
    """Return where a page begins that holds the person's row; see `board_finding.mark_above`."""
    return board_finding.mark_above(OverallStanding, here(run.id), account_id)


def _block_of(head: Head, asked: int | None) -> int | None:
    return board_finding.block_of(head.blocks, asked)


def _board(table: OverallTable, run: OverallRun, head: Head, wanted: Wanted) -> Board:
    return Board(
        head,
        table.title,
        table.public_id,
        run.id,
        run.number,
        run.made_at,
        run.board_digest,
        totalling.read(run.terms),
        table.rule is OverallRule.WEIGHTED,
        [(one.round.title, one.round.number, one.weight) for one in table.parts],
        people_in(run.id, wanted.block),
        lines(run.id, wanted),
    )
