"""Room on the disk: looked at each minute, told of when it grows short, held back as ballast."""

import os
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from pathlib import Path

from flask import current_app

from core import jobs, storage
from core.jobs import Work
from core.logs import logger

LOW = 0.10
SHORT = 0.05


class Room(StrEnum):
    """How much room there is."""

    ENOUGH = "enough"
    LOW = "low"
    SHORT = "short"


@dataclass(frozen=True, slots=True)
class Space:
    """The room on a disk, in bytes."""

    free: int
    total: int

    @property
    def share(self) -> float:
        """The part that is free; the ballast counts as taken."""
        return self.free / self.total if self.total else 1.0

    @property
    def room(self) -> Room:
        """How much that is."""
        if self.share < SHORT:
            return Room.SHORT
        return Room.LOW if self.share < LOW else Room.ENOUGH

    @property
    def percent(self) -> int:
        """The part that is free, in whole hundredths."""
        return int(self.share * 100)


def look(folder: Path) -> Space:
    """Return the room on the disk of a folder, as far as we may use it."""
    found = os.statvfs(folder)
    return Space(found.f_bavail * found.f_frsize, found.f_blocks * found.f_frsize)


def here() -> Space:
    """Return the room on the disk of this installation."""
    folder: Path = current_app.config["INSTANCE"]
    return look(folder) if folder.is_dir() else Space(0, 0)


def hold_back(folder: Path, megabytes: int) -> bool:
    """Keep the ballast where the disk stays roomy with it; return whether it is there."""
    if (folder / storage.BALLAST).exists():
        return True
    space = look(folder)
    if Space(space.free - megabytes * storage.MEGABYTE, space.total).room is not Room.ENOUGH:
        return False
    return storage.keep_ballast(folder, megabytes)


@jobs.handles("core.space", every=timedelta(minutes=1))
def watch(_work: Work) -> None:
    """Say how short the room is, and hold some back while there is enough."""
    space = here()
    if space.room is Room.SHORT:
        logger.error("disk nearly full", extra={"percent": space.percent})
    elif space.room is Room.LOW:
        logger.warning("little room on the disk", extra={"percent": space.percent})
    folder: Path = current_app.config["INSTANCE"]
    hold_back(folder, current_app.config["BALLAST_MB"])
