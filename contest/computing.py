"""What a round's results are computed from, and what comes out of it; nothing is written."""

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, tuple_

from contest import placing
from contest.models import Attempt, AttemptKind, Enrolment, ResultRun, Round, RoundKind
from contest.rules import predicting, scoring
from contest.rules.effects import NO_EFFECTS, Effects, Worth
from contest.rules.predicting import Scope
from contest.rules.progressing import WHOLE, Progress, part, unwatched
from contest.rules.standing import Achieved, Stood, Terms, board_digest, count, stand
from core.db import db

Person = tuple[int, str]
# So many attempts are read, and so many people placed, before it is told how far the work is.
ATTEMPTS_AT_ONCE = 5000
PEOPLE_AT_ONCE = 2000
_NO_WORTHS: Mapping[int, Worth] = {}


@dataclass(frozen=True, slots=True)
class Computed:
    """The results of a round as they would be: what they rest on, and who stands where."""

    # Millionths, by block; None for everybody, and for who is in none.
    actuals: Mapping[int | None, int]
    stood: Mapping[Person, Stood]
    inputs_digest: str
    board_digest: str


def computed_in(
    round_: Round,
    effects: Effects = NO_EFFECTS,
    worths: Mapping[int, Worth] = _NO_WORTHS,
    *,
    at: datetime,
    progress: Progress = unwatched,
) -> Computed:
    """Return the results of a round by these effects, from what its attempts are worth."""
    reads, stands = part(progress, 0, 50), part(progress, 50, WHOLE)
    by_person = achieved_in(round_, effects, worths, progress=reads)
    actuals = actuals_of_run(round_, by_person, effects, at=at)
    terms = placing.terms_of(round_, actuals=actuals)
    stood = stood_in(round_, terms, by_person, progress=stands)
    board = board_digest((one.sort_key, who) for (_, who), one in stood.items())
    return Computed(actuals, stood, inputs_digest(by_person), board)


def achieved_in(
    round_: Round,
    effects: Effects = NO_EFFECTS,
    worths: Mapping[int, Worth] = _NO_WORTHS,
    *,
    progress: Progress = unwatched,
) -> dict[Person, list[Achieved]]:
    """Return what everybody ranked achieved in the round, by (id, public id) of the enrolment."""
    found: dict[Person, list[Achieved]] = defaultdict(list)
    for person, who, disqualified_at, annulled_at, *told in _submitted_in(round_.id, progress):
        if not effects.ranks(person, disqualified_at) or not effects.counts(told[0], annulled_at):
            continue
        attempt, score, correct, asked, predicted, took, started, submitted = told
        took = took or 0
        one = Achieved(
            attempt, score or 0, correct or 0, asked, predicted, took, started, submitted
        )
        worth = worths.get(attempt)
        found[person, who].append(one if worth is None else worth.of(one))
    for mine in found.values():
        mine.sort(key=_attempt_id)
    return dict(found)


def _attempt_id(one: Achieved) -> int:
    return one.attempt_id


def _submitted_in(round_id: int, progress: Progress) -> Iterator[Any]:
    """Yield the attempts of people who may be ranked as they came in, some by each statement."""
    statement = (
        select(
            Enrolment.id,
            Enrolment.public_id,
            Enrolment.disqualified_at,
            Attempt.annulled_at,
            Attempt.id,
            Attempt.score,
            Attempt.correct,
            Attempt.asked,
            Attempt.predicted,
            Attempt.duration_ms,
            Attempt.started_at,
            Attempt.submitted_at,
        )
        .join(Enrolment, Enrolment.id == Attempt.enrolment_id)
        .where(
            Attempt.round_id == round_id,
            Attempt.kind == AttemptKind.OFFICIAL,
            Attempt.submitted_at.is_not(None),
            Enrolment.is_hidden.is_(False),
            Enrolment.is_test.is_(False),
        )
        .order_by(Attempt.submitted_at, Attempt.id)
        .limit(ATTEMPTS_AT_ONCE)
    )
    some, done = statement, 0
    while True:
        rows = db.session.execute(some).all()
        yield from rows
        done += len(rows)
        if len(rows) < ATTEMPTS_AT_ONCE:
            return
        last = (rows[-1][-1], rows[-1][4])
        some = statement.where(tuple_(Attempt.submitted_at, Attempt.id) > last)
        # How many are still to come is not known: only that the work goes on.
        progress(done, done + ATTEMPTS_AT_ONCE)


def stood_in(
    round_: Round,
    terms: Terms,
    by_person: Mapping[Person, Sequence[Achieved]],
    *,
    progress: Progress = unwatched,
) -> dict[Person, Stood]:
    """Return everybody's standing under these terms, each in the own block."""
    blocks = blocks_in(round_.contest_id)
    lots = placing.lots_of(round_)
    stood = {}
    for number, (person, attempts) in enumerate(by_person.items(), start=1):
        lot = lots(person[1]) if lots else None
        one = stand(terms, attempts, lot=lot, block=blocks.get(person[0]))
        if one is not None:
            stood[person] = one
        if number % PEOPLE_AT_ONCE == 0:
            progress(number, len(by_person))
    return stood


def blocks_in(contest_id: int) -> dict[int, int]:
    """Return the block of every enrolment that is in one; one statement."""
    rows = db.session.execute(
        select(Enrolment.id, Enrolment.block_id).where(
            Enrolment.contest_id == contest_id, Enrolment.block_id.is_not(None)
        )
    )
    return {enrolment: block for enrolment, block in rows if block is not None}


def actuals_in(
    round_: Round,
    by_person: Mapping[Person, Sequence[Achieved]],
    effects: Effects = NO_EFFECTS,
    *,
    at: datetime,
) -> dict[int | None, int]:
    """Return what came true of the round's prediction in millionths, from what was achieved in it.

    Counted by block, one for each, with None for who is in none; otherwise one for everybody
    under None. Counted over the whole contest, the rounds over by `at` are. Nothing is returned
    where no prediction is asked, or a percentage would be of nobody.
    """
    config = round_.asked_prediction
    if config is None:
        return {}
    groups: dict[int | None, list[Sequence[Achieved]]] = defaultdict(list)
    if config.scope is Scope.BLOCK:
        blocks = blocks_in(round_.contest_id)
        for person, attempts in by_person.items():
            groups[blocks.get(person[0])].append(attempts)
    elif config.scope is Scope.CONTEST:
        groups[None] = _in_contest(round_, by_person, effects, at=at)
    else:
        groups[None] = list(by_person.values())
    found = {block: predicting.actual(config, count(mine)) for block, mine in groups.items()}
    return {
        block: scoring.to_millionths(value) for block, value in found.items() if value is not None
    }


def _in_contest(
    round_: Round, by_person: Mapping[Person, Sequence[Achieved]], effects: Effects, *, at: datetime
) -> list[Sequence[Achieved]]:
    """Return what everybody achieved in all rounds that are over, the given one among them."""
    others = db.session.scalars(
        select(Round)
        .where(
            Round.contest_id == round_.contest_id,
            Round.kind == RoundKind.QUIZ,
            Round.id != round_.id,
            Round.closes_at <= at,
        )
        .order_by(Round.id)
    ).all()
    whole: dict[Person, list[Achieved]] = defaultdict(list)
    for person, attempts in by_person.items():
        whole[person] += attempts
    for other in others:
        achieved = effects.elsewhere.get(other.id)
        for person, attempts in (achieved_in(other) if achieved is None else achieved).items():
            whole[person] += attempts
    return list(whole.values())


def actuals_of_run(
    round_: Round,
    by_person: Mapping[Person, Sequence[Achieved]],
    effects: Effects = NO_EFFECTS,
    *,
    at: datetime,
) -> dict[int | None, int]:
    """Return the true values that a run made at that moment fixes: counted, or fixed by hand.

    There are none yet while rounds are still to come that a prediction over the contest counts.
    """
    config = round_.asked_prediction
    by_hand = effects.fixed(round_.actuals_by_hand) if config is not None else {}
    if config is not None and config.scope is not Scope.BLOCK and by_hand:
        return by_hand
    if config is not None and config.scope is Scope.CONTEST:
        to_come = select(func.count()).where(
            Round.contest_id == round_.contest_id, Round.id != round_.id, Round.closes_at > at
        )
        if db.session.scalar(to_come):
            return {}
    return actuals_in(round_, by_person, effects, at=at) | by_hand


def fix_actuals(run: ResultRun, round_: Round, actuals: Mapping[int | None, int]) -> None:
    """Write the true values into a run and its round."""
    config = round_.asked_prediction
    by_block = config is not None and config.scope is Scope.BLOCK
    run.prediction_actual = round_.prediction_actual = None if by_block else actuals.get(None)
    run.actuals = predicting.written_values(actuals) if by_block else {}


def inputs_digest(by_person: Mapping[Person, Sequence[Achieved]]) -> str:
    """Return the digest of what a run was computed from."""
    lines = [
        f"{who}|{one.attempt_id}|{one.score}|{one.correct}|{one.asked}|{one.predicted}"
        f"|{one.duration_ms}|{one.started_at.isoformat()}|{one.submitted_at.isoformat()}"
        for (_, who), attempts in sorted(by_person.items())
        for one in attempts
    ]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
