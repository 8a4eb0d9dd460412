"""What a first visit costs on the wire: bytes and requests, counted by the browser itself."""

import sys

import pytest

from tests.browser.driving import PHONE, shell_kept
from tests.browser.serving import SLUG

pytestmark = pytest.mark.browser


def weigh(page, address):
    """Open the address with an empty cache; return the bytes of every reply but the fonts'."""
    page.set_viewport_size(PHONE)
    session = page.context.new_cdp_session(page)
    addresses, weights = {}, {}
    session.on(
        "Network.requestWillBeSent",
        lambda told: addresses.update({told["requestId"]: told["request"]["url"]}),
    )
    session.on(
        "Network.loadingFinished",
        lambda told: weights.update(
            {addresses.get(told["requestId"], "?"): told["encodedDataLength"]}
        ),
    )
    session.send("Network.enable")
    session.send("Network.clearBrowserCache")
    page.goto(address, wait_until="networkidle")
    return {name: size for name, size in weights.items() if "/fonts/" not in name}


def test_contest_page_weighs_at_most_120_kilobytes_on_a_first_visit(visit):
    page = visit()

    found = weigh(page, f"/cuoc-thi/{SLUG}")

    sys.stdout.write(f"contest page: {sum(found.values())} bytes, {len(found)} requests\n")
    assert sum(found.values()) <= 120_000, found


def test_attempt_page_weighs_at_most_60_kilobytes_in_6_requests(chrome, visit, site):
    starting = visit(code="participant")
    stand_in_the_attempt(starting, site)
    state = starting.context.storage_state()
    fresh = chrome.new_context(base_url=site.address, storage_state=state)
    page, replies = fresh.new_page(), []
    fresh.on("response", lambda reply: replies.append(reply))

    found = weigh(page, starting.url)
    shell_kept(page)

    # The service worker keeps the page by asking for it again; files that never change it takes
    # from the browser's own cache.
    unchanging = {one.url for one in replies if "immutable" in one.headers["cache-control"]}
    asked = [one.url for one in replies if one.url not in unchanging and "/fonts/" not in one.url]
    asked += [url for url in unchanging if "/fonts/" not in url]
    worker = len(fresh.request.get("/sw.js").body())
    wire = sum(found.values()) + found[starting.url] + worker
    fresh.close()
    sys.stdout.write(f"attempt page: {wire} bytes, {len(asked)} requests\n")
    assert wire <= 60_000, found
    assert len(asked) <= 6, asked


def stand_in_the_attempt(page, site):
    """Let the demo's participant enter, if that has not happened, and open the attempt."""
    code = site.value("SELECT code FROM unit WHERE name = 'Phường Tân Lập' AND valid_to IS NULL")
    page.goto(f"/cuoc-thi/{SLUG}/dang-ky?dv={code}")
    if page.url.partition("?")[0].endswith("/dang-ky"):
        page.check("#take_part")
        page.locator("main button[type=submit]").click()
        page.wait_for_url("**/thi/vong/*")
    page.check("#honest")
    page.locator("main button.btn--primary[type=submit]").click()
    page.wait_for_url("**/thi/bai/*")
