"""Watching the clock of this machine: its steps, its drift, and what other clocks say."""

import platform
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from core import clock, time_servers
from core.clock import SECOND, STEP, Timekeeper
from core.clock_rows import ClockStep, MachineClock
from core.db import atomic, db
from core.keeping import Kept
from core.logs import logger
from core.saying import Sentence
from core.text import N_

EVERY = 1.0
WRITE_EVERY = timedelta(seconds=10)
ASK_EVERY = timedelta(seconds=60)
# Nothing heard for so long: the clock of that machine is not known.
SILENT = timedelta(minutes=5)
MILLISECOND = 1_000_000
MOST_OFFSET_MS = 1000

Ask = Callable[[Timekeeper], int | None]


def machine_name() -> str:
    """Return what this machine is called among those of the installation."""
    return platform.node()[:80] or "?"


@dataclass(slots=True)
class Watcher:
    """Looks at one machine's clock again and again, and writes down what it sees."""

    keeper: Timekeeper
    machine: str = field(default_factory=machine_name)
    ask_reference: Ask | None = None
    ask_database: Ask = time_servers.database_ahead
    noticed: int = 0
    _wrote_at: datetime | None = None
    _asked_at: datetime | None = None
    _reference: int | None = None
    _database: int | None = None

    def look(self) -> None:
        """Follow small drift, notice steps, obey a take-over, and write it down now and then."""
        offset = self.keeper.follow()
        now = self.keeper.now()
        stepped = abs(offset) > STEP
        if stepped and abs(offset - self.noticed) > STEP:
            self.noticed = offset
            notice(self.machine, offset, at=now)
            self._wrote_at = None
        elif not stepped and self.noticed:
            self.noticed = 0
            settle(self.machine, None, at=now)
        if self._asked_at is None or now - self._asked_at >= ASK_EVERY:
            self._ask_others(now)
        if self._wrote_at is None or now - self._wrote_at >= WRITE_EVERY:
            self._wrote_at = now
            if self._write(offset, now):
                self._obey()

    def _ask_others(self, now: datetime) -> None:
        self._asked_at = now
        self._database = self.ask_database(self.keeper)
        self._reference = self.ask_reference(self.keeper) if self.ask_reference else None

    @atomic()
    def _write(self, offset: int, now: datetime) -> bool:
        """Write what was seen; say whether somebody has asked to take the clock over."""
        row = db.session.get(MachineClock, self.machine, with_for_update=True)
        if row is None:
            row = MachineClock(machine=self.machine)
            db.session.add(row)
        wanted, row.take_over_at = row.take_over_at, None
        row.seen_at, row.offset_ms = now, offset // MILLISECOND
        row.database_ms = _ms(self._database)
        row.reference_ms = _ms(self._reference)
        row.reference_at = now if self._reference is not None else row.reference_at
        return wanted is not None

    def _obey(self) -> None:
        jumped = self.keeper.take_over()
        self.noticed = 0
        self._ask_others(self.keeper.now())
        self._write(0, self.keeper.now())
        _known.forget()
        told = {"machine": self.machine, "jumped_ms": jumped // MILLISECOND}
        logger.warning("clock taken over", extra=told)


def _ms(nanoseconds: int | None) -> int | None:
    return None if nanoseconds is None else nanoseconds // MILLISECOND


@atomic()
def notice(machine: str, offset: int, *, at: datetime) -> None:
    """Write down and log that a machine's clock has stepped away by so many nanoseconds."""
    db.session.add(ClockStep(machine=machine, noticed_at=at, offset_ms=offset // MILLISECOND))
    told = {"machine": machine, "offset_ms": offset // MILLISECOND}
    logger.error("clock stepped; decisions go on by the time before", extra=told)
    _known.forget()


@atomic()
def settle(machine: str, account_id: int | None, *, at: datetime) -> int:
    """Say of a machine's steps that they are dealt with; return how many they were."""
    steps = db.session.scalars(
        select(ClockStep).where(ClockStep.machine == machine, ClockStep.settled_at.is_(None))
    ).all()
    for step in steps:
        step.settled_at, step.settled_by = at, account_id
    _known.forget()
    return len(steps)


@atomic()
def ask_take_over(machine: str, account_id: int | None, *, at: datetime) -> int:
    """Have a machine take over its own clock's time; return the milliseconds that it jumps.

    Its watcher does it within seconds, wherever it runs. The steps are dealt with by that.
    """
    row = db.session.get(MachineClock, machine, with_for_update=True)
    if row is None:
        return 0
    row.take_over_at = at
    settle(machine, account_id, at=at)
    return row.offset_ms


# --- What is known -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Known:
    """A machine's clock as pages show it; differences in milliseconds."""

    machine: str
    seen_at: datetime
    offset_ms: int
    database_ms: int | None
    reference_ms: int | None
    reference_at: datetime | None
    is_taking_over: bool = False

    @property
    def has_stepped(self) -> bool:
        """Say whether its wall clock is away from the time that decisions use."""
        return abs(self.offset_ms) > MOST_OFFSET_MS

    def faults(self) -> list[Sentence]:
        """Return what is wrong with it, in words."""
        name = {"machine": self.machine}
        found = []
        if self.has_stepped:
            said = N_(
                "The clock of machine %(machine)s was moved by %(seconds)s seconds."
                " Deadlines go on by the time before."
            )
            found.append(Sentence(said, name | {"seconds": _seconds(self.offset_ms)}))
        if self.database_ms is not None and abs(self.database_ms) > MOST_OFFSET_MS:
            said = N_("Machine %(machine)s and the database server differ by %(seconds)s seconds.")
            found.append(Sentence(said, name | {"seconds": _seconds(self.database_ms)}))
        if self.reference_ms is not None and abs(self.reference_ms) > MOST_OFFSET_MS:
            said = N_("Machine %(machine)s and the time server differ by %(seconds)s seconds.")
            found.append(Sentence(said, name | {"seconds": _seconds(self.reference_ms)}))
        return found


def _seconds(milliseconds: int) -> str:
    return f"{milliseconds / SECOND * MILLISECOND:+.1f}".replace(".", ",")


_known: Kept[tuple[Known, ...]] = Kept(3, most=1)


def machines(*, at: datetime) -> Sequence[Known]:
    """Return the clocks of all machines, known for three seconds without asking again."""
    return _known.get("machines", _read, at=at)


def forget() -> None:
    """Read the machines' clocks anew when they are next asked for."""
    _known.forget()


def _read() -> tuple[Known, ...]:
    rows = db.session.scalars(select(MachineClock).order_by(MachineClock.machine))
    return tuple(
        Known(
            *(row.machine, row.seen_at, row.offset_ms, row.database_ms, row.reference_ms),
            row.reference_at,
            row.take_over_at is not None,
        )
        for row in rows
    )


def steps_between(begins: datetime, ends: datetime) -> int:
    """Return how many steps were noticed in a stretch of time."""
    counted = select(func.count(ClockStep.id)).where(ClockStep.noticed_at.between(begins, ends))
    return db.session.scalar(counted) or 0


def steps(limit: int = 50) -> Sequence[ClockStep]:
    """Return the newest steps first."""
    newest = select(ClockStep).order_by(ClockStep.id.desc()).limit(limit)
    return db.session.scalars(newest).all()


def doubts(*, reference: str, at: datetime) -> list[Sentence]:
    """Return why the time here should not be trusted to begin a round; none where it may.

    Without a time server to compare with, only what the machine itself shows counts.
    """
    heard = [one for one in machines(at=at) if at - one.seen_at <= SILENT]
    found = [fault for one in heard for fault in one.faults()]
    known = any(one.reference_at and at - one.reference_at <= SILENT for one in heard)
    if reference and not known:
        said = N_(
            "The time server %(server)s has not answered: nobody knows how right our time is."
        )
        found.append(Sentence(said, {"server": reference}))
    return found


# --- In the job process ------------------------------------------------------------------------


def begin(app: Flask, stopped: threading.Event) -> threading.Thread:
    """Watch in a thread of the job process until stopped."""
    reference = app.config["CLOCK_REFERENCE"]

    def ask(keeper: Timekeeper) -> int | None:
        return time_servers.reference_ahead(reference, keeper)

    watcher = Watcher(clock.machine, ask_reference=ask if reference else None)

    def watch() -> None:
        with app.app_context():
            while not stopped.wait(EVERY):
                try:
                    watcher.look()
                except (OSError, OperationalError) as fault:
                    logger.warning("clock not watched", extra={"fault": str(fault)})
                except Exception:  # noqa: BLE001 -- no fault must end the watch
                    logger.exception("clock not watched")
                finally:
                    db.session.remove()

    thread = threading.Thread(target=watch, name="clock", daemon=True)
    thread.start()
    return thread
