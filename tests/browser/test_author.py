"""An author's pages in a real browser: rows change in place; what is stored stays inert."""

import pytest
from sqlalchemy import select

from accounts.models import Account
from core.clock import now
from core.db import db
from questions import authoring, illustrating
from questions.models import Bank
from questions.rules.wording import Wording
from questions.types import options
from tests import factories
from tests.browser.driving import DESK
from tests.browser.scene import application

pytestmark = pytest.mark.browser

EVIL = '<script>window.hit=1</script><img src=x onerror="window.hit=2">'


def bank_of(site):
    return site.value("SELECT public_id FROM bank ORDER BY id")


def test_rows_are_added_and_moved_in_place_without_losing_what_was_typed(visit, site):
    page = visit(DESK, code="author")
    page.goto(f"/ngan-hang/{bank_of(site)}/soan?loai=ordering", wait_until="networkidle")
    for n, text in enumerate(("Một", "Hai", "Ba", "Bốn")):
        page.fill(f"[name=part-{n}]", text)

    page.click("button[value=add]")
    page.wait_for_selector("[name=part-4]")
    added = page.evaluate("document.activeElement.name")
    page.click("button[value=up-1]")
    page.wait_for_selector("button[value=down-0]:focus")

    assert added == "part-4"
    assert page.input_value("[name=part-0]") == "Hai"


def test_what_is_stored_stays_inert(visit, site):
    with application(site):
        bank = db.session.scalar(select(Bank).order_by(Bank.id))
        author = db.session.scalar(select(Account).order_by(Account.id))
        file = illustrating.add(author, bank, f"{EVIL}.png", factories.DOT, at=now())
        content = options.content([f"A {EVIL}", f"B {EVIL}"], [0])
        content["media"] = [{"id": file.public_id, "kind": "picture", "alt": EVIL, "at": "stem"}]
        told = authoring.NewItem("", Wording("single_choice", f"Hỏi {EVIL}", content, EVIL))
        item = authoring.create(author, bank, told, at=now()).public_id
        medium = file.public_id
    page = visit(DESK, code="author")

    for address in (f"/ngan-hang/cau/{item}", f"/ngan-hang/cau/{item}/sua"):
        page.goto(address, wait_until="networkidle")
        assert page.evaluate("window.hit") is None
        assert page.locator("img[src=x]").count() == 0
        assert page.locator(f'img[src$="{medium}"]').first.evaluate("one => one.naturalWidth") == 1
