"""Fixtures for tests about people."""

import shutil
from datetime import timedelta

import pytest

from accounts import authenticating, charting
from accounts.rules.authorizing import Role
from core import clock
from core.db import db
from tests import factories

PASSWORD = "mười hai con trâu qua suối"


@pytest.fixture
def at():
    return clock.now()


@pytest.fixture(autouse=True)
def units_come_first(request):
    """Load the units before any other row: copying them in would take what is there away."""
    if "daklak" in request.fixturenames:
        request.getfixturevalue("daklak")


@pytest.fixture(scope="session")
def charted():
    """What loading the units said, once it has been done."""
    return {}


@pytest.fixture
def daklak(app, charted):
    """The units of the province; on SQLite loaded once and copied after that."""
    folder = app.config["INSTANCE"]
    if db.engine.dialect.name != "sqlite":
        return charting.load_daklak()
    db.session.remove()
    if not charted:
        charted["said"] = charting.load_daklak()
        with db.engine.connect() as connection:
            connection.connection.dbapi_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        db.session.remove()
        db.engine.dispose()
        shutil.copy(folder / "test.db", folder / "daklak.db")
        return charted["said"]
    db.engine.dispose()
    for name in ("test.db-wal", "test.db-shm"):
        (folder / name).unlink(missing_ok=True)
    shutil.copy(folder / "daklak.db", folder / "test.db")
    return charted["said"]


@pytest.fixture
def entered(client):
    """A way to sign the client in as an account, its proof fresh or stale."""

    def enter(account, *, stale=False):
        now = clock.now() - timedelta(minutes=6 if stale else 0)
        is_staff = authenticating.is_staff(account, at=now)
        token = authenticating.open_session(
            account, is_staff=is_staff, device="Chrome/120 Android", at=now
        )
        client.set_cookie("sid", token)
        return client

    return enter


@pytest.fixture
def admin(app):
    person = factories.account(full_name="Lê Hoàng Yến", phone="+84905000001")
    factories.grant(person, role=Role.ADMIN)
    return person


@pytest.fixture
def password_hash(app):
    return authenticating.hash_password(PASSWORD)


def again():
    """Let the test read what requests have written since it last read."""
    db.session.rollback()
