"""Fixtures for tests about people."""

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


@pytest.fixture
def daklak(app):
    return charting.load_daklak()


@pytest.fixture
def entered(client):
    """A way to sign the client in as an account, its proof fresh or stale."""

    def enter(account, *, stale=False):
        now = clock.now() - timedelta(minutes=6 if stale else 0)
        is_staff = authenticating.is_staff(account, at=now)
        token, _row = authenticating.open_session(
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
