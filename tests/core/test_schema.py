"""The schema."""

from sqlalchemy import inspect

from core import schema
from core.db import db


def test_migrations_make_what_the_models_say(app):
    assert schema.differences() == []
    assert schema.is_current() is True


def test_migrations_run_back_to_nothing_and_forward_again(app):
    schema.downgrade("base")
    left = set(inspect(db.engine).get_table_names()) - {"alembic_version"}
    schema.upgrade()

    assert left == set()
    assert schema.differences() == []
