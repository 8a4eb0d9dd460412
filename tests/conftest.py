"""Fixtures every test may use."""

import os
import shutil
from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, settings
from sqlalchemy import event, text

from app import create_app
from core import clock, clock_watching, schema
from core.db import WRITES, db
from core.keeping import Kept
from tests import page
from tests.postgresql import server

OFF = "PRAGMA synchronous=OFF"
BASE = {
    "TESTING": True,
    "SECRET_KEYS": ("a secret of the tests",),
    "WTF_CSRF_ENABLED": False,
    "RATELIMIT_ENABLED": False,
    "PAGES_LAST": 0,
}

# The same examples on every machine, and none is at fault because the machine was busy.
# The same examples each time; make test asks for more of them (--hypothesis-profile=thorough),
# and the faults of the night for a great many (--hypothesis-profile=nightly).
for _name, _examples in (("house", 40), ("thorough", 200), ("nightly", 20_000)):
    settings.register_profile(
        _name,
        derandomize=True,
        deadline=None,
        max_examples=_examples,
        suppress_health_check=[HealthCheck.too_slow],
    )
settings.load_profile("house")


def pytest_addoption(parser):
    parser.addoption("--postgresql", action="store_true", help="run on PostgreSQL, not on SQLite")


def pytest_collection_modifyitems(config, items):
    """On PostgreSQL, run what touches the database; the rest says the same on any."""
    if config.getoption("--postgresql"):
        items[:] = [item for item in items if "app" in item.fixturenames]


@pytest.fixture(scope="session")
def postgresql(request):
    """Address of a PostgreSQL server with a database for this worker, or None on SQLite."""
    if not request.config.getoption("--postgresql"):
        yield None
        return
    with server() as address:
        worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
        yield address.database(f"chungtay_{worker}")


@pytest.fixture(scope="session")
def built(tmp_path_factory, postgresql):
    """The application, its schema made by the migrations, once for all tests of a process."""
    folder = tmp_path_factory.mktemp("instance")
    address = postgresql or f"sqlite:///{folder / 'test.db'}"
    app = create_app(
        BASE | {"INSTANCE": folder, "DATABASE_URL": address, "SQLALCHEMY_DATABASE_URI": address}
    )
    app.test_client_class = LookingClient
    with app.app_context():
        if db.engine.dialect.name == "sqlite":
            # No test cuts the power: waiting for the disk would only take time.
            event.listen(db.engine, "connect", lambda made, _: made.execute(OFF))
        schema.upgrade()
        db.engine.dispose()
    if postgresql is None:
        shutil.copy(folder / "test.db", folder / "template.db")
    return app


@pytest.fixture
def app(built):
    """The application on an empty database: a copy of the migrated file, or emptied tables."""
    with built.app_context():
        reset(built)
        yield built
        db.session.remove()
        db.engine.dispose()


def reset(app):
    if db.engine.dialect.name == "sqlite":
        folder = app.config["INSTANCE"]
        for name in ("test.db-wal", "test.db-shm"):
            (folder / name).unlink(missing_ok=True)
        shutil.copy(folder / "template.db", folder / "test.db")
        return
    names = ", ".join(f'"{table.name}"' for table in db.metadata.sorted_tables)
    with db.engine.connect().execution_options(**{WRITES: True}) as connection, connection.begin():
        connection.execute(text(f"TRUNCATE {names} RESTART IDENTITY CASCADE"))


class LookingClient(FlaskClient):
    """Fail the test when a page breaks a rule of every page."""

    def open(self, *args, **kwargs):
        # A context of its own, as every request of a server has: nothing is left in `g`.
        with self.application.app_context():
            response = super().open(*args, **kwargs)
        if response.mimetype == "text/html" and not response.content_encoding:
            assert page.faults(response.text) == []
        return response


@pytest.fixture
def client(app):
    return app.test_client()


@pytest.fixture
def queries(app, monkeypatch):
    """Statements sent to the database, so that a test can count them."""
    sent = []
    # Asked for every few seconds by whatever page comes first: not by those that are counted.
    monkeypatch.setattr(clock_watching, "_known", Kept(3600))
    clock_watching.machines(at=clock.now())
    db.session.rollback()

    def note(connection, cursor, statement, *rest):
        sent.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    yield sent
    event.remove(db.engine, "before_cursor_execute", note)


@pytest.fixture(scope="session")
def chrome():
    """The one browser of all tests that drive one."""
    from playwright.sync_api import sync_playwright

    from tests.browser.driving import launch

    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture
def noon():
    return datetime(2026, 11, 18, 5, 0, tzinfo=UTC)
