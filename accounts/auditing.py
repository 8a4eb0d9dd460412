"""Recording who did what to which thing, and checking that the trail is whole."""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Executable,
    Integer,
    bindparam,
    func,
    insert,
    select,
    true,
    update,
)
from sqlalchemy.sql.dml import ReturningInsert

from accounts.models import Account, AuditEntry, AuditTree
from accounts.rules import proving
from core import clock, writer
from core.db import db, json_safe, reading

PLATFORM = "platform"
_ENTRY: Any = AuditEntry.__table__
_ADD = insert(_ENTRY)
_ALWAYS: ColumnElement[bool] = true()
_NOTHING: Mapping[str, object] = {}
# How many leaves are placed in one transaction.
TOGETHER = 500
_TREE: Any = AuditTree.__table__
_WAITING = (
    select(_ENTRY.c.id, _ENTRY.c.log, _ENTRY.c.leaf)
    .where(_ENTRY.c.position.is_(None))
    .order_by(_ENTRY.c.id)
    .limit(bindparam("most", type_=Integer))
    .with_for_update()
)
_FIRST = select(_ENTRY.c.id).where(_ENTRY.c.position.is_(None)).order_by(_ENTRY.c.id).limit(1)
_GROWN = (
    select(_TREE.c.log, _TREE.c.size, _TREE.c.frontier)
    .where(_TREE.c.log.in_(bindparam("logs", expanding=True)))
    .with_for_update()
)
_PLACE = update(_ENTRY).where(_ENTRY.c.id == bindparam("entry")).values(position=bindparam("place"))
_GROW = (
    update(_TREE)
    .where(_TREE.c.log == bindparam("new_log"))
    .values({name: bindparam(f"new_{name}") for name in ("size", "frontier", "root", "at")})
)


def record(
    actor: Account | None, action: str, target: str, *, log: str = PLATFORM, **details: object
) -> None:
    """Add one entry to the trail, in the caller's transaction.

    `target` names the thing ("round:9f2…"); `details` say what was changed and why. The leaf is
    made here; the sequencer gives it its place in the tree.
    """
    row = entry(
        actor.public_id if actor else None, action, target, log=log, at=clock.now(), details=details
    )
    db.session.add(AuditEntry(actor_id=actor.id if actor else None, **row))


@dataclass(frozen=True, slots=True)
class Told:
    """What an entry of the trail says; `actor` is the account's (id, public id)."""

    actor: tuple[int, str] | None
    action: str
    target: str
    log: str
    details: Mapping[str, object]


def record_all_on(connection: Connection, entries: Iterable[Told]) -> None:
    """Add entries to the trail on a bare connection, by one statement."""
    at = clock.now()
    rows = [_row(one, at=at) for one in entries]
    if rows:
        connection.execute(_ADD, rows)


def add_recorded(
    table: Any,  # noqa: ANN401 -- as mypy sees a model's table
    row: Mapping[str, object],
    told: Told,
    *,
    only: ColumnElement[bool] = _ALWAYS,
    going_by: Mapping[str, object] = _NOTHING,
) -> bool:
    """Add a row to a table with its entry in the trail; return once both are on disk.

    `only` where that holds, with the parameters that it is `going_by`: say whether it did. On
    PostgreSQL they are one statement: one journey to the server, not four. Only outside `atomic()`.
    """
    recorded = _row(told, at=clock.now())
    values = {f"row_{name}": value for name, value in row.items()} | dict(going_by)
    if db.engine.dialect.name == "postgresql":
        values |= {f"entry_{name}": value for name, value in recorded.items()}
        joint = _joint(table, tuple(row), tuple(recorded), only)
        return writer.run(lambda on: on.execute(joint, values).first() is not None, apart=False)
    added = _added(table, tuple(row), only)

    def add_both(connection: Connection) -> bool:
        is_added = connection.execute(added, values).first() is not None
        if is_added:
            connection.execute(_ADD, recorded)
        return is_added

    return writer.run(add_both)


@cache
def _added(
    table: Any,  # noqa: ANN401 -- as above
    row: tuple[str, ...],
    only: ColumnElement[bool],
) -> ReturningInsert[Any]:
    values = select(*_named(table, "row", row)).where(only)
    return insert(table).from_select(row, values).returning(table.c.id)


@cache
def _joint(
    table: Any,  # noqa: ANN401 -- as above
    row: tuple[str, ...],
    recorded: tuple[str, ...],
    only: ColumnElement[bool],
) -> Executable:
    added = _added(table, row, only).cte("added")
    entry_of_it = select(*_named(_ENTRY, "entry", recorded)).select_from(added)
    return _ADD.from_select(recorded, entry_of_it).returning(_ENTRY.c.id)


def _named(table: Any, prefix: str, names: Iterable[str]) -> list[BindParameter[Any]]:  # noqa: ANN401 -- as above
    return [bindparam(f"{prefix}_{name}", type_=table.c[name].type) for name in names]


def _row(told: Told, *, at: datetime) -> dict[str, Any]:
    person, named = told.actor or (None, None)
    row = entry(named, told.action, told.target, log=told.log, at=at, details=told.details)
    return row | {"actor_id": person}


def entry(
    actor: str | None,
    action: str,
    target: str,
    *,
    log: str,
    at: datetime,
    details: Mapping[str, object],
) -> dict[str, Any]:
    """Return the columns of an entry with its leaf, for a caller that writes many at once."""
    body: dict[str, Any] = {
        "at": at.isoformat(),
        "actor": actor,
        "action": action,
        "target": target,
        "details": json_safe(dict(details)),
    }
    text, salt = proving.canonical(body), secrets.token_hex(16)
    return {
        "log": log,
        "at": at,
        "action": action,
        "target": target,
        "record": text,
        "salt": salt,
        "leaf": proving.leaf(salt, text),
    }


def sequence(*, at: datetime, limit: int = 5000) -> int:
    """Give every new leaf its place in the tree of its log; return how many were placed.

    Some at a time, so that nobody who saves waits long. Only outside `atomic()`.
    """
    db.session.rollback()
    placed = 0
    while placed < limit:
        some = min(TOGETHER, limit - placed)
        done = writer.run(partial(_place, at=at, most=some))
        placed += done
        if done < some:
            break
    return placed


def _place(connection: Connection, *, at: datetime, most: int) -> int:
    waiting = connection.execute(_WAITING, {"most": most}).all()
    if not waiting:
        return 0
    logs = list({one.log for one in waiting})
    trees = {
        one.log: (one.size, one.frontier) for one in connection.execute(_GROWN, {"logs": logs})
    }
    known, places = set(trees), []
    for one in waiting:
        size, frontier = trees.get(one.log, (0, []))
        places.append({"entry": one.id, "place": size})
        trees[one.log] = size + 1, proving.grow(frontier, size, one.leaf)
    connection.execute(_PLACE, places)
    rows = [
        {"log": log, "size": size, "frontier": frontier, "root": proving.root(frontier), "at": at}
        for log, (size, frontier) in trees.items()
    ]
    new = [row for row in rows if row["log"] not in known]
    if new:
        connection.execute(insert(_TREE), new)
    grown = [{f"new_{name}": row[name] for name in row} for row in rows if row["log"] in known]
    if grown:
        connection.execute(_GROW, grown)
    return len(places)


def faults(log: str) -> list[str]:
    """Return what is wrong with the trail of a log, naming each entry; nothing when it is whole."""
    found: list[str] = []
    frontier: list[str] = []
    entries = db.session.scalars(
        select(AuditEntry)
        .where(AuditEntry.log == log, AuditEntry.position.is_not(None))
        .order_by(AuditEntry.position)
    )
    size = 0
    for entry in entries:
        if entry.position != size:
            found.append(f"{log}: entry {size} is missing")
            return found
        if entry.record is not None and proving.leaf(entry.salt or "", entry.record) != entry.leaf:
            found.append(f"{log}: entry {size} was changed")
        frontier = proving.grow(frontier, size, entry.leaf)
        size += 1
    tree = db.session.get(AuditTree, log)
    if tree is not None and (tree.size != size or tree.root != proving.root(frontier)):
        found.append(f"{log}: the tree has {tree.size} leaves and another root than its entries")
    return found


def logs() -> list[str]:
    """Return the names of all logs."""
    return list(db.session.scalars(select(AuditEntry.log).group_by(AuditEntry.log)))


def erase_records_of(account: Account) -> int:
    """Take payload and salt out of the entries about an account; the leaves stay."""
    about = AuditEntry.target == f"account:{account.public_id}"
    rows = db.session.scalars(select(AuditEntry).where(about, AuditEntry.record.is_not(None))).all()
    for entry in rows:
        entry.record, entry.salt = None, None
    return len(rows)


def is_waiting() -> bool:
    """Say whether any leaf waits for its place in a tree; asked each second."""
    with reading() as connection:
        return connection.execute(_FIRST).first() is not None


def unsequenced() -> int:
    """Return how many leaves wait for their place in a tree."""
    waiting = select(func.count()).where(AuditEntry.position.is_(None))
    return db.session.scalar(waiting) or 0
