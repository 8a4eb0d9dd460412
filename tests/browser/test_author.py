"""An author's pages in a real browser: written by keyboard; what is stored stays inert."""

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
# What is typed after the question, by name of the field; then what is chosen.
PARTS = {
    "single_choice": ({"option-0": "Sở Nội vụ", "option-1": "Tỉnh Đoàn"}, ["key:0"]),
    "multiple_choice": ({"option-0": "Pa nô", "option-1": "Tờ gấp"}, ["key:0", "key:1"]),
    "true_false": ({}, ["key:1"]),
    "statements": (
        {"statement-0": "Có sáu nhiệm vụ", "statement-1": "Không có kinh phí"},
        ["verdict-0:T", "verdict-1:F"],
    ),
    "matching": (
        {"left-0": "Phong trào", "right-0": "Tỉnh Đoàn", "left-1": "Báo", "right-1": "Báo tỉnh"},
        [],
    ),
    "ordering": ({"part-0": "Tiếp nhận", "part-1": "Xử lý", "part-2": "Trả kết quả"}, []),
    "short_answer": ({"accept-0": "Đắk Lắk"}, []),
    "numeric": ({"value-0": "3,5", "unit": "tỷ đồng"}, []),
    "cloze": ({"gap-1-accept-0": "Sở Nội vụ"}, []),
    "essay": ({"criterion-0": "Nêu đúng khái niệm", "points-0": "2"}, []),
}


def reach(page, field):
    """Go to a field with the keyboard alone, from where the person is."""
    for _ in range(120):
        page.keyboard.press("Tab")
        if page.evaluate("field => document.activeElement.name === field", field):
            return
    raise AssertionError(f"{field} is not reached by Tab")


def choose(page, chosen):
    name, value = chosen.split(":")
    here = "([name, value]) => document.activeElement.name === name && " + (
        "document.activeElement.value === value"
    )
    for _ in range(160):
        if page.evaluate(here, [name, value]):
            page.keyboard.press("Space")
            return
        is_radio = page.evaluate(
            "name => ((one) => one.name === name && one.type === 'radio')(document.activeElement)",
            name,
        )
        page.keyboard.press("ArrowDown" if is_radio else "Tab")
    raise AssertionError(f"{chosen} is not reached")


def bank_of(site):
    return site.value("SELECT public_id FROM bank ORDER BY id")


def write_by_keyboard(page, address, kind):
    typed, chosen = PARTS[kind]
    page.goto(f"{address}?loai={kind}", wait_until="networkidle")
    reach(page, "stem")
    page.keyboard.type(f"Hỏi bằng bàn phím, loại {kind}?")
    if kind == "cloze":
        page.evaluate("document.querySelector('[data-gap]').focus()")
        page.keyboard.press("Enter")
        page.wait_for_selector("#gap-1-title")
        page.evaluate("document.querySelector('[name=stem]').focus()")
    for name, text in typed.items():
        reach(page, name)
        page.keyboard.press("Control+A")
        page.keyboard.type(text)
    if chosen:
        page.evaluate("document.querySelector('[name=stem]').focus()")
    for one in chosen:
        choose(page, one)
    page.evaluate("document.querySelector('form.split .btn--primary').focus()")
    page.keyboard.press("Enter")
    page.wait_for_url("**/ngan-hang/cau/*")


def test_every_type_is_written_by_keyboard_alone(visit, site):
    page = visit(DESK, code="author")
    address = f"/ngan-hang/{bank_of(site)}/soan"

    for kind in PARTS:
        write_by_keyboard(page, address, kind)

    count = "SELECT count(*) FROM item_version WHERE stem LIKE 'Hỏi bằng bàn phím%'"
    assert site.value(count) == len(PARTS)


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
