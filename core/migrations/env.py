"""How Alembic reaches the database: through the application's own engine."""

from alembic import context

from core.db import Base, WRITES, db

connection = context.config.attributes.get("connection")


def run(connection):
    """Migrate over one connection, in one transaction."""
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
        user_module_prefix="core.db.",
        render_item=render_item,
    )
    with context.begin_transaction():
        context.run_migrations()


def render_item(type_, obj, autogen_context):
    """Write our own column types by their plain names."""
    if type_ == "type" and type(obj).__name__ == "UTCDateTime":
        autogen_context.imports.add("from core.db import UTCDateTime")
        return "UTCDateTime()"
    return False


if connection is not None:
    run(connection)
else:
    with db.engine.connect().execution_options(**{WRITES: True}) as own, own.begin():
        run(own)
