"""The attempt page in a real Chromium, against a server whose faults can be switched on."""

import gzip
import json
import re
from datetime import timedelta
from urllib.request import urlopen

import pytest
from playwright.sync_api import expect

from tests.browser import driving
from tests.browser.playing import (
    LISTEN,
    PAPER,
    arrive,
    choose,
    cut,
    journal,
    let_pass,
    mend,
    ready,
    slots_of,
    submit,
)
from tests.page import faults

pytestmark = pytest.mark.browser


ONLY_RECEIPT = """async () => {
    const keys = await caches.keys();
    if (keys.length !== 1 || !keys[0].endsWith("/bien-nhan")) return false;
    return (await (await caches.open(keys[0])).keys()).length >= 6;
}"""


def violations(page):
    driving.load_axe(page)
    return driving.violations(page)


def test_attempt_with_the_keyboard_only_is_answered_and_submitted(page, desk):
    for position in range(1, 21):
        expect(page.locator("#where")).to_have_text(f"Câu {position}")
        page.keyboard.press("b" if position % 2 else "1")
        page.keyboard.press("ArrowRight")
    page.locator("#du-doan-21").focus()
    page.keyboard.type("1350")
    page.keyboard.press("Tab")
    page.keyboard.press("r")
    expect(page.locator("h1")).to_have_text(re.compile("Đã trả lời đủ 20 câu"))
    page.locator("#submit").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/bien-nhan")

    expected = [(n, 1, "b" if n % 2 else "a") for n in range(1, 21)] + [(21, 1, "1350")]

    assert slots_of(desk) == expected
    assert desk.submitted is not None


def test_answer_that_came_late_before_and_has_time_again_is_given_anew(page, desk):
    told = []

    def say_late(route):
        told.append(route.request.post_data_json["answers"])
        if len(told) > 1:
            return route.continue_()
        return route.fulfill(json={"slots": {}, "late": [1]})

    page.route("**/tra-loi", say_late)
    choose(page, 1, "a")
    arrive(page, desk, (1, 2, "a"))
    page.wait_for_function("document.getElementById('save').dataset.state === 'saved'")
    choose(page, 1, "b")

    arrive(page, desk, (1, 2, "a"), (1, 3, "b"))
    assert [one["seq"] for sent in told for one in sent] == [1, 2, 3]


def test_attempt_that_a_restore_took_away_is_told_and_sent_whole_once_it_is_started_again(
    page, desk
):
    choose(page, 1, "a")
    arrive(page, desk, (1, 1, "a"))
    expect(page.locator("#save-words")).to_have_text(re.compile("Đã lưu"))
    gone = {"error": "gone", "server_epoch": "e2"}
    page.route("**/tra-loi", lambda route: route.fulfill(status=410, json=gone))
    choose(page, 4, "b")
    expect(page.locator("#notice-gone")).to_be_visible()
    expect(page.locator("#save-words")).to_have_text("Câu trả lời được giữ trên máy này.")
    expect(page.locator("#slot-4 .option input").first).to_be_disabled()
    assert violations(page) == []
    page.unroute("**/tra-loi")
    desk.arrived.clear()
    desk.receipts.clear()
    desk.epoch = "e2"
    page.goto(PAPER)

    arrive(page, desk, (1, 1, "a"), (4, 1, "b"))
    choose(page, 4, "a")
    arrive(page, desk, (1, 1, "a"), (4, 1, "b"), (4, 2, "a"))


def restore(desk, lease):
    desk.lease_no, desk.epoch = lease, f"e{desk.epoch}"
    desk.arrived.clear()
    desk.receipts.clear()


def test_right_that_a_restored_server_forgot_is_kept_by_the_machine_that_had_it(page, desk):
    desk.lease_no = 2
    page.goto(PAPER)
    choose(page, 1, "a")
    expect(page.locator("#save-words")).to_have_text(re.compile("Đã lưu"))
    restore(desk, 1)
    page.goto(PAPER)
    expect(page.locator("#slot-1 .option input").first).to_be_checked()
    choose(page, 1, "d")
    choose(page, 4, "b")

    arrive(page, desk, (1, 1, "a"), (1, 2, "d"), (4, 1, "b"))
    assert {lease for lease, *_ in desk.arrived} == {2}
    assert ("ticket-2", None, None) in desk.beats


def test_what_was_written_with_a_right_to_an_attempt_that_is_gone_goes_to_the_new_one(page, desk):
    choose(page, 1, "a")
    choose(page, 2, "a")
    arrive(page, desk, (1, 1, "a"), (2, 1, "a"))
    desk.lease_no = 2
    page.goto(PAPER)
    choose(page, 1, "d")
    arrive(page, desk, (1, 1, "a"), (2, 1, "a"), (1, 2, "d"))
    restore(desk, 1)
    page.route("**/nhip", lambda route: gone(route, "ticket-2"))
    page.route("**/tra-loi", lambda route: gone(route, "ticket-2"))
    page.goto(PAPER)

    expect(page.locator("#slot-1 .option input").nth(3)).to_be_checked()
    arrive(page, desk, (1, 1, "a"), (2, 1, "a"), (1, 2, "d"))
    assert {lease for lease, *_ in desk.arrived} == {1}
    choose(page, 1, "b")
    page.goto(PAPER)
    expect(page.locator("#slot-1 .option input").nth(1)).to_be_checked()
    arrive(page, desk, (1, 1, "a"), (2, 1, "a"), (1, 2, "d"), (1, 3, "b"))


def gone(route, ticket):
    if route.request.post_data_json["ticket"] == ticket:
        return route.fulfill(status=410, json={"error": "gone"})
    return route.continue_()


def test_page_when_answers_of_a_newer_lease_come_only_reads(page, desk):
    choose(page, 1, "a")
    expect(page.locator("#save-words")).to_have_text(re.compile("Đã lưu"))
    desk.save(2, [{"slot": 3, "seq": 1, "answer": "a"}])

    expect(page.locator("#notice-displaced")).to_be_visible(timeout=5_000)
    page.get_by_role("button", name="Làm tiếp ở máy này").click()
    expect(page.locator("#slot-3 .option input").first).to_be_checked()
    choose(page, 3, "b")
    expect(page.locator("#save-words")).to_have_text(re.compile("Đã lưu"))
    assert desk.arrived[-1] == (3, 3, 2, "b")


def test_choice_when_made_is_saved_and_said_with_the_server_time(context, desk):
    desk.skew = timedelta(hours=2)
    desk.ends += desk.skew
    page = context.new_page()
    page.goto(PAPER)
    ready(page)
    page.keyboard.press("2")

    expect(page.locator("#save-words")).to_have_text(re.compile(r"^Đã lưu \d\d:\d\d:\d\d$"))

    assert slots_of(desk) == [(1, 1, "b")]
    said = page.locator("#save-words").inner_text().removeprefix("Đã lưu ")
    server = (desk.now() + timedelta(hours=7)).strftime("%H:%M")
    assert said[:5] == server


def test_several_keys_when_chosen_make_one_sorted_answer(page, desk):
    choose(page, 2, "c")
    page.keyboard.press("a")
    expect(page.locator("#save")).to_have_attribute("data-state", "saved")
    page.wait_for_timeout(600)

    assert desk.answers()[2][2] == "a,c"


def test_outage_of_two_minutes_with_a_reload_loses_nothing(context, desk):
    page = context.new_page()
    page.clock.install()
    page.goto(PAPER)
    ready(page)
    page.clock.run_for(1500)
    driving.shell_kept(page)
    choose(page, 1, "a")
    expect(page.locator("#save-words")).to_have_text(re.compile("Đã lưu"))
    cut(page, desk)
    choose(page, 2, "b")
    choose(page, 3, "a")
    let_pass(page, desk, 60)
    expect(page.locator("#save-words")).to_have_text("Đang ngoại tuyến – 2 câu chờ gửi")
    page.reload()
    ready(page)
    expect(page.locator("#slot-3 input[value=a]")).to_be_checked()
    choose(page, 3, "b")
    choose(page, 4, "d")
    let_pass(page, desk, 60)
    expect(page.locator("#save-words")).to_have_text("Đang ngoại tuyến – 3 câu chờ gửi")
    mend(page, desk)
    page.clock.run_for(20_000)
    expect(page.locator("#save-words")).to_have_text(re.compile("Đã lưu"))

    assert slots_of(desk) == [(1, 1, "a"), (2, 1, "b"), (3, 1, "a"), (3, 2, "b"), (4, 1, "d")]
    assert journal(page) == 5


def test_acknowledgement_when_lost_sends_the_same_change_again(page, desk):
    desk.fault = "lost"
    page.keyboard.press("c")

    expect(page.locator("#save-words")).to_have_text(re.compile("Đã lưu"), timeout=10_000)

    puts = [path for method, path in desk.requests if method == "PUT"]
    assert len(puts) == 2
    assert slots_of(desk) == [(1, 1, "c")]


def test_server_error_is_said_and_tried_again(page, desk):
    desk.fault = "broken"
    page.keyboard.press("c")
    expect(page.locator("#save-words")).to_have_text("Chưa lưu được, đang thử lại")
    expect(page.locator("#announcer")).to_have_text("Chưa lưu được, đang thử lại")
    desk.fault = ""
    expect(page.locator("#save-words")).to_have_text(re.compile("Đã lưu"), timeout=10_000)

    assert slots_of(desk) == [(1, 1, "c")]


def test_ticket_when_expired_is_renewed_without_leaving_the_page(page, desk):
    page.evaluate("window.stayed = true")
    desk.fault = "ticket"
    page.keyboard.press("c")

    expect(page.locator("#save-words")).to_have_text(re.compile("Đã lưu"), timeout=10_000)

    assert slots_of(desk) == [(1, 1, "c")]
    assert page.evaluate("window.stayed") is True


def test_server_epoch_when_new_replays_the_whole_journal(page, desk):
    choose(page, 1, "a")
    choose(page, 2, "b")
    choose(page, 1, "c")
    expect(page.locator("#save-words")).to_have_text(re.compile("Đã lưu"))
    page.wait_for_timeout(800)
    desk.arrived.clear()
    desk.epoch = "e2"
    choose(page, 4, "d")

    page.wait_for_timeout(2000)

    assert sorted(slots_of(desk)) == [(1, 1, "a"), (1, 2, "c"), (2, 1, "b"), (4, 1, "d")]


def test_second_tab_reads_until_it_takes_over(page, context, desk):
    choose(page, 1, "a")
    second = context.new_page()
    second.goto(PAPER)
    expect(second.locator("#notice-displaced")).to_be_visible()
    expect(second.locator("#slot-1 .option input").first).to_be_disabled()
    second.get_by_role("button", name="Làm tiếp ở máy này").click()
    expect(second.locator("#slot-1 .option input").first).to_be_enabled()
    expect(second.locator("#slot-1 input[value=a]")).to_be_checked()
    expect(page.locator("#notice-displaced")).to_be_visible()
    expect(page.locator("#slot-1 .option input").first).to_be_disabled()
    choose(second, 1, "b")
    expect(second.locator("#save-words")).to_have_text(re.compile("Đã lưu"))

    assert slots_of(desk) == [(1, 1, "a"), (1, 2, "b")]


def test_other_machine_when_it_takes_over_leaves_the_first_reading(page, chrome, served, desk):
    choose(page, 1, "a")
    expect(page.locator("#save-words")).to_have_text(re.compile("Đã lưu"))
    other = chrome.new_context(base_url=served.address).new_page()
    other.goto(PAPER)
    other.get_by_role("button", name="Làm tiếp ở máy này").click()
    expect(other.locator("#slot-1 .option input").first).to_be_enabled()
    choose(page, 1, "d")
    expect(page.locator("#notice-displaced")).to_be_visible()
    expect(page.locator("#slot-1 .option input").first).to_be_disabled()
    choose(other, 2, "b")
    expect(other.locator("#save-words")).to_have_text(re.compile("Đã lưu"))
    other.context.close()

    assert desk.arrived == [(1, 1, 1, "a"), (2, 2, 1, "b")]
    assert desk.late == [(1, 1, 2, "d")]


def test_answer_that_never_arrived_is_given_again_when_its_machine_takes_over(page, desk):
    cut(page, desk)
    choose(page, 3, "a")
    expect(page.locator("#save-words")).to_have_text(re.compile("1 câu chờ gửi"))
    desk.lease_no, desk.holder = 2, "another"
    mend(page, desk)
    expect(page.locator("#notice-displaced")).to_be_visible(timeout=20_000)
    page.get_by_role("button", name="Làm tiếp ở máy này").click()
    expect(page.locator("#slot-3 .option input").first).to_be_checked()
    expect(page.locator("#save-words")).to_have_text(re.compile("Đã lưu"))

    assert desk.late == [(1, 3, 1, "a")]
    assert desk.arrived == [(3, 3, 1, "a")]


def test_busy_server_is_left_alone_for_as_long_as_it_asked(page, desk):
    desk.fault = "busy"
    page.keyboard.press("c")
    page.wait_for_timeout(1500)
    asked = [method for method, _ in desk.requests].count("PUT")
    desk.fault = ""
    expect(page.locator("#save-words")).to_have_text(re.compile("Đã lưu"))

    assert asked == 1
    assert slots_of(desk) == [(1, 1, "c")]


def test_service_worker_keeps_the_attempt_then_its_receipt_and_in_the_end_nothing(page):
    driving.shell_kept(page)
    kept = [page.evaluate("caches.keys()")]
    page.goto("/thi/bat-dau")
    page.goto(PAPER)
    ready(page)
    choose(page, 1, "a")
    expect(page.locator("#save-words")).to_have_text(re.compile("Đã lưu"))
    submit(page)
    page.wait_for_function(ONLY_RECEIPT)
    kept.append(page.evaluate("caches.keys()"))
    page.context.set_offline(True)
    page.reload()
    expect(page.locator("[data-receipts] li")).to_have_count(1)
    page.context.set_offline(False)
    page.goto(f"{PAPER}/ket-qua")
    page.wait_for_function("caches.keys().then((keys) => keys.length === 0)")

    assert kept == [[f"chungtay:{PAPER}"], [f"chungtay:{PAPER}/bien-nhan"]]
    assert journal(page) == 0


def test_page_without_a_secure_context_works_and_says_not_to_reload(context, desk):
    page = context.new_page()
    page.add_init_script("delete Navigator.prototype.serviceWorker")
    page.goto(PAPER)
    expect(page.locator("#notice-insecure")).to_be_visible()
    page.keyboard.press("b")
    expect(page.locator("#save-words")).to_have_text(re.compile("Đã lưu"))

    assert slots_of(desk) == [(1, 1, "b")]


def test_displaced_machine_without_a_change_knows_within_five_seconds(page, desk):
    desk.lease_no = 2

    expect(page.locator("#notice-displaced")).to_be_visible(timeout=5_000)


def test_deadline_when_reached_speaks_and_submits_by_itself(context, desk):
    page = context.new_page()
    page.clock.install()
    page.goto(PAPER)
    ready(page)
    choose(page, 1, "a")
    page.evaluate(LISTEN)
    states = []
    for seconds, left in ((10 * 60 + 1, 299), (240, 59), (31, 28)):
        let_pass(page, desk, seconds)
        states.append(page.locator("#timer").get_attribute("data-state"))
        assert abs(left - page.evaluate("document.getElementById('thread').value")) <= 4
    # A request on its way while the clock jumps may be given up and spoken of, too.
    spoken = [one for one in page.evaluate("window.spoken") if one.startswith("Còn ")]
    let_pass(page, desk, 30)
    page.wait_for_url("**/bien-nhan")

    assert spoken == ["Còn 5 phút.", "Còn 1 phút.", "Còn 30 giây."]
    assert states == ["soon", "soon", "last"]
    assert slots_of(desk) == [(1, 1, "a")]


def test_deadline_when_offline_keeps_what_was_answered_and_takes_no_more(context, desk):
    page = context.new_page()
    page.clock.install()
    page.goto(PAPER)
    ready(page)
    cut(page, desk)
    choose(page, 1, "a")
    let_pass(page, desk, 900)
    expect(page.locator("#notice-over-offline")).to_be_visible()
    expect(page.locator("#slot-1 .option input").first).to_be_disabled()
    choose(page, 2, "b")
    mend(page, desk)
    page.clock.run_for(20_000)
    page.wait_for_url("**/bien-nhan")

    assert slots_of(desk) + [(s, q, a) for _, s, q, a in desk.late] == [(1, 1, "a")]


def test_submit_with_unsent_answers_can_be_forced_and_carries_them(page, desk):
    desk.fault = "broken"
    choose(page, 1, "a")
    page.keyboard.press("r")
    page.locator("#submit").click()
    expect(page.locator("#submit-words")).to_have_text("Đang nộp…")
    page.get_by_role("button", name="Nộp ngay").click()
    page.wait_for_url("**/bien-nhan")

    assert slots_of(desk) == [(1, 1, "a")]


def test_browser_without_a_database_saves_and_says_what_it_cannot_keep(context, desk):
    page = context.new_page()
    page.add_init_script("Object.defineProperty(window, 'indexedDB', {value: undefined})")
    page.goto(PAPER)
    expect(page.locator("#notice-memory")).to_be_visible()
    page.keyboard.press("b")
    expect(page.locator("#save-words")).to_have_text(re.compile("Đã lưu"))

    assert slots_of(desk) == [(1, 1, "b")]


def test_walk_without_a_script_saves_by_forms(chrome, served, desk):
    page = chrome.new_context(base_url=served.address, java_script_enabled=False).new_page()
    page.goto(PAPER)
    page.locator("#slot-1 .option").nth(1).click()
    page.get_by_role("button", name="Câu tiếp").click()
    page.wait_for_url("**/cau/2")
    page.locator("#slot-2 .option").nth(0).click()
    page.locator("#slot-2 .option").nth(2).click()
    page.get_by_role("button", name="Câu trước").click()
    page.wait_for_url("**/cau/1")
    page.goto(f"{PAPER}/cau/21")
    page.fill("#du-doan-21", "1350")
    page.get_by_role("button", name="Xem lại").click()
    page.wait_for_url("**/xem-lai")
    heading = page.locator("h1").inner_text()
    page.get_by_role("button", name="Nộp bài").click()
    page.wait_for_url("**/bien-nhan")
    page.context.close()

    assert slots_of(desk) == [(1, 1, "b"), (2, 1, "a,c"), (21, 1, "1350")]
    assert heading == "Còn 18 câu chưa trả lời"


def test_shortcuts_when_switched_off_do_nothing_and_stay_off(page):
    page.set_viewport_size({"width": 1280, "height": 800})
    page.locator("#shortcuts").uncheck()
    page.keyboard.press("b")
    page.reload()
    ready(page)
    page.keyboard.press("ArrowRight")

    assert page.locator("#where").text_content() == "Câu 1"
    assert page.locator("#slot-1 input:checked").count() == 0
    assert page.locator("#shortcuts").is_checked() is False


def test_move_to_the_next_question_takes_the_focus_along(page):
    page.get_by_role("button", name="Câu tiếp").click()

    assert page.evaluate("document.activeElement.closest('form').id") == "slot-2"
    assert page.evaluate("document.activeElement.tagName") == "LEGEND"


def test_flag_when_set_survives_a_reload(page):
    page.keyboard.press("f")
    page.wait_for_timeout(100)
    page.reload()
    ready(page)
    expect(page.locator("#slot-1 [data-flag]")).to_have_attribute("aria-pressed", "true")

    assert page.locator("#side a.cell").first.get_attribute("aria-label") == (
        "Câu 1, chưa trả lời, có đánh dấu"
    )


def test_number_out_of_range_is_not_saved_and_says_how_to_write_it(page, desk):
    page.goto(f"{PAPER}#c21")
    page.reload()
    ready(page)
    page.fill("#du-doan-21", "100.000")
    page.keyboard.press("Tab")
    expect(page.locator("#du-doan-21-error")).to_be_visible()
    page.fill("#du-doan-21", "1.350")
    page.keyboard.press("Tab")
    expect(page.locator("#save-words")).to_have_text(re.compile("Đã lưu"))

    assert slots_of(desk) == [(21, 1, "1350")]
    assert page.input_value("#du-doan-21") == "1.350"


@pytest.mark.parametrize("width", [360, 1280])
def test_pages_of_an_attempt_have_no_axe_violation(page, desk, width):
    page.set_viewport_size({"width": width, "height": 800})
    found = {}
    found["slot"] = violations(page)
    page.keyboard.press("r")
    found["review"] = violations(page)
    page.keyboard.press("ArrowLeft")
    if width == 360:
        page.keyboard.press("g")
        found["grid"] = violations(page)
    for path in ("/xem-lai", "/bien-nhan", "/ket-qua"):
        page.goto(PAPER + path)
        found[path] = violations(page)
    page.goto("/thi/bat-dau")
    found["start"] = violations(page)

    assert {name: each for name, each in found.items() if each} == {}


@pytest.mark.parametrize(
    "path", [PAPER, f"{PAPER}/xem-lai", f"{PAPER}/bien-nhan", f"{PAPER}/ket-qua", "/thi/bat-dau"]
)
def test_page_of_an_attempt_is_whole_html(served, path):
    with urlopen(served.address + path) as reply:
        html = gzip.decompress(reply.read()).decode()

    assert faults(html) == []


def test_first_visit_stays_within_its_budget(context, served):
    page = context.new_page()
    session = context.new_cdp_session(page)
    weights = {}
    session.send("Network.enable")
    addresses = {}
    session.on(
        "Network.requestWillBeSent",
        lambda e: addresses.update({e["requestId"]: e["request"]["url"]}),
    )
    session.on(
        "Network.loadingFinished",
        lambda e: weights.update({addresses[e["requestId"]]: e["encodedDataLength"]}),
    )
    page.goto(PAPER)
    driving.shell_kept(page)

    wire = {url: size for url, size in weights.items() if "/fonts/" not in url}
    asked = [p for _, p in served.desk.requests if "/fonts/" not in p]
    page_again = wire[served.address + PAPER]
    script = next(size for url, size in wire.items() if url.endswith("player.js"))

    assert len(asked) <= 6, json.dumps(asked)
    assert sum(wire.values()) + page_again <= 60_000, wire
    assert script <= 13 * 1024
