"""Fixtures of the bank's tests: a signed-in author, and files as people send them."""

import io
import zipfile

import pytest

from accounts import authenticating
from accounts.rules.authorizing import Role
from core import clock
from tests import factories


def enter(client, person):
    """Sign the person in at this client."""
    token = authenticating.open_session(person, is_staff=True, device="Chromium", at=clock.now())
    client.set_cookie("sid", token)
    return client


@pytest.fixture
def sign_in(client):
    """Sign somebody in who holds these roles on the platform."""

    def go(*roles, **fields):
        person = factories.account(**fields)
        for role in roles:
            factories.grant(person, role)
        enter(client, person)
        return person

    return go


@pytest.fixture
def author(sign_in):
    return sign_in(Role.AUTHOR, full_name="H’Hương Niê")


@pytest.fixture
def zip_bomb():
    """A Word file of a few kilobytes that unpacks to a hundred megabytes."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"0" * (100 * 1024 * 1024))
    return target.getvalue()
