"""The attempt page on a weak phone far from a mast: 400 kbit/s, 400 ms, a slow processor."""

import sys

import pytest

from tests.browser.driving import PHONE
from tests.browser.joining import begin, register

pytestmark = pytest.mark.browser

USABLE_WITHIN = 6_000
RUNS = 3
LINE = {
    "offline": False,
    "latency": 400,
    "downloadThroughput": 400_000 / 8,
    "uploadThroughput": 400_000 / 8,
}
# A person chooses as soon as there is something to choose, whether the script is there or not.
CHOOSE = """() => {
    const look = () => {
        const option = document.querySelector("form:not([hidden]) .option input");
        if (!option || option.disabled) return void setTimeout(look, 20);
        performance.mark("chosen");
        option.click();
    };
    look();
}"""
KEPT = """() => new Promise((resolve) => {
    const look = () => {
        const request = indexedDB.open("chungtay");
        request.onupgradeneeded = () => request.transaction.abort();
        request.onerror = (event) => { event.preventDefault(); setTimeout(look, 50); };
        request.onsuccess = () => {
            const all = request.result.transaction("changes").objectStore("changes").getAll();
            all.onsuccess = () => {
                request.result.close();
                if (!all.result.length) return void setTimeout(look, 50);
                const chosen = performance.getEntriesByName("chosen")[0].startTime;
                const slots = all.result.map((one) => one.slot);
                resolve({ chosen, kept: performance.now(), slots });
            };
        };
    };
    look();
})"""


def visit_slowly(chrome, site, state, address):
    """Open the address for the first time; return when a choice could be made and was kept."""
    context = chrome.new_context(base_url=site.address, storage_state=state, viewport=PHONE)
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", LINE)
    session.send("Emulation.setCPUThrottlingRate", {"rate": 6})
    page.add_init_script(f"({CHOOSE})()")
    page.goto(address, wait_until="commit")
    found = page.evaluate(KEPT)
    context.close()
    return found


def test_attempt_page_is_usable_within_six_seconds(chrome, visit, site):
    page = visit()
    register(page, "Y Phước Byă")
    begin(page)
    address, state = page.url, page.context.storage_state()
    page.close()
    runs = []
    for _ in range(RUNS):
        runs.append(visit_slowly(chrome, site, state, address))
        if runs[-1]["kept"] <= USABLE_WITHIN:
            break

    best = min(runs, key=lambda run: run["kept"])
    sys.stdout.write(
        f"choice made after {best['chosen']:.0f} ms, kept after {best['kept']:.0f} ms\n"
    )
    assert best["slots"] == [1]
    assert best["kept"] <= USABLE_WITHIN
