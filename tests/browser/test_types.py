"""Every type of question, taken on a small phone by the keyboard alone, the network lost midway."""

import json
import re

import pytest
from playwright.sync_api import expect

from questions.rules import marking
from questions.types import answers
from tests.browser.driving import DESK, PHONE, load_axe, shell_kept, shoot, sign_in, violations
from tests.browser.scene import essay_to_mark, round_of_every_type
from tests.browser.test_participant import ready, saved, tab_to
from tests.questions.contents import SOUND

pytestmark = pytest.mark.browser

ESSAY = "Cơ chế một cửa liên thông giúp người dân xã Ea Kar đi lại ít hơn. " * 8
NEWEST = """SELECT r.position, r.answer FROM response r
    WHERE attempt_id = (SELECT id FROM attempt WHERE public_id = ?)
    AND seq = (SELECT max(seq) FROM response o WHERE o.attempt_id = r.attempt_id
               AND o.position = r.position) ORDER BY r.position"""


def begin(page, taking):
    """Go to the start page, tick the box and start the clock by the keyboard."""
    sign_in(page, taking.code)
    page.goto(f"/thi/vong/{taking.round_id}")
    tab_to(page, "#honest")
    page.keyboard.press("Space")
    tab_to(page, "main button[type=submit]")
    page.keyboard.press("Enter")
    page.wait_for_url("**/thi/bai/*")
    ready(page)
    shell_kept(page)
    return page.url.partition("#")[0].rpartition("/")[2]


def next_question(page):
    tab_to(page, "[data-act=next]")
    page.keyboard.press("Enter")


def choose(page, slot, kind):
    texts = [one.inner_text() for one in slot.locator(".option__text").all()]
    content = SOUND[kind]
    for option in content["options"]:
        if option["id"] in content["key"]:
            page.keyboard.press(str(texts.index(option["text"]) + 1))


def say_verdicts(page, slot):
    for one in SOUND["statements"]["statements"]:
        tab_to(page, f"[data-part={one['id']}]")
        page.keyboard.press("Space")
        if not one["is_true"]:
            page.keyboard.press("ArrowRight")


def pick(page, slot, kind):
    """Give each select its choice by typing how the choice begins."""
    for part, value in answers.parts(marking.right(kind, SOUND[kind])).items():
        tab_to(page, f"[data-slot]:not([hidden]) [data-part='{part}']")
        field = slot.locator(f"[data-part='{part}']")
        if field.evaluate("one => one.matches('input')"):
            page.keyboard.type(value)
        else:
            page.keyboard.type(field.locator(f"option[value='{value}']").inner_text()[:2])


def write(page, kind):
    tab_to(page, "[data-slot]:not([hidden]) [data-typed]")
    page.keyboard.type(ESSAY if kind == "essay" else marking.right(kind, SOUND[kind]))


def answer(page, slot, kind):
    if kind in marking.WITH_OPTIONS:
        choose(page, slot, kind)
    elif kind == "statements":
        say_verdicts(page, slot)
    elif kind in marking.KEYED:
        pick(page, slot, kind)
    else:
        write(page, kind)


def given_in(kind):
    return ESSAY if kind == "essay" else marking.right(kind, SOUND[kind])


def lose_the_network_and_reload(page, slot, kind):
    expect(page.locator("#save-words")).to_have_text(re.compile("^Đã lưu"))
    page.context.set_offline(True)
    answer(page, slot, kind)
    expect(page.locator("#save-words")).to_have_text(re.compile("Đang ngoại tuyến – 1 câu"))
    page.reload()
    ready(page)


def test_every_type_by_the_keyboard_through_a_lost_network_earns_what_it_should(visit, site):
    taking, page, expected = round_of_every_type(site), visit(), {}
    attempt = begin(page, taking)
    load_axe(page)
    for position in range(1, 11):
        slot = page.locator(f"#slot-{position}")
        expect(slot).to_be_visible()
        stem = slot.locator("[data-stem]")
        shown = stem.get_attribute("data-stem") or stem.inner_text().replace("\xa0", " ")
        kind = taking.kinds.get(shown, "cloze")
        expected[position] = given_in(kind)
        if position == 5:
            lose_the_network_and_reload(page, slot, kind)
            page.context.set_offline(False)
        else:
            answer(page, slot, kind)
        saved(page)
        if position != 5:
            shoot(page, f"type-{kind}")
            load_axe(page)
            assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        next_question(page)
    expect(page.locator("h1")).to_have_text(re.compile("Đã trả lời đủ 10 câu"))
    shoot(page, "type-review")
    tab_to(page, "#submit")
    page.keyboard.press("Enter")
    page.wait_for_url("**/bien-nhan")

    kept = {place: loaded(text) for place, text in site.rows(NEWEST, attempt)}
    assert kept == {place: loaded(text) for place, text in expected.items()}
    assert site.value("SELECT correct FROM attempt WHERE public_id = ?", attempt) == 9


def loaded(text):
    return json.loads(text) if text.startswith("{") else text


def test_essay_typed_offline_is_sent_once_and_survives_a_reload(visit, site):
    taking, page = round_of_every_type(site), visit()
    attempt = begin(page, taking)
    field = page.locator("[data-essay]")
    place = int(field.get_attribute("id").removeprefix("y-"))
    page.goto(f"/thi/bai/{attempt}#c{place}")
    page.reload()
    ready(page)
    page.context.set_offline(True)
    for _ in range(3):
        field.press_sequentially("Bộ phận một cửa. ")
        page.wait_for_timeout(900)

    expect(page.locator("[data-words]")).to_have_text("12 từ, còn thiếu 88 từ")
    page.reload()
    expect(field).to_have_value("Bộ phận một cửa. " * 3)
    page.context.set_offline(False)
    saved(page)

    rows = [text for slot, text in site.rows(NEWEST, attempt) if slot == place]
    count = site.value(
        "SELECT count(*) FROM response WHERE position = ? AND attempt_id ="
        " (SELECT id FROM attempt WHERE public_id = ?)",
        place,
        attempt,
    )
    assert rows == ["Bộ phận một cửa. " * 3]
    assert count == 1


def test_judge_marks_an_essay_without_a_name_on_a_phone_and_at_a_desk(visit, site):
    round_id, code = essay_to_mark(site, ESSAY)
    page = visit()
    sign_in(page, code)
    page.goto(f"/quan-ly/vong/{round_id}/cham")
    look(page, "essays-queue")
    page.get_by_role("button", name="Chấm bài tiếp theo").click()
    page.wait_for_url("**/quan-ly/cham/*")
    look(page, "essays-answer")

    assert "Y Duy Mlô" not in page.content()
    page.get_by_role("textbox", name="Nêu đúng khái niệm").fill("2")
    page.get_by_role("textbox", name="Có ví dụ").fill("1,25")
    page.get_by_role("button", name="Lưu điểm").click()
    page.wait_for_url("**/cham")
    expect(page.get_by_text("Đã lưu điểm.")).to_be_visible()

    assert site.value("SELECT points FROM essay_mark ORDER BY id DESC") == 928_571


def look(page, name):
    """Keep pictures of the page in both widths; axe finds nothing, nothing sticks out."""
    load_axe(page)
    for size in (DESK, PHONE):
        page.set_viewport_size(size)
        shoot(page, f"{name}-{size['width']}")
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
