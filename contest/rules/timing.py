"""Time in a round as one pure function: a person's phase, and until when answers count."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from core.saying import Sentence
from core.text import N_

# An answer that left in time may be a little late on the way; the caller adds this and records it.
GRACE_DEFAULT = timedelta(seconds=5)
# A pause that nobody ends is over after this long: an attempt is never open for ever.
LONGEST_PAUSE = timedelta(hours=12)


class RoundState(StrEnum):
    """What the organisers have said of a round; the hours say the rest."""

    DRAFT = "draft"
    READY = "ready"
    PAUSED = "paused"
    CLOSED = "closed"
    FINAL = "final"


class Clock(StrEnum):
    """From when a person's time runs: the own start, or one start for everybody."""

    OWN = "own"
    FIXED = "fixed"


class PhaseName(StrEnum):
    """Where a person stands in a round; as time passes, only forward."""

    NOT_READY = "not_ready"
    UPCOMING = "upcoming"
    OPEN = "open"
    RUNNING = "running"
    TIME_UP = "time_up"
    SUBMITTED = "submitted"
    CLOSED = "closed"
    PUBLISHED = "published"


class Audience(StrEnum):
    """To whom a result is shown."""

    PARTICIPANT = "participant"
    PUBLIC = "public"


@dataclass(frozen=True, slots=True)
class RoundWindow:
    """What a round says about time; whatever ran is over at `stopped_at`, if there is one."""

    opens_at: datetime
    closes_at: datetime
    time_limit: timedelta | None = None
    state: RoundState = RoundState.READY
    participant_results_at: datetime | None = None
    public_results_at: datetime | None = None
    stopped_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Interruption:
    """Time taken out: a pause or an incident. While it is open, `ends_at` is its latest end."""

    begins_at: datetime
    ends_at: datetime
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class Credit:
    """Time given back at a moment to those who had started by then."""

    at: datetime
    time: timedelta


@dataclass(frozen=True, slots=True)
class SittingWindow:
    """What a sitting says about time; `late_limit` is how late one may still start."""

    opens_at: datetime
    closes_at: datetime
    clock: Clock = Clock.OWN
    late_limit: timedelta | None = None
    interruptions: tuple[Interruption, ...] = ()
    credits: tuple[Credit, ...] = ()


@dataclass(frozen=True, slots=True)
class Allowance:
    """What one person is granted, or has lost; extra time is percent of the limit and seconds."""

    extra_percent: int = 0
    extra_seconds: int = 0
    delay_seconds: int = 0
    disqualified: bool = False


@dataclass(frozen=True, slots=True)
class AttemptTimes:
    """When an attempt was started and handed in."""

    started_at: datetime
    submitted_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Phase:
    """Where a person stands at a moment. `ends` is None while nobody knows it."""

    phase: PhaseName
    begins: datetime | None
    ends: datetime | None
    own_start: datetime | None
    own_deadline: datetime | None
    seconds_left: int | None
    reasons: tuple[Sentence, ...] = ()


@dataclass(frozen=True, slots=True)
class _Hours:
    """The hours of one person: may start in [begins, last_start), and all is over at `ends`."""

    begins: datetime
    last_start: datetime
    ends: datetime
    closes: datetime


NO_ALLOWANCE = Allowance()
WITHDRAWN = Sentence(N_("Taking part in this contest was withdrawn."))
_CLOSED = (PhaseName.CLOSED, Sentence(N_("The organisers have closed the round.")))
_HALTED = {
    RoundState.PAUSED: (
        PhaseName.NOT_READY,
        Sentence(N_("The organisers have paused the round.")),
    ),
    RoundState.CLOSED: _CLOSED,
    RoundState.FINAL: _CLOSED,
}


def phase(
    now: datetime,
    round_: RoundWindow,
    sitting: SittingWindow,
    allowance: Allowance,
    attempt: AttemptTimes | None,
) -> Phase:
    """Say where a person stands at `now`, from when until when, and why.

    Without an attempt the answer is about starting one. The state of a round never ends an
    attempt that runs: ending early means moving `closes_at`.
    """
    hours = _hours(round_, sitting, allowance)
    if attempt is None or now < attempt.started_at:
        found = _before_starting(now, round_, hours, allowance)
    else:
        found = _in_attempt(now, round_, sitting, allowance, attempt)
    published = _published_at(round_, hours)
    shut = found.phase in (PhaseName.CLOSED, PhaseName.SUBMITTED, PhaseName.TIME_UP)
    if shut and published is not None and now >= published:
        return Phase(
            PhaseName.PUBLISHED, published, None, found.own_start, found.own_deadline, None
        )
    return found


def deadline(
    round_: RoundWindow, sitting: SittingWindow, allowance: Allowance, started_at: datetime
) -> datetime:
    """Return when the time of an attempt started at `started_at` is up.

    That is the end of its own time, with extra time, or of what was left of the sitting when it
    started; where one clock runs for all, the allowances move that end too. What pauses took
    and what was given back comes on top of either.
    """
    hours = _hours(round_, sitting, allowance)
    if sitting.clock is Clock.FIXED:
        start, left = hours.begins, _whole(round_, sitting, allowance)
    else:
        start, left = started_at, max(timedelta(0), hours.closes - started_at)
    if round_.time_limit is not None:
        left = min(left, round_.time_limit + _extra(round_, allowance))
    ends = _stretch(start, left, sitting)
    return ends if round_.stopped_at is None else min(ends, max(start, round_.stopped_at))


def accepts_until(
    round_: RoundWindow,
    sitting: SittingWindow,
    allowance: Allowance,
    attempt: AttemptTimes | None,
) -> datetime | None:
    """Return the moment before which answers count, to be kept with the attempt; None for never.

    It agrees with `phase`: answers count exactly while the phase is running. Grace is added by
    whoever receives the answer.
    """
    if attempt is None or allowance.disqualified:
        return None
    ends = deadline(round_, sitting, allowance, attempt.started_at)
    return ends if attempt.submitted_at is None else min(ends, attempt.submitted_at)


def shows_result(now: datetime, round_: RoundWindow, audience: Audience) -> bool:
    """Say whether a result that exists may be shown to `audience` at `now`."""
    dates = {
        Audience.PARTICIPANT: round_.participant_results_at,
        Audience.PUBLIC: round_.public_results_at,
    }
    shown_from = dates[audience]
    return shown_from is not None and now >= shown_from


def starts(
    round_: RoundWindow, sitting: SittingWindow, allowance: Allowance
) -> tuple[datetime, datetime]:
    """Return from when until when somebody may start."""
    hours = _hours(round_, sitting, allowance)
    return hours.begins, max(hours.begins, hours.last_start)


def granted(round_: RoundWindow, allowance: Allowance) -> timedelta | None:
    """Return the time limit with all extra time; None without a limit."""
    if round_.time_limit is None:
        return None
    return round_.time_limit + _extra(round_, allowance)


def halt(now: datetime, interruptions: Sequence[Interruption]) -> Interruption | None:
    """Return from when until when the clock stands at `now`, overlapping pauses as one."""
    begins = ends = now
    is_open = False
    for pause in sorted(interruptions, key=lambda pause: pause.begins_at):
        if pause.begins_at <= ends and pause.ends_at > ends:
            begins, ends = min(begins, pause.begins_at), pause.ends_at
            is_open = is_open or pause.is_open
    return Interruption(begins, ends, is_open) if ends > now else None


def worked(started: datetime, until: datetime, interruptions: Sequence[Interruption]) -> timedelta:
    """Return how long somebody worked from `started` to `until`: the pauses are left out."""
    return _work_left(started, until, interruptions) if until > started else timedelta(0)


def _extra(round_: RoundWindow, allowance: Allowance) -> timedelta:
    granted = timedelta(seconds=allowance.extra_seconds)
    if round_.time_limit is None:
        return granted
    return granted + round_.time_limit * allowance.extra_percent / 100


def _whole(round_: RoundWindow, sitting: SittingWindow, allowance: Allowance) -> timedelta:
    """Return how long the work lasts where one clock runs for all: the paper's time, or less."""
    opens = max(round_.opens_at, sitting.opens_at)
    closes = max(opens, min(round_.closes_at, sitting.closes_at))
    lasts = closes - opens
    if round_.time_limit is not None:
        lasts = min(lasts, round_.time_limit)
    return lasts + _extra(round_, allowance)


def _hours(round_: RoundWindow, sitting: SittingWindow, allowance: Allowance) -> _Hours:
    opens = max(round_.opens_at, sitting.opens_at)
    closes = ends = max(opens, min(round_.closes_at, sitting.closes_at))
    begins = opens + timedelta(seconds=allowance.delay_seconds)
    if sitting.clock is Clock.FIXED:
        ends = _stretch(begins, _whole(round_, sitting, allowance), sitting)
    if round_.stopped_at is not None:
        closes, ends = min(closes, round_.stopped_at), min(ends, max(opens, round_.stopped_at))
    last_start = ends
    if sitting.late_limit is not None:
        free = replace(sitting, credits=())
        last_start = min(ends, _stretch(begins, sitting.late_limit, free))
    return _Hours(begins, last_start, ends, closes)


def _stretch(start: datetime, work: timedelta, sitting: SittingWindow) -> datetime:
    """Return when `work` is done that begins at `start`.

    It rests during pauses, and grows by what is given back before it is done.
    """
    end, rested_until = start + work, start
    events: list[tuple[datetime, Interruption | Credit]] = [
        *((pause.begins_at, pause) for pause in sitting.interruptions),
        *((one.at, one) for one in sitting.credits if one.at >= start),
    ]
    for moment, event in sorted(events, key=lambda found: found[0]):
        begins = max(moment, rested_until)
        if moment >= end:
            continue
        if isinstance(event, Credit):
            end += event.time
        elif event.ends_at > begins and begins < end:
            end += event.ends_at - begins
            rested_until = event.ends_at
    return end


def _work_left(now: datetime, end: datetime, pauses: Sequence[Interruption]) -> timedelta:
    """Return the time from `now` to `end` that no pause covers."""
    left = end - now
    seen = now
    for pause in sorted(pauses, key=lambda pause: pause.begins_at):
        begins, ends = max(pause.begins_at, seen), min(pause.ends_at, end)
        if ends > begins:
            left -= ends - begins
            seen = ends
    return left


def _published_at(round_: RoundWindow, hours: _Hours) -> datetime | None:
    if round_.participant_results_at is None:
        return None
    return max(round_.participant_results_at, round_.closes_at, hours.ends)


def _before_starting(
    now: datetime, round_: RoundWindow, hours: _Hours, allowance: Allowance
) -> Phase:
    refusal = _refusal(now, round_, hours, allowance)
    if refusal is not None:
        name, reason = refusal
        return Phase(name, None, None, None, None, None, (reason,))
    opens = min(hours.begins, hours.last_start)
    if now < opens:
        return _counting(now, PhaseName.UPCOMING, None, opens)
    if now < hours.last_start:
        return _counting(now, PhaseName.OPEN, hours.begins, hours.last_start)
    too_late = Sentence(
        N_("The last moment to start was %(moment)s."), {"moment": hours.last_start}
    )
    ends = max(hours.closes, hours.ends)
    over = Sentence(N_("The round closed at %(moment)s."), {"moment": ends})
    reason = over if now >= ends else too_late
    published = _published_at(round_, hours)
    return Phase(PhaseName.CLOSED, hours.last_start, published, None, None, None, (reason,))


def _refusal(
    now: datetime, round_: RoundWindow, hours: _Hours, allowance: Allowance
) -> tuple[PhaseName, Sentence] | None:
    """Return why nobody, or not this person, may start, whatever the hour."""
    if round_.state is RoundState.DRAFT:
        return PhaseName.NOT_READY, Sentence(N_("The round is still being prepared."))
    if allowance.disqualified:
        return PhaseName.CLOSED, WITHDRAWN
    return None if now >= hours.last_start else _HALTED.get(round_.state)


def _in_attempt(
    now: datetime,
    round_: RoundWindow,
    sitting: SittingWindow,
    allowance: Allowance,
    attempt: AttemptTimes,
) -> Phase:
    """Say where a person stands who has started; time is up until somebody hands the attempt in."""
    start = attempt.started_at
    ends = deadline(round_, sitting, allowance, start)
    published = _published_at(round_, _hours(round_, sitting, allowance))
    if allowance.disqualified:
        return Phase(PhaseName.CLOSED, None, published, start, ends, None, (WITHDRAWN,))
    handed_in = attempt.submitted_at
    if handed_in is not None and now >= handed_in:
        return Phase(PhaseName.SUBMITTED, handed_in, published, start, ends, None)
    if now >= ends:
        reason = Sentence(N_("Time was up at %(moment)s."), {"moment": ends})
        return Phase(PhaseName.TIME_UP, ends, published, start, ends, 0, (reason,))
    seconds = int(_work_left(now, ends, sitting.interruptions).total_seconds())
    reasons = _pauses_now(now, sitting.interruptions)
    return Phase(PhaseName.RUNNING, start, ends, start, ends, seconds, reasons)


def _pauses_now(now: datetime, pauses: Sequence[Interruption]) -> tuple[Sentence, ...]:
    halted = halt(now, [pause for pause in pauses if pause.begins_at <= now])
    if halted is None:
        return ()
    if halted.is_open:
        return (Sentence(N_("The clock stands still until the organisers let it go on.")),)
    return (Sentence(N_("The clock stands still until %(moment)s."), {"moment": halted.ends_at}),)


def _counting(now: datetime, name: PhaseName, begins: datetime | None, ends: datetime) -> Phase:
    return Phase(name, begins, ends, None, None, int((ends - now).total_seconds()))
