"""Screens of a hall in a real browser: the projector, the podium, and the ceremony to its end."""

import os

import pytest

from tests.browser import driving
from tests.browser.driving import DESK, PHONE, shoot
from tests.browser.serving import SLUG

pytestmark = pytest.mark.browser

HALL = {"width": 1920, "height": 1080}
BOARD = f"/cuoc-thi/{SLUG}/bang-xep-hang"
SMALLEST = """() => [...document.querySelectorAll("main *")]
    .filter((one) => !one.closest(".sr") && one.textContent.trim() && !one.children.length)
    .map((one) => parseFloat(getComputedStyle(one).fontSize))
    .reduce((a, b) => Math.min(a, b), 1000)"""
FITS = """() => {
    const main = document.querySelector("main"), scrolls = document.scrollingElement;
    return scrolls.scrollWidth <= innerWidth && scrolls.scrollHeight <= innerHeight
        && main.scrollHeight <= main.clientHeight + 1;
}"""


def looked_at(page, name):
    """Keep a picture and return what is wrong with a screen, once nothing on it moves."""
    page.evaluate("Promise.all(document.getAnimations().map((one) => one.finished))")
    driving.load_axe(page)
    if os.environ.get("SHOTS"):
        shoot(page, f"screen-{name}-1920")
    return driving.violations(page), page.evaluate(FITS), page.evaluate(SMALLEST) >= 24


@pytest.mark.parametrize("address", ["/3/man-chieu", "/2/man-chieu", "/2/buc-vinh-danh"])
def test_screen_fits_a_hall_in_letters_that_can_be_read(visit, address):
    page = visit(HALL)

    page.goto(BOARD + address, wait_until="networkidle")

    assert looked_at(page, address.strip("/").replace("/", "-")) == ([], True, True)


def test_projector_takes_over_what_is_new_by_itself(visit):
    page = visit(HALL)
    page.goto(f"{BOARD}/3/man-chieu", wait_until="networkidle")
    page.route(
        "**/man-chieu",
        lambda route: route.fulfill(
            body=route.fetch(headers={}).text().replace("</h1>", " – mới</h1>"),
            headers={"ETag": '"moi"', "Content-Type": "text/html; charset=utf-8"},
        ),
    )

    page.evaluate("dispatchEvent(new Event('online'))")

    page.wait_for_selector("h1:has-text('– mới')")
    assert page.locator("[data-lost]").is_hidden()


def test_embedded_board_fits_a_narrow_frame(visit):
    page = visit(PHONE)
    page.goto(f"{BOARD}/2/nhung", wait_until="networkidle")
    driving.load_axe(page)

    assert driving.violations(page) == []
    assert page.evaluate("document.scrollingElement.scrollWidth") <= PHONE["width"]


def begin(operator, site):
    """Begin a ceremony of the second round; return the hall's screen and how many steps it has."""
    round_id = site.value("SELECT public_id FROM round WHERE number = 2 ORDER BY id")
    operator.goto(f"/quan-ly/vong/{round_id}/le-cong-bo")
    operator.select_option("#what", "")
    operator.select_option("#places", "5")
    operator.locator("main form button.btn--primary").click()
    operator.wait_for_selector("[data-key^=Space]")
    hall = operator.context.new_page()
    hall.set_viewport_size(HALL)
    hall.goto(f"{operator.url}/man-chieu", wait_until="networkidle")
    return hall, int(site.value("SELECT steps FROM ceremony ORDER BY id DESC"))


def press(operator, key, times=1):
    operator.bring_to_front()
    for _ in range(times):
        operator.wait_for_selector("[data-heard]", state="attached")
        with operator.expect_navigation():
            operator.keyboard.press(key)


def test_ceremony_from_its_title_to_the_podium_on_two_screens_and_without_network(
    visit, chrome, site, tmp_path
):
    operator = visit(DESK, code="organizer", accept_downloads=True)
    hall, steps = begin(operator, site)
    opening = looked_at(hall, "le-0")
    press(operator, "Space")
    hall.wait_for_selector("main table")
    listed = looked_at(hall, "le-1")
    press(operator, "Control+z")
    hall.wait_for_selector("main table", state="detached")
    press(operator, "ArrowRight", steps)
    hall.wait_for_selector(".podium .gold")
    podium = looked_at(hall, "le-het")
    first = hall.locator(".podium .gold").inner_text()

    assert (opening, listed, podium) == (([], True, True),) * 3
    assert operator.locator("[data-key^=Space]").is_disabled()
    with operator.expect_download() as taken:
        operator.locator("form[action$='/tep'] button").click()
    taken.value.save_as(tmp_path / "le.html")
    operator.locator("form[action$='/ket-thuc'] button").click()
    operator.wait_for_load_state()
    without_network(chrome, tmp_path / "le.html", steps, first)


def without_network(chrome, path, steps, first):
    """Go through the file with keys alone; it asks nobody for anything."""
    context = chrome.new_context(offline=True, viewport=HALL)
    page, asked, broken = context.new_page(), [], []
    page.on("request", lambda one: asked.append(one.url))
    page.on("console", lambda line: broken.append(line.text) if line.type == "error" else None)
    page.on("pageerror", lambda error: broken.append(str(error)))
    page.goto(path.as_uri())

    def shown():
        return page.locator("[data-step]:visible").get_attribute("data-step")

    seen = [shown()]
    for key in ("Space", "ArrowLeft", "End", "Home", str(steps), "Enter", "Backspace", "End"):
        page.keyboard.press(key)
        seen.append(shown())
    driving.load_axe(page)
    found = driving.violations(page), page.evaluate(FITS), broken
    gold = page.locator("[data-step]:visible .gold").inner_text()
    last = str(steps)
    elsewhere = [one for one in asked if not one.startswith(("data:", path.as_uri()))]
    context.close()
    before = str(steps - 1)
    assert seen == ["0", "1", "0", last, "0", "0", last, before, last]
    assert (found, gold, elsewhere) == (([], True, []), first, [])
