"""Arranging a round: its sittings and their rooms."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from accounts import auditing
from accounts.models import Account
from contest import scheduling
from contest.errors import NameTaken, NeedsSecond, RoundFinal, SittingTaken, WrongHour
from contest.models import (
    Attempt,
    AttemptKind,
    Incident,
    Room,
    Round,
    RoundState,
    Seat,
    Sitting,
)
from contest.rules.arranging import RoomSettings, SittingSettings
from contest.rules.timing import Clock
from core import ids
from core.db import atomic, db, json_safe, lock
from core.text import N_

# --- Sittings ----------------------------------------------------------------------------------


@atomic()
def add_sitting(round_: Round, settings: SittingSettings, actor: Account) -> Sitting:
    """Add a sitting. From the second on, people need a seat to start.

    Raise `WrongHour` when it does not lie within the round.
    """
    lock(round_)
    _check_round(round_)
    _check_hours(round_, settings)
    sitting = Sitting(public_id=ids.public_id(), round_id=round_.id)
    _set(sitting, settings)
    db.session.add(sitting)
    db.session.flush()
    _record(round_, actor, "sitting.added", f"sitting:{sitting.public_id}", **_told(settings))
    return sitting


@atomic()
def edit_sitting(
    sitting: Sitting,
    settings: SittingSettings,
    actor: Account,
    *,
    at: datetime,
    second: Account | None = None,
) -> int:
    """Set a sitting anew; return how many running attempts moved.

    Nobody who has begun loses time, unless a second person agrees: `NeedsSecond` otherwise.
    """
    round_ = sitting.round
    lock(round_)
    lock(sitting)
    _check_round(round_)
    _check_hours(round_, settings)
    before = settings_of(sitting)
    if before == settings:
        return 0
    takes = settings.closes_at < before.closes_at or (
        _has_begun(sitting)
        and (settings.opens_at != before.opens_at or settings.clock is not before.clock)
    )
    if takes and second is None and scheduling.has_running(round_, at=at, sitting=sitting):
        raise NeedsSecond
    _set(sitting, settings)
    db.session.flush()
    moved = scheduling.rewrite(round_, at_least=_exactly if takes else max)
    told = {"before": _told(before), "after": _told(settings), "attempts": moved}
    if second is not None:
        told["proposed_by"] = second.public_id
    _record(round_, actor, "sitting.edited", f"sitting:{sitting.public_id}", **told)
    return moved


@atomic()
def remove_sitting(sitting: Sitting, actor: Account) -> None:
    """Take a sitting away in which nobody sits. Raise `SittingTaken` otherwise, or for the last."""
    round_ = sitting.round
    lock(round_)
    _check_round(round_)
    seated = select(Seat.id).where(Seat.sitting_id == sitting.id).limit(1)
    if db.session.scalar(seated) is not None:
        raise SittingTaken(N_("Somebody sits in this sitting: move those people first."))
    others = select(Sitting.id).where(Sitting.round_id == round_.id, Sitting.id != sitting.id)
    if db.session.scalar(others.limit(1)) is None:
        raise SittingTaken(N_("A round needs one sitting at least."))
    target = f"sitting:{sitting.public_id}"
    for room in sitting.rooms:
        db.session.delete(room)
    db.session.flush()
    db.session.delete(sitting)
    _record(round_, actor, "sitting.removed", target, **_told(settings_of(sitting)))


def settings_of(sitting: Sitting) -> SittingSettings:
    """Return what a sitting is set to."""
    return SittingSettings(
        sitting.title,
        sitting.opens_at,
        sitting.closes_at,
        sitting.clock,
        sitting.late_minutes,
        sitting.late_basis,
    )


def written(settings: SittingSettings) -> dict[str, Any]:
    """Return the settings as a proposal keeps them."""
    kept: dict[str, Any] = json_safe(asdict(settings))
    return kept


def settings_from(kept: object) -> SittingSettings:
    """Return the settings that a proposal has kept."""
    assert isinstance(kept, Mapping)  # noqa: S101 -- for the type checker: we wrote it
    return SittingSettings(
        str(kept["title"]),
        datetime.fromisoformat(kept["opens_at"]),
        datetime.fromisoformat(kept["closes_at"]),
        Clock(kept["clock"]),
        kept["late_minutes"],
        str(kept["late_basis"]),
    )


def _set(sitting: Sitting, settings: SittingSettings) -> None:
    for name in settings.__dataclass_fields__:
        setattr(sitting, name, getattr(settings, name))


def _check_not_final(round_: Round) -> None:
    if round_.state is RoundState.FINAL:
        raise RoundFinal


def _check_round(round_: Round) -> None:
    _check_not_final(round_)
    if round_.stopped_at is not None or round_.state is RoundState.CLOSED:
        raise WrongHour(N_("The round was ended: its sittings stay as they were."))


def _check_hours(round_: Round, settings: SittingSettings) -> None:
    if settings.closes_at <= settings.opens_at:
        raise WrongHour(N_("A sitting must close after it opens."))
    if settings.opens_at < round_.opens_at or settings.closes_at > round_.closes_at:
        raise WrongHour(
            N_("The sitting must lie within the round, from %(opens)s to %(closes)s."),
            opens=round_.opens_at,
            closes=round_.closes_at,
        )


def _has_begun(sitting: Sitting) -> bool:
    begun = (
        select(Attempt.id)
        .join(Seat, Seat.id == Attempt.seat_id)
        .where(Seat.sitting_id == sitting.id, Attempt.kind == AttemptKind.OFFICIAL)
    )
    return db.session.scalar(begun.limit(1)) is not None


def _exactly(kept: datetime, said: datetime) -> datetime:
    return said


# --- Rooms -------------------------------------------------------------------------------------


@atomic()
def add_room(sitting: Sitting, settings: RoomSettings, actor: Account) -> Room:
    """Add a room to a sitting. Raise `NameTaken` when it has one of that name."""
    lock(sitting)
    _check_not_final(sitting.round)
    _check_name(sitting, settings.title)
    room = Room(public_id=ids.public_id(), sitting_id=sitting.id)
    _set_room(room, settings)
    db.session.add(room)
    db.session.flush()
    target = f"room:{room.public_id}"
    _record(sitting.round, actor, "room.added", target, **_told(settings))
    return room


@atomic()
def edit_room(room: Room, settings: RoomSettings, actor: Account) -> None:
    """Set a room anew. Raise `NameTaken`."""
    lock(room)
    _check_not_final(room.sitting.round)
    before = room_settings_of(room)
    if before == settings:
        return
    _check_name(room.sitting, settings.title, but=room)
    _set_room(room, settings)
    told = {"before": _told(before), "after": _told(settings)}
    _record(room.sitting.round, actor, "room.edited", f"room:{room.public_id}", **told)


@atomic()
def remove_room(room: Room, actor: Account) -> int:
    """Take a room away; return how many people have none now. Raise `SittingTaken` once used."""
    lock(room)
    _check_not_final(room.sitting.round)
    used = (
        select(Attempt.id)
        .join(Seat, Seat.id == Attempt.seat_id)
        .where(Seat.room_id == room.id)
        .limit(1)
    )
    happened = select(Incident.id).where(Incident.room_id == room.id).limit(1)
    if db.session.scalar(used) is not None or db.session.scalar(happened) is not None:
        raise SittingTaken(N_("People have begun in this room, so it stays."))
    emptied = db.session.execute(
        update(Seat).where(Seat.room_id == room.id).values(room_id=None, place="", machine="")
    )
    target, told = f"room:{room.public_id}", _told(room_settings_of(room))
    round_ = room.sitting.round
    db.session.delete(room)
    _record(round_, actor, "room.removed", target, **told)
    return int(getattr(emptied, "rowcount", 0))


def room_settings_of(room: Room) -> RoomSettings:
    """Return what a room is set to."""
    return RoomSettings(
        room.title, room.place, room.code, room.capacity, tuple(room.networks or ())
    )


def _set_room(room: Room, settings: RoomSettings) -> None:
    for name in ("title", "place", "code", "capacity"):
        setattr(room, name, getattr(settings, name))
    room.networks = list(settings.networks)


def _check_name(sitting: Sitting, title: str, *, but: Room | None = None) -> None:
    known = select(Room.id).where(Room.sitting_id == sitting.id, Room.title == title)
    found = db.session.scalar(known)
    if found is not None and (but is None or found != but.id):
        raise NameTaken(N_("This sitting has a room of that name already."))


def _told(settings: SittingSettings | RoomSettings) -> dict[str, Any]:
    told: dict[str, Any] = json_safe(asdict(settings))
    return told


def _record(round_: Round, actor: Account, action: str, target: str, **told: object) -> None:
    auditing.record(actor, action, target, log=round_.contest.log, **told)
