"""The pictures of the README, taken from the demo: `python -m tests.browser.pictures`."""

import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from core.config import ROOT
from tests.browser.driving import launch, sign_in
from tests.browser.serving import SLUG, serve

IMAGES = ROOT / "docs" / "images"
PEOPLE = 2000
PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 800}
MOST_BYTES = 150_000


def take(page, address, name, size):
    """Keep what a screen of this size shows of the address."""
    page.set_viewport_size(size)
    page.goto(address, wait_until="networkidle")
    path = IMAGES / f"{name}.png"
    page.screenshot(path=path)
    assert path.stat().st_size <= MOST_BYTES, f"{path} is too large"


def take_all(browser, site):
    """Take the four pictures: as a stranger, as a participant and as an organiser."""
    stranger = browser.new_page(base_url=site.address, locale="vi")
    take(stranger, f"/cuoc-thi/{SLUG}", "contest", DESK)
    take(stranger, f"/cuoc-thi/{SLUG}/bang-xep-hang/2", "board", PHONE)
    organiser = browser.new_page(base_url=site.address, locale="vi")
    sign_in(organiser, site.codes["organizer"])
    number = "SELECT public_id FROM round WHERE number = 3 ORDER BY id"
    take(organiser, f"/quan-ly/vong/{site.value(number)}", "round", DESK)
    person = browser.new_page(base_url=site.address, locale="vi", viewport=PHONE)
    sign_in(person, site.codes["participant"])
    take(person, begin(person, site), "attempt", PHONE)


def begin(page, site):
    """Enter the open round as the demo's newcomer; return the address of the attempt."""
    code = site.value("SELECT code FROM unit WHERE name = 'Phường Tân Lập' AND valid_to IS NULL")
    page.goto(f"/cuoc-thi/{SLUG}/dang-ky?dv={code}")
    page.check("#take_part")
    page.locator("main button[type=submit]").click()
    page.wait_for_url("**/thi/vong/*")
    page.check("#honest")
    page.locator("main button.btn--primary[type=submit]").click()
    page.wait_for_url("**/thi/bai/*")
    return page.url


if __name__ == "__main__":
    IMAGES.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        serve(Path(folder), people=PEOPLE) as site,
        sync_playwright() as playwright,
    ):
        take_all(launch(playwright), site)
