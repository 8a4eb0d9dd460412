"""From a Word file of questions to published results, as an organiser does it in a browser."""

import csv
import io
import re
import sys
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from core import clock
from core.vietnam import say_moment
from tests.browser.driving import DESK, PHONE, Hand, shoot
from tests.browser.scene import FILES

pytestmark = pytest.mark.browser

TITLE = "Tìm hiểu cải cách hành chính xã Ea Knốp"
BANK = "Câu hỏi xã Ea Knốp"
MOST_SECONDS = 600


def import_questions(hand):
    """Take the Word file into a bank of its own: upload, preview, one button."""
    page = hand.page
    hand.press("Ngân hàng câu hỏi")
    hand.fill("#title", BANK)
    hand.press("Tạo ngân hàng")
    hand.press("Nhập từ Word, Excel")
    hand.give("#file", FILES / "01-bold-option.docx")
    hand.press("Đọc tệp và xem trước")
    expect(page.get_by_role("heading", name="Xem trước khi nhập")).to_be_visible()
    shoot(page, "organizer-1-preview")
    hand.press(re.compile(r"Nhập \d+ câu không có lỗi"))
    expect(page.get_by_role("status").first).to_contain_text("Đã lưu 24 câu vào ngân hàng")
    shoot(page, "organizer-2-imported")


def make_contest(hand):
    """Make a contest with one round from the bank, make both ready and open the round."""
    page = hand.page
    hand.press("Cuộc thi")
    hand.press("Tạo cuộc thi")
    hand.fill("input#title", TITLE)
    hand.press("Lưu và thêm vòng thi")
    expect(page.locator("#bank_id option:checked")).to_have_text(BANK)
    hand.choose("#target", "pct_fully_correct")
    hand.fill("#decimals", "2")
    shoot(page, "organizer-3-round")
    hand.press("Lưu và chuyển sang sẵn sàng")
    shoot(page, "organizer-4-ready")
    hand.press(TITLE)
    hand.press("Công bố")
    shoot(page, "organizer-5-contest")
    hand.press("Tuần 1")
    expect(page.locator("h1")).to_contain_text("Đang mở")
    shoot(page, "organizer-6-open")


def take(page, slug, attempts):
    """Let a visitor find the contest on the home page, enter, answer and submit."""
    page.goto("/")
    page.get_by_role("heading", name=TITLE).get_by_role("link").click()
    assert page.url.endswith(slug)
    page.get_by_role("link", name=re.compile("Vào thi")).first.click()
    page.fill("#full_name", "Nguyễn Văn Cừ")
    page.fill("#phone", "0905 300 001")
    page.fill("#password", "Cầu treo Buôn Đôn")
    page.fill("#unit_text", "ea knop")
    page.get_by_role("option").first.click()
    page.check("#take_part")
    page.locator("main button[type=submit]").click()
    page.wait_for_url("**/thi/vong/*")
    page.check("#honest")
    page.locator("main button.btn--primary[type=submit]").click()
    page.wait_for_url("**/thi/bai/*")
    expect(page.locator("#save-words")).not_to_have_text("Lưu khi chuyển câu")
    page.keyboard.press("a")
    expect(page.locator("#save-words")).to_have_text(re.compile("^Đã lưu"))
    for _ in range(10):
        page.keyboard.press("ArrowRight")
    page.fill("#du-doan-11", "12,5")
    page.keyboard.press("Tab")
    page.keyboard.press("r")
    page.locator("#submit").click()
    page.wait_for_url("**/bien-nhan")
    attempts.append(page.url)


def close_and_publish(hand):
    """Extend the round, close it early after all, compute its results and make them public."""
    page = hand.page
    hand.press("Gia hạn")
    hand.fill("#closes_at", say_moment(clock.now() + timedelta(days=30)))
    hand.fill("#reason", "Mưa lũ, mất điện diện rộng")
    hand.press("Gia hạn vòng thi")
    expect(page.get_by_role("status").first).to_contain_text("Đã gia hạn vòng thi")
    hand.press("Đóng sớm")
    hand.fill("#reason", "Mọi người đã nộp bài")
    hand.press("Đóng ngay")
    expect(page.get_by_role("status").first).to_contain_text("Đã đóng vòng thi")
    shoot(page, "organizer-7-closed")
    hand.press("Kết quả")
    hand.press("Tính kết quả")
    hand.fill("#reason", "Tính lần đầu")
    hand.press("Tính kết quả")
    hand.press("Công bố")
    hand.press("Công bố")
    expect(page.get_by_role("status").first).to_contain_text("Đã công bố kết quả")
    shoot(page, "organizer-8-results")


def export(hand, kind):
    """Write the results to a file and return its bytes."""
    hand.actions += 1
    hand.page.check(f"input[name=form][value={kind}]")
    with hand.page.expect_download() as waiting:
        hand.press("Xuất kết quả")
    return waiting.value.path().read_bytes()


def test_word_file_becomes_published_results_within_ten_minutes_of_work(visit, site):
    page = visit(DESK, code="organizer")
    hand, attempts = Hand(page), []
    import_questions(hand)
    make_contest(hand)
    slug = site.value("SELECT slug FROM contest WHERE title = ?", TITLE)
    take(visit(PHONE), slug, attempts)
    close_and_publish(hand)
    table = list(csv.reader(io.StringIO(export(hand, "csv").decode("utf-8-sig")), delimiter=";"))
    book = export(hand, "xlsx")

    sys.stdout.write(
        f"organiser: {hand.actions} actions, {hand.letters} letters, {hand.seconds:.0f} s\n"
    )
    assert hand.seconds <= MOST_SECONDS
    check_table(table)
    check_book(book, table)
    status, said = site.run("contest", "verify", slug)
    assert status == 0, said
    assert ", 0 faults" in said


def check_table(table):
    """Look over the sheet as an office opens it: decimal commas, nothing that is a formula."""
    head, *rows = table
    (cells,) = [dict(zip(head, row, strict=True)) for row in rows]

    assert cells["Dự đoán"] == "12,5"
    assert cells["Xếp hạng"] == "1"
    assert not any(cell.startswith(("=", "+", "@")) for cell in cells.values())


def check_book(book, table):
    import python_calamine

    opened = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(book))
    head, row = opened.get_sheet_by_index(0).to_python()
    told = dict(zip(head, row, strict=True))

    assert head == table[0]
    assert (told["Dự đoán"], told["Xếp hạng"], told["Họ và tên"]) == (12.5, 1, table[1][2])
    assert opened.sheet_names[1] == "Thống kê"
