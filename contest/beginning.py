"""Starting the paper prepared for a seat: a few prebuilt statements, one attempt, no row loaded.

The paper was drawn and checked before; here it is copied into an attempt, in one transaction
that others may share. Who starts twice gets the same attempt.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    Connection,
    Executable,
    Integer,
    Row,
    String,
    bindparam,
    insert,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from accounts import auditing, authenticating, consenting
from accounts.models import AuditEntry
from accounts.rules.consents import Purpose
from contest import enrolling
from contest.errors import CannotStart, ConsentWithdrawn, Excluded
from contest.models import (
    Attempt,
    AttemptKind,
    Contest,
    Enrolment,
    Incident,
    PreparedPaper,
    PreparedSlot,
    Round,
    Seat,
    Sitting,
    Slot,
)
from contest.rules import admitting
from contest.rules.admitting import Hours
from contest.rules.allowing import AttemptPolicy, EarlierAttempt
from contest.sitting_queries import Stand
from core import signing, writer
from core.db import UTCDateTime
from core.text import N_

KEY = "paper"
USED = N_("The paper of this seat has been used.")
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
_INSERTS = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


@dataclass(frozen=True, slots=True)
class Starter:
    """Who starts where: the seat, the account, the browser session and kind of device."""

    seat_id: int
    account_id: int
    account: str
    session: str
    device: str = ""


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


def start(who: Starter, *, at: datetime) -> Started:
    """Start the paper prepared for the seat and say so once it is on disk.

    Raise `CannotStart` with the reason when hours, policy or the lack of a paper do not let it,
    `ConsentWithdrawn`, or `Excluded` for who was given a role after entering.
    """
    return writer.run(lambda connection: start_on(connection, who, at=at))


def start_on(connection: Connection, who: Starter, *, at: datetime) -> Started:
    """Do `start` within a transaction that is open."""
    facts = _read(connection, who)
    kept = _kept(facts, who, at=at)
    if kept is None and facts[0].used_at is not None:
        # Another process was quicker, and its attempt was not there when the reading began.
        facts = _read(connection, who)
        kept = _kept(facts, who, at=at)
    if kept is not None:
        return kept
    first = facts[0]
    concerned = {"seat": who.seat_id, "sitting": first.sitting_id, "room": first.room_id}
    hours = _hours(first, connection.execute(_incidents(), concerned).all())
    _check(connection, facts, who, hours, at=at)
    until = hours.accepts_until(at)
    attempt_id = copy(connection, who, until=until, at=at)
    if attempt_id is None:
        raise CannotStart(USED)
    held = {"session": who.session, "until": until + authenticating.AFTER_ATTEMPT}
    connection.execute(_hold(), held)
    _record(connection, first, who, until=until, at=at)
    grace, key = first.grace_seconds, signing.unseal(KEY, first.key)
    return Started(attempt_id, first.public_id, 1, grace, until, True, True, key)


def _read(connection: Connection, who: Starter) -> Sequence[Row[Any]]:
    facts = connection.execute(_facts(), {"seat": who.seat_id}).all()
    if not facts:
        raise CannotStart(N_("No paper is prepared for this seat."))
    return facts


def copy(connection: Connection, who: Starter, *, until: datetime, at: datetime) -> int | None:
    """Make the attempt of the seat's prepared paper; return its id, or nothing without a paper.

    The caller has checked that the person may start.
    """
    values = {"seat": who.seat_id, "holder": who.session, "device": who.device}
    moments = {"at": at, "until": until}
    made = connection.execute(_insert_attempt(connection.dialect.name), values | moments)
    attempt_id: int | None = made.scalar()
    if attempt_id is not None:
        connection.execute(_insert_slots(), {"seat": who.seat_id, "attempt": attempt_id})
        connection.execute(_mark_used(), {"seat": who.seat_id, "at": at})
    return attempt_id


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


def _check(
    connection: Connection, facts: Sequence[Row[Any]], who: Starter, hours: Hours, *, at: datetime
) -> None:
    first = facts[0]
    barred = connection.execute(
        _bars(),
        {
            "contest": first.contest_id,
            "account": who.account_id,
            "since": first.contest_created_at,
            "at": at,
            "subject": f"contest:{first.contest}",
        },
    ).one()
    if barred.withdrawn:
        raise ConsentWithdrawn
    if barred.excluded:
        raise Excluded
    if first.voided_at is not None:
        raise CannotStart(admitting.VOIDED.message)
    earlier = [
        EarlierAttempt(one.started_at, one.attempt_round == one.round_id)
        for one in facts
        if one.attempt_id
    ]
    said = admitting.refusal(hours, _policy(first), earlier, at)
    if said is not None:
        raise CannotStart(said.message, **said.values)


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


def _record(
    connection: Connection, first: Row[Any], who: Starter, *, until: datetime, at: datetime
) -> None:
    told = {
        "round": first.round,
        "kind": AttemptKind.OFFICIAL,
        "number": first.number,
        "until": until,
        "prepared": first.digest,
    }
    log, target = f"contest:{first.contest}", f"attempt:{first.public_id}"
    row = auditing.entry(who.account, "attempt.started", target, log=log, at=at, details=told)
    connection.execute(insert(AuditEntry), row | {"actor_id": who.account_id})


@cache
def _facts() -> Executable:
    """Return all that decides about a start: one row, or one for each earlier attempt.

    On PostgreSQL the paper is locked, and whoever moves the hours, locking them, has to wait.
    """
    columns = (
        *(PreparedPaper.public_id, PreparedPaper.number, PreparedPaper.key),
        *(PreparedPaper.digest, PreparedPaper.used_at),
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
        .where(PreparedPaper.seat_id == bindparam("seat"))
        .order_by(Attempt.started_at, Attempt.id)
        .with_for_update(of=(PreparedPaper, Enrolment))
        .suffix_with("FOR KEY SHARE OF round, sitting", dialect="postgresql")
    )


@cache
def _incidents() -> Executable:
    seat, room = bindparam("seat", type_=Integer), bindparam("room", type_=Integer)
    whole = Incident.room_id.is_(None) & Incident.seat_id.is_(None)
    return (
        select(*_INCIDENT)
        .where(Incident.sitting_id == bindparam("sitting", type_=Integer))
        .where(or_(whole, Incident.seat_id == seat, Incident.room_id == room))
        .order_by(Incident.begins_at, Incident.id)
    )


@cache
def _bars() -> Executable:
    account = bindparam("account", type_=Integer)
    moments = (bindparam("since", type_=UTCDateTime()), bindparam("at", type_=UTCDateTime()))
    excluded = enrolling.barring(bindparam("contest", type_=Integer), account, *moments)
    subject = bindparam("subject", type_=String)
    withdrawn = consenting.withdrawal(account, Purpose.TAKE_PART, subject)
    return select(excluded.label("excluded"), withdrawn.label("withdrawn"))


@cache
def _insert_attempt(dialect: str) -> Executable:
    values = {
        "public_id": PreparedPaper.public_id,
        "seat_id": Seat.id,
        "round_id": Seat.round_id,
        "enrolment_id": Seat.enrolment_id,
        "kind": literal(AttemptKind.OFFICIAL, Attempt.__table__.c.kind.type),
        "number": PreparedPaper.number,
        "holder": bindparam("holder", type_=String),
        "started_at": bindparam("at", type_=UTCDateTime()),
        "accepts_until": bindparam("until", type_=UTCDateTime()),
        "grace_seconds": Round.grace_seconds,
        "asked": PreparedPaper.asked,
        "device": bindparam("device", type_=String),
    }
    chosen = (
        select(*values.values())
        .join(Seat, Seat.id == PreparedPaper.seat_id)
        .join(Round, Round.id == Seat.round_id)
        .join(Enrolment, Enrolment.id == Seat.enrolment_id)
        .where(
            PreparedPaper.seat_id == bindparam("seat", type_=Integer),
            PreparedPaper.used_at.is_(None),
            Enrolment.disqualified_at.is_(None),
        )
    )
    made: Any = _INSERTS[dialect](Attempt).from_select(list(values), chosen)
    prepared: Executable = made.on_conflict_do_nothing().returning(Attempt.__table__.c.id)
    return prepared


@cache
def _insert_slots() -> Executable:
    columns = ["position", "kind", "version_id", "option_order", "points"]
    chosen = (
        select(
            bindparam("attempt", type_=Integer), *(getattr(PreparedSlot, one) for one in columns)
        )
        .join(PreparedPaper, PreparedPaper.id == PreparedSlot.paper_id)
        .where(PreparedPaper.seat_id == bindparam("seat", type_=Integer))
    )
    return insert(Slot).from_select(["attempt_id", *columns], chosen)


@cache
def _hold() -> Executable:
    return authenticating.holding()


@cache
def _mark_used() -> Executable:
    return (
        update(PreparedPaper)
        .where(PreparedPaper.seat_id == bindparam("seat", type_=Integer))
        .values(used_at=bindparam("at", type_=UTCDateTime()))
    )
