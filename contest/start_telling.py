"""What is said before the clock starts: paper, time, what is left, and why one may not start."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import current_app, url_for

from contest import (
    attempting,
    eligibility_queries,
    foretelling,
    own_time,
    queries,
    sitting_queries,
)
from contest.models import Attempt, Enrolment, Round
from contest.rules import timing
from contest.rules.allowing import EarlierAttempt, may_start
from core import i18n


@dataclass(frozen=True, slots=True)
class Start:
    """The last page before the clock starts."""

    contest_title: str
    round_title: str
    items: int
    has_prediction: bool
    minutes: int
    ends_at: datetime | None
    attempts_left: int | None
    is_practice: bool
    back_url: str
    # Days until what supervision sees is erased; nothing where nobody supervises.
    watched_days: int | None
    allowed: Sequence[str]
    # Why the person may not take this round; "" for who may.
    refusal: str = ""
    # To the prediction of an attempt handed in, while it may still be sent.
    predict_url: str = ""


def start(round_: Round, enrolment: Enrolment, *, at: datetime, is_practice: bool = False) -> Start:
    """Return what is said before the clock starts."""
    items = queries.items_asked(round_, enrolment.block_id)
    ends_at, left, watched, allowed, refused = None, None, False, list[str](), None
    minutes, predict_url = round_.minutes, ""
    if is_practice:
        items = min(items, round_.practice_items)
        minutes = max(1, items * attempting.PRACTICE_SECONDS_EACH // 60)
    else:
        stand = sitting_queries.stand_of(round_, enrolment.id)
        if stand is not None:
            watched = stand.seat is not None and stand.seat.room_id is not None
            ends_at = timing.deadline(round_.window, stand.window, enrolment.allowance, at)
            allowed = own_time.said(enrolment.allowance, stand.window, minutes, at=at)
        earlier = queries.attempts_of(enrolment.id)
        left = left_of(round_, earlier, at=at)
        predict_url = _predict_url(round_, earlier, at=at)
        refused = eligibility_queries.refusal(round_, enrolment)
    return Start(
        contest_title=round_.contest.title,
        round_title=round_.title,
        items=items,
        has_prediction=round_.prediction is not None and not is_practice,
        minutes=minutes,
        ends_at=ends_at,
        attempts_left=left,
        is_practice=is_practice,
        back_url=url_for("participant.rounds"),
        watched_days=current_app.config["PRESENCE_DAYS"] if watched else None,
        allowed=allowed,
        refusal=i18n.say(refused) if refused else "",
        predict_url=predict_url,
    )


def _predict_url(round_: Round, attempts: Sequence[Attempt], *, at: datetime) -> str:
    found = foretelling.waiting(round_, attempts, at=at)
    return url_for("participant.prediction", public_id=found.public_id) if found else ""


def left_of(round_: Round, earlier: Sequence[Attempt], *, at: datetime) -> int | None:
    """Return how many attempts somebody may still start in the round; None for no limit."""
    facts = [
        EarlierAttempt(
            one.started_at,
            one.round_id == round_.id,
            is_running=attempting.is_running(one, at=at),
        )
        for one in earlier
    ]
    return may_start(round_.policy, facts, at).left
