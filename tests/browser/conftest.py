"""A real browser, and the whole site served by its own server with a small demo in it."""

import pytest

from tests.browser.driving import PHONE, is_fault, sign_in
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
