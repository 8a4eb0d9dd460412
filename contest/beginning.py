"""Starting the paper prepared for a seat: a few prebuilt statements, one attempt, no row loaded.

The paper was drawn and checked before; here it is copied into an attempt. Those who start at the
same moment are started by the same statements. Who starts twice gets the same attempt.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, partial
from typing import Any

from sqlalchemy import (
    Connection,
    Executable,
    Integer,
    Row,
    String,
    TextClause,
    bindparam,
    false,
    select,
    true,
    union_all,
)

from accounts import auditing, authenticating, consenting
from accounts.rules.consents import Purpose
from contest import asking, copying, enrolling
from contest.copying import Copied, Starter
from contest.errors import CannotStart, ConsentWithdrawn, Excluded
from contest.models import (
    Attempt,
    AttemptKind,
    Contest,
    Enrolment,
    Incident,
    PreparedPaper,
    Round,
    Seat,
    Sitting,
)
from contest.rules import admitting
from contest.rules.admitting import Hours
from contest.rules.allowing import AttemptPolicy, EarlierAttempt
from contest.sitting_queries import Stand
from core import gathering, signing, writer
from core.db import UTCDateTime, among
from core.errors import DomainError
from core.text import N_

KEY = "paper"
# What the hours of a start are made of; `Round.window` and its like say how.
_ROUND = (
    *(Round.opens_at, Round.closes_at, Round.minutes, Round.state, Round.stopped_at),
    *(Round.participant_results_at, Round.public_results_at),
)
_SITTING = (Sitting.opens_at, Sitting.closes_at, Sitting.clock, Sitting.late_minutes)
_ENROLMENT = (
    *(Enrolment.extra_percent, Enrolment.extra_seconds, Enrolment.delay_seconds),
    Enrolment.disqualified_at,
)
_INCIDENT = (Incident.begins_at, Incident.ends_at, Incident.seconds)


@dataclass(frozen=True, slots=True)
class Wish:
    """That somebody wants to start, and when they said so."""

    who: Starter
    at: datetime


@dataclass(frozen=True, slots=True)
class _Fresh:
    """A wish of somebody who has not started, and all that decides about it."""

    wish: Wish
    facts: Sequence[Row[Any]]


@dataclass(frozen=True, slots=True)
class Started:
    """The attempt of a seat; `key` opens the sealed paper, for the session that may write."""

    attempt_id: int
    public_id: str
    lease_no: int
    grace: int
    accepts_until: datetime
    is_running: bool
    is_mine: bool
    key: str
    watched: bool = False


def start(who: Starter, *, at: datetime) -> Started:
    """Start the paper prepared for the seat and say so once it is on disk.

    Those who start at the same moment are started together. Raise `CannotStart` with the reason
    when hours, policy or the lack of a paper do not let it, `ConsentWithdrawn`, or `Excluded` for
    who was given a role after entering.
    """
    given = gathering.gather(_start_all, Wish(who, at))
    if isinstance(given, DomainError):
        raise given
    return given


def _start_all(wishes: Sequence[Wish]) -> list[Started | DomainError]:
    told = writer.run(lambda connection: start_all(connection, wishes, passing=True))
    # Whoever was passed over is waited for, and waited for alone.
    late = [one for one in wishes if one not in told]
    for one in late:
        told |= writer.run(partial(start_all, wishes=[one]))
    return [told[one] for one in wishes]


def start_all(
    connection: Connection, wishes: Sequence[Wish], *, passing: bool = False
) -> dict[Wish, Started | DomainError]:
    """Start papers; say of each what it became, or why it was refused. Eight statements in all.

    `passing` over those that somebody else is changing leaves them out of what is returned, as it
    does who wants the same as another.
    """
    chosen = {wish.who.seat_id: wish for wish in reversed(wishes)}
    told: dict[Wish, Started | DomainError] = {}
    fresh: list[_Fresh] = []
    facts = _read(connection, chosen, passing=passing)
    for wish in chosen.values():
        rows = facts.get(wish.who.seat_id, [])
        kept = _kept(rows, wish.who, at=wish.at)
        if kept is None and rows and rows[0].used_at is not None and not passing:
            # Another process was quicker, and its attempt was not there when the reading began.
            rows = _read(connection, [wish.who.seat_id], passing=False)[wish.who.seat_id]
            kept = _kept(rows, wish.who, at=wish.at)
        if kept is not None:
            told[wish] = kept
        elif rows and not (passing and rows[0].used_at is not None):
            fresh.append(_Fresh(wish, rows))
        elif not passing:
            told[wish] = CannotStart(N_("No paper is prepared for this seat."))
    return told | _begin(connection, fresh) if fresh else told


def _read(
    connection: Connection, seats: Collection[int], *, passing: bool
) -> dict[int, list[Row[Any]]]:
    found: dict[int, list[Row[Any]]] = {}
    for one in connection.execute(
        _facts(connection.dialect.name, passing), asking.among_ids(seats)
    ):
        found.setdefault(one.seat_id, []).append(one)
    return found


def _begin(connection: Connection, fresh: Sequence[_Fresh]) -> dict[Wish, Started | DomainError]:
    """Start whoever may; each has been found not to have started."""
    taken, barred = _taken(connection, fresh), _barred(connection, fresh)
    told: dict[Wish, Started | DomainError] = {}
    ready: list[tuple[_Fresh, Copied]] = []
    for one in fresh:
        wish, first = one.wish, one.facts[0]
        hours = _hours(first, taken[wish.who.seat_id])
        refused = barred.get(wish.who.account_id) or _refusal(one.facts, hours, at=wish.at)
        if refused is not None:
            told[wish] = refused
        else:
            ready.append((one, Copied(wish.who, wish.at, hours.accepts_until(wish.at))))
    made = copying.copy_all(connection, [copied for _, copied in ready]) if ready else {}
    used = [one.wish for one, copied in ready if copied.who.seat_id not in made]
    begun = [(one, copied) for one, copied in ready if copied.who.seat_id in made]
    _hold_all(connection, [copied for _, copied in begun])
    auditing.record_all_on(connection, [_entry(one, copied.until) for one, copied in begun])
    told |= {wish: CannotStart(copying.USED) for wish in used}
    return told | {
        one.wish: _started(one.facts[0], made[copied.who.seat_id], copied.until)
        for one, copied in begun
    }


def _started(first: Row[Any], attempt_id: int, until: datetime) -> Started:
    grace, key = first.grace_seconds, signing.unseal(KEY, first.key)
    watched = first.room_id is not None
    return Started(attempt_id, first.public_id, 1, grace, until, True, True, key, watched)


def _hold_all(connection: Connection, begun: Iterable[Copied]) -> None:
    after = authenticating.AFTER_ATTEMPT
    held = [{"session": one.who.session, "until": one.until + after} for one in begun]
    if held:
        # In one order everywhere, so that two who hold the same do not wait for each other.
        connection.execute(
            authenticating.HOLDING, sorted(held, key=lambda one: str(one["session"]))
        )


def _kept(facts: Sequence[Row[Any]], who: Starter, *, at: datetime) -> Started | None:
    """Return the attempt that runs, or the one that the paper became."""
    here = [one for one in facts if one.attempt_id and one.attempt_round == one.round_id]
    running = next((one for one in here if _is_running(one, at=at)), None)
    found = running or next((one for one in here if one.attempt == one.public_id), None)
    if found is None:
        return None
    is_mine = found is running and found.holder == who.session
    opens = is_mine and found.attempt == found.public_id
    return Started(
        found.attempt_id,
        found.attempt,
        found.lease_no,
        found.attempt_grace,
        found.accepts_until,
        found is running,
        is_mine,
        signing.unseal(KEY, found.key) if opens else "",
    )


def _is_running(row: Row[Any], *, at: datetime) -> bool:
    grace = timedelta(seconds=row.attempt_grace)
    return row.submitted_at is None and at < row.accepts_until + grace


def _refusal(facts: Sequence[Row[Any]], hours: Hours, *, at: datetime) -> DomainError | None:
    first = facts[0]
    if first.voided_at is not None:
        return CannotStart(admitting.VOIDED.message)
    earlier = [
        EarlierAttempt(one.started_at, one.attempt_round == one.round_id)
        for one in facts
        if one.attempt_id
    ]
    said = admitting.refusal(hours, _policy(first), earlier, at)
    return None if said is None else CannotStart(said.message, **said.values)


def _taken(connection: Connection, fresh: Sequence[_Fresh]) -> dict[int, list[Row[Any]]]:
    """Return the time taken out, for each seat."""
    sittings = {one.facts[0].sitting_id for one in fresh}
    found = connection.execute(
        _incidents(connection.dialect.name), asking.among_ids(sittings)
    ).all()
    return {
        first.seat_id: [
            one
            for one in found
            if one.sitting_id == first.sitting_id
            and (one.seat_id in (None, first.seat_id) and one.room_id in (None, first.room_id))
        ]
        for first in (one.facts[0] for one in fresh)
    }


def _barred(connection: Connection, fresh: Sequence[_Fresh]) -> dict[int, DomainError]:
    """Return what keeps an account out of its contest; one statement for each contest."""
    contests: dict[int, list[_Fresh]] = {}
    for one in fresh:
        contests.setdefault(one.facts[0].contest_id, []).append(one)
    barred: dict[int, DomainError] = {}
    for contest_id, here in contests.items():
        first = here[0].facts[0]
        told = asking.among_ids(one.wish.who.account_id for one in here) | {
            "contest": contest_id,
            "since": first.contest_created_at,
            "at": max(one.wish.at for one in here),
            "subject": f"contest:{first.contest}",
        }
        for account, withdrew in connection.execute(_bars(connection.dialect.name), told):
            if withdrew or account not in barred:
                barred[account] = ConsentWithdrawn() if withdrew else Excluded()
    return barred


def _hours(row: Row[Any], taken: Sequence[Row[Any]]) -> Hours:
    """Return the hours as the models say them; their rows are never loaded."""
    told = row._mapping
    sitting = Sitting(**{one.key: told[f"sitting_{one.key}"] for one in _SITTING})
    incidents = [
        Incident(**{one.key: found._mapping[one.key] for one in _INCIDENT}) for found in taken
    ]
    return Hours(
        Round(**{one.key: told[one.key] for one in _ROUND}).window,
        Stand(sitting, Seat(admitted_at=row.admitted_at), incidents).window,
        Enrolment(**{one.key: told[one.key] for one in _ENROLMENT}).allowance,
    )


def _policy(row: Row[Any]) -> AttemptPolicy:
    return AttemptPolicy(
        row.max_attempts,
        row.max_per_round,
        row.max_per_day,
        row.min_interval_minutes,
        row.counts,
    )


def _entry(one: _Fresh, until: datetime) -> auditing.Told:
    first, who = one.facts[0], one.wish.who
    told = {
        "round": first.round,
        "kind": AttemptKind.OFFICIAL,
        "number": first.number,
        "until": until,
        "prepared": first.digest,
    }
    log, target = f"contest:{first.contest}", f"attempt:{first.public_id}"
    actor = (who.account_id, who.account)
    return auditing.Told(actor, "attempt.started", target, log, told)


@cache
def _facts(dialect: str, passing: bool) -> Executable:
    """Return all that decides about starts: one row each, or one for each earlier attempt.

    On PostgreSQL the paper is locked, and whoever moves the hours, locking them, has to wait.
    """
    columns = (
        *(PreparedPaper.public_id, PreparedPaper.number, PreparedPaper.key),
        *(PreparedPaper.digest, PreparedPaper.used_at, PreparedPaper.seat_id),
        *_ROUND,
        *(one.label(f"sitting_{one.key}") for one in _SITTING),
        *_ENROLMENT,
        *(Round.id.label("round_id"), Round.public_id.label("round"), Round.grace_seconds),
        *(Round.max_per_round, Round.max_per_day, Round.min_interval_minutes, Round.counts),
        *(Seat.room_id, Seat.sitting_id, Seat.admitted_at, Seat.voided_at),
        *(Contest.id.label("contest_id"), Contest.public_id.label("contest")),
        *(Contest.max_attempts, Contest.created_at.label("contest_created_at")),
        *(Attempt.id.label("attempt_id"), Attempt.public_id.label("attempt"), Attempt.holder),
        *(Attempt.round_id.label("attempt_round"), Attempt.started_at, Attempt.submitted_at),
        *(Attempt.accepts_until, Attempt.grace_seconds.label("attempt_grace"), Attempt.lease_no),
    )
    official = Attempt.kind == AttemptKind.OFFICIAL
    return (
        select(*columns)
        .select_from(PreparedPaper)
        .join(Seat, Seat.id == PreparedPaper.seat_id)
        .join(Sitting, Sitting.id == Seat.sitting_id)
        .join(Round, Round.id == Seat.round_id)
        .join(Contest, Contest.id == Round.contest_id)
        .join(Enrolment, Enrolment.id == Seat.enrolment_id)
        .outerjoin(Attempt, (Attempt.enrolment_id == Enrolment.id) & official)
        .where(among("prepared_paper.seat_id", dialect))
        .order_by(PreparedPaper.seat_id, Attempt.started_at, Attempt.id)
        .with_for_update(of=(PreparedPaper, Enrolment), skip_locked=passing)
        .suffix_with("FOR KEY SHARE OF round, sitting", dialect="postgresql")
    )


@cache
def _incidents(dialect: str) -> Executable:
    return (
        select(*_INCIDENT, Incident.sitting_id, Incident.seat_id, Incident.room_id)
        .where(among("incident.sitting_id", dialect))
        .order_by(Incident.begins_at, Incident.id)
    )


@cache
def _bars(dialect: str) -> Executable:
    """Return who of many is kept out, and whether by a consent that they took back."""

    def here(column: Any) -> TextClause:  # noqa: ANN401 -- a column of any table
        return among(f"{column.class_.__tablename__}.{column.key}", dialect)

    moments = (bindparam("since", type_=UTCDateTime()), bindparam("at", type_=UTCDateTime()))
    excluded = enrolling.barred(bindparam("contest", type_=Integer), here, *moments).subquery()
    subject = bindparam("subject", type_=String)
    withdrawn = consenting.withdrawn(here, Purpose.TAKE_PART, subject).subquery()
    return union_all(
        select(excluded.c[0].label("account"), false().label("withdrew")),
        select(withdrawn.c[0], true()),
    )
