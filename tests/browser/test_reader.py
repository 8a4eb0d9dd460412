"""The whole attempt as a screen reader says it, from the start to the receipt, kept as a text."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests.browser import reading
from tests.browser.playing import PAPER, arrive, choose, cut, let_pass, mend, ready

pytestmark = pytest.mark.browser

# How quick the machine is does not matter: every time of day and every time left reads alike.
PASSING = (
    (re.compile(r"\d\d:\d\d:\d\d"), "hh:mm:ss"),
    (re.compile(r"Đã có mạng lại, [^.”]*"), "Đã có mạng lại, …"),
    (re.compile(r"timer: .*"), "timer: Còn … phút … giây"),
    (re.compile(r"“\d+ phút( \d+ giây)?”"), "“… phút … giây”"),
    (re.compile(r"(thứ\s\w+|Chủ\snhật),\s\d\d/\d\d/\d{4}"), "thứ …, dd/mm/yyyy"),
)


@pytest.fixture
def desk(served):
    """A short paper of every kind of place: one key, several keys, true or false, a number."""
    served.desk.__init__(minutes=12, items=3)
    return served.desk


class Reader:
    """Somebody who reads the page by its words alone, and writes down what is said."""

    def __init__(self, page, desk):
        self.page, self.desk, self.lines = page, desk, []

    def read(self, title):
        self.lines += [f"## {title}", *reading.transcript(self.page), ""]

    def listen(self, title):
        self.lines += [f"## {title}", *reading.told(self.page), ""]

    def choose(self, position, keys, *rows):
        for key in keys:
            choose(self.page, position, key)
        self.wait(lambda: len(self.desk.arrived) >= len(rows))
        arrive(self.page, self.desk, *rows)
        expect(self.page.locator("#save")).to_have_attribute("data-state", "saved")

    def wait(self, is_so):
        """Let the clock of the page, which stands, go on until it is so."""
        for _ in range(200):
            if is_so():
                return
            self.page.clock.run_for(100)
            self.page.wait_for_timeout(10)

    def heard(self):
        """Return the whole text, without what differs from one time to the next."""
        lines = self.lines
        for pattern, words in PASSING:
            lines = [pattern.sub(words, line) for line in lines]
        return lines


def answer(reader):
    """Answer two questions and flag one."""
    reader.read("Câu 1")
    reader.choose(1, "b", (1, 1, "b"))
    reader.page.keyboard.press("f")
    reader.read("Câu 1 đã chọn B, có đánh dấu")
    reader.page.keyboard.press("ArrowRight")
    reader.choose(2, "ac", (1, 1, "b"), (2, 1, "a"), (2, 2, "a,c"))
    reader.read("Câu 2, hai phương án")


def answer_offline(reader):
    """Hear that ten minutes are left, lose the network, answer, and get it back."""
    page = reader.page
    let_pass(page, reader.desk, 121)
    reader.listen("Còn 10 phút")
    page.wait_for_timeout(
        500
    )  # what is on its way arrives: with the clock standing nothing follows
    cut(page, reader.desk)
    reader.wait(page.locator("#notice-offline").is_visible)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("a")
    page.clock.run_for(1_000)
    expect(page.locator("#save-words")).to_have_text("Đang ngoại tuyến – 1 câu chờ gửi")
    reader.listen("Mất mạng")
    reader.read("Câu 3 khi mất mạng")
    mend(page, reader.desk)
    reader.wait(page.locator("#notice-offline").is_hidden)
    reader.choose(3, "", (1, 1, "b"), (2, 1, "a"), (2, 2, "a,c"), (3, 1, "a"))
    reader.listen("Có mạng lại")


def predict(reader):
    """Give the number, and get more time meanwhile."""
    page = reader.page
    page.keyboard.press("ArrowRight")
    page.locator("#du-doan-4").focus()
    page.keyboard.type("1350")
    page.keyboard.press("Tab")
    reader.choose(4, "", (1, 1, "b"), (2, 1, "a"), (2, 2, "a,c"), (3, 1, "a"), (4, 1, "1350"))
    reader.read("Câu dự đoán")
    reader.desk.ends += timedelta(minutes=5)
    page.clock.run_for(5_000)
    expect(page.locator("#notice-times")).to_be_visible()
    reader.listen("Được thêm giờ")


def look_up(reader):
    """Open the list of keys and the display."""
    page = reader.page
    for key, box, title in (("Shift+?", "#keymap", "Phím tắt"), ("v", "#view", "Hiển thị")):
        page.keyboard.press(key)
        expect(page.locator(box)).to_be_visible()
        reader.read(title)
        page.keyboard.press("Escape")


def hand_in(reader):
    """Review, open the receipts, hand in, read the receipt."""
    page = reader.page
    page.keyboard.press("r")
    page.locator("#receipts summary").click()
    reader.read("Xem lại")
    page.locator("#submit").click()
    page.wait_for_url("**/bien-nhan")
    expect(page.locator("[data-receipts]")).to_be_visible()
    expect(page.get_by_role("button", name="Lưu biên nhận")).to_be_visible()
    reader.read("Biên nhận")


def test_screen_reader_says_the_whole_attempt(context, desk):
    page = context.new_page()
    page.clock.install()
    reader = Reader(page, desk)
    page.goto("/thi/bat-dau")
    reader.read("Trang bắt đầu")
    page.goto(PAPER)
    ready(page)
    page.clock.pause_at(page.evaluate("Date.now()") / 1000 + 1)
    page.evaluate(reading.LISTEN)

    answer(reader)
    answer_offline(reader)
    predict(reader)
    look_up(reader)
    hand_in(reader)

    reading.compare("attempt", reader.heard())
