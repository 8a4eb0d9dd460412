"""A question of every type from its author to whoever answers it, with the keyboard only.

Each test is one person's part and goes on from what the person before left: what was written is
what is reviewed, approved, drawn and taken.
"""

import re
from dataclasses import dataclass, field
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
from questions.models import Bank, Blueprint, ReviewSteps
from tests import factories
from tests.browser import keyboard, scene
from tests.browser.driving import DESK, PHONE, load_axe, shell_kept, shoot, violations
from tests.browser.journey import PROGRAMME, QUESTIONS
from tests.browser.test_participant import ready, saved

pytestmark = pytest.mark.browser

TITLE = "Chương trình tổng thể cải cách hành chính 2021–2030"
PEOPLE = {
    "author": ("H’Len Niê", Role.AUTHOR),
    "reviewer": ("Nguyễn Thị Lụa", Role.REVIEWER),
    "approver": ("Y Moan Êban", Role.APPROVER),
    "owner": ("Lê Văn Hòa", Role.BANK_OWNER),
}
STATES = """SELECT stem, state FROM item JOIN item_version ON item_version.id = current_id
    WHERE item.bank_id = (SELECT id FROM bank WHERE public_id = ?)"""


@dataclass
class Office:
    """A bank in two steps of review, empty at first, and the codes of those who work in it."""

    bank: str
    codes: dict = field(default_factory=dict)


@pytest.fixture(scope="module")
def office(site):
    with scene.application(site):
        now = clock.now()
        owner = scene._named("Lê Thị Mai")
        bank = authoring.create_bank(owner, TITLE, at=now)
        reviewing.set_steps(owner, bank, ReviewSteps.TWO, at=now)
        made = Office(bank.public_id)
        for key, (name, role) in PEOPLE.items():
            person = registering.register(Applicant(name), at=now)
            granting.give(owner, person, role, (ScopeKind.BANK, bank.id), at=now)
            made.codes[key] = issuing.issue(None, person, at=now, lasts=timedelta(days=1)).code
        return made


@pytest.fixture
def arrive(visit):
    """Let somebody sign in with a slip at a desk, by keyboard."""

    def arrive(code):
        page = visit(DESK)
        page.goto("/phieu")
        keyboard.fill(page, "Mã trên phiếu", code)
        keyboard.press(page, "Đăng nhập")
        page.wait_for_url(lambda address: not address.endswith("/phieu"))
        page.wait_for_load_state()
        return page

    return arrive


def follow(page, name, address):
    """Go to a link or button by its name, press Enter, and skip to what the new page says."""
    with page.expect_navigation(url=address):
        keyboard.press(page, name)
    keyboard.skip(page)


def look(page, name):
    """Keep pictures of the page in both widths; axe finds nothing, nothing sticks out."""
    load_axe(page)
    for size in (PHONE, DESK):
        page.set_viewport_size(size)
        shoot(page, f"journey-{name}-{size['width']}")
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]


# --- Written -----------------------------------------------------------------------------------


def open_bank(page):
    page.wait_for_url("**/ngan-hang/")
    keyboard.skip(page)
    look(page, "banks")
    follow(page, TITLE, "**/ngan-hang/*")


def write(page, question, number):
    """Choose the type, write the question, class it, save it and submit it."""
    follow(page, question.kind, "**/soan?loai=*")
    question.write(page)
    keyboard.pick(page, "Nhận biết")
    if number == 1:
        keyboard.choose(page, "Văn bản", PROGRAMME)
        keyboard.fill(page, "Điều, khoản", "Khoản 2 Mục II")
    expect(page.locator("#xem-truoc .question")).to_be_visible()
    look(page, f"editor-{number:02}")
    with page.expect_navigation(url="**/ngan-hang/cau/*"):
        keyboard.press(page, "Lưu câu hỏi")
    expect(page.get_by_role("status").first).to_contain_text("Đã lưu câu hỏi")
    keyboard.skip(page)
    with page.expect_navigation(url="**/ngan-hang/cau/*"):
        keyboard.press(page, "Gửi thẩm định")
    expect(page.get_by_role("status").first).to_contain_text("đang chờ người thẩm định")
    look(page, f"item-{number:02}")
    keyboard.skip(page)


def test_author_writes_and_submits_a_question_of_every_type(arrive, office, site):
    page = arrive(office.codes["author"])
    open_bank(page)
    look(page, "bank-empty")

    follow(page, "Soạn câu hỏi", "**/soan")
    look(page, "kinds")
    for number, question in enumerate(QUESTIONS, start=1):
        write(page, question, number)
        if number < len(QUESTIONS):
            follow(page, "Soạn câu khác", "**/soan")

    states = site.rows(STATES, office.bank)
    assert [state for _stem, state in states] == ["submitted"] * len(QUESTIONS)


# --- Reviewed and approved ---------------------------------------------------------------------


def open_queue(page, name):
    follow(page, "Chờ bạn", "**/ngan-hang/tham-dinh")
    expect(page.locator("h1")).to_contain_text(str(len(QUESTIONS)))
    look(page, name)


def pass_on(page, button):
    """Go to the button by its shortcut, press it; return how the question began that was passed."""
    expect(page.locator("#shortcuts")).to_be_visible()
    begins = page.locator("section[aria-labelledby=h-says]").inner_text()
    page.keyboard.press("d")
    expect(page.get_by_role("button", name=button)).to_be_focused()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("Đã thông qua câu")
    return begins


def seen_all(texts):
    """Say whether every question stands in one of the texts, with its words as they are read."""
    whole = " ".join(" ".join(texts).split())
    return all(one.begins in whole for one in QUESTIONS)


def test_reviewer_passes_each_question_on_by_shortcut(arrive, office, site):
    page = arrive(office.codes["reviewer"])
    open_queue(page, "queue")
    keyboard.press(page, "Xem lần lượt từng câu")
    page.wait_for_url("**/tham-dinh/*")
    look(page, "look")

    seen = [pass_on(page, "Đồng ý, chuyển duyệt") for _question in QUESTIONS]

    assert seen_all(seen)
    assert {state for _stem, state in site.rows(STATES, office.bank)} == {"reviewed"}
    expect(page.locator("main")).to_contain_text("Không có câu nào")
    look(page, "queue-empty")


def test_approver_passes_those_opened_in_one_go_from_the_queue(arrive, office, site):
    page = arrive(office.codes["approver"])
    open_queue(page, "queue-approval")
    keyboard.press(page, "Xem lần lượt từng câu")
    page.wait_for_url("**/tham-dinh/*")
    expect(page.locator("#shortcuts")).to_be_visible()
    for _question in QUESTIONS[1:]:
        with page.expect_navigation():
            page.keyboard.press("ArrowRight")
        expect(page.locator("#shortcuts")).to_be_visible()
    follow(page, "Chờ bạn", "**/ngan-hang/tham-dinh")
    codes = page.get_by_role("checkbox", name="Thông qua").all()
    names = [one.get_attribute("aria-label") for one in codes]
    keyboard.each(page, dict.fromkeys(names), lambda page, _told: page.keyboard.press("Space"))
    look(page, "queue-ticked")
    with page.expect_navigation():
        keyboard.press(page, "Thông qua các câu đã chọn")

    expect(page.get_by_role("status").first).to_contain_text(str(len(QUESTIONS)))
    states = site.rows(STATES, office.bank)
    assert [state for _stem, state in states] == ["usable"] * len(QUESTIONS)


# --- Drawn -------------------------------------------------------------------------------------


def write_blueprint(page):
    """Write a blueprint with one line that takes every question, of ten points in all."""
    keyboard.fill(page, "Tên ma trận đề", "Đủ các dạng câu hỏi")
    keyboard.fill(page, "Số câu, dòng 1", str(len(QUESTIONS)))
    keyboard.press(page, "Bỏ dòng 2")
    page.wait_for_load_state()
    look(page, "blueprint")


def test_owner_draws_a_paper_set_that_shows_what_was_approved(arrive, office, site):
    page = arrive(office.codes["owner"])
    follow(page, TITLE, "**/ngan-hang/*")
    look(page, "bank")
    follow(page, "Ma trận đề", "**/ma-tran")
    look(page, "blueprints-empty")
    follow(page, "Lập ma trận đề", "**/ma-tran/moi")
    write_blueprint(page)
    assert site
