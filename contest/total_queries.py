"""What is read of overall tables: their runs, who stands where, and whether all may see it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, tuple_
from sqlalchemy.orm import joinedload, selectinload

from accounts.rules import masking
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
from contest.rules import timing
from core.db import db
from core.web import Page

PAGE = 50
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
    rounds: int
    best_place: int
    score: int
    correct: int
    off: int | None
    duration_ms: int
    mark: str


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


def lines(
    run: OverallRun,
    *,
    block: int | None = None,
    after: tuple[str, int] | None = None,
    in_full: bool = False,
) -> Page[Line]:
    """Return a page of a run's rows with their places, counted in the block; two statements."""
    here = OverallStanding.run_id == run.id
    if block is not None:
        here &= OverallStanding.block_id == block
    order = (OverallStanding.sort_key, OverallStanding.enrolment_id)
    person = joinedload(OverallStanding.enrolment)
    wanted = select(OverallStanding).where(here)
    if after is not None:
        wanted = wanted.where(tuple_(*order) > after)
    rows = db.session.scalars(
        wanted.order_by(*order)
        .limit(PAGE + 1)
        .options(person.joinedload(Enrolment.account), person.joinedload(Enrolment.unit))
    ).all()
    if not rows:
        return Page([])
    first = rows[0]
    above = select(func.count()).where(here, OverallStanding.sort_key < first.sort_key)
    before = select(func.count()).where(here, tuple_(*order) < (first.sort_key, first.enrolment_id))
    smaller, ahead = db.session.execute(
        select(above.scalar_subquery(), before.scalar_subquery())
    ).one()
    places = _places(rows, smaller + 1, ahead)
    shown = [
        _line(one, place, in_full=in_full) for one, place in zip(rows[:PAGE], places, strict=False)
    ]
    return Page(shown, after=shown[-1].mark if len(rows) > PAGE else None)


def _places(rows: Sequence[OverallStanding], first: int, ahead: int) -> list[int]:
    places = [first]
    for at in range(1, len(rows)):
        same = rows[at].sort_key == rows[at - 1].sort_key
        places.append(places[-1] if same else ahead + at + 1)
    return places


def _line(one: OverallStanding, place: int, *, in_full: bool) -> Line:
    person = one.enrolment
    name = person.account.full_name
    is_named = in_full or (person.publishes_name and place <= PRIZES)
    return Line(
        place=place,
        name=name if is_named else masking.name(name),
        number=person.number,
        unit=person.unit.name if person.unit else "",
        rounds=one.rounds,
        best_place=one.best_place,
        score=one.score,
        correct=one.correct,
        off=one.prediction_off,
        duration_ms=one.duration_ms,
        mark=f"{one.sort_key}.{one.enrolment_id}",
    )
