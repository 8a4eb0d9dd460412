"""Backups of the embedded database: made while it is in use, checked, and restored."""

import contextlib
import secrets
import sqlite3
from datetime import datetime
from pathlib import Path

from flask import current_app
from sqlalchemy import String, select, text
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Model, atomic, db
from core.errors import DomainError
from core.text import N_


class Installation(Model):
    """A fact about the installation itself, by name."""

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[str] = mapped_column(String(200))


class NotEmbedded(DomainError):  # noqa: N818 -- a refusal
    """The database is a server's, which has its own tools for this."""

    message = N_("This command is for the embedded database. Use pg_dump for PostgreSQL.")


class DamagedBackup(DomainError):  # noqa: N818 -- a refusal
    """The file is not a sound database."""

    message = N_("The backup file is damaged: %(fault)s.")


def database_file() -> Path:
    """Return the file of the embedded database; raise `NotEmbedded` when there is none."""
    if db.engine.dialect.name != "sqlite" or not db.engine.url.database:
        raise NotEmbedded
    return Path(db.engine.url.database)


def fault_of(path: Path) -> str:
    """Return what SQLite finds wrong with a file; nothing when it is sound."""
    try:
        with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
            found = str(connection.execute("PRAGMA integrity_check").fetchone()[0])
    except sqlite3.DatabaseError as error:
        return str(error)
    return "" if found == "ok" else found


def back_up(folder: Path, *, at: datetime, keep: int = 14) -> Path:
    """Copy the database into `folder`, check the copy, and keep the newest `keep` of them."""
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"chungtay-{at:%Y%m%d-%H%M%S}.db"
    with (
        contextlib.closing(sqlite3.connect(database_file())) as source,
        contextlib.closing(sqlite3.connect(target)) as copy,
    ):
        source.backup(copy, pages=2000)
    fault = fault_of(target)
    if fault:
        raise DamagedBackup(fault=fault)
    for old in sorted(folder.glob("chungtay-*.db"))[:-keep]:
        old.unlink()
    return target


def restore(path: Path) -> None:
    """Put a backup in the database's place, and start a new epoch so that clients send again."""
    fault = fault_of(path)
    if fault:
        raise DamagedBackup(fault=fault)
    target = database_file()
    db.session.remove()
    db.engine.dispose()
    with (
        contextlib.closing(sqlite3.connect(path)) as source,
        contextlib.closing(sqlite3.connect(target)) as copy,
    ):
        source.backup(copy)
    renew_epoch()


def epoch() -> str:
    """Return the epoch of this database, read once by each process.

    It changes when an older state is restored; the server is stopped for that.
    """
    known: str | None = current_app.extensions.get("epoch")
    if known is None:
        row = db.session.get(Installation, "epoch")
        known = current_app.extensions["epoch"] = row.value if row else first_epoch()
    return known


@atomic()
def first_epoch() -> str:
    """Begin the first epoch, unless another process was quicker; return the one that stands."""
    written = text(
        "INSERT INTO installation (name, value) VALUES ('epoch', :value) ON CONFLICT DO NOTHING"
    )
    db.session.execute(written, {"value": secrets.token_hex(8)})
    return db.session.scalars(select(Installation.value).where(Installation.name == "epoch")).one()


@atomic()
def renew_epoch() -> str:
    """Begin a new epoch and return it."""
    value = secrets.token_hex(8)
    db.session.merge(Installation(name="epoch", value=value))
    return value
