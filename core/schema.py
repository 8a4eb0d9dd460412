"""The schema of the database: bringing it up to date, and telling whether it is."""

from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from core import clock_rows  # noqa: F401 -- its tables belong to the schema
from core.db import Base, db, reshaping

HERE = Path(__file__).parent / "migrations"


def _config(connection: Connection | None = None) -> Any:  # noqa: ANN401 -- alembic is slow to import
    from alembic.config import Config  # noqa: PLC0415 -- slow

    config = Config()
    config.set_main_option("script_location", str(HERE))
    config.set_main_option("file_template", "%%(year)d_%%(month).2d_%%(day).2d_%%(slug)s")
    if connection is not None:
        config.attributes["connection"] = connection
    return config


def upgrade(revision: str = "head") -> None:
    """Bring the database to `revision`, in one transaction."""
    from alembic import command  # noqa: PLC0415 -- slow

    db.session.remove()
    with reshaping() as connection:
        command.upgrade(_config(connection), revision)


def downgrade(revision: str) -> None:
    """Bring the database back to `revision`, in one transaction."""
    from alembic import command  # noqa: PLC0415 -- slow

    db.session.remove()
    with reshaping() as connection:
        command.downgrade(_config(connection), revision)


def revise(message: str) -> None:
    """Write a migration from what the models say and the database lacks."""
    from alembic import command  # noqa: PLC0415 -- slow

    db.session.remove()
    with reshaping() as connection:
        command.revision(_config(connection), message, autogenerate=True)


def is_current() -> bool:
    """Say whether the database stands at the newest revision."""
    from alembic.migration import MigrationContext  # noqa: PLC0415 -- slow
    from alembic.script import ScriptDirectory  # noqa: PLC0415 -- slow

    with db.engine.connect() as connection:
        stands = MigrationContext.configure(connection).get_current_revision()
    return stands == ScriptDirectory.from_config(_config()).get_current_head()


def differences() -> list[str]:
    """Return what the models say and the database does not, or the other way round."""
    from alembic.autogenerate import compare_metadata  # noqa: PLC0415 -- slow
    from alembic.migration import MigrationContext  # noqa: PLC0415 -- slow

    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return [str(found) for found in compare_metadata(context, Base.metadata)]
