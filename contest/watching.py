"""What a watched attempt shows beside its answers: noted sparingly, and erased by schedule."""

import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Connection, TextClause, bindparam, delete, select, text

from contest.models import Attempt, AttemptKind, Presence, Round
from core import signing, writer
from core.db import UTCDateTime, atomic, db
from core.vietnam import civil_day

# The same news is written again after this long; other news at most once a second.
EVERY = timedelta(seconds=10)
AT_ONCE = timedelta(seconds=1)
MARK = "presence address"
MOST_NOTED = 50_000
MOST_HERE, MOST_LEFT = 10_000, 100_000
AT_A_TIME = 1000
_UPSERT = """
INSERT INTO presence (attempt_id, seen_at, here, "left", left_before, address_mark, address_changes)
VALUES (:attempt_id, :seen_at, :here, :left, 0, :mark, 0)
ON CONFLICT (attempt_id) DO UPDATE SET
  seen_at = excluded.seen_at, here = excluded.here,
  left_before = presence.left_before
    + CASE WHEN excluded."left" < presence."left" THEN presence."left" ELSE 0 END,
  "left" = excluded."left",
  address_changes = presence.address_changes
    + CASE WHEN excluded.address_mark <> presence.address_mark THEN 1 ELSE 0 END,
  address_mark = excluded.address_mark
WHERE excluded.seen_at > presence.seen_at
"""


@dataclass(slots=True)
class _Noted:
    """What this process wrote last about an attempt."""

    at: datetime
    news: tuple[int, int, str]


_noted: OrderedDict[int, _Noted] = OrderedDict()
_guard = threading.Lock()


def is_watched(attempt: Attempt) -> bool:
    """Say whether somebody supervises the attempt: its seat is in a room of a sitting."""
    return attempt.kind is AttemptKind.OFFICIAL and attempt.seat.room_id is not None


def note(attempt_id: int, *, here: int, left: int, address: str, at: datetime) -> bool:
    """Keep where a watched attempt is; return whether it was worth writing.

    `here` is the question shown, `left` how often this device has left the page by now. Of the
    address only a keyed digest of it and the day is kept. Only outside `atomic()`.
    """
    shown, times = min(max(here, 0), MOST_HERE), min(max(left, 0), MOST_LEFT)
    news = (shown, times, mark_of(address, at))
    if not _is_due(attempt_id, news, at):
        return False
    row = {"attempt_id": attempt_id, "seen_at": at, "here": shown, "left": times, "mark": news[2]}

    def write(connection: Connection) -> None:
        connection.execute(_upsert(), row)

    writer.run(write, apart=False)
    return True


def mark_of(address: str, at: datetime) -> str:
    """Return the mark of an address on a day: it tells equal ones and leads back to none."""
    return signing.mac(MARK, f"{civil_day(at)}|{address}") if address else ""


def forget() -> None:
    """Forget what this process has noted, so that the next news is written whatever it is."""
    with _guard:
        _noted.clear()


def _is_due(attempt_id: int, news: tuple[int, int, str], at: datetime) -> bool:
    with _guard:
        before = _noted.get(attempt_id)
        if before is not None:
            past = at - before.at
            if past < (EVERY if before.news == news else AT_ONCE):
                return False
        _noted[attempt_id] = _Noted(at, news)
        _noted.move_to_end(attempt_id)
        while len(_noted) > MOST_NOTED:
            _noted.popitem(last=False)
        return True


@cache
def _upsert() -> TextClause:
    return text(_UPSERT).bindparams(bindparam("seen_at", type_=UTCDateTime()))


@atomic()
def erase_due(*, at: datetime, days: int) -> int:
    """Erase what attempts showed beside their answers, `days` after their round; return how many.

    Some at a time: whoever calls does so again while there are any.
    """
    over = (
        select(Presence.attempt_id)
        .join(Attempt, Attempt.id == Presence.attempt_id)
        .join(Round, Round.id == Attempt.round_id)
        .where(
            Round.closes_at <= at - timedelta(days=days),
            Presence.seen_at <= at - timedelta(days=days),
        )
        .limit(AT_A_TIME)
    )
    due = list(db.session.scalars(over))
    db.session.execute(delete(Presence).where(Presence.attempt_id.in_(due)))
    return len(due)


def erase_of(account_id: int) -> None:
    """Erase what the attempts of a person showed; part of the caller's transaction."""
    mine = select(Attempt.id).where(Attempt.enrolment.has(account_id=account_id))
    db.session.execute(delete(Presence).where(Presence.attempt_id.in_(mine)))


def kept_of(account_id: int) -> list[dict[str, Any]]:
    """Return what is kept of a person's attempts, for the person's own download."""
    rows = db.session.execute(
        select(Presence, Attempt.public_id)
        .join(Attempt, Attempt.id == Presence.attempt_id)
        .where(Attempt.enrolment.has(account_id=account_id))
        .order_by(Presence.attempt_id)
    )
    return [
        {
            "attempt": attempt,
            "seen_at": row.seen_at,
            "question": row.here,
            "page_left": row.times_left,
            "address_mark": row.address_mark,
            "address_changes": row.address_changes,
        }
        for row, attempt in rows
    ]
