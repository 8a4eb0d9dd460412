"""A real browser, and the whole site served by its own server with a small demo in it."""

import pytest

from tests.browser.driving import PHONE, is_fault, sign_in
from tests.browser.player_stub import Served
from tests.browser.playing import PAPER, ready
from tests.browser.serving import serve

PEOPLE = 120


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    with serve(tmp_path_factory.mktemp("site"), people=PEOPLE) as served:
        yield served


@pytest.fixture
def visit(chrome, site):
    """Open the site in a browser of its own; a script that fails fails the test."""
    opened, broken = [], []

    def visit(size=PHONE, *, code=None, **options):
        context = chrome.new_context(base_url=site.address, viewport=size, locale="vi", **options)
        context.set_default_timeout(15_000)
        opened.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: broken.append(str(error)))
        page.on("console", lambda line: broken.append(line.text) if is_fault(line) else None)
        if code:
            sign_in(page, site.codes[code])
        return page

    yield visit
    for context in opened:
        context.close()
    assert broken == []


@pytest.fixture
def served(tmp_path_factory):
    stub = Served(tmp_path_factory.getbasetemp() / "static")
    yield stub
    stub.close()


@pytest.fixture
def desk(served):
    return served.desk


@pytest.fixture
def context(chrome, served):
    made = chrome.new_context(base_url=served.address, viewport={"width": 360, "height": 800})
    yield made
    made.close()


@pytest.fixture
def page(context):
    """A page of the attempt that fails the test if a script does."""
    broken = []
    opened = context.new_page()
    opened.on("pageerror", lambda error: broken.append(str(error)))
    opened.goto(PAPER)
    ready(opened)
    yield opened
    assert broken == []
