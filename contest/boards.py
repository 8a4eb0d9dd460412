"""What a round's board says beside its rows, read in one statement as plain values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Row,
    String,
    and_,
    bindparam,
    case,
    cast,
    func,
    select,
)
from sqlalchemy.orm import contains_eager

from contest.models import (
    Block,
    Contest,
    ContestState,
    OverallPart,
    OverallRun,
    OverallTable,
    ResultRun,
    Round,
    RoundKind,
    RoundState,
    Standing,
)
from contest.rules import ranking, timing
from contest.rules.participating import Band, BandName, share
from contest.rules.ranking import Key, RankingRule
from contest.rules.timing import Audience
from core.db import db

PUBLIC = Standing.audience == Audience.PUBLIC
# The run that the public looks at: while its board is frozen, the one that was frozen.
_SHOWN = func.coalesce(Round.frozen_run_id, Round.current_run_id)

_NEWEST = (
    select(func.max(OverallRun.number))
    .where(OverallRun.table_id == OverallTable.id)
    .correlate(OverallTable)
    .scalar_subquery()
)
_TABLE = (
    OverallTable.id.label("table_id"),
    OverallTable.public_id.label("table_public_id"),
    OverallTable.title.label("table_title"),
    OverallRun.inputs.label("inputs"),
    select(func.aggregate_strings(cast(OverallPart.round_id, String), ","))
    .where(OverallPart.table_id == OverallTable.id)
    .correlate(OverallTable)
    .scalar_subquery()
    .label("parts"),
)


@dataclass(frozen=True, slots=True)
class Tab:
    """A round as the tabs of a board name it."""

    number: int
    title: str
    is_open: bool


@dataclass(frozen=True, slots=True)
class Head:
    """A round's board without its rows. `run` is None while there is nothing to show."""

    contest: str
    contest_public_id: str
    slug: str
    contact: str
    hosts: Sequence[Mapping[str, str]]
    tabs: Sequence[Tab]
    # Overall tables that the public may see: public id and title.
    tables: Sequence[tuple[str, str]]
    blocks: Mapping[int, str]
    round_public_id: str
    number: int
    title: str
    opens_at: datetime
    public_results_at: datetime | None
    rule: RankingRule
    asks_prediction: bool
    run: int | None
    run_id: int
    made_at: datetime | None
    is_provisional: bool
    # Since when nothing moves here; None for a board that is not frozen.
    frozen_at: datetime | None
    shows_names: bool
    # Millionths, by block, or for everybody under None.
    actuals: Mapping[int | None, int]
    digest: str
    people: int
    attempts: int
    bands: Sequence[Band]


def head(slug: str, number: int | None, *, at: datetime) -> Head | None:
    """Return the head of a round's board, of the newest one to be seen without a number.

    Two statements. Nothing for a contest or a round that the public may not know of.
    """
    rows = _head_rows(slug)
    rounds = list({row.Round.id: row for row in rows}.values())
    shown = [row for row in rounds if number in (None, row.Round.number)]
    if not shown:
        return None
    begun = [row for row in shown if row.Round.opens_at <= at]
    found = begun[-1] if begun else shown[0]
    blocks = {row.Block.id: row.Block.title for row in rows if row.Block is not None}
    told = _head(found, [row.Round for row in rounds], blocks, at=at)
    return replace(told, tables=_tables(rows, at=at))


def _head_rows(slug: str) -> Sequence[Row[Any]]:
    return db.session.execute(
        select(Round, ResultRun, Block, *_TABLE)
        .join(Contest, Contest.id == Round.contest_id)
        .outerjoin(ResultRun, ResultRun.id == _SHOWN)
        .outerjoin(Block, Block.contest_id == Contest.id)
        .outerjoin(OverallTable, OverallTable.contest_id == Contest.id)
        .outerjoin(
            OverallRun,
            and_(OverallRun.table_id == OverallTable.id, OverallRun.number == _NEWEST),
        )
        .where(
            Contest.slug == slug,
            Contest.state != ContestState.DRAFT,
            Round.state != RoundState.DRAFT,
            Round.kind == RoundKind.QUIZ,
        )
        .options(contains_eager(Round.contest))
        .order_by(Round.number, Block.id, OverallTable.id)
    ).all()


def _tables(rows: Sequence[Row[Any]], *, at: datetime) -> list[tuple[str, str]]:
    """Return the overall tables whose rounds are all public, and all in their newest run."""
    public = {
        row.Round.id for row in rows if timing.shows_result(at, row.Round.window, Audience.PUBLIC)
    }
    found = {}
    for row in rows:
        parts = {int(one) for one in (row.parts or "").split(",") if one}
        inputs = {one["round"] for one in row.inputs or ()}
        if parts and parts == inputs and parts <= public:
            found[row.table_id] = (row.table_public_id, row.table_title)
    return list(found.values())


def in_block(head: Head, block: int) -> Head:
    """Return the head of the board of one block: a ranking of its own; one statement."""
    tally = _tally(head.run_id, Standing.block_id == block)
    return replace(head, people=tally.people, attempts=tally.attempts, bands=tally.bands)


@dataclass(frozen=True, slots=True)
class _Tally:
    """Who stands on a board, as `Head` has it."""

    people: int
    attempts: int
    bands: Sequence[Band]


def _tally(run_id: int, *among: ColumnElement[bool]) -> _Tally:
    """Count who stands on the public's board of a run; one statement.

    The run is written out: one statement prepared for all runs is planned for a run of middling
    size, and may then read the standings of all of them for a small one.
    """
    run: BindParameter[int] = bindparam(None, run_id, literal_execute=True)
    found = db.session.execute(
        select(
            func.count().label("people"),
            func.sum(Standing.attempts).label("attempts"),
            *[func.count().filter(_band() == name.value).label(name) for name in BandName],
        ).where(Standing.run_id == run, PUBLIC, *among)
    )
    row = found.mappings().one()
    counts = {name: row[name.value] for name in BandName}
    return _Tally(row["people"], row["attempts"] or 0, _bands(counts, row["people"]))


def _band() -> ColumnElement[str]:
    """Say in SQL what `participating.band` says; a test holds them together."""
    correct, asked = Standing.correct, Standing.asked
    return case(
        (and_(asked > 0, correct >= asked), BandName.ALL.value),
        (correct == 0, BandName.NONE.value),
        (4 * correct >= 3 * asked, BandName.THREE_QUARTERS.value),
        (4 * correct >= asked, BandName.QUARTER.value),
        else_=BandName.FEW.value,
    )


def _head(
    row: Row[Any], rounds: Sequence[Round], blocks: Mapping[int, str], *, at: datetime
) -> Head:
    round_: Round = row.Round
    contest, run = round_.contest, row.ResultRun
    tally = _tally(run.id) if run is not None else _Tally(0, 0, _bands({}, 0))
    is_public = timing.shows_result(at, round_.window, Audience.PUBLIC)
    is_shown = run is not None and tally.people > 0 and (run.is_provisional or is_public)
    return Head(
        contest=contest.title,
        contest_public_id=contest.public_id,
        slug=contest.slug,
        contact=contest.contact,
        hosts=contest.hosts,
        tabs=[
            Tab(one.number, one.title, one.opens_at <= at < one.closes_at and _is_ready(one))
            for one in rounds
        ],
        tables=(),
        blocks=blocks,
        round_public_id=round_.public_id,
        number=round_.number,
        title=round_.title,
        opens_at=round_.opens_at,
        public_results_at=round_.public_results_at,
        rule=effective(run, round_),
        asks_prediction=round_.prediction is not None,
        run=run.number if is_shown else None,
        run_id=run.id if is_shown else 0,
        made_at=run.made_at if is_shown else None,
        is_provisional=run is None or run.is_provisional,
        frozen_at=round_.frozen_at if is_shown and round_.frozen_run_id else None,
        shows_names=is_shown and not run.is_provisional and is_public,
        actuals=run.true_values if is_shown else {},
        digest=run.board_digest if is_shown else "",
        people=tally.people,
        attempts=tally.attempts,
        bands=tally.bands,
    )


def _is_ready(round_: Round) -> bool:
    return round_.state is RoundState.READY


def _bands(counts: Mapping[BandName, int], people: int) -> list[Band]:
    return [
        Band(name, counts.get(name, 0), share(counts.get(name, 0), people)) for name in BandName
    ]


def effective(run: ResultRun | None, round_: Round) -> RankingRule:
    """Return the rule as a run applies it: a prediction not known yet is left out."""
    written = run.rule["ranking"] if run is not None else round_.ranking
    rule = ranking.read(written)
    if run is None or run.true_values or not rule.uses(Key.PREDICTION_DIFF):
        return rule
    return rule.without(Key.PREDICTION_DIFF)
