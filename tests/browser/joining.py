"""Joining the demo's contest as somebody new, and standing in an attempt of its open round."""

import re
from itertools import count

from playwright.sync_api import expect

from tests.browser.driving import Hand
from tests.browser.serving import SLUG

CONTEST = f"/cuoc-thi/{SLUG}"
PASSWORD = "Mùa cà phê nở trắng"
PHONES = count(905_100_001)
RESPONSES = """SELECT position, lease_no, answer, is_late FROM response
    WHERE attempt_id = (SELECT id FROM attempt WHERE public_id = ?)
    ORDER BY received_at, position, seq"""


def register(page, name, *, hand=None):
    """Go from the contest's page to the page before the clock, as a newcomer does."""
    hand = hand or Hand(page)
    page.goto(CONTEST)
    hand.press(re.compile("Vào thi"))
    hand.fill("#full_name", name)
    hand.fill("#phone", f"0{next(PHONES)}")
    hand.fill("#password", PASSWORD)
    hand.fill("#unit_text", "buon ma thuot")
    hand.pick(page.get_by_role("option", name="Phường Buôn Ma Thuột").first)
    hand.fill("#birth_date", "20/05/1998")
    hand.choose("#category", "youth_member")
    hand.tick("#take_part")
    hand.press("Đăng ký và tiếp tục")
    page.wait_for_url("**/thi/vong/*")
    return hand


def begin(page, *, hand=None):
    hand = hand or Hand(page)
    hand.tick("#honest")
    hand.press("Bắt đầu tính giờ")
    page.wait_for_url("**/thi/bai/*")
    return page.url.rpartition("/")[2]


def ready(page):
    expect(page.locator("#save-words")).not_to_have_text("Lưu khi chuyển câu")


def saved(page):
    expect(page.locator("#save-words")).to_have_text(re.compile("^Đã lưu"))
