"""Who may start another attempt, and when: the attempt policy of a round."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from core.saying import Sentence
from core.text import N_
from core.vietnam import DAY, civil_day, start_of_day


class Counts(StrEnum):
    """Which of a person's attempts counts."""

    BEST = "best"
    FIRST = "first"
    LAST = "last"


@dataclass(frozen=True, slots=True)
class AttemptPolicy:
    """How often one person may take a round; None is no limit.

    A day is a calendar day in Viet Nam. The interval runs from the start of the attempt before.
    """

    max_in_contest: int | None = None
    max_in_round: int | None = 1
    max_per_day: int | None = None
    min_interval_minutes: int = 0
    counts: Counts = Counts.BEST


@dataclass(frozen=True, slots=True)
class EarlierAttempt:
    """An attempt that the person has started already, in this contest."""

    started_at: datetime
    in_this_round: bool = True
    is_practice: bool = False
    is_running: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether another attempt may start now; if not, why, and from when (None: never again).

    `left` is how many may still be started in all, the coming one included; None is no limit.
    """

    allowed: bool
    reason: Sentence | None
    next_at: datetime | None
    left: int | None


def may_start(policy: AttemptPolicy, earlier: Sequence[EarlierAttempt], now: datetime) -> Verdict:
    """Say whether somebody with these earlier attempts may start an official one at `now`.

    Practice never counts. Whether the round is open is not asked here: see `timing.phase`.
    """
    official = [attempt for attempt in earlier if not attempt.is_practice]
    here = [attempt for attempt in official if attempt.in_this_round]
    left = _left(policy, len(official), len(here))
    if any(attempt.is_running for attempt in here):
        return Verdict(
            False, Sentence(N_("Hand in the attempt that is running first.")), None, left
        )
    if left == 0:
        return Verdict(False, _used_up(policy, len(official)), None, 0)
    waits = [*_daily_wait(policy, here, now), *_interval_wait(policy, here, now)]
    if waits:
        next_at, reason = max(waits, key=lambda wait: wait[0])
        return Verdict(False, reason, next_at, left)
    return Verdict(True, None, now, left)


def _left(policy: AttemptPolicy, in_contest: int, in_round: int) -> int | None:
    rests = [
        max(0, limit - used)
        for limit, used in (
            (policy.max_in_contest, in_contest),
            (policy.max_in_round, in_round),
        )
        if limit is not None
    ]
    return min(rests, default=None)


def _used_up(policy: AttemptPolicy, in_contest: int) -> Sentence:
    if policy.max_in_contest is not None and in_contest >= policy.max_in_contest:
        message = N_("All %(count)s attempts allowed in this contest are used.")
        return Sentence(message, {"count": policy.max_in_contest})
    message = N_("All %(count)s attempts allowed in this round are used.")
    return Sentence(message, {"count": policy.max_in_round})


def _daily_wait(
    policy: AttemptPolicy, here: Sequence[EarlierAttempt], now: datetime
) -> list[tuple[datetime, Sentence]]:
    today = civil_day(now)
    started = sum(civil_day(attempt.started_at) == today for attempt in here)
    if policy.max_per_day is None or started < policy.max_per_day:
        return []
    tomorrow = start_of_day(today) + DAY
    message = N_("All %(count)s attempts of today are used. The next is possible from %(moment)s.")
    return [(tomorrow, Sentence(message, {"count": policy.max_per_day, "moment": tomorrow}))]


def _interval_wait(
    policy: AttemptPolicy, here: Sequence[EarlierAttempt], now: datetime
) -> list[tuple[datetime, Sentence]]:
    interval = timedelta(minutes=policy.min_interval_minutes)
    ready = max((attempt.started_at + interval for attempt in here), default=now)
    if now >= ready:
        return []
    message = N_(
        "Attempts must be %(minutes)s minutes apart. The next is possible from %(moment)s."
    )
    values = {"minutes": policy.min_interval_minutes, "moment": ready}
    return [(ready, Sentence(message, values))]
