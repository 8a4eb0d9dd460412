"""Writing standings: the row that ranks a person, kept in step with the attempts."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from functools import cache, partial
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Executable,
    Row,
    Select,
    bindparam,
    delete,
    func,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite

from contest.models import Attempt, AttemptKind, Enrolment, ResultRun, Round, Standing
from contest.models.contest import prediction_of
from contest.rules import ranking, scoring
from contest.rules.standing import Achieved, Stood, Terms, stand
from contest.rules.timing import Audience
from core.db import AMONG, among, db

# A frozen board of the public does not move.
IS_LIVE = (Round.live_board & Round.frozen_run_id.is_(None)).label("live_board")
# What placing somebody in a round needs to know.
PLACED = (
    Round.id.label("round_id"),
    Round.ranking,
    Round.counts,
    Round.prediction,
    Round.seed,
    IS_LIVE,
    Round.current_run_id,
    ResultRun.is_provisional,
    Enrolment.id.label("enrolment_id"),
    Enrolment.public_id.label("enrolment"),
    Enrolment.block_id,
)
_PLACE = (
    select(*PLACED)
    .select_from(Round)
    .join(Enrolment, Enrolment.id == bindparam("enrolment"))
    .outerjoin(ResultRun, ResultRun.id == Round.current_run_id)
    .where(Round.id == bindparam("round"))
)
_DONE: Select[*tuple[Any, ...]] = (
    select(
        Attempt.enrolment_id,
        Attempt.round_id,
        Attempt.id,
        func.coalesce(Attempt.score, 0),
        func.coalesce(Attempt.correct, 0),
        Attempt.asked,
        Attempt.predicted,
        func.coalesce(Attempt.duration_ms, 0),
        Attempt.started_at,
        Attempt.submitted_at,
    )
    # Read with the attempt locked already: who is taken out at this moment must not be placed.
    .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
    .where(
        Enrolment.is_hidden.is_(False),
        Enrolment.is_test.is_(False),
        Enrolment.disqualified_at.is_(None),
        Attempt.kind == AttemptKind.OFFICIAL,
        Attempt.submitted_at.is_not(None),
        Attempt.annulled_at.is_(None),
    )
    .order_by(Attempt.started_at, Attempt.id)
)


def terms_of(round_: Round, *, actuals: Mapping[int | None, int] | None = None) -> Terms:
    """Return how the round ranks; `actuals` is what came true of the prediction, in millionths."""
    rule = ranking.read(round_.ranking)
    return Terms(rule, round_.counts, round_.asked_prediction, actuals or {})


def lots_of(round_: Round) -> Callable[[str], int] | None:
    """Return what draws a person's lot, by the enrolment's public id; None where none is drawn."""
    if not ranking.read(round_.ranking).uses(ranking.Key.LOT):
        return None
    return partial(ranking.lot, bytes.fromhex(round_.seed))


def _lot(rule: list[Any], seed: str, enrolment: str) -> int | None:
    if not ranking.read(rule).uses(ranking.Key.LOT):
        return None
    return ranking.lot(bytes.fromhex(seed), enrolment)


def predicted(attempt: Attempt) -> Decimal | None:
    """Return what was predicted in an attempt."""
    return None if attempt.predicted is None else scoring.from_millionths(attempt.predicted)


def achieved(attempt: Attempt) -> Achieved | None:
    """Return what a submitted attempt achieved; nothing for a running or annulled one."""
    if attempt.submitted_at is None or attempt.annulled_at is not None:
        return None
    return Achieved(
        attempt.id,
        attempt.score or 0,
        attempt.correct or 0,
        attempt.asked,
        attempt.predicted,
        attempt.duration_ms or 0,
        attempt.started_at,
        attempt.submitted_at,
    )


def hold_boards(which: ColumnElement[bool]) -> None:
    """Keep rounds from being frozen or revealed until people are placed in them.

    Rounds come before people, as in every transaction that holds both.
    """
    rounds = select(Round.id).where(which).order_by(Round.id)
    db.session.execute(rounds.with_for_update(read=True))


def place(attempt: Attempt) -> None:
    """Write the standing of the attempt's owner in the round's current run.

    Part of the transaction that changes the attempt: who sees the one sees the other.
    """
    db.session.flush()
    connection = db.session.connection()
    keys = {"round": attempt.round_id, "enrolment": attempt.enrolment_id}
    place_all(connection, [connection.execute(_PLACE, keys).one()])
    for one in db.session.identity_map.values():
        if isinstance(one, Standing) and one.enrolment_id == attempt.enrolment_id:
            db.session.expire(one)


def place_all(connection: Connection, people: Iterable[Row[Any]]) -> None:
    """Write the standings of people in rounds, in two statements; each row has `PLACED`."""
    live = [at for at in people if at.current_run_id is not None and at.is_provisional]
    if not live:
        return
    numbers = json.dumps(sorted({at.enrolment_id for at in live}))
    done: dict[tuple[int, int], list[Achieved]] = defaultdict(list)
    for one in connection.execute(_done(connection.dialect.name), {AMONG: numbers}):
        done[one.enrolment_id, one.round_id].append(Achieved(*one[2:]))
    rows: dict[tuple[int, int], list[dict[str, Any]]] = {}
    for at in live:
        keys = (at.enrolment_id, at.current_run_id)
        rows[keys] = _standing(at, done[at.enrolment_id, at.round_id])
    # In one order everywhere, so that two who place the same people do not wait for each other.
    written = [row for keys in sorted(rows) for row in rows[keys]]
    if written:
        connection.execute(_upsert(connection.dialect.name), written)


def _standing(at: Row[Any], done: Sequence[Achieved]) -> list[dict[str, Any]]:
    """Return the rows of a person's standing, one for each audience; none for nobody ranked."""
    terms = Terms(ranking.read(at.ranking), at.counts, prediction_of(at.prediction))
    lot = _lot(at.ranking, at.seed, at.enrolment)
    stood = stand(terms, done, lot=lot, block=at.block_id)
    if stood is None:
        return []
    own = {"run_id": at.current_run_id, "enrolment_id": at.enrolment_id} | columns(stood)
    return [own | {"audience": audience} for audience in audiences(live=at.live_board)]


@cache
def _done(dialect: str) -> Executable:
    return _DONE.where(among("attempt.enrolment_id", dialect))


@cache
def _upsert(dialect: str) -> Any:  # noqa: ANN401 -- a statement of either dialect
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    table: Any = Standing.__table__
    statement = insert(table)
    keys = {"id", "run_id", "audience", "enrolment_id"}
    names = [column.name for column in table.columns if column.name not in keys]
    return statement.on_conflict_do_update(
        index_elements=["run_id", "audience", "enrolment_id"],
        set_={name: statement.excluded[name] for name in names},
    )


def is_ranked(enrolment: Enrolment) -> bool:
    """Say whether the person appears in standings at all."""
    return not (enrolment.is_hidden or enrolment.is_test or enrolment.disqualified_at)


def audiences(*, live: bool) -> Sequence[Audience]:
    """Return for whom a provisional run makes standings; `live` is the round's board."""
    if live:
        return (Audience.PARTICIPANT, Audience.PUBLIC)
    return (Audience.PARTICIPANT,)


def columns(stood: Stood) -> dict[str, object]:
    """Return what a standing's row holds beside run, audience and person."""
    return {
        "attempt_id": stood.attempt.attempt_id,
        "block_id": stood.block,
        "score": stood.attempt.score,
        "correct": stood.attempt.correct,
        "asked": stood.attempt.asked,
        "prediction_off": stood.off,
        "duration_ms": stood.attempt.duration_ms,
        "started_at": stood.attempt.started_at,
        "submitted_at": stood.attempt.submitted_at,
        "attempts": stood.attempts,
        "sort_key": stood.sort_key,
    }


def clear(run: ResultRun, audiences_: Iterable[Audience]) -> None:
    """Remove the standings of a run for these audiences."""
    db.session.execute(
        delete(Standing).where(Standing.run_id == run.id, Standing.audience.in_(list(audiences_)))
    )
