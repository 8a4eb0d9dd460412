"""The session, the base of every model, the moment column, and `atomic()`, the transaction."""

import enum
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    JSON,
    Connection,
    DateTime,
    Dialect,
    Engine,
    MetaData,
    TextClause,
    TypeDecorator,
    event,
    text,
)
from sqlalchemy import Enum as EnumType
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import DeclarativeBase, registry

from core import faultpoints, storage
from core.turns import side_lock

NAMES = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
WRITES = "chungtay_writes"
AMONG = "numbers"
_AMONG = {
    "sqlite": "{column} IN (SELECT value FROM json_each(:numbers))",
    "postgresql": "{column} = ANY (ARRAY(SELECT CAST(value AS integer)"
    " FROM jsonb_array_elements_text(CAST(:numbers AS jsonb)) AS value))",
}


class UTCDateTime(TypeDecorator[datetime]):
    """An aware moment. SQLite keeps no zone, so it is put back on the way out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a naive moment; store UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive datetime: {value!r}")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the moment with its zone."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _values(members: type[enum.Enum]) -> list[str]:
    return [str(member.value) for member in members]


class Base(DeclarativeBase):
    """What every model shares."""

    registry = registry(
        metadata=MetaData(naming_convention=NAMES),
        type_annotation_map={
            datetime: UTCDateTime,
            dict[str, Any]: JSON,
            list[Any]: JSON,
            enum.StrEnum: EnumType(
                enum.StrEnum, native_enum=False, length=40, values_callable=_values
            ),
        },
    )


db = SQLAlchemy(model_class=Base)

if TYPE_CHECKING:
    Model = Base  # mypy cannot follow db.Model, which Flask-SQLAlchemy builds at run time
else:
    Model = db.Model


def init_app(app: Flask) -> None:
    """Give the application its engine. No connection is opened here."""
    # What people sent stays out of the messages of faults, and so out of the logs.
    options = app.config.setdefault("SQLALCHEMY_ENGINE_OPTIONS", {})
    options.setdefault("hide_parameters", True)
    # One for each request that is answered at once, and some for those that write beside.
    options.setdefault("pool_size", app.config.get("THREADS", 5) + 8)
    # The one used last: its statements are prepared already.
    options.setdefault("pool_use_lifo", True)
    if app.config["SQLALCHEMY_DATABASE_URI"].startswith("sqlite"):
        app.config["SQLALCHEMY_ENGINE_OPTIONS"].setdefault(
            "connect_args", {"timeout": 30, "isolation_level": None}
        )
    db.init_app(app)
    with app.app_context():
        prepare(db.engine)
        storage.watch(db.engine, app.config["INSTANCE"])


def prepare(engine: Engine) -> None:
    """Make the engine's transactions ours: read-only by default, immediate when they write."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        event.listen(engine, "connect", _set_up_postgresql)
        event.listen(engine, "begin", _begin_postgresql)


def _set_up_sqlite(connection: Any, record: object) -> None:  # noqa: ANN401 -- the driver's own connection
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute("PRAGMA cache_size=-16000")


def _begin_sqlite(connection: Connection) -> None:
    """Begin by the driver itself, so that no statement is counted that nobody asked for.

    The pragma makes SQLite compile every statement anew, so it is sent only where it changes.
    """
    writes = connection.get_execution_options().get(WRITES, False)
    info = connection.info
    with storage.driver_of(connection) as driver:
        if info.get(WRITES) is not writes:
            driver.execute(f"PRAGMA query_only={0 if writes else 1}")
            info[WRITES] = writes
        driver.execute("BEGIN IMMEDIATE" if writes else "BEGIN")


def _set_up_postgresql(connection: Any, record: object) -> None:  # noqa: ANN401 -- as above
    # Compiling a statement of many parts takes a hundred times as long as answering it.
    connection.autocommit = True
    connection.execute("SET jit TO off")
    connection.autocommit = False


def _begin_postgresql(connection: Connection) -> None:
    """Tell the driver before its first statement: it sends the mode with its BEGIN."""
    driver: Any = connection.connection.dbapi_connection
    driver.read_only = not connection.get_execution_options().get(WRITES, False)


@contextmanager
def atomic() -> Iterator[None]:
    """Commit when the outermost block ends well; roll back when it does not.

    Also a decorator: an activity marked `@atomic()` is one transaction, and an activity that
    calls another is still one. The outermost block ends the reading transaction first, so that
    what was read before is read again under the lock.
    """
    session = db.session()
    if session.info.get("atomic"):
        yield
        session.flush()
        return
    session.rollback()
    with side_lock(db.engine):
        session.info["atomic"] = True
        try:
            session.connection(execution_options={WRITES: True})
            yield
            faultpoints.reach("act.done")
            session.commit()
            faultpoints.reach("act.kept")
        except BaseException:
            session.info.pop("after_commit", None)
            session.rollback()
            raise
        finally:
            session.info["atomic"] = False
    for act in session.info.pop("after_commit", []):
        act()


def after_commit(act: Callable[[], object]) -> None:
    """Do `act` once the transaction is on disk, and never when it is rolled back."""
    db.session().info.setdefault("after_commit", []).append(act)


def survey(model: type[Model]) -> None:
    """Have PostgreSQL look over a table that rows were added to in bulk, once they are kept.

    Until it does so by itself, a minute later perhaps, it plans as if they were not there.
    """
    after_commit(lambda: _survey(model.__tablename__))


def _survey(table: str) -> None:
    if db.engine.dialect.name == "sqlite":
        return
    options: dict[str, Any] = {"isolation_level": "AUTOCOMMIT", WRITES: True}
    # What is kept is kept: without it the plans are those of before.
    with suppress(DBAPIError), db.engine.connect().execution_options(**options) as connection:
        connection.execute(text(f"ANALYZE {table}"))


def lock(row: Model) -> None:
    """Read the row again and keep others from changing it until the transaction ends.

    Rows that refer to it may still be added: who hands in adds a standing while its person is
    locked, and would wait for whoever waits for the attempt.
    """
    db.session.refresh(row, with_for_update={"of": type(row), "key_share": True})


@contextmanager
def reading() -> Iterator[Connection]:
    """Give a bare connection for prebuilt statements that read.

    On PostgreSQL each is a transaction by itself, and takes one journey to the server, not three.
    """
    with db.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            yield connection
        else:
            yield connection.execution_options(isolation_level="AUTOCOMMIT")


@contextmanager
def writing() -> Iterator[Connection]:
    """Give a bare connection in a transaction of its own, for prebuilt statements."""
    with (
        side_lock(db.engine),
        db.engine.connect().execution_options(**{WRITES: True}) as connection,
        connection.begin(),
    ):
        yield connection
        faultpoints.reach("write.done")
    faultpoints.reach("write.kept")


@contextmanager
def reshaping() -> Iterator[Connection]:
    """Give a connection in a transaction that may make tables anew, with their rows.

    SQLite changes a column by making the table again; while references are enforced, dropping
    the old one would take the rows that refer to it along. So they are enforced at the end
    instead, over the whole database. Raise `RuntimeError` where one leads nowhere; nothing is
    kept then.
    """
    with (
        side_lock(db.engine),
        db.engine.connect().execution_options(**{WRITES: True}) as connection,
        _unenforced(connection),
        connection.begin(),
    ):
        yield connection
        if connection.dialect.name == "sqlite":
            lost = connection.execute(text("PRAGMA foreign_key_check")).all()
            if lost:
                raise RuntimeError(f"{len(lost)} references lead nowhere, the first in {lost[0]}")


@contextmanager
def _unenforced(connection: Connection) -> Iterator[None]:
    """Let SQLite take references as they are; it obeys only between transactions."""
    if connection.dialect.name != "sqlite":
        yield
        return
    with storage.driver_of(connection) as driver:
        driver.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        with storage.driver_of(connection) as driver:
            driver.execute("PRAGMA foreign_keys=ON")


def among(column: str, dialect: str) -> TextClause:
    """Return that the column is one of the parameter `AMONG`: however many numbers, as JSON.

    Statements stay the same for few and for many, and so are prepared once.
    """
    return text(_AMONG[dialect].format(column=column))


def stored_moment(moment: datetime, dialect: str) -> str:
    """Return a moment as SQLAlchemy writes it to SQLite, and as PostgreSQL reads it from a text."""
    zone = "" if dialect == "sqlite" else "+00"
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f") + zone


def json_safe(value: object) -> Any:  # noqa: ANN401 -- any JSON value
    """Return a value that JSON can carry: moments and decimals become their text."""
    if isinstance(value, dict):
        return {str(key): json_safe(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [json_safe(item) for item in value]
    if value is None or isinstance(value, str | int | float | bool):
        return value
    return value.isoformat() if isinstance(value, datetime) else str(value)
