"""Writing standings: the row that ranks a person, kept in step with the attempts."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from sqlalchemy import delete, select

from contest import queries
from contest.models import Attempt, Enrolment, ResultRun, Round, Standing
from contest.rules import ranking, scoring
from contest.rules.standing import Achieved, Stood, Terms, stand
from contest.rules.timing import Audience
from core.db import db


def terms_of(round_: Round, *, actual: int | None = None) -> Terms:
    """Return how the round ranks; `actual` is the prediction's true value in millionths."""
    return Terms(ranking.read(round_.ranking), round_.counts, round_.asked_prediction, actual)


def lot_of(round_: Round, enrolment: str) -> int | None:
    """Return the lot of a person, by the enrolment's public id; nothing where none is drawn."""
    if not ranking.read(round_.ranking).uses(ranking.Key.LOT):
        return None
    return ranking.lot(bytes.fromhex(round_.seed), enrolment)


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


def place(attempt: Attempt) -> None:
    """Write the standing of the attempt's owner in the round's current run.

    Part of the transaction that submits: whoever sees the attempt closed sees it placed.
    """
    round_, enrolment = attempt.round, attempt.enrolment
    if round_.current_run_id is None or not is_ranked(enrolment):
        return
    run = db.session.get_one(ResultRun, round_.current_run_id)
    if not run.is_provisional:
        return
    others = queries.attempts_of(enrolment.id)
    mine = [achieved(one) for one in others if one.round_id == round_.id]
    stood = stand(
        terms_of(round_),
        [one for one in mine if one is not None],
        lot=lot_of(round_, enrolment.public_id),
    )
    if stood is None:
        return
    kept = db.session.scalars(
        select(Standing).where(Standing.run_id == run.id, Standing.enrolment_id == enrolment.id)
    )
    by_audience = {row.audience: row for row in kept}
    for audience in audiences(round_):
        row = by_audience.get(audience)
        if row is None:
            row = Standing(run_id=run.id, audience=audience, enrolment_id=enrolment.id)
            db.session.add(row)
        for name, value in columns(stood).items():
            setattr(row, name, value)


def is_ranked(enrolment: Enrolment) -> bool:
    """Say whether the person appears in standings at all."""
    return not (enrolment.is_hidden or enrolment.is_test or enrolment.disqualified_at)


def audiences(round_: Round) -> Sequence[Audience]:
    """Return for whom a provisional run makes standings."""
    if round_.live_board:
        return (Audience.PARTICIPANT, Audience.PUBLIC)
    return (Audience.PARTICIPANT,)


def columns(stood: Stood) -> dict[str, object]:
    """Return what a standing's row holds beside run, audience and person."""
    return {
        "attempt_id": stood.attempt.attempt_id,
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
