"""The schema."""

import pytest
from sqlalchemy import func, insert, inspect, select
from sqlalchemy.exc import IntegrityError

from contest import demo
from core import clock, schema
from core.clock_rows import ClockStep
from core.db import db, reshaping, writing

FIRST = "f16110d1b036"


def rows():
    db.session.rollback()
    tables = db.metadata.sorted_tables
    return {
        one.name: db.session.scalar(select(func.count()).select_from(one))
        for one in tables
        if one.name in inspect(db.engine).get_table_names()
    }


def test_migrations_make_what_the_models_say(app):
    assert schema.differences() == []
    assert schema.is_current() is True


def test_migrations_run_back_to_nothing_and_forward_again(app):
    schema.downgrade("base")
    left = set(inspect(db.engine).get_table_names()) - {"alembic_version"}
    schema.upgrade()

    assert left == set()
    assert schema.differences() == []


@pytest.mark.slow
@pytest.mark.parametrize("revision", ["-1", "-2", "-4", "-8", FIRST])
def test_a_lived_in_database_moves_back_and_forward_and_keeps_its_rows(app, revision):
    demo.load(at=clock.now(), number=40)
    before = rows()
    schema.downgrade(revision)
    kept = rows()
    schema.upgrade()

    after = rows()
    assert before["attempt"] > 40
    assert {name: after[name] for name in kept} == {name: before[name] for name in kept}
    assert schema.differences() == []


def test_a_migration_that_leaves_a_reference_to_nowhere_is_not_kept(app):
    step = {"machine": "may-1", "noticed_at": clock.now(), "offset_ms": 1, "settled_by": 9}
    faults = (RuntimeError, IntegrityError)
    with pytest.raises(faults, match="clock_step"), reshaping() as connection:
        connection.execute(insert(ClockStep).values(step))
    assert db.session.scalar(select(func.count()).select_from(ClockStep)) == 0


def test_references_are_enforced_again_after_a_migration(app):
    schema.upgrade()
    step = {"machine": "may-1", "noticed_at": clock.now(), "offset_ms": 1, "settled_by": 9}
    with pytest.raises(IntegrityError), writing() as connection:
        connection.execute(insert(ClockStep).values(step))
