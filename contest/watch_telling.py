"""What the pages of supervision say: a room's seats line by line, and one seat, in words."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from flask_babel import gettext as _

from accounts.rules import masking
from contest import watch_queries
from contest.models import Enrolment, Incident, Room, Seat
from contest.rules import presence, timing
from contest.rules.presence import SeatState, Seen
from contest.watch_queries import Watched
from core import i18n, vietnam, writing
from core.saying import Sentence
from core.text import N_

STATES: dict[SeatState, tuple[str, str]] = {
    SeatState.EXPECTED: (N_("not here yet"), ""),
    SeatState.TOO_LATE: (N_("too late to begin"), "warn"),
    SeatState.WORKING: (N_("working"), "ok"),
    SeatState.HALTED: (N_("clock stands"), "info"),
    SeatState.LOST: (N_("no contact"), "danger"),
    SeatState.TIME_UP: (N_("time is up"), "warn"),
    SeatState.SUBMITTED: (N_("handed in"), "info"),
    SeatState.VOIDED: (N_("voided"), "danger"),
}
BUSY = (SeatState.WORKING, SeatState.HALTED, SeatState.LOST, SeatState.TIME_UP)


@dataclass(frozen=True, slots=True)
class SeatTold:
    """A seat as a line of the room's table. `ends` ticks down; empty while it does not."""

    id: str
    place: str
    number: str
    name: str
    state: str
    kind: str
    here: str
    answered: str
    saved: str
    contact: str
    left: str
    ends: str
    flags: str


@dataclass(frozen=True, slots=True)
class RoomTold:
    """A room at a moment: its seats, counts by state, and the pause that is open there."""

    at: datetime
    seats: Sequence[SeatTold]
    counts: Mapping[str, str]
    pause: Incident | None
    is_one_network: bool

    def written(self) -> tuple[bytes, str]:
        """Return what the page asks for every few seconds, and the tag that it had this."""
        content = {
            "seats": {one.id: _ticking(one) for one in self.seats},
            "counts": dict(self.counts),
            "paused": self.pause is not None,
        }
        body = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
        return body, hashlib.sha256(body).hexdigest()[:20]


def _ticking(one: SeatTold) -> dict[str, str]:
    """Return a line without what ticks: the page counts that down to `ends` by itself."""
    return asdict(one) | ({"left": ""} if one.ends else {})


def room(room_: Room, *, at: datetime, in_full: bool) -> RoomTold:
    """Return how a room stands, in a fixed number of statements; names `in_full` or masked."""
    rows = watch_queries.seats_of(room_)
    shared = presence.shared(_marks(rows))
    states = _states(room_, rows, at)
    seats = [
        _told(
            row,
            state,
            at,
            is_shared=row.attempt is not None and row.attempt.id in shared.attempts,
            in_full=in_full,
        )
        for row, state in zip(rows, states, strict=True)
    ]
    return RoomTold(
        at, seats, _counts(states), watch_queries.pause_of(room_), shared.is_one_network
    )


def _marks(rows: Sequence[Watched]) -> dict[int, str]:
    return {
        row.presence.attempt_id: row.presence.address_mark
        for row in rows
        if row.presence is not None
    }


def _states(room_: Room, rows: Sequence[Watched], at: datetime) -> list[SeatState]:
    taken, round_ = watch_queries.taken_out(room_), room_.sitting.round.window
    found = []
    for row in rows:
        window = room_.sitting.window(taken.of(row.seat))
        _begins, last = timing.starts(round_, window, row.seat.enrolment.allowance)
        late = None if row.seat.admitted_at is not None else last
        voided = row.seat.voided_at is not None
        found.append(presence.state_of(at, late, is_voided=voided, seen=_seen(row)))
    return found


def _seen(row: Watched) -> Seen | None:
    attempt = row.attempt
    if attempt is None:
        return None
    return Seen(
        attempt.started_at,
        attempt.accepts_until,
        attempt.submitted_at,
        attempt.halted_until,
        row.contact_at or attempt.started_at,
    )


def _told(
    row: Watched, state: SeatState, at: datetime, *, is_shared: bool, in_full: bool
) -> SeatTold:
    words, kind = STATES[state]
    attempt, enrolment = row.attempt, row.seat.enrolment
    is_ticking = state in (SeatState.WORKING, SeatState.LOST)
    seen = _seen(row)
    busy = attempt is not None and state in BUSY
    return SeatTold(
        id=enrolment.public_id,
        place=row.seat.place or "–",
        number=f"{enrolment.number:05}",
        name=name_of(enrolment, in_full=in_full),
        state=i18n.say(Sentence(words)),
        kind=kind,
        here=str(row.presence.here) if busy and row.presence and row.presence.here else "–",
        answered=f"{row.answered}/{attempt.asked}" if attempt else "–",
        saved=writing.clock(row.saved_at) if row.saved_at else "–",
        contact=writing.clock(row.contact_at) if row.contact_at and busy else "–",
        left=_left(at, seen) if busy and seen else "–",
        ends=attempt.accepts_until.isoformat() if attempt and is_ticking else "",
        flags=", ".join(flags(row, is_shared=is_shared)),
    )


def _left(at: datetime, seen: Seen) -> str:
    return writing.countdown(presence.time_left(at, seen) // timedelta(seconds=1))


def flags(row: Watched, *, is_shared: bool) -> list[str]:
    """Return what a proctor may want to look at: facts, and no judgement."""
    seat, seen, found = row.seat, row.presence, []
    if seen is not None and seen.times_left:
        found.append(_("left the page: %(count)s", count=seen.times_left))
    if row.attempt is not None and row.attempt.lease_no > 1:
        found.append(_("changed device: %(count)s", count=row.attempt.lease_no - 1))
    if seen is not None and seen.address_changes:
        found.append(_("changed address: %(count)s", count=seen.address_changes))
    if is_shared:
        found.append(_("address shared with another"))
    if seat.admitted_at is not None:
        found.append(_("let in late"))
    if seat.enrolment.extra_percent or seat.enrolment.extra_seconds:
        found.append(_("extra time"))
    return found


def _counts(states: Sequence[SeatState]) -> dict[str, str]:
    counted = presence.tally(states)
    writing_now = sum(counted[one] for one in BUSY)
    return {
        "seats": i18n.number(len(states)),
        "absent": i18n.number(counted[SeatState.EXPECTED] + counted[SeatState.TOO_LATE]),
        "writing": i18n.number(writing_now),
        "lost": i18n.number(counted[SeatState.LOST]),
        "submitted": i18n.number(counted[SeatState.SUBMITTED]),
        "voided": i18n.number(counted[SeatState.VOIDED]),
    }


def others_of(room_: Room, enrolment_id: int) -> list[Enrolment]:
    """Return the other candidates of a room, those who sit nearest to this one first."""
    rows = [row.seat.enrolment for row in watch_queries.seats_of(room_)]
    here = next((at for at, one in enumerate(rows) if one.id == enrolment_id), 0)
    order = sorted(range(len(rows)), key=lambda at: (abs(at - here), at))
    return [rows[at] for at in order if rows[at].id != enrolment_id]


def seat(room_: Room, seat_: Seat, *, at: datetime, in_full: bool) -> SeatTold:
    """Return how one seat stands, as its line of the table does."""
    told = room(room_, at=at, in_full=in_full)
    return next(one for one in told.seats if one.id == seat_.enrolment.public_id)


def say_for_minutes(at: datetime) -> str:
    """Write a moment as minutes on paper do: 13 giờ 39 phút, ngày 28 tháng 11 năm 2026."""
    civil = at.astimezone(vietnam.VIETNAM)
    hour = f"{civil.hour:02} giờ {civil.minute:02} phút"
    return f"{hour}, {writing.document_date(civil.date())}"


def name_of(enrolment: Enrolment, *, in_full: bool) -> str:
    """Return a candidate's name as the reader may see it."""
    name = enrolment.account.full_name
    return name if in_full else masking.name(name)
