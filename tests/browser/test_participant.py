"""What a participant does, in a real browser on a small phone, against the whole site."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.driving import Hand, shell_kept, shoot
from tests.browser.joining import (
    CONTEST,
    PASSWORD,
    PHONES,
    RESPONSES,
    begin,
    ready,
    register,
    saved,
)

pytestmark = pytest.mark.browser

FIELDS = "main input:not([type=hidden]):not([type=checkbox]), main select, main textarea"


def answer(page, positions, key="a"):
    """Answer questions by the keyboard alone; return what was chosen, by position."""
    chosen = {}
    for position in positions:
        expect(page.locator("#where")).to_have_text(f"Câu {position}")
        options = page.locator(f"#slot-{position} .option input").count()
        page.keyboard.press(key if "abcdefgh".index(key) < options else "b")
        inputs = page.locator(f"#slot-{position} .option input:checked")
        chosen[position] = ",".join(sorted(one.input_value() for one in inputs.all()))
        page.keyboard.press("ArrowRight")
    return chosen


def tab_to(page, selector):
    """Press Tab until the focus is there."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("sought => document.activeElement.matches(sought)", selector):
            return
    raise AssertionError(f"the keyboard does not reach {selector}")


def test_newcomer_registers_with_six_fields_and_begins_within_twelve_interactions(visit):
    page = visit()
    page.goto(CONTEST)
    shoot(page, "participant-1-contest")
    hand = Hand(page)
    page.goto(f"{CONTEST}/dang-ky")
    fields = page.locator(FIELDS).filter(visible=True).count()
    shoot(page, "participant-2-register")

    register(page, "Nguyễn Thị Hồng Thắm", hand=hand)
    shoot(page, "participant-3-start")
    begin(page, hand=hand)

    assert fields <= 6
    assert hand.actions <= 12


def start_by_keyboard(page):
    """Tick the box and start the clock by Tab, Space and Enter; return the attempt."""
    tab_to(page, "#honest")
    page.keyboard.press("Space")
    tab_to(page, "main button[type=submit]")
    page.keyboard.press("Enter")
    page.wait_for_url("**/thi/bai/*")
    ready(page)
    page.clock.run_for(1500)
    shell_kept(page)
    shoot(page, "participant-4-attempt")
    return page.url.partition("#")[0].rpartition("/")[2]


def answer_offline(page):
    """Lose the network for two minutes, answer, reload in the middle, answer on, get it back."""
    page.context.set_offline(True)
    given = answer(page, range(9, 12), "b")
    page.clock.fast_forward(60_000)
    expect(page.locator("#save-words")).to_have_text("Đang ngoại tuyến – 3 câu chờ gửi")
    shoot(page, "participant-5-offline")
    page.reload()
    ready(page)
    expect(page.locator("#slot-11 input:checked")).to_have_count(1)
    here = int(page.locator("#where").inner_text().split()[1])
    given |= answer(page, range(here, 15), "c")
    page.clock.fast_forward(60_000)
    page.context.set_offline(False)
    page.clock.run_for(20_000)
    saved(page)
    return given


def predict_and_submit(page):
    expect(page.locator("#where")).to_have_text("Câu dự đoán")
    tab_to(page, "#du-doan-21")
    page.keyboard.type("135")
    page.keyboard.press("Tab")
    saved(page)
    shoot(page, "participant-6-prediction")
    page.keyboard.press("r")
    expect(page.locator("h1")).to_have_text(re.compile("Đã trả lời đủ 20 câu"))
    shoot(page, "participant-7-review")
    tab_to(page, "#submit")
    page.keyboard.press("Enter")
    page.wait_for_url("**/bien-nhan")
    shoot(page, "participant-8-receipt")


def test_round_by_the_keyboard_with_two_minutes_offline_and_a_reload_loses_nothing(visit, site):
    page = visit()
    register(page, "Y Thắng Niê")
    page.clock.install()
    attempt = start_by_keyboard(page)

    given = answer(page, range(1, 9))
    saved(page)
    given |= answer_offline(page)
    given |= answer(page, range(15, 21), "d")
    predict_and_submit(page)

    expected = [(n, 1, chosen, 0) for n, chosen in given.items()] + [(21, 1, "135", 0)]
    assert site.rows(RESPONSES, attempt) == expected
    assert site.value("SELECT correct FROM attempt WHERE public_id = ?", attempt) is not None
    find_place(page)


def find_place(page):
    """Go from the receipt to the own result, the own page and the own row of the board."""
    page.get_by_role("link", name="Xem kết quả").click()
    expect(page.get_by_role("heading", name="Theo lĩnh vực")).to_be_visible()
    shoot(page, "participant-9-result")
    page.goto("/thi/")
    line = page.get_by_role("row").filter(has_text="Tuần 3")
    expect(line).to_contain_text(re.compile(r"\d+/20"))
    expect(line).to_contain_text(re.compile(r"\d+ / \d+"))
    shoot(page, "participant-10-mine")
    page.goto(f"{CONTEST}/bang-xep-hang/3/dong-cua-toi")
    expect(page.locator("#toi")).to_be_visible()
    shoot(page, "participant-11-board")


def test_second_browser_takes_over_and_the_first_only_reads_within_five_seconds(visit, site):
    first, second = visit(), visit()
    register(first, "H’Linh Êban")
    attempt = begin(first)
    ready(first)
    first.keyboard.press("a")
    saved(first)
    phone = next(PHONES) - 1
    second.goto("/dang-nhap")
    second.fill("#name", f"0{phone}")
    second.fill("#password", PASSWORD)
    second.locator("main button[type=submit]").click()
    second.wait_for_url("**/thi/")
    second.goto(f"/thi/bai/{attempt}")
    shoot(second, "participant-12-elsewhere")

    second.get_by_role("button", name="Làm tiếp ở máy này").click()

    expect(first.locator("#notice-displaced")).to_be_visible(timeout=5_000)
    expect(first.locator("#slot-1 .option input").first).to_be_disabled()
    expect(second.locator("#slot-1 .option input").first).to_be_enabled()
    ready(second)
    here = int(second.locator("#where").inner_text().split()[1])
    second.keyboard.press("b")
    saved(second)
    kept = [(slot, lease) for slot, lease, *_ in site.rows(RESPONSES, attempt)]
    assert kept == [(1, 1), (here, 2)]


def test_walk_without_a_script_registers_answers_two_questions_and_submits(visit, site):
    page = visit(java_script_enabled=False)
    page.goto(f"{CONTEST}/dang-ky")
    page.fill("#full_name", "Hoàng Văn Thụ")
    page.fill("#phone", f"0{next(PHONES)}")
    page.fill("#password", PASSWORD)
    page.fill("#unit_text", "ea knop")
    page.get_by_role("button", name="Tìm").click()
    page.get_by_role("radio").first.check()
    shoot(page, "participant-13-no-script-unit")
    page.fill("#password", PASSWORD)
    page.fill("#birth_date", "02/09/1990")
    page.select_option("#category", "civil_servant")
    page.check("#take_part")
    page.get_by_role("button", name="Đăng ký và tiếp tục").click()
    attempt = begin(page)

    page.locator("#slot-1 .option").first.click()
    page.get_by_role("button", name="Câu tiếp").click()
    page.wait_for_url("**/cau/2")
    page.locator("#slot-2 .option").nth(1).click()
    page.get_by_role("button", name="Câu tiếp").click()
    page.wait_for_url("**/cau/3")
    shoot(page, "participant-14-no-script-question")
    page.goto(f"/thi/bai/{attempt}/xem-lai")
    expect(page.locator("h1")).to_have_text("Còn 18 câu chưa trả lời")
    shoot(page, "participant-15-no-script-review")
    page.get_by_role("button", name="Nộp bài").click()
    page.wait_for_url("**/bien-nhan")

    assert [slot for slot, *_ in site.rows(RESPONSES, attempt)] == [1, 2]
    submitted = "SELECT submitted_at IS NOT NULL FROM attempt WHERE public_id = ?"
    assert site.value(submitted, attempt) == 1


def test_result_by_topic_sums_up_to_what_was_right(visit):
    page = visit(code="veteran")
    page.goto("/thi/")
    page.get_by_role("link", name="Tuần 1").first.click()
    expect(page.get_by_role("heading", name="Theo lĩnh vực")).to_be_visible()
    shoot(page, "participant-16-result")

    topics = page.locator("section[aria-labelledby=topics] li b.num").all_inner_texts()
    right = sum(int(one.split("/")[0]) for one in topics)
    whole = sum(int(one.split("/")[1]) for one in topics)

    assert whole == 20
    expect(page.locator("h1")).to_have_text(f"Bạn đúng {right} trên 20 câu")


def test_practice_attempt_gives_no_place_and_leaves_the_official_one(visit, site):
    page = visit()
    register(page, "Trần Ngọc Ánh")
    before = site.value("SELECT count(*) FROM standing")
    page.goto("/thi/")
    page.get_by_role("link", name=re.compile("Thi thử")).click()
    page.get_by_role("button", name="Bắt đầu tính giờ").click()
    page.wait_for_url("**/thi/bai/*")
    attempt = page.url.rpartition("/")[2]
    ready(page)
    page.keyboard.press("a")
    saved(page)
    page.keyboard.press("r")
    page.locator("#submit").click()
    page.wait_for_url("**/bien-nhan")
    shoot(page, "participant-17-practice-receipt")
    page.goto(CONTEST)
    page.get_by_role("link", name=re.compile("Vào thi")).first.click()
    page.wait_for_url("**/thi/vong/*")

    kinds = "SELECT kind FROM attempt WHERE public_id = ?"
    assert site.value(kinds, attempt) == "practice"
    assert site.value("SELECT count(*) FROM standing") == before
    expect(page.locator("h1")).to_contain_text("Bắt đầu làm bài Tuần 3")
