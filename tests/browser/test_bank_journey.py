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
    follow(page, "Chờ thẩm định, duyệt", "**/ngan-hang/tham-dinh")
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
    follow(page, "Chờ thẩm định, duyệt", "**/ngan-hang/tham-dinh")
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
    """Write a blueprint of one line that takes every question, of a point each."""
    keyboard.fill(page, "Tên ma trận đề", "Đủ các dạng câu hỏi")
    keyboard.fill(page, "Số câu, dòng 1", str(len(QUESTIONS)))
    expect(page.get_by_text("Ngân hàng đủ câu cho ma trận này.")).to_be_visible()
    look(page, "blueprint")
    with page.expect_navigation(url="**/ma-tran/*"):
        page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("Đã lưu ma trận đề.")
    keyboard.skip(page)


def draw(page):
    """Draw two papers of the same questions from the blueprint."""
    follow(page, "Rút đề", "**/rut")
    keyboard.fill(page, "Số mã đề", "2")
    look(page, "draw")
    with page.expect_navigation(url="**/bo-de/*"):
        keyboard.press(page, "Rút đề")
    expect(page.get_by_role("link", name="101", exact=True)).to_be_visible()
    look(page, "set")
    keyboard.skip(page)


def test_owner_draws_a_paper_set_that_shows_what_was_approved(arrive, office, site):
    page = arrive(office.codes["owner"])
    keyboard.skip(page)
    follow(page, TITLE, "**/ngan-hang/*")
    look(page, "bank")
    follow(page, "Ma trận đề", "**/ma-tran")
    look(page, "blueprints-empty")
    follow(page, "Lập ma trận đề", "**/ma-tran/moi")
    write_blueprint(page)
    draw(page)

    follow(page, "101", "**/de/101")
    page.wait_for_function("() => document.querySelector('img.sheet').naturalWidth > 800")
    look(page, "paper")
    assert seen_all([page.locator("section[aria-labelledby=s2], aside").first.inner_text()])


# --- Taken -------------------------------------------------------------------------------------


@pytest.fixture
def entrance(office, site):
    """A round that draws from the blueprint, and a way in for somebody entered; as the rows say."""
    with scene.application(site):
        bank = db.session.scalar(select(Bank).where(Bank.public_id == office.bank))
        made = db.session.scalar(select(Blueprint).where(Blueprint.bank_id == bank.id))
        round_ = factories.round_(blueprint=made, title="Vòng thi thử bàn phím", minutes=40)
        person = factories.enrolment(round_.contest, factories.account(full_name="H’Bia Niê"))
        issued = issuing.issue(None, person.account, at=clock.now(), lasts=timedelta(days=1))
        return round_.public_id, issued.code


def begin(page, round_id):
    """Start the clock, and wait until the page keeps itself; return the attempt's id."""
    page.goto(f"/thi/vong/{round_id}")
    look(page, "start")
    keyboard.tick(page, "Tôi tự làm bài")
    with page.expect_navigation(url="**/thi/bai/*"):
        keyboard.press(page, "Bắt đầu tính giờ")
    ready(page)
    shell_kept(page)
    return page.url.partition("#")[0].rpartition("/")[2]


def question_at(slot):
    """Return the question that stands in a slot, told by its stem."""
    stem = slot.locator("[data-stem]")
    shown = stem.get_attribute("data-stem") or stem.inner_text()
    words = " ".join(shown.split())
    return next(one for one in QUESTIONS if words.startswith(one.begins.strip()))


def answer_all(page):
    """Answer the questions as they come; return their kinds."""
    kinds = []
    for position in range(1, len(QUESTIONS) + 1):
        slot = page.locator(f"#slot-{position}")
        expect(slot).to_be_visible()
        question = question_at(slot)
        question.answer(page)
        page.keyboard.press("Tab")
        saved(page)
        kinds.append(question.kind)
        look(page, f"attempt-{QUESTIONS.index(question) + 1:02}")
        keyboard.press(page, "Xem lại" if position == len(QUESTIONS) else "Câu tiếp")
    return kinds


def test_participant_answers_every_type_and_gets_the_result(arrive, entrance, site):
    round_id, code = entrance
    page = arrive(code)
    attempt = begin(page, round_id)

    kinds = answer_all(page)
    expect(page.locator("h1")).to_have_text(re.compile("Đã trả lời đủ 10 câu"))
    look(page, "review")
    with page.expect_navigation(url="**/bien-nhan"):
        keyboard.press(page, "Nộp bài")
    look(page, "receipt")
    with page.expect_navigation():
        keyboard.press(page, "Xem kết quả")
    look(page, "result")

    assert sorted(kinds) == sorted(one.kind for one in QUESTIONS)
    assert site.value("SELECT correct FROM attempt WHERE public_id = ?", attempt) == 9
    expect(page.locator("h1")).to_have_text("Bạn đúng 9 trên 10 câu")
