"""What helps people read and steer the attempt page: letters, contrast, clock, keys."""

import pytest
from playwright.sync_api import expect

from tests.browser import driving, keyboard
from tests.browser.driving import DESK, PHONE
from tests.browser.playing import LISTEN, PAPER, arrive, choose, let_pass, ready, submit

pytestmark = pytest.mark.browser

NARROW = {"width": 320, "height": 640}
ROOT = "({ ...document.documentElement.dataset })"
SPILLED = """() => [...document.querySelectorAll("main *, header *, nav *, aside *")]
    .filter((one) => !one.closest(".sr, .scroll-x") && one.getBoundingClientRect().width)
    .filter((one) => one.getBoundingClientRect().right > innerWidth + 1)
    .map((one) => one.outerHTML.slice(0, 80))"""
MOVING = """() => [...document.querySelectorAll("*")].map((one) => getComputedStyle(one))
    .filter((one) => one.animationName !== "none" || parseFloat(one.transitionDuration)).length"""
# A key says "?" where it is typed with Shift, as on most keyboards here.
KEYMAP = "Shift+?"


def open_view(page):
    page.keyboard.press("v")
    expect(page.locator("#view")).to_be_visible()


def test_letters_and_colours_when_chosen_hold_after_a_reload_and_go_to_the_account(page, desk):
    open_view(page)
    page.locator("#view [name=size][value='150']").check(force=True)
    page.locator("#view [name=theme][value=contrast]").check(force=True)
    page.get_by_role("button", name="Làm tiếp").click()
    chosen = page.evaluate(ROOT)
    letters = page.evaluate("getComputedStyle(document.documentElement).fontSize")
    page.reload()
    ready(page)

    assert chosen == {"size": "150", "theme": "contrast"}
    assert page.evaluate(ROOT) == chosen
    assert letters == "24px"
    sent = [(each["size"], each["theme"]) for each in desk.views]
    assert sent == [("150", "plain"), ("150", "contrast")]


def test_letters_when_chosen_without_network_hold_after_a_reload(page, desk):
    driving.shell_kept(page)
    page.context.set_offline(True)
    open_view(page)
    page.locator("#view [name=size][value='200']").check(force=True)
    page.reload()
    ready(page)

    assert page.evaluate(ROOT) == {"size": "200"}
    page.context.set_offline(False)


def test_clock_when_hidden_still_speaks_of_the_last_minutes(context, desk):
    page = context.new_page()
    page.clock.install()
    page.goto(PAPER)
    ready(page)
    page.keyboard.press("t")
    expect(page.locator("#timer-value")).to_be_hidden()
    said = [page.locator("#announcer").inner_text(), page.locator("#timer-said").inner_text()]
    page.evaluate(LISTEN)
    for seconds in (5 * 60 + 1, 5 * 60, 4 * 60, 31):
        let_pass(page, desk, seconds)
        said.append(page.locator("#timer-said").inner_text())
    spoken = [one for one in page.evaluate("window.spoken") if one.startswith("Còn ")]
    page.keyboard.press("t")
    expect(page.locator("#timer-value")).to_be_visible()

    minutes = ["Còn 10 phút.", "Còn 5 phút.", "Còn 1 phút.", "Còn 30 giây."]
    assert spoken == minutes
    assert said == ["Đã ẩn đồng hồ.", "Đang ẩn", *minutes]


def test_list_of_keys_opens_by_a_key_and_names_every_key(page):
    page.keyboard.press(KEYMAP)
    expect(page.locator("#keymap")).to_be_visible()
    keys = " ".join(page.locator("#keymap kbd").all_inner_texts())
    page.keyboard.press("b")  # says nothing while the list is open
    page.keyboard.press("Escape")
    expect(page.locator("#keymap")).to_be_hidden()

    assert keys == "1 9 A E ← → ↑ ↓ F G R T V ? Esc Tab"
    assert page.locator("#slot-1 input:checked").count() == 0


def test_dialog_when_closed_gives_the_focus_back(page):
    page.set_viewport_size(DESK)
    button = page.locator("#side [data-act=view]")
    button.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#view")).to_be_visible()
    page.keyboard.press("Escape")

    assert button.evaluate("one => one === document.activeElement")


@pytest.mark.parametrize("size", [NARROW, DESK], ids=["320", "1280"])
@pytest.mark.parametrize("view", ["200.plain.shown", "125.contrast.hidden", "150.stage.shown"])
def test_pages_in_any_view_spill_nothing_and_have_no_axe_violation(chrome, served, size, view):
    context = chrome.new_context(base_url=served.address, viewport=size)
    context.add_cookies([{"name": "view", "value": view, "url": served.address}])
    page, found = context.new_page(), {}

    def look(name):
        driving.load_axe(page)
        found[name] = driving.violations(page) + page.evaluate(SPILLED)

    page.goto("/thi/bat-dau")
    look("start")
    page.goto(PAPER)
    ready(page)
    choose(page, 1, "b")
    look("slot")
    open_view(page)
    look("view")
    page.keyboard.press("Escape")
    page.keyboard.press(KEYMAP)
    look("keys")
    page.keyboard.press("Escape")
    arrive(page, served.desk, (1, 1, "b"))
    page.keyboard.press("r")
    page.locator("#receipts summary").click()
    look("review")
    submit(page)
    look("receipt")
    context.close()

    assert {name: each for name, each in found.items() if each} == {}


@pytest.mark.parametrize("view", ["100.plain.shown", "200.contrast.shown"])
def test_focus_is_seen_wherever_tab_leads(chrome, served, view):
    context = chrome.new_context(base_url=served.address, viewport=PHONE)
    context.add_cookies([{"name": "view", "value": view, "url": served.address}])
    page = context.new_page()
    page.goto(PAPER)
    ready(page)
    unseen, met = [], set()
    for _ in range(30):
        page.keyboard.press("Tab")
        at = page.evaluate("document.activeElement.outerHTML.slice(0, 60)")
        if not at.startswith("<body"):  # from the last button the focus goes to the browser itself
            met.add(at)
            unseen.append((at, keyboard.unseen(page)))
    context.close()

    assert [(at, why) for at, why in unseen if why] == []
    assert len(met) == 5


def test_machine_that_wants_no_movement_gets_none(chrome, served):
    context = chrome.new_context(base_url=served.address, reduced_motion="reduce")
    page = context.new_page()
    page.goto(PAPER)
    ready(page)
    moving = page.evaluate(MOVING)
    context.close()

    assert moving == 0
