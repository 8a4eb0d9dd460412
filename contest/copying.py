"""Prepared papers copied into attempts, by three statements however many there are."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    Connection,
    Executable,
    Integer,
    String,
    column,
    insert,
    literal,
    select,
    text,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from contest import asking
from contest.models import (
    Attempt,
    AttemptKind,
    Enrolment,
    PreparedPaper,
    PreparedSlot,
    Round,
    Seat,
    Slot,
)
from core.db import UTCDateTime, among, stored_moment
from core.text import N_

USED = N_("The paper of this seat has been used.")
# Who starts, as one parameter: rows of seat, holder, device, moment and end.
_STARTERS = {
    "sqlite": """SELECT value ->> 0 AS seat, value ->> 1 AS holder, value ->> 2 AS device,
        value ->> 3 AS at, value ->> 4 AS until FROM json_each(:starters)""",
    "postgresql": """SELECT CAST(one ->> 0 AS integer) AS seat, one ->> 1 AS holder,
        one ->> 2 AS device, CAST(one ->> 3 AS timestamptz) AS at,
        CAST(one ->> 4 AS timestamptz) AS until
        FROM jsonb_array_elements(CAST(:starters AS jsonb)) AS one""",
}
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
class Copied:
    """That a prepared paper becomes an attempt, and until when it accepts answers."""

    who: Starter
    at: datetime
    until: datetime


def copy_all(connection: Connection, wanted: Sequence[Copied]) -> dict[int, int]:
    """Make the attempts of prepared papers; return their ids by seat, none where no paper is left.

    The caller has checked that these people may start.
    """
    dialect = connection.dialect
    stored = [_stored(one, dialect.name) for one in wanted]
    made = connection.execute(_insert_attempts(dialect.name), {"starters": json.dumps(stored)})
    by_seat = {one.seat_id: one.id for one in made}
    if by_seat:
        attempts = asking.among_ids(by_seat.values())
        connection.execute(_insert_slots(dialect.name), attempts)
        connection.execute(_mark_used(dialect.name), attempts)
    return by_seat


def _stored(one: Copied, dialect: str) -> list[object]:
    moments = (stored_moment(moment, dialect) for moment in (one.at, one.until))
    return [one.who.seat_id, one.who.session, one.who.device, *moments]


@cache
def _insert_attempts(dialect: str) -> Executable:
    given = text(_STARTERS[dialect]).columns(
        column("seat", Integer),
        column("holder", String),
        column("device", String),
        column("at", UTCDateTime()),
        column("until", UTCDateTime()),
    )
    starter = given.subquery("starter").c
    values = {
        "public_id": PreparedPaper.public_id,
        "seat_id": Seat.id,
        "round_id": Seat.round_id,
        "enrolment_id": Seat.enrolment_id,
        "kind": literal(AttemptKind.OFFICIAL, Attempt.__table__.c.kind.type),
        "number": PreparedPaper.number,
        "holder": starter.holder,
        "started_at": starter.at,
        "accepts_until": starter.until,
        "grace_seconds": Round.grace_seconds,
        "asked": PreparedPaper.asked,
        "device": starter.device,
    }
    chosen = (
        select(*values.values())
        .join(Seat, Seat.id == PreparedPaper.seat_id)
        .join(Round, Round.id == Seat.round_id)
        .join(Enrolment, Enrolment.id == Seat.enrolment_id)
        .where(PreparedPaper.seat_id == starter.seat)
        .where(PreparedPaper.used_at.is_(None), Enrolment.disqualified_at.is_(None))
    )
    rows: Any = Attempt.__table__
    made: Any = _INSERTS[dialect](Attempt).from_select(list(values), chosen)
    prepared: Executable = made.on_conflict_do_nothing().returning(rows.c.id, rows.c.seat_id)
    return prepared


@cache
def _insert_slots(dialect: str) -> Executable:
    columns = ["position", "kind", "version_id", "option_order", "points"]
    chosen = (
        select(Attempt.id, *(getattr(PreparedSlot, one) for one in columns))
        .join(PreparedPaper, PreparedPaper.id == PreparedSlot.paper_id)
        .join(Attempt, Attempt.seat_id == PreparedPaper.seat_id)
        .where(among("attempt.id", dialect), Attempt.public_id == PreparedPaper.public_id)
    )
    return insert(Slot).from_select(["attempt_id", *columns], chosen)


@cache
def _mark_used(dialect: str) -> Executable:
    return (
        update(PreparedPaper)
        .where(PreparedPaper.public_id == Attempt.public_id, among("attempt.id", dialect))
        .values(used_at=Attempt.started_at)
    )
