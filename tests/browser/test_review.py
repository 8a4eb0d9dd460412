"""A question submitted, returned, reviewed and approved by three people, with the keyboard only."""

from dataclasses import replace
from datetime import timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from accounts import granting, issuing, registering
from accounts.registering import Applicant
from accounts.rules.authorizing import Role, ScopeKind
from core import clock
from core.db import db
from questions import authoring, reviewing
from questions.models import Item, ReviewSteps
from tests.browser import keyboard, scene
from tests.browser.driving import DESK, PHONE, shoot, sign_in

pytestmark = pytest.mark.browser

PEOPLE = {
    "writer": ("H’Len Niê", Role.AUTHOR),
    "reviewer": ("Nguyễn Thị Lụa", Role.REVIEWER),
    "approver": ("Y Moan Êban", Role.APPROVER),
}


@pytest.fixture
def office(site):
    """A bank in two steps with a draft in it; the codes of its three people."""
    with scene.application(site):
        now = clock.now()
        owner = scene._named("Lê Thị Mai")
        bank = authoring.create_bank(owner, f"Câu hỏi thẩm định, {now:%H.%M.%S.%f}", at=now)
        reviewing.set_steps(owner, bank, ReviewSteps.TWO, at=now)
        codes, people = {}, {}
        for key, (name, role) in PEOPLE.items():
            person = registering.register(Applicant(name), at=now)
            granting.give(owner, person, role, (ScopeKind.BANK, bank.id), at=now)
            codes[key] = issuing.issue(None, person, at=now, lasts=timedelta(days=1)).code
            people[key] = person
        first = db.session.scalar(select(Item).order_by(Item.id))
        source = replace(authoring.as_new(first), code="")
        item = authoring.create(people["writer"], bank, source, at=now)
        return codes, item.public_id, item.code


def submit(page, public_id):
    page.goto(f"/ngan-hang/cau/{public_id}")
    keyboard.press(page, "Gửi thẩm định")
    expect(page.get_by_role("status").first).to_contain_text("đang chờ người thẩm định")


def open_first(page, public_id):
    page.goto("/ngan-hang/tham-dinh")
    keyboard.press(page, "Xem lần lượt từng câu")
    page.wait_for_url(f"**/tham-dinh/{public_id}*")
    # The switch is shown once the shortcuts are listened for.
    expect(page.locator("#shortcuts")).to_be_visible()


def send_back(page, code):
    page.keyboard.press("t")
    page.keyboard.type("Ghi rõ điều, khoản")
    keyboard.press(page, "Trả lại người soạn")
    expect(page.get_by_role("status").first).to_contain_text(f"Đã trả câu {code}")


def pass_on(page, code, button):
    page.keyboard.press("d")
    expect(page.get_by_role("button", name=button)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text(f"Đã thông qua câu {code}")


def test_question_is_submitted_reviewed_and_approved_with_the_keyboard_only(visit, office):
    codes, public_id, code = office
    writer, reviewer, approver = (visit(DESK) for _ in codes)
    for page, key in zip((writer, reviewer, approver), codes, strict=True):
        sign_in(page, codes[key])

    submit(writer, public_id)
    open_first(reviewer, public_id)
    shoot(reviewer, "review-1-look")
    send_back(reviewer, code)
    submit(writer, public_id)
    shoot(writer, "review-2-submitted")
    open_first(reviewer, public_id)
    pass_on(reviewer, code, "Đồng ý, chuyển duyệt")
    open_first(approver, public_id)
    pass_on(approver, code, "Duyệt: cho dùng vào đề")

    writer.reload()
    expect(writer.locator("h1")).to_contain_text("Dùng được")
    expect(writer.locator("main")).to_contain_text("Ghi rõ điều, khoản")
    shoot(writer, "review-3-usable")


def test_shortcuts_of_the_review_are_silent_in_fields_and_can_be_switched_off(visit, office):
    codes, public_id, _code = office
    writer, reviewer = visit(PHONE), visit(DESK)
    sign_in(writer, codes["writer"])
    sign_in(reviewer, codes["reviewer"])
    submit(writer, public_id)

    reviewer.goto(f"/ngan-hang/tham-dinh/{public_id}")
    expect(reviewer.locator("#shortcuts")).to_be_visible()
    reviewer.keyboard.press("t")
    reviewer.keyboard.type("dt")
    typed = reviewer.input_value("#reason")
    reviewer.uncheck("#shortcuts")
    reviewer.locator("h1").click()
    reviewer.keyboard.press("d")

    assert typed == "dt"
    assert reviewer.evaluate("document.activeElement.dataset.key") is None
