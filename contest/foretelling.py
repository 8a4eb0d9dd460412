"""Predictions sent after handing in: once, before the round closes, with a receipt."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select

from accounts import auditing
from accounts.models import Account
from contest import placing, queries
from contest.errors import CannotPredict
from contest.models import Attempt, AttemptKind, Round, SentPrediction
from contest.rules import predicting, scoring
from contest.rules.predicting import Asked, Prediction
from contest.saving import RECEIPT, receipt_of
from core import signing
from core.db import atomic, db, lock
from core.saying import Unreadable
from core.text import N_

# Where a receipt of an answer has the slot, the lease and the sequence number.
PLACE = (0, 0, 0)


def asked_of(round_: Round) -> Prediction | None:
    """Return the prediction that a round asks for after handing in; None where it does not."""
    config = round_.asked_prediction
    return config if config is not None and config.asked is Asked.AFTER_SUBMIT else None


def open_until(attempt: Attempt, *, at: datetime) -> datetime | None:
    """Return until when the owner may still predict; None for who may not, or has."""
    try:
        _checked(attempt, at=at)
    except CannotPredict:
        return None
    return locks_at(attempt.round)


def locks_at(round_: Round) -> datetime:
    """Return when predictions are locked: with the round, or where its organisers ended it."""
    return min(round_.closes_at, round_.stopped_at or round_.closes_at)


def waiting(round_: Round, attempts: Sequence[Attempt], *, at: datetime) -> Attempt | None:
    """Return the newest of somebody's attempts whose prediction may still be sent; no statement."""
    here = [one for one in attempts if one.round_id == round_.id]
    for attempt in sorted(here, key=lambda one: -one.number):
        try:
            _check(attempt, round_, here, at=at)
        except CannotPredict:
            continue
        return attempt
    return None


def _checked(attempt: Attempt, *, at: datetime) -> Prediction:
    return _check(attempt, attempt.round, queries.attempts_of(attempt.enrolment_id), at=at)


def _check(
    attempt: Attempt, round_: Round, attempts: Sequence[Attempt], *, at: datetime
) -> Prediction:
    config = asked_of(round_)
    if config is None or attempt.kind is not AttemptKind.OFFICIAL:
        raise CannotPredict(N_("The round asks for no prediction after handing in."))
    if attempt.submitted_at is None:
        raise CannotPredict(N_("Hand the attempt in first."))
    if at >= locks_at(round_):
        raise CannotPredict(N_("Predictions are locked: the round is closed."))
    here = [
        one for one in attempts if one.round_id == round_.id and one.kind is AttemptKind.OFFICIAL
    ]
    others = [placing.predicted(one) for one in here if one.number < attempt.number]
    if config.lock is predicting.Lock.PER_ROUND:
        others = [placing.predicted(one) for one in here]
    is_sent = attempt.predicted is not None
    if is_sent or predicting.is_locked(config.lock, others):
        raise CannotPredict(N_("Your prediction is locked: it was sent before."))
    return config


@atomic()
def send(attempt: Attempt, typed: str, actor: Account, *, at: datetime) -> SentPrediction:
    """Keep the prediction of an own attempt that was handed in, and place the person by it.

    Raise `CannotPredict` once it is locked, or for what is no such number.
    """
    placing.hold_boards(Round.id == attempt.round_id)
    lock(attempt.enrolment)
    lock(attempt)
    config = _checked(attempt, at=at)
    try:
        value = predicting.parse(typed, config)
    except Unreadable as fault:
        raise CannotPredict(fault.sentence.message, **fault.sentence.values) from fault
    sent = SentPrediction(
        attempt_id=attempt.id,
        answer=predicting.canonical(value),
        received_at=at,
        key_id=signing.key_id(RECEIPT),
        receipt="",
    )
    sent.receipt = _receipt(sent)
    db.session.add(sent)
    attempt.predicted = scoring.to_millionths(value)
    placing.place(attempt)
    auditing.record(
        actor,
        "prediction.sent",
        f"attempt:{attempt.public_id}",
        log=attempt.round.contest.log,
        prediction=sent.answer,
        receipt=sent.receipt,
    )
    return sent


def _receipt(sent: SentPrediction) -> str:
    place = (sent.attempt_id, *PLACE)
    return receipt_of(*place, sent.answer, sent.received_at, key=sent.key_id)


# --- Checking ------------------------------------------------------------------------------------


def sent_of(attempt_ids: Collection[int]) -> dict[int, SentPrediction]:
    """Return what was sent for these attempts after handing in, by the attempt; one statement."""
    rows = db.session.scalars(
        select(SentPrediction).where(SentPrediction.attempt_id.in_(list(attempt_ids)))
    )
    return {row.attempt_id: row for row in rows}


def is_as_received(sent: SentPrediction) -> bool:
    """Say whether a prediction is the one that its receipt was given for."""
    try:
        return _receipt(sent) == sent.receipt
    except KeyError:
        return False
